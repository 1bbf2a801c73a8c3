//! `loa amplifier test` after an edit of the commands, and while something plays.
use super::*;

#[test]
fn amplifier_test_runs_the_edited_commands() {
    let folder = Folder::new().segment("ngan", 1).session(in_seconds(3600), "[\"ngan\"]").write_playlist();
    let settings_path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&settings_path).expect("read the file");
    let marker_path = |name: &str| folder.dir.path().join(name);
    let write_commands = |name: &str| {
        let (on, off) = (marker_path(&format!("{name}-on")), marker_path(&format!("{name}-off")));
        let amplifier =
            format!("[amplifier]\non = [\"touch\", {on:?}]\noff = [\"touch\", {off:?}]\nmin-off = \"0s\"\n");
        fs::write(&settings_path, format!("{settings}{amplifier}")).expect("write the file");
    };
    write_commands("cu");
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    write_commands("moi");
    let output = folder.loa(&["amplifier", "test"]);
    let text = printed(&output);
    assert!(output.status.success() && text.contains("moi-on") && text.contains("moi-off"), "{text}");
    assert!(
        marker_path("moi-on").exists() && marker_path("moi-off").exists() && !marker_path("cu-on").exists(),
        "{text}"
    );
    // The station refuses this edit, so it cannot run the commands in it.
    fs::write(folder.station().join("playlists/thu.toml"), "[[segment]\n").expect("write the file");
    write_commands("sau");
    let output = folder.loa(&["amplifier", "test"]);
    let text = printed(&output);
    assert!(output.status.code() == Some(1) && text.contains("NOT TESTED") && text.contains("moi-on"), "{text}");
    assert!(!marker_path("sau-on").exists(), "{text}");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn amplifier_test_waits_for_the_end_of_what_was_stopped_but_not_for_what_plays() {
    let folder = Folder::new().segment("dai", 60).session(in_seconds(3600), "[\"dai\"]").write_playlist();
    let settings_path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&settings_path).expect("read the file");
    let amplifier = "[amplifier]\non = [\"true\"]\noff = [\"true\"]\nmin-off = \"0s\"\nwarm-up = \"0s\"\n";
    fs::write(&settings_path, format!("{settings}{amplifier}")).expect("write the file");
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    assert!(folder.loa(&["play", "dai", "--station"]).status.success());
    daemon.wait_for("Started `Mục dai` (not planned)");
    let test = folder.loa(&["amplifier", "test"]);
    let text = printed(&test);
    assert!(test.status.code() == Some(1) && text.starts_with("NOT TESTED: `Mục dai` is on the air"), "{text}");
    let switch_off = printed(&folder.loa(&["amplifier", "off"]));
    assert!(switch_off.contains("NOT SWITCHED OFF") && switch_off.contains("loa stop"), "{switch_off}");
    assert!(folder.loa(&["stop"]).status.success());
    let test = folder.loa(&["amplifier", "test"]);
    assert!(test.status.success(), "{}", printed(&test));
    assert!(folder.loa(&["play", "dai", "--station"]).status.success());
    assert!(folder.loa(&["stop"]).status.success());
    let play = folder.loa(&["play", "dai", "--station"]);
    assert!(play.status.success(), "{}", printed(&play));
    assert_eq!(daemon.end(), Some(0));
}
