//! Finds playlists that are copies of other playlists, such as `tin - Copy.toml` from a file manager.
use std::collections::HashMap;
use std::time::SystemTime;

use unicode_normalization::UnicodeNormalization;

use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::source_file::SourceFile;
use crate::text::problem::Hint;

/// A playlist with the same content as another one, which is read in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaylistCopy {
    /// The index of the playlist that is read.
    original: usize,
    /// False when nothing shows which of the two files is the copy.
    is_certain: bool,
}

/// Maps the index of each copy to its original. Of playlists with the same content, the original is the one that is in
/// force, else the one whose name is not that of a copy, else the oldest one. Empty playlists are not copies.
pub fn find_copies(files: &[SourceFile]) -> HashMap<usize, PlaylistCopy> {
    let mut playlists: Vec<usize> = (0..files.len()).filter(|index| has_content(&files[*index])).collect();
    playlists.sort_by_key(|index| {
        let name = &files[*index].name;
        (evidence_of_copy(&files[*index]), name.chars().count(), name)
    });
    let mut originals: HashMap<&str, usize> = HashMap::new();
    let mut copies = HashMap::new();
    for index in playlists {
        let original = *originals.entry(&files[index].text).or_insert(index);
        if original != index {
            let is_certain = evidence_of_copy(&files[original]) != evidence_of_copy(&files[index]);
            copies.insert(index, PlaylistCopy { original, is_certain });
        }
    }
    copies
}

/// Returns the evidence that a file is a copy; of two identical files, the original has the lower value.
fn evidence_of_copy(file: &SourceFile) -> (bool, bool, Option<SystemTime>) {
    (!file.seniority.is_in_force, has_copy_name(file), file.seniority.modified_at)
}

/// Returns true if the file's name is one that file managers give to copies, such as `tin - Copy.toml`,
/// `Copy of tin.toml`, `tin (1).toml` or `tin - Bản sao.toml`.
pub fn has_copy_name(file: &SourceFile) -> bool {
    let name: String = file.name.nfc().flat_map(char::to_lowercase).collect();
    let stem = name.trim_start_matches("playlists/").trim_end_matches(".toml").trim_end();
    let is_numbered = stem.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).is_some_and(|(before, number)| {
        !before.is_empty() && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    });
    let words: Vec<&str> = stem.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_named_copy = words.contains(&"copy") || words.windows(2).any(|pair| pair == ["bản", "sao"]);
    is_numbered || (is_named_copy && words.len() > 1 && words != ["bản", "sao"])
}

impl PlaylistCopy {
    /// Returns the problem that is reported at the start of the copy.
    pub fn to_problem(self, file_index: usize, files: &[SourceFile]) -> Problem {
        let other = files[self.original].name.clone();
        let (finding, hint) = match self.is_certain {
            true => (Finding::PlaylistCopy { original: other }, Hint::MoveCopy),
            false => (Finding::PlaylistTwin { other }, Hint::KeepOneTwin),
        };
        Problem::error(SourceSpan::start_of(file_index), finding, hint)
    }
}

