//! What a station does, hour by hour: each test is a small piece of its life.
use crate::record::Record;
use loa::airlog::entry::Reason;
use loa::library::FileStatus;
use loa::playout::engine::{CommandReply, OperatorCommand};

use crate::station::{Oddity, Station, id};

const MORNING: &str = r#"
[[segment]]
id = "nhac"
title = "Nhạc hiệu"
file = "s-5.mp3"

[[segment]]
id = "tin"
title = "Bản tin"
file = "s-60.mp3"

[[segment]]
id = "ket"
title = "Lời kết"
file = "s-10.mp3"

[[session]]
id = "sang"
at = "05:15"
play = ["nhac", "tin", "ket"]
"#;

fn with_late(late: &str) -> String {
    format!("{MORNING}late = \"{late}\"\n")
}

fn morning(now: &str) -> Station {
    Station::new(now).playlist(MORNING)
}

const ALL: [&str; 3] = ["sang@2023-03-20T05:15:00#1", "sang@2023-03-20T05:15:00#2", "sang@2023-03-20T05:15:00#3"];

fn expect(station: &Station, endings: [&str; 3]) {
    let want: Vec<_> = ALL.iter().zip(endings).map(|(id, ending)| format!("{id} {ending}")).collect();
    let mut got = station.outcomes();
    got.retain(|line| line.starts_with("sang@2023-03-20T05:15"));
    got.sort();
    assert_eq!(got, want);
}

#[test]
fn a_session_airs_on_time_and_whole() {
    let station = morning("2023-03-20T04:00:00").run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "aired", "aired"]);
    let log = station.log();
    let outcomes: Vec<_> = log.iter().filter(|r| r.kind == "outcome").collect();
    assert!(outcomes.iter().all(|r| r.body.late_us == Some(0)), "gapless and on the frame");
    assert_eq!(outcomes[1].body.played_ms, 60_000);
    assert_eq!(outcomes[1].body.frames, 60 * 48_000);
    let kinds: Vec<_> = log.iter().map(|r| r.kind.as_str()).collect();
    let start_outcome = ["start", "outcome", "start", "outcome", "start", "outcome"];
    let mut want = vec!["genesis", "boot", "schedule", "plan", "device"];
    want.extend(start_outcome);
    want.push("shutdown");
    assert_eq!(kinds, want);
}

#[test]
fn a_new_station_owes_nothing_to_the_hours_before_it() {
    let station = morning("2023-03-20T05:20:00").run_until("2023-03-20T06:00:00");
    assert_eq!(station.outcomes(), Vec::<String>::new());
}

#[test]
fn a_power_cut_leaves_a_partial_with_the_seconds_known_and_the_rest_on_time() {
    // 05:15:05 + 20.5 s into the bulletin the power goes; back 9.5 s later.
    let station = morning("2023-03-20T05:00:00").run_and_cut(900 + 25).off_for(10).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "partial power-off", "aired"]);
    let log = station.log();
    let cut = log.iter().find(|r| r.kind == "outcome" && r.body.reason.is_some()).expect("one");
    // The last synced mark: at most 5 s are not known, and never a second too much.
    assert!((15_000..=20_000).contains(&cut.body.played_ms), "{}", cut.body.played_ms);
    let boot = log.iter().rfind(|r| r.kind == "boot").expect("one");
    assert!((10..=16).contains(&boot.body.off_s.expect("believed")), "{:?}", boot.body.off_s);
    assert!(!boot.body.orderly);
}

#[test]
fn months_without_power_are_one_batch_of_misses() {
    let station = morning("2023-03-20T04:00:00").run_and_cut(60).off_for(180 * 86_400).run_for(60);
    let outcomes = station.outcomes();
    assert_eq!(outcomes.len(), 180 * 3);
    assert!(outcomes.iter().all(|o| o.ends_with("missed power-off")));
    let log = station.log();
    let batch: std::collections::BTreeSet<_> = log.iter().filter(|r| r.kind == "outcome").map(|r| r.at).collect();
    assert_eq!(batch.len(), 1, "one batch has one time");
}

