//! Step 3 of the flow: expands a schedule day by day.
mod item_labels;

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};

use super::draw::{DrawPools, SegmentInfo, SharedSegmentInfo};
use super::expand::{PlannedItem, ResolvedSession, SessionStart};
use super::zone::{ZoneOnDate, resolve_late_rule};
use super::{Airing, AiringFate, LateRule, Plan, StartMode};
use crate::library::{self, Library};
use crate::schedule::calendar::{Calendar, CalendarDay, Recurrence};
use crate::schedule::{Id, Schedule, Segment, SegmentPool, StartRule};

/// Expands a schedule day by day.
pub struct Planner<'a> {
    schedule: &'a Schedule,
    calendar: Calendar<'a>,
    pools: DrawPools<'a>,
    /// Sorted by first start and id.
    sessions: Vec<ResolvedSession<'a>>,
    /// Recurrences of `sessions`, in one piece of memory because each is checked on each date.
    recurrences: Vec<Recurrence>,
    /// All nominal starts in order: time, index in `sessions`, and the time as ids spell it.
    starts: Vec<(NaiveTime, usize, Box<str>)>,
    /// The empty label, shared by all items without one.
    empty_text: Arc<str>,
    /// Airings of the longest day so far.
    max_airings: Cell<usize>,
}

