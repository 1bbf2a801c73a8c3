use super::*;

#[test]
fn names_that_are_almost_right_are_told_from_leftovers() {
    for (name, meant) in [("T.TOML", "T.toml"), ("x.toml.txt", "x.toml"), ("x.toml ", "x.toml"), ("Ủ.Toml", "Ủ.toml")]
    {
        assert!(looks_like_playlist(name), "{name}");
        assert_eq!(corrected_name(name), meant);
    }
    for name in ["x.toml~", "x.toml.bak", "a.txt", "README.md", "x.toml.swp"] {
        assert!(!looks_like_playlist(name), "{name}");
    }
}