#[test]
fn an_orderly_stop_is_called_by_its_name() {
    let station = morning("2023-03-20T05:00:00").run_for(900 + 30).off_for(600).run_for(60);
    expect(&station, ["aired", "partial shutdown", "missed shutdown"]);
}

#[test]
fn late_rules() {
    // The power comes back at 05:15:30, in the middle of the bulletin.
    let late = |rule: &str| {
        let text = with_late(rule);
        Station::new("2023-03-20T05:00:00")
            .playlist(&text)
            .run_and_cut(60)
            .off_for(870)
            .run_until("2023-03-20T06:00:00")
    };
    expect(&late("skip"), ["missed power-off", "missed power-off", "missed late"]);
    expect(&late("play"), ["aired", "aired", "aired"]);
    expect(&late("until 05:16"), ["aired", "aired", "aired"]);
    expect(&late("until 05:15:20"), ["missed power-off", "missed power-off", "missed late"]);
    expect(&late("join"), ["missed late", "partial joined", "aired"]);
    let played = late("play");
    let log = played.log();
    let first = log.iter().find(|r| r.kind == "outcome").expect("one");
    assert!(first.body.late_us.expect("planned") >= 30_000_000);
}

#[test]
fn within_five_seconds_is_on_time() {
    let station = morning("2023-03-20T05:00:00").run_and_cut(60).off_for(844).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "aired", "aired"]);
}

#[test]
fn one_bad_file_stops_one_airing() {
    let damaged = FileStatus::Damaged {
        detail: "not audio".to_owned(),
        foreign: None,
        last: Some(crate::station::scan_of((60, 48_000))),
    };
    let station = morning("2023-03-20T05:00:00").file("s-60.mp3", damaged).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "missed file-damaged", "aired"]);
    let log = station.log();
    let last = log.iter().rfind(|r| r.kind == "outcome").expect("three");
    assert_eq!(last.body.late_us, Some(0), "the others play on time");
    let missing = FileStatus::Missing { last: None };
    let station = morning("2023-03-20T05:00:00").file("s-5.mp3", missing).run_until("2023-03-20T06:00:00");
    expect(&station, ["missed file-missing", "aired", "aired"]);
}

#[test]
fn a_later_session_cuts_an_earlier_one() {
    let text = format!("{MORNING}\n[[session]]\nid = \"tiep\"\nat = \"05:15:30\"\nplay = [\"nhac\"]\n");
    let station = Station::new("2023-03-20T05:00:00").playlist(&text).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "partial cut-by", "missed cut-by"]);
    assert!(station.outcomes().contains(&"tiep@2023-03-20T05:15:30#1 aired".to_owned()));
    let log = station.log();
    let cut = log.iter().find(|r| r.kind == "outcome" && r.body.frames == 25 * 48_000);
    assert!(cut.is_some(), "cut on the frame");
}

#[test]
fn quiet_hours_are_kept_at_air_time() {
    let text = MORNING.replace("05:15", "20:59:30");
    let station = Station::new("2023-03-20T20:00:00").playlist(&text).run_until("2023-03-20T23:00:00");
    let got = station.outcomes();
    assert_eq!(
        got,
        [
            "sang@2023-03-20T20:59:30#1 aired",
            "sang@2023-03-20T20:59:30#2 partial quiet-hours",
            "sang@2023-03-20T20:59:30#3 missed quiet-hours"
        ]
    );
    let night = MORNING.replace("05:15", "03:15");
    let station = Station::new("2023-03-20T01:00:00").playlist(&night).run_until("2023-03-20T05:00:00");
    assert!(station.outcomes().iter().all(|o| o.ends_with("missed quiet-hours")), "{:?}", station.outcomes());
    let edge = MORNING.replace("05:15", "05:00");
    let station = Station::new("2023-03-20T01:00:00").playlist(&edge).run_until("2023-03-20T06:00:00");
    assert!(station.outcomes().iter().all(|o| o.ends_with("aired")), "{:?}", station.outcomes());
}

