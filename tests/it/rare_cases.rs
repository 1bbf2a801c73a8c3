//! Rare combinations of events at a station: torn batches, steps past midnight, commands on a lost line, late starts.
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

/// Changes the disk as if the power failed while a batch was written: `percent` per cent of the bytes after
/// `signed_size_bytes` remain, with the old head.
fn tear_batch(station: &Station, (signed_size_bytes, head): (usize, Vec<u8>), percent: usize) {
    let mut disk = station.disk().clone();
    let batch_size_bytes = disk.bytes(LOG).len() - signed_size_bytes;
    disk.truncate(LOG, (signed_size_bytes + batch_size_bytes * percent / 100) as u64)
        .expect("in-memory storage never fails");
    disk.replace("checkpoint", &head).expect("in-memory storage never fails");
}

#[test]
fn a_long_batch_torn_anywhere_loses_no_outcome() {
    for percent in (5..100).step_by(5) {
        let station = Station::new("2023-03-20T04:00:00").playlist(MORNING).run_and_cut(60);
        let signed_state = (station.disk().bytes(LOG).len(), station.disk().bytes("checkpoint"));
        let old_keys = station.keys().copy();
        let station = station.off_for(30 * 86_400).run_and_cut(60);
        tear_batch(&station, signed_state, percent);
        // A torn batch has no signed head, so the high-water mark is still the old one.
        for name in station.keys().names().iter().filter(|name| name.ends_with("/newest")) {
            station.keys().clone().replace(name, &old_keys.bytes(name)).expect("in-memory storage never fails");
        }
        let station = station.run_for(60);
        let outcomes = station.outcomes();
        let ids: std::collections::BTreeSet<_> = outcomes.iter().collect();
        assert_eq!(ids.len(), outcomes.len(), "no airing has two outcomes, torn at {percent} per cent");
        assert_eq!(outcomes.len(), 60, "torn at {percent} per cent");
    }
}

#[test]
fn an_edit_after_a_step_back_past_midnight_changes_the_planned_date() {
    let edited_playlist = MORNING.replace("05:15", "12:00");
    let station = Station::new("2023-03-20T23:50:00")
        .playlist(MORNING)
        .step(60, 900)
        .step(120, -900)
        .edit(180, &edited_playlist)
        .run_for(14 * 3600);
    let outcomes = station.outcomes();
    assert!(outcomes.contains(&"sang@2023-03-21T12:00:00#1 aired".to_owned()), "{outcomes:?}");
    assert!(outcomes.contains(&"sang@2023-03-21T05:15:00#1 missed withdrawn".to_owned()), "{outcomes:?}");
}

#[test]
fn a_play_command_while_the_line_is_lost_does_not_sound_an_hour_later() {
    let station = Station::new("2023-03-20T06:00:00")
        .playlist(MORNING)
        .device_unavailable(0, 3600)
        .command(100, OperatorCommand::Play(id("tin")))
        .run_for(7200);
    let outcomes = station.outcomes();
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    assert!(outcomes[0].ends_with("missed device-lost"), "{outcomes:?}");
}

#[test]
fn a_stop_of_an_operators_airing_does_not_stop_the_session_that_is_about_to_begin() {
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(MORNING)
        .command(880, OperatorCommand::Play(id("tin")))
        .command(898, OperatorCommand::Stop)
        .run_for(3600);
    let outcomes = station.outcomes();
    assert!(outcomes.contains(&"sang@2023-03-20T05:15:00#1 aired".to_owned()), "{outcomes:?}");
}

#[test]
fn a_join_in_the_last_100_ms_counts_as_late_not_as_damaged() {
    let text = format!("{MORNING}late = \"join\"\n");
    let station = Station::new("2023-03-20T05:00:00").playlist(&text).run_and_cut(60);
    let station = station.start_clock_at(at("2023-03-20T05:16:04").plus(900_000), true).run_for(600);
    let outcomes = station.outcomes();
    assert!(outcomes.iter().all(|o| !o.contains("damaged")), "{outcomes:?}");
}

#[test]
fn a_clock_twenty_days_ahead_at_startup_does_not_mute_the_station_for_twenty_days() {
    let station = Station::new("2023-03-20T04:00:00").playlist(MORNING).run_and_cut(60);
    let station = station.start_clock_at_str("2023-04-09T04:30:00", false);
    let station = station.step(200, -20 * 86_400).sync(200, true).run_for(2 * 86_400);
    let outcomes = station.outcomes();
    assert!(outcomes.iter().any(|o| o.ends_with(" aired")), "{outcomes:?}");
}

#[test]
fn a_missed_evening_session_is_not_played_at_dawn() {
    let text = MORNING.replace("at = \"05:15\"", "at = [\"05:15\", \"17:00\"]") + "late = \"until 05:45\"\n";
    let station = Station::new("2023-03-20T16:00:00").playlist(&text).run_and_cut(60);
    let station = station.start_clock_at_str("2023-03-21T05:05:00", true).run_for(3600);
    let outcomes = station.outcomes();
    assert!(outcomes.contains(&"sang@2023-03-20T17:00:00#1 missed power-off".to_owned()), "{outcomes:?}");
}

