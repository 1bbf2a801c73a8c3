//! What a hard look at the station's life found.
use loa::airlog::files::LOG;
use loa::airlog::storage::Storage;
use loa::playout::engine::OperatorCommand;

use crate::station::{Station, at, id};

const MORNING: &str = r#"
[[segment]]
id = "nhac"
title = "Nhạc hiệu"
file = "s-5.mp3"

[[segment]]
id = "tin"
title = "Bản tin"
file = "s-60.mp3"

[[session]]
id = "sang"
at = "05:15"
play = ["nhac", "tin"]
"#;

/// The power went while what followed `signed` bytes was written: so much of it is there, and the head is still that.
fn torn(station: &Station, (signed, head): (usize, Vec<u8>), share: usize) {
    let mut disk = station.disk().clone();
    let len = disk.bytes(LOG).len() - signed;
    disk.truncate(LOG, (signed + len * share / 100) as u64).expect("memory");
    disk.replace("checkpoint", &head).expect("memory");
}

#[test]
fn a_long_batch_torn_anywhere_loses_no_outcome() {
    for share in (5..100).step_by(5) {
        let station = Station::new("2023-03-20T04:00:00").playlist(MORNING).run_and_cut(60);
        let before = (station.disk().bytes(LOG).len(), station.disk().bytes("checkpoint"));
        let marks = station.keys().copy();
        let station = station.off_for(30 * 86_400).run_and_cut(60);
        torn(&station, before, share);
        // The head of a batch that was torn was never signed, nor remembered.
        for name in station.keys().names().iter().filter(|name| name.ends_with("/newest")) {
            station.keys().clone().replace(name, &marks.bytes(name)).expect("memory");
        }
        let station = station.run_for(60);
        let got = station.outcomes();
        let ids: std::collections::BTreeSet<_> = got.iter().collect();
        assert_eq!(ids.len(), got.len(), "twice, torn at {share}");
        assert_eq!(got.len(), 60, "torn at {share} per cent");
    }
}

#[test]
fn an_edit_after_a_step_back_over_midnight_holds_for_the_date_planned_already() {
    let noon = MORNING.replace("05:15", "12:00");
    let station = Station::new("2023-03-20T23:50:00")
        .playlist(MORNING)
        .step(60, 900)
        .step(120, -900)
        .edit(180, &noon)
        .run_for(14 * 3600);
    let got = station.outcomes();
    assert!(got.contains(&"sang@2023-03-21T12:00:00#1 aired".to_owned()), "{got:?}");
    assert!(got.contains(&"sang@2023-03-21T05:15:00#1 missed withdrawn".to_owned()), "{got:?}");
}

#[test]
fn what_was_asked_for_while_the_line_is_lost_does_not_sound_an_hour_later() {
    let station = Station::new("2023-03-20T06:00:00")
        .playlist(MORNING)
        .device_away(0, 3600)
        .order(100, OperatorCommand::Play(id("tin")))
        .run_for(7200);
    let got = station.outcomes();
    assert_eq!(got.len(), 1, "{got:?}");
    assert!(got[0].ends_with("missed device-lost"), "{got:?}");
}

#[test]
fn a_stop_of_what_the_operator_plays_leaves_the_session_that_is_about_to_begin() {
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(MORNING)
        .order(880, OperatorCommand::Play(id("tin")))
        .order(898, OperatorCommand::Stop)
        .run_for(3600);
    let got = station.outcomes();
    assert!(got.contains(&"sang@2023-03-20T05:15:00#1 aired".to_owned()), "{got:?}");
}

#[test]
fn a_join_in_the_last_instant_is_late_not_damaged() {
    let text = format!("{MORNING}late = \"join\"\n");
    let station = Station::new("2023-03-20T05:00:00").playlist(&text).run_and_cut(60);
    let station = station.clock_is(at("2023-03-20T05:16:04").plus(900_000), true).run_for(600);
    let got = station.outcomes();
    assert!(got.iter().all(|o| !o.contains("damaged")), "{got:?}");
}

#[test]
fn a_clock_twenty_days_ahead_at_the_start_does_not_mute_the_station_for_twenty_days() {
    let station = Station::new("2023-03-20T04:00:00").playlist(MORNING).run_and_cut(60);
    let station = station.clock_says("2023-04-09T04:30:00", false);
    let station = station.step(200, -20 * 86_400).sync(200, true).run_for(2 * 86_400);
    let got = station.outcomes();
    assert!(got.iter().any(|o| o.ends_with(" aired")), "{got:?}");
}