#[test]
fn a_lost_device_costs_what_it_cost() {
    let station = morning("2023-03-20T05:00:00").device_away(900 + 20, 900 + 40).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "partial device-lost", "aired"]);
    let log = station.log();
    let of = |kind: &str| log.iter().find(|r| r.kind == kind).expect("one");
    let (before, again) = (of("interrupt"), of("resume"));
    assert_eq!(before.body.reason, Some(Reason::DeviceLost));
    let outcome = log.iter().find(|r| r.body.reason == Some(Reason::DeviceLost) && r.kind == "outcome").expect("one");
    // It goes on where it would be, and counts what sounded: neither the gap, nor anything twice.
    let (gap, heard) = (again.body.from_ms - before.body.played_ms, outcome.body.played_ms);
    assert!((20_000..21_000).contains(&gap), "{gap}");
    assert_eq!(heard + gap, outcome.body.planned_ms);
    assert_eq!(
        log.iter().rfind(|r| r.kind == "outcome").expect("one").body.late_us,
        Some(0),
        "what follows is on time"
    );
    let gone = morning("2023-03-20T05:00:00").device_away(900 + 20, 900 + 400).run_until("2023-03-20T06:00:00");
    assert!(gone.log().iter().all(|r| r.kind != "resume"), "what would be over is over");
    let station = morning("2023-03-20T05:00:00").device_away(0, 900 + 20).run_until("2023-03-20T06:00:00");
    expect(&station, ["missed device-lost", "missed device-lost", "aired"]);
    let losses = station.log().iter().filter(|r| r.kind == "device" && r.body.state.as_deref() == Some("lost")).count();
    assert_eq!(losses, 1, "told once");
}

#[test]
fn the_operators_orders_are_done_and_logged() {
    let station = morning("2023-03-20T05:00:00")
        .order(100, OperatorCommand::Skip)
        .order(910, OperatorCommand::Skip)
        .order(1000, OperatorCommand::Play(id("tin")))
        .order(1010, OperatorCommand::Play(id("tin")))
        .order(1020, OperatorCommand::Stop)
        .order(1030, OperatorCommand::Play(id("khong-co")))
        .order(1040, OperatorCommand::Note { id: ALL[0].to_owned(), text: "mưa to".to_owned() })
        .run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "partial operator-skip", "aired"]);
    let unplanned: Vec<_> = station.outcomes().into_iter().filter(|o| o.starts_with("operator@")).collect();
    assert_eq!(unplanned, ["operator@2023-03-20T05:16:40.000000+07:00 partial operator-stop"]);
    let answers = station.answers();
    assert_eq!(answers[0], CommandReply::NothingPlays);
    assert_eq!(answers[1], CommandReply::Done);
    assert_eq!(answers[3], CommandReply::Busy("Bản tin".to_owned()));
    assert_eq!(answers[5], CommandReply::NoSuchSegment(id("khong-co")));
    let log = station.log();
    let orders = log.iter().filter(|r| r.kind == "operator");
    assert!(orders.clone().all(|r| r.body.who.as_ref().is_some_and(|w| w.uid == 1000)));
    let actions: Vec<_> = orders.filter_map(|r| r.body.action.as_deref()).collect();
    assert_eq!(actions, ["skip", "play", "stop"]);
}

#[test]
fn stop_ends_the_session_and_no_other() {
    let text = MORNING.replace("at = \"05:15\"", "at = [\"05:15\", \"05:30\"]");
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(&text)
        .order(920, OperatorCommand::Stop)
        .run_until("2023-03-20T06:00:00");
    let got = station.outcomes();
    assert_eq!(got.iter().filter(|o| o.ends_with("operator-stop")).count(), 2);
    assert_eq!(got.iter().filter(|o| o.starts_with("sang@2023-03-20T05:30:00") && o.ends_with(" aired")).count(), 3);
}

