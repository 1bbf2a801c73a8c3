//! The days after today, as the facts about the upcoming sessions need them.
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use crate::plan::{Airing, Plan, Planner};
use crate::playout::engine::schedule_revision::ScheduleRevision;
use crate::schedule::sample::{is_former_greeting, is_sample_recording};

/// The number of days, from today on, in which something must be planned.
const WEEK_DAYS: i64 = 7;

/// The days of a schedule after today. They stay the same until the schedule or the date changes, so they are planned
/// only once.
#[derive(Debug)]
pub(crate) struct LaterDays {
    /// The schedule that they belong to.
    pub revision: Arc<ScheduleRevision>,
    /// The local date on which they were planned.
    pub today: NaiveDate,
    /// The plan of the next day.
    pub tomorrow: Plan,
    /// The number of airings and relay slots from tomorrow to the end of the week.
    pub rows: u64,
    /// The sample's recordings from tomorrow to the end of the week.
    pub samples: SampleFacts,
}

impl LaterDays {
    /// Plans the days after `today`.
    pub fn plan(revision: &Arc<ScheduleRevision>, today: NaiveDate) -> Self {
        let planner = Planner::new(&revision.schedule, &revision.library);
        let tomorrow = planner.plan_for(today + TimeDelta::days(1));
        let mut rows = tomorrow.expected_row_count();
        let mut samples = SampleFacts::default();
        samples.add(&tomorrow.airings);
        for days in 2..WEEK_DAYS {
            let plan = planner.plan_for(today + TimeDelta::days(days));
            rows += plan.expected_row_count();
            samples.add(&plan.airings);
        }
        Self { revision: Arc::clone(revision), today, tomorrow, rows, samples }
    }
}

/// The recordings of the sample that are planned.
#[derive(Debug, Default)]
pub(crate) struct SampleFacts {
    /// Their titles, each once.
    pub titles: Vec<String>,
    /// True if the greeting of the former sample is one of them.
    pub plays_former_greeting: bool,
}

impl SampleFacts {
    /// Adds the sample's recordings of these airings.
    pub fn add<'a>(&mut self, airings: impl IntoIterator<Item = &'a Airing>) {
        for airing in airings.into_iter().filter(|airing| !airing.is_withdrawn()) {
            let sha256 = airing.scanned_sha256.as_deref().filter(|sha256| is_sample_recording(sha256));
            if let Some(sha256) = sha256 {
                self.plays_former_greeting |= is_former_greeting(sha256);
                self.add_title(&airing.title);
            }
        }
    }

    /// Adds the recordings of `later` days.
    pub fn merge(&mut self, later: &Self) {
        self.plays_former_greeting |= later.plays_former_greeting;
        later.titles.iter().for_each(|title| self.add_title(title));
    }

    fn add_title(&mut self, title: &str) {
        if !self.titles.iter().any(|known| known == title) {
            self.titles.push(title.to_owned());
        }
    }
}
