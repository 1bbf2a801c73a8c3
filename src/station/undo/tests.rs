use std::fs;
use std::io;
use std::path::Path;

use super::*;
use crate::base::hash::sha256_hex;
use crate::schedule::Id;

const A: &str = "# a\n";
const B: &str = "# b\n";

fn new_station() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("create a temporary folder");
    for folder in ["playlists", "audio"] {
        fs::create_dir(dir.path().join(folder)).expect("create a folder");
    }
    for (name, text) in
        [("station.toml", "[station]\nid = \"thu\"\n"), ("playlists/a.toml", A), ("playlists/b.toml", B)]
    {
        fs::write(dir.path().join(name), text).expect("write a file");
    }
    dir
}

fn begin(station: &Path) -> FolderChange<'_> {
    let history = UndoHistory::open(station).expect("open the history");
    history.finish_interrupted_change(&|| CopiedFilesPolicy::Keep).expect("finish the interrupted command");
    FolderChange::begin(station, history, RecordedCommand::Add, chrono::DateTime::default()).expect("begin the change")
}

fn segment(id: &str) -> ChangedPart {
    ChangedPart::Segment(ChangedSegment {
        id: Id::new(id).expect("parse the id"),
        title: id.to_owned(),
        file: String::new(),
        sessions: Vec::new(),
    })
}

fn edit(name: &str, old: &str, new: &str) -> PlaylistEdit {
    PlaylistEdit { name: format!("playlists/{name}.toml"), old: old.into(), new: new.into() }
}

fn edits_to_both_playlists() -> [PlaylistEdit; 2] {
    [edit("a", A, "# a2\n"), edit("b", B, "# b2\n")]
}

fn read_playlist(station: &Path, name: &str) -> String {
    fs::read_to_string(station.join(format!("playlists/{name}.toml"))).expect("read a playlist")
}

fn history(station: &Path) -> UndoHistory {
    UndoHistory::open(station).expect("open the history")
}

/// Reverts the newest step, as `loa undo` does.
fn undo(station: &Path) -> Result<Reverted, RevertFault> {
    let (number, step) = history(station).newest().expect("read the steps").expect("find a step");
    let reverted = revert(station, &step.expect("parse the step"), &|| CopiedFilesPolicy::RemoveIfOriginalRemains)?;
    history(station).discard(number).expect("discard the step");
    Ok(reverted)
}

#[test]
fn the_first_file_is_restored_if_the_second_cannot_be_written() {
    let dir = new_station();
    let fails_at_b = |path: &Path, bytes: &[u8]| match path.ends_with("b.toml") {
        true => Err(io::ErrorKind::StorageFull.into()),
        false => fs::write(path, bytes),
    };
    let mut change = begin(dir.path()).with_replace(&fails_at_b);
    let fault = change.write(segment("x"), &edits_to_both_playlists(), None).expect_err("b cannot be written");
    assert!(matches!(fault, ChangeFault::Disk(_)), "{fault}");
    change.finish().expect("finish the change");
    assert_eq!((read_playlist(dir.path(), "a").as_str(), read_playlist(dir.path(), "b").as_str()), (A, B));
    assert!(history(dir.path()).newest().expect("read the steps").is_none());
    // A folder in place of the file, and an edit in the meantime, have the same result.
    let mut edits = edits_to_both_playlists();
    edits[1].old = b"# other\n".to_vec();
    let fault = begin(dir.path()).write(segment("x"), &edits, None).expect_err("b was edited");
    assert!(matches!(&fault, ChangeFault::Edited { file } if file == "playlists/b.toml"), "{fault}");
    fs::remove_file(dir.path().join("playlists/b.toml")).expect("remove b");
    fs::create_dir(dir.path().join("playlists/b.toml")).expect("create a folder");
    begin(dir.path()).write(segment("x"), &edits_to_both_playlists(), None).expect_err("b is a folder");
    assert_eq!(read_playlist(dir.path(), "a"), A);
    assert_eq!(fs::read_dir(dir.path().join("undo")).expect("read undo/").count(), 0);
}

#[test]
fn a_half_made_change_is_reverted_and_a_complete_one_stays() {
    let dir = new_station();
    begin(dir.path()).write(segment("x"), &edits_to_both_playlists(), None).expect("write the change");
    // The power fails before the record is renamed: everything was written, so the change becomes a step.
    assert!(matches!(
        history(dir.path()).finish_interrupted_change(&|| CopiedFilesPolicy::Keep),
        Ok(LeftOver::Nothing)
    ));
    assert_eq!(read_playlist(dir.path(), "b"), "# b2\n");
    undo(dir.path()).expect("undo the step");
    assert_eq!((read_playlist(dir.path(), "a").as_str(), read_playlist(dir.path(), "b").as_str()), (A, B));
    // The power fails between the two files.
    begin(dir.path()).write(segment("x"), &edits_to_both_playlists(), None).expect("write the change");
    fs::write(dir.path().join("playlists/b.toml"), B).expect("write b");
    let left_over = history(dir.path())
        .finish_interrupted_change(&|| CopiedFilesPolicy::Keep)
        .expect("finish the interrupted command");
    assert!(matches!(left_over, LeftOver::TakenBack(step, _) if step.segments[0].title == "x"));
    assert_eq!(read_playlist(dir.path(), "a"), A);
    assert!(history(dir.path()).newest().expect("read the steps").is_none());
}

