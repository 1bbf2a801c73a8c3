//! Edits of the device while the station runs.
use super::*;

/// The station has no device, an urgent message waits for one, and the operator corrects the name.
#[test]
fn a_corrected_device_is_opened_at_once_and_a_waiting_urgent_message_airs() {
    for (device, level) in [("null", 0), ("wav:ra.wav", 0)] {
        let folder = Folder::new().segment("ngan", 1).session(in_seconds(3600), "[\"ngan\"]").write_playlist();
        let settings_path = folder.station().join("station.toml");
        let settings = fs::read_to_string(&settings_path).expect("read the file");
        let with_device = |name: &str| settings.replace("device = \"null\"", &format!("device = \"{name}\""));
        fs::write(&settings_path, with_device("hw:9")).expect("write the file");
        let daemon = folder.run();
        daemon.wait_for("Schedule adopted");
        let station = folder.station();
        let urgent = ["urgent", "ngan", "--yes", "--station", station.to_str().expect("the path is UTF-8")];
        let mut command = program::loa(folder.dir.path());
        let output = command.args(urgent).env("XDG_RUNTIME_DIR", folder.dir.path().join("run")).output();
        let output = output.expect("loa starts");
        assert!(output.status.success(), "{}", printed(&output));
        let edited_at = Instant::now();
        fs::write(&settings_path, with_device(device)).expect("write the file");
        daemon.wait_for("Mục ngan");
        let waited = edited_at.elapsed();
        assert!(waited < Duration::from_secs(20), "the lost device was to be tried for a minute: {waited:?}");
        assert_eq!(daemon.end(), Some(0));
        let starts: Vec<Record> = folder.log().into_iter().filter(|record| record.kind == "start").collect();
        assert!(starts.len() == 1 && starts[0].body.level == level, "{device}: {starts:?}");
    }
}
