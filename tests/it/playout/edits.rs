//! Edits of the schedule, approvals and pinned hashes.
use super::*;

#[test]
fn an_edit_withdraws_removed_airings_and_adds_nothing_to_the_past() {
    let noon_playlist = MORNING.replace("05:15", "12:00");
    let station = station_with_morning("2023-03-20T05:00:00").edit(60, &noon_playlist).run_until("2023-03-20T13:00:00");
    assert_endings(&station, ["missed withdrawn", "missed withdrawn", "missed withdrawn"]);
    assert_eq!(station.outcomes().iter().filter(|o| o.ends_with(" aired")).count(), 3);
    // A session airs if it is removed and restored before its start.
    let station = station_with_morning("2023-03-20T05:00:00")
        .edit(60, &noon_playlist)
        .edit(120, MORNING)
        .run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "aired", "aired"]);
    // An edit that moves a session into the past adds nothing.
    let early_playlist = MORNING.replace("05:15", "05:05");
    let station =
        station_with_morning("2023-03-20T05:00:00").edit(600, &early_playlist).run_until("2023-03-20T06:00:00");
    assert_eq!(station.outcomes().len(), 3);
    assert_endings(&station, ["missed withdrawn", "missed withdrawn", "missed withdrawn"]);
}

#[test]
fn a_session_that_has_begun_keeps_its_plan() {
    let shorter_playlist = MORNING.replace("\"nhac\", \"tin\", \"ket\"", "\"nhac\"");
    let station =
        station_with_morning("2023-03-20T05:00:00").edit(910, &shorter_playlist).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "aired", "aired"]);
    let station =
        station_with_morning("2023-03-20T05:00:00").edit(890, &shorter_playlist).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "missed withdrawn", "missed withdrawn"]);
}

#[test]
fn the_last_adopted_schedule_is_in_force_during_downtime() {
    let edited_playlist = MORNING.replace("05:15", "07:00");
    let station = station_with_morning("2023-03-20T05:00:00").run_and_cut(60).off_for(86_400 + 3600);
    // The playlist is edited while the station is off.
    let station = station.playlist(&edited_playlist).run_until("2023-03-21T08:00:00");
    assert_endings(&station, ["missed power-off", "missed power-off", "missed power-off"]);
    let outcomes = station.outcomes();
    assert_eq!(
        outcomes
            .iter()
            .filter(|o| o.starts_with("sang@2023-03-21T05:15:00") && o.ends_with("missed power-off"))
            .count(),
        3
    );
    assert_eq!(
        outcomes.iter().filter(|o| o.starts_with("sang@2023-03-21T07:00:00") && o.ends_with(" aired")).count(),
        3
    );
}

#[test]
fn an_unapproved_segment_does_not_air_where_approval_is_required() {
    let station_approved_on = |on: &str| {
        let lines = format!("title = \"Bản tin\"\napproved-by = \"Trưởng đài (mẫu)\"\napproved-on = {on}\n");
        let text = MORNING.replace("title = \"Bản tin\"\n", &lines);
        Station::new("2023-03-20T05:00:00").playlist(&text)
    };
    let approval_required = "[station]\napproval = \"required\"\n";
    let run = |station: Station| station.run_until("2023-03-20T06:00:00");
    let missed = "missed not-approved";
    assert_endings(&run(station_approved_on("2023-03-20").settings(approval_required)), [missed, "aired", missed]);
    assert_endings(&run(station_approved_on("2023-03-21").settings(approval_required)), [missed, missed, missed]);
    assert_endings(&run(station_approved_on("2023-03-21")), ["aired", "aired", "aired"]);
    let station_with_command = station_approved_on("2023-03-20")
        .settings(approval_required)
        .command(60, OperatorCommand::Play(id("nhac")))
        .run_for(120);
    assert!(
        matches!(station_with_command.replies(), [CommandReply::NotApproved(_)]),
        "{:?}",
        station_with_command.replies()
    );
}