#[test]
fn steps_are_undone_one_after_the_other_and_only_ten_are_kept() {
    let dir = new_station();
    for n in 0..13 {
        let mut change = begin(dir.path());
        let (old, new) = (read_playlist(dir.path(), "a"), format!("# {n}\n"));
        change.write(segment("x"), &[edit("a", &old, &new)], None).expect("write the change");
        change.finish().expect("finish the change");
    }
    for n in (2..12).rev() {
        undo(dir.path()).expect("undo the step");
        assert_eq!(read_playlist(dir.path(), "a"), format!("# {n}\n"));
    }
    assert!(history(dir.path()).newest().expect("read the steps").is_none());
}

#[test]
fn a_file_that_was_edited_after_the_step_is_not_overwritten() {
    let dir = new_station();
    let mut change = begin(dir.path());
    change.write(segment("x"), &edits_to_both_playlists(), None).expect("write the change");
    change.finish().expect("finish the change");
    fs::write(dir.path().join("playlists/a.toml"), "# mine\n").expect("edit a");
    for _ in 0..2 {
        let fault = undo(dir.path()).expect_err("a was edited");
        assert!(matches!(&fault, RevertFault::Edited { file } if file == "playlists/a.toml"), "{fault}");
        assert_eq!(
            (read_playlist(dir.path(), "a").as_str(), read_playlist(dir.path(), "b").as_str()),
            ("# mine\n", "# b2\n")
        );
    }
    fs::write(dir.path().join("playlists/a.toml"), "# a2\n").expect("revert the edit");
    undo(dir.path()).expect("undo the step");
    assert_eq!((read_playlist(dir.path(), "a").as_str(), read_playlist(dir.path(), "b").as_str()), (A, B));
}

#[test]
fn a_copy_is_removed_only_while_its_original_exists() {
    let dir = new_station();
    let original = dir.path().join("tin.wav");
    let copy = dir.path().join("audio/tin.wav");
    let add = |source: &Path| {
        fs::write(&copy, "sound").expect("write the copy");
        let mut change = begin(dir.path());
        let audio = CopiedAudio {
            name: "tin.wav".to_owned(),
            sha256: sha256_hex(b"sound"),
            source: source.display().to_string(),
        };
        change.write(segment("x"), &edits_to_both_playlists(), Some(audio)).expect("write the change");
        change.finish().expect("finish the change");
    };
    add(&original);
    assert_eq!(undo(dir.path()).expect("undo the step").kept_audio, ["tin.wav"], "there is no original");
    // A second name of the copy itself is not an original.
    fs::hard_link(&copy, &original).expect("create the link");
    add(&original);
    assert_eq!(undo(dir.path()).expect("undo the step").kept_audio, ["tin.wav"]);
    fs::remove_file(&original).expect("remove the link");
    fs::write(&original, "sound").expect("write the original");
    add(&original);
    assert_eq!(undo(dir.path()).expect("undo the step").removed_audio, ["tin.wav"]);
    assert!(!copy.exists() && original.exists());
    add(&original);
    fs::write(&copy, "other").expect("edit the copy");
    let fault = undo(dir.path()).expect_err("the copy was edited");
    assert!(matches!(&fault, RevertFault::Edited { file } if file == "audio/tin.wav"), "{fault}");
}

