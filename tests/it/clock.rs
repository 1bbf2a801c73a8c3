//! A wrong clock causes no sound at a wrong time, no false entry, and no permanently silent station.
use loa::airlog::entry::TrustReason;
use loa::playout::engine::{CommandEffect, CommandReply, OperatorCommand};

use crate::station::Station;

const HOURLY_PLAYLIST: &str = r#"
[[segment]]
id = "tin"
title = "Bản tin"
file = "s-60.mp3"

[[session]]
id = "gio"
at = ["06:00", "07:00", "08:00", "09:00", "12:00", "13:00", "14:00", "15:00"]
play = ["tin"]
"#;

fn aired_outcomes(station: &Station) -> Vec<String> {
    station.outcomes().into_iter().filter(|o| o.ends_with(" aired")).collect()
}

fn start_count(station: &Station) -> usize {
    station.log().iter().filter(|r| r.kind == "start").count()
}

#[test]
fn a_station_whose_clock_shows_1970_is_silent_until_ntp_sets_the_clock() {
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY_PLAYLIST).run_and_cut(4000);
    assert_eq!(aired_outcomes(&station).len(), 1);
    // The station is off for an hour, and its clock shows 1970 at the start. NTP sets the clock two hours later, at
    // 09:06:40.
    let earlier_start_count = start_count(&station);
    let elapsed_s = (4000 + 3600 + 7200) as i64;
    let station = station.start_clock_at_str("1970-01-01T00:00:00", false);
    let step_us = crate::station::at("2023-03-20T05:00:00")
        .plus(elapsed_s * 1_000_000)
        .since(crate::station::at("1970-01-01T02:00:00"));
    let station = station.step(7200, step_us / 1_000_000).sync(7200, true);
    let station = station.run_for(7200 + 3600 * 3);
    assert_eq!(start_count(&station) - earlier_start_count, 1, "only the session at 12:00 sounded");
    let outcomes = station.outcomes();
    assert!(outcomes.contains(&"gio@2023-03-20T07:00:00#1 missed power-off".to_owned()), "{outcomes:?}");
    assert!(outcomes.contains(&"gio@2023-03-20T08:00:00#1 missed clock-untrusted".to_owned()), "{outcomes:?}");
    assert!(outcomes.contains(&"gio@2023-03-20T09:00:00#1 missed clock-untrusted".to_owned()), "{outcomes:?}");
    assert!(outcomes.contains(&"gio@2023-03-20T12:00:00#1 aired".to_owned()), "{outcomes:?}");
}

#[test]
fn a_station_whose_clock_shows_2099_is_silent_until_it_starts_with_a_plausible_clock() {
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY_PLAYLIST).run_and_cut(4000);
    let earlier_start_count = start_count(&station);
    let station = station.start_clock_at_str("2099-01-01T05:30:00", false).run_and_cut(4 * 3600);
    assert_eq!(start_count(&station), earlier_start_count, "nothing sounds in 2099");
    assert_eq!(station.outcomes().len(), 1, "no date of 2099 is planned");
    // The operator sets the clock without a network, and the station starts again with a plausible clock.
    let station = station.start_clock_at_str("2023-03-20T11:00:00", false).run_for(5400);
    let outcomes = station.outcomes();
    assert!(outcomes.contains(&"gio@2023-03-20T12:00:00#1 aired".to_owned()), "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|o| o.ends_with("missed power-off")).count(), 3, "{outcomes:?}");
}

