//! Finds the plans with which the logs of a station begin each day.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::department::index::rows::date_of_day_number;
use crate::department::index::{AiringIndex, IndexError};

/// The number of the first `plan` entry of a log for each date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirstPlans(BTreeMap<NaiveDate, u64>);

impl FirstPlans {
    /// Returns the lowest number of an entry with the plan of a day after this one.
    #[must_use]
    pub fn first_after(&self, day: NaiveDate) -> Option<u64> {
        let next = day.succ_opt()?;
        self.0.range(next..).map(|(_, seq)| *seq).min()
    }
}

impl AiringIndex {
    /// Returns the first plans of each log of a station, by origin.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn first_plans(&self, station: &str) -> Result<Vec<(String, FirstPlans)>, IndexError> {
        let mut logs: BTreeMap<String, FirstPlans> = BTreeMap::new();
        let mut query = self.db.prepare_cached(
            "SELECT log.origin, plan.date, min(plan.seq) FROM log JOIN plan ON plan.log = log.id
             WHERE log.station = ?1 GROUP BY log.origin, plan.date",
        )?;
        let mut rows = query.query([station])?;
        while let Some(row) = rows.next()? {
            let seq = row.get::<_, i64>(2)?.cast_unsigned();
            logs.entry(row.get(0)?).or_default().0.insert(date_of_day_number(row.get(1)?), seq);
        }
        Ok(logs.into_iter().collect())
    }

    /// Returns the sizes of the countersigned heads of a log that the index knows. An object store cannot list its heads.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn countersigned_sizes(&self, origin: &str) -> Result<Vec<u64>, IndexError> {
        let mut query = self.db.prepare_cached(
            "SELECT seen.size FROM seen JOIN log ON log.id = seen.log WHERE log.origin = ?1
             UNION SELECT size FROM log WHERE origin = ?1 AND cosigned IS NOT NULL",
        )?;
        let sizes = query.query_map([origin], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))?;
        Ok(sizes.collect::<rusqlite::Result<_>>()?)
    }
}
