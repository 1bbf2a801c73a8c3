//! Chooses the playlist of a new segment.
use crate::cli::table::strip_unprintable;
use crate::schedule::problem::Problem;
use crate::schedule::{ParsedSchedule, SourceFile};
use crate::text::library::ScanText;

/// Returns the playlist for a segment: the named one, the only one, or the only one whose campaign has the topic.
pub(super) fn choose_playlist(
    files: &[SourceFile],
    reading: &ParsedSchedule,
    playlist: Option<&str>,
    topic: Option<u16>,
) -> Result<usize, ScanText> {
    let playlists: Vec<usize> = (0..files.len()).filter(|i| files[*i].name.starts_with("playlists/")).collect();
    let short = |i: usize| files[i].name.trim_start_matches("playlists/").trim_end_matches(".toml").to_owned();
    let place = if let Some(name) = playlist {
        let asked = name.trim_start_matches("playlists/").trim_end_matches(".toml");
        let found = playlists.iter().copied().find(|i| short(*i) == asked);
        found.ok_or_else(|| ScanText::NoSuchPlaylist { name: strip_unprintable(name) })?
    } else {
        let campaigns = &reading.schedule.campaigns;
        let has_topic = |i: usize| {
            let campaign = campaigns.iter().find(|c| {
                let places = reading.spans.campaigns.get(&c.id);
                places.and_then(|p| p.get("id")).is_some_and(|place| place.file == i)
            });
            topic.is_none_or(|topic| campaign.is_some_and(|c| c.topics.contains_key(&topic)))
        };
        let fitting: Vec<usize> = playlists.iter().copied().filter(|i| has_topic(*i)).collect();
        match (fitting[..].as_ref(), playlists.as_slice()) {
            ([one], _) | (_, [one]) => *one,
            (_, []) => return Err(ScanText::NoPlaylist {}),
            (several, all) => {
                let shown = if several.is_empty() { all } else { several };
                let names = shown.iter().map(|i| short(*i)).collect::<Vec<_>>().join(", ");
                return Err(ScanText::WhichPlaylist { names });
            }
        }
    };
    let broken = |p: &Problem| p.structural && p.span.file == place;
    if reading.problems.iter().any(broken) {
        return Err(ScanText::MendPlaylist { name: files[place].name.clone() });
    }
    Ok(place)
}
