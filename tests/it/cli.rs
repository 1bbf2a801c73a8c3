//! The command line as it is typed.
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use loa::cli;
use loa::text::Lang;

use crate::program;

fn loa(words: &[&str], in_dir: &Path) -> Output {
    program::loa(in_dir).args(words).current_dir(in_dir).output().expect("loa starts")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn sample() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let made = loa(&["init", "dai"], dir.path());
    assert!(made.status.success(), "{}", err(&made));
    dir
}

fn each_command(command: &clap::Command, path: &str, visit: &mut dyn FnMut(&str, &clap::Command)) {
    visit(path, command);
    for sub in command.get_subcommands() {
        each_command(sub, &format!("{path} {}", sub.get_name()), visit);
    }
}

#[test]
fn every_command_and_argument_has_its_help_in_both_languages() {
    let mut texts: [Vec<String>; 2] = Default::default();
    for (lang, texts) in [Lang::Vi, Lang::En].into_iter().zip(&mut texts) {
        each_command(&cli::command(lang), "loa", &mut |path, command| {
            if command.is_hide_set() {
                return;
            }
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty(), "{path} has no help");
            texts.push(about);
            for arg in command.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty(), "{path} {} has no help", arg.get_id());
                texts.push(help);
            }
            let leaf = command.get_subcommands().next().is_none();
            let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(!leaf || example.contains("loa "), "{path} has no example");
        });
    }
    assert_eq!(texts[0].len(), texts[1].len());
    let same = texts[0].iter().zip(&texts[1]).filter(|(vi, en)| vi == en).count();
    assert_eq!(same, 0, "a text that is the same in both languages was not translated");
}

/// The words of a line as a shell reads them, with what stands in single quotes together.
fn words_of(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, piece) in line.split('\'').enumerate() {
        // Every second piece stood in quotes.
        if n % 2 == 1 {
            words.push(piece.to_owned());
        } else {
            words.extend(piece.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn examples_of_the_help_are_understood() {
    each_command(&cli::command(Lang::En), "loa", &mut |path, command| {
        let Some(example) = command.get_after_help().map(ToString::to_string).filter(|e| !e.is_empty()) else {
            return;
        };
        let line = example.trim_start_matches("Example: ").to_owned();
        let words = words_of(&line);
        let understood = cli::parse(&words, Lang::En);
        assert!(understood.is_ok(), "{path}: {line}: {}", understood.err().map(|e| e.to_string()).unwrap_or_default());
    });
}

#[test]
fn what_is_not_understood_is_said_in_the_readers_language() {
    let dir = tempfile::tempdir().expect("a folder");
    let cases: [(&[&str], &str, &str); 6] = [
        (&["chek"], "there is no command `chek`", "did you mean `check`"),
        (&["--lang", "vi", "chek"], "không có lệnh “chek”", "có phải ý bạn là “check”"),
        (&["plan", "--dat", "2023-03-20"], "there is no argument `--dat`", "did you mean `--date`"),
        (&["plan", "--date", "2023-02-30"], "`2023-02-30` cannot be used for --date", "see --help"),
        (&["check", "--format", "xml"], "`xml` cannot be used for --format", "see --help"),
        (&["rehearse"], "--from", "see --help"),
    ];
    for (words, sentence, hint) in cases {
        let said = loa(words, dir.path());
        let text = err(&said);
        assert_eq!(said.status.code(), Some(2), "{text}");
        assert!(text.contains(sentence) && text.contains(hint), "{words:?}: {text}");
        assert_eq!(text.lines().count(), 2, "one sentence, one hint: {text}");
    }
}

#[test]
fn a_folder_that_is_no_station() {
    let dir = tempfile::tempdir().expect("a folder");
    for command in ["check", "plan", "run"] {
        let said = loa(&[command], dir.path());
        assert_eq!(said.status.code(), Some(78), "{command}");
        assert!(err(&said).contains("loa init DIR"), "{command}: {}", err(&said));
    }
}

#[test]
fn a_new_station_is_good_and_nothing_is_overwritten() {
    let dir = sample();
    let check = loa(&["check", "dai", "--format", "json"], dir.path());
    assert_eq!(check.status.code(), Some(0));
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&check.stdout).expect("JSON and nothing else");
    assert!(rows.iter().all(|row| row["severity"] == "warning"), "{rows:?}");
    let again = loa(&["init", "dai"], dir.path());
    assert_eq!(again.status.code(), Some(78));
    assert!(err(&again).contains("does not overwrite anything"));
}

#[test]
fn this_checkout_is_a_station() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let check = loa(&["check", "."], top);
    assert_eq!(check.status.code(), Some(0), "{}", out(&check));
}

#[test]
fn errors_make_the_exit_code_and_stand_in_the_json() {
    let dir = sample();
    let playlist = dir.path().join("dai/playlists/thuong-nhat.toml");
    let text = std::fs::read_to_string(&playlist).expect("the playlist");
    let text = text.replacen("file = \"loi-ket.mp3\"", "file = \"khong-co.mp3\"", 1);
    // In another segment: of one that is not understood nothing more is said.
    let text = text.replacen("file = \"loi-chao.mp3\"", "file = \"loi-chao.mp3\"\nmau = 1", 1);
    std::fs::write(&playlist, text).expect("edit");
    let check = loa(&["check", "dai"], dir.path());
    assert_eq!(check.status.code(), Some(1));
    let text = out(&check);
    assert!(text.contains("khong-co.mp3") && text.contains("`mau`") && text.contains("gợi ý"), "{text}");
    let json = loa(&["check", "dai", "--format", "json", "--lang", "en"], dir.path());
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&json.stdout).expect("JSON");
    let errors: BTreeSet<_> = rows.iter().filter(|r| r["severity"] == "error").map(|r| r["code"].to_string()).collect();
    assert_eq!(errors, BTreeSet::from(["\"audio-missing\"".to_owned(), "\"unknown-key\"".to_owned()]));
    assert!(rows.iter().all(|r| r["line"].as_u64() > Some(0) && r["column"].as_u64() > Some(0)));
}

