//! The output of the commands that show plans and logs.
use super::*;

#[test]
fn the_json_plan_has_all_fields_and_ignores_the_hosts_time_zone() {
    let dir = dir_with_sample_station();
    let arguments = ["plan", "dai", "--date", "2023-03-20", "--days", "2", "--format", "json"];
    let plan = run_loa(&arguments, dir.path());
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&plan.stdout).expect("parse the JSON");
    assert_eq!(rows.len(), 46, "two days of the sample station");
    let fields: BTreeSet<_> = rows[0].as_object().expect("the value is an object").keys().map(String::as_str).collect();
    let expected = [
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
    assert_eq!(fields, BTreeSet::from(expected));
    assert_eq!(rows[0]["id"], "sang@2023-03-20T05:15:00#1");
    assert_eq!(rows[0]["start"], "2023-03-20T05:15:00+07:00");
    let mut other_host = program::loa(dir.path());
    other_host.args(arguments).current_dir(dir.path()).env("TZ", "America/New_York").env("LANG", "vi_VN.UTF-8");
    assert_eq!(plan.stdout, other_host.output().expect("loa starts").stdout, "the host's zone is ignored");
}

#[test]
fn a_rehearsal_airs_every_planned_airing_of_a_month_and_marks_its_log() {
    let dir = dir_with_sample_station();
    let arguments = ["rehearse", "dai", "--from", "2023-03-20", "--until", "2023-04-19", "--log", "thu"];
    let rehearsal = run_loa(&arguments, dir.path());
    assert_eq!(rehearsal.status.code(), Some(0), "{}", stderr(&rehearsal));
    let log = std::fs::read_to_string(dir.path().join("thu/log.jsonl")).expect("read the log");
    let mut aired_ids = BTreeSet::new();
    for line in log.lines() {
        assert!(line.contains("\"boot\":\"rehearsal\""), "{line}");
        let entry: serde_json::Value = serde_json::from_str(line).expect("parse the JSON");
        if entry["type"] == "outcome" {
            assert_eq!((&entry["result"], &entry["level"]), (&"aired".into(), &0.into()), "{line}");
            assert_eq!(entry["device"], "rehearsal");
            assert!(aired_ids.insert(entry["id"].to_string()), "aired twice: {line}");
        }
    }
    assert!(
        log.starts_with("{\"v\":1,\"seq\":0,\"type\":\"genesis\"") && log.contains("\"origin\":\"rehearsal/dai-mau/")
    );
    let plan_arguments = ["plan", "dai", "--date", "2023-03-20", "--days", "31", "--format", "json"];
    let rows: Vec<serde_json::Value> =
        serde_json::from_slice(&run_loa(&plan_arguments, dir.path()).stdout).expect("parse the JSON");
    let planned_ids: BTreeSet<_> = rows.iter().map(|row| row["id"].to_string()).collect();
    assert_eq!(aired_ids, planned_ids, "each planned airing is aired exactly once");
    let page = run_loa(&["log", "thu", "--month", "2023-04"], dir.path());
    let text = stdout(&page);
    assert!(text.contains("DIỄN TẬP") || text.contains("REHEARSAL"), "{text}");
    assert!(text.contains("19/04/2023") || text.contains("2023-04-19"), "{text}");
    assert_eq!(run_loa(&arguments, dir.path()).status.code(), Some(78), "an existing log is not overwritten");
}

#[test]
fn the_log_prints_as_csv_and_json() {
    let dir = dir_with_sample_station();
    run_loa(&["rehearse", "dai", "--from", "2023-03-20", "--until", "2023-03-21", "--log", "thu"], dir.path());
    let csv = stdout(&run_loa(&["log", "thu", "--date", "2023-03-21", "--format", "csv"], dir.path()));
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
    let json = run_loa(&["log", "thu", "--format", "json"], dir.path());
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&json.stdout).expect("parse the JSON");
    assert_eq!(rows.len(), 46);
    assert_eq!(rows[0]["result"], "aired");
    let empty_log = run_loa(&["log", "dai"], dir.path());
    assert_eq!(empty_log.status.code(), Some(0), "a station that never ran has an empty log page");
}

#[test]
fn the_week_is_shown_with_lunar_dates_and_holidays() {
    let dir = dir_with_sample_station();
    let week = |lang: &str| {
        stdout(&run_loa(&["plan", "dai", "--date", "2023-04-27", "--days", "7", "--lang", lang], dir.path()))
    };
    for lang in ["vi", "en"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/week.{lang}.txt"));
        snapbox::assert_data_eq!(week(lang), snapbox::Data::read_from(&golden, None).raw());
    }
}