impl<'a> Planner<'a> {
    /// Returns a planner of this schedule with these files.
    #[must_use]
    pub fn new(schedule: &'a Schedule, library: &Library) -> Self {
        let known = |segment: &'a Segment| {
            Rc::new(SegmentInfo::new(
                segment,
                library.files.get(&segment.file).and_then(library::FileStatus::last_good_scan),
            ))
        };
        let known: Vec<SharedSegmentInfo<'a>> = schedule.segments.iter().map(known).collect();
        let pools = DrawPools::new(schedule, &known);
        let by_id: HashMap<&Id, &SharedSegmentInfo<'a>> =
            known.iter().map(|known| (&known.segment.id, known)).collect();
        let find = |id: &Id| by_id.get(id).copied().cloned();
        let of_pool = |pool: &SegmentPool| pools.index_of(pool);
        // In the usual order of use, so that planning a year of thousands of sessions reads memory in order.
        let mut order: Vec<usize> = (0..schedule.sessions.len()).collect();
        let first = |place: usize| (schedule.sessions[place].at.first(), &schedule.sessions[place].id);
        order.sort_by(|one, other| first(*one).cmp(&first(*other)));
        let prepared = |place: usize| ResolvedSession::new(&schedule.sessions[place], &find, &of_pool);
        let sessions: Vec<_> = order.into_iter().map(prepared).collect();
        let of_session = |(index, one): (usize, &ResolvedSession<'a>)| {
            let session = one.session;
            session.at.iter().map(move |at| (*at, index, at.format("%H:%M:%S").to_string().into_boxed_str()))
        };
        let mut starts: Vec<_> = sessions.iter().enumerate().flat_map(of_session).collect();
        starts.sort_by(|(a, one, _), (b, other, _)| {
            a.cmp(b).then_with(|| sessions[*one].session.id.cmp(&sessions[*other].session.id))
        });
        let (calendar, longest) = (Calendar::new(&schedule.holidays), Cell::new(0));
        let days = sessions.iter().map(|one| one.session.recurrence.clone()).collect();
        Self {
            schedule,
            calendar,
            pools,
            sessions,
            recurrences: days,
            starts,
            empty_text: "".into(),
            max_airings: longest,
        }
    }

    /// Returns the calendar day of a date.
    #[must_use]
    pub fn calendar_day(&self, date: NaiveDate) -> CalendarDay<'a> {
        self.calendar.day(date)
    }

    /// Returns the starts of one date, in order.
    #[must_use]
    pub fn starts(&self, date: NaiveDate) -> Vec<SessionStart<'_, 'a>> {
        let mut starts = Vec::new();
        self.for_each_start(date, &mut |start, _, _| {
            starts.push(start);
            Vec::new()
        });
        starts
    }

    /// Calls `take` with each start of one date, in order, with the zone around the date and the time as ids spell it.
    /// `take` returns a buffer of items to reuse.
    fn for_each_start<'p>(
        &'p self,
        date: NaiveDate,
        take: &mut dyn FnMut(SessionStart<'p, 'a>, &ZoneOnDate, &str) -> Vec<PlannedItem<'a>>,
    ) {
        let day = self.calendar.day(date);
        let airs: Vec<bool> = self.recurrences.iter().map(|when| when.matches(&day)).collect();
        let timezone = self.schedule.station.timezone;
        let zone = ZoneOnDate::on_date(timezone, date);
        let mut draws = self.pools.draws_on(date);
        let mut room = Vec::new();
        for (at, index, text) in &self.starts {
            if !airs[*index] {
                continue;
            }
            let start = self.sessions[*index].expand_start(date, (&zone, timezone), *at, &mut draws, room);
            room = take(start, &zone, text);
        }
    }

    /// Returns the plan of one date.
    #[must_use]
    pub fn plan_for(&self, date: NaiveDate) -> Plan {
        // Most days have as many airings as the day before.
        let mut airings = Vec::with_capacity(self.max_airings.get());
        let (on, mut key) = (date.to_string(), String::new());
        self.for_each_start(date, &mut |start, zone, at| {
            key.clear();
            for part in [start.rules.id.as_str(), "@", &on, "T", at, "#"] {
                key.push_str(part);
            }
            self.push_airings(&start, &key, (date, zone), &mut airings);
            start.items
        });
        self.max_airings.set(self.max_airings.get().max(airings.len()));
        Plan { airings }
    }

    /// Adds the airings of one start, with all that log entries will say about them.
    fn push_airings(
        &self,
        start: &SessionStart<'_, 'a>,
        key: &str,
        (date, zone): (NaiveDate, &ZoneOnDate),
        out: &mut Vec<Airing>,
    ) {
        let session = start.rules;
        let late = self.late_rule_of(start, zone, date);
        let closing_us = start.closing_us();
        let session_start = zone.to_local(start.start);
        let end_by = start.end_by.map(|limit| zone.to_local(limit));
        let output = &self.schedule.station.output;
        let start_mode = match session.start_rule {
            StartRule::Soft { .. } => StartMode::Soft,
            StartRule::Hard => StartMode::Hard,
        };
        out.extend(start.items.iter().map(|item| {
            let first = item.start == start.start;
            let from = if first { session_start } else { zone.to_local(item.start) };
            let volume = || (!output.volume_ranges.is_empty()).then(|| output.volume_at(from.time())).flatten();
            let what = self.item_labels(item, date);
            Airing {
                id: airing_id(key, item.position),
                date,
                session: session.id.clone(),
                segment: what.segment,
                title: what.title,
                start: from,
                duration_ms: item.length.ms(),
                priority: session.priority,
                campaign: what.campaign,
                topic: what.topic,
                language: what.language,
                source: what.source,
                file: what.file,
                length: item.length,
                session_start,
                late,
                valid_until: what.valid_until,
                sha256: what.sha256,
                scanned: what.scanned,
                kind: what.kind,
                fate: if item.dropped { AiringFate::Dropped } else { AiringFate::Airs },
                end_by,
                closing_us: if item.closing { 0 } else { closing_us },
                gap_us: if first { 0 } else { session.gap_us },
                start_mode,
                rank: session.rank,
                interrupted: session.interrupted,
                volume: session.volume.or_else(volume),
            }
        }));
    }

    /// Returns the rule for late starts; a soft start may also wait for its window.
    fn late_rule_of(&self, start: &SessionStart<'_, '_>, zone: &ZoneOnDate, date: NaiveDate) -> LateRule {
        let rule = resolve_late_rule(start.rules.late, zone, self.schedule.station.timezone, date, start.at);
        let StartRule::Soft { window_us } = start.rules.start_rule else {
            return rule;
        };
        let window = zone.to_local(start.start.plus(window_us));
        match rule {
            LateRule::Skip => LateRule::Until(window),
            LateRule::Until(limit) => LateRule::Until(limit.max(window)),
            LateRule::Play | LateRule::Join => rule,
        }
    }
}

/// Returns an airing's id: the part that its start's airings share, and a position.
fn airing_id(key: &str, position: usize) -> String {
    let mut id = String::with_capacity(key.len() + 4);
    id.push_str(key);
    // Most sessions have few items, and this is done for millions.
    match u8::try_from(position) {
        Ok(digit @ 0..=9) => id.push(char::from(b'0' + digit)),
        _ => id.push_str(&position.to_string()),
    }
    id
}
