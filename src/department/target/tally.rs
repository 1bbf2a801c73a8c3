//! Counts the airings of a report's range towards targets.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveTime};

use super::result::{TargetResults, TargetRow};
use super::week::{MatchedAirtime, TargetWeek};
use super::{Target, TargetAmount};
use crate::base::id::Id;
use crate::department::registry::{RegisteredStation, Registry};
use crate::department::report::fact::{Fact, FactState, Symbol};
use crate::department::report::period::{DateRange, monday_of};
use crate::department::report::tally::ReportContext;

/// A target whose texts are replaced by their symbols in the facts.
struct SymbolicTarget {
    target: Target,
    /// The inner `None` is a text that no airing has.
    campaign: Option<Option<Symbol>>,
    language: Option<Option<Symbol>>,
}

/// Counts airings, which may come in any order, towards targets.
pub struct TargetTally<'a> {
    targets: Vec<SymbolicTarget>,
    range: DateRange,
    made_on: NaiveDate,
    context: &'a ReportContext,
    registry: &'a Registry,
    /// The station in the registry, by the symbol of its id.
    stations: HashMap<Symbol, Option<&'a RegisteredStation>>,
    /// The airtime that matches a target, by the target's index, the station and the date.
    days: HashMap<(usize, &'a str, NaiveDate), MatchedAirtime>,
}

impl<'a> TargetTally<'a> {
    /// Creates a tally without airings. Only the days of the range before `made_on` count.
    #[must_use]
    pub fn new(
        targets: Vec<Target>,
        range: DateRange,
        made_on: NaiveDate,
        context: &'a ReportContext,
        registry: &'a Registry,
    ) -> Self {
        let symbol_of = |text: &str| {
            let position = context.symbols.0.iter().position(|known| known == text)?;
            Symbol::try_from(position).ok()
        };
        let symbolic = |target: Target| SymbolicTarget {
            campaign: target.selection.campaign.as_ref().map(|campaign| symbol_of(campaign.as_str())),
            language: target.selection.language.as_ref().map(|language| symbol_of(language)),
            target,
        };
        let targets = targets.into_iter().map(symbolic).collect();
        Self { targets, range, made_on, context, registry, stations: HashMap::new(), days: HashMap::new() }
    }

    /// Counts an airing. `planned_at` is its planned start, RFC 3339.
    pub fn add(&mut self, fact: &Fact, planned_at: Option<&str>) {
        let is_planned = !matches!(fact.state, FactState::Unplanned | FactState::UnplannedNotCounted);
        if !is_planned || !self.range.contains(fact.date) {
            return;
        }
        let (context, registry) = (self.context, self.registry);
        let station = *self.stations.entry(fact.station).or_insert_with(|| {
            let id = Id::new(context.symbols.text(fact.station))?;
            registry.stations.get(&id)
        });
        let Some(station) = station else { return };
        let time = planned_at.and_then(|at| at.get(11..19)).and_then(|time| time.parse::<NaiveTime>().ok());
        for (index, symbolic) in self.targets.iter().enumerate() {
            let selection = &symbolic.target.selection;
            let is_selected = symbolic.campaign.is_none_or(|campaign| campaign == Some(fact.campaign))
                && selection.topic.is_none_or(|topic| Some(topic) == fact.topic)
                && symbolic.language.is_none_or(|language| language == Some(fact.language))
                && selection.includes_time(time);
            if !is_selected || !symbolic.target.holds_on(fact.date) {
                continue;
            }
            let airtime = matched_airtime(fact, symbolic.target.amount);
            let day = self.days.entry((index, station.id.as_str(), fact.date)).or_default();
            day.planned = day.planned.saturating_add(airtime.planned);
            day.counted = day.counted.saturating_add(airtime.counted);
            day.unknown = day.unknown.saturating_add(airtime.unknown);
        }
    }

    /// Judges every week of every station that a target asks.
    #[must_use]
    pub fn into_results(self) -> TargetResults {
        let mut weeks = Vec::new();
        for (index, symbolic) in self.targets.iter().enumerate() {
            for station in self.registry.stations.values() {
                weeks.extend(self.weeks_of(index, &symbolic.target, station));
            }
        }
        let station_name = |id: &str| self.context.station_name(self.registry, id);
        let targets: Vec<Target> = self.targets.into_iter().map(|symbolic| symbolic.target).collect();
        let rows = TargetRow::from_weeks(&weeks, station_name);
        TargetResults { targets, weeks, rows }
    }

    /// Returns the weeks in which a target asks a station, in order.
    fn weeks_of(&self, index: usize, target: &Target, station: &RegisteredStation) -> Vec<TargetWeek> {
        let no_days = BTreeSet::new();
        let logged_days = self.context.logged_days.get(station.id.as_str()).unwrap_or(&no_days);
        let first = self.range.from.max(target.from);
        let mut weeks: BTreeMap<NaiveDate, Vec<(NaiveDate, MatchedAirtime, bool)>> = BTreeMap::new();
        for date in first.iter_days().take_while(|date| *date <= self.range.until && *date < self.made_on) {
            if target.holds_on(date) && target.asks_station(station, date) {
                let airtime = self.days.get(&(index, station.id.as_str(), date)).copied().unwrap_or_default();
                weeks.entry(monday_of(date)).or_default().push((date, airtime, logged_days.contains(&date)));
            }
        }
        let week = |days: Vec<_>| TargetWeek::new(index, station.id.to_string(), target.amount, &days);
        weeks.into_values().filter_map(week).collect()
    }
}

/// Returns the airtime of one planned airing, in the unit of the amount.
fn matched_airtime(fact: &Fact, amount: TargetAmount) -> MatchedAirtime {
    let is_unknown = fact.state == FactState::Unknown;
    if let TargetAmount::MinutesPerWeek(_) = amount {
        let is_on_line = matches!(fact.state, FactState::Aired | FactState::Partial(_));
        return MatchedAirtime {
            planned: fact.planned_ms,
            counted: if is_on_line { fact.counted_ms() } else { 0 },
            unknown: if is_unknown { fact.planned_ms } else { 0 },
        };
    }
    let is_complete = fact.state == FactState::Aired;
    MatchedAirtime { planned: 1, counted: i64::from(is_complete), unknown: i64::from(is_unknown) }
}
