//! The hand-in of the log: the places where a copy may go, the station's record of the hand-in, and its line in
//! `loa status`.
use std::fs;

use loa::airlog::storage::FolderStorage;
use loa::logstore::hand_in::{DepartmentSetting, HandInReader, HandInState};

use crate::daemon::Folder;

fn read_hand_in(airlog: &FolderStorage) -> std::io::Result<Option<HandInState>> {
    HandInReader::default().read(airlog, DepartmentSetting::Named)
}

fn output_text(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn folder_after_a_run() -> Folder {
    let folder = Folder::new().segment("a", 1).write_playlist();
    assert_eq!(folder.run().end(), Some(0));
    folder
}

#[test]
fn a_copy_that_stays_on_the_computer_is_refused_and_is_no_hand_in() {
    let folder = folder_after_a_run();
    let stick = folder.dir.path().join("media/usb/dai");
    let to = stick.to_str().expect("the path is UTF-8");
    let refused_export = folder.loa(&["export", "--to", to]);
    assert_eq!(refused_export.status.code(), Some(1), "{refused_export:?}");
    assert!(
        output_text(&refused_export).contains("not on a stick or a network")
            && output_text(&refused_export).contains("--anyway"),
        "{refused_export:?}"
    );
    assert!(!stick.exists(), "no folder is made where an unplugged stick would be");
    let forced_export = folder.loa(&["export", "--anyway", "--to", to]);
    assert!(
        forced_export.status.success() && output_text(&forced_export).contains("does not count as handed in"),
        "{forced_export:?}"
    );
    assert!(!folder.station().join("airlog/hand-in.json").exists());
    let vietnamese_refusal = folder.loa(&["--lang", "vi", "export", "--to", to]);
    assert!(
        output_text(&vietnamese_refusal).contains("Chưa chép")
            && output_text(&vietnamese_refusal).contains("Hãy cắm USB"),
        "{vietnamese_refusal:?}"
    );
}

#[test]
fn a_push_is_remembered_across_a_restart_and_shown_in_the_status() {
    let folder = folder_after_a_run();
    let settings_path = folder.station().join("station.toml");
    let department_settings = "\n[department]\npush = \"../kho\"\n";
    fs::write(&settings_path, fs::read_to_string(&settings_path).expect("read the file") + department_settings)
        .expect("write the file");
    let status_after_start = || {
        let daemon = folder.run();
        // The daemon reads its folders first, so the first answers do not show the hand-ins.
        let mut answers = (0..500).map(|_| output_text(&folder.loa(&["status"])));
        let status = answers.find(|status| status.contains("copied for the department"));
        assert_eq!(daemon.end(), Some(0));
        status.expect("the status shows the hand-ins")
    };
    let status_before = status_after_start();
    assert!(
        status_before.contains("was never copied") && status_before.contains("has not confirmed"),
        "{status_before}"
    );
    let push_output = folder.loa(&["push"]);
    assert!(push_output.status.success(), "{push_output:?}");
    let state =
        read_hand_in(&FolderStorage::for_airlog(folder.station().join("airlog"))).expect("read the hand-in record");
    let state = state.expect("the log has begun");
    let last_hand_in = state.last.expect("the log was handed in");
    assert_eq!((last_hand_in.entries, state.waiting_since), (folder.log().len() as u64, None));
    assert!(last_hand_in.through.is_some());
    let status_after = status_after_start();
    assert!(status_after.contains(&format!("up to entry {}", last_hand_in.entries)), "{status_after}");
    let state =
        read_hand_in(&FolderStorage::for_airlog(folder.station().join("airlog"))).expect("read the hand-in record");
    assert!(state.expect("the log has begun").waiting_since.is_some(), "the restart wrote entries that are in no copy");
    let verify = folder.loa(&["verify"]);
    assert!(verify.status.success(), "{verify:?}");
}
