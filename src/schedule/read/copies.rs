//! Finds playlists that are copies of other playlists, such as `tin - Copy.toml` from a file manager.
use std::collections::HashMap;

use crate::schedule::source_file::SourceFile;

/// Maps the index of each copy to the index of its original. Of playlists with the same content, the one with the
/// shortest name is the original. Empty playlists are not copies.
pub fn find_copies(files: &[SourceFile]) -> HashMap<usize, usize> {
    let mut playlists: Vec<usize> = (0..files.len()).filter(|index| has_content(&files[*index])).collect();
    playlists.sort_by_key(|index| (files[*index].name.chars().count(), &files[*index].name));
    let mut originals: HashMap<&str, usize> = HashMap::new();
    let mut copies = HashMap::new();
    for index in playlists {
        let original = *originals.entry(&files[index].text).or_insert(index);
        if original != index {
            copies.insert(index, original);
        }
    }
    copies
}

fn has_content(file: &SourceFile) -> bool {
    file.name != "station.toml" && !file.text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::finding::Finding;
    use crate::schedule::read::read;

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
}
