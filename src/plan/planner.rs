//! Step 3 of the flow: expands a schedule day by day.
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};

use super::draw::{Known, Labelled, Pools};
use super::expand::{Planned, Prepared, StartOf, What};
use super::zone::{Zone, late_rule};
use super::{Airing, LateRule, Plan};
use crate::library::{self, Library};
use crate::schedule::calendar::{Calendar, Day, When};
use crate::schedule::{Id, Pool, Schedule, Segment, Source, StartRule};

/// Expands a schedule day by day.
pub struct Planner<'a> {
    schedule: &'a Schedule,
    calendar: Calendar<'a>,
    pools: Pools<'a>,
    /// By their first start and id.
    sessions: Vec<Prepared<'a>>,
    /// Their days, side by side: each is asked on each date.
    days: Vec<When>,
    /// All nominal starts in order, with the places of their sessions in `sessions`, and the time as ids have it.
    starts: Vec<(NaiveTime, usize, Box<str>)>,
    /// What an item without labels has for them.
    nothing: Arc<str>,
    /// How many airings the longest day had so far.
    longest: Cell<usize>,
}

impl<'a> Planner<'a> {
    /// A planner over this schedule and these files.
    #[must_use]
    pub fn new(schedule: &'a Schedule, library: &Library) -> Self {
        let known = |segment: &'a Segment| {
            Rc::new(Labelled::new(segment, library.files.get(&segment.file).and_then(library::Known::last)))
        };
        let known: Vec<Known<'a>> = schedule.segments.iter().map(known).collect();
        let pools = Pools::new(schedule, &known);
        let by_id: HashMap<&Id, &Known<'a>> = known.iter().map(|known| (&known.segment.id, known)).collect();
        let find = |id: &Id| by_id.get(id).copied().cloned();
        let of_pool = |pool: &Pool| pools.place(pool);
        // In the order in which they are mostly asked for: a year of thousands of them is a walk through memory.
        let mut order: Vec<usize> = (0..schedule.sessions.len()).collect();
        let first = |place: usize| (schedule.sessions[place].at.first(), &schedule.sessions[place].id);
        order.sort_by(|one, other| first(*one).cmp(&first(*other)));
        let prepared = |place: usize| Prepared::new(&schedule.sessions[place], &find, &of_pool);
        let sessions: Vec<_> = order.into_iter().map(prepared).collect();
        let of_session = |(index, one): (usize, &Prepared<'a>)| {
            let session = one.session;
            session.at.iter().map(move |at| (*at, index, at.format("%H:%M:%S").to_string().into_boxed_str()))
        };
        let mut starts: Vec<_> = sessions.iter().enumerate().flat_map(of_session).collect();
        starts.sort_by(|(a, one, _), (b, other, _)| {
            a.cmp(b).then_with(|| sessions[*one].session.id.cmp(&sessions[*other].session.id))
        });
        let (calendar, longest) = (Calendar::new(&schedule.holidays), Cell::new(0));
        let days = sessions.iter().map(|one| one.session.when.clone()).collect();
        Self { schedule, calendar, pools, sessions, days, starts, nothing: "".into(), longest }
    }

    /// What there is to know of a date.
    #[must_use]
    pub fn look(&self, date: NaiveDate) -> Day<'a> {
        self.calendar.day(date)
    }

    /// The starts of one date, in order.
    #[must_use]
    pub fn starts(&self, date: NaiveDate) -> Vec<StartOf<'_, 'a>> {
        let mut starts = Vec::new();
        self.each_start(date, &mut |start, _, _| {
            starts.push(start);
            Vec::new()
        });
        starts
    }

    /// Hands out the starts of one date, in order, with the zone around it and the time as ids have it; room for items
    /// comes back.
    fn each_start<'p>(
        &'p self,
        date: NaiveDate,
        take: &mut dyn FnMut(StartOf<'p, 'a>, &Zone, &str) -> Vec<Planned<'a>>,
    ) {
        let day = self.calendar.day(date);
        let airs: Vec<bool> = self.days.iter().map(|when| when.names(&day)).collect();
        let timezone = self.schedule.station.timezone;
        let zone = Zone::around(timezone, date);
        let mut draws = self.pools.on(date);
        let mut room = Vec::new();
        for (at, index, text) in &self.starts {
            if !airs[*index] {
                continue;
            }
            let start = self.sessions[*index].start(date, (&zone, timezone), *at, &mut draws, room);
            room = take(start, &zone, text);
        }
    }

    /// The plan of one date.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Plan {
        // Most days are as long as the one before.
        let mut airings = Vec::with_capacity(self.longest.get());
        let (on, mut key) = (date.to_string(), String::new());
        self.each_start(date, &mut |start, zone, at| {
            key.clear();
            for part in [start.rules.id.as_str(), "@", &on, "T", at, "#"] {
                key.push_str(part);
            }
            self.label(&start, &key, (date, zone), &mut airings);
            start.items
        });
        self.longest.set(self.longest.get().max(airings.len()));
        Plan { airings }
    }

    /// The airings of one start, with all that log entries will say of them.
    fn label(&self, start: &StartOf<'_, 'a>, key: &str, (date, zone): (NaiveDate, &Zone), out: &mut Vec<Airing>) {
        let session = start.rules;
        let late = self.late_of(start, zone, date);
        let closing_us = start.closing_us();
        let session_start = zone.of(start.start);
        let end_by = start.end_by.map(|limit| zone.of(limit));
        let output = &self.schedule.station.output;
        let soft = matches!(session.begins, StartRule::Soft { .. });
        out.extend(start.items.iter().map(|item| {
            let first = item.start == start.start;
            let from = if first { session_start } else { zone.of(item.start) };
            let volume = || (!output.volumes.is_empty()).then(|| output.volume_at(from.time())).flatten();
            let what = self.labels(item, date);
            Airing {
                id: numbered(key, item.position),
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
                unapproved: what.unapproved,
                withdrawn: false,
                relay: what.relay,
                empty: what.empty,
                dropped: item.dropped,
                end_by,
                closing_us: if item.closing { 0 } else { closing_us },
                gap_us: if first { 0 } else { session.gap_us },
                soft,
                rank: session.rank,
                interrupted: session.interrupted,
                volume: session.volume.or_else(volume),
            }
        }));
    }

    /// What an item is, in the words of log entries.
    fn labels(&self, item: &Planned<'a>, date: NaiveDate) -> Labels {
        match &item.what {
            What::Segment(known) => {
                let segment = known.segment;
                Labels {
                    segment: segment.id.clone(),
                    title: known.title.clone(),
                    campaign: segment.campaign.clone(),
                    topic: segment.topic,
                    language: known.language.clone(),
                    source: segment.source,
                    file: known.file.clone(),
                    valid_until: segment.valid_until,
                    sha256: known.sha256.clone(),
                    scanned: known.scanned.clone(),
                    unapproved: self.schedule.station.approval_required && !segment.approved(date),
                    relay: false,
                    empty: false,
                }
            }
            What::Relay(relay) => Labels { relay: true, ..self.without_file("relay", &relay.title) },
            What::Empty(draw) => Labels { empty: true, ..self.of_nothing(&draw.pool) },
        }
    }

    fn without_file(&self, segment: &str, title: &str) -> Labels {
        Labels {
            segment: Id::new(segment).unwrap_or_else(|| unreachable!("an id of ours")),
            title: title.into(),
            campaign: None,
            topic: None,
            language: "vi".into(),
            source: Source::default(),
            file: self.nothing.clone(),
            valid_until: None,
            sha256: None,
            scanned: None,
            unapproved: false,
            relay: false,
            empty: false,
        }
    }

    /// A draw that found nothing counts towards its topic all the same.
    fn of_nothing(&self, pool: &Pool) -> Labels {
        match pool {
            Pool::Named(id) => self.without_file(id.as_str(), id.as_str()),
            Pool::Topic { campaign, topic } => {
                let of_campaign = self.schedule.campaigns.iter().find(|c| c.id == *campaign);
                let title = of_campaign.and_then(|c| c.topics.get(topic)).map_or("", String::as_str);
                let labels = self.without_file(&format!("topic-{topic}"), title);
                Labels { campaign: Some(campaign.clone()), topic: Some(*topic), ..labels }
            }
        }
    }

    /// The rule for late starts: a soft one may wait for its window, too.
    fn late_of(&self, start: &StartOf<'_, '_>, zone: &Zone, date: NaiveDate) -> LateRule {
        let rule = late_rule(start.rules.late, zone, self.schedule.station.timezone, date, start.at);
        let StartRule::Soft { window_us } = start.rules.begins else {
            return rule;
        };
        let window = zone.of(start.start.plus(window_us));
        match rule {
            LateRule::Skip => LateRule::Until(window),
            LateRule::Until(limit) => LateRule::Until(limit.max(window)),
            LateRule::Play | LateRule::Join => rule,
        }
    }
}

/// What an airing's item decides of it, see [`Airing`].
struct Labels {
    segment: Id,
    title: Arc<str>,
    campaign: Option<Id>,
    topic: Option<u16>,
    language: Arc<str>,
    source: Source,
    file: Arc<str>,
    valid_until: Option<NaiveDate>,
    sha256: Option<Arc<str>>,
    scanned: Option<Arc<str>>,
    unapproved: bool,
    relay: bool,
    empty: bool,
}

/// An id: what its start's airings have in common, and a position.
fn numbered(key: &str, position: usize) -> String {
    let mut id = String::with_capacity(key.len() + 4);
    id.push_str(key);
    // Most sessions have few items, and this is done for millions.
    match u8::try_from(position) {
        Ok(digit @ 0..=9) => id.push(char::from(b'0' + digit)),
        _ => id.push_str(&position.to_string()),
    }
    id
}
