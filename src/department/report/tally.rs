//! Sorts airings into groups, and makes the report.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate};

use super::fact::{Fact, FactState, Symbol, SymbolTable};
use super::period::{DateRange, Period};
use super::totals::Totals;
use super::{
    GroupBy, IndexOrigin, IssuingAgency, LogEvidence, Report, ReportTable, SharedRecording, SilentStation, TableRow,
    UnloggedDays, WeeklyAirtime,
};
use crate::base::id::Id;
use crate::department::registry::{RegisteredStation, Registry};

/// What is asked.
#[derive(Debug, Clone)]
pub struct ReportQuery {
    /// The dates.
    pub range: DateRange,
    /// The dates to compare with.
    pub compared: Option<DateRange>,
    /// The tables beside those by topic, language, district and station.
    pub by: Vec<GroupBy>,
    /// The periods that a table by period is cut into.
    pub period: Option<Period>,
    /// The day on which it is asked.
    pub made_on: NaiveDate,
}

/// What is known beside the airings themselves.
#[derive(Debug, Clone, Default)]
pub struct ReportContext {
    /// Words that the facts use.
    pub symbols: SymbolTable,
    /// Titles of topics, by campaign and number.
    pub topic_titles: HashMap<(Symbol, u16), String>,
    /// Names that stations' logs say themselves, by station id.
    pub station_names: HashMap<String, String>,
    /// What stations planned, by date: airings and milliseconds. Also of the last week that is known before a range.
    pub planned: HashMap<String, BTreeMap<NaiveDate, (u64, i64)>>,
    /// Dates for which a station has a log.
    pub logged_days: HashMap<String, BTreeSet<NaiveDate>>,
    /// The logs in the store.
    pub evidence: Vec<LogEvidence>,
    /// Outcomes that repeat one that is counted.
    pub repeated_outcomes: u64,
}

type GroupKey = (u32, u32);

#[derive(Default)]
struct GroupTotals {
    totals: Totals,
    compared: Totals,
}

/// Takes airings one by one, in any order.
pub struct Tally<'a> {
    query: ReportQuery,
    context: &'a ReportContext,
    registry: &'a Registry,
    total: GroupTotals,
    groups: Vec<(GroupBy, HashMap<GroupKey, GroupTotals>)>,
    /// Newest title of each segment.
    titles: HashMap<Symbol, (i64, Symbol)>,
    weeks: HashMap<GroupKey, BTreeMap<NaiveDate, i64>>,
    stations: HashMap<Symbol, Option<&'a RegisteredStation>>,
    periods: Vec<DateRange>,
    /// Under which topics each recording was on the line in the range, and how often.
    recordings: HashMap<Symbol, BTreeMap<GroupKey, u64>>,
}

/// What stands for no topic in a [`Key`].
const NO_TOPIC: u32 = u32::MAX;

impl<'a> Tally<'a> {
    /// Begins.
    #[must_use]
    pub fn new(question: ReportQuery, known: &'a ReportContext, registry: &'a Registry) -> Self {
        let mut kinds = vec![GroupBy::Topic, GroupBy::Language, GroupBy::District, GroupBy::Station];
        kinds.extend(question.by.iter().copied());
        if question.period.is_some() {
            kinds.push(GroupBy::Period);
        }
        let mut seen = BTreeSet::new();
        kinds.retain(|by| seen.insert(*by));
        let pieces = question.period.map_or_else(|| vec![question.range], |period| period.split(question.range));
        Self {
            query: question,
            context: known,
            registry,
            total: GroupTotals::default(),
            groups: kinds.into_iter().map(|by| (by, HashMap::new())).collect(),
            titles: HashMap::new(),
            weeks: HashMap::new(),
            stations: HashMap::new(),
            periods: pieces,
            recordings: HashMap::new(),
        }
    }

    /// Takes one.
    pub fn add(&mut self, fact: &Fact) {
        let now = self.query.range.contains(fact.date);
        let before = self.query.compared.is_some_and(|range| range.contains(fact.date));
        if !now && !before {
            return;
        }
        let topic = (fact.campaign, fact.topic.map_or(NO_TOPIC, u32::from));
        let place = self.area_index(fact);
        let piece = self.periods.iter().position(|range| range.contains(fact.date));
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
                GroupBy::District | GroupBy::Commune => (fact.station, place),
                GroupBy::Segment => (fact.segment, 0),
                GroupBy::Day => match u32::try_from(fact.date.num_days_from_ce()) {
                    Ok(day) if now => (day, 0),
                    _ => continue,
                },
                GroupBy::Period => match piece.and_then(|piece| u32::try_from(piece).ok()) {
                    Some(piece) => (piece, 0),
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
            let week = self.weeks.entry(topic).or_default().entry(monday(fact.date)).or_default();
            *week = week.saturating_add(fact.counted_ms());
            if let (Some(recording), Some(_)) = (fact.recording, fact.topic) {
                *self.recordings.entry(recording).or_default().entry(topic).or_default() += 1;
            }
        }
    }

