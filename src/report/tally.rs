//! Sorts airings into groups, and makes the report.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate};

use super::fact::{Fact, State, Word, Words};
use super::period::{Period, Range};
use super::totals::Totals;
use super::{Agency, By, Evidence, Line, Lost, Made, Report, Shared, Silent, Table, Weeks};
use crate::id::Id;
use crate::registry::{Registry, Station};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The dates.
    pub range: Range,
    /// The dates to compare with.
    pub before: Option<Range>,
    /// The tables beside those by topic, language, district and station.
    pub by: Vec<By>,
    /// The periods that a table by period is cut into.
    pub period: Option<Period>,
    /// The day on which it is asked.
    pub made_on: NaiveDate,
}

/// What is known beside the airings themselves.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Words that the facts use.
    pub words: Words,
    /// Titles of topics, by campaign and number.
    pub topics: HashMap<(Word, u16), String>,
    /// Names that stations' logs say themselves, by station id.
    pub names: HashMap<String, String>,
    /// What stations planned, by date: airings and milliseconds. Also of the last week that is known before a range.
    pub plans: HashMap<String, BTreeMap<NaiveDate, (u64, i64)>>,
    /// Dates for which a station has a log.
    pub days: HashMap<String, BTreeSet<NaiveDate>>,
    /// The logs in the store.
    pub evidence: Vec<Evidence>,
    /// Outcomes that repeat one that is counted.
    pub repeats: u64,
}

type Key = (u32, u32);

#[derive(Default)]
struct Group {
    totals: Totals,
    before: Totals,
}

/// Takes airings one by one, in any order.
pub struct Tally<'a> {
    question: Question,
    known: &'a Known,
    registry: &'a Registry,
    total: Group,
    groups: Vec<(By, HashMap<Key, Group>)>,
    /// Newest title of each segment.
    titles: HashMap<Word, (i64, Word)>,
    weeks: HashMap<Key, BTreeMap<NaiveDate, i64>>,
    stations: HashMap<Word, Option<&'a Station>>,
    pieces: Vec<Range>,
    /// Under which topics each recording was on the line in the range, and how often.
    recordings: HashMap<Word, BTreeMap<Key, u64>>,
}

/// What stands for no topic in a [`Key`].
const NO_TOPIC: u32 = u32::MAX;

impl<'a> Tally<'a> {
    /// Begins.
    #[must_use]
    pub fn new(question: Question, known: &'a Known, registry: &'a Registry) -> Self {
        let mut kinds = vec![By::Topic, By::Language, By::District, By::Station];
        kinds.extend(question.by.iter().copied());
        if question.period.is_some() {
            kinds.push(By::Period);
        }
        let mut seen = BTreeSet::new();
        kinds.retain(|by| seen.insert(*by));
        let pieces = question.period.map_or_else(|| vec![question.range], |period| period.cut(question.range));
        Self {
            question,
            known,
            registry,
            total: Group::default(),
            groups: kinds.into_iter().map(|by| (by, HashMap::new())).collect(),
            titles: HashMap::new(),
            weeks: HashMap::new(),
            stations: HashMap::new(),
            pieces,
            recordings: HashMap::new(),
        }
    }