#[test]
fn an_evening_missed_is_not_played_at_dawn() {
    let text = MORNING.replace("at = \"05:15\"", "at = [\"05:15\", \"17:00\"]") + "late = \"until 05:45\"\n";
    let station = Station::new("2023-03-20T16:00:00").playlist(&text).run_and_cut(60);
    let station = station.clock_says("2023-03-21T05:05:00", true).run_for(3600);
    let got = station.outcomes();
    assert!(got.contains(&"sang@2023-03-20T17:00:00#1 missed power-off".to_owned()), "{got:?}");
}

#[test]
fn a_day_whose_plan_file_is_lost_is_planned_anew() {
    let text = MORNING.replace("at = \"05:15\"", "at = [\"05:15\", \"07:00\"]");
    let station = Station::new("2023-03-20T04:00:00").playlist(&text).run_and_cut(2 * 3600);
    let sha = station.log().into_iter().find(|r| r.kind == "plan").and_then(|r| r.body.sha256).expect("one");
    station.disk().clone().rename(&format!("kept/{sha}.json"), "gone").expect("memory");
    let station = station.run_for(7200);
    let got = station.outcomes();
    assert_eq!(got.iter().filter(|o| o.ends_with(" aired")).count(), 4, "{got:?}");
    assert_eq!(got.len(), 4, "{got:?}");
}

#[test]
fn until_a_time_that_had_passed_is_no_rule_for_a_late_start() {
    let time = |text: &str| text.parse().expect("a time");
    let until = |limit: &str, start: &str| loa::schedule::session::days_after_start(time(limit), time(start));
    assert_eq!(until("05:45:00", "05:15:00"), Some(0));
    assert_eq!(until("05:45:00", "17:00:00"), None);
    assert_eq!(until("01:00:00", "23:30:00"), Some(1));
    assert_eq!(until("05:15:00", "05:15:00"), None);
}

#[test]
fn a_rehearsal_plays_its_last_session_to_its_end() {
    use loa::airlog::storage::MemoryStorage;
    use loa::schedule::{SourceFile, read};
    let text = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-3.mp3\"\n\n[[session]]\nid = \"dem\"\nat = \"23:59:58\"\nplay = [\"a\", \"a\", \"a\", \"a\", \"a\", \"a\"]\n";
    let settings = b"[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n";
    let files = [SourceFile::new("station.toml", settings), SourceFile::new("playlists/a.toml", text.as_bytes())];
    let mut library = loa::library::Library::default();
    library.files.insert("s-3.mp3".to_owned(), loa::library::FileStatus::Good(crate::station::scan_of((3, 48_000))));
    let adopted = std::sync::Arc::new(loa::playout::adoption::prepare_adopted(&files, read(&files).schedule, library));
    let disk = MemoryStorage::default();
    let day = "2023-03-20".parse().expect("a date");
    loa::playout::rehearsal::rehearse(&disk, adopted, std::path::Path::new("audio"), day, day).expect("memory");
    let log = String::from_utf8(disk.bytes(LOG)).expect("UTF-8");
    assert_eq!(log.matches("\"result\":\"aired\"").count(), 6, "{log}");
    assert_eq!(log.matches("\"type\":\"plan\"").count(), 1, "and no later date is planned");
}

#[test]
fn what_the_operator_played_pays_no_debt_of_the_plan() {
    let text = MORNING.replace("at = \"05:15\"", "at = \"12:00\"");
    // Three plays outside of the plan, and not one planned airing has its outcome when the power goes.
    let mut station = Station::new("2023-03-20T06:00:00").playlist(&text);
    for after in [10, 100, 200] {
        station = station.order(after, OperatorCommand::Play(crate::station::id("nhac")));
    }
    station = station.run_and_cut(600).off_for(4 * 86_400);
    // A short start without a network plans the days between and says nothing yet.
    let now = station.wall();
    let station = station.clock_is(now, false).run_and_cut(100).run_for(600);
    let missed = station
        .outcomes()
        .iter()
        .filter(|o| o.starts_with("sang@2023-03-20") && o.ends_with("missed power-off"))
        .count();
    assert_eq!(missed, 2, "{:?}", station.outcomes());
}
