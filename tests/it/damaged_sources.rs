//! A collection reports each of a thousand damaged sources, and changes no file outside its store and its sources.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::NaiveDate;
use serde_json::Value;

use crate::program;
use crate::province::maker::SimulatedStation;
use crate::tamper::Dice;

const SOURCE_COUNT: usize = 1000;

/// The lengths of all files under a folder. Links are listed but not followed.
fn file_lengths(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let mut files = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let metadata = path.symlink_metadata().expect("read the metadata");
        if metadata.is_dir() {
            files.extend(file_lengths(&path));
        } else {
            files.insert(path, metadata.len());
        }
    }
    files
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("make the folder");
    for entry in fs::read_dir(from).expect("list the folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            copy_folder(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("copy the file");
        }
    }
}

fn random_bytes(dice: &mut Dice, length_limit: usize) -> Vec<u8> {
    (0..dice.below(length_limit)).map(|_| u8::try_from(dice.below(256)).expect("the number fits")).collect()
}

/// Damages one source in a random way; returns the kind of damage. `outside` is a folder that the collection must not
/// change.
fn damage(source: &Path, outside: &Path, dice: &mut Dice) -> &'static str {
    let files: Vec<PathBuf> = file_lengths(source).into_keys().collect();
    let file = &files[dice.below(files.len())];
    let replace = |bytes: &[u8]| fs::write(file, bytes).expect("write the file");
    match dice.below(16) {
        0 => {
            replace(&random_bytes(dice, 5000));
            "random bytes"
        }
        1 => {
            let bytes = fs::read(file).expect("read the file");
            replace(&bytes[..dice.below(bytes.len())]);
            "a truncated file"
        }
        2 => {
            let mut bytes = fs::read(file).expect("read the file");
            if !bytes.is_empty() {
                let position = dice.below(bytes.len());
                bytes[position] ^= 1 << dice.below(8);
            }
            replace(&bytes);
            "a flipped bit"
        }
        3 => {
            fs::remove_file(file).expect("delete the file");
            symlink(outside.join("secret"), file).expect("make the link");
            "a link to a file outside"
        }
        4 => {
            let folder = file.parent().expect("the path has a parent");
            fs::remove_dir_all(folder).expect("delete the folder");
            symlink(outside, folder).expect("make the link");
            "a link to a folder outside"
        }
        5 => {
            fs::remove_file(file).expect("delete the file");
            let status = Command::new("mkfifo").arg(file).status().expect("run mkfifo");
            assert!(status.success());
            "a pipe"
        }
        6 => {
            let sparse_file = fs::File::create(file).expect("make the file");
            sparse_file.set_len(6 << 30).expect("set the length");
            "six gigabytes"
        }
        7 => {
            fs::remove_file(file).expect("delete the file");
            fs::create_dir(file).expect("make the folder");
            "a folder in a file's place"
        }
        8 => {
            fs::remove_file(file).expect("delete the file");
            "a missing file"
        }
        9 => {
            fs::remove_dir_all(source).expect("delete the folder");
            fs::create_dir(source).expect("make the folder");
            let mut line = b"{\"v\":1,\"seq\":0,\"type\":\"genesis\",\"at\":\"".to_vec();
            line.resize(3_000_000, b'x');
            fs::write(source.join("log.jsonl"), &line).expect("write the file");
            "one huge line"
        }
        10 => {
            let origins = [
                "../../../outside/x",
                "loa/../../outside",
                "loa/xa-1/../../outside",
                "/etc/passwd",
                "loa//",
                "\u{202e}",
            ];
            let text = fs::read_to_string(source.join("checkpoint")).expect("read the head");
            let origin = text.lines().next().expect("find an origin").to_owned();
            let hostile_origin = origins[dice.below(origins.len())];
            fs::write(source.join("checkpoint"), text.replace(&origin, hostile_origin)).expect("write the file");
            "a name that leads outside"
        }
        11 => {
            let name = std::ffi::OsStr::from_bytes(b"tile\xff\xfe");
            fs::rename(source.join("tile"), source.join(name)).expect("rename the path");
            "a name that is not UTF-8"
        }
        12 => {
            fs::set_permissions(file, fs::Permissions::from_mode(0o000)).expect("set the permissions");
            "an unreadable file"
        }
        13 => {
            fs::write(source.join("cosigned"), random_bytes(dice, 2000)).expect("write the file");
            "a random countersignature"
        }
        14 => {
            let mut folder = source.join("tile");
            fs::remove_dir_all(&folder).expect("delete the folder");
            for _ in 0..300 {
                folder = folder.join("d");
            }
            fs::create_dir_all(&folder).expect("make the folder");
            "very deep folders"
        }
        _ => {
            fs::remove_file(source.join("checkpoint")).expect("delete the file");
            fs::write(source.join("log.jsonl"), random_bytes(dice, 5000)).expect("write the file");
            "tiles and a line of rubbish"
        }
    }
}

