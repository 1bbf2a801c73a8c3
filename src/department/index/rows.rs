//! Entries as rows.
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate};
use serde::Deserialize;

use super::interner::{Interner, bounded_text};
use crate::airlog::outcome::Reason;
use crate::airlog::plausibility::{date_in_id, is_plannable_date, is_unplanned};
use crate::proof::entry::entry_type;
use crate::proof::signed_head::SignedHead;

/// What a date is in the index: days since 0000-12-31, so that 0001-01-01 is 1.
#[must_use]
pub fn day_number(date: NaiveDate) -> i32 {
    date.num_days_from_ce()
}

/// No airing is longer than a day, milliseconds.
const MAX_MS: i64 = 86_400_000;
/// No id is longer, and no plan has more airings.
const MAX_ID: usize = 300;
pub(super) const MAX_PLANNED: u64 = 5_000;

fn are_valid_lengths(lengths: &[i64]) -> bool {
    lengths.iter().all(|ms| (0..=MAX_MS).contains(ms))
}

/// A reason's number in the index: its place in [`Reason::ALL`], or one that no reason has.
#[must_use]
pub fn reason_number(code: &str) -> i64 {
    let known = serde_json::from_value::<Reason>(serde_json::Value::from(code)).ok();
    known.and_then(|reason| Reason::ALL.iter().position(|one| *one == reason)).map_or(-1, |at| at as i64)
}

/// The keys that an airing's rows have in common, in an `outcome` entry or a plan.
#[derive(Debug, Clone, Default)]
pub struct AiringColumns {
    /// Its id.
    pub id: String,
    /// From its id.
    pub date: i32,
    /// RFC 3339.
    pub planned_at: Option<String>,
    /// Session id: a number in [`Vocabulary`], 0 for none.
    pub session: u32,
    /// Segment id; a word.
    pub segment: u32,
    /// Title; a word.
    pub title: u32,
    /// Campaign id; a word, 0 for none.
    pub campaign: u32,
    /// Topic.
    pub topic: Option<u16>,
    /// Language code; a word.
    pub language: u32,
    /// Milliseconds.
    pub planned_ms: i64,
}

/// A row of `airing`.
#[derive(Debug, Clone)]
pub struct AiringRow {
    /// What is common.
    pub columns: AiringColumns,
    /// Its entry.
    pub seq: u64,
    /// When it was written.
    pub at_us: i64,
    /// Milliseconds.
    pub played_ms: i64,
    /// 0 aired, 1 partial, 2 missed.
    pub result: u8,
    /// See [`reason_number`].
    pub reason: Option<i64>,
    /// Microseconds.
    pub late_us: Option<i64>,
    /// Level of proof.
    pub level: u8,
    /// Whether something kept the clock, or the operator had vouched for it; none when the entry does not say.
    pub clock_vouched: Option<bool>,
    /// SHA-256 of the file as played, in hex; a word.
    pub sha256: Option<u32>,
    /// The device; a word.
    pub device: Option<u32>,
    /// Per cent.
    pub volume: Option<i64>,
}

/// A row of `event`.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Its entry.
    pub seq: u64,
    /// When, as the log says it.
    pub at: String,
    /// The action, or `note`.
    pub kind: String,
    /// What it concerned.
    pub subject: String,
    /// Who.
    pub who: String,
    /// A remark's words.
    pub text: String,
}

/// A `plan` entry.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// Its entry.
    pub seq: u64,
    /// How many airings.
    pub count: u64,
    /// Its kept file.
    pub sha256: String,
}

/// What the new entries of a log come to.
#[derive(Debug, Default)]
pub struct NewRows {
    /// The words of airings and plans.
    pub words: Interner,
    /// Outcomes.
    pub airings: Vec<AiringRow>,
    /// What people did and said.
    pub events: Vec<EventRow>,
    /// All plans, each with its date.
    pub plans: Vec<(i32, PlanRow)>,
    /// The schedules' kept files, with when they were adopted.
    pub schedules: Vec<(String, i64)>,
    /// The station's name, from the first entry.
    pub station_name: Option<String>,
    /// When the last entry was written, as it says.
    pub newest_at: Option<String>,
    /// Heads of this log that came back with somebody's countersignature: signed notes, whole.
    pub cosigned: Vec<String>,
    /// Whether the operator vouches for the clock.
    pub clock_confirmed: bool,
    /// The log that this one takes the place of.
    pub follows: Option<PrecedingLog>,
}