#[test]
fn a_file_that_was_replaced_before_its_write_failed_is_restored_too() {
    let dir = new_station();
    let fails_after_b = |path: &Path, bytes: &[u8]| {
        fs::write(path, bytes)?;
        if bytes == b"# b2\n" { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
    };
    let fault = begin(dir.path()).with_replace(&fails_after_b).write(segment("x"), &edits_to_both_playlists(), None);
    assert!(matches!(fault, Err(ChangeFault::Disk(DiskFault::Unchanged(_)))), "{fault:?}");
    assert_eq!((read_playlist(dir.path(), "a").as_str(), read_playlist(dir.path(), "b").as_str()), (A, B));
    // Someone edits `a.toml` before it can be restored, so half of the change stays, with its record.
    let edits_a_and_fails_at_b = |path: &Path, bytes: &[u8]| match path.ends_with("b.toml") {
        true => {
            fs::write(path.with_file_name("a.toml"), "# mine\n")?;
            Err(io::ErrorKind::StorageFull.into())
        }
        false => fs::write(path, bytes),
    };
    let fault =
        begin(dir.path()).with_replace(&edits_a_and_fails_at_b).write(segment("x"), &edits_to_both_playlists(), None);
    assert!(matches!(fault, Err(ChangeFault::Disk(DiskFault::HalfDone(_)))), "{fault:?}");
    assert_eq!(read_playlist(dir.path(), "a"), "# mine\n");
    let left_over = history(dir.path())
        .finish_interrupted_change(&|| CopiedFilesPolicy::Keep)
        .expect("finish the interrupted command");
    assert!(matches!(left_over, LeftOver::StaysHalf(step) if step.segments[0].title == "x"));
    assert!(matches!(undo(dir.path()), Err(RevertFault::Edited { file }) if file == "playlists/a.toml"));
}

/// Makes a step that copied `audio/tin.wav`, whose original exists.
fn add_with_copy(station: &Path) -> UndoStep {
    fs::write(station.join("tin.wav"), "sound").expect("write the original");
    fs::write(station.join("audio/tin.wav"), "sound").expect("write the copy");
    let source = station.join("tin.wav").display().to_string();
    let audio = CopiedAudio { name: "tin.wav".to_owned(), sha256: sha256_hex(b"sound"), source };
    let mut change = begin(station);
    change.write(segment("x"), &edits_to_both_playlists(), Some(audio)).expect("write the change");
    change.finish().expect("finish the change");
    history(station).newest().expect("read the steps").and_then(|(_, step)| step).expect("parse the step")
}

#[test]
fn a_copy_stays_while_it_may_still_be_played() {
    let dir = new_station();
    let step = add_with_copy(dir.path());
    let keep = || {
        assert_eq!(read_playlist(dir.path(), "a"), A, "a station that starts now must read the old playlists");
        CopiedFilesPolicy::Keep
    };
    let reverted = revert(dir.path(), &step, &keep).expect("revert the step");
    assert_eq!(reverted.audio_kept_for_station, ["tin.wav"]);
    assert!(dir.path().join("audio/tin.wav").exists());
    // A playlist that cannot be read may play the copy.
    let step = add_with_copy(dir.path());
    fs::write(dir.path().join("playlists/c.toml"), "[[segment\n").expect("write c");
    let reverted = revert(dir.path(), &step, &|| CopiedFilesPolicy::RemoveIfOriginalRemains).expect("revert the step");
    assert_eq!(reverted.kept_audio, ["tin.wav"]);
}

#[test]
fn reverting_an_interrupted_change_removes_its_copy_only_if_the_caller_allows_it() {
    for (policy, stays) in [(CopiedFilesPolicy::Keep, true), (CopiedFilesPolicy::RemoveIfOriginalRemains, false)] {
        let dir = new_station();
        add_with_copy(dir.path());
        let step = dir.path().join("undo/000001");
        fs::rename(step.with_extension("json"), step.with_extension("part")).expect("rename");
        fs::write(dir.path().join("playlists/b.toml"), B).expect("write b");
        let left_over =
            history(dir.path()).finish_interrupted_change(&|| policy).expect("finish the interrupted command");
        assert!(matches!(left_over, LeftOver::TakenBack(..)), "{left_over:?}");
        assert_eq!(dir.path().join("audio/tin.wav").exists(), stays);
    }
}

#[test]
fn an_undo_that_would_make_the_schedule_unusable_is_refused() {
    let dir = new_station();
    let with_segment = "[[segment]]\nid = \"x\"\ntitle = \"X\"\nfile = \"x.wav\"\n";
    let mut change = begin(dir.path());
    change.write(segment("x"), &[edit("a", A, with_segment)], None).expect("write the change");
    change.finish().expect("finish the change");
    let session = "[[session]]\nid = \"s\"\nat = \"05:00\"\nplay = [\"x\"]\n";
    fs::write(dir.path().join("playlists/b.toml"), session).expect("edit b");
    match undo(dir.path()) {
        Err(RevertFault::Unusable { problems, files }) => {
            assert_eq!(files[problems[0].span.file_index].name, "playlists/b.toml");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(read_playlist(dir.path(), "a"), with_segment);
    fs::write(dir.path().join("playlists/b.toml"), B).expect("revert the edit");
    undo(dir.path()).expect("undo the step");
    assert_eq!(read_playlist(dir.path(), "a"), A);
}

#[test]
fn an_audio_file_that_cannot_be_opened_is_not_reported_as_edited() {
    let dir = new_station();
    let mut step = add_with_copy(dir.path());
    step.audio[0].name = "x".repeat(300);
    let fault = revert(dir.path(), &step, &|| CopiedFilesPolicy::Keep).expect_err("the name is too long");
    assert!(matches!(fault, RevertFault::Disk(DiskFault::Unchanged(_))), "{fault:?}");
}

#[test]
fn a_folder_in_place_of_a_record_is_ignored() {
    let dir = new_station();
    for name in ["undo/000001.part", "undo/000002.json"] {
        fs::create_dir_all(dir.path().join(name)).expect("create a folder");
    }
    let step = add_with_copy(dir.path());
    assert_eq!(step.segments[0].title, "x");
    assert!(dir.path().join("undo/000003.json").is_file());
    undo(dir.path()).expect("undo the step");
    assert_eq!(read_playlist(dir.path(), "a"), A);
}

#[test]
fn a_record_lists_each_copy_once_and_at_most_4096_copies() {
    let dir = new_station();
    let valid_step = add_with_copy(dir.path());
    for (count, is_accepted) in [(1, true), (4096, true), (4097, false)] {
        let mut step = valid_step.clone();
        let file = |n| CopiedAudio { name: format!("{n}.mp3"), sha256: sha256_hex(b""), source: "/x".to_owned() };
        step.audio = (0..count).map(file).collect();
        let parse = |step: &UndoStep| UndoStep::parse(&serde_json::to_vec(step).expect("write the step"));
        assert_eq!(parse(&step).is_some(), is_accepted, "{count}");
        step.audio.extend(step.audio.first().cloned());
        assert!(parse(&step).is_none(), "the same file twice");
    }
}

#[test]
fn hostile_records_write_nothing_outside_the_station() {
    let dir = new_station();
    let mut change = begin(dir.path());
    change.write(segment("x"), &edits_to_both_playlists(), None).expect("write the change");
    change.finish().expect("finish the change");
    let record = dir.path().join("undo/000001.json");
    let valid_record = fs::read_to_string(&record).expect("read the record");
    assert!(UndoStep::parse(valid_record.as_bytes()).is_some());
    for name in [
        "../a.toml",
        "playlists/../a.toml",
        "/etc/a.toml",
        "playlists/x/a.toml",
        "station.toml",
        "playlists/.a.toml",
        "playlists/a.toml/",
        "audio/a.toml",
    ] {
        assert!(UndoStep::parse(valid_record.replace("playlists/a.toml", name).as_bytes()).is_none(), "{name}");
    }
    let audio = |name: &str| {
        let file = format!("\"audio\":[{{\"name\":\"{name}\",\"sha256\":\"{}\",\"source\":\"/x\"}}]", sha256_hex(b""));
        UndoStep::parse(valid_record.replace("\"audio\":[]", &file).as_bytes())
    };
    assert!(audio("x.mp3").is_some());
    for name in ["../x.mp3", "sub/x.mp3", "..", "", "/etc/passwd", ".x"] {
        assert!(audio(name).is_none(), "{name}");
    }
    for bytes in [&b""[..], b"[]", b"{}", &vec![b' '; 9 << 20], &valid_record.as_bytes()[..valid_record.len() / 2]] {
        fs::write(&record, bytes).expect("write the record");
        assert!(matches!(history(dir.path()).newest(), Ok(Some((1, None)))));
    }
    #[cfg(unix)]
    {
        let elsewhere = tempfile::tempdir().expect("create a temporary folder");
        fs::write(elsewhere.path().join("000001.json"), &valid_record).expect("write a record");
        fs::remove_file(&record).expect("remove the record");
        std::os::unix::fs::symlink(elsewhere.path().join("000001.json"), &record).expect("create the link");
        assert!(matches!(history(dir.path()).newest(), Ok(Some((1, None)))), "a linked record");
        fs::remove_dir_all(dir.path().join("undo")).expect("remove undo/");
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("undo")).expect("create the link");
        history(dir.path()).newest().expect_err("the folder is a link");
        let change =
            FolderChange::begin(dir.path(), history(dir.path()), RecordedCommand::Add, chrono::DateTime::default());
        assert!(change.is_err());
        assert_eq!(fs::read_dir(elsewhere.path()).expect("read the folder").count(), 1);
        // A linked playlist counts as edited.
        fs::remove_file(dir.path().join("undo")).expect("remove the link");
        fs::create_dir(dir.path().join("undo")).expect("create undo/");
        fs::write(&record, &valid_record).expect("write the record");
        fs::rename(dir.path().join("playlists/a.toml"), elsewhere.path().join("a.toml")).expect("move a");
        std::os::unix::fs::symlink(elsewhere.path().join("a.toml"), dir.path().join("playlists/a.toml"))
            .expect("create the link");
        assert!(matches!(undo(dir.path()), Err(RevertFault::Edited { .. })));
        assert_eq!(fs::read_to_string(elsewhere.path().join("a.toml")).expect("read a"), "# a2\n");
    }
}
