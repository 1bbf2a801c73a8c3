//! The command line: help, examples and errors.
mod plans_and_logs;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use loa::cli;
use loa::text::Lang;

use crate::media;
use crate::program;

fn run_loa(arguments: &[&str], in_dir: &Path) -> Output {
    program::loa(in_dir).args(arguments).current_dir(in_dir).output().expect("loa starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the text is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("the text is UTF-8")
}

fn dir_with_sample_station() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let output = run_loa(&["init", "dai", "--sample"], dir.path());
    assert!(output.status.success(), "{}", stderr(&output));
    dir
}

fn visit_commands(command: &clap::Command, path: &str, visit: &mut dyn FnMut(&str, &clap::Command)) {
    visit(path, command);
    for sub in command.get_subcommands() {
        visit_commands(sub, &format!("{path} {}", sub.get_name()), visit);
    }
}

#[test]
fn every_command_and_argument_has_help_in_both_languages() {
    let mut help_texts: [Vec<String>; 2] = Default::default();
    for (lang, help_texts) in [Lang::Vi, Lang::En].into_iter().zip(&mut help_texts) {
        visit_commands(&cli::command(lang), "loa", &mut |path, command| {
            if command.is_hide_set() {
                return;
            }
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty(), "{path} has no help");
            help_texts.push(about);
            for arg in command.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty(), "{path} {} has no help", arg.get_id());
                help_texts.push(help);
            }
            let is_leaf = command.get_subcommands().next().is_none();
            let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(!is_leaf || example.contains("loa "), "{path} has no example");
        });
    }
    assert_eq!(help_texts[0].len(), help_texts[1].len());
    let untranslated_count = help_texts[0].iter().zip(&help_texts[1]).filter(|(vi, en)| vi == en).count();
    assert_eq!(untranslated_count, 0, "text that is the same in both languages is untranslated");
}

/// The words of a line as a shell splits them; text in single quotes is one word.
fn words_of(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in line.split('\'').enumerate() {
        // Every second part is in quotes.
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn examples_in_the_help_can_be_parsed() {
    visit_commands(&cli::command(Lang::En), "loa", &mut |path, command| {
        let Some(example) = command.get_after_help().map(ToString::to_string).filter(|e| !e.is_empty()) else {
            return;
        };
        // A guide can follow the example.
        let line = example.lines().next().unwrap_or_default().trim_start_matches("Example: ").to_owned();
        let words = words_of(&line);
        let result = cli::parse(&words, Lang::En);
        assert!(result.is_ok(), "{path}: {line}: {}", result.err().map(|e| e.to_string()).unwrap_or_default());
    });
}

#[test]
fn a_usage_error_is_reported_in_the_readers_language() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let cases: [(&[&str], &str, &str); 14] = [
        (&["chek"], "there is no command `chek`", "did you mean `check`"),
        (&["--lang", "vi", "chek"], "không có lệnh “chek”", "có phải ý bạn là “check”"),
        (&["plan", "--dat", "2023-03-20"], "there is no argument `--dat`", "did you mean `--date`"),
        (&["plan", "--date", "2023-02-30"], "there is no 30 February 2023. The nearest dates are 28/2/2023 and", ""),
        (&["--lang", "vi", "plan", "--date", "30/2"], "tháng 2 không có ngày 30. Ngày gần nhất: 28/2 hoặc 1/3.", ""),
        (&["--lang", "vi", "plan", "--date", "32/13"], "“32/13”. Viết ngày như 12/3/2026, hôm qua hoặc mai.", ""),
        (&["--lang", "vi", "log", "--month", "13"], "không có tháng 13: một năm chỉ có tháng 1 đến tháng 12.", ""),
        (&["log", "12/3/26"], "`12/3/26` is not a date. Write a date like 12/3/2026", ""),
        (&["plan", "13/13"], "`13/13` is not a date", ""),
        (&["log", "12/3..15/3"], "`12/3..15/3` is not a date", ""),
        (&["check", "--format", "xml"], "`xml` cannot be used for --format", "see --help"),
        (&["rehearse"], "--from", "Example: loa rehearse"),
        (&["play", "nhạc", "hiệu"], "there is no argument `hiệu`", "in quotes: loa play 'nhạc hiệu'"),
        (&["list", "hôm", "qua"], "there is no argument `qua`", "see --help"),
    ];
    for (arguments, message, hint) in cases {
        let output = run_loa(arguments, dir.path());
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(message) && text.contains(hint), "{arguments:?}: {text}");
        let hint_lines = usize::from(!hint.is_empty());
        assert_eq!(text.lines().count(), 1 + hint_lines, "one message, and a hint unless it has an example: {text}");
    }
}

