//! Entries of a log as rows.
use chrono::NaiveDate;
use serde::Deserialize;

use super::interner::bounded_text;
use super::outcome_line::parse_outcome;
use super::rows::{EventRow, NewRows, PlanRow, PrecedingLog, day_number, micros_since_epoch};
use crate::airlog::plausibility::is_plannable_date;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::entry_type;
use crate::proof::note::Note;

#[derive(Deserialize)]
struct OtherLine {
    at: String,
    #[serde(default)]
    date: Option<NaiveDate>,
    #[serde(default)]
    count: u64,
    #[serde(default)]
    sha256: String,
    #[serde(default)]
    files: Vec<KeptLine>,
    #[serde(default)]
    action: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    who: WhoLine,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    machine_restarted: bool,
    #[serde(default)]
    trusted: bool,
    #[serde(default)]
    follows: Option<FollowsLine>,
}

#[derive(Deserialize)]
struct FollowsLine {
    #[serde(default)]
    entries: u64,
    #[serde(default)]
    head: Option<String>,
}

#[derive(Deserialize)]
struct KeptLine {
    name: String,
    sha256: String,
}

#[derive(Deserialize, Default)]
struct WhoLine {
    #[serde(default)]
    uid: u32,
    #[serde(default)]
    name: Option<String>,
}

impl NewRows {
    /// Adds an entry. An entry in a form that this version does not know adds nothing.
    pub fn add_entry(&mut self, seq: u64, line: &[u8]) {
        match entry_type(line, seq) {
            Some("outcome") => self.airings.extend(parse_outcome(seq, line, self.clock_confirmed, &mut self.words)),
            Some(
                kind @ ("genesis" | "plan" | "schedule" | "operator" | "note" | "boot" | "clock-trust" | "cosigned"),
            ) => {
                if let Ok(other) = serde_json::from_slice::<OtherLine>(line) {
                    self.add_other(seq, kind, other);
                }
            }
            _ => {}
        }
    }

    fn add_other(&mut self, seq: u64, kind: &str, line: OtherLine) {
        match (kind, line.date) {
            ("genesis", _) => {
                self.station_name = line.name.as_deref().map(|name| bounded_text(name).into_owned());
                self.follows = line.follows.map(|follows| {
                    let note = follows.head.and_then(|head| Note::parse(head.as_bytes()));
                    let head = note.and_then(|note| Checkpoint::parse(&note.text));
                    PrecedingLog { entries: follows.entries, origin: head.map(|head| head.origin) }
                });
            }
            // A date that no station can plan is left out; the plausibility check reports it.
            ("plan", Some(date)) if is_plannable_date(date) => {
                let planned = PlanRow { seq, count: line.count, sha256: line.sha256 };
                self.plans.push((day_number(date), planned));
            }
            ("schedule", _) => {
                let at = micros_since_epoch(&line.at);
                let playlists = line.files.into_iter().filter(|file| file.name != "station.toml");
                self.schedules.extend(playlists.map(|file| (file.sha256, at)));
            }
            // A confirmation holds until the machine restarts, or its clock is doubted again.
            ("boot", _) => self.clock_confirmed &= !line.machine_restarted && line.trusted,
            ("clock-trust", _) => self.clock_confirmed &= line.trusted,
            ("cosigned", _) => self.cosigned.push(line.note),
            ("operator" | "note", _) => {
                self.clock_confirmed |= kind == "operator" && line.action == "clock-confirm";
                let shown = |text: &str| bounded_text(text).into_owned();
                let who = line.who.name.as_deref().map_or_else(|| line.who.uid.to_string(), shown);
                let kind = if kind == "note" { kind.to_owned() } else { shown(&line.action) };
                let subject = shown(&line.id.unwrap_or_default());
                // The station limits a note to a thousand letters; so does the index.
                let text = line.text.chars().take(1000).collect();
                self.events.push(EventRow { seq, at: shown(&line.at), kind, subject, who, text });
            }
            _ => {}
        }
    }
}