#[test]
fn a_clock_that_jumps_six_hours_is_not_trusted_until_the_operator_or_the_network_confirms_it() {
    // At 05:30 the unsynchronised clock jumps to 11:30. According to that clock the session at 12:00 is due, but it
    // must not sound.
    let station = Station::new("2023-03-20T05:00:00").unsynchronised().playlist(HOURLY_PLAYLIST);
    let station = station.step(1800, 6 * 3600).run_for(3 * 3600);
    assert_eq!(start_count(&station), 0);
    assert_eq!(station.outcomes(), Vec::<String>::new());
    let log = station.log();
    assert!(log.iter().any(|r| r.kind == "clock-step" && r.body.by_us == 6 * 3600 * 1_000_000));
    assert!(log.iter().any(|r| r.kind == "clock-trust" && r.body.trusted == Some(false)));
    // The operator confirms the clock.
    let station = Station::new("2023-03-20T05:00:00").unsynchronised().playlist(HOURLY_PLAYLIST);
    let station = station
        .step(1800, 6 * 3600)
        .command(3600 - 1, OperatorCommand::Play(crate::station::id("tin")))
        .command(3600, OperatorCommand::ConfirmClock)
        .run_for(2 * 3600 + 600);
    let outcomes = station.outcomes();
    let replies = station.replies();
    assert!(
        matches!(
            replies,
            [CommandReply::ClockUntrusted, CommandReply::Performed { effect: CommandEffect::ConfirmClock { .. }, .. }]
        ),
        "{replies:?}"
    );
    // According to the confirmed clock, the starts from 06:00 to 12:00 passed while the clock was untrusted.
    assert_eq!(outcomes.iter().filter(|o| o.ends_with("missed clock-untrusted")).count(), 4, "{outcomes:?}");
    assert!(outcomes.contains(&"gio@2023-03-20T13:00:00#1 aired".to_owned()), "{outcomes:?}");
    // The network corrects the clock.
    let station = Station::new("2023-03-20T05:00:00").unsynchronised().playlist(HOURLY_PLAYLIST);
    let station = station.step(1800, 6 * 3600).step(4000, -6 * 3600).sync(4000, true).run_for(3 * 3600 - 60);
    assert_eq!(
        station.outcomes(),
        ["gio@2023-03-20T06:00:00#1 missed clock-untrusted", "gio@2023-03-20T07:00:00#1 aired"]
    );
}

#[test]
fn a_jump_of_an_unsynchronised_clock_ends_the_airing() {
    let station =
        Station::new("2023-03-20T05:59:00").unsynchronised().playlist(HOURLY_PLAYLIST).step(90, 6 * 3600).run_for(600);
    assert_eq!(station.outcomes(), ["gio@2023-03-20T06:00:00#1 partial clock-untrusted"]);
    let log = station.log();
    let outcome = log.iter().find(|r| r.kind == "outcome").expect("the log has an outcome");
    assert_eq!(outcome.body.played_ms, 30_000, "the length is counted in frames, not by the clock");
}

#[test]
fn a_step_of_a_synchronised_clock_does_not_end_the_airing() {
    let station = Station::new("2023-03-20T05:59:00").playlist(HOURLY_PLAYLIST).step(90, 3).run_for(600);
    assert_eq!(station.outcomes(), ["gio@2023-03-20T06:00:00#1 aired"]);
    assert_eq!(station.log().iter().filter(|r| r.kind == "clock-step").count(), 1);
}

#[test]
fn an_airing_with_an_outcome_does_not_air_again_when_the_clock_goes_back() {
    let station = Station::new("2023-03-20T05:59:00").playlist(HOURLY_PLAYLIST).step(300, -600).run_for(1800);
    assert_eq!(station.outcomes(), ["gio@2023-03-20T06:00:00#1 aired"]);
}

#[test]
fn a_clock_that_is_earlier_than_the_programs_build_date_cannot_be_confirmed() {
    let station = Station::new("1999-01-01T05:59:00")
        .unsynchronised()
        .playlist(HOURLY_PLAYLIST)
        .command(10, OperatorCommand::ConfirmClock)
        .run_for(600);
    assert_eq!(station.replies(), [CommandReply::ClockImpossible]);
    assert_eq!(station.outcomes(), Vec::<String>::new());
}

#[test]
fn a_clock_that_is_plausible_at_the_next_machine_start_is_trusted_again() {
    let station = Station::new("2023-03-20T05:00:00")
        .unsynchronised()
        .playlist(HOURLY_PLAYLIST)
        .step(1800, 6 * 3600)
        .run_and_cut(2000);
    // When the machine starts again, the clock is again compared with the last trusted time.
    let station = station.start_clock_at_str("2023-03-20T06:30:00", false).run_for(3600);
    let outcomes = station.outcomes();
    assert!(outcomes.contains(&"gio@2023-03-20T07:00:00#1 aired".to_owned()), "{outcomes:?}");
}

