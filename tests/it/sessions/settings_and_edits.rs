//! Quiet hours, draws, volumes and edits of the schedule.
use super::*;

#[test]
fn quiet_hours_by_weekday_are_applied_at_air_time() {
    let sessions = "[[session]]\nid = \"toi\"\nat = [\"20:30\", \"22:30\"]\nplay = [\"c\"]\n";
    // 2023-03-20 is a Monday.
    let settings =
        "[quiet-hours]\nfrom = \"21:00\"\nuntil = \"05:00\"\nt2 = \"23:00..05:00\"\ntue = \"20:00..05:00\"\n";
    let station = station_with("2023-03-20T20:00:00", sessions).settings(settings).run_until("2023-03-21T23:00:00");
    assert_eq!(
        station.outcomes(),
        [
            "toi@2023-03-20T20:30:00#1 aired",
            "toi@2023-03-20T22:30:00#1 aired",
            "toi@2023-03-21T20:30:00#1 missed quiet-hours",
            "toi@2023-03-21T22:30:00#1 missed quiet-hours",
        ]
    );
}

#[test]
fn a_month_of_draws_gives_every_segment_the_same_number_of_turns() {
    let mut text = String::new();
    for n in 1..=5 {
        text.push_str(&format!(
            "[[segment]]\nid = \"muc-{n}\"\ntitle = \"Mục {n}\"\nfile = \"s-{n}.mp3\"\npool = \"vui\"\n"
        ));
    }
    text.push_str("[[session]]\nid = \"sang\"\nat = [\"06:00\", \"17:00\"]\nplay = [{ pool = \"vui\", pick = 2 }]\n");
    let station = Station::new("2023-03-19T23:00:00").playlist(&text).run_until("2023-04-18T23:00:00");
    let mut turns = std::collections::BTreeMap::<String, usize>::new();
    for record in station.log().iter().filter(|r| r.kind == "outcome") {
        assert_eq!(record.body.reason, None);
        *turns.entry(record.body.title.clone()).or_default() += 1;
    }
    assert_eq!(turns.values().copied().collect::<Vec<_>>(), [24; 5], "30 days of 4 draws: {turns:?}");
}

#[test]
fn an_empty_draw_is_logged_with_its_topic() {
    let text = r#"
[campaign]
id = "cd"
title = "Chiến dịch"
[campaign.topics]
3 = "Ba"
[[segment]]
id = "cu"
title = "Cũ"
file = "s-5.mp3"
topic = 3
valid-until = 2023-03-19
[[segment]]
id = "nhac"
title = "Nhạc"
file = "s-10.mp3"
[[session]]
id = "sang"
at = "06:00"
play = [{ topic = 3 }, "nhac"]
"#;
    let station = Station::new("2023-03-20T05:00:00").playlist(text).run_until("2023-03-20T07:00:00");
    assert_eq!(events_of(&station), ["sang 06:00:00#1 missed nothing-eligible", "sang 06:00:00#2 aired"]);
    let log = station.log();
    let missed = log.iter().find(|r| r.kind == "outcome" && r.body.reason.is_some()).expect("the log has an outcome");
    assert_eq!((missed.body.topic, missed.body.title.as_str()), (Some(3), "Ba"));
    assert_eq!(missed.body.campaign.as_ref().map(loa::schedule::Id::as_str), Some("cd"));
}

#[test]
fn an_adopted_edit_is_logged_with_its_changes() {
    let old_playlist = format!("{SEGMENTS}[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\"]\n");
    let new_playlist = format!(
        "{SEGMENTS}[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\"]\n\
        [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\"]\n"
    );
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(&old_playlist)
        .edit(60, &new_playlist)
        .run_until("2023-03-20T05:30:00");
    let log = station.log();
    let edit = log.iter().find(|r| r.kind == "edit").expect("the log has an edit entry");
    let changes: Vec<String> = edit
        .body
        .changes
        .iter()
        .map(|c| format!("{} {:?} {} days +{:?} -{:?}", c.session, c.change, c.dates.len(), c.gains, c.loses))
        .collect();
    assert_eq!(changes, ["sang Items 7 days +[\"C\"] -[]", "chieu Added 7 days +[\"B\"] -[]"]);
    assert_eq!(log.iter().filter(|r| r.kind == "edit").count(), 1, "the first schedule is not logged as an edit");
}

