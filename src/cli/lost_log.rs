//! Reports that a station's folder no longer has the log that this machine signed for it.
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use super::table::{format_date, strip_unprintable};
use crate::airlog::files::{CHECKPOINT, LOG};
use crate::airlog::lost_log::{LostLog, find_lost_log};
use crate::base::instant::{WallTime, to_local};
use crate::schedule::settings::Station;
use crate::station::read_settings_only;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize};

/// A log that the folder no longer has, with the station's name and the time of its last signature in the station's
/// time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingLog {
    /// The station's name.
    pub station: String,
    /// The number of entries that this machine has signed.
    pub entries: u64,
    /// The time of the last signature.
    pub signed_at: DateTime<FixedOffset>,
}

impl MissingLog {
    /// Adds the station's name to a lost log, and converts the time of its last signature to the station's time zone.
    #[must_use]
    pub fn new(log: &LostLog, settings: &Station) -> Self {
        let signed_at = to_local(WallTime(log.signed_at_us), settings.timezone);
        Self { station: strip_unprintable(&settings.name), entries: log.entries, signed_at }
    }

    /// Returns the time of the last signature, in words.
    pub(super) fn signed_at_text(&self, lang: Lang) -> String {
        moment_text(self.signed_at, lang)
    }

    /// Returns the message: what is missing, and what to do.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> ProofText {
        let (station, entries) = (self.station.clone(), self.entries.into());
        ProofText::LogLost { station, entries, at: self.signed_at_text(lang) }
    }
}

/// Returns a time and its date, in words.
pub(super) fn moment_text(at: DateTime<FixedOffset>, lang: Lang) -> String {
    let (time, date) = (at.format("%H:%M").to_string(), format_date(at.date_naive(), lang));
    ProofText::Moment { time, date }.localized(lang).to_string()
}

/// Returns the log that the folder no longer has; `None` if the folder has a log.
#[must_use]
pub fn missing_log(station: &Path) -> Option<MissingLog> {
    let has_log = [LOG, CHECKPOINT].iter().any(|name| station.join("airlog").join(name).exists());
    if has_log { None } else { log_signed_before(station, i64::MAX) }
}

/// Returns the newest lost log of this folder whose last signature is earlier than `unix_us`, in microseconds since
/// 1970.
pub(super) fn log_signed_before(station: &Path, unix_us: i64) -> Option<MissingLog> {
    let settings = read_settings_only(station)?;
    let log = find_lost_log(station, settings.id.as_str(), unix_us)?;
    Some(MissingLog::new(&log, &settings))
}
