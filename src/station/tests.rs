use super::*;
use crate::schedule::read;

#[test]
fn the_other_playlists_are_read_when_one_is_unreadable() {
    let station = tempfile::tempdir().expect("create a temporary folder");
    let playlists = station.path().join("playlists");
    fs::create_dir(&playlists).expect("create a folder");
    let segment = "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 'a.mp3'\n";
    fs::write(playlists.join("b.toml"), segment).expect("write the playlist");
    let mut files = read_sources(station.path()).expect("read the station");
    files.push(SourceFile {
        name: "playlists/c.toml".to_owned(),
        read_error: Some("no".to_owned()),
        ..SourceFile::default()
    });
    let parsed = read(&files);
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!((parsed.problems[0].code(), parsed.problems[0].span.file_index), ("unreadable", 2));
    assert_eq!(parsed.schedule.segments.len(), 1);
}

#[test]
fn only_playlists_are_read() {
    let station = tempfile::tempdir().expect("create a temporary folder");
    let playlists = station.path().join("playlists");
    fs::create_dir_all(playlists.join("folder.toml")).expect("create a folder");
    for name in ["b.toml", "a.toml", ".a.toml", "a.toml~", "#a.toml#", ".a.toml.swp", "a.txt"] {
        fs::write(playlists.join(name), "").expect("write the file");
    }
    let files = read_sources(station.path()).expect("read the station");
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["station.toml", "playlists/a.toml", "playlists/b.toml"]);
}
