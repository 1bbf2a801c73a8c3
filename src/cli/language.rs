//! Chooses the language of a command's output: the one that `--lang` names, else the station's, else the system's.
use std::path::Path;

use crate::station;
use crate::text::Lang;

/// Returns the language of the help and of usage errors. The command line is not parsed yet, so the first argument that
/// is a station's folder counts as the station. If there is none, the current folder does.
#[must_use]
pub fn help_language(args: &[String]) -> Lang {
    let mut separate_value = args.iter().skip_while(|a| *a != "--lang").skip(1).map(String::as_str);
    let joined_value = args.iter().find_map(|a| a.strip_prefix("--lang="));
    if let Some(lang) = joined_value.or_else(|| separate_value.next()).and_then(Lang::from_code) {
        return lang;
    }
    let candidates = args.iter().skip(1).map(|arg| arg.strip_prefix("--station=").unwrap_or(arg));
    let is_station = |folder: &&str| !folder.starts_with('-') && Path::new(folder).join("station.toml").is_file();
    let language = candidates.into_iter().find(is_station).and_then(|folder| language_in(Path::new(folder)));
    language.unwrap_or_else(default_language)
}

/// Returns the language of the station in the current folder. If there is none, returns Vietnamese if the system's
/// language is Vietnamese, and otherwise English.
#[must_use]
pub fn default_language() -> Lang {
    language_in(Path::new(".")).unwrap_or_else(|| {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = variables.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        if locale.is_some_and(|value| value.starts_with("vi")) { Lang::Vi } else { Lang::En }
    })
}

/// Returns the station's language. If the folder is not a station's, returns [`default_language`].
#[must_use]
pub fn station_language(station: &Path) -> Lang {
    language_in(station).unwrap_or_else(default_language)
}

fn language_in(station: &Path) -> Option<Lang> {
    station::read_settings_only(station).map(|settings| settings.language)
}