#[test]
fn usage_errors_and_help_use_the_language_of_the_station_or_else_of_the_system() {
    let dir = dir_with_sample_station();
    let station = dir.path().join("dai");
    for arguments in [&["lgo"][..], &["scan"], &["add"], &["log", "--thang", "3"], &["scan", "--help"], &["--version"]]
    {
        let output = run_loa(arguments, &station);
        let text = format!("{}{}", stdout(&output), stderr(&output));
        let is_vietnamese = ["gợi ý:", "Ví dụ:", "Cách dùng:", "loa 0."].iter().any(|word| text.contains(word));
        assert!(is_vietnamese && !text.contains("error:") && !text.contains("Usage"), "{arguments:?}: {text}");
    }
    let output_for_given_station = run_loa(&["plan", "dai", "--date", "x"], dir.path());
    assert!(
        stderr(&output_for_given_station).contains("Viết ngày như 12/3/2026, hôm qua hoặc mai."),
        "{}",
        stderr(&output_for_given_station)
    );
    let output_in_given_language = run_loa(&["lgo", "--lang", "en"], &station);
    assert!(stderr(&output_in_given_language).contains("did you mean"), "{}", stderr(&output_in_given_language));
    assert!(
        stderr(&run_loa(&["lgo"], dir.path())).contains("did you mean"),
        "without a station, the system's language is used"
    );
}

#[test]
fn a_date_of_several_words_is_accepted_even_if_the_shell_splits_it() {
    let dir = dir_with_sample_station();
    for words in [&["hôm", "qua"][..], &["hom", "qua"], &["yesterday"], &["hom-qua"]] {
        let plan = run_loa(&[&["plan", "dai", "--date"], words].concat(), dir.path());
        assert_eq!(plan.status.code(), Some(0), "{words:?}: {}", stderr(&plan));
    }
}

#[test]
fn a_command_in_a_folder_without_a_station_fails_with_exit_code_78() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    for command in ["check", "plan", "run"] {
        let output = run_loa(&[command], dir.path());
        assert_eq!(output.status.code(), Some(78), "{command}");
        assert!(stderr(&output).contains("loa init DIR"), "{command}: {}", stderr(&output));
    }
}

#[test]
fn the_hint_for_a_folder_without_a_station_depends_on_how_the_folder_was_given() {
    let sample_dir = dir_with_sample_station();
    let empty_dir = tempfile::tempdir().expect("make a folder");
    let hint = |in_dir: &Path, arguments: &[&str]| {
        let output = run_loa(arguments, in_dir);
        assert_eq!(output.status.code(), Some(78), "{arguments:?}: {output:?}");
        let text = stderr(&output);
        text.lines().last().expect("the error has a hint").to_owned()
    };
    for arguments in [["status", "sáng"], ["plan", "hết"], ["log", "hết"], ["check", "hết"]] {
        let hint = hint(&sample_dir.path().join("dai"), &arguments);
        assert!(hint.contains(arguments[1]) && !hint.contains("loa init"), "{arguments:?}: {hint}");
    }
    for arguments in [&["play", "nhac-hieu"][..], &["note", "3", "mưa"], &["urgent", "lu.mp3"], &["stop"], &["check"]]
    {
        let hint = hint(empty_dir.path(), arguments);
        assert!(hint.contains("cd "), "{arguments:?}: {hint}");
    }
}

