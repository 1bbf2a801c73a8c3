//! Chooses the language of a command's output.
use std::path::Path;

use crate::schedule::read_station;
use crate::station;
use crate::text::Lang;

/// Returns the language of the help: the one that `--lang` names. Without `--lang` it is Vietnamese if the system's
/// language is Vietnamese; otherwise it is English.
#[must_use]
pub fn help_language(args: &[String]) -> Lang {
    let mut separate_value = args.iter().skip_while(|a| *a != "--lang").skip(1).map(String::as_str);
    let joined_value = args.iter().find_map(|a| a.strip_prefix("--lang="));
    if let Some(lang) = joined_value.or_else(|| separate_value.next()).and_then(Lang::from_code) {
        return lang;
    }
    let system_locale =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    if system_locale.is_some_and(|v| v.starts_with("vi")) { Lang::Vi } else { Lang::En }
}

/// Returns Vietnamese if the system's language is Vietnamese; otherwise returns English.
#[must_use]
pub fn system_language() -> Lang {
    help_language(&[])
}

/// Returns the station's language. If the station cannot be read, returns the system's language.
#[must_use]
pub fn station_language(station: &Path) -> Lang {
    match station::read_sources(station) {
        Ok(files) => read_station(&files).language,
        Err(_) => system_language(),
    }
}
