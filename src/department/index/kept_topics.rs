//! The topics of a kept playlist.
use std::collections::BTreeMap;

use serde::Deserialize;

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
    topics: BTreeMap<String, String>,
}

/// Returns the topics of a kept playlist: campaign id, topic number and title. Empty if the playlist has no campaign or
/// cannot be parsed.
#[must_use]
pub fn parse_topics(playlist: &[u8]) -> Vec<(String, u16, String)> {
    let text = std::str::from_utf8(playlist).unwrap_or_default();
    let Some(KeptCampaign { id, topics }) = toml::from_str::<KeptPlaylist>(text).ok().and_then(|list| list.campaign)
    else {
        return Vec::new();
    };
    let numbered_titles = topics.into_iter().filter_map(|(number, title)| Some((number.parse().ok()?, title)));
    let to_bounded = |text: &str| bounded_text(text).into_owned();
    numbered_titles
        .take(MAX_CAMPAIGN_TOPICS)
        .map(|(number, title)| (to_bounded(&id), number, to_bounded(&title)))
        .collect()
}