#[test]
fn the_plan_has_its_keys_and_is_the_same_twice() {
    let dir = sample();
    let words = ["plan", "dai", "--date", "2023-03-20", "--days", "2", "--format", "json"];
    let plan = loa(&words, dir.path());
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&plan.stdout).expect("JSON");
    assert_eq!(rows.len(), 46, "two days of the sample");
    let keys: BTreeSet<_> = rows[0].as_object().expect("an object").keys().map(String::as_str).collect();
    let want = [
        "id",
        "date",
        "session",
        "segment",
        "title",
        "start",
        "duration_ms",
        "priority",
        "campaign",
        "topic",
        "language",
    ];
    assert_eq!(keys, BTreeSet::from(want));
    assert_eq!(rows[0]["id"], "sang@2023-03-20T05:15:00#1");
    assert_eq!(rows[0]["start"], "2023-03-20T05:15:00+07:00");
    let mut elsewhere = program::loa(dir.path());
    elsewhere.args(words).current_dir(dir.path()).env("TZ", "America/New_York").env("LANG", "vi_VN.UTF-8");
    assert_eq!(plan.stdout, elsewhere.output().expect("loa starts").stdout, "never the host's zone");
}

#[test]
fn a_rehearsal_airs_all_of_a_month_and_can_never_be_taken_for_real() {
    let dir = sample();
    let words = ["rehearse", "dai", "--from", "2023-03-20", "--until", "2023-04-19", "--log", "thu"];
    let rehearsal = loa(&words, dir.path());
    assert_eq!(rehearsal.status.code(), Some(0), "{}", err(&rehearsal));
    let log = std::fs::read_to_string(dir.path().join("thu/log.jsonl")).expect("the log");
    let mut aired = BTreeSet::new();
    for line in log.lines() {
        assert!(line.contains("\"boot\":\"rehearsal\""), "{line}");
        let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if entry["type"] == "outcome" {
            assert_eq!((&entry["result"], &entry["level"]), (&"aired".into(), &0.into()), "{line}");
            assert_eq!(entry["device"], "rehearsal");
            assert!(aired.insert(entry["id"].to_string()), "twice: {line}");
        }
    }
    assert!(
        log.starts_with("{\"v\":1,\"seq\":0,\"type\":\"genesis\"")
            && log.contains("\"origin\":\"rehearsal/dak-ndrung/")
    );
    let plan = ["plan", "dai", "--date", "2023-03-20", "--days", "31", "--format", "json"];
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&loa(&plan, dir.path()).stdout).expect("JSON");
    let planned: BTreeSet<_> = rows.iter().map(|row| row["id"].to_string()).collect();
    assert_eq!(aired, planned, "every planned id, exactly once");
    let book = loa(&["log", "thu", "--month", "2023-04"], dir.path());
    let text = out(&book);
    assert!(text.contains("DIỄN TẬP") || text.contains("REHEARSAL"), "{text}");
    assert!(text.contains("19/04/2023") || text.contains("2023-04-19"), "{text}");
    assert_eq!(loa(&words, dir.path()).status.code(), Some(78), "a log is never written over");
}

