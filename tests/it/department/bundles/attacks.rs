//! Altered and hostile bundles, and options that would be left out.
use loa::base::hash::sha256_hex;
use loa::department::bundle::statement::Statement;
use loa::department::report::period::DateRange;
use loa::proof::note::{NoteSigner, SignatureType};

use super::*;

#[test]
fn altered_bundles_are_refused_by_loa_and_by_the_script() {
    let office = office_with_two_stations();
    one_day(&office, "good");
    let (code, said) = bundle(&office, &["xa-2", "--from", "2023-01-02", "--until", "2023-01-02", "--output", "other"]);
    assert_eq!(code, Some(0), "{said}");
    let (good, other) = (files_in(&office.path("good")), files_in(&office.path("other")));
    let text = |path: &str| String::from_utf8(good[path].clone()).expect("the text is UTF-8");
    let with = |changes: &[(&str, Option<Vec<u8>>)]| {
        let mut files = good.clone();
        for (path, bytes) in changes {
            match bytes {
                Some(bytes) => files.insert((*path).to_owned(), bytes.clone()),
                None => files.remove(*path),
            };
        }
        files
    };
    // Whoever alters a bundle can write new digests, but not sign them.
    let resummed = |mut files: BTreeMap<String, Vec<u8>>| {
        let is_summed = |path: &&String| !matches!(path.as_str(), "SHA256SUMS" | "bundle.note");
        let sums: String =
            files.keys().filter(is_summed).map(|path| format!("{}  {path}\n", sha256_hex(&files[path]))).collect();
        files.insert("SHA256SUMS".to_owned(), sums.into_bytes());
        files
    };
    let list = text("list.csv");
    let mut swapped: Vec<&str> = list.lines().collect();
    swapped.swap(3, 4);
    let swapped = swapped.join("\n") + "\n";
    let renumbered =
        swapped.replace("\n4,xa-1", "\nX,xa-1").replace("\n3,xa-1", "\n4,xa-1").replace("\nX,xa-1", "\n3,xa-1");
    let first_receipt = "receipts/00001.tlog-proof";
    let mut pdf = good["receipts/00001.pdf"].clone();
    let last = pdf.len() - 1;
    pdf[last] ^= 1;
    let line_changed = text(first_receipt).replacen("index ", "index 1", 1);
    let thief = NoteSigner::new("loa-witness/mau", SignatureType::Cosignature, &[9; 32]).expect("make the key");
    let stolen = {
        let mut files = with(&[("keys/department.vkey", Some(format!("{}\n", thief.public()).into_bytes()))]);
        // The thief cannot countersign heads of the station's log, and so must give up the times of the department.
        let end = list.find("Z,").expect("the list has a time in UTC") + 1;
        let list = list.replace(&list[end - "2023-01-01T00:00:00Z".len()..end], "");
        files.insert("list.csv".to_owned(), list.replace("Đài xã Đắk N'Drung", "Đài khác").into_bytes());
        let mut files = resummed(files);
        let date = NaiveDate::from_ymd_opt(2023, 1, 2).expect("the date is valid");
        let statement = Statement::new(DateRange { from: date, until: date }, 16, 0, &files["SHA256SUMS"]);
        files.insert("bundle.note".to_owned(), statement.sign(&thief).to_string().into_bytes());
        files
    };
    let cases: Vec<(&str, Files, &str)> = vec![
        ("row", with(&[("list.csv", Some(swapped.clone().into_bytes()))]), "list.csv was changed"),
        (
            "row-summed",
            resummed(with(&[("list.csv", Some(renumbered.into_bytes()))])),
            "3. NOT PROVED: the list differs from the receipt in the column",
        ),
        (
            "sums",
            resummed(with(&[("list.csv", Some(swapped.into_bytes()))])),
            "SHA256SUMS is not the one that the department has signed",
        ),
        (
            "name",
            resummed(with(&[("list.csv", Some(list.replace("Đài xã Đắk", "Đài xa Đắk").into_bytes()))])),
            "SHA256SUMS is not the one",
        ),
        (
            "title",
            resummed(with(&[("list.csv", Some(list.replacen("Nhạc hiệu", "Quảng cáo", 1).into_bytes()))])),
            "1. NOT PROVED: the list differs from the receipt in the column title",
        ),
        (
            "seconds",
            resummed(with(&[("list.csv", Some(list.replacen(",12000,", ",99000,", 1).into_bytes()))])),
            "in the column planned_ms",
        ),
        (
            "station",
            resummed(with(&[(first_receipt, Some(other[first_receipt].clone()))])),
            "1. NOT PROVED: this is another log",
        ),
        (
            "receipts",
            resummed(with(&[(first_receipt, Some(good["receipts/00002.tlog-proof"].clone()))])),
            "1. NOT PROVED: the list differs",
        ),
        ("index", resummed(with(&[(first_receipt, Some(line_changed.into_bytes()))])), "1. NOT PROVED: entry"),
        (
            "rubbish",
            resummed(with(&[(first_receipt, Some(b"rubbish".to_vec()))])),
            "1. NOT PROVED: this is not a receipt",
        ),
        ("pdf", with(&[("receipts/00001.pdf", Some(pdf))]), "receipts/00001.pdf was changed"),
        ("gone", with(&[("receipts/00002.tlog-proof", None)]), "receipts/00002.tlog-proof is missing"),
        ("added", with(&[("receipts/more.pdf", Some(b"x".to_vec()))]), "receipts/more.pdf was added"),
        ("hidden", with(&[(".x", Some(b"x".to_vec()))]), "a file has a name that no bundle has: .x"),
        (
            "statement",
            with(&[("bundle.note", Some(text("bundle.note").replace("airings 16", "airings 15").into_bytes()))]),
            "forged, or its text was changed",
        ),
        ("unsigned", with(&[("bundle.note", Some(b"loa/bundle/v1\n".to_vec()))]), "bundle.note cannot be read"),
        ("anybody", with(&[("bundle.note", Some(other["bundle.note"].clone()))]), "SHA256SUMS is not the one"),
        ("no-key", with(&[("keys/department.vkey", None)]), "keys/department.vkey is missing"),
        ("no-list", with(&[("list.csv", None)]), "list.csv is missing"),
        ("list", resummed(with(&[("list.csv", Some(b"\xEF\xBB\xBFa,b\n1,2\n".to_vec()))])), "list.csv cannot be read"),
        ("thief", stolen.clone(), "another department than the one given"),
    ];
    let key = department_key(&office);
    for (name, files, expected) in &cases {
        write_files(&office.path(name), files);
        let (code, said) = verify(&office, &[name, "--witness-key", &key]);
        assert!(code == Some(1) && said.contains(expected), "{name}: {code:?} {said}");
        assert!(!said.contains("the bundle is whole"), "{name}: {said}");
        let json = office.run(&["verify", name, "--witness-key", &key, "--format", "json"]);
        let json: Value = serde_json::from_slice(&json.stdout).expect("parse the JSON");
        assert_eq!(json["whole"], false, "{name}: {json}");
        let (is_good, said) = python_check(&office, "good", &[name, "--department", &key]);
        assert!(!is_good && said.lines().last().unwrap_or_default().starts_with("BAD"), "{name}: {said}");
    }
    // Nothing in a bundle tells whose key it is: without the department's key, all that is said is which key it was.
    let (code, said) = verify(&office, &["thief"]);
    assert!(code == Some(0) && said.contains("comes from the bundle itself: ask the department"), "{said}");
    assert!(
        said.contains("the department has not countersigned this entry"),
        "its own key has not countersigned the log: {said}"
    );
    std::os::unix::fs::symlink("/etc/passwd", office.path("good/receipts/passwd.pdf")).expect("make the link");
    let (code, said) = verify(&office, &["good"]);
    assert!(code == Some(1) && said.contains("receipts/passwd.pdf is a link"), "{said}");
    assert!(!python_check(&office, "other", &["good"]).0);
}

