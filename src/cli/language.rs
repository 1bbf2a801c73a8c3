//! The language a command speaks.
use std::path::Path;

use crate::schedule::read_station;
use crate::station;
use crate::text::Lang;

/// Returns the language of the help: `--lang`, else the system's if it is Vietnamese, else English.
#[must_use]
pub fn help_language(args: &[String]) -> Lang {
    let mut given = args.iter().skip_while(|a| *a != "--lang").skip(1).map(String::as_str);
    let joined = args.iter().find_map(|a| a.strip_prefix("--lang="));
    if let Some(lang) = joined.or_else(|| given.next()).and_then(Lang::from_code) {
        return lang;
    }
    let system =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    if system.is_some_and(|v| v.starts_with("vi")) { Lang::Vi } else { Lang::En }
}

/// Returns the system's language: Vietnamese if it is set so, else English.
#[must_use]
pub fn system_language() -> Lang {
    help_language(&[])
}

/// Returns the station's language, or the system's when the station cannot be read.
#[must_use]
pub fn station_language(station: &Path) -> Lang {
    match station::read_sources(station) {
        Ok(files) => read_station(&files).language,
        Err(_) => system_language(),
    }
}
