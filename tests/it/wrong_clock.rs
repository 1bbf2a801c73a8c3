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
