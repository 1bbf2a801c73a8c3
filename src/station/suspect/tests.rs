use super::*;

const A: &str =
    "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 'a.mp3'\n[[session]]\nid = 'sang'\nat = '05:15'\nplay = ['a']\n";
const B: &str = "[[session]]\nid = 'chieu'\nat = '17:00'\nplay = ['a']\n";

fn sources(files: &[(&str, &[u8])]) -> StationFiles {
    let settings = files.iter().any(|(name, _)| *name == "station.toml");
    let mut all = vec![SourceFile::new("station.toml", b"")];
    if settings {
        all.clear();
    }
    all.extend(files.iter().map(|(name, bytes)| SourceFile::new(name, bytes)));
    StationFiles { files: all, has_settings: settings, ..StationFiles::default() }
}

#[test]
fn what_is_gone_empty_or_broken_is_doubted_and_an_edit_is_not() {
    let settings: (&str, &[u8]) = ("station.toml", b"[station]\nid = 'thu'\n");
    let whole = sources(&[settings, ("playlists/a.toml", A.as_bytes()), ("playlists/b.toml", B.as_bytes())]);
    let told = |files: &[(&str, &[u8])]| -> Vec<(String, Why)> {
        suspect_files(&whole.files, &sources(files)).into_iter().map(|one| (one.file, one.why)).collect()
    };
    let b = |why| vec![("playlists/b.toml".to_owned(), why)];
    let a: (&str, &[u8]) = ("playlists/a.toml", A.as_bytes());
    assert_eq!(told(&[settings, a, ("playlists/b.toml", B.as_bytes())]), []);
    assert_eq!(told(&[settings, a]), b(Why::Gone));
    assert_eq!(told(&[settings, a, ("playlists/b.toml", b"")]), b(Why::Empty));
    assert_eq!(told(&[settings, a, ("playlists/b.toml", b" \n\t\n")]), b(Why::Empty));
    assert_eq!(told(&[settings, a, ("playlists/b.toml", &[0; 512])]), b(Why::Garbled));
    assert_eq!(told(&[settings, a, ("playlists/b.toml", b"\xff\xfe[\0")]), b(Why::Garbled));
    assert_eq!(told(&[settings, a, ("playlists/b.toml", b"# nothing today\n")]), [], "a person's edit");
    assert_eq!(told(&[settings, a, ("playlists/c.toml", B.as_bytes())]), [], "renamed");
    let both = format!("{A}{B}");
    assert_eq!(told(&[settings, ("playlists/a.toml", both.as_bytes())]), [], "put together");
    let less = B.replace("chieu", "toi");
    assert_eq!(told(&[settings, a, ("playlists/c.toml", less.as_bytes())]), b(Why::Gone));
    let gone = told(&[a, ("playlists/b.toml", B.as_bytes())]);
    assert_eq!(gone, [("station.toml".to_owned(), Why::Gone)]);
    assert_eq!(told(&[]).len(), 3);
}
