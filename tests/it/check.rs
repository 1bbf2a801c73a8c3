//! Golden files of the printed text of each finding, in both languages.
//!
//! `golden/check/NAME.toml` is the playlist, and `NAME.station.toml` its station.toml, if any. `NAME.vi.txt` and
//! `NAME.en.txt` are the printed text. `SNAPSHOTS=overwrite` rewrites the text files; review the changes.
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

/// The problems in these files on 2023-06-15. The audio file `s-N.mp3` is N seconds long, `hong.mp3` is damaged,
/// `khong-doc-duoc.mp3` cannot be read, and any other audio file is missing.
pub fn problems_in(files: &[SourceFile]) -> Vec<Problem> {
    let parsed = read(files);
    let mut library = Library::default();
    for file in parsed.schedule.segments.iter().map(|s| s.file.clone()) {
        let seconds = file.strip_prefix("s-").and_then(|f| f.strip_suffix(".mp3")).and_then(|n| n.parse().ok());
        let status = match seconds {
            Some(seconds) => FileStatus::Good(scan_of((seconds, 48_000))),
            None if file == "hong.mp3" => {
                FileStatus::Damaged { detail: "no frame of it can be decoded".to_owned(), foreign: None, last: None }
            }
            None if file == "khong-doc-duoc.mp3" => {
                let detail = "it cannot be opened: Permission denied (os error 13)".to_owned();
                FileStatus::Unreadable { detail, last: None }
            }
            None => FileStatus::Missing { last: None },
        };
        library.files.insert(file, status);
    }
    let today = NaiveDate::from_ymd_opt(2023, 6, 15).expect("the date is valid");
    let mut problems = parsed.problems.clone();
    problems.extend(check::check(&parsed, &library, today));
    problems.extend(check::check_identity(&parsed, None));
    problems.sort_by_key(|p| (p.span.file_index, p.span.range.start));
    problems
}

/// Renders the problems in Vietnamese and English, and asserts that each problem has a valid span in its file.
pub fn render_in_both_languages(files: &[SourceFile], problems: &[Problem]) -> [String; 2] {
    for problem in problems {
        let text = &files[problem.span.file_index].text;
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

fn golden_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/check")
}

fn cases() -> Vec<String> {
    let names = std::fs::read_dir(golden_folder()).expect("list the folder").flatten().map(|e| e.file_name());
    let names = names.filter_map(|name| name.into_string().ok());
    let mut cases: Vec<_> = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    cases.retain(|name| !name.ends_with(".station"));
    cases.sort();
    cases
}

fn files_of(case: &str) -> Vec<SourceFile> {
    let settings = std::fs::read(golden_folder().join(format!("{case}.station.toml")));
    let settings = settings.unwrap_or_else(|_| b"[station]\nid = \"thu\"\n".to_vec());
    let playlist = std::fs::read(golden_folder().join(format!("{case}.toml"))).expect("read the file");
    vec![SourceFile::new("station.toml", &settings), SourceFile::new("playlists/thu.toml", &playlist)]
}

#[test]
fn each_finding_reads_as_in_its_golden_file() {
    let mut codes = BTreeSet::new();
    for case in cases() {
        let files = files_of(&case);
        let problems = problems_in(&files);
        assert!(!problems.is_empty(), "{case}: nothing was found");
        codes.extend(problems.iter().map(Problem::code));
        for (lang, text) in ["vi", "en"].into_iter().zip(render_in_both_languages(&files, &problems)) {
            let golden = Data::read_from(&golden_folder().join(format!("{case}.{lang}.txt")), None);
            snapbox::assert_data_eq!(text, golden.raw());
        }
    }
    assert!(codes.len() >= 45, "{} kinds of findings have golden files: {codes:?}", codes.len());
}

#[test]
fn a_good_schedule_has_no_findings() {
    let text = b"[[segment]]\nid = \"tin\"\ntitle = \"Tin\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"a\"\nat = \"05:00\"\nplay = [\"tin\"]\n\n[[session]]\nid = \"b\"\nat = [\"05:01\", \"20:59\"]\nplay = [\"tin\"]\nlate = \"join\"\n";
    let files =
        [SourceFile::new("station.toml", b"[station]\nid = \"thu\"\n"), SourceFile::new("playlists/a.toml", text)];
    assert_eq!(problems_in(&files), [], "sessions that touch do not clash, and 21:00 is the first quiet instant");
    let parsed = read(&files);
    let crlf = String::from_utf8_lossy(text).replace('\n', "\r\n");
    let text_with_bom = [b"\xef\xbb\xbf".as_slice(), crlf.as_bytes()].concat();
    let files_with_bom = [files[0].clone(), SourceFile::new("playlists/a.toml", &text_with_bom)];
    assert_eq!(read(&files_with_bom).schedule, parsed.schedule);
    assert_eq!(read(&files_with_bom).problems, []);
}

#[test]
fn a_byte_that_is_not_utf8_is_reported_with_line_and_column() {
    let files = [SourceFile::new("station.toml", b"[station]\nid = \"thu\"\nname = \"\xc4\"\n")];
    let problems = problems_in(&files);
    assert_eq!(problems[0].code(), "not-utf8");
    assert_eq!(line_and_column(&files[0].text, problems[0].span.range.start), (3, 9));
    render_in_both_languages(&files, &problems);
}

#[test]
fn exceeded_limits_are_reported() {
    let oversized_text = vec![b'#'; 1_100_000];
    let files = [SourceFile::new("playlists/a.toml", &oversized_text)];
    assert_eq!(problems_in(&files)[0].code(), "too-large");
    let items: String = (0..501).map(|_| "\"tin\",").collect();
    let text = format!(
        "[[segment]]\nid = \"tin\"\ntitle = \"T\"\nfile = \"s-1.mp3\"\n[[session]]\nid = \"a\"\nat = \"05:15\"\nplay = [{items}]\n"
    );
    assert!(
        problems_in(&[SourceFile::new("playlists/a.toml", text.as_bytes())]).iter().any(|p| p.code() == "too-many")
    );
    let files: Vec<_> = (0..202).map(|n| SourceFile::new(&format!("playlists/{n}.toml"), b"")).collect();
    assert!(problems_in(&files).iter().any(|p| p.code() == "too-many"));
    let nested_arrays = format!("a = {}1{}", "[".repeat(5000), "]".repeat(5000));
    assert!(!problems_in(&[SourceFile::new("playlists/a.toml", nested_arrays.as_bytes())]).is_empty());
}

#[test]
fn a_session_that_begins_later_is_checked_from_its_first_day() {
    // The check plans 400 days one by one, from 2023-06-15 to 2024-07-18.
    for from in ["2024-07-18", "2024-07-19", "2024-07-20"] {
        let text = format!(
            "[[segment]]\nid = \"tin\"\ntitle = \"T\"\nfile = \"s-20000.mp3\"\n\n\
             [[session]]\nid = \"a\"\nat = \"05:15\"\nfrom = {from}\nplay = [\"tin\"]\n"
        );
        let station = SourceFile::new("station.toml", b"[station]\nid = \"thu\"\n");
        let problems = problems_in(&[station, SourceFile::new("playlists/a.toml", text.as_bytes())]);
        assert_eq!(problems.iter().map(Problem::code).collect::<Vec<_>>(), ["long-session"], "from {from}");
    }
}
