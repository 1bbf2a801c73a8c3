//! Plans a schedule day by day.
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

/// The planner of one schedule. It plans each date separately.
pub struct Planner<'a> {
    schedule: &'a Schedule,
    calendar: Calendar<'a>,
    pools: DrawPools<'a>,
    /// The sessions, sorted by first nominal start and id.
    sessions: Vec<ResolvedSession<'a>>,
    /// The recurrences of `sessions`, in the same order. They lie together in memory, because each of them is checked
    /// for each date.
    recurrences: Vec<Recurrence>,
    /// All nominal starts, in order: the time, the index in `sessions`, and the time in the form used in ids.
    starts: Vec<(NaiveTime, usize, Box<str>)>,
    /// The empty string, shared by all airings without a file.
    empty_text: Arc<str>,
    /// The largest number of airings on a date planned so far.
    max_airings_on_a_date: Cell<usize>,
}

impl<'a> Planner<'a> {
    /// Creates a planner for this schedule and the files of this library.
    #[must_use]
    pub fn new(schedule: &'a Schedule, library: &Library) -> Self {
        let info_of = |segment: &'a Segment| {
            Rc::new(SegmentInfo::new(
                segment,
                library.files.get(&segment.file).and_then(library::FileStatus::last_good_scan),
            ))
        };
        let infos: Vec<SharedSegmentInfo<'a>> = schedule.segments.iter().map(info_of).collect();
        let pools = DrawPools::new(schedule, &infos);
        let info_by_id: HashMap<&Id, &SharedSegmentInfo<'a>> =
            infos.iter().map(|info| (&info.segment.id, info)).collect();
        let find_segment = |id: &Id| info_by_id.get(id).copied().cloned();
        let pool_index_of = |pool: &SegmentPool| pools.index_of(pool);
        // The sessions lie in memory in the order of their starts, so that planning reads memory sequentially.
        let mut session_order: Vec<usize> = (0..schedule.sessions.len()).collect();
        let sort_key = |index: usize| (schedule.sessions[index].start_times.first(), &schedule.sessions[index].id);
        session_order.sort_by(|a, b| sort_key(*a).cmp(&sort_key(*b)));
        let resolve = |index: usize| ResolvedSession::new(&schedule.sessions[index], &find_segment, &pool_index_of);
        let sessions: Vec<_> = session_order.into_iter().map(resolve).collect();
        let starts_of_session = |(index, resolved): (usize, &ResolvedSession<'a>)| {
            let session = resolved.session;
            let to_start = move |time: &NaiveTime| (*time, index, time.format("%H:%M:%S").to_string().into_boxed_str());
            session.start_times.iter().map(to_start)
        };
        let mut starts: Vec<_> = sessions.iter().enumerate().flat_map(starts_of_session).collect();
        starts.sort_by(|(time_a, index_a, _), (time_b, index_b, _)| {
            time_a.cmp(time_b).then_with(|| sessions[*index_a].session.id.cmp(&sessions[*index_b].session.id))
        });
        let (calendar, max_airings_on_a_date) = (Calendar::new(&schedule.holidays), Cell::new(0));
        let recurrences = sessions.iter().map(|resolved| resolved.session.recurrence.clone()).collect();
        Self { schedule, calendar, pools, sessions, recurrences, starts, empty_text: "".into(), max_airings_on_a_date }
    }

    /// Returns a date's weekday, lunar date and holidays.
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

    /// Calls `visit` for each start of one date, in order, with the zone around the date, and with the start time in
    /// the form used in ids. `visit` returns a buffer of items whose memory is reused.
    fn for_each_start<'p>(
        &'p self,
        date: NaiveDate,
        visit: &mut dyn FnMut(SessionStart<'p, 'a>, &ZoneOnDate, &str) -> Vec<PlannedItem<'a>>,
    ) {
        let day = self.calendar.day(date);
        let airs_on_date: Vec<bool> = (self.recurrences.iter().zip(&self.sessions))
            .map(|(recurrence, resolved)| recurrence.matches(&day) && resolved.session.has_item_on(date))
            .collect();
        let timezone = self.schedule.station.timezone;
        let zone = ZoneOnDate::on_date(timezone, date);
        let mut draws = self.pools.draws_on(date);
        let mut item_buffer = Vec::new();
        for (time, index, time_text) in &self.starts {
            if !airs_on_date[*index] {
                continue;
            }
            let start = self.sessions[*index].expand_start(date, (&zone, timezone), *time, &mut draws, item_buffer);
            item_buffer = visit(start, &zone, time_text);
        }
    }

    /// Returns the plan of one date.
    #[must_use]
    pub fn plan_for(&self, date: NaiveDate) -> Plan {
        // The capacity suffices unless this date has more airings than any date planned so far.
        let mut airings = Vec::with_capacity(self.max_airings_on_a_date.get());
        let (date_text, mut key) = (date.to_string(), String::new());
        self.for_each_start(date, &mut |start, zone, time_text| {
            key.clear();
            for part in [start.rules.id.as_str(), "@", &date_text, "T", time_text, "#"] {
                key.push_str(part);
            }
            self.push_airings(&start, &key, (date, zone), &mut airings);
            start.items
        });
        self.max_airings_on_a_date.set(self.max_airings_on_a_date.get().max(airings.len()));
        Plan { airings }
    }

    /// Adds the airings of one start. `key` is the part of their ids before the position.
    fn push_airings(
        &self,
        start: &SessionStart<'_, 'a>,
        key: &str,
        (date, zone): (NaiveDate, &ZoneOnDate),
        airings: &mut Vec<Airing>,
    ) {
        let rules = start.rules;
        let late = self.late_rule_of(start, zone, date);
        let closing_reserve_us = start.closing_reserve_us();
        let session_start = zone.to_local(start.start);
        let end_by = start.end_by.map(|limit| zone.to_local(limit));
        let output = &self.schedule.station.output;
        let start_mode = match rules.start_rule {
            StartRule::Soft { .. } => StartMode::Soft,
            StartRule::Hard => StartMode::Hard,
        };
        airings.extend(start.items.iter().map(|item| {
            let is_at_session_start = item.start == start.start;
            let start_time = if is_at_session_start { session_start } else { zone.to_local(item.start) };
            let volume_at_start =
                || (!output.volume_ranges.is_empty()).then(|| output.volume_at(start_time.time())).flatten();
            let labels = self.item_labels(item, date);
            Airing {
                id: airing_id(key, item.position),
                date,
                session: rules.id.clone(),
                segment: labels.segment,
                title: labels.title,
                start: start_time,
                duration_ms: item.length.ms(),
                priority: rules.priority,
                campaign: labels.campaign,
                topic: labels.topic,
                language: labels.language,
                source: labels.source,
                file: labels.file,
                length: item.length,
                session_start,
                late,
                valid_until: labels.valid_until,
                sha256: labels.required_sha256,
                scanned_sha256: labels.scanned_sha256,
                kind: labels.kind,
                fate: if item.is_dropped { AiringFate::Dropped } else { AiringFate::Airs },
                end_by,
                closing_reserve_us: if item.is_closing { 0 } else { closing_reserve_us },
                gap_us: if is_at_session_start { 0 } else { rules.gap_us },
                start_mode,
                rank: rules.rank,
                interrupted: rules.interrupt_policy,
                volume: rules.volume.or_else(volume_at_start),
            }
        }));
    }

    /// Returns the rule for late starts. A soft start may always be late by up to its `window`.
    fn late_rule_of(&self, start: &SessionStart<'_, '_>, zone: &ZoneOnDate, date: NaiveDate) -> LateRule {
        let rule = resolve_late_rule(start.rules.late_setting, zone, self.schedule.station.timezone, date, start.at);
        let StartRule::Soft { window_us } = start.rules.start_rule else {
            return rule;
        };
        let window_end = zone.to_local(start.start.plus(window_us));
        match rule {
            LateRule::Skip => LateRule::Until(window_end),
            LateRule::Until(limit) => LateRule::Until(limit.max(window_end)),
            LateRule::Play | LateRule::Join => rule,
        }
    }
}

/// Returns an airing's id: the key that all airings of one start share, and the position.
fn airing_id(key: &str, position: usize) -> String {
    let mut id = String::with_capacity(key.len() + 4);
    id.push_str(key);
    // A fast path for positions of one digit: the plans of a year have millions of airings.
    match u8::try_from(position) {
        Ok(digit @ 0..=9) => id.push(char::from(b'0' + digit)),
        _ => id.push_str(&position.to_string()),
    }
    id
}
