//! Bad clocks: no wild sound, a true log, and no station muted for ever.
use loa::playout::engine::{CommandReply, OperatorCommand};

use crate::station::Station;

const HOURLY: &str = r#"
[[segment]]
id = "tin"
title = "Bản tin"
file = "s-60.mp3"

[[session]]
id = "gio"
at = ["06:00", "07:00", "08:00", "09:00", "12:00", "13:00", "14:00", "15:00"]
play = ["tin"]
"#;

fn aired(station: &Station) -> Vec<String> {
    station.outcomes().into_iter().filter(|o| o.ends_with(" aired")).collect()
}

fn starts(station: &Station) -> usize {
    station.log().iter().filter(|r| r.kind == "start").count()
}

#[test]
fn a_dead_battery_at_1970_is_silent_until_ntp() {
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY).run_and_cut(4000);
    assert_eq!(aired(&station).len(), 1);
    // Off for an hour, back at 1970; NTP after two more hours, at 09:06:40.
    let before = starts(&station);
    let really = (4000 + 3600 + 7200) as i64;
    let station = station.clock_says("1970-01-01T00:00:00", false);
    let back = crate::station::at("2023-03-20T05:00:00")
        .plus(really * 1_000_000)
        .since(crate::station::at("1970-01-01T02:00:00"));
    let station = station.step(7200, back / 1_000_000).sync(7200, true);
    let station = station.run_for(7200 + 3600 * 3);
    assert_eq!(starts(&station) - before, 1, "nothing sounded at 1970; 12:00 did");
    let got = station.outcomes();
    assert!(got.contains(&"gio@2023-03-20T07:00:00#1 missed power-off".to_owned()), "{got:?}");
    assert!(got.contains(&"gio@2023-03-20T08:00:00#1 missed clock-untrusted".to_owned()), "{got:?}");
    assert!(got.contains(&"gio@2023-03-20T09:00:00#1 missed clock-untrusted".to_owned()), "{got:?}");
    assert!(got.contains(&"gio@2023-03-20T12:00:00#1 aired".to_owned()), "{got:?}");
}

#[test]
fn a_clock_at_2099_is_silent_until_the_operator_has_set_and_confirmed_it() {
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY).run_and_cut(4000);
    let before = starts(&station);
    let station = station.clock_says("2099-01-01T05:30:00", false).run_and_cut(4 * 3600);
    assert_eq!(starts(&station), before, "no wild sound");
    assert_eq!(station.outcomes().len(), 1, "and no plan was made of 2099");
    // Set right by hand, without a network, after a restart: plausible again.
    let station = station.clock_says("2023-03-20T11:00:00", false).run_for(5400);
    let got = station.outcomes();
    assert!(got.contains(&"gio@2023-03-20T12:00:00#1 aired".to_owned()), "{got:?}");
    assert_eq!(got.iter().filter(|o| o.ends_with("missed power-off")).count(), 3, "{got:?}");
}

#[test]
fn a_jump_of_six_hours_is_not_believed_until_someone_vouches() {
    // At 05:30 the unsynchronised clock jumps to 11:30: 12:00 by that clock must not sound.
    let station = Station::new("2023-03-20T05:00:00").unsynchronised().playlist(HOURLY);
    let station = station.step(1800, 6 * 3600).run_for(3 * 3600);
    assert_eq!(starts(&station), 0);
    assert_eq!(station.outcomes(), Vec::<String>::new());
    let log = station.log();
    assert!(log.iter().any(|r| r.kind == "clock-step" && r.body.by_us == 6 * 3600 * 1_000_000));
    assert!(log.iter().any(|r| r.kind == "clock-trust" && r.body.trusted == Some(false)));
    // The operator says that it is right after all.
    let station = Station::new("2023-03-20T05:00:00").unsynchronised().playlist(HOURLY);
    let station = station
        .step(1800, 6 * 3600)
        .order(3600 - 1, OperatorCommand::Play(crate::station::id("tin")))
        .order(3600, OperatorCommand::ConfirmClock)
        .run_for(2 * 3600 + 600);
    let got = station.outcomes();
    assert_eq!(station.answers(), [CommandReply::ClockDoubted, CommandReply::Done]);
    // 06:00 to 12:00 passed between 05:30 and 12:00 by the clock as vouched for.
    assert_eq!(got.iter().filter(|o| o.ends_with("missed clock-untrusted")).count(), 4, "{got:?}");
    assert!(got.contains(&"gio@2023-03-20T13:00:00#1 aired".to_owned()), "{got:?}");
    // Or the network comes and puts it right.
    let station = Station::new("2023-03-20T05:00:00").unsynchronised().playlist(HOURLY);
    let station = station.step(1800, 6 * 3600).step(4000, -6 * 3600).sync(4000, true).run_for(3 * 3600 - 60);
    assert_eq!(
        station.outcomes(),
        ["gio@2023-03-20T06:00:00#1 missed clock-untrusted", "gio@2023-03-20T07:00:00#1 aired"]
    );
}

