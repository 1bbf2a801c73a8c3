//! The topics of a kept playlist.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::interner::bounded_text;

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

/// Returns the topics of a kept playlist: campaign, number, title.
#[must_use]
pub fn parse_topics(playlist: &[u8]) -> Vec<(String, u16, String)> {
    let text = std::str::from_utf8(playlist).unwrap_or_default();
    let Some(KeptCampaign { id, topics }) = toml::from_str::<KeptPlaylist>(text).ok().and_then(|list| list.campaign)
    else {
        return Vec::new();
    };
    let numbered = topics.into_iter().filter_map(|(number, title)| Some((number.parse().ok()?, title)));
    let shown = |text: &str| bounded_text(text).into_owned();
    numbered.take(1000).map(|(number, title)| (shown(&id), number, shown(&title))).collect()
}
