//! A date that was planned while the clock was fast occurs a second time when the clock is corrected.
use super::{AMPLIFIER, Event, EventTime, RandomSchedule, RandomSession, Run, RunEnd, Simulation};
use crate::plausible::{findings, lines};
use crate::station::Station;

/// A random simulation found this. 2023-03-20 is planned, and the station starts again two days later with an
/// unsynchronised clock. Steps set the clock back to the previous evening. Then the clock is synchronised.
#[test]
fn a_date_that_occurs_twice_because_of_a_clock_correction_has_no_missing_outcome() {
    let schedule = RandomSchedule { sessions: vec![RandomSession::new(86_100, vec![0], [0, 0, 0])] };
    let run = |ends_at, events| Run {
        ends_at,
        events,
        end: RunEnd::Stop,
        downtime_s: 0,
        clock_change_s: None,
        is_synchronised: false,
    };
    let runs = [
        Run { downtime_s: 247_496, ..run(EventTime::AfterStart(1), Vec::new()) },
        run(EventTime::AfterStart(300), vec![(EventTime::Session(0, 0), Event::ClockStep(-97_236))]),
        run(EventTime::AfterStart(1), vec![(EventTime::Share(0.0), Event::ClockStep(-165_445))]),
        run(EventTime::AfterStart(3601), vec![(EventTime::Session(0, 0), Event::ClockSync(true))]),
    ];
    let mut station = Station::new("2023-03-20T03:00:00").settings(AMPLIFIER).playlist(&schedule.toml());
    let mut simulation = Simulation::new(schedule, AMPLIFIER);
    for run in runs {
        station = simulation.run_once(station, run);
    }
    let end = station.log().iter().map(|record| record.wall()).max().unwrap_or(station.wall()).max(station.wall());
    let station = station.start_clock_at(end, true).playlist("").run_for(5 * 86_400);
    assert_eq!(findings(&lines(station.disk()), station.disk()), []);
}