#[test]
fn hostile_zip_files_are_refused() {
    let office = office_with_two_stations();
    one_day(&office, "good.zip");
    one_day(&office, "good");
    std::fs::create_dir(office.path("hostile")).expect("make the folder");
    foreign(&office, &["--hostile", "good.zip", "hostile"]);
    for (name, expected) in [
        ("traversal", "a name that no bundle has: ../../etc/cron.d/x"),
        ("absolute", "a name that no bundle has: /tmp/x"),
        ("backslash", "a name that no bundle has: receipts\\..\\x"),
        ("hidden", "a name that no bundle has: .bashrc"),
        ("nested", "a name that no bundle has: receipts/a/b"),
        ("folder", "a name that no bundle has: receipts/more/"),
        ("link", "receipts/link is a link"),
        ("bomb", "receipts/bomb is compressed more"),
        ("many", "it has more than 30500 files"),
        ("twice", "is there twice"),
        ("cut", "the directory of the ZIP file is not that of a bundle"),
        ("comment", "the directory of the ZIP file is not that of a bundle"),
        ("before", "the directory of the ZIP file is not that of a bundle"),
        ("behind", "the directory of the ZIP file is not that of a bundle"),
        ("zip64", "the directory of the ZIP file is not that of a bundle"),
        ("long", "the directory of the ZIP file is not that of a bundle"),
        ("claim", "it has more than 30500 files"),
        ("huge", "THE BUNDLE IS NOT WHOLE"),
        ("bit", "THE BUNDLE IS NOT WHOLE"),
    ] {
        let path = format!("hostile/{name}.zip");
        let (code, said) = verify(&office, &[&path]);
        assert!(code == Some(1) && said.contains(expected), "{name}: {code:?} {said}");
        let (is_good, said) = python_check(&office, "good", &[&path]);
        assert!(!is_good && said.contains("BAD"), "{name}: {said}");
    }
}

