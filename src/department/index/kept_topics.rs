//! The campaign of a kept playlist, and its topics.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::interner::bounded_text;

/// The maximum number of topics of a campaign that are indexed.
const MAX_CAMPAIGN_TOPICS: usize = 1_000;

#[derive(Deserialize)]
struct KeptPlaylist {
    campaign: Option<KeptCampaign>,
}

#[derive(Deserialize)]
struct KeptCampaign {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    topics: BTreeMap<String, String>,
}

/// A campaign as a playlist of a station defines it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedCampaign {
    /// The id.
    pub id: String,
    /// The title; empty if the playlist gives none.
    pub title: String,
    /// The document that orders the campaign; empty if the playlist names none.
    pub reference: String,
    /// The numbers and titles of the topics.
    pub topics: Vec<(u16, String)>,
}

/// Returns the campaign of a kept playlist. `None` if the playlist has no campaign or cannot be parsed.
#[must_use]
pub fn parse_campaign(playlist: &[u8]) -> Option<LoggedCampaign> {
    let text = std::str::from_utf8(playlist).ok()?;
    let KeptCampaign { id, title, reference, topics } = toml::from_str::<KeptPlaylist>(text).ok()?.campaign?;
    let to_bounded = |text: &str| bounded_text(text).into_owned();
    let numbered_titles =
        topics.into_iter().filter_map(|(number, title)| Some((number.parse().ok()?, to_bounded(&title))));
    Some(LoggedCampaign {
        id: to_bounded(&id),
        title: to_bounded(&title),
        reference: to_bounded(&reference),
        topics: numbered_titles.take(MAX_CAMPAIGN_TOPICS).collect(),
    })
}