/// A log that a later one takes the place of, as that one says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrecedingLog {
    /// Its entries.
    pub entries: u64,
    /// Its name, as far as a head of it was there.
    pub origin: Option<String>,
}

#[derive(Deserialize)]
struct OutcomeLine<'a> {
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    segment: Cow<'a, str>,
    #[serde(borrow, default)]
    session: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    planned_at: Option<Cow<'a, str>>,
    #[serde(default)]
    planned_ms: i64,
    #[serde(borrow, default)]
    campaign: Option<Cow<'a, str>>,
    #[serde(default)]
    topic: Option<u16>,
    #[serde(borrow, default)]
    language: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    result: Cow<'a, str>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    #[serde(default)]
    played_ms: i64,
    #[serde(default)]
    late_us: Option<i64>,
    #[serde(default)]
    level: u8,
    #[serde(default)]
    clock: Option<ClockLine>,
    #[serde(borrow, default)]
    sha256: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    device: Option<Cow<'a, str>>,
    #[serde(default)]
    volume: Option<i64>,
}

#[derive(Deserialize)]
struct ClockLine {
    #[serde(default)]
    synchronised: Option<bool>,
}

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

fn micros_since_epoch(at: &str) -> i64 {
    DateTime::parse_from_rfc3339(at).map_or(0, |at| at.timestamp_micros())
}

impl NewRows {
    /// Takes an entry. What is not in the form that this version knows says nothing: it counts nowhere.
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
                    let head = follows.head.and_then(|head| SignedHead::parse(head.as_bytes()));
                    PrecedingLog { entries: follows.entries, origin: head.map(|head| head.checkpoint.origin) }
                });
            }
            // Nothing is reckoned with dates that no station can plan; that they are there is told by the judge.
            ("plan", Some(date)) if is_plannable_date(date) => {
                let planned = PlanRow { seq, count: line.count, sha256: line.sha256 };
                self.plans.push((day_number(date), planned));
            }
            ("schedule", _) => {
                let at = micros_since_epoch(&line.at);
                let playlists = line.files.into_iter().filter(|file| file.name != "station.toml");
                self.schedules.extend(playlists.map(|file| (file.sha256, at)));
            }
            // Whoever vouched, vouched for this start of the machine, and until its clock was doubted again.
            ("boot", _) => self.clock_confirmed &= !line.machine_restarted && line.trusted,
            ("clock-trust", _) => self.clock_confirmed &= line.trusted,
            ("cosigned", _) => self.cosigned.push(line.note),
            ("operator" | "note", _) => {
                self.clock_confirmed |= kind == "operator" && line.action == "clock-confirm";
                let shown = |text: &str| bounded_text(text).into_owned();
                let who = line.who.name.as_deref().map_or_else(|| line.who.uid.to_string(), shown);
                let kind = if kind == "note" { kind.to_owned() } else { shown(&line.action) };
                let subject = shown(&line.id.unwrap_or_default());
                // A remark has at most a thousand letters.
                let text = line.text.chars().take(1000).collect();
                self.events.push(EventRow { seq, at: shown(&line.at), kind, subject, who, text });
            }
            _ => {}
        }
    }
}

fn parse_outcome(seq: u64, line: &[u8], confirmed: bool, words: &mut Interner) -> Option<AiringRow> {
    let line: OutcomeLine<'_> = serde_json::from_slice(line).ok()?;
    if line.id.len() > MAX_ID || !are_valid_lengths(&[line.planned_ms, line.played_ms]) {
        return None;
    }
    let date = day_number(date_in_id(&line.id)?);
    let result = match &*line.result {
        "aired" => 0,
        "partial" => 1,
        "missed" => 2,
        _ => return None,
    };
    let about = AiringColumns {
        date,
        planned_at: line.planned_at.map(|at| bounded_text(&at).into_owned()),
        session: words.intern(line.session.as_deref().unwrap_or_default()),
        segment: words.intern(&line.segment),
        title: words.intern(&line.title),
        campaign: words.intern(line.campaign.as_deref().unwrap_or_default()),
        topic: line.topic,
        language: words.intern(&line.language),
        planned_ms: line.planned_ms,
        id: line.id.into_owned(),
    };
    let reason = line.reason.map(|code| reason_number(&code));
    let (at_us, played_ms) = (micros_since_epoch(&line.at), line.played_ms);
    let kept = line.clock.and_then(|clock| clock.synchronised);
    let hex = |text: &Cow<'_, str>| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    Some(AiringRow {
        columns: about,
        seq,
        at_us,
        played_ms,
        result,
        reason,
        late_us: line.late_us,
        level: line.level,
        clock_vouched: kept.map(|kept| kept || confirmed),
        sha256: line.sha256.filter(hex).map(|sha256| words.intern(&sha256)),
        device: line.device.map(|device| words.intern(&device)),
        volume: line.volume,
    })
}