#[test]
fn the_log_as_csv_and_json() {
    let dir = sample();
    loa(&["rehearse", "dai", "--from", "2023-03-20", "--until", "2023-03-21", "--log", "thu"], dir.path());
    let csv = out(&loa(&["log", "thu", "--date", "2023-03-21", "--format", "csv"], dir.path()));
    let mut lines = csv.lines();
    assert_eq!(
        lines.next(),
        Some(
            "seq,id,session,segment,title,planned_at,result,reason,planned_ms,played_ms,frames,rate,late_us,campaign,\
             topic,language,source,sha256,device,level,type,at,boot,boottime_us,clock_synchronised,clock_max_error_us,\
             clock_last_sync_s,priority,file,drift_us,underrun_ms,underruns,volume,detail"
        )
    );
    assert_eq!(lines.count(), 23);
    let json = loa(&["log", "thu", "--format", "json"], dir.path());
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(rows.len(), 46);
    assert_eq!(rows[0]["result"], "aired");
    let none = loa(&["log", "dai"], dir.path());
    assert_eq!(none.status.code(), Some(0), "a station that never ran has an empty book");
}

#[test]
fn every_command_that_the_readme_shows_is_understood() {
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
        let text = std::fs::read_to_string(path).expect("the page");
        let mut seen = 0;
        for line in text.lines().filter(|line| line.starts_with("    ")) {
            let line = line.split(" #").next().unwrap_or_default();
            let Some(at) = line.split_whitespace().position(|w| w == "loa" || w.ends_with("/loa")) else { continue };
            // As in `sudo -u loa loa init`, where the first is a user.
            let at = if line.split_whitespace().nth(at + 1) == Some("loa") { at + 1 } else { at };
            let words: Vec<String> = words_of(line).into_iter().skip(at).collect();
            // Not a command of ours: installing the program, or naming it to another.
            if line.contains("install ") || line.contains("useradd") || line.contains("systemctl") || words.len() < 2 {
                continue;
            }
            if line.contains("journalctl") || line.contains("->") {
                continue;
            }
            let understood = cli::parse(&words, lang);
            assert!(understood.is_ok(), "{page}: {line}");
            seen += 1;
        }
        assert!(seen >= 2, "{page} shows commands");
    }
}

#[test]
fn the_demo_plays_and_prints_its_table() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut command = program::loa(dir.path());
    // No sound system answers here: it says so in one sentence, and runs silently.
    command.args(["demo", "mau", "--lang", "en"]).current_dir(dir.path());
    command.env("PULSE_SERVER", "unix:/nowhere");
    let demo = command.output().expect("loa starts");
    let text = out(&demo);
    assert_eq!(demo.status.code(), Some(0), "{text}{}", err(&demo));
    assert!(text.contains("There is no sound device here"), "{text}");
    assert!(text.contains("Planned") && text.contains("Late (ms)") && text.contains("Nhạc hiệu"), "{text}");
    assert_eq!(text.lines().filter(|line| line.contains(" aired")).count(), 2, "{text}");
}

/// The keys that a table takes, as the hint for an unknown one lists them.
fn keys_of(table: &str, inside: &str) -> Vec<String> {
    let station = matches!(table, "[station]" | "[output]" | "[quiet-hours]" | "[amplifier]" | "[department]");
    let text = match inside {
        "" => format!("{table}\nkhong-co-khoa-nay = 1\n"),
        inside => format!("{table}\nid = \"a\"\nat = \"06:00\"\nplay = [{{ {inside}, khong-co-khoa-nay = 1 }}]\n"),
    };
    let name = if station { "station.toml" } else { "playlists/a.toml" };
    let reading = loa::schedule::read(&[loa::schedule::SourceFile::new(name, text.as_bytes())]);
    let listed = reading.problems.iter().find_map(|problem| match &problem.hint {
        loa::text::problem::Hint::KeysHere { keys } => Some(keys.clone()),
        _ => None,
    });
    let listed = listed.unwrap_or_else(|| panic!("{table}: {:?}", reading.problems));
    listed.split(", ").map(str::to_owned).collect()
}

