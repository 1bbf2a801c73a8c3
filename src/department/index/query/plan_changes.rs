//! Reads the changes of planned airtime that edits made, and the labels that the logs use.
use chrono::NaiveDate;
use rusqlite::params;

use crate::department::index::rows::{date_of_day_number, day_number};
use crate::department::index::{AiringIndex, IndexError};
use crate::department::report::period::DateRange;
use crate::department::report::taken_out::PlanEdit;
use crate::department::target::check::LoggedLabels;

impl AiringIndex {
    /// Returns the changes of the planned airtime of the dates of a range, in the order of the logs and their entries.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn plan_edits(&self, range: DateRange) -> Result<Vec<PlanEdit>, IndexError> {
        let mut query = self.db.prepare(
            "SELECT log.station, edited_on, date, campaign.text, topic, language.text, edited.airings, planned_ms
             FROM edited JOIN log ON log.id = edited.log
             JOIN word AS campaign ON campaign.id = edited.campaign JOIN word AS language ON language.id = edited.language
             WHERE date BETWEEN ?1 AND ?2 ORDER BY log.station, log.id, seq, number",
        )?;
        let date = |number: i32| -> NaiveDate { date_of_day_number(number) };
        let rows = query.query_map(params![day_number(range.from), day_number(range.until)], |row| {
            Ok(PlanEdit {
                station: row.get(0)?,
                edited_on: date(row.get(1)?),
                date: date(row.get(2)?),
                campaign: row.get(3)?,
                topic: row.get(4)?,
                language: row.get(5)?,
                airings: row.get(6)?,
                planned_ms: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the campaigns, topics and languages that the logs name.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn logged_labels(&self) -> Result<LoggedLabels, IndexError> {
        let mut labels = LoggedLabels::default();
        // Both tables name campaigns: the schedules define topics that may not have been aired yet.
        let mut query = self.db.prepare(
            "SELECT DISTINCT word.text, topic FROM airing JOIN word ON word.id = airing.campaign
             UNION SELECT word.text, topic FROM topic JOIN word ON word.id = topic.campaign",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (campaign, topic): (String, Option<u16>) = (row.get(0)?, row.get(1)?);
            labels.topics.extend(topic.map(|topic| (campaign.clone(), topic)));
            labels.campaigns.insert(campaign);
        }
        let sql = "SELECT text FROM word WHERE id IN (SELECT DISTINCT language FROM airing)";
        let mut query = self.db.prepare(sql)?;
        labels.languages = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(labels)
    }
}
