//! The names of the station and of its sessions, from the kept files of the log.
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::airlog::entry::ScheduleEntry;
use crate::airlog::storage::Storage;
use crate::logstore::kept_files::read_kept_file;

/// The maximum number of kept files that are read for one page. Even a station that is edited daily for years stays
/// below this limit. Beyond it, a session has its title from an earlier schedule, or only its id.
const MAX_KEPT_FILES: usize = 5_000;

/// The names in one schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamesInForce {
    /// The station's name and its agency, if `station.toml` was kept and gives them.
    pub station: Option<Arc<(String, String)>>,
    /// The titles of the sessions, by id; one map for each playlist.
    session_titles: Vec<Arc<HashMap<String, String>>>,
}

impl NamesInForce {
    /// Returns the title of a session.
    #[must_use]
    pub fn session_title(&self, id: &str) -> Option<&str> {
        self.session_titles.iter().find_map(|titles| titles.get(id)).map(String::as_str)
    }
}

#[derive(Deserialize)]
struct KeptSettings {
    station: Option<KeptStation>,
}

#[derive(Deserialize)]
struct KeptStation {
    name: Option<String>,
    agency: Option<String>,
}

#[derive(Deserialize)]
struct KeptSessions {
    #[serde(default)]
    session: Vec<KeptSession>,
}

#[derive(Deserialize)]
struct KeptSession {
    id: String,
    title: Option<String>,
}

/// The names in one kept file.
#[derive(Clone)]
enum KeptNames {
    Station(Arc<(String, String)>),
    Sessions(Arc<HashMap<String, String>>),
    Nothing,
}

/// Reads the names in these schedules. A kept file that is missing, or has another hash, contributes no names.
///
/// # Errors
/// If the storage fails.
pub(super) fn read_names<S: Storage>(
    storage: &S,
    schedules: &[(NaiveDate, ScheduleEntry)],
) -> io::Result<Vec<(NaiveDate, NamesInForce)>> {
    let mut files: HashMap<&str, KeptNames> = HashMap::new();
    let mut names = Vec::new();
    for (date, schedule) in schedules {
        let mut in_force = NamesInForce::default();
        for file in &schedule.files {
            let file_names = match files.get(file.sha256.as_str()) {
                Some(cached) => cached.clone(),
                None if files.len() >= MAX_KEPT_FILES => KeptNames::Nothing,
                None => {
                    let bytes = read_kept_file(storage, &file.sha256, "toml")?.unwrap_or_default();
                    let parsed = parse_names(&file.name, std::str::from_utf8(&bytes).unwrap_or_default());
                    files.insert(&file.sha256, parsed.clone());
                    parsed
                }
            };
            match file_names {
                KeptNames::Station(station) => in_force.station = Some(station),
                KeptNames::Sessions(titles) => in_force.session_titles.push(titles),
                KeptNames::Nothing => {}
            }
        }
        names.push((*date, in_force));
    }
    Ok(names)
}

fn parse_names(name: &str, text: &str) -> KeptNames {
    let to_nfc = |text: String| text.nfc().collect::<String>();
    // A file may begin with a byte order mark, which is not part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if name == "station.toml" {
        let station = toml::from_str::<KeptSettings>(text).ok().and_then(|settings| settings.station);
        return match station.and_then(|station| Some((station.name?, station.agency.unwrap_or_default()))) {
            Some((name, agency)) => KeptNames::Station(Arc::new((to_nfc(name), to_nfc(agency)))),
            None => KeptNames::Nothing,
        };
    }
    let sessions = toml::from_str::<KeptSessions>(text).map(|kept| kept.session).unwrap_or_default();
    let titles = sessions.into_iter().filter_map(|session| Some((session.id, to_nfc(session.title?))));
    KeptNames::Sessions(Arc::new(titles.collect()))
}
