//! Step 3 of the flow: [`Schedule`] + [`Library`] + date -> [`Plan`], a pure function.
//!
//! A plan names every airing that must go out on one date, with its exact time from the files' real lengths.
//! Its ids never depend on lengths, so a file that changes does not rename an airing.
use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::instant::Wall;
use crate::library::{Length, Library};
use crate::schedule::{Id, Late, Schedule, Segment, Session, Source};

/// The three levels that Vietnamese rules name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Thông thường.
    #[default]
    Normal,
    /// Ưu tiên.
    Priority,
    /// Khẩn cấp: plays at once, and alone may sound in quiet hours.
    Urgent,
}

/// A session's `late` rule on one date, its local time turned into an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LateRule {
    /// What could not start at its time is missed.
    Skip,
    /// Plays whole, however late.
    Play,
    /// Plays whole if it starts before this instant.
    Until(DateTime<FixedOffset>),
    /// Comes in where it would be by now.
    Join,
}

/// A joined item is lined up this far ahead, so that its file is open when it comes in.
pub const JOIN_LEAD_US: i64 = 300_000;

/// One planned airing: all that its log entries will say of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Airing {
    /// `<session>@<date>T<HH:MM:SS>#<position>`.
    pub id: String,
    /// The session's own date, also past midnight.
    pub date: NaiveDate,
    /// Its session.
    pub session: Id,
    /// Its segment.
    pub segment: Id,
    /// The segment's title.
    pub title: String,
    /// When its first frame is to leave.
    pub start: DateTime<FixedOffset>,
    /// Its length in milliseconds.
    pub duration_ms: i64,
    /// Its level.
    pub priority: Priority,
    /// The campaign it counts towards.
    pub campaign: Option<Id>,
    /// The topic it counts towards.
    pub topic: Option<u16>,
    /// Its language code.
    pub language: String,
    /// Who made it.
    pub source: Source,
    /// File name in `audio/`.
    pub file: String,
    /// Its exact length, last known if the file is gone, 0 if it never was there.
    pub length: Length,
    /// When its session starts.
    pub session_start: DateTime<FixedOffset>,
    /// Its session's rule for late starts.
    pub late: LateRule,
    /// The segment's last day.
    pub valid_until: Option<NaiveDate>,
    /// SHA-256 that its file must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Nobody has approved it, and the station airs approved segments only: it will be logged as missed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unapproved: bool,
    /// Taken out by an edit on its own day: it will be logged as missed when its time comes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

impl Airing {
    /// [`Airing::start`] on the wall clock.
    #[must_use]
    pub fn starts(&self) -> Wall {
        Wall(self.start.timestamp_micros())
    }

    /// The instant after its last frame.
    #[must_use]
    pub fn ends(&self) -> Wall {
        self.starts().plus(self.length.us())
    }

    /// Whether anything of it is left for one who comes in at `now`.
    #[must_use]
    pub fn may_be_joined(&self, now: Wall) -> bool {
        now.plus(JOIN_LEAD_US) < self.ends()
    }

    /// [`Airing::session_start`] on the wall clock.
    #[must_use]
    pub fn session_starts(&self) -> Wall {
        Wall(self.session_start.timestamp_micros())
    }

    /// What the session's airings of this date have in common: the id without its position.
    #[must_use]
    pub fn session_key(&self) -> &str {
        self.id.rsplit_once('#').map_or(&self.id, |(key, _)| key)
    }
}

/// What must air on one date, in the order of starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plan {
    /// Sessions one after the other, each in its own order.
    pub airings: Vec<Airing>,
}

/// The columns of `loa plan --format json`.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    date: NaiveDate,
    session: &'a Id,
    segment: &'a Id,
    title: &'a str,
    start: DateTime<FixedOffset>,
    duration_ms: i64,
    priority: Priority,
    campaign: Option<&'a Id>,
    topic: Option<u16>,
    language: &'a str,
}

impl Plan {
    /// How many airings must go out.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.airings.iter().filter(|a| !a.withdrawn).count() as u64
    }

    /// The bytes that are kept beside the log and whose SHA-256 its `plan` entry names: one airing a line.
    #[must_use]
    pub fn kept(&self) -> Vec<u8> {
        let mut text = String::from("[");
        for (i, airing) in self.airings.iter().enumerate() {
            text.push_str(if i == 0 { "\n" } else { ",\n" });
            // Strings and integers: serialising them cannot fail.
            text.push_str(&serde_json::to_string(airing).unwrap_or_default());
        }
        text.push_str("\n]\n");
        text.into_bytes()
    }

    /// The plan as a JSON array for other programs.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let row = |a: &Airing| {
            serde_json::json!(Row {
                id: &a.id,
                date: a.date,
                session: &a.session,
                segment: &a.segment,
                title: &a.title,
                start: a.start,
                duration_ms: a.duration_ms,
                priority: a.priority,
                campaign: a.campaign.as_ref(),
                topic: a.topic,
                language: &a.language,
            })
        };
        self.airings.iter().map(row).collect()
    }
}

