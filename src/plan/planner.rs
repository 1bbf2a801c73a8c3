//! Step 3 of the flow: expands a schedule day by day.
use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};

use super::draw::{Known, Pools};
use super::expand::{Planned, Prepared, StartOf, What};
use super::zone::{Zone, late_rule};
use super::{Airing, LateRule, Plan};
use crate::library::Library;
use crate::schedule::calendar::{Calendar, Day};
use crate::schedule::{Id, Pool, Schedule, Segment, Session, Source, StartRule};

/// Expands a schedule day by day.
pub struct Planner<'a> {
    schedule: &'a Schedule,
    calendar: Calendar<'a>,
    pools: Pools<'a>,
    sessions: Vec<Prepared<'a>>,
}

impl<'a> Planner<'a> {
    /// A planner over this schedule and these files.
    #[must_use]
    pub fn new(schedule: &'a Schedule, library: &Library) -> Self {
        let known: Vec<Known<'a>> = schedule.segments.iter().map(|s| (s, library.length(&s.file))).collect();
        let pools = Pools::new(schedule, &known);
        let by_id: HashMap<&Id, Known<'a>> = known.iter().map(|known| (&known.0.id, *known)).collect();
        let find = |id: &Id| by_id.get(id).copied();
        let place = |pool: &Pool| pools.place(pool);
        let sessions = schedule.sessions.iter().map(|s| Prepared::new(s, &find, &place)).collect();
        Self { schedule, calendar: Calendar::new(&schedule.holidays), pools, sessions }
    }

    /// What there is to know of a date.
    #[must_use]
    pub fn look(&self, date: NaiveDate) -> Day<'a> {
        self.calendar.day(date)
    }

    /// The starts of one date, in order.
    #[must_use]
    pub fn starts(&self, date: NaiveDate) -> Vec<StartOf<'a>> {
        let day = self.calendar.day(date);
        let mut starts: Vec<(NaiveTime, &Prepared<'a>)> = Vec::new();
        for prepared in &self.sessions {
            if prepared.session.when.names(&day) {
                starts.extend(prepared.session.at.iter().map(|at| (*at, prepared)));
            }
        }
        starts.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.session.id.cmp(&other.session.id)));
        let zone = Zone::around(self.schedule.station.timezone, date);
        let mut draws = self.pools.on(date);
        starts.into_iter().map(|(at, prepared)| prepared.start(&day, &zone, at, &mut draws)).collect()
    }

    /// The plan of one date.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Plan {
        let zone = Zone::around(self.schedule.station.timezone, date);
        let starts = self.starts(date);
        let mut airings = Vec::with_capacity(starts.iter().map(|start| start.items.len()).sum());
        for start in &starts {
            self.label(start, date, &zone, &mut airings);
        }
        Plan { airings }
    }

    /// The airings of one start, with all that log entries will say of them.
    fn label(&self, start: &StartOf<'a>, date: NaiveDate, zone: &Zone, out: &mut Vec<Airing>) {
        let session = start.session;
        let key = format!("{}@{date}T{}#", session.id, start.at);
        let late = late_of(session, start, zone, date);
        let closing_us = start.closing_us();
        for item in &start.items {
            let from = zone.of(item.start);
            let mut airing = self.airing(session, item, date);
            airing.id = format!("{key}{}", item.position);
            airing.start = from;
            airing.session_start = start.start;
            airing.late = late;
            airing.end_by = start.end_by;
            airing.closing_us = if item.closing { 0 } else { closing_us };
            airing.gap_us = if item.start == start.start { 0 } else { session.gap_us };
            airing.volume = session.volume.or_else(|| self.schedule.station.output.volume_at(from.time()));
            out.push(airing);
        }
    }

    /// An item's own labels; what its start decides is filled in later.
    fn airing(&self, session: &Session, item: &Planned<'a>, date: NaiveDate) -> Airing {
        let blank = Airing {
            id: String::new(),
            date,
            session: session.id.clone(),
            segment: session.id.clone(),
            title: String::new(),
            start: Default::default(),
            duration_ms: item.length.ms(),
            priority: session.priority,
            campaign: None,
            topic: None,
            language: String::new(),
            source: Source::default(),
            file: String::new(),
            length: item.length,
            session_start: Default::default(),
            late: LateRule::Skip,
            valid_until: None,
            sha256: None,
            unapproved: false,
            withdrawn: false,
            relay: false,
            empty: false,
            dropped: item.dropped,
            end_by: None,
            closing_us: 0,
            gap_us: 0,
            soft: matches!(session.start, StartRule::Soft { .. }),
            rank: session.rank,
            interrupted: session.interrupted,
            volume: None,
        };
        match item.what {
            What::Segment((segment, _)) => self.of_segment(blank, segment, date),
            What::Relay(relay) => {
                let segment = Id::new("relay").unwrap_or(blank.session.clone());
                Airing { segment, title: relay.title.clone(), relay: true, language: "vi".to_owned(), ..blank }
            }
            What::Empty(draw) => self.of_nothing(blank, &draw.pool),
        }
    }

    fn of_segment(&self, blank: Airing, segment: &Segment, date: NaiveDate) -> Airing {
        Airing {
            segment: segment.id.clone(),
            title: segment.title.clone(),
            campaign: segment.campaign.clone(),
            topic: segment.topic,
            language: segment.language.clone(),
            source: segment.source,
            file: segment.file.clone(),
            valid_until: segment.valid_until,
            sha256: segment.sha256.clone(),
            unapproved: self.schedule.station.approval_required && !segment.approved(date),
            ..blank
        }
    }

    /// A draw that found nothing counts towards its topic all the same.
    fn of_nothing(&self, blank: Airing, pool: &Pool) -> Airing {
        let blank = Airing { empty: true, language: "vi".to_owned(), ..blank };
        match pool {
            Pool::Named(id) => Airing { segment: id.clone(), title: id.to_string(), ..blank },
            Pool::Topic { campaign, topic } => {
                let of_campaign = self.schedule.campaigns.iter().find(|c| c.id == *campaign);
                let title = of_campaign.and_then(|c| c.topics.get(topic)).cloned().unwrap_or_default();
                let segment = Id::new(&format!("topic-{topic}")).unwrap_or(blank.session.clone());
                Airing { segment, title, campaign: Some(campaign.clone()), topic: Some(*topic), ..blank }
            }
        }
    }
}

/// The rule for late starts: a soft one may wait for its window, too.
fn late_of(session: &Session, start: &StartOf<'_>, zone: &Zone, date: NaiveDate) -> LateRule {
    let rule = late_rule(session.late, zone, date, start.at);
    let StartRule::Soft { window_us } = session.start else {
        return rule;
    };
    let window = start.start + chrono::TimeDelta::microseconds(window_us);
    match rule {
        LateRule::Skip => LateRule::Until(window),
        LateRule::Until(limit) => LateRule::Until(limit.max(window)),
        LateRule::Play | LateRule::Join => rule,
    }
}
