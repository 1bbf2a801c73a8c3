//! The JSON layout of an airing in kept plans. The bytes are hashed, so the names and the order of the fields and the
//! rules for omitting them are frozen.
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::airing::{Airing, AiringFate, AiringKind, LateRule, StartMode};
use crate::library::Length;
use crate::schedule::{Id, InterruptPolicy, Priority, SegmentSource, session};

/// The JSON object of one [`Airing`]. Most fields are omitted while they have their default value. Plans of older
/// versions do not contain the fields that were added later.
#[derive(Serialize, Deserialize)]
struct KeptAiring {
    id: String,
    date: NaiveDate,
    session: Id,
    segment: Id,
    title: Arc<str>,
    start: DateTime<FixedOffset>,
    duration_ms: i64,
    priority: Priority,
    campaign: Option<Id>,
    topic: Option<u16>,
    language: Arc<str>,
    source: SegmentSource,
    file: Arc<str>,
    length: Length,
    session_start: DateTime<FixedOffset>,
    late: LateRule,
    valid_until: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<Arc<str>>,
    #[serde(rename = "scanned", default, skip_serializing_if = "Option::is_none")]
    scanned_sha256: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unapproved: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    withdrawn: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    relay: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    empty: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    dropped: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end_by: Option<DateTime<FixedOffset>>,
    #[serde(rename = "closing_us", default, skip_serializing_if = "is_zero")]
    closing_reserve_us: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    gap_us: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    soft: bool,
    #[serde(default = "default_rank", skip_serializing_if = "is_default_rank")]
    rank: u16,
    #[serde(rename = "interrupted", default)]
    interrupt_policy: InterruptPolicy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    volume: Option<u8>,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn default_rank() -> u16 {
    session::DEFAULT_RANK
}

fn is_default_rank(rank: &u16) -> bool {
    *rank == session::DEFAULT_RANK
}

impl Serialize for Airing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        KeptAiring::from(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Airing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        KeptAiring::deserialize(deserializer).map(Self::from)
    }
}

impl From<KeptAiring> for Airing {
    fn from(kept: KeptAiring) -> Self {
        // No version of loa writes more than one of these three flags.
        let kind = match (kept.relay, kept.empty, kept.unapproved) {
            (true, ..) => AiringKind::Relay,
            (_, true, _) => AiringKind::EmptyDraw,
            (.., true) => AiringKind::UnapprovedSegment,
            _ => AiringKind::Segment,
        };
        let fate = match (kept.withdrawn, kept.dropped) {
            (true, dropped) => AiringFate::Withdrawn { dropped },
            (false, true) => AiringFate::Dropped,
            (false, false) => AiringFate::Airs,
        };
        Self {
            id: kept.id,
            date: kept.date,
            session: kept.session,
            segment: kept.segment,
            title: kept.title,
            start: kept.start,
            duration_ms: kept.duration_ms,
            priority: kept.priority,
            campaign: kept.campaign,
            topic: kept.topic,
            language: kept.language,
            source: kept.source,
            file: kept.file,
            length: kept.length,
            session_start: kept.session_start,
            late: kept.late,
            valid_until: kept.valid_until,
            sha256: kept.sha256,
            scanned_sha256: kept.scanned_sha256,
            kind,
            fate,
            end_by: kept.end_by,
            closing_reserve_us: kept.closing_reserve_us,
            gap_us: kept.gap_us,
            start_mode: if kept.soft { StartMode::Soft } else { StartMode::Hard },
            rank: kept.rank,
            interrupted: kept.interrupt_policy,
            volume: kept.volume,
        }
    }
}

impl From<Airing> for KeptAiring {
    fn from(airing: Airing) -> Self {
        let (withdrawn, dropped) = (airing.is_withdrawn(), airing.is_dropped());
        let soft = airing.has_soft_start();
        Self {
            id: airing.id,
            date: airing.date,
            session: airing.session,
            segment: airing.segment,
            title: airing.title,
            start: airing.start,
            duration_ms: airing.duration_ms,
            priority: airing.priority,
            campaign: airing.campaign,
            topic: airing.topic,
            language: airing.language,
            source: airing.source,
            file: airing.file,
            length: airing.length,
            session_start: airing.session_start,
            late: airing.late,
            valid_until: airing.valid_until,
            sha256: airing.sha256,
            scanned_sha256: airing.scanned_sha256,
            unapproved: airing.kind == AiringKind::UnapprovedSegment,
            withdrawn,
            relay: airing.kind == AiringKind::Relay,
            empty: airing.kind == AiringKind::EmptyDraw,
            dropped,
            end_by: airing.end_by,
            closing_reserve_us: airing.closing_reserve_us,
            gap_us: airing.gap_us,
            soft,
            rank: airing.rank,
            interrupt_policy: airing.interrupted,
            volume: airing.volume,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::Airing;

    /// An airing as written by a release before relay slots and ranks existed.
    const OLDEST_AIRING_JSON: &str = concat!(
        r#"{"id":"a@2026-03-02T05:00:00#1","date":"2026-03-02","session":"a","segment":"s","title":"T","#,
        r#""start":"2026-03-02T05:00:00+07:00","duration_ms":1000,"priority":"normal","campaign":null,"topic":null,"#,
        r#""language":"vi","source":"own","file":"s.mp3","length":{"frames":48000,"rate":48000},"#,
        r#""session_start":"2026-03-02T05:00:00+07:00","late":"skip","valid_until":null}"#
    );

    /// Adds these flags, which must be in the order of the fields, to [`OLDEST_AIRING_JSON`].
    fn with_flags(flags: &[&str]) -> String {
        let flags: String = flags.iter().map(|flag| format!(r#","{flag}":true"#)).collect();
        format!("{}{flags},\"interrupted\":\"drop\"}}", OLDEST_AIRING_JSON.trim_end_matches('}'))
    }

    #[test]
    fn every_combination_of_flags_is_read_and_written_unchanged() {
        for kind in [None, Some("unapproved"), Some("relay"), Some("empty")] {
            for withdrawn in [false, true] {
                for dropped in [false, true] {
                    for soft in [false, true] {
                        let mut flags: Vec<&str> = kind.into_iter().collect();
                        // `withdrawn` is written after `unapproved` and before `relay`.
                        let index = usize::from(kind == Some("unapproved"));
                        withdrawn.then(|| flags.insert(index, "withdrawn"));
                        dropped.then(|| flags.push("dropped"));
                        soft.then(|| flags.push("soft"));
                        let json = with_flags(&flags);
                        let airing: Airing = serde_json::from_str(&json).unwrap();
                        assert_eq!(serde_json::to_string(&airing).unwrap(), json);
                        let read_flags = (airing.is_withdrawn(), airing.is_dropped(), airing.has_soft_start());
                        assert_eq!(read_flags, (withdrawn, dropped, soft));
                    }
                }
            }
        }
    }

    #[test]
    fn plans_of_older_versions_are_read_without_the_later_fields() {
        let airing: Airing = serde_json::from_str(OLDEST_AIRING_JSON).unwrap();
        assert!(!airing.is_relay() && !airing.is_withdrawn() && airing.ineligible_reason().is_none());
        assert_eq!(airing.interrupted, crate::schedule::InterruptPolicy::default());
    }
}