#[test]
fn a_collection_reports_each_of_a_thousand_damaged_sources() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = |name: &str| dir.path().join(name);
    let first_date = NaiveDate::from_ymd_opt(2023, 1, 1).expect("the date is valid");
    let loa = |arguments: &[String]| {
        program::loa(dir.path()).args(arguments).current_dir(dir.path()).output().expect("the program starts")
    };
    let (enrolled_station, unknown_station) = (
        SimulatedStation::begin("xa-1", "Đài mẫu (hư cấu)", first_date, 1).days(12),
        SimulatedStation::begin("la", "Đài lạ (hư cấu)", first_date, 2).days(12),
    );
    enrolled_station.export(&path("intact/ours"));
    unknown_station.export(&path("intact/foreign"));
    let enrolment = loa(&["enrol", &enrolled_station.vkey(), "--store", "store", "--yes"].map(str::to_owned));
    assert!(enrolment.status.success());
    fs::create_dir(path("outside")).expect("make the folder");
    fs::write(path("outside/secret"), "nobody's business").expect("write the file");
    let outside_before = file_lengths(&path("outside"));
    let mut dice = Dice::with_seed(20_230_315);
    let mut counts_by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    let mut arguments: Vec<String> = ["collect", "--into", "store", "--format", "json"].map(str::to_owned).to_vec();
    for number in 0..SOURCE_COUNT {
        let name = format!("sources/{number:04}");
        copy_folder(&path(if number % 10 == 0 { "intact/foreign" } else { "intact/ours" }), &path(&name));
        let kind = damage(&path(&name), &path("outside"), &mut dice);
        *counts_by_kind.entry(kind).or_default() += 1;
        arguments.push(name);
    }
    let files_before = file_lengths(&path("sources"));
    let output = loa(&arguments);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
    let rows = rows.as_array().expect("the value is an array");
    let reported_places: BTreeSet<&str> = rows.iter().filter_map(|row| row["place"].as_str()).collect();
    for number in 0..SOURCE_COUNT {
        let name = format!("sources/{number:04}");
        let is_reported = reported_places.contains(name.as_str()) || stderr.lines().any(|line| line.contains(&name));
        assert!(is_reported, "{name} is not reported: {stderr}");
    }
    for row in rows.iter().filter(|row| row["place"].is_string()) {
        assert!(row["detail"].as_array().is_some_and(|details| !details.is_empty()), "{row}");
        assert_ne!(row["state"], "", "{row}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
    let states: BTreeSet<&str> = rows.iter().filter_map(|row| row["state"].as_str()).collect();
    assert!(states.contains("whole") && states.contains("tampered") && states.contains("unknown-key"), "{states:?}");
    // The collection wrote only into the store, except for signatures beside intact sources.
    assert_eq!(file_lengths(&path("outside")), outside_before, "files outside are unchanged");
    assert_eq!(fs::read_to_string(path("outside/secret")).expect("read the file"), "nobody's business");
    let mut files_after = file_lengths(&path("sources"));
    files_after.retain(|path, _| !path.ends_with("cosigned") && !path.ends_with("anchor"));
    let files_before: BTreeMap<_, _> =
        files_before.into_iter().filter(|(path, _)| !path.ends_with("cosigned")).collect();
    assert_eq!(files_after, files_before, "sources are unchanged");
    let origin = enrolled_station.vkey().split('+').next().expect("find a name").to_owned();
    for stored_path in file_lengths(&path("store")).keys() {
        let path_in_store = stored_path.strip_prefix(path("store")).expect("the path is below the store");
        let is_known = path_in_store.starts_with(&origin)
            || path_in_store.starts_with("department/entries")
            || ["registry.toml", "lock", "department/head"].iter().any(|name| path_in_store == Path::new(name));
        assert!(is_known, "{} does not belong in the store", path_in_store.display());
    }
    let verify_arguments =
        vec!["verify".to_owned(), format!("store/{origin}"), "--key".to_owned(), enrolled_station.vkey()];
    let verification = loa(&verify_arguments);
    assert!(verification.status.success(), "{}", String::from_utf8_lossy(&verification.stderr));
    println!("{counts_by_kind:?}");
}