/// Expands a schedule day by day.
pub struct Planner<'a> {
    schedule: &'a Schedule,
    library: &'a Library,
    segments: HashMap<&'a Id, &'a Segment>,
}

impl<'a> Planner<'a> {
    /// A planner over this schedule and these files.
    #[must_use]
    pub fn new(schedule: &'a Schedule, library: &'a Library) -> Self {
        Self { schedule, library, segments: schedule.segments.iter().map(|s| (&s.id, s)).collect() }
    }

    /// The plan of one date.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Plan {
        let mut starts: Vec<(NaiveTime, usize, &Session)> = Vec::new();
        for (order, session) in self.schedule.sessions.iter().enumerate() {
            if airs_on(session, date) {
                starts.extend(session.at.iter().map(|at| (*at, order, session)));
            }
        }
        starts.sort_by_key(|(at, order, _)| (*at, *order));
        let mut airings = Vec::new();
        for (at, _, session) in starts {
            self.session(session, date, at, &mut airings);
        }
        Plan { airings }
    }

    fn session(&self, session: &Session, date: NaiveDate, at: NaiveTime, out: &mut Vec<Airing>) {
        let zone = self.schedule.station.timezone;
        let session_start = instant(zone, date.and_time(at));
        let late = late_rule(session.late, zone, date, at);
        let mut start = session_start;
        for (index, id) in session.play.iter().enumerate() {
            // A reference to no segment was reported when the schedule was read.
            let Some(segment) = self.segments.get(id) else {
                continue;
            };
            let length = self.library.length(&segment.file);
            out.push(Airing {
                id: format!("{}@{date}T{}#{}", session.id, at.format("%H:%M:%S"), index + 1),
                date,
                session: session.id.clone(),
                segment: segment.id.clone(),
                title: segment.title.clone(),
                start: in_zone(zone, start),
                duration_ms: length.ms(),
                priority: Priority::Normal,
                campaign: segment.campaign.clone(),
                topic: segment.topic,
                language: segment.language.clone(),
                source: segment.source,
                file: segment.file.clone(),
                length,
                session_start,
                late,
                valid_until: segment.valid_until,
                sha256: segment.sha256.clone(),
                unapproved: self.schedule.station.approval_required && !segment.approved(date),
                withdrawn: false,
            });
            start += TimeDelta::microseconds(length.us());
        }
    }
}

/// Whether a session airs on this date at all.
#[must_use]
pub fn airs_on(session: &Session, date: NaiveDate) -> bool {
    session.days.contain(date)
        && session.from.is_none_or(|from| from <= date)
        && session.until.is_none_or(|until| date <= until)
}

/// A local time as an instant. A time that comes twice (clocks going back) means its first coming; a time
/// that never comes (clocks going forward) means the first instant after the gap.
#[must_use]
pub fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<FixedOffset> {
    let mut probe = local;
    // No zone has ever skipped more than a day; minutes suffice, as gaps begin and end on them.
    for _ in 0..=1441 {
        if let Some(found) = zone.from_local_datetime(&probe).earliest() {
            return found.fixed_offset();
        }
        probe += TimeDelta::minutes(1);
    }
    local.and_utc().fixed_offset()
}

/// The same instant, written with the zone's offset at that instant.
fn in_zone(zone: Tz, at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    at.with_timezone(&zone).fixed_offset()
}

fn late_rule(late: Late, zone: Tz, date: NaiveDate, at: NaiveTime) -> LateRule {
    match late {
        Late::Skip => LateRule::Skip,
        Late::Play => LateRule::Play,
        Late::Join => LateRule::Join,
        Late::Until(time) => match until(time, at) {
            Some(days) => LateRule::Until(instant(zone, (date + TimeDelta::days(days)).and_time(time))),
            None => LateRule::Skip,
        },
    }
}

/// So many days after a session's date does the time of its `late = "until …"` come: 0, or 1 for a session that
/// starts before midnight and may be late past it. None when it had passed before the session's start, as `until
/// 05:45` has for the evening of a session at 05:15 and 17:00: yesterday's evening is never played at dawn.
#[must_use]
pub fn until(time: NaiveTime, start: NaiveTime) -> Option<i64> {
    if time > start {
        return Some(0);
    }
    let over_midnight = TimeDelta::days(1) - (start - time);
    (over_midnight <= MAX_LATE_OVER_MIDNIGHT).then_some(1)
}

/// How late a session may be past midnight.
const MAX_LATE_OVER_MIDNIGHT: TimeDelta = TimeDelta::hours(6);
