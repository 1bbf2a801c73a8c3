//! Chooses the playlist of a new segment.
use std::path::Path;

use crate::cli::shell_words::{quoted_path, shell_word, with_station};
use crate::cli::table::strip_unprintable;
use crate::schedule::named::{NameMatch, match_name};
use crate::schedule::problem::Problem;
use crate::schedule::{ParsedSchedule, SourceFile};
use crate::text::library::ScanText;

/// Returns the index in `files` of the playlist for a segment: the one named `playlist`, the only one whose campaign
/// has the topic, the station's `inbox`, or the station's only playlist. If several fit, chooses the one
/// at `preferred_index`.
///
/// # Errors
/// Returns the message for the operator if no playlist fits, if several fit and `preferred_index` is none of them, or
/// if the chosen one has structural errors.
pub(super) fn choose_playlist(
    files: &[SourceFile],
    parsed_schedule: &ParsedSchedule,
    playlist: Option<&str>,
    topic: Option<u16>,
    preferred_index: Option<usize>,
) -> Result<usize, ScanText> {
    let playlists: Vec<usize> = (0..files.len()).filter(|i| files[*i].name.starts_with("playlists/")).collect();
    let short_name = |i: usize| playlist_name(&files[i]).to_owned();
    let campaign_in = |i: usize| parsed_schedule.campaign_of_file(i);
    // With a topic, the campaign decides. Without one, the station's `inbox` is the default.
    let inbox = parsed_schedule.schedule.station.inbox.as_deref().filter(|_| topic.is_none());
    let chosen_index = if let Some(name) = playlist.or(inbox) {
        let wanted_name = name.trim_start_matches("playlists/").trim_end_matches(".toml");
        let labels = |i: &usize| (short_name(*i), campaign_in(*i).map_or_else(String::new, |c| c.title.clone()));
        let labelled_playlists: Vec<(usize, (String, String))> = playlists.iter().map(|i| (*i, labels(i))).collect();
        match match_name(&labelled_playlists, wanted_name, |(_, (name, title))| (name, title)) {
            NameMatch::One((index, _)) => *index,
            NameMatch::Nothing => return Err(ScanText::NoSuchPlaylist { name: strip_unprintable(name) }),
            NameMatch::Several(several) => {
                let names = several.iter().map(|(i, _)| short_name(*i)).collect::<Vec<_>>().join(", ");
                return Err(ScanText::SeveralPlaylists { name: strip_unprintable(name), names });
            }
        }
    } else {
        let has_topic =
            |i: usize| topic.is_none_or(|topic| campaign_in(i).is_some_and(|c| c.topics.contains_key(&topic)));
        let matching: Vec<usize> = playlists.iter().copied().filter(|i| has_topic(*i)).collect();
        match (matching[..].as_ref(), playlists.as_slice()) {
            ([index], _) | (_, [index]) => *index,
            (_, []) => return Err(ScanText::NoPlaylist {}),
            (several, all) => {
                let candidates = if several.is_empty() { all } else { several };
                if let Some(index) = preferred_index.filter(|index| candidates.contains(index)) {
                    return require_valid(files, parsed_schedule, index);
                }
                let names = candidates.iter().map(|i| short_name(*i)).collect::<Vec<_>>().join(", ");
                let own = candidates.iter().find(|i| campaign_in(**i).is_none());
                let first = own.or(candidates.first()).map_or_else(String::new, |i| short_name(*i));
                return Err(ScanText::WhichPlaylist { names, first });
            }
        }
    };
    require_valid(files, parsed_schedule, chosen_index)
}

/// Returns the command that adds a file, as it works when it is typed: it names a playlist if the choice is not clear.
/// Playlists without a campaign come first, because a campaign's playlist comes from the department.
pub(in crate::cli::station) fn add_command(
    path: &Path,
    files: &[SourceFile],
    parsed_schedule: &ParsedSchedule,
    station: &Path,
) -> String {
    let path = quoted_path(path.strip_prefix(".").unwrap_or(path));
    let command = format!("{} {path}", with_station("add", station));
    match choose_playlist(files, parsed_schedule, None, None, None) {
        Err(ScanText::WhichPlaylist { first, .. }) => format!("{command} --playlist {}", shell_word(&first)),
        _ => command,
    }
}

/// Returns the name of a playlist's file without its folder and its extension.
fn playlist_name(file: &SourceFile) -> &str {
    file.name.trim_start_matches("playlists/").trim_end_matches(".toml")
}

/// Returns `index` if that playlist has no structural errors.
fn require_valid(files: &[SourceFile], parsed_schedule: &ParsedSchedule, index: usize) -> Result<usize, ScanText> {
    let is_in_file = |p: &Problem| p.is_structural && p.span.file_index == index;
    if parsed_schedule.problems.iter().any(is_in_file) {
        return Err(ScanText::FixPlaylistFirst { name: files[index].name.clone() });
    }
    Ok(index)
}
