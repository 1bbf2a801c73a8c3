//! A thousand damaged sources: a collection reports each, and none does harm.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::NaiveDate;
use serde_json::Value;

use crate::program;
use crate::province::maker::Life;
use crate::tamper::Dice;

const COUNT: usize = 1000;

/// All files below a folder with their lengths. Links are listed and not followed.
fn listing(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let mut files = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let metadata = path.symlink_metadata().expect("it exists");
        if metadata.is_dir() {
            files.extend(listing(&path));
        } else {
            files.insert(path, metadata.len());
        }
    }
    files
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("a folder");
        }
    }
}

fn random_bytes(dice: &mut Dice, limit: usize) -> Vec<u8> {
    (0..dice.below(limit)).map(|_| u8::try_from(dice.below(256)).expect("a byte")).collect()
}

/// Damages one source in a random way; returns the kind of damage. `outside` is a folder that must not be changed.
fn damage(source: &Path, outside: &Path, dice: &mut Dice) -> &'static str {
    let files: Vec<PathBuf> = listing(source).into_keys().collect();
    let file = &files[dice.below(files.len())];
    let replace = |bytes: &[u8]| fs::write(file, bytes).expect("a folder");
    match dice.below(16) {
        0 => {
            replace(&random_bytes(dice, 5000));
            "random bytes"
        }
        1 => {
            let bytes = fs::read(file).expect("a file");
            replace(&bytes[..dice.below(bytes.len())]);
            "cut"
        }
        2 => {
            let mut bytes = fs::read(file).expect("a file");
            if !bytes.is_empty() {
                let position = dice.below(bytes.len());
                bytes[position] ^= 1 << dice.below(8);
            }
            replace(&bytes);
            "a bit"
        }
        3 => {
            fs::remove_file(file).expect("a file");
            symlink(outside.join("secret"), file).expect("a folder");
            "a link to a file outside"
        }
        4 => {
            let folder = file.parent().expect("a folder");
            fs::remove_dir_all(folder).expect("a folder");
            symlink(outside, folder).expect("a folder");
            "a link to a folder outside"
        }
        5 => {
            fs::remove_file(file).expect("a file");
            let status = Command::new("mkfifo").arg(file).status().expect("mkfifo");
            assert!(status.success());
            "a pipe"
        }
        6 => {
            let sparse_file = fs::File::create(file).expect("a file");
            sparse_file.set_len(6 << 30).expect("a sparse file");
            "six gigabytes"
        }
        7 => {
            fs::remove_file(file).expect("a file");
            fs::create_dir(file).expect("a folder");
            "a folder in a file's place"
        }
        8 => {
            fs::remove_file(file).expect("a file");
            "a file lacking"
        }
        9 => {
            fs::remove_dir_all(source).expect("a folder");
            fs::create_dir(source).expect("a folder");
            let mut line = b"{\"v\":1,\"seq\":0,\"type\":\"genesis\",\"at\":\"".to_vec();
            line.resize(3_000_000, b'x');
            fs::write(source.join("log.jsonl"), &line).expect("a folder");
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
            let text = fs::read_to_string(source.join("checkpoint")).expect("a head");
            let origin = text.lines().next().expect("an origin").to_owned();
            let hostile_origin = origins[dice.below(origins.len())];
            fs::write(source.join("checkpoint"), text.replace(&origin, hostile_origin)).expect("a folder");
            "a name that leads outside"
        }
        11 => {
            let name = std::ffi::OsStr::from_bytes(b"tile\xff\xfe");
            fs::rename(source.join("tile"), source.join(name)).expect("a folder");
            "a name that is no text"
        }
        12 => {
            fs::set_permissions(file, fs::Permissions::from_mode(0o000)).expect("a file");
            "no right to read"
        }
        13 => {
            fs::write(source.join("cosigned"), random_bytes(dice, 2000)).expect("a folder");
            "an answer of nobody's"
        }
        14 => {
            let mut folder = source.join("tile");
            fs::remove_dir_all(&folder).expect("a folder");
            for _ in 0..300 {
                folder = folder.join("d");
            }
            fs::create_dir_all(&folder).expect("a folder");
            "very deep"
        }
        _ => {
            fs::remove_file(source.join("checkpoint")).expect("a head");
            fs::write(source.join("log.jsonl"), random_bytes(dice, 5000)).expect("a folder");
            "tiles and a line of rubbish"
        }
    }
}

