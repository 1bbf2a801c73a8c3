//! Converts the entries of a log to rows.
use chrono::NaiveDate;
use serde::Deserialize;

use super::interner::bounded_text;
use super::outcome_line::parse_outcome;
use super::rows::{EventRow, NewRows, PlanRow, PrecedingLog, day_number, micros_since_epoch};
use crate::airlog::plausibility::is_plannable_date;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::entry_type;
use crate::proof::note::Note;

/// The fields that rows need of any entry but an outcome.
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
    files: Vec<KeptFileLine>,
    #[serde(default)]
    action: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    who: OperatorLine,
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
struct KeptFileLine {
    name: String,
    sha256: String,
}

#[derive(Deserialize, Default)]
struct OperatorLine {
    #[serde(default)]
    uid: u32,
    #[serde(default)]
    name: Option<String>,
}

impl NewRows {
    /// Adds the rows of an entry. An entry of an unknown type, or with fields that cannot be parsed, adds nothing.
    pub fn add_entry(&mut self, seq: u64, line: &[u8]) {
        match entry_type(line, seq) {
            Some("outcome") => self.airings.extend(parse_outcome(seq, line, self.clock_confirmed, &mut self.words)),
            Some(
                kind @ ("genesis" | "plan" | "schedule" | "operator" | "note" | "boot" | "clock-trust" | "cosigned"),
            ) => {
                if let Ok(line) = serde_json::from_slice::<OtherLine>(line) {
                    self.add_other(seq, kind, line);
                }
            }
            _ => {}
        }
    }

    /// Adds the rows of an entry of this type that is not an outcome.
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
            // Plans for impossible dates get no row. The plausibility check reports them.
            ("plan", Some(date)) if is_plannable_date(date) => {
                let row = PlanRow { seq, count: line.count, sha256: line.sha256 };
                self.plans.push((day_number(date), row));
            }
            ("schedule", _) => {
                let at = micros_since_epoch(&line.at);
                let playlists = line.files.into_iter().filter(|file| file.name != "station.toml");
                self.schedules.extend(playlists.map(|file| (file.sha256, at)));
            }
            // The operator's confirmation ends when the machine restarts or the clock becomes untrusted.
            ("boot", _) => self.clock_confirmed &= !line.machine_restarted && line.trusted,
            ("clock-trust", _) => self.clock_confirmed &= line.trusted,
            ("cosigned", _) => self.cosigned.push(line.note),
            ("operator" | "note", _) => {
                self.clock_confirmed |= kind == "operator" && line.action == "clock-confirm";
                let to_bounded = |text: &str| bounded_text(text).into_owned();
                let operator = line.who.name.as_deref().map_or_else(|| line.who.uid.to_string(), to_bounded);
                let kind = if kind == "note" { kind.to_owned() } else { to_bounded(&line.action) };
                let subject = to_bounded(&line.id.unwrap_or_default());
                // The station limits notes to 1,000 characters, and so does the index.
                let text = line.text.chars().take(1000).collect();
                self.events.push(EventRow { seq, at: to_bounded(&line.at), kind, subject, operator, text });
            }
            _ => {}
        }
    }
}