#[test]
fn a_jump_in_mid_airing_ends_it() {
    let station = Station::new("2023-03-20T05:59:00").unsynchronised().playlist(HOURLY).step(90, 6 * 3600).run_for(600);
    assert_eq!(station.outcomes(), ["gio@2023-03-20T06:00:00#1 partial clock-untrusted"]);
    let log = station.log();
    let outcome = log.iter().find(|r| r.kind == "outcome").expect("one");
    assert_eq!(outcome.body.played_ms, 30_000, "counted in frames, not by the clock");
}

#[test]
fn a_synchronised_step_in_mid_airing_ends_nothing() {
    let station = Station::new("2023-03-20T05:59:00").playlist(HOURLY).step(90, 3).run_for(600);
    assert_eq!(station.outcomes(), ["gio@2023-03-20T06:00:00#1 aired"]);
    assert_eq!(station.log().iter().filter(|r| r.kind == "clock-step").count(), 1);
}

#[test]
fn what_has_its_outcome_does_not_air_again_when_the_clock_goes_back() {
    let station = Station::new("2023-03-20T05:59:00").playlist(HOURLY).step(300, -600).run_for(1800);
    assert_eq!(station.outcomes(), ["gio@2023-03-20T06:00:00#1 aired"]);
}

#[test]
fn a_clock_from_before_the_program_cannot_be_vouched_for() {
    let station = Station::new("1999-01-01T05:59:00")
        .unsynchronised()
        .playlist(HOURLY)
        .order(10, OperatorCommand::ConfirmClock)
        .run_for(600);
    assert_eq!(station.answers(), [CommandReply::ClockImpossible]);
    assert_eq!(station.outcomes(), Vec::<String>::new());
}

#[test]
fn an_untrusted_clock_stays_so_over_a_restart_of_the_daemon_on_the_same_machine_start() {
    let station =
        Station::new("2023-03-20T05:00:00").unsynchronised().playlist(HOURLY).step(1800, 6 * 3600).run_and_cut(2000);
    // A new start of the machine with a plausible clock is a new judgement, by the last believed time.
    let station = station.clock_says("2023-03-20T06:30:00", false).run_for(3600);
    let got = station.outcomes();
    assert!(got.contains(&"gio@2023-03-20T07:00:00#1 aired".to_owned()), "{got:?}");
}

#[test]
fn a_battery_clock_of_another_zone_costs_nothing_if_the_network_comes() {
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY).run_and_cut(60);
    // Started again an hour later; the battery clock is seven hours ahead until the network puts it right.
    let station = station.clock_says("2023-03-20T12:30:00", false).step(60, -25_200).sync(60, true).run_for(7200);
    let got = station.outcomes();
    assert_eq!(got, ["gio@2023-03-20T06:00:00#1 aired", "gio@2023-03-20T07:00:00#1 aired"]);
    // Without a network it has to be believed, and what it says was missed is missed.
    let station = Station::new("2023-03-20T05:00:00").playlist(HOURLY).run_and_cut(60);
    let station = station.clock_says("2023-03-20T12:30:00", false).run_for(3600);
    assert_eq!(station.outcomes().iter().filter(|o| o.ends_with("missed power-off")).count(), 5);
    assert_eq!(aired(&station), ["gio@2023-03-20T13:00:00#1 aired"]);
}

#[test]
fn months_without_power_and_cuts_before_they_are_accounted_for() {
    let mut station = Station::new("2023-03-20T05:00:00").playlist(HOURLY).run_and_cut(60).off_for(20 * 86_400);
    // Three short starts without a network: nothing is said yet, and nothing is forgotten.
    for _ in 0..3 {
        let now = station.wall().plus(86_400 * 1_000_000);
        station = station.clock_is(now, false).run_and_cut(100);
    }
    assert_eq!(station.outcomes(), Vec::<String>::new());
    let station = station.run_for(400);
    let missed = station.outcomes().iter().filter(|o| o.ends_with("missed power-off")).count();
    assert_eq!(missed, 8 * 23, "twenty-three days of eight sessions");
}