#[test]
fn an_edit_never_adds_to_the_past_and_what_is_taken_out_is_withdrawn() {
    let noon = MORNING.replace("05:15", "12:00");
    let station = morning("2023-03-20T05:00:00").edit(60, &noon).run_until("2023-03-20T13:00:00");
    expect(&station, ["missed withdrawn", "missed withdrawn", "missed withdrawn"]);
    assert_eq!(station.outcomes().iter().filter(|o| o.ends_with(" aired")).count(), 3);
    // Taken out and put back before its time: nothing has happened.
    let station = morning("2023-03-20T05:00:00").edit(60, &noon).edit(120, MORNING).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "aired", "aired"]);
    // An edit that puts a session into the past adds nothing.
    let early = MORNING.replace("05:15", "05:05");
    let station = morning("2023-03-20T05:00:00").edit(600, &early).run_until("2023-03-20T06:00:00");
    assert_eq!(station.outcomes().len(), 3);
    expect(&station, ["missed withdrawn", "missed withdrawn", "missed withdrawn"]);
}

#[test]
fn a_session_that_has_begun_keeps_its_plan() {
    let shorter = MORNING.replace("\"nhac\", \"tin\", \"ket\"", "\"nhac\"");
    let station = morning("2023-03-20T05:00:00").edit(910, &shorter).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "aired", "aired"]);
    let station = morning("2023-03-20T05:00:00").edit(890, &shorter).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "missed withdrawn", "missed withdrawn"]);
}

#[test]
fn after_downtime_the_last_adopted_schedule_counts() {
    let other = MORNING.replace("05:15", "07:00");
    let station = morning("2023-03-20T05:00:00").run_and_cut(60).off_for(86_400 + 3600);
    // Edited while the station was off.
    let station = station.playlist(&other).run_until("2023-03-21T08:00:00");
    expect(&station, ["missed power-off", "missed power-off", "missed power-off"]);
    let got = station.outcomes();
    assert_eq!(
        got.iter().filter(|o| o.starts_with("sang@2023-03-21T05:15:00") && o.ends_with("missed power-off")).count(),
        3
    );
    assert_eq!(got.iter().filter(|o| o.starts_with("sang@2023-03-21T07:00:00") && o.ends_with(" aired")).count(), 3);
}

#[test]
fn a_station_without_quiet_hours_is_never_quiet() {
    let night = MORNING.replace("05:15", "03:15");
    let settings = "[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n";
    let station =
        Station::new("2023-03-20T01:00:00").settings(settings).playlist(&night).run_until("2023-03-20T05:00:00");
    assert_eq!(station.outcomes().iter().filter(|o| o.ends_with(" aired")).count(), 3, "{:?}", station.outcomes());
}

#[test]
fn what_is_not_approved_is_not_aired_where_approval_is_required() {
    let approve = |on: &str| {
        let lines = format!("title = \"Bản tin\"\napproved-by = \"Trưởng đài (mẫu)\"\napproved-on = {on}\n");
        let text = MORNING.replace("title = \"Bản tin\"\n", &lines);
        Station::new("2023-03-20T05:00:00").playlist(&text)
    };
    let required = "[station]\napproval = \"required\"\n";
    let run = |station: Station| station.run_until("2023-03-20T06:00:00");
    let missed = "missed not-approved";
    expect(&run(approve("2023-03-20").settings(required)), [missed, "aired", missed]);
    expect(&run(approve("2023-03-21").settings(required)), [missed, missed, missed]);
    expect(&run(approve("2023-03-21")), ["aired", "aired", "aired"]);
    let order = approve("2023-03-20").settings(required).order(60, OperatorCommand::Play(id("nhac"))).run_for(120);
    assert!(matches!(order.answers(), [CommandReply::NotApproved(_)]), "{:?}", order.answers());
}

#[test]
fn an_expired_segment_is_not_aired_by_hand_either() {
    let text = MORNING.replace("title = \"Bản tin\"\n", "title = \"Bản tin\"\nvalid-until = 2023-03-19\n");
    let station = Station::new("2023-03-20T05:00:00").playlist(&text);
    let station = station.order(60, OperatorCommand::Play(id("tin"))).run_until("2023-03-20T06:00:00");
    expect(&station, ["aired", "missed expired", "aired"]);
    assert!(matches!(station.answers(), [CommandReply::Expired(_)]), "{:?}", station.answers());
}

