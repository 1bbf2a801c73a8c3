use super::*;

const PLAYLIST_A: &str =
    "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 'a.mp3'\n[[session]]\nid = 'sang'\nat = '05:15'\nplay = ['a']\n";
const PLAYLIST_B: &str = "[[session]]\nid = 'chieu'\nat = '17:00'\nplay = ['a']\n";

fn station_files(files: &[(&str, &[u8])]) -> StationFiles {
    let has_settings = files.iter().any(|(name, _)| *name == "station.toml");
    let mut source_files = vec![SourceFile::new("station.toml", b"")];
    if has_settings {
        source_files.clear();
    }
    source_files.extend(files.iter().map(|(name, bytes)| SourceFile::new(name, bytes)));
    StationFiles { files: source_files, has_settings, ..StationFiles::default() }
}

#[test]
fn a_missing_empty_or_broken_file_is_suspect_and_an_edited_file_is_not() {
    let settings: (&str, &[u8]) = ("station.toml", b"[station]\nid = 'thu'\n");
    let in_force = station_files(&[
        settings,
        ("playlists/a.toml", PLAYLIST_A.as_bytes()),
        ("playlists/b.toml", PLAYLIST_B.as_bytes()),
    ]);
    let suspects = |files: &[(&str, &[u8])]| -> Vec<(String, SuspectReason)> {
        suspect_files(&in_force.files, &station_files(files))
            .into_iter()
            .map(|suspect| (suspect.file, suspect.reason))
            .collect()
    };
    let only_b = |reason| vec![("playlists/b.toml".to_owned(), reason)];
    let playlist_a: (&str, &[u8]) = ("playlists/a.toml", PLAYLIST_A.as_bytes());
    assert_eq!(suspects(&[settings, playlist_a, ("playlists/b.toml", PLAYLIST_B.as_bytes())]), []);
    assert_eq!(suspects(&[settings, playlist_a]), only_b(SuspectReason::Gone));
    assert_eq!(suspects(&[settings, playlist_a, ("playlists/b.toml", b"")]), only_b(SuspectReason::Empty));
    assert_eq!(suspects(&[settings, playlist_a, ("playlists/b.toml", b" \n\t\n")]), only_b(SuspectReason::Empty));
    assert_eq!(suspects(&[settings, playlist_a, ("playlists/b.toml", &[0; 512])]), only_b(SuspectReason::Garbled));
    assert_eq!(suspects(&[settings, playlist_a, ("playlists/b.toml", b"\xff\xfe[\0")]), only_b(SuspectReason::Garbled));
    assert_eq!(
        suspects(&[settings, playlist_a, ("playlists/b.toml", b"# nothing today\n")]),
        [],
        "an edit by the operator"
    );
    assert_eq!(suspects(&[settings, playlist_a, ("playlists/c.toml", PLAYLIST_B.as_bytes())]), [], "renamed");
    let merged = format!("{PLAYLIST_A}{PLAYLIST_B}");
    assert_eq!(suspects(&[settings, ("playlists/a.toml", merged.as_bytes())]), [], "merged into another file");
    let renamed_session = PLAYLIST_B.replace("chieu", "toi");
    assert_eq!(
        suspects(&[settings, playlist_a, ("playlists/c.toml", renamed_session.as_bytes())]),
        only_b(SuspectReason::Gone)
    );
    let without_settings = suspects(&[playlist_a, ("playlists/b.toml", PLAYLIST_B.as_bytes())]);
    assert_eq!(without_settings, [("station.toml".to_owned(), SuspectReason::Gone)]);
    assert_eq!(suspects(&[]).len(), 3);
}
