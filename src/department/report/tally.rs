//! Sorts airings into groups, and makes the report from the totals of the groups.
mod group_totals;
mod keys;
mod product_rows;
mod query;
mod station_days;
mod tables;
mod unlogged_days;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};

use self::group_totals::{CellKey, GroupKey, GroupTotals, NO_TOPIC, TopicKey};
use self::unlogged_days::{EstimateSources, unlogged_stations};
use super::campaign::LeftOut;
use super::fact::{Fact, FactState, Symbol};
use super::group_by::GroupBy;
use super::period::{DateRange, monday_of};
use super::totals::Totals;
use super::{Growth, IncidentList, IndexState, Report, ReportTable};
use crate::airlog::outcome::Reason;
use crate::base::id::Id;
use crate::department::registry::{RegisteredStation, Registry};
use crate::department::stated::totals::StatedSection;
use crate::department::target::result::TargetComparison;

pub use self::query::{ReportContext, ReportQuery};

/// Returns the key of an airing's topic.
fn topic_key(fact: &Fact) -> TopicKey {
    (fact.campaign, fact.topic.map_or(NO_TOPIC, u32::from))
}

/// Counts airings, which may come in any order, and makes the report.
pub struct Tally<'a> {
    query: ReportQuery,
    context: &'a ReportContext,
    registry: &'a Registry,
    /// The symbol of the only campaign that counts; the inner `None` if no airing has it. `None` if all airings count.
    campaign: Option<Option<Symbol>>,
    left_out: LeftOut,
    /// The tables to make, in their order.
    groupings: Vec<GroupBy>,
    /// The finest groups by place, topic and language.
    cells: HashMap<CellKey, GroupTotals>,
    /// The groups of the tables by segment, day and period.
    groups: Vec<(GroupBy, HashMap<GroupKey, GroupTotals>)>,
    /// For each segment, the time of its newest outcome in microseconds since 1970, and its title in that outcome.
    titles: HashMap<Symbol, (i64, Symbol)>,
    /// The airtime of each topic in each week, in milliseconds. Each week is identified by its Monday.
    weekly_ms: HashMap<TopicKey, BTreeMap<NaiveDate, i64>>,
    /// The station in the registry, by the symbol of the station's id; `None` if the registry does not list it.
    stations: HashMap<Symbol, Option<&'a RegisteredStation>>,
    /// The parts into which the table by period splits the range.
    periods: Vec<DateRange>,
    /// The number of airings by topic, for each recording that was on the line in the range.
    recordings: HashMap<Symbol, BTreeMap<TopicKey, u64>>,
    /// The days without a log, and the days from which they are estimated.
    estimate_sources: EstimateSources,
}

impl<'a> Tally<'a> {
    /// Creates a tally without airings.
    #[must_use]
    pub fn new(query: ReportQuery, context: &'a ReportContext, registry: &'a Registry) -> Self {
        let mut groupings =
            vec![GroupBy::Topic, GroupBy::Language, GroupBy::Commune, GroupBy::District, GroupBy::Station];
        groupings.extend(query.groupings.iter().copied());
        if query.period.is_some() {
            groupings.push(GroupBy::Period);
        }
        groupings.extend([GroupBy::CommuneTopic, GroupBy::CommuneTopicLanguage]);
        let mut distinct_groupings = BTreeSet::new();
        groupings.retain(|by| distinct_groupings.insert(*by));
        let symbol_of = |id: &str| {
            let position = context.symbols.0.iter().position(|text| text == id)?;
            Symbol::try_from(position).ok()
        };
        let periods = query.period.map_or_else(|| vec![query.range], |period| period.split(query.range));
        Self {
            estimate_sources: EstimateSources::new(&query, context, registry),
            context,
            registry,
            campaign: query.campaign.as_ref().map(|campaign| symbol_of(&campaign.id)),
            left_out: LeftOut::default(),
            cells: HashMap::new(),
            groups: groupings.iter().filter(|by| !by.is_by_cell()).map(|by| (*by, HashMap::new())).collect(),
            groupings,
            titles: HashMap::new(),
            weekly_ms: HashMap::new(),
            stations: HashMap::new(),
            periods,
            recordings: HashMap::new(),
            query,
        }
    }