#[test]
fn a_date_whose_plan_file_is_lost_is_planned_again() {
    let text = MORNING.replace("at = \"05:15\"", "at = [\"05:15\", \"07:00\"]");
    let station = Station::new("2023-03-20T04:00:00").playlist(&text).run_and_cut(2 * 3600);
    let sha256 =
        station.log().into_iter().find(|r| r.kind == "plan").and_then(|r| r.body.sha256).expect("find the plan entry");
    station.disk().clone().rename(&format!("kept/{sha256}.json"), "gone").expect("in-memory storage never fails");
    let station = station.run_for(7200);
    let outcomes = station.outcomes();
    assert_eq!(outcomes.iter().filter(|o| o.ends_with(" aired")).count(), 4, "{outcomes:?}");
    assert_eq!(outcomes.len(), 4, "{outcomes:?}");
}

#[test]
fn a_late_limit_on_the_next_day_applies_only_within_six_hours_of_the_start() {
    use loa::schedule::session::{TimeLimit, days_after_start};
    let time = |text: &str| text.parse().expect("the time is valid");
    let days_after = |limit: &str, start: &str| days_after_start(TimeLimit::Time(time(limit)), time(start));
    assert_eq!(days_after("05:45:00", "05:15:00"), Some(0));
    assert_eq!(days_after("05:45:00", "17:00:00"), None);
    assert_eq!(days_after("01:00:00", "23:30:00"), Some(1));
    assert_eq!(days_after("05:15:00", "05:15:00"), None);
    // The end of the day comes after every start, but 00:00 only after a start in the evening.
    for start in ["00:00:00", "05:15:00", "23:59:59"] {
        assert_eq!(days_after_start(TimeLimit::EndOfDay, time(start)), Some(1));
    }
    assert_eq!((days_after("00:00:00", "05:15:00"), days_after("00:00:00", "18:00:00")), (None, Some(1)));
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
    let revision =
        std::sync::Arc::new(loa::playout::adoption::prepare_revision(&files, read(&files).schedule, library));
    let disk = MemoryStorage::default();
    let day = "2023-03-20".parse().expect("the date is valid");
    loa::playout::rehearsal::rehearse(&disk, revision, std::path::Path::new("audio"), day, day)
        .expect("in-memory storage never fails");
    let log = String::from_utf8(disk.bytes(LOG)).expect("the text is UTF-8");
    assert_eq!(log.matches("\"result\":\"aired\"").count(), 6, "{log}");
    assert_eq!(log.matches("\"type\":\"plan\"").count(), 1, "no later date is planned");
}

#[test]
fn a_rehearsal_plays_a_session_to_its_end_even_if_it_lasts_days() {
    use loa::airlog::storage::MemoryStorage;
    use loa::schedule::{SourceFile, read};
    let text = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-40000.mp3\"\n\n[[session]]\nid = \"dai\"\nat = \"23:00\"\nplay = [\"a\", \"a\", \"a\", \"a\", \"a\"]\n";
    let settings = b"[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n";
    let files = [SourceFile::new("station.toml", settings), SourceFile::new("playlists/a.toml", text.as_bytes())];
    let mut library = loa::library::Library::default();
    let scan = crate::station::scan_of((40_000, 48_000));
    library.files.insert("s-40000.mp3".to_owned(), loa::library::FileStatus::Good(scan));
    let revision =
        std::sync::Arc::new(loa::playout::adoption::prepare_revision(&files, read(&files).schedule, library));
    let disk = MemoryStorage::default();
    let day = "2023-03-20".parse().expect("the date is valid");
    let audio = std::path::Path::new("audio");
    let open_airing_count =
        loa::playout::rehearsal::rehearse(&disk, revision, audio, day, day).expect("in-memory storage never fails");
    let log = String::from_utf8(disk.bytes(LOG)).expect("the text is UTF-8");
    assert_eq!((log.matches("\"result\":\"aired\"").count(), open_airing_count), (5, 0), "{log}");
}

#[test]
fn airings_that_the_operator_played_do_not_count_as_planned_airings() {
    let text = MORNING.replace("at = \"05:15\"", "at = \"12:00\"");
    // Three airings outside the plan; no planned airing has an outcome yet when the power fails.
    let mut station = Station::new("2023-03-20T06:00:00").playlist(&text);
    for at_s in [10, 100, 200] {
        station = station.command(at_s, OperatorCommand::Play(crate::station::id("nhac")));
    }
    station = station.run_and_cut(600).off_for(4 * 86_400);
    // During a short run without a network, the station plans the days in between, but logs no outcome yet.
    let now = station.wall();
    let station = station.start_clock_at(now, false).run_and_cut(100).run_for(600);
    let missed_count = station
        .outcomes()
        .iter()
        .filter(|o| o.starts_with("sang@2023-03-20") && o.ends_with("missed power-off"))
        .count();
    assert_eq!(missed_count, 2, "{:?}", station.outcomes());
}