    /// Takes one.
    pub fn take(&mut self, fact: &Fact) {
        let now = self.question.range.has(fact.date);
        let before = self.question.before.is_some_and(|range| range.has(fact.date));
        if !now && !before {
            return;
        }
        let topic = (fact.campaign, fact.topic.map_or(NO_TOPIC, u32::from));
        let place = self.place(fact);
        let piece = self.pieces.iter().position(|range| range.has(fact.date));
        let add = |group: &mut Group| {
            if now {
                group.totals.take(fact);
            }
            if before {
                group.before.take(fact);
            }
        };
        add(&mut self.total);
        for (by, groups) in &mut self.groups {
            let key = match by {
                By::Station => (fact.station, 0),
                By::Topic => topic,
                By::Language => (fact.language, 0),
                By::District | By::Commune => (fact.station, place),
                By::Segment => (fact.segment, 0),
                By::Day => match u32::try_from(fact.date.num_days_from_ce()) {
                    Ok(day) if now => (day, 0),
                    _ => continue,
                },
                By::Period => match piece.and_then(|piece| u32::try_from(piece).ok()) {
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
        if now && matches!(fact.state, State::Aired | State::Partial(_)) {
            let week = self.weeks.entry(topic).or_default().entry(monday(fact.date)).or_default();
            *week = week.saturating_add(fact.counted_ms());
            if let (Some(recording), Some(_)) = (fact.recording, fact.topic) {
                *self.recordings.entry(recording).or_default().entry(topic).or_default() += 1;
            }
        }
    }

    /// Which of its station's places is valid on its date, counted from 1; 0 for none.
    fn place(&mut self, fact: &Fact) -> u32 {
        let (known, registry) = (self.known, self.registry);
        let station = *self.stations.entry(fact.station).or_insert_with(|| {
            let id = Id::new(known.words.text(fact.station))?;
            registry.stations.get(&id)
        });
        let valid = station.and_then(|station| {
            let place = station.place(fact.date)?;
            station.places.iter().position(|one| std::ptr::eq(one, place))
        });
        valid.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(0)
    }

    /// The report.
    #[must_use]
    pub fn report(mut self) -> Report {
        let compared = self.question.before.is_some();
        let groups = std::mem::take(&mut self.groups);
        self.recordings.retain(|_, topics| topics.len() > 1);
        let silent = self.silent();
        let tables = groups.into_iter().map(|(by, groups)| self.table(by, groups, &silent)).collect();
        let department = &self.registry.department;
        Report {
            agency: Agency {
                parent: department.parent.clone(),
                name: department.agency.clone(),
                place: department.place.clone(),
                recipients: department.recipients.clone(),
            },
            made_on: self.question.made_on,
            range: self.question.range,
            before: self.question.before,
            weeks: self.weeks(),
            stations: self.registry.stations.len(),
            silent,
            shared: self.shared(),
            made: Made::default(),
            differences: Vec::new(),
            evidence: self.known.evidence.clone(),
            repeats: self.known.repeats,
            total_before: compared.then_some(self.total.before),
            total: self.total.totals,
            tables,
        }
    }

    fn table(&self, by: By, groups: HashMap<Key, Group>, silent: &[Silent]) -> Table {
        let compared = self.question.before.is_some() && !matches!(by, By::Day | By::Period);
        // Rows that have the same key for people are one: districts of many stations.
        let mut rows: BTreeMap<(Order, Vec<String>), Group> = BTreeMap::new();
        for (key, group) in groups {
            let there = rows.entry(self.row_key(by, key)).or_default();
            there.totals.add(&group.totals);
            there.before.add(&group.before);
        }
        if by == By::Station {
            // Whose days are all lost has a row as well.
            for one in silent {
                rows.entry(((one.station.clone(), 0), vec![one.station.clone(), one.name.clone()])).or_default();
            }
        }
        let lost = |key: &[String]| {
            let own = silent.iter().find(|one| Some(&one.station) == key.first()).map(|one| one.lost);
            (by == By::Station).then_some(own.unwrap_or_default())
        };
        let line = |((_, key), group): ((Order, Vec<String>), Group)| Line {
            lost: lost(&key),
            key,
            shared: group.totals.recordings.iter().filter(|one| self.recordings.contains_key(one)).count() as u64,
            totals: group.totals,
            before: compared.then_some(group.before),
        };
        Table { by, lines: rows.into_iter().map(line).collect() }
    }

    /// The cells of a row's key, and what the row is ordered by.
    fn row_key(&self, by: By, key: Key) -> (Order, Vec<String>) {
        let word = |word| self.known.words.text(word).to_owned();
        let order = |first: &str, second: u32| (first.to_owned(), second);
        match by {
            By::Station => {
                let id = word(key.0);
                (order(&id, 0), vec![id.clone(), self.name(&id)])
            }
            By::Topic => self.topic(key),
            By::Language => (order(&word(key.0), 0), vec![word(key.0)]),
            By::District | By::Commune => {
                let station = self.stations.get(&key.0).copied().flatten();
                let place = station.zip(key.1.checked_sub(1)).and_then(|(s, at)| s.places.get(at as usize));
                let unit = place.map(|p| if by == By::District { &p.district } else { &p.commune });
                let (code, name) = unit.map_or_else(Default::default, |u| (u.code.clone(), u.name.clone()));
                let cells = vec![code.clone(), self.unit_name(by, &code).unwrap_or(name)];
                (order(&code, 0), cells)
            }
            By::Segment => {
                let title = self.titles.get(&key.0).map(|(_, title)| word(*title)).unwrap_or_default();
                (order(&word(key.0), 0), vec![word(key.0), title])
            }
            By::Day => {
                let date = i32::try_from(key.0).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
                (order("", key.0), vec![date.unwrap_or_default().to_string()])
            }
            By::Period => {
                let piece = self.pieces.get(key.0 as usize).copied().unwrap_or(self.question.range);
                (order("", key.0), vec![piece.from.to_string(), piece.until.to_string()])
            }
        }
    }

    fn topic(&self, (campaign, topic): Key) -> (Order, Vec<String>) {
        let id = self.known.words.text(campaign).to_owned();
        let number = u16::try_from(topic).ok();
        let title = number.and_then(|n| self.known.topics.get(&(campaign, n))).cloned().unwrap_or_default();
        let cells = vec![id.clone(), number.map(|n| n.to_string()).unwrap_or_default(), title];
        // Nothing comes before the first.
        ((id, topic.wrapping_add(1)), cells)
    }

    /// One name for a code, whatever stands beside it: groups are never told apart by names.
    fn unit_name(&self, by: By, code: &str) -> Option<String> {
        let places = self.registry.stations.values().flat_map(|station| &station.places);
        let mut units = places.map(|place| if by == By::District { &place.district } else { &place.commune });
        units.find(|unit| unit.code == code).map(|unit| unit.name.clone())
    }

    fn name(&self, station: &str) -> String {
        let registered = Id::new(station).and_then(|id| self.registry.stations.get(&id)).map(|s| s.name.clone());
        let name = registered.filter(|name| !name.is_empty());
        name.or_else(|| self.known.names.get(station).cloned()).unwrap_or_default()
    }

    fn weeks(&self) -> Weeks {
        let range = self.question.range;
        let first = monday(range.from);
        let mondays: Vec<NaiveDate> = first.iter_weeks().take_while(|day| *day <= range.until).collect();
        let mut topics: Vec<_> = self.weeks.iter().map(|(key, weeks)| (self.topic(*key), weeks)).collect();
        topics.sort_by(|a, b| a.0.cmp(&b.0));
        let of =
            |weeks: &BTreeMap<NaiveDate, i64>| mondays.iter().map(|m| weeks.get(m).copied().unwrap_or(0)).collect();
        let topics = topics.into_iter().map(|((_, cells), weeks)| (cells, of(weeks))).collect();
        Weeks { mondays, topics }
    }

    /// What days without a log would have had: the plan of the same weekday in the last week that is known before them, or
    /// else the last plan before them.
    fn lost(&self, station: &str, spans: &[Range]) -> Lost {
        let mut lost = Lost { days: spans.iter().map(Range::days).sum(), ..Lost::default() };
        let Some(plans) = self.known.plans.get(station) else { return lost };
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
    fn shared(&self) -> Vec<Shared> {
        let one = |(recording, topics): (&Word, &BTreeMap<Key, u64>)| {
            let mut topics: Vec<_> = topics.iter().map(|(key, count)| (self.topic(*key), *count)).collect();
            topics.sort();
            let topics = topics.into_iter().map(|((_, cells), count)| (cells, count)).collect();
            Shared { sha256: self.known.words.text(*recording).to_owned(), topics }
        };
        let mut shared: Vec<Shared> = self.recordings.iter().map(one).collect();
        let airings = |one: &Shared| one.topics.iter().map(|(_, count)| count).sum::<u64>();
        shared.sort_by(|a, b| airings(b).cmp(&airings(a)).then_with(|| a.sha256.cmp(&b.sha256)));
        shared
    }

    /// Stations of the registry without a log for days that are over.
    fn silent(&self) -> Vec<Silent> {
        let range = self.question.range;
        let none = BTreeSet::new();
        let silent = self.registry.stations.values().map(|station| {
            let days = self.known.days.get(station.id.as_str()).unwrap_or(&none);
            let lacking = range.from.iter_days().take_while(|day| *day <= range.until && *day < self.question.made_on);
            let spans = Range::join(lacking.filter(|day| !days.contains(day)));
            let lost = self.lost(station.id.as_str(), &spans);
            Silent { station: station.id.to_string(), name: self.name(station.id.as_str()), spans, lost }
        });
        // Whose log is there, and not whole, has not been silent.
        let faulty = |id: &str| self.known.evidence.iter().any(|one| one.station == id && one.fault.is_some());
        silent.filter(|silent| !silent.spans.is_empty() && !faulty(&silent.station)).collect()
    }
}

type Order = (String, u32);

fn monday(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))).unwrap_or(date)
}