#[test]
fn a_collection_reports_each_of_a_thousand_damaged_sources() {
    let dir = tempfile::tempdir().expect("a folder");
    let at = |name: &str| dir.path().join(name);
    let first = NaiveDate::from_ymd_opt(2023, 1, 1).expect("a date");
    let loa = |arguments: &[String]| {
        program::loa(dir.path()).args(arguments).current_dir(dir.path()).output().expect("the program starts")
    };
    let (enrolled_station, unknown_station) = (
        Life::begin("xa-1", "Đài mẫu (hư cấu)", first, 1).days(12),
        Life::begin("la", "Đài lạ (hư cấu)", first, 2).days(12),
    );
    enrolled_station.export(&at("whole/ours"));
    unknown_station.export(&at("whole/foreign"));
    let enrolment = loa(&["enrol", &enrolled_station.vkey(), "--store", "store", "--yes"].map(str::to_owned));
    assert!(enrolment.status.success());
    fs::create_dir(at("outside")).expect("a folder");
    fs::write(at("outside/secret"), "nobody's business").expect("a folder");
    let outside = listing(&at("outside"));
    let mut dice = Dice::of(20_230_315);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut arguments: Vec<String> = ["collect", "--into", "store", "--format", "json"].map(str::to_owned).to_vec();
    for number in 0..COUNT {
        let name = format!("sources/{number:04}");
        copy(&at(if number % 10 == 0 { "whole/foreign" } else { "whole/ours" }), &at(&name));
        let kind = damage(&at(&name), &at("outside"), &mut dice);
        *kinds.entry(kind).or_default() += 1;
        arguments.push(name);
    }
    let files_before = listing(&at("sources"));
    let output = loa(&arguments);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
    let rows = rows.as_array().expect("an array");
    let reported_places: BTreeSet<&str> = rows.iter().filter_map(|row| row["place"].as_str()).collect();
    for number in 0..COUNT {
        let name = format!("sources/{number:04}");
        let is_reported = reported_places.contains(name.as_str()) || stderr.lines().any(|line| line.contains(&name));
        assert!(is_reported, "{name} got no sentence: {stderr}");
    }
    for row in rows.iter().filter(|row| row["place"].is_string()) {
        assert!(row["detail"].as_array().is_some_and(|says| !says.is_empty()), "{row}");
        assert_ne!(row["state"], "", "{row}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
    let states: BTreeSet<&str> = rows.iter().filter_map(|row| row["state"].as_str()).collect();
    assert!(states.contains("whole") && states.contains("tampered") && states.contains("unknown-key"), "{states:?}");
    // The collection wrote only into the store, and signatures beside whole sources.
    assert_eq!(listing(&at("outside")), outside, "files outside are unchanged");
    assert_eq!(fs::read_to_string(at("outside/secret")).expect("it exists"), "nobody's business");
    let mut files_after = listing(&at("sources"));
    files_after.retain(|path, _| !path.ends_with("cosigned") && !path.ends_with("anchor"));
    let files_before: BTreeMap<_, _> =
        files_before.into_iter().filter(|(path, _)| !path.ends_with("cosigned")).collect();
    assert_eq!(files_after, files_before, "sources are unchanged");
    let origin = enrolled_station.vkey().split('+').next().expect("a name").to_owned();
    for path in listing(&at("store")).keys() {
        let inside = path.strip_prefix(at("store")).expect("below the store");
        let is_known =
            inside.starts_with(&origin) || ["registry.toml", "lock"].iter().any(|name| inside == Path::new(name));
        assert!(is_known, "{} is none of the store's", inside.display());
    }
    let verify_arguments =
        vec!["verify".to_owned(), format!("store/{origin}"), "--key".to_owned(), enrolled_station.vkey()];
    let verification = loa(&verify_arguments);
    assert!(verification.status.success(), "{}", String::from_utf8_lossy(&verification.stderr));
    println!("{kinds:?}");
}