#[test]
fn an_edit_logs_the_airtime_that_it_takes_out_of_the_coming_days() {
    let campaign = "[campaign]\nid = \"cd\"\ntitle = \"Mẫu\"\n[campaign.topics]\n5 = \"Năm\"\n";
    let playlist = |play: &str| {
        let segments = SEGMENTS.replace("file = \"s-120.mp3\"", "file = \"s-120.mp3\"\ntopic = 5\nlanguage = \"cmo\"");
        format!("{campaign}{segments}[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [{play}]\n")
    };
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(&playlist("\"a\", \"b\", \"b\""))
        .edit(60, &playlist("\"b\", \"a\""))
        .run_until("2023-03-20T06:30:00");
    let log = station.log();
    let edit = log.iter().find(|r| r.kind == "edit").expect("the log has an edit entry");
    // 20 March already has its plan: what the edit removes there is withdrawn.
    let dates: Vec<String> = edit.body.airtime.iter().map(|change| change.date.to_string()).collect();
    assert_eq!(dates, (21..=26).map(|day| format!("2023-03-{day}")).collect::<Vec<_>>());
    for change in &edit.body.airtime {
        assert_eq!((change.campaign.as_deref(), change.topic, change.language.as_str()), (Some("cd"), Some(5), "cmo"));
        assert_eq!((change.airings, change.planned_ms), (-1, -120_000));
    }
    let withdrawn = log.iter().filter(|r| r.body.reason == Some(loa::airlog::entry::Reason::Withdrawn)).count();
    assert!(withdrawn > 0);
}

#[test]
fn an_edit_that_removes_an_approval_is_logged() {
    let playlist_with = |approval: &str| {
        format!(
            "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n{approval}\
            [[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\"]\n"
        )
    };
    let station = Station::new("2023-03-20T05:00:00")
        .settings("[station]\napproval = \"required\"\n")
        .playlist(&playlist_with("approved-by = \"Ban biên tập\"\napproved-on = 2023-03-01\n"))
        .edit(60, &playlist_with(""))
        .run_until("2023-03-20T05:30:00");
    let log = station.log();
    let edit = log.iter().find(|r| r.kind == "edit").expect("the log has an edit entry");
    assert_eq!(edit.body.changes.iter().map(|c| c.session.as_str()).collect::<Vec<_>>(), ["sang"]);
}

#[test]
fn the_volume_follows_the_session_or_the_time_of_day() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"c\"]\n\
        [[session]]\nid = \"trua\"\nat = \"11:30\"\nvolume = 30\nplay = [\"c\"]\n\
        [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"c\"]\n";
    let settings = "[output]\nvolume = 70\n[output.volume-at]\n\"05:00..06:30\" = 50\n\"11:00..12:00\" = 40\n";
    let station = station_with("2023-03-20T05:30:00", sessions).settings(settings).run_until("2023-03-20T18:00:00");
    let log = station.log();
    let volumes: Vec<_> =
        log.iter().filter(|r| r.kind == "outcome").map(|r| r.body.volume.expect("the volume is logged")).collect();
    assert_eq!(volumes, [50, 30, 70]);
}

#[test]
fn the_log_page_shows_relay_slots_and_interruptions() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
play = ["b", { relay = "Thời sự", for = "5m" }]
"#;
    let station = station_with("2023-03-20T05:30:00", sessions)
        .command(1800 + 30, urgent("nhac", 1))
        .run_until("2023-03-20T07:00:00");
    let records = station.log();
    let page = loa::cli::record::log::read_from(station.disk(), chrono::NaiveDate::MIN, chrono::NaiveDate::MAX)
        .expect("in-memory storage never fails");
    let text = loa::cli::record::log::page_text(&page, loa::text::Lang::En);
    assert!(text.contains("Something urgent interrupted “B”, which resumes"), "{text}");
    assert!(text.contains("sent the urgent message “Nhạc hiệu”") && !text.contains("urgent@"), "{text}");
    let relay = text.lines().find(|line| line.ends_with("Thời sự")).expect("the relay slot has a row");
    assert!(relay.contains("relayed") && relay.contains("300.0 s"), "{text}");
    assert!(records.iter().any(|r| r.kind == "resume"));
}