#[test]
fn a_command_that_is_given_a_file_names_the_stations_folder_instead() {
    let dir = dir_with_sample_station();
    let dai = dir.path().join("dai");
    let playlist = std::fs::read_dir(dai.join("playlists")).expect("list the folder").next().expect("a playlist");
    let playlist = format!("dai/playlists/{}", playlist.expect("read the name").file_name().to_string_lossy());
    for command in ["check", "plan", "list", "run", "status", "undo"] {
        let output = run_loa(&[command, &playlist, "--lang", "en"], dir.path());
        assert_eq!(output.status.code(), Some(78), "{command}: {output:?}");
    }
    let output = run_loa(&["check", &playlist, "--lang", "en"], dir.path());
    assert!(
        stderr(&output).contains("is a file; this command takes the station's folder, which is: dai\n"),
        "{output:?}"
    );
    let output = run_loa(&["check", "station.toml", "--lang", "vi"], &dai);
    assert!(stderr(&output).contains("lệnh này cần thư mục của đài, ở đây là: ."), "{output:?}");
}

#[test]
fn init_makes_a_valid_station_and_overwrites_nothing() {
    let dir = dir_with_sample_station();
    let check = run_loa(&["check", "dai", "--format", "json"], dir.path());
    assert_eq!(check.status.code(), Some(0));
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&check.stdout).expect("parse the JSON");
    assert!(rows.iter().all(|row| row["severity"] == "warning"), "{rows:?}");
    let second_init = run_loa(&["init", "dai", "--sample"], dir.path());
    assert_eq!(second_init.status.code(), Some(78));
    assert!(stderr(&second_init).contains("does not overwrite anything"));
}

#[test]
fn this_checkout_is_a_station() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let check = run_loa(&["check", "."], root);
    assert_eq!(check.status.code(), Some(0), "{}", stdout(&check));
}

#[test]
fn errors_set_the_exit_code_and_appear_in_the_json() {
    let dir = dir_with_sample_station();
    let playlist = dir.path().join("dai/playlists/thuong-nhat.toml");
    let text = std::fs::read_to_string(&playlist).expect("read the playlist");
    let text = text.replacen("file = \"loi-ket.mp3\"", "file = \"khong-co.mp3\"", 1);
    // The unknown key is in another segment, because a segment with an unknown key gets no other finding.
    let text = text.replacen("file = \"loi-chao.mp3\"", "file = \"loi-chao.mp3\"\nmau = 1", 1);
    std::fs::write(&playlist, text).expect("write the file");
    let check = run_loa(&["check", "dai"], dir.path());
    assert_eq!(check.status.code(), Some(1));
    let text = stdout(&check);
    assert!(text.contains("khong-co.mp3") && text.contains("`mau`") && text.contains("gợi ý"), "{text}");
    let json = run_loa(&["check", "dai", "--format", "json", "--lang", "en"], dir.path());
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&json.stdout).expect("parse the JSON");
    let errors: BTreeSet<_> = rows.iter().filter(|r| r["severity"] == "error").map(|r| r["code"].to_string()).collect();
    assert_eq!(errors, BTreeSet::from(["\"audio-missing\"".to_owned(), "\"unknown-key\"".to_owned()]));
    assert!(rows.iter().all(|r| r["line"].as_u64() > Some(0) && r["column"].as_u64() > Some(0)));
}

/// The codes that `loa check` reports, and its output as text.
fn check_codes_and_text(station: &Path) -> (Vec<String>, String) {
    let json = stdout(&run_loa(&["check", "--format", "json"], station));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).expect("parse the JSON");
    let codes = rows.iter().map(|row| row["code"].as_str().expect("the row has a code").to_owned()).collect();
    (codes, stdout(&run_loa(&["check"], station)))
}