#[test]
fn the_script_says_what_is_wrong_in_one_line_that_cannot_rewrite_the_screen() {
    let office = office_with_two_stations();
    one_day(&office, "good");
    let good = files_in(&office.path("good"));
    let list = String::from_utf8(good["list.csv"].clone()).expect("the text is UTF-8");
    let row = list.lines().nth(1).expect("the list has a row");
    let huge_cell = list.replacen("xa-1", &"x".repeat(200_000), 1);
    let escaped = list.replacen("Đài xã Đắk N'Drung", "\u{1b}[2J\u{61c}\u{202e}OK", 1);
    for (name, path, bytes) in [
        ("huge-cell", "list.csv", huge_cell.into_bytes()),
        ("nul", "list.csv", list.replacen("xa-1", "xa\0", 1).into_bytes()),
        ("short-row", "list.csv", list.replacen(row, "1,xa-1", 1).into_bytes()),
        ("latin", "list.csv", b"\xff\xfe".to_vec()),
        ("escape", "list.csv", escaped.into_bytes()),
        ("key", "keys/department.vkey", b"loa+\xc3\xa9+\x1b".to_vec()),
        ("deep", "receipts/00001.tlog-proof", "[".repeat(100_000).into_bytes()),
        ("note", "bundle.note", b"\n\n\n".to_vec()),
    ] {
        let mut files = good.clone();
        files.insert(path.to_owned(), bytes);
        write_files(&office.path(name), &files);
        let (is_good, said) = python_check(&office, "good", &[name]);
        let last = said.lines().last().unwrap_or_default();
        assert!(!is_good && last.starts_with("BAD") && !said.contains("Traceback"), "{name}: {said}");
        assert!(!said.contains(['\u{1b}', '\u{61c}', '\u{202e}']), "{name}: {said:?}");
        assert!(!said.contains(": OK"), "nothing is OK in an altered bundle: {name}: {said}");
        let (code, said) = verify(&office, &[name]);
        assert!(code == Some(1) && !said.contains(['\u{1b}', '\u{61c}', '\u{202e}']), "{name}: {said:?}");
    }
    // Beside what was altered, the receipts still prove what they prove.
    let (_, said) = python_check(&office, "good", &["escape"]);
    assert!(said.contains("2: the receipt is good: xa-1, ") && !said.contains("Đắk N'Drung"), "{said}");
    let script = office.path("good/check.py");
    for arguments in [&["--department"][..], &["--department", ""], &["--qr="], &["good", "--dep", "x"], &["a", "b"]] {
        let output = Command::new("python3").arg(&script).args(arguments).current_dir(office.path(".")).output();
        let output = output.expect("python3 starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", printed(&output));
    }
}

#[test]
fn an_option_that_would_be_left_out_is_refused() {
    let office = office_with_two_stations();
    one_day(&office, "bundle.zip");
    one_day(&office, "bundle");
    let key = simulated_key(&office, "xa-1");
    std::fs::write(office.path("seen"), "x").expect("write the file");
    let id = "sang@2023-01-02T05:15:00#3";
    let receipt = "bundle/receipts/00003.tlog-proof";
    for (path, arguments, expected) in [
        ("bundle", &["--key", key.as_str()][..], "Not for a proof bundle: --key."),
        ("bundle.zip", &["--airing", id, "--no-epochs"], "Not for a proof bundle: --airing, --no-epochs."),
        ("bundle.zip", &["--witnessed", "seen"], "Not for a proof bundle: --witnessed."),
        ("bundle", &["--head-code", "0000-0000-0000-0000"], "Not for a proof bundle: --head-code."),
        (receipt, &["--key", &key, "--airing", "sang@2023-01-02T05:15:00#9"], "Not for a receipt: --airing."),
        ("store/department", &["--key", &key], "Not for the department's journal: --key."),
    ] {
        let (code, said) = verify(&office, &[&[path], arguments].concat());
        assert!(code == Some(2) && said.contains(expected), "{path} {arguments:?}: {code:?} {said}");
    }
    assert_eq!(verify(&office, &[receipt, "--key", &key]).0, Some(0));
}

#[test]
fn only_a_bundle_is_taken_for_one() {
    let office = office_with_two_stations();
    std::fs::create_dir(office.path("downloads")).expect("make the folder");
    std::fs::write(office.path("downloads/SHA256SUMS"), "x").expect("write the file");
    let (code, said) = verify(&office, &["downloads"]);
    assert!(code == Some(1) && !said.contains("BUNDLE"), "{said}");
    // A log stays a log, whatever somebody has put beside it.
    std::fs::write(office.path("stick-xa-1/bundle.note"), "x").expect("write the file");
    let (code, said) = verify(&office, &["stick-xa-1"]);
    assert!(code == Some(0) && said.contains("the airing log of xa-1"), "{said}");
    one_day(&office, "bundle");
    std::fs::remove_file(office.path("bundle/bundle.note")).expect("remove the file");
    let (code, said) = verify(&office, &["bundle"]);
    assert!(code == Some(1) && said.contains("bundle.note is missing"), "{said}");
}