#[test]
fn only_the_file_that_was_approved_is_aired() {
    let pin = |sha256: &str| {
        let text = MORNING.replace("title = \"Bản tin\"\n", &format!("title = \"Bản tin\"\nsha256 = \"{sha256}\"\n"));
        Station::new("2023-03-20T05:00:00").playlist(&text).run_until("2023-03-20T06:00:00")
    };
    expect(&pin(&crate::station::scan_of((60, 48_000)).sha256), ["aired", "aired", "aired"]);
    let other = pin(&"a".repeat(64));
    expect(&other, ["aired", "missed hash-mismatch", "aired"]);
    let log = other.log();
    assert!(log.iter().filter(|r| r.kind == "outcome").all(|r| r.body.late_us.is_none_or(|us| us == 0)), "on time");
}

#[test]
fn what_stands_behind_an_expired_item_keeps_its_own_time_however_the_session_runs() {
    let run = |late: &str, off_s: i64| {
        let text = with_late(late).replace("title = \"Bản tin\"\n", "title = \"Bản tin\"\nvalid-until = 2023-03-19\n");
        let text = text.replace("s-5.mp3", "s-30.mp3");
        Station::new("2023-03-20T05:00:00")
            .playlist(&text)
            .run_and_cut(60)
            .off_for(off_s)
            .run_until("2023-03-20T06:00:00")
    };
    // The power comes back at 05:15:10.
    expect(&run("join", 850), ["partial joined", "missed expired", "aired"]);
    expect(&run("play", 850), ["aired", "missed expired", "aired"]);
    for late in ["join", "play"] {
        let log = run(late, 850).log();
        let last = log.iter().rfind(|r| r.kind == "outcome").expect("three");
        assert!(last.body.late_us.is_some_and(|us| us.abs() < 1_000), "{late}: {:?}", last.body.late_us);
    }
}

#[test]
fn what_was_withdrawn_gets_its_outcome_however_often_the_power_goes_in_between() {
    let relay = "[[session]]\nid = \"tiep\"\nat = \"19:00\"\nplay = [{ relay = \"Tiếp sóng\", for = \"5m\" }]\n";
    let evening = MORNING.replace("05:15", "18:15");
    let other = MORNING.replace("05:15", "00:30").replace("\"sang\"", "\"dem\"");
    for (first, then, kind, id) in [
        (evening.clone(), other.clone(), "outcome", "sang@2023-03-22T18:15:00#1"),
        (format!("{evening}{relay}"), format!("{other}{relay}"), "relay", "tiep@2023-03-22T19:00:00#1"),
    ] {
        let edited = Station::new("2023-03-22T08:00:00").playlist(&first).edit(10, &then).run_for(60);
        // Dates are planned anew, and the power goes before a clock that nobody has set is relied upon.
        let dark = edited.clock_says("2023-03-24T23:55:14", false).run_and_cut(286).off_for(3600);
        let wall = dark.wall();
        let station = dark.clock_is(wall, true).run_for(86_400);
        let ends = station.log().iter().filter(|r| r.kind == kind && r.body.id.as_deref() == Some(id)).count();
        assert_eq!(ends, 1, "{id}");
    }
}

#[test]
fn an_output_that_misbehaves_costs_what_it_costs_and_no_more() {
    let run = |odd| morning("2023-03-20T05:00:00").odd_output(odd).run_until("2023-03-20T08:00:00");
    expect(&run(Oddity::HangsOpening), ["missed device-lost"; 3]);
    let lost = run(Oddity::LostForEver);
    expect(&lost, ["missed device-lost"; 3]);
    let told = lost.log().iter().filter(|r| r.kind == "device").count();
    assert!(told <= 2, "told once a session, not at each error: {told}");
    // Of what is never said to end, what was last known of it counts.
    expect(&run(Oddity::Stalls), ["partial device-lost"; 3]);
    let lied = run(Oddity::LiesAboutTime);
    expect(&lied, ["aired"; 3]);
    let late = |r: &Record| r.body.late_us.is_none_or(|us| us.abs() < 5_000_000);
    assert!(lied.log().iter().filter(|r| r.kind == "outcome").all(late), "no start a day ago");
}