#[test]
fn check_reports_a_cause_once_instead_of_its_consequences() {
    let dir = dir_with_sample_station();
    let station = dir.path().join("dai");
    let path = |name: &str| station.join(name);
    let (codes_before, _) = check_codes_and_text(&station);
    std::fs::copy(path("playlists/thuong-nhat.toml"), path("playlists/thuong-nhat - Copy.toml")).expect("copy");
    let (codes, text) = check_codes_and_text(&station);
    assert_eq!(codes.iter().filter(|code| !codes_before.contains(code)).collect::<Vec<_>>(), ["playlist-copy"]);
    assert!(text.contains("playlists/thuong-nhat - Copy.toml"), "{text}");
    std::fs::remove_file(path("playlists/thuong-nhat - Copy.toml")).expect("delete the copy");

    std::fs::rename(path("audio"), path("am-thanh")).expect("rename the folder");
    let (codes, _) = check_codes_and_text(&station);
    assert_eq!(codes.first().map(String::as_str), Some("audio-folder-gone"), "{codes:?}");
    assert!(!codes.contains(&"audio-missing".to_owned()), "{codes:?}");
    std::fs::rename(path("am-thanh"), path("audio")).expect("rename the folder back");

    media::encode_signal(&path("audio"), "tin mới.mp3", 48_000, 24_000, 1, &[]);
    let (codes, text) = check_codes_and_text(&station);
    assert_eq!(codes, codes_before, "audio that no segment uses is no finding");
    assert!(text.contains("loa add 'audio/tin mới.mp3' --playlist thuong-nhat"), "{text}");
    let line = text.lines().find(|line| line.contains("loa add")).expect("find the hint");
    let (_, command) = line.split_once("loa ").expect("find the command");
    let command = command.split_once(". ").expect("the command ends").0;
    let addition = run_loa(&words_of(command).iter().map(String::as_str).collect::<Vec<_>>(), &station);
    assert_eq!(addition.status.code(), Some(0), "{command}: {}", stderr(&addition));
}

#[test]
fn an_order_for_a_segment_without_its_file_is_answered_at_once() {
    let dir = dir_with_sample_station();
    let station = dir.path().join("dai");
    let order = |arguments: &[&str]| {
        let output = run_loa(arguments, &station);
        (output.status.code(), stderr(&output))
    };
    std::fs::rename(station.join("audio/phong-chay.mp3"), station.join("audio/chep-thang.mp3")).expect("rename");
    for arguments in [&["play", "phong-chay"][..], &["urgent", "phong-chay", "--yes"]] {
        let (code, text) = order(arguments);
        assert_eq!(code, Some(1), "{arguments:?}");
        let answer = "CHƯA PHÁT “Phòng cháy trước khi đi ngủ”: không có tệp audio/phong-chay.mp3";
        assert!(text.contains(answer) && text.contains("chép lại tệp phong-chay.mp3 vào audio/"), "{text}");
    }
    // The name of a file that no segment uses.
    for name in ["chep-thang", "Chep-Thang.mp3"] {
        let (_, text) = order(&["play", name]);
        assert!(text.contains("loa add audio/chep-thang.mp3 --playlist thuong-nhat"), "{text}");
        let (_, text) = order(&["urgent", name]);
        assert!(text.contains("loa urgent audio/chep-thang.mp3"), "{text}");
    }
    std::fs::write(station.join("audio/phong-chay.mp3"), "<html></html>").expect("write the file");
    let (_, text) = order(&["play", "phong-chay"]);
    assert!(text.contains("CHƯA PHÁT “Phòng cháy trước khi đi ngủ”: audio/phong-chay.mp3: "), "{text}");
    std::fs::rename(station.join("audio"), station.join("am-thanh")).expect("rename the folder");
    let (_, text) = order(&["play", "phong-chay"]);
    assert!(text.contains("đài không có thư mục audio/") && text.contains("đổi tên"), "{text}");
}

