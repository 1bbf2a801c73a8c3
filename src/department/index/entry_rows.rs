//! Converts the entries of a log to rows.
use chrono::NaiveDate;
use serde::Deserialize;

use super::interner::bounded_text;
use super::outcome_line::parse_outcome;
use super::rows::{EventRow, NewRows, PlanRow, PrecedingLog, day_number, micros_since_epoch};
use crate::airlog::plausibility::is_plannable_date;
use crate::base::limits::MAX_NOTE_CHARS;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::entry_type;
use crate::proof::note::Note;

/// The fields that rows need from entries other than outcomes.
#[derive(Deserialize)]
struct EntryFields {
    at: String,
    #[serde(default)]
    date: Option<NaiveDate>,
    #[serde(default)]
    count: u64,
    #[serde(default)]
    sha256: String,
    #[serde(default)]
    files: Vec<KeptFileFields>,
    #[serde(default)]
    action: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    who: OperatorFields,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    program: Option<String>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    machine_restarted: bool,
    #[serde(default)]
    trusted: bool,
    #[serde(default)]
    follows: Option<PrecedingLogFields>,
}

#[derive(Deserialize)]
struct PrecedingLogFields {
    #[serde(default)]
    entries: u64,
    #[serde(default)]
    head: Option<String>,
}

#[derive(Deserialize)]
struct KeptFileFields {
    name: String,
    sha256: String,
}

#[derive(Deserialize, Default)]
struct OperatorFields {
    #[serde(default)]
    uid: u32,
    #[serde(default)]
    name: Option<String>,
}

impl NewRows {
    /// Adds the rows of an entry. An entry of an unknown type, or with fields that cannot be parsed, adds nothing.
    pub fn add_entry(&mut self, seq: u64, line: &[u8]) {
        match entry_type(line, seq) {
            Some("outcome") => {
                let outcome = parse_outcome(seq, line, self.clock_confirmed_by_operator, &mut self.strings);
                self.airings.extend(outcome);
            }
            Some("edit") => self.add_edit(seq, line),
            Some(
                kind @ ("genesis" | "plan" | "schedule" | "operator" | "note" | "boot" | "clock-trust" | "cosigned"),
            ) => {
                if let Ok(fields) = serde_json::from_slice::<EntryFields>(line) {
                    self.add_other_entry(seq, kind, fields);
                }
            }
            _ => {}
        }
    }

    /// Adds the rows of an entry that is not an outcome. `kind` is the type of the entry.
    fn add_other_entry(&mut self, seq: u64, kind: &str, fields: EntryFields) {
        if let (Some(program), "genesis" | "boot") = (&fields.program, kind) {
            self.program = Some(bounded_text(program).into_owned());
        }
        match kind {
            "genesis" => {
                self.station_name = fields.name.as_deref().map(|name| bounded_text(name).into_owned());
                self.preceding_log = fields.follows.map(|preceding_log| {
                    let note = preceding_log.head.and_then(|head| Note::parse(head.as_bytes()));
                    let head = note.and_then(|note| Checkpoint::parse(&note.text));
                    PrecedingLog { entries: preceding_log.entries, origin: head.map(|head| head.origin) }
                });
            }
            "plan" => {
                // A plan for an impossible date gets no row. The plausibility check reports it.
                if let Some(date) = fields.date.filter(|date| is_plannable_date(*date)) {
                    let row = PlanRow { seq, count: fields.count, sha256: fields.sha256 };
                    self.plans.push((day_number(date), row));
                }
            }
            "schedule" => {
                let adopted_at_us = micros_since_epoch(&fields.at);
                let playlists = fields.files.into_iter().filter(|file| file.name != "station.toml");
                self.playlists.extend(playlists.map(|file| (file.sha256, adopted_at_us)));
            }
            // The operator's confirmation ends when the machine restarts or the clock becomes untrusted.
            "boot" => self.clock_confirmed_by_operator &= !fields.machine_restarted && fields.trusted,
            "clock-trust" => self.clock_confirmed_by_operator &= fields.trusted,
            "cosigned" => self.cosigned_notes.push(fields.note),
            "operator" | "note" => {
                self.clock_confirmed_by_operator |= kind == "operator" && fields.action == "clock-confirm";
                self.events.push(event_row(seq, kind, fields));
            }
            _ => {}
        }
    }
}

/// Converts an `operator` or `note` entry to a row.
fn event_row(seq: u64, kind: &str, fields: EntryFields) -> EventRow {
    let to_bounded = |text: &str| bounded_text(text).into_owned();
    EventRow {
        seq,
        at: to_bounded(&fields.at),
        kind: if kind == "note" { kind.to_owned() } else { to_bounded(&fields.action) },
        subject: to_bounded(&fields.id.unwrap_or_default()),
        operator: fields.who.name.as_deref().map_or_else(|| fields.who.uid.to_string(), to_bounded),
        text: fields.text.chars().take(MAX_NOTE_CHARS).collect(),
    }
}
