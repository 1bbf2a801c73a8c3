//! Reads what the schedules of stations say about a campaign.
use rusqlite::{OptionalExtension, params};

use crate::department::index::kept_topics::LoggedCampaign;
use crate::department::index::{AiringIndex, IndexError};
use crate::department::report::campaign::CampaignHead;

impl AiringIndex {
    /// Returns the campaigns of all schedules, by id, with the titles of their topics.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn logged_campaigns(&self) -> Result<Vec<LoggedCampaign>, IndexError> {
        let mut query = self.db.prepare(
            "SELECT word.text, campaign.title, campaign.reference, campaign.campaign
             FROM campaign JOIN word ON word.id = campaign.campaign ORDER BY word.text",
        )?;
        let mut topics = self.db.prepare("SELECT topic, title FROM topic WHERE campaign = ?1 ORDER BY topic")?;
        let mut campaigns = Vec::new();
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(3)?;
            let topics = topics.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let topics = topics.collect::<rusqlite::Result<_>>()?;
            campaigns.push(LoggedCampaign { id: row.get(0)?, title: row.get(1)?, reference: row.get(2)?, topics });
        }
        Ok(campaigns)
    }

    /// Returns the title and the document of a campaign from the newest schedule that has it; `None` if none has it.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn logged_campaign(&self, id: &str) -> Result<Option<CampaignHead>, IndexError> {
        let mut query = self.db.prepare(
            "SELECT campaign.title, campaign.reference FROM campaign JOIN word ON word.id = campaign.campaign
             WHERE word.text = ?1",
        )?;
        let head = query.query_row(params![id], |row| {
            Ok(CampaignHead { id: id.to_owned(), title: row.get(0)?, reference: row.get(1)? })
        });
        Ok(head.optional()?)
    }
}