#[derive(Deserialize)]
struct PlanLine<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    session: Option<Cow<'a, str>>,
    #[serde(borrow)]
    segment: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Cow<'a, str>,
    #[serde(borrow, default)]
    start: Option<Cow<'a, str>>,
    #[serde(default)]
    duration_ms: i64,
    #[serde(borrow, default)]
    campaign: Option<Cow<'a, str>>,
    #[serde(default)]
    topic: Option<u16>,
    #[serde(borrow, default)]
    language: Cow<'a, str>,
    /// A relay slot is no airing.
    #[serde(default)]
    relay: bool,
    /// What was taken out of an earlier plan of the day is named, and gets its outcome, but is planned no more.
    #[serde(default)]
    withdrawn: bool,
}

/// A kept plan.
#[derive(Debug, Clone, Default)]
pub struct ParsedPlan {
    /// The airings that it names.
    pub airings: Vec<AiringColumns>,
    /// What of them is planned, milliseconds.
    pub planned_ms: i64,
}

/// The airings of a kept plan of this date, each once, as far as somebody wants them by their ids; none when it is no plan.
#[must_use]
pub fn parse_plan(
    plan: &[u8],
    date: i32,
    words: &mut Interner,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<ParsedPlan> {
    let lines: Vec<PlanLine<'_>> = serde_json::from_slice(plan).ok()?;
    let mut seen = HashSet::new();
    let good = |line: &PlanLine<'_>| {
        let day = date_in_id(&line.id).map(day_number);
        !line.relay
            && day == Some(date)
            && line.id.len() <= MAX_ID
            && are_valid_lengths(&[line.duration_ms])
            && !is_unplanned(&line.id)
    };
    let own = lines.into_iter().filter(good).filter(|line| seen.insert(line.id.clone()));
    let mut planned_ms = 0;
    let counted = own.inspect(|line| planned_ms += if line.withdrawn { 0 } else { line.duration_ms });
    let first = counted.take(usize::try_from(MAX_PLANNED).unwrap_or(usize::MAX));
    let abouts = first.filter(|line| is_wanted(&line.id)).map(|line| AiringColumns {
        date,
        planned_at: line.start.map(|start| bounded_text(&start).into_owned()),
        session: words.intern(line.session.as_deref().unwrap_or_default()),
        segment: words.intern(&line.segment),
        title: words.intern(&line.title),
        campaign: words.intern(line.campaign.as_deref().unwrap_or_default()),
        topic: line.topic,
        language: words.intern(&line.language),
        planned_ms: line.duration_ms,
        id: line.id.into_owned(),
    });
    let airings = abouts.collect();
    Some(ParsedPlan { airings, planned_ms })
}

/// What stands for `count` airings of a date whose plan is lacking: they were planned, and nothing else is known.
#[must_use]
pub fn placeholder_airings(date: i32, count: u64) -> Vec<AiringColumns> {
    let day = NaiveDate::from_num_days_from_ce_opt(date).unwrap_or_default();
    let one = |n| AiringColumns { id: format!("?@{day}#{n}"), date, ..AiringColumns::default() };
    (1..=count.min(MAX_PLANNED)).map(one).collect()
}

#[derive(Deserialize)]
struct KeptPlaylist {
    campaign: Option<KeptCampaign>,
}

#[derive(Deserialize)]
struct KeptCampaign {
    id: String,
    #[serde(default)]
    topics: BTreeMap<String, String>,
}

/// The topics' titles in a kept playlist: campaign, number, title.
#[must_use]
pub fn parse_topics(playlist: &[u8]) -> Vec<(String, u16, String)> {
    let text = std::str::from_utf8(playlist).unwrap_or_default();
    let Some(KeptCampaign { id, topics }) = toml::from_str::<KeptPlaylist>(text).ok().and_then(|list| list.campaign)
    else {
        return Vec::new();
    };
    let numbered = topics.into_iter().filter_map(|(number, title)| Some((number.parse().ok()?, title)));
    let shown = |text: &str| bounded_text(text).into_owned();
    numbered.take(1000).map(|(number, title)| (shown(&id), number, shown(&title))).collect()
}
