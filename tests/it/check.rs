//! Golden files: what a person reads for each finding, in both languages.
//!
//! `golden/check/NAME.toml` is the playlist (`NAME.station.toml` its station.toml, if any), `NAME.vi.txt` and
//! `NAME.en.txt` what is printed. `SNAPSHOTS=overwrite` writes them anew: read what changed.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use loa::check;
use loa::library::{FileStatus, Library};
use loa::schedule::problem::{Problem, line_and_column, problem_rows, render};
use loa::schedule::{SourceFile, read};
use loa::text::Lang;
use snapbox::Data;

use crate::station::scan_of;

/// What there is to find in these files, on a day of the campaign: `s-N.mp3` is N seconds long, `hong.mp3` is
/// damaged, any other is missing.
pub fn findings(files: &[SourceFile]) -> Vec<Problem> {
    let reading = read(files);
    let mut library = Library::default();
    for file in reading.schedule.segments.iter().map(|s| s.file.clone()) {
        let seconds = file.strip_prefix("s-").and_then(|f| f.strip_suffix(".mp3")).and_then(|n| n.parse().ok());
        let known = match seconds {
            Some(seconds) => FileStatus::Good(scan_of((seconds, 48_000))),
            None if file == "hong.mp3" => {
                FileStatus::Damaged { detail: "no frame of it can be decoded".to_owned(), foreign: None, last: None }
            }
            None => FileStatus::Missing { last: None },
        };
        library.files.insert(file, known);
    }
    let today = NaiveDate::from_ymd_opt(2023, 6, 15).expect("a date");
    let mut problems = reading.problems.clone();
    problems.extend(check::check(&reading, &library, today));
    problems.sort_by_key(|p| (p.span.file, p.span.range.start));
    problems
}

/// Every problem has a place in its file, and can be shown in both languages.
pub fn shown(files: &[SourceFile], problems: &[Problem]) -> [String; 2] {
    for problem in problems {
        let text = &files[problem.span.file].text;
        let span = &problem.span.range;
        assert!(span.start <= span.end && span.end <= text.len(), "{problem:?}");
        assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{problem:?}");
        let (line, column) = line_and_column(text, span.start);
        assert!(line >= 1 && column >= 1 && line <= text.matches('\n').count() + 1, "{problem:?}");
    }
    [Lang::Vi, Lang::En].map(|lang| {
        let text = render(problems, files, lang, false);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert_eq!(problem_rows(problems, files, lang).len(), problems.len());
        text
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/check")
}

fn cases() -> Vec<String> {
    let names = std::fs::read_dir(folder()).expect("golden files").flatten().map(|e| e.file_name());
    let names = names.filter_map(|name| name.into_string().ok());
    let mut cases: Vec<_> = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    cases.retain(|name| !name.ends_with(".station"));
    cases.sort();
    cases
}

fn files_of(case: &str) -> Vec<SourceFile> {
    let station = std::fs::read(folder().join(format!("{case}.station.toml")));
    let station = station.unwrap_or_else(|_| b"[station]\nid = \"thu\"\n".to_vec());
    let playlist = std::fs::read(folder().join(format!("{case}.toml"))).expect("a case");
    vec![SourceFile::new("station.toml", &station), SourceFile::new("playlists/thu.toml", &playlist)]
}

#[test]
fn findings_are_said_as_their_golden_files_say() {
    let mut codes = BTreeSet::new();
    for case in cases() {
        let files = files_of(&case);
        let problems = findings(&files);
        assert!(!problems.is_empty(), "{case}: nothing was found");
        codes.extend(problems.iter().map(Problem::code));
        for (lang, text) in ["vi", "en"].into_iter().zip(shown(&files, &problems)) {
            let golden = Data::read_from(&folder().join(format!("{case}.{lang}.txt")), None);
            snapbox::assert_data_eq!(text, golden.raw());
        }
    }
    assert!(codes.len() >= 45, "{} kinds of findings have golden files: {codes:?}", codes.len());
}

#[test]
fn what_is_good_has_no_findings() {
    let text = b"[[segment]]\nid = \"tin\"\ntitle = \"Tin\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"a\"\nat = \"05:00\"\nplay = [\"tin\"]\n\n[[session]]\nid = \"b\"\nat = [\"05:01\", \"20:59\"]\nplay = [\"tin\"]\nlate = \"join\"\n";
    let files =
        [SourceFile::new("station.toml", b"[station]\nid = \"thu\"\n"), SourceFile::new("playlists/a.toml", text)];
    assert_eq!(findings(&files), [], "sessions that touch do not clash, and 21:00 is the first quiet instant");
    let reading = read(&files);
    let crlf = String::from_utf8_lossy(text).replace('\n', "\r\n");
    let with_bom = [b"\xef\xbb\xbf".as_slice(), crlf.as_bytes()].concat();
    let same = [files[0].clone(), SourceFile::new("playlists/a.toml", &with_bom)];
    assert_eq!(read(&same).schedule, reading.schedule);
    assert_eq!(read(&same).problems, []);
}

#[test]
fn bytes_that_are_not_utf8_have_a_place() {
    let files = [SourceFile::new("station.toml", b"[station]\nid = \"thu\"\nname = \"\xc4\"\n")];
    let problems = findings(&files);
    assert_eq!(problems[0].code(), "not-utf8");
    assert_eq!(line_and_column(&files[0].text, problems[0].span.range.start), (3, 9));
    shown(&files, &problems);
}

#[test]
fn limits_are_said() {
    let long = vec![b'#'; 1_100_000];
    let files = [SourceFile::new("playlists/a.toml", &long)];
    assert_eq!(findings(&files)[0].code(), "too-large");
    let many: String = (0..501).map(|_| "\"tin\",").collect();
    let text = format!(
        "[[segment]]\nid = \"tin\"\ntitle = \"T\"\nfile = \"s-1.mp3\"\n[[session]]\nid = \"a\"\nat = \"05:15\"\nplay = [{many}]\n"
    );
    assert!(findings(&[SourceFile::new("playlists/a.toml", text.as_bytes())]).iter().any(|p| p.code() == "too-many"));
    let files: Vec<_> = (0..202).map(|n| SourceFile::new(&format!("playlists/{n}.toml"), b"")).collect();
    assert!(findings(&files).iter().any(|p| p.code() == "too-many"));
    let deep = format!("a = {}1{}", "[".repeat(5000), "]".repeat(5000));
    assert!(!findings(&[SourceFile::new("playlists/a.toml", deep.as_bytes())]).is_empty());
}