fn has_content(file: &SourceFile) -> bool {
    file.name != "station.toml" && !file.text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::schedule::read::read;
    use crate::schedule::source_file::Seniority;

    const PLAYLIST: &[u8] = b"[[segment]]\nid = \"tin\"\ntitle = \"Tin\"\nfile = \"tin.mp3\"\n";

    fn files(playlists: &[(&str, &[u8])]) -> Vec<SourceFile> {
        let settings = SourceFile::new("station.toml", b"[station]\nid = \"thu\"\n");
        std::iter::once(settings).chain(playlists.iter().map(|(name, text)| SourceFile::new(name, text))).collect()
    }

    #[test]
    fn a_copied_playlist_is_the_only_finding_and_the_original_is_read() {
        let files = files(&[("playlists/tin - Copy.toml", PLAYLIST), ("playlists/tin.toml", PLAYLIST)]);
        let parsed = read(&files);
        let [problem] = &parsed.problems[..] else { panic!("{:?}", parsed.problems) };
        assert_eq!(problem.span.file_index, 1);
        assert_eq!(problem.finding, Finding::PlaylistCopy { original: "playlists/tin.toml".to_owned() });
        assert_eq!(parsed.schedule.segments.len(), 1);
    }

    #[test]
    fn empty_and_different_playlists_are_not_copies() {
        let files = files(&[("playlists/a.toml", b""), ("playlists/b.toml", b""), ("playlists/c.toml", PLAYLIST)]);
        assert!(find_copies(&files).is_empty());
    }

    /// The problem of two identical playlists: the file at which it is reported, and the finding.
    fn finding_about(playlists: &[(&str, Seniority)]) -> (String, Finding) {
        let mut files = files(&playlists.iter().map(|(name, _)| (*name, PLAYLIST)).collect::<Vec<_>>());
        for (file, (_, seniority)) in files.iter_mut().skip(1).zip(playlists) {
            file.seniority = *seniority;
        }
        let parsed = read(&files);
        let [problem] = &parsed.problems[..] else { panic!("{:?}", parsed.problems) };
        assert_eq!(parsed.schedule.segments.len(), 1);
        (files[problem.span.file_index].name.clone(), problem.finding.clone())
    }

    fn changed_at(seconds: u64) -> Seniority {
        Seniority { is_in_force: false, modified_at: Some(UNIX_EPOCH + Duration::from_secs(seconds)) }
    }

    #[test]
    fn the_copy_is_told_by_the_schedule_in_force_then_by_its_name_then_by_its_age() {
        let in_force = Seniority { is_in_force: true, ..changed_at(9) };
        for (original, copy) in [
            // A copy can have the shorter name.
            (("playlists/thuong-nhat.toml", changed_at(5)), ("playlists/thu - Copy.toml", changed_at(5))),
            (("playlists/thuong-nhat.toml", changed_at(5)), ("playlists/Copy of thu.toml", changed_at(1))),
            (("playlists/thuong-nhat.toml", changed_at(5)), ("playlists/thu (1).toml", changed_at(1))),
            (("playlists/thuong-nhat.toml", changed_at(5)), ("playlists/thu - Bản sao.toml", changed_at(1))),
            (("playlists/thuong-nhat.toml", changed_at(5)), ("playlists/bản sao của tin.toml", changed_at(1))),
            (("playlists/thuong-nhat.toml", changed_at(5)), ("playlists/thu.toml", changed_at(6))),
            (("playlists/thuong-nhat.toml", in_force), ("playlists/thu.toml", changed_at(1))),
            (("playlists/tin - Copy.toml", in_force), ("playlists/tin.toml", changed_at(1))),
        ] {
            let expected = (copy.0.to_owned(), Finding::PlaylistCopy { original: original.0.to_owned() });
            assert_eq!(finding_about(&[original, copy]), expected);
            assert_eq!(finding_about(&[copy, original]), expected);
        }
    }

    #[test]
    fn without_evidence_the_operator_chooses_the_copy() {
        let (_, finding) =
            finding_about(&[("playlists/thu.toml", changed_at(5)), ("playlists/thuong-nhat.toml", changed_at(5))]);
        assert_eq!(finding, Finding::PlaylistTwin { other: "playlists/thu.toml".to_owned() });
    }

    #[test]
    fn an_edited_copy_is_where_the_repeated_ids_are_reported() {
        let edited = [PLAYLIST, b"language = \"en\"\n"].concat();
        let files = files(&[("playlists/thu - Copy.toml", &edited), ("playlists/thuong-nhat.toml", PLAYLIST)]);
        let parsed = read(&files);
        let places: Vec<_> = parsed.problems.iter().map(|problem| (problem.code(), problem.span.file_index)).collect();
        assert_eq!(places, [("duplicate-id", 1)]);
        assert_eq!(parsed.schedule.segments[0].language, "vi");
    }
}