#[test]
fn every_key_that_is_read_stands_in_the_readme_and_no_other() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md");
    let (_, reference) = readme.split_once("### Every key\n").expect("the reference");
    let (reference, _) = reference.split_once("\n## ").expect("its end");
    let mut written = std::collections::BTreeMap::<String, std::collections::BTreeSet<String>>::new();
    let mut table = String::new();
    for row in reference.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if !cells[1].is_empty() {
            table = cells[1].trim_matches('`').to_owned();
        }
        // Names stand in backquotes: every second piece.
        let names = cells[2].split('`').skip(1).step_by(2).map(str::to_owned);
        written.entry(table.clone()).or_default().extend(names);
    }
    let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "t2", "t3", "t4", "t5", "t6", "t7", "cn"];
    let tables = [
        "[station]",
        "[output]",
        "[quiet-hours]",
        "[amplifier]",
        "[department]",
        "[campaign]",
        "[[segment]]",
        "[[session]]",
        "[[holiday]]",
    ];
    for table in tables {
        let mut read: std::collections::BTreeSet<String> = keys_of(table, "").into_iter().collect();
        if table == "[quiet-hours]" {
            // The table names the first and last of them.
            read.retain(|key| !week.contains(&key.as_str()));
            read.extend(["mon", "sun", "t2", "t7", "cn"].map(str::to_owned));
        }
        assert_eq!(written.get(table), Some(&read), "{table}");
    }
    let mut items: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    for inside in ["relay = \"a\", for = \"1m\"", "pool = \"a\""] {
        items.extend(keys_of("[[session]]", inside));
    }
    items.insert("topic".to_owned());
    assert_eq!(written.get("an item of `play"), Some(&items));
}

#[test]
fn the_week_is_shown_with_lunar_dates_and_holidays() {
    let dir = sample();
    let week =
        |lang: &str| out(&loa(&["plan", "dai", "--date", "2023-04-27", "--days", "7", "--lang", lang], dir.path()));
    for lang in ["vi", "en"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/week.{lang}.txt"));
        snapbox::assert_data_eq!(week(lang), snapbox::Data::read_from(&golden, None).raw());
    }
}

#[test]
fn an_edit_is_said_in_words() {
    let dir = sample();
    let made = loa(&["init", "moi"], dir.path());
    assert!(made.status.success(), "{}", err(&made));
    let path = dir.path().join("moi/playlists/thuong-nhat.toml");
    let text = std::fs::read_to_string(&path).expect("a playlist");
    let text = text
        .replace(
            "play = [\"nhac-hieu\", \"loi-chao\", \"phong-chay\", \"loi-ket\"]",
            "days = \"t7\"\nplay = [\"nhac-hieu\", \"loi-chao\", \"giao-thong\", \"loi-ket\"]",
        )
        .replace("at = \"06:00\"", "at = \"06:30\"");
    std::fs::write(&path, text).expect("a playlist");
    let diff =
        |lang: &str| out(&loa(&["plan", "moi", "--diff", "dai", "--date", "2023-04-27", "--lang", lang], dir.path()));
    for lang in ["vi", "en"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/diff.{lang}.txt"));
        snapbox::assert_data_eq!(diff(lang), snapbox::Data::read_from(&golden, None).raw());
    }
    let same = loa(&["plan", "dai", "--diff", "dai", "--lang", "en"], dir.path());
    assert_eq!(out(&same), "Nothing changes in the next 7 days.\n");
}

#[test]
fn the_plan_of_eight_years_is_the_same_everywhere() {
    let dir = sample();
    let station = dir.path().join("dai");
    let plan = |zone: &str, locale: &str| {
        let mut command = program::loa(dir.path());
        command.arg("plan").arg(&station).args(["--date", "2023-01-01", "--days", "2922", "--format", "json"]);
        let out = command.env("TZ", zone).env("LC_ALL", locale).output().expect("loa starts");
        assert!(out.status.success());
        loa::base::hash::sha256_hex(&out.stdout)
    };
    let first = plan("Asia/Ho_Chi_Minh", "vi_VN.UTF-8");
    assert_eq!(plan("Asia/Ho_Chi_Minh", "vi_VN.UTF-8"), first);
    assert_eq!(plan("America/New_York", "de_DE.UTF-8"), first);
    // Files are read in the order of their names: other names, another order.
    let playlists = station.join("playlists");
    std::fs::rename(playlists.join("thuong-nhat.toml"), playlists.join("a.toml")).expect("renamed");
    assert_eq!(plan("UTC", "C"), first);
}