#[test]
fn weeks_days_and_months_in_words_give_their_plan() {
    let dir = dir_with_sample_station();
    let station = dir.path().join("dai");
    let run = |line: &str| run_loa(&line.split(' ').collect::<Vec<_>>(), &station);
    let plan = |line: &str| {
        let output = run(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", stderr(&output));
        stdout(&output)
    };
    for words in ["tuần", "7 ngày", "--date 7 ngày", "week"] {
        assert_eq!(plan(&format!("plan {words}")), plan("plan --days 7"), "{words}");
    }
    assert_eq!(plan("plan tuần sau --format json"), plan("plan next week --format json"));
    assert_eq!(plan("plan tháng sau"), plan("plan next month"));
    for line in ["log tháng 3", "log thang 3/2026", "log tháng này", "log tháng trước", "log this month", "log march"]
    {
        assert_eq!(run(line).status.code(), Some(0), "{line}");
    }
    for line in ["log tháng 13", "log thang 13", "log --month 13", "log --month tháng 13"] {
        let text = stderr(&run(line));
        assert!(text.contains("không có tháng 13: một năm chỉ có tháng 1 đến tháng 12"), "{line}: {text}");
    }
    let text = stderr(&run("log tuần này"));
    assert!(text.contains("là nhiều ngày") && text.contains("loa log tháng này"), "{text}");
}

#[test]
fn the_errors_above_a_plan_are_not_summed_up_as_if_they_were_all() {
    let dir = dir_with_sample_station();
    let settings = dir.path().join("dai/station.toml");
    let text = std::fs::read_to_string(&settings).expect("read the settings");
    std::fs::write(&settings, format!("{text}\n[khong-co]\na = 1\n")).expect("write the settings");
    let plan = run_loa(&["plan", "dai", "--lang", "vi"], dir.path());
    let text = stderr(&plan);
    assert!(plan.status.code() == Some(1) && text.contains("khong-co"), "{text}");
    assert!(!text.contains("cảnh báo"), "{text}");
}

#[test]
fn the_diff_describes_an_edit_in_sentences() {
    let dir = dir_with_sample_station();
    let output = run_loa(&["init", "moi", "--sample"], dir.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let path = dir.path().join("moi/playlists/thuong-nhat.toml");
    let text = std::fs::read_to_string(&path).expect("read the playlist");
    let text = text
        .replace(
            "play = [\"nhac-hieu\", \"loi-chao\", \"phong-chay\"]",
            "days = \"t7\"\nplay = [\"nhac-hieu\", \"loi-chao\", \"giao-thong\"]",
        )
        .replace("at = \"06:00\"", "at = \"06:30\"");
    std::fs::write(&path, text).expect("write the file");
    let diff = |lang: &str| {
        stdout(&run_loa(&["plan", "moi", "--diff", "dai", "--date", "2023-04-27", "--lang", lang], dir.path()))
    };
    for lang in ["vi", "en"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/diff.{lang}.txt"));
        snapbox::assert_data_eq!(diff(lang), snapbox::Data::read_from(&golden, None).raw());
    }
    let empty_diff = run_loa(&["plan", "dai", "--diff", "dai", "--lang", "en"], dir.path());
    assert_eq!(stdout(&empty_diff), "Nothing changes in the next 7 days.\n");
}

#[test]
fn the_plan_of_eight_years_is_the_same_in_every_zone_and_locale() {
    let dir = dir_with_sample_station();
    let station = dir.path().join("dai");
    let plan = |zone: &str, locale: &str| {
        let mut command = program::loa(dir.path());
        command.arg("plan").arg(&station).args(["--date", "2023-01-01", "--days", "2922", "--format", "json"]);
        let output = command.env("TZ", zone).env("LC_ALL", locale).output().expect("loa starts");
        assert!(output.status.success());
        loa::base::hash::sha256_hex(&output.stdout)
    };
    let expected = plan("Asia/Ho_Chi_Minh", "vi_VN.UTF-8");
    assert_eq!(plan("Asia/Ho_Chi_Minh", "vi_VN.UTF-8"), expected);
    assert_eq!(plan("America/New_York", "de_DE.UTF-8"), expected);
    // Files are read in the order of their names, so a new name changes the order.
    let playlists = station.join("playlists");
    std::fs::rename(playlists.join("thuong-nhat.toml"), playlists.join("a.toml")).expect("rename the path");
    assert_eq!(plan("UTC", "C"), expected);
}