    /// Returns the dates outside both ranges whose airings the estimates need too.
    #[must_use]
    pub fn estimate_ranges(&self) -> Vec<DateRange> {
        self.estimate_sources.ranges_outside(&self.query)
    }

    /// Counts an airing. Airings outside both ranges count only for the estimates of days without a log.
    pub fn add(&mut self, fact: &Fact) {
        let is_unplanned = matches!(fact.state, FactState::Unplanned | FactState::UnplannedNotCounted);
        let is_on_line = matches!(fact.state, FactState::Aired | FactState::Partial(_));
        if self.campaign.is_some_and(|campaign| campaign != Some(fact.campaign)) {
            if !is_unplanned && self.query.range.contains(fact.date) {
                self.left_out.airings += 1;
                let played_ms = if is_on_line { fact.counted_ms() } else { 0 };
                self.left_out.played_ms = self.left_out.played_ms.saturating_add(played_ms);
            }
            return;
        }
        if !is_unplanned && fact.state != FactState::Missed(Some(Reason::Withdrawn)) {
            let station = self.context.symbols.text(fact.station);
            let estimated_days = self.estimate_sources.days_estimated_from(station, fact.date).to_vec();
            for date in estimated_days {
                self.count(&Fact { date, ..fact.clone() }, Totals::add_estimated_fact);
            }
        }
        self.count(fact, Totals::add_fact);
        let newest_title = self.titles.entry(fact.segment).or_insert((fact.at_us, fact.title));
        // Of two titles of the same moment, the last in the alphabet counts, in whatever order the logs are read.
        let is_newer = newest_title.0 < fact.at_us
            || (newest_title.0 == fact.at_us
                && newest_title.1 != fact.title
                && self.context.symbols.text(newest_title.1) < self.context.symbols.text(fact.title));
        if is_newer {
            *newest_title = (fact.at_us, fact.title);
        }
        let topic = topic_key(fact);
        if self.query.range.contains(fact.date) && is_on_line {
            let week_ms = self.weekly_ms.entry(topic).or_default().entry(monday_of(fact.date)).or_default();
            *week_ms = week_ms.saturating_add(fact.counted_ms());
            if let (Some(recording), Some(_)) = (fact.recording, fact.topic) {
                *self.recordings.entry(recording).or_default().entry(topic).or_default() += 1;
            }
        }
    }

    /// Adds an airing to its group in each table. `add_to_totals` says as what it counts.
    fn count(&mut self, fact: &Fact, add_to_totals: fn(&mut Totals, &Fact)) {
        let is_in_range = self.query.range.contains(fact.date);
        let is_in_earlier_range = self.query.earlier_range.is_some_and(|range| range.contains(fact.date));
        if !is_in_range && !is_in_earlier_range {
            return;
        }
        let area = self.area_number(fact);
        let period = self.period_number(fact.date);
        let add_to = |group: &mut GroupTotals| {
            if is_in_range {
                add_to_totals(&mut group.totals, fact);
            }
            if is_in_earlier_range {
                add_to_totals(&mut group.earlier_totals, fact);
            }
        };
        let cell = CellKey { station: fact.station, area, topic: topic_key(fact), language: fact.language };
        add_to(self.cells.entry(cell).or_default());
        for (by, groups) in &mut self.groups {
            let key = match by {
                GroupBy::Segment => Some(fact.segment),
                GroupBy::Day => u32::try_from(fact.date.num_days_from_ce()).ok().filter(|_| is_in_range),
                GroupBy::Period => period,
                _ => None,
            };
            if let Some(key) = key {
                add_to(groups.entry(key).or_default());
            }
        }
    }