#[test]
fn an_order_to_a_station_that_is_off_says_first_that_nothing_was_done() {
    let dir = dir_with_sample_station();
    let station = dir.path().join("dai");
    for (arguments, first) in [
        (&["play", "phong-chay"][..], "CHƯA PHÁT."),
        // The question comes only if the order can be performed.
        (&["urgent", "phong-chay"], "CHƯA PHÁT."),
        (&["urgent", "phong-chay", "--yes"], "CHƯA PHÁT."),
        (&["skip"], "CHƯA BỎ QUA GÌ."),
        (&["stop"], "CHƯA DỪNG GÌ."),
        (&["clock", "confirm", "--yes"], "CHƯA LÀM GÌ."),
    ] {
        let output = run_loa(arguments, &station);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
        assert!(text.starts_with(first) && text.contains("Không thấy đài nào đang chạy"), "{arguments:?}: {text}");
    }
}

#[test]
fn check_names_the_copy_and_not_the_playlist_that_it_copies() {
    let dir = dir_with_sample_station();
    let station = dir.path().join("dai");
    let path = |name: &str| station.join("playlists").join(name);
    std::fs::copy(path("thuong-nhat.toml"), path("thu - Copy.toml")).expect("copy");
    let (_, text) = check_codes_and_text(&station);
    assert!(text.contains("--> playlists/thu - Copy.toml"), "{text}");
    assert!(text.contains("giống hệt playlists/thuong-nhat.toml: đây là bản chép thừa"), "{text}");
    std::fs::remove_file(path("thu - Copy.toml")).expect("delete the copy");
    // Nothing in the names shows which one is the copy, but the copy is newer.
    std::fs::copy(path("thuong-nhat.toml"), path("a.toml")).expect("copy");
    let (_, text) = check_codes_and_text(&station);
    assert!(text.contains("giống hệt playlists/thuong-nhat.toml: đây là bản chép thừa"), "{text}");
}

#[test]
fn stop_and_skip_say_that_they_take_no_name() {
    let dir = dir_with_sample_station();
    let station = dir.path().join("dai");
    for command in ["stop", "skip"] {
        let in_station = stderr(&run_loa(&[command, "sáng"], &station));
        let hint = format!("không nhận tên buổi hay tên mục. Chỉ cần gõ: loa {command}");
        assert!(in_station.contains(&hint), "{in_station}");
        let elsewhere = stderr(&run_loa(&[command, "sáng", "--lang", "vi"], dir.path()));
        let hint = format!("Vào thư mục của đài (cd THƯ_MỤC) rồi gõ: loa {command}");
        assert!(elsewhere.contains(&hint) && !elsewhere.contains("loa init"), "{elsewhere}");
        let help = stdout(&run_loa(&[command, "--help", "--lang", "vi"], dir.path()));
        assert!(help.contains("không cần tên"), "{help}");
        // A mistyped path stays a path.
        let path = stderr(&run_loa(&[command, "khong/co", "--lang", "vi"], dir.path()));
        assert!(path.contains("xem lại tên thư mục"), "{path}");
    }
}

#[test]
fn every_command_in_the_readmes_can_be_parsed() {
    let pages = [
        ("README.md", Lang::En),
        ("README.vi.md", Lang::Vi),
        ("packaging/README.md", Lang::En),
        ("docs/station.md", Lang::En),
        ("docs/operator.md", Lang::En),
        ("docs/department.md", Lang::En),
    ];
    for (page, lang) in pages {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let text = std::fs::read_to_string(path).expect("read the page");
        let mut count = 0;
        for line in text.lines().filter(|line| line.starts_with("    ")) {
            let line = line.split(" #").next().unwrap_or_default();
            let Some(index) = line.split_whitespace().position(|w| w == "loa" || w.ends_with("/loa")) else { continue };
            // In `sudo -u loa loa init` the first `loa` is a user.
            let index = if line.split_whitespace().nth(index + 1) == Some("loa") { index + 1 } else { index };
            let words: Vec<String> = words_of(line).into_iter().skip(index).collect();
            // Lines with commands of other programs are skipped.
            if line.contains("install ") || line.contains("useradd") || line.contains("systemctl") || words.len() < 2 {
                continue;
            }
            if line.contains("journalctl") || line.contains("->") {
                continue;
            }
            let result = cli::parse(&words, lang);
            assert!(result.is_ok(), "{page}: {line}");
            count += 1;
        }
        assert!(count >= 2, "{page} shows only {count} commands");
    }
}

