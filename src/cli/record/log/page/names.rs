//! The names of the station and of its sessions, from the schedules that the log kept.
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::airlog::entry::ScheduleEntry;
use crate::airlog::storage::Storage;
use crate::logstore::kept_files::read_kept_file;

/// The maximum number of kept files that are read for one page. A station that is edited every day for years stays
/// below it; past it, sessions have the names of earlier schedules, or only their ids.
const MAX_KEPT_READ: usize = 5_000;

/// The names in one schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamesInForce {
    /// The station's name and its agency, if `station.toml` was kept and gives them.
    pub station: Option<Arc<(String, String)>>,
    /// The titles of the sessions, by id; one list for each playlist.
    playlists: Vec<Arc<HashMap<String, String>>>,
}

impl NamesInForce {
    /// Returns the title of a session.
    #[must_use]
    pub fn session_title(&self, id: &str) -> Option<&str> {
        self.playlists.iter().find_map(|titles| titles.get(id)).map(String::as_str)
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

/// What one kept file says.
#[derive(Clone)]
enum KeptNames {
    Station(Arc<(String, String)>),
    Sessions(Arc<HashMap<String, String>>),
    Nothing,
}

/// Reads the names in these schedules. A file that is lost, or that is not what the log says, gives no names.
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
            let known = match files.get(file.sha256.as_str()) {
                Some(known) => known.clone(),
                None if files.len() >= MAX_KEPT_READ => KeptNames::Nothing,
                None => {
                    let bytes = read_kept_file(storage, &file.sha256, "toml")?.unwrap_or_default();
                    let read = parse_names(&file.name, std::str::from_utf8(&bytes).unwrap_or_default());
                    files.insert(&file.sha256, read.clone());
                    read
                }
            };
            match known {
                KeptNames::Station(station) => in_force.station = Some(station),
                KeptNames::Sessions(titles) => in_force.playlists.push(titles),
                KeptNames::Nothing => {}
            }
        }
        names.push((*date, in_force));
    }
    Ok(names)
}

fn parse_names(name: &str, text: &str) -> KeptNames {
    let nfc = |text: String| text.nfc().collect::<String>();
    // A byte order mark is no part of the text, and `station.toml` may begin with one.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if name == "station.toml" {
        let station = toml::from_str::<KeptSettings>(text).ok().and_then(|settings| settings.station);
        return match station.and_then(|station| Some((station.name?, station.agency.unwrap_or_default()))) {
            Some((name, agency)) => KeptNames::Station(Arc::new((nfc(name), nfc(agency)))),
            None => KeptNames::Nothing,
        };
    }
    let sessions = toml::from_str::<KeptSessions>(text).map(|kept| kept.session).unwrap_or_default();
    let titles = sessions.into_iter().filter_map(|session| Some((session.id, nfc(session.title?))));
    KeptNames::Sessions(Arc::new(titles.collect()))
}
