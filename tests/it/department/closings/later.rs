//! What comes after a closing: other reports of its range, late playlists, other logs in the registry, addenda as DOCX.
use super::*;

#[test]
fn a_report_with_other_numbers_is_not_compared_with_the_closed_ones() {
    let closing = ClosingOffice::closed();
    let january = ["report", "store", "--from", "2023-01-15", "--until", "2023-02-14"];
    for more in [&["--campaign", "giam-ngheo-2023"][..], &["--compare", "previous"]] {
        let (code, text) = closing.run(&[&january[..], more].concat());
        assert!(code == Some(0) && text.contains("it was not compared with the closed numbers"), "{more:?}: {text}");
        assert!(!text.contains("DIFFER from the closed ones"), "{more:?}: {text}");
    }
    let page = [&january[..], &["--campaign", "giam-ngheo-2023", "--format", "html"]].concat();
    let (_, page) = closing.run(&page);
    assert!(page.contains("loa close STORE --show"), "a document names no folder of this machine: {page}");
    for more in [&["--by", "topic"][..], &["--by", "growth"], &["--by", "commune-topic"], &["--by", "period"]] {
        let (_, text) = closing.run(&[&january[..], more].concat());
        let is_said = text.contains("The numbers below equal the closed ones") || more[1] == "growth";
        assert!(is_said && !text.contains("DIFFER from the closed ones"), "{more:?}: {text}");
    }
}

#[test]
fn documents_of_a_closing_do_not_go_to_the_terminal_and_are_what_their_names_say() {
    let closing = ClosingOffice::closed();
    for format in ["docx", "pdf", "xlsx"] {
        for action in ["--show", "--addendum"] {
            let (code, text) = closing.run(&["close", "store", action, MONTH, "--format", format]);
            assert_eq!(code, Some(2), "{action} {format}: {text}");
        }
    }
    let (code, text) = closing.run(&["close", "store", "--addendum", MONTH, "--output", "phu-luc.docx"]);
    assert_eq!(code, Some(0), "{text}");
    let read = "import sys, docx; print(' '.join(p.text for p in docx.Document(sys.argv[1]).paragraphs))";
    let output = Command::new(crate::foreign::python_with("docx"))
        .args(["-c", read])
        .arg(closing.office.path("phu-luc.docx"))
        .output()
        .expect("python starts");
    let text = printed(&output);
    assert!(text.contains("ADDENDUM") && text.contains("This period was closed on"), "{text}");
    // A leftover of an interrupted recording is moved, and what is put beside the files later is found.
    let folder = closing.folder().join("addendum-1");
    std::fs::create_dir(&folder).expect("make the folder");
    std::fs::write(folder.join("addendum.txt"), "x").expect("write the file");
    let posts = ["--made-by", "chuyên viên", "--checked-by", "trưởng phòng"];
    let record = ["close", "store", "--addendum", MONTH, "--record", "--yes"];
    let (code, text) = closing.run(&[&record[..], &posts].concat());
    assert!(text.contains("its files were moved to closings/set-aside/2023-01-15..2023-02-14-addendum-1-1"), "{text}");
    assert_eq!(code, Some(1), "the closing was not whole before: {text}");
    assert!(std::fs::read(folder.join("addendum.docx")).expect("read the file").starts_with(b"PK"));
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert!(code == Some(0) && text.contains("whole"), "{text}");
    std::fs::write(folder.join("so-khac.csv"), "x").expect("write the file");
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert!(code == Some(1) && text.contains("addendum-1/so-khac.csv does not belong to the closing"), "{text}");
}

/// The kept file of a playlist arrives after the closing, or is lost.
#[test]
fn a_playlist_that_arrives_later_changes_no_closed_title() {
    let office = Office::new();
    let late = simulated_station("xa-2", 31);
    office.enrol(&late);
    late.export(&office.path("sticks/xa-2"));
    let kept = office.path("sticks/xa-2/kept");
    let is_playlist = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text.contains("[campaign]"));
    let files = std::fs::read_dir(&kept).expect("list the folder").flatten().map(|entry| entry.path());
    let playlist = files.filter(|path| path.extension().is_some_and(|e| e == "toml")).find(is_playlist);
    let playlist = playlist.expect("find the playlist");
    std::fs::rename(&playlist, office.path("playlist")).expect("move the file");
    office.collect(&["sticks"]);
    let closing = ClosingOffice { office, late };
    let (code, text) = closing.close(&["--checked-by", "trưởng phòng"]);
    assert_eq!(code, Some(0), "{text}");
    let topics = String::from_utf8(closing.files()["topic.csv"].clone()).expect("the text is UTF-8");
    assert!(topics.contains("giam-ngheo-2023,5,,"), "no title is known: {topics}");
    std::fs::rename(closing.office.path("playlist"), &playlist).expect("move the file");
    closing.office.collect(&["sticks"]);
    let in_store = closing.office.path("store").join(origin(&closing.late)).join("kept");
    assert!(in_store.join(playlist.file_name().expect("the file has a name")).exists(), "the playlist has come");
    let (code, text) = closing.run(&["close", "store", "--recount"]);
    assert!(code == Some(0) && text.contains("byte for byte"), "{text}");
}
