//! Sorts airings into groups, and makes the report.
mod group_totals;
mod keys;
mod query;
mod silence;
mod tables;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};

use self::group_totals::{GroupKey, GroupTotals, NO_TOPIC};
use self::silence::silent_stations;
use super::fact::{Fact, FactState, Symbol};
use super::group_by::GroupBy;
use super::period::{DateRange, monday_of};
use super::{IndexOrigin, Report};
use crate::base::id::Id;
use crate::department::registry::{RegisteredStation, Registry};

pub use self::query::{ReportContext, ReportQuery};

/// Counts airings, in any order, and makes the report.
pub struct Tally<'a> {
    query: ReportQuery,
    context: &'a ReportContext,
    registry: &'a Registry,
    total: GroupTotals,
    groups: Vec<(GroupBy, HashMap<GroupKey, GroupTotals>)>,
    /// When each segment was last aired (microseconds since 1970), and its title then.
    titles: HashMap<Symbol, (i64, Symbol)>,
    weeks: HashMap<GroupKey, BTreeMap<NaiveDate, i64>>,
    stations: HashMap<Symbol, Option<&'a RegisteredStation>>,
    periods: Vec<DateRange>,
    /// For each recording on the line in the range, its airings by topic.
    recordings: HashMap<Symbol, BTreeMap<GroupKey, u64>>,
}

impl<'a> Tally<'a> {
    /// Starts with no airings.
    #[must_use]
    pub fn new(query: ReportQuery, context: &'a ReportContext, registry: &'a Registry) -> Self {
        let mut kinds = vec![GroupBy::Topic, GroupBy::Language, GroupBy::District, GroupBy::Station];
        kinds.extend(query.by.iter().copied());
        if query.period.is_some() {
            kinds.push(GroupBy::Period);
        }
        let mut seen = BTreeSet::new();
        kinds.retain(|by| seen.insert(*by));
        let periods = query.period.map_or_else(|| vec![query.range], |period| period.split(query.range));
        Self {
            query,
            context,
            registry,
            total: GroupTotals::default(),
            groups: kinds.into_iter().map(|by| (by, HashMap::new())).collect(),
            titles: HashMap::new(),
            weeks: HashMap::new(),
            stations: HashMap::new(),
            periods,
            recordings: HashMap::new(),
        }
    }

    /// Counts an airing. Airings outside of both ranges are ignored.
    pub fn add(&mut self, fact: &Fact) {
        let now = self.query.range.contains(fact.date);
        let before = self.query.compared.is_some_and(|range| range.contains(fact.date));
        if !now && !before {
            return;
        }
        let topic = (fact.campaign, fact.topic.map_or(NO_TOPIC, u32::from));
        let area = self.area_index(fact);
        let period = self.periods.iter().position(|range| range.contains(fact.date));
        let add = |group: &mut GroupTotals| {
            if now {
                group.totals.add_fact(fact);
            }
            if before {
                group.compared.add_fact(fact);
            }
        };
        add(&mut self.total);
        for (by, groups) in &mut self.groups {
            let key = match by {
                GroupBy::Station => (fact.station, 0),
                GroupBy::Topic => topic,
                GroupBy::Language => (fact.language, 0),
                GroupBy::District | GroupBy::Commune => (fact.station, area),
                GroupBy::Segment => (fact.segment, 0),
                GroupBy::Day => match u32::try_from(fact.date.num_days_from_ce()) {
                    Ok(day) if now => (day, 0),
                    _ => continue,
                },
                GroupBy::Period => match period.and_then(|period| u32::try_from(period).ok()) {
                    Some(period) => (period, 0),
                    None => continue,
                },
            };
            add(groups.entry(key).or_default());
        }
        let title = self.titles.entry(fact.segment).or_insert((fact.at_us, fact.title));
        if title.0 <= fact.at_us {
            *title = (fact.at_us, fact.title);
        }
        if now && matches!(fact.state, FactState::Aired | FactState::Partial(_)) {
            let week = self.weeks.entry(topic).or_default().entry(monday_of(fact.date)).or_default();
            *week = week.saturating_add(fact.counted_ms());
            if let (Some(recording), Some(_)) = (fact.recording, fact.topic) {
                *self.recordings.entry(recording).or_default().entry(topic).or_default() += 1;
            }
        }
    }

    /// Returns which of its station's areas is valid on its date, counted from 1; 0 for none.
    fn area_index(&mut self, fact: &Fact) -> u32 {
        let (known, registry) = (self.context, self.registry);
        let station = *self.stations.entry(fact.station).or_insert_with(|| {
            let id = Id::new(known.symbols.text(fact.station))?;
            registry.stations.get(&id)
        });
        let valid = station.and_then(|station| {
            let place = station.area_on(fact.date)?;
            station.areas.iter().position(|one| std::ptr::eq(one, place))
        });
        valid.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(0)
    }

    /// Makes the report.
    #[must_use]
    pub fn into_report(mut self) -> Report {
        let compared = self.query.compared.is_some();
        let groups = std::mem::take(&mut self.groups);
        self.recordings.retain(|_, topics| topics.len() > 1);
        let silent = silent_stations(&self.query, self.context, self.registry);
        let tables = groups.into_iter().map(|(by, groups)| self.build_table(by, groups, &silent)).collect();
        Report {
            agency: self.registry.department.clone(),
            made_on: self.query.made_on,
            range: self.query.range,
            compared_range: self.query.compared,
            weeks: self.weekly_airtime(),
            station_count: self.registry.stations.len(),
            silent_stations: silent,
            shared_recordings: self.shared_recordings(),
            index_origin: IndexOrigin::default(),
            registry_differences: Vec::new(),
            evidence: self.context.evidence.clone(),
            repeated_outcomes: self.context.repeated_outcomes,
            compared_total: compared.then_some(self.total.compared),
            total: self.total.totals,
            tables,
        }
    }
}