#[test]
fn the_demo_plays_and_prints_its_table() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let mut command = program::loa(dir.path());
    // No sound system is reachable. The demo reports this in one sentence and runs silently.
    command.args(["demo", "mau", "--lang", "en"]).current_dir(dir.path());
    command.env("PULSE_SERVER", "unix:/nowhere");
    let demo = command.output().expect("loa starts");
    let text = stdout(&demo);
    assert_eq!(demo.status.code(), Some(0), "{text}{}", stderr(&demo));
    assert!(text.contains("There is no sound device here"), "{text}");
    assert!(text.contains("Planned") && text.contains("Late (ms)") && text.contains("Nhạc hiệu"), "{text}");
    assert_eq!(text.lines().filter(|line| line.contains(" aired")).count(), 2, "{text}");
}

/// The valid keys, taken from the hint for an unknown key: those of this table or, if `item` is not empty, those of
/// this item of `play`.
fn keys_of(table: &str, item: &str) -> Vec<String> {
    let is_settings =
        matches!(table, "[station]" | "[output]" | "[quiet-hours]" | "[amplifier]" | "[alarm]" | "[department]");
    let text = match item {
        "" => format!("{table}\nkhong-co-khoa-nay = 1\n"),
        item => format!("{table}\nid = \"a\"\nat = \"06:00\"\nplay = [{{ {item}, khong-co-khoa-nay = 1 }}]\n"),
    };
    let name = if is_settings { "station.toml" } else { "playlists/a.toml" };
    let parsed = loa::schedule::read(&[loa::schedule::SourceFile::new(name, text.as_bytes())]);
    let keys = parsed.problems.iter().find_map(|problem| match &problem.hint {
        loa::text::problem::Hint::KeysHere { keys } => Some(keys.clone()),
        _ => None,
    });
    let keys = keys.unwrap_or_else(|| panic!("{table}: {:?}", parsed.problems));
    keys.split(", ").map(str::to_owned).collect()
}

#[test]
fn the_readme_lists_exactly_the_keys_that_are_read() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("read README.md");
    let (_, reference) = readme.split_once("### Every key\n").expect("find the reference");
    let (reference, _) = reference.split_once("\n## ").expect("find the end of the reference");
    let mut documented_keys = std::collections::BTreeMap::<String, std::collections::BTreeSet<String>>::new();
    let mut table = String::new();
    for row in reference.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if !cells[1].is_empty() {
            table = cells[1].trim_matches('`').to_owned();
        }
        // The names are in backquotes, so every second part is a name.
        let names = cells[2].split('`').skip(1).step_by(2).map(str::to_owned);
        documented_keys.entry(table.clone()).or_default().extend(names);
    }
    let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "t2", "t3", "t4", "t5", "t6", "t7", "cn"];
    let tables = [
        "[station]",
        "[output]",
        "[quiet-hours]",
        "[amplifier]",
        "[alarm]",
        "[department]",
        "[campaign]",
        "[[segment]]",
        "[[session]]",
        "[[holiday]]",
    ];
    for table in tables {
        let mut keys: std::collections::BTreeSet<String> = keys_of(table, "").into_iter().collect();
        if table == "[quiet-hours]" {
            // The README names only the first and last weekday in each language.
            keys.retain(|key| !weekdays.contains(&key.as_str()));
            keys.extend(["mon", "sun", "t2", "t7", "cn"].map(str::to_owned));
        }
        assert_eq!(documented_keys.get(table), Some(&keys), "{table}");
    }
    let mut item_keys: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    for item in ["relay = \"a\", for = \"1m\"", "pool = \"a\"", "segment = \"a\""] {
        item_keys.extend(keys_of("[[session]]", item));
    }
    item_keys.insert("topic".to_owned());
    assert_eq!(documented_keys.get("an item of `play"), Some(&item_keys));
}
