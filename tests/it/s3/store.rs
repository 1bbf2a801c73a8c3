//! A department's store in an object store: receipts with the earliest head, closed periods, leftovers.
use super::*;

#[test]
fn a_store_of_objects_gives_the_earliest_heads_and_closes_periods() {
    let (server, dir) = (Server::start(), tempfile::tempdir().expect("make a temporary folder"));
    let (station, folder) = write_station(dir.path(), 20);
    let port = server.port;
    let run = |arguments: &[&str]| {
        let output = loa(dir.path(), port, &[arguments, &["--lang", "en"]].concat());
        (output.status.code(), printed(&output))
    };
    let collect = || {
        let (code, text) = run(&["push", "station", "--to", "s3://nhat-ky/den"]);
        assert_eq!(code, Some(0), "{text}");
        let sources = ["collect", "s3://nhat-ky/den", "--into", "s3://nhat-ky/kho", "--silent-days", "60000"];
        let (code, text) = run(&sources);
        assert_eq!(code, Some(0), "{text}");
    };
    let (code, text) = run(&["enrol", &station.vkey(), "--store", "s3://nhat-ky/kho", "--yes"]);
    assert_eq!(code, Some(0), "{text}");
    collect();
    let first_entries = station.entries();
    let station = station.days(10);
    write_log(&station, &folder);
    collect();
    // An entry of the first collection has the head of that time, and not the newest one.
    let day = ["--from", "2023-03-25", "--until", "2023-03-25", "--output", "bundle"];
    let (code, text) = run(&[&["bundle", "s3://nhat-ky/kho"][..], &day].concat());
    assert_eq!(code, Some(0), "{text}");
    let heads = std::fs::read_dir(dir.path().join("bundle/heads")).expect("list the folder").flatten();
    let heads: Vec<String> = heads.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(heads.len() == 1 && heads[0].ends_with(&format!("-{first_entries}")), "{first_entries}: {heads:?}");
    // A closing was interrupted before its entry in the journal: only a file lies there.
    let closing_prefix = "kho/closings/2023-03-15..2023-04-14";
    assert!(server.request("PUT", &format!("/nhat-ky/{closing_prefix}/report.txt")).is_some());
    let (code, text) = run(&["close", "s3://nhat-ky/kho", "--list"]);
    assert!(code == Some(1) && text.contains("a closing was interrupted"), "{text}");
    let posts = ["--made-by", "chuyên viên", "--checked-by", "trưởng phòng", "--yes"];
    let month = ["close", "s3://nhat-ky/kho", "--from", "2023-03-20", "--period", "month"];
    let (code, text) = run(&[&month[..], &posts].concat());
    assert!(code == Some(0) && text.contains("moved to closings/set-aside/2023-03-15..2023-04-14-1"), "{text}");
    assert!(server.get("kho/closings/set-aside/2023-03-15..2023-04-14-1/report.txt").starts_with("HTTP/1.1 200"));
    let (code, text) = run(&["close", "s3://nhat-ky/kho", "--recount"]);
    assert!(code == Some(0) && text.contains("byte for byte"), "{text}");
    let (code, text) = run(&["close", "s3://nhat-ky/kho", "--show", "--output", "shown.pdf"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(std::fs::read(dir.path().join("shown.pdf")).expect("read the file").starts_with(b"%PDF"));
    let (code, text) = run(&["close", "s3://nhat-ky/kho", "--list"]);
    assert!(code == Some(0) && text.contains("whole"), "{text}");
    // Somebody adds an object.
    assert!(server.request("PUT", &format!("/nhat-ky/{closing_prefix}/so-khac.csv")).is_some());
    let (code, text) = run(&["close", "s3://nhat-ky/kho", "--list"]);
    assert!(code == Some(1) && text.contains("so-khac.csv does not belong to the closing"), "{text}");
}