#[test]
fn no_airing_is_lost_if_the_network_corrects_a_battery_clock_that_is_in_another_zone() {
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY_PLAYLIST).run_and_cut(60);
    // The station starts again after an hour. The battery clock is seven hours ahead until the network corrects it.
    let station =
        station.start_clock_at_str("2023-03-20T12:30:00", false).step(60, -25_200).sync(60, true).run_for(7200);
    let outcomes = station.outcomes();
    assert_eq!(outcomes, ["gio@2023-03-20T06:00:00#1 aired", "gio@2023-03-20T07:00:00#1 aired"]);
    // Without a network the clock is trusted, and the airings before 12:30 are missed.
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY_PLAYLIST).run_and_cut(60);
    let station = station.start_clock_at_str("2023-03-20T12:30:00", false).run_for(3600);
    assert_eq!(station.outcomes().iter().filter(|o| o.ends_with("missed power-off")).count(), 5);
    assert_eq!(aired_outcomes(&station), ["gio@2023-03-20T13:00:00#1 aired"]);
}

#[test]
fn every_airing_in_weeks_without_power_is_logged_as_missed_despite_short_runs() {
    let mut station =
        Station::new("2023-03-20T05:00:00").playlist(HOURLY_PLAYLIST).run_and_cut(60).off_for(20 * 86_400);
    // During three short runs without a network, no outcome is logged yet, and no airing is forgotten.
    for _ in 0..3 {
        let now = station.wall().plus(86_400 * 1_000_000);
        station = station.start_clock_at(now, false).run_and_cut(100);
    }
    assert_eq!(station.outcomes(), Vec::<String>::new());
    let station = station.run_for(400);
    let missed = station.outcomes().iter().filter(|o| o.ends_with("missed power-off")).count();
    assert_eq!(missed, 8 * 23, "eight airings on each of 23 days");
}

#[test]
fn a_restored_clock_is_refused_until_the_operator_sets_and_confirms_it() {
    // The power fails at 06:06:40, for an hour. The machine has no battery clock: a service restores the time of the last
    // shutdown, and the daemon starts 24 s after the machine. The clock is then later than the last entry, but it would
    // have shown an earlier time when the machine started.
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY_PLAYLIST).run_and_cut(4000);
    let last_entry_at = station.log().last().expect("the log has entries").wall();
    let power_is_back_at = station.wall().plus(3_600_000_000);
    let restored_time = last_entry_at.plus(10_000_000);
    let set_by_s = power_is_back_at.since(restored_time) / 1_000_000;
    let station = station
        .machine_starts_in(24)
        .start_clock_at(restored_time, false)
        .step(1200, set_by_s)
        .command(1210, OperatorCommand::Play(crate::station::id("tin")))
        .command(1220, OperatorCommand::ConfirmClock);
    let entry_count = station.log().len();
    let station = station.run_for(2 * 3600);
    let log = station.log();
    let boot = log[entry_count..].iter().find(|record| record.kind == "boot").expect("the log has a boot entry");
    assert_eq!((boot.body.trusted, boot.body.trust), (Some(false), Some(TrustReason::BeforeLastEntry)));
    assert!(boot.wall() > last_entry_at, "the clock alone does not contradict the log");
    let replies = station.replies();
    assert!(
        matches!(
            replies,
            [CommandReply::ClockUntrusted, CommandReply::Performed { effect: CommandEffect::ConfirmClock { .. }, .. }]
        ),
        "{replies:?}"
    );
    // 06:06:40 to 07:06:40: no power. The clock is confirmed at 07:27, and the next session is on time.
    assert_eq!(
        station.outcomes(),
        [
            "gio@2023-03-20T06:00:00#1 aired",
            "gio@2023-03-20T07:00:00#1 missed power-off",
            "gio@2023-03-20T08:00:00#1 aired",
            "gio@2023-03-20T09:00:00#1 aired"
        ]
    );
    let late_us = log.iter().filter(|record| record.kind == "start").map(|record| record.body.late_us.unwrap_or(0));
    assert!(late_us.into_iter().all(|us| us.abs() < 1000), "every airing started on time");
}
