use super::*;

#[test]
fn misnamed_playlists_are_recognised_and_backup_files_are_not() {
    for (name, intended_name) in
        [("T.TOML", "T.toml"), ("x.toml.txt", "x.toml"), ("x.toml ", "x.toml"), ("Ủ.Toml", "Ủ.toml")]
    {
        assert!(looks_like_playlist(name), "{name}");
        assert_eq!(corrected_name(name), intended_name);
    }
    for name in ["x.toml~", "x.toml.bak", "a.txt", "README.md", "x.toml.swp"] {
        assert!(!looks_like_playlist(name), "{name}");
    }
}