    /// Which of its station's places is valid on its date, counted from 1; 0 for none.
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

    /// The report.
    #[must_use]
    pub fn into_report(mut self) -> Report {
        let compared = self.query.compared.is_some();
        let groups = std::mem::take(&mut self.groups);
        self.recordings.retain(|_, topics| topics.len() > 1);
        let silent = self.silent_stations();
        let tables = groups.into_iter().map(|(by, groups)| self.build_table(by, groups, &silent)).collect();
        let department = &self.registry.department;
        Report {
            agency: IssuingAgency {
                parent: department.parent.clone(),
                name: department.agency.clone(),
                place: department.place.clone(),
                recipients: department.recipients.clone(),
            },
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

    fn build_table(
        &self,
        by: GroupBy,
        groups: HashMap<GroupKey, GroupTotals>,
        silent: &[SilentStation],
    ) -> ReportTable {
        let compared = self.query.compared.is_some() && !matches!(by, GroupBy::Day | GroupBy::Period);
        // Rows that have the same key for people are one: districts of many stations.
        let mut rows: BTreeMap<(SortKey, Vec<String>), GroupTotals> = BTreeMap::new();
        for (key, group) in groups {
            let there = rows.entry(self.row_key(by, key)).or_default();
            there.totals.merge(&group.totals);
            there.compared.merge(&group.compared);
        }
        if by == GroupBy::Station {
            // Whose days are all lost has a row as well.
            for one in silent {
                rows.entry(((one.station.clone(), 0), vec![one.station.clone(), one.name.clone()])).or_default();
            }
        }
        let lost = |key: &[String]| {
            let own = silent.iter().find(|one| Some(&one.station) == key.first()).map(|one| one.unlogged);
            (by == GroupBy::Station).then_some(own.unwrap_or_default())
        };
        let line = |((_, key), group): ((SortKey, Vec<String>), GroupTotals)| TableRow {
            unlogged: lost(&key),
            key,
            shared_recordings: group.totals.recordings.iter().filter(|one| self.recordings.contains_key(one)).count()
                as u64,
            totals: group.totals,
            compared: compared.then_some(group.compared),
        };
        ReportTable { by, rows: rows.into_iter().map(line).collect() }
    }

    /// The cells of a row's key, and what the row is ordered by.
    fn row_key(&self, by: GroupBy, key: GroupKey) -> (SortKey, Vec<String>) {
        let word = |word| self.context.symbols.text(word).to_owned();
        let order = |first: &str, second: u32| (first.to_owned(), second);
        match by {
            GroupBy::Station => {
                let id = word(key.0);
                (order(&id, 0), vec![id.clone(), self.station_name(&id)])
            }
            GroupBy::Topic => self.topic_key(key),
            GroupBy::Language => (order(&word(key.0), 0), vec![word(key.0)]),
            GroupBy::District | GroupBy::Commune => {
                let station = self.stations.get(&key.0).copied().flatten();
                let place = station.zip(key.1.checked_sub(1)).and_then(|(s, at)| s.areas.get(at as usize));
                let unit = place.map(|p| if by == GroupBy::District { &p.district } else { &p.commune });
                let (code, name) = unit.map_or_else(Default::default, |u| (u.code.clone(), u.name.clone()));
                let cells = vec![code.clone(), self.unit_name(by, &code).unwrap_or(name)];
                (order(&code, 0), cells)
            }
            GroupBy::Segment => {
                let title = self.titles.get(&key.0).map(|(_, title)| word(*title)).unwrap_or_default();
                (order(&word(key.0), 0), vec![word(key.0), title])
            }
            GroupBy::Day => {
                let date = i32::try_from(key.0).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
                (order("", key.0), vec![date.unwrap_or_default().to_string()])
            }
            GroupBy::Period => {
                let piece = self.periods.get(key.0 as usize).copied().unwrap_or(self.query.range);
                (order("", key.0), vec![piece.from.to_string(), piece.until.to_string()])
            }
        }
    }

    fn topic_key(&self, (campaign, topic): GroupKey) -> (SortKey, Vec<String>) {
        let id = self.context.symbols.text(campaign).to_owned();
        let number = u16::try_from(topic).ok();
        let title = number.and_then(|n| self.context.topic_titles.get(&(campaign, n))).cloned().unwrap_or_default();
        let cells = vec![id.clone(), number.map(|n| n.to_string()).unwrap_or_default(), title];
        // Nothing comes before the first.
        ((id, topic.wrapping_add(1)), cells)
    }

    /// One name for a code, whatever stands beside it: groups are never told apart by names.
    fn unit_name(&self, by: GroupBy, code: &str) -> Option<String> {
        let places = self.registry.stations.values().flat_map(|station| &station.areas);
        let mut units = places.map(|place| if by == GroupBy::District { &place.district } else { &place.commune });
        units.find(|unit| unit.code == code).map(|unit| unit.name.clone())
    }

    fn station_name(&self, station: &str) -> String {
        let registered = Id::new(station).and_then(|id| self.registry.stations.get(&id)).map(|s| s.name.clone());
        let name = registered.filter(|name| !name.is_empty());
        name.or_else(|| self.context.station_names.get(station).cloned()).unwrap_or_default()
    }

    fn weekly_airtime(&self) -> WeeklyAirtime {
        let range = self.query.range;
        let first = monday(range.from);
        let mondays: Vec<NaiveDate> = first.iter_weeks().take_while(|day| *day <= range.until).collect();
        let mut topics: Vec<_> = self.weeks.iter().map(|(key, weeks)| (self.topic_key(*key), weeks)).collect();
        topics.sort_by(|a, b| a.0.cmp(&b.0));
        let of =
            |weeks: &BTreeMap<NaiveDate, i64>| mondays.iter().map(|m| weeks.get(m).copied().unwrap_or(0)).collect();
        let topics = topics.into_iter().map(|((_, cells), weeks)| (cells, of(weeks))).collect();
        WeeklyAirtime { mondays, topics }
    }

    /// What days without a log would have had: the plan of the same weekday in the last week that is known before them, or
    /// else the last plan before them.
    fn estimate_unlogged(&self, station: &str, spans: &[DateRange]) -> UnloggedDays {
        let mut lost = UnloggedDays { days: spans.iter().map(DateRange::days).sum(), ..UnloggedDays::default() };
        let Some(plans) = self.context.planned.get(station) else { return lost };
        for span in spans {
            let Some((last, newest)) = plans.range(..span.from).next_back() else { continue };
            let week = last.checked_sub_days(Days::new(6)).unwrap_or(*last);
            for day in span.from.iter_days().take_while(|day| *day <= span.until) {
                let same = plans.range(week..=*last).find(|(date, _)| date.weekday() == day.weekday());
                let (airings, ms) = same.map_or(*newest, |(_, plan)| *plan);
                lost.planned = lost.planned.saturating_add(airings);
                lost.planned_ms = lost.planned_ms.saturating_add(ms);
            }
        }
        lost
    }

    /// Recordings under more than one topic, the one with most airings first.
    fn shared_recordings(&self) -> Vec<SharedRecording> {
        let one = |(recording, topics): (&Symbol, &BTreeMap<GroupKey, u64>)| {
            let mut topics: Vec<_> = topics.iter().map(|(key, count)| (self.topic_key(*key), *count)).collect();
            topics.sort();
            let topics = topics.into_iter().map(|((_, cells), count)| (cells, count)).collect();
            SharedRecording { sha256: self.context.symbols.text(*recording).to_owned(), topics }
        };
        let mut shared: Vec<SharedRecording> = self.recordings.iter().map(one).collect();
        let airings = |one: &SharedRecording| one.topics.iter().map(|(_, count)| count).sum::<u64>();
        shared.sort_by(|a, b| airings(b).cmp(&airings(a)).then_with(|| a.sha256.cmp(&b.sha256)));
        shared
    }

    /// Stations of the registry without a log for days that are over.
    fn silent_stations(&self) -> Vec<SilentStation> {
        let range = self.query.range;
        let none = BTreeSet::new();
        let silent = self.registry.stations.values().map(|station| {
            let days = self.context.logged_days.get(station.id.as_str()).unwrap_or(&none);
            let lacking = range.from.iter_days().take_while(|day| *day <= range.until && *day < self.query.made_on);
            let spans = DateRange::from_days(lacking.filter(|day| !days.contains(day)));
            let lost = self.estimate_unlogged(station.id.as_str(), &spans);
            SilentStation {
                station: station.id.to_string(),
                name: self.station_name(station.id.as_str()),
                spans,
                unlogged: lost,
            }
        });
        // Whose log is there, and not whole, has not been silent.
        let faulty = |id: &str| self.context.evidence.iter().any(|one| one.station == id && one.fault.is_some());
        silent.filter(|silent| !silent.spans.is_empty() && !faulty(&silent.station)).collect()
    }
}

type SortKey = (String, u32);

fn monday(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))).unwrap_or(date)
}