    /// Returns the index of the period that contains a date, in the table by period.
    fn period_number(&self, date: NaiveDate) -> Option<u32> {
        u32::try_from(self.periods.iter().position(|range| range.contains(date))?).ok()
    }

    /// Returns the number of the station's area on the date of the airing, counted from 1; 0 if the station has no area
    /// on that date.
    fn area_number(&mut self, fact: &Fact) -> u32 {
        let (context, registry) = (self.context, self.registry);
        let station = *self.stations.entry(fact.station).or_insert_with(|| {
            let id = Id::new(context.symbols.text(fact.station))?;
            registry.stations.get(&id)
        });
        station.map_or(0, |station| Self::area_number_on(station, fact.date))
    }

    /// Returns the number of a station's area on a date, counted from 1; 0 if it has none.
    fn area_number_on(station: &RegisteredStation, date: NaiveDate) -> u32 {
        let current_area = station.area_on(date);
        let index = current_area.and_then(|current| station.areas.iter().position(|area| std::ptr::eq(area, current)));
        index.and_then(|index| u32::try_from(index + 1).ok()).unwrap_or(0)
    }

    /// Makes the report.
    #[must_use]
    pub fn into_report(mut self) -> Report {
        let is_compared = self.query.earlier_range.is_some();
        let mut total = GroupTotals::default();
        self.cells.values().for_each(|group| total.merge(group));
        self.recordings.retain(|_, topics| topics.len() > 1);
        let coverage = self.range_coverage(self.query.range);
        let earlier_coverage = self.query.earlier_range.map(|range| self.range_coverage(range));
        let coverages = (coverage.station_days, earlier_coverage.map(|coverage| coverage.station_days));
        let tables = self.groupings.iter().map(|by| self.build_table(*by, coverages));
        // Since 1 July 2025 there are no districts. A table of them would have one row without a name.
        let has_district =
            |table: &ReportTable| table.rows.iter().any(|row| row.key.iter().any(|cell| !cell.is_empty()));
        let is_asked_for = |by: GroupBy| self.query.groupings.contains(&by);
        let (cross_tables, tables): (Vec<_>, Vec<_>) = tables
            .filter(|table| table.by != GroupBy::District || is_asked_for(table.by) || has_district(table))
            .partition(|table| table.by.is_cross());
        let station_table = tables.iter().find(|table| table.by == GroupBy::Station);
        let growth = coverages.1.map(|earlier_coverage| {
            let (totals, earlier_totals) = (&total.totals, &total.earlier_totals);
            Growth::new((earlier_totals.played_ms, earlier_coverage), (totals.played_ms, coverages.0))
        });
        Report {
            department: self.registry.department.clone(),
            made_on: self.query.made_on,
            range: self.query.range,
            earlier_range: self.query.earlier_range,
            weekly_airtime: self.weekly_airtime(),
            coverage,
            earlier_coverage,
            growth,
            station_days: Vec::new(),
            unlogged_stations: unlogged_stations(&self.query, self.context, self.registry, station_table),
            shared_recordings: self.shared_recordings(),
            incidents: IncidentList::default(),
            unestimated: self.estimate_sources.unestimated,
            index_state: IndexState::default(),
            collected_range: None,
            registry_differences: Vec::new(),
            targets: TargetComparison::default(),
            explanations: Vec::new(),
            question: self.query.question,
            misses: Vec::new(),
            due_logs: Vec::new(),
            work_list: None,
            taken_out: Vec::new(),
            stated: StatedSection::default(),
            store: String::new(),
            closing: None,
            evidence: self.context.evidence.clone(),
            repeated_outcomes: self.context.repeated_outcomes,
            second_logs: self.context.second_logs.clone(),
            earlier_total: is_compared.then_some(total.earlier_totals),
            total: total.totals,
            tables,
            cross_tables,
            campaign: self.query.campaign,
            left_out: self.left_out,
        }
    }
}