#[test]
fn an_expired_segment_does_not_air_even_if_the_operator_plays_it() {
    let text = MORNING.replace("title = \"Bản tin\"\n", "title = \"Bản tin\"\nvalid-until = 2023-03-19\n");
    let station = Station::new("2023-03-20T05:00:00").playlist(&text);
    let station = station.command(60, OperatorCommand::Play(id("tin"))).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "missed expired", "aired"]);
    assert!(matches!(station.replies(), [CommandReply::Expired(_)]), "{:?}", station.replies());
}

#[test]
fn only_the_file_with_the_approved_hash_airs() {
    let station_with_hash = |sha256: &str| {
        let text = MORNING.replace("title = \"Bản tin\"\n", &format!("title = \"Bản tin\"\nsha256 = \"{sha256}\"\n"));
        Station::new("2023-03-20T05:00:00").playlist(&text).run_until("2023-03-20T06:00:00")
    };
    assert_endings(&station_with_hash(&crate::station::scan_of((60, 48_000)).sha256), ["aired", "aired", "aired"]);
    let station = station_with_hash(&"a".repeat(64));
    assert_endings(&station, ["aired", "missed hash-mismatch", "aired"]);
    let log = station.log();
    assert!(log.iter().filter(|r| r.kind == "outcome").all(|r| r.body.late_us.is_none_or(|us| us == 0)), "on time");
}

#[test]
fn an_item_after_an_expired_one_keeps_its_own_time() {
    let run = |late: &str, off_s: i64| {
        let text = playlist_with_late_rule(late)
            .replace("title = \"Bản tin\"\n", "title = \"Bản tin\"\nvalid-until = 2023-03-19\n");
        let text = text.replace("s-5.mp3", "s-30.mp3");
        Station::new("2023-03-20T05:00:00")
            .playlist(&text)
            .run_and_cut(60)
            .off_for(off_s)
            .run_until("2023-03-20T06:00:00")
    };
    // The power returns at 05:15:10.
    assert_endings(&run("join", 850), ["partial joined", "missed expired", "aired"]);
    assert_endings(&run("play", 850), ["aired", "missed expired", "aired"]);
    for late in ["join", "play"] {
        let log = run(late, 850).log();
        let last = log.iter().rfind(|r| r.kind == "outcome").expect("the log has an outcome");
        assert!(last.body.late_us.is_some_and(|us| us.abs() < 1_000), "{late}: {:?}", last.body.late_us);
    }
}

#[test]
fn a_withdrawn_airing_gets_its_outcome_despite_power_cuts() {
    let relay = "[[session]]\nid = \"tiep\"\nat = \"19:00\"\nplay = [{ relay = \"Tiếp sóng\", for = \"5m\" }]\n";
    let evening_playlist = MORNING.replace("05:15", "18:15");
    let edited_evening = MORNING.replace("05:15", "00:30").replace("\"sang\"", "\"dem\"");
    for (playlist, edited_playlist, kind, id) in [
        (evening_playlist.clone(), edited_evening.clone(), "outcome", "sang@2023-03-22T18:15:00#1"),
        (
            format!("{evening_playlist}{relay}"),
            format!("{edited_evening}{relay}"),
            "relay",
            "tiep@2023-03-22T19:00:00#1",
        ),
    ] {
        let edited_station =
            Station::new("2023-03-22T08:00:00").playlist(&playlist).edit(10, &edited_playlist).run_for(60);
        // The dates are planned again, and the power fails before the unconfirmed clock is trusted.
        let station_after_cut =
            edited_station.start_clock_at_str("2023-03-24T23:55:14", false).run_and_cut(286).off_for(3600);
        let wall = station_after_cut.wall();
        let station = station_after_cut.start_clock_at(wall, true).run_for(86_400);
        let entry_count = station.log().iter().filter(|r| r.kind == kind && r.body.id.as_deref() == Some(id)).count();
        assert_eq!(entry_count, 1, "{id}");
    }
}
