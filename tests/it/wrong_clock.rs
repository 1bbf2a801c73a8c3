//! A clock that was wrong and is put right: what `loa status` and `loa log` say before and after. All contents are
//! invented.
use std::fs::{self, FileTimes};
use std::time::{Duration, SystemTime};

use crate::daemon::{Folder, printed};

#[test]
fn a_log_in_its_folder_is_not_lost_however_old_its_files_look() {
    let folder = Folder::new().segment("a", 1).write_playlist();
    assert_eq!(folder.run().end(), Some(0));
    // As after a clock that was far ahead when the log began, and was then put right.
    let keys = fs::read_dir(folder.dir.path().join("state/loa/keys")).expect("list the folder");
    let long_ago = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_300_000_000));
    for key_folder in keys.flatten() {
        let newest = fs::File::options().write(true).open(key_folder.path().join("newest")).expect("open the file");
        newest.set_times(long_ago).expect("set the time of the file");
    }
    let page = printed(&folder.loa(&["log", "--lang", "en"]));
    assert!(!page.contains("no longer in the folder"), "{page}");
}

#[test]
fn the_help_of_the_clock_says_how_to_set_it() {
    let folder = Folder::new();
    for (lang, battery) in [("vi", "pin CR2032"), ("en", "battery on its main board (CR2032)")] {
        for command in [["clock", "--help"].as_slice(), &["clock", "confirm", "--help"]] {
            let mut loa = crate::program::loa(folder.dir.path());
            let help = printed(&loa.args(command).args(["--lang", lang]).output().expect("loa starts"));
            let commands = ["timedatectl set-ntp true", "timedatectl set-time '", "hwclock --systohc", battery];
            for part in commands {
                assert!(help.contains(part), "{part}: {help}");
            }
        }
    }
}
