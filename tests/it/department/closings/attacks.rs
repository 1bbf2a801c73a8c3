//! What others can do with the files of a closing, and what an interruption leaves.
use super::*;

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("make the folder");
    for entry in std::fs::read_dir(from).expect("list the folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copy the file");
        }
    }
}

/// Asserts that the list and the report of the month name a fault, with exit code 1.
fn assert_found(closing: &ClosingOffice, expected: &str) {
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert!(code == Some(1) && text.contains(expected), "{expected}: {text}");
    let (code, text) = closing.run(&["report", "store", "--from", "2023-01-15", "--until", "2023-02-14"]);
    assert!(code == Some(1) && text.contains("THE CLOSING IS FAULTY"), "{text}");
}

fn assert_whole(closing: &ClosingOffice) {
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert!(code == Some(0) && text.contains("whole"), "{text}");
}

#[test]
fn every_change_of_a_kept_file_is_found() {
    let closing = ClosingOffice::closed();
    let whole = closing.office.path("whole");
    copy_folder(&closing.folder(), &whole);
    let restore = || {
        let _ = std::fs::remove_file(closing.folder());
        let _ = std::fs::remove_dir_all(closing.folder());
        copy_folder(&whole, &closing.folder());
        assert_whole(&closing);
    };
    let path = |name: &str| closing.folder().join(name);
    std::fs::write(path("station.csv"), b"station,name\r\n").expect("write the file");
    assert_found(&closing, "the file station.csv was changed after the closing");
    let (code, text) = closing.run(&["close", "store", "--show", "--by", "station", "--format", "csv"]);
    assert!(code == Some(1) && text.contains("Not shown"), "{text}");
    let (code, text) = closing.run(&["close", "store", "--recount"]);
    assert!(code == Some(1) && text.contains("Not shown: the file station.csv"), "{text}");
    restore();
    std::fs::remove_file(path("registry.toml")).expect("delete the file");
    assert_found(&closing, "the file registry.toml is gone");
    let (code, text) = closing.run(&["close", "store", "--recount"]);
    assert!(code == Some(1) && text.contains("The recount is not possible"), "{text}");
    restore();
    std::fs::write(path("report (bản cuối).pdf"), b"%PDF").expect("write the file");
    assert_found(&closing, "does not belong to the closing");
    restore();
    std::fs::remove_file(path("topic.csv")).expect("delete the file");
    std::os::unix::fs::symlink(whole.join("topic.csv"), path("topic.csv")).expect("make the link");
    assert_found(&closing, "in the place of the file topic.csv there is a link");
    restore();
    std::fs::remove_file(path("topic.csv")).expect("delete the file");
    std::fs::create_dir(path("topic.csv")).expect("make the folder");
    assert_found(&closing, "in the place of the file topic.csv there is a link");
    restore();
    std::fs::remove_dir_all(closing.folder()).expect("delete the folder");
    assert_found(&closing, "all closed files are gone");
    std::os::unix::fs::symlink(&whole, closing.folder()).expect("make the link");
    assert_found(&closing, "there is a link");
    restore();
    std::fs::remove_dir_all(closing.office.path("store/closings")).expect("delete the folder");
    assert_found(&closing, "all closed files are gone");
    let (code, text) = closing.close(&["--checked-by", "trưởng phòng"]);
    assert!(code == Some(1) && text.contains("closed numbers are never overwritten"), "{text}");
}

#[test]
fn an_older_store_and_the_closing_of_another_store_are_found() {
    let (closing, other) = (ClosingOffice::new(), ClosingOffice::new());
    let (store, older) = (closing.office.path("store"), closing.office.path("older"));
    copy_folder(&store, &older);
    for office in [&closing, &other] {
        let (code, text) = office.close(&["--checked-by", "trưởng phòng"]);
        assert_eq!(code, Some(0), "{text}");
    }
    // Another store's closing of the same dates, and one of dates that this store has not closed.
    let own = closing.office.path("own");
    std::fs::rename(closing.folder(), &own).expect("move the folder");
    copy_folder(&other.folder(), &closing.folder());
    assert_found(&closing, "the file closing.json was changed after the closing");
    std::fs::remove_dir_all(closing.folder()).expect("delete the folder");
    std::fs::rename(&own, closing.folder()).expect("move the folder");
    copy_folder(&other.folder(), &store.join("closings/2023-02-15..2023-03-14"));
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert!(code == Some(1) && text.contains("closings/2023-02-15..2023-03-14 is not in the journal"), "{text}");
    let (code, text) = closing.run(&["close", "store", "--show", "2023-02-15..2023-03-14"]);
    assert!(code == Some(1) && text.contains("No closed period matches"), "it does not count: {text}");
    std::fs::remove_dir_all(&store).expect("delete the folder");
    copy_folder(&older, &store);
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("replaced by an older copy") && text.contains("all closed files are gone"), "{text}");
}

#[test]
fn an_interrupted_closing_is_told_and_can_be_done_again() {
    let closing = ClosingOffice::new();
    let (journal, own_journals) =
        (closing.office.path("store/department"), closing.office.path("state/loa/witness/journals"));
    let saved = [(journal, closing.office.path("a")), (own_journals, closing.office.path("b"))];
    saved.iter().for_each(|(folder, copy)| copy_folder(folder, copy));
    let (code, text) = closing.close(&["--checked-by", "trưởng phòng"]);
    assert_eq!(code, Some(0), "{text}");
    // The power fails after the files, before the entry of the journal.
    for (folder, copy) in &saved {
        std::fs::remove_dir_all(folder).expect("delete the folder");
        copy_folder(copy, folder);
    }
    std::fs::remove_file(closing.folder().join("report.pdf")).expect("delete the file");
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert!(code == Some(1) && text.contains("a closing was interrupted"), "{text}");
    let (code, text) = closing.run(&["report", "store", "--from", "2023-01-15", "--until", "2023-02-14"]);
    assert!(code == Some(0) && !text.contains("closed on"), "{text}");
    let (code, text) = closing.close(&["--checked-by", "trưởng phòng"]);
    assert!(code == Some(0) && text.contains("its files were moved to closings/set-aside/"), "{text}");
    assert_whole(&closing);
}
