//! A date that a clock ahead of its time has planned comes again when the clock is put right.
use super::{AMPLIFIER, End, Life, Run, Sketch, Thing, When};
use crate::plausible::{findings, lines};
use crate::station::Station;

/// Found by the random lives: 2023-03-20 was planned, the station came back two days later by an unsynchronised clock, whose
/// steps led back to the eve of that day, and there it was synchronised.
#[test]
fn a_date_that_comes_again_when_the_clock_is_put_right_is_not_over() {
    let first = Sketch { sessions: vec![(86_100, vec![0], 0, [0, 0, 0])] };
    let run = |lasts, things| Run { lasts, things, end: End::Stop, off: 0, set: None, synchronised: false };
    let runs = [
        Run { off: 247_496, ..run(When::Early(1), Vec::new()) },
        run(When::Early(300), vec![(When::Session(0, 0), Thing::Step(-97_236))]),
        run(When::Early(1), vec![(When::Share(0.0), Thing::Step(-165_445))]),
        run(When::Early(3601), vec![(When::Session(0, 0), Thing::Sync(true))]),
    ];
    let mut station = Station::new("2023-03-20T03:00:00").settings(AMPLIFIER).playlist(&first.toml());
    let mut life = Life::new(first, AMPLIFIER);
    for run in runs {
        station = life.live(station, run);
    }
    let end = station.log().iter().map(|record| record.wall()).max().unwrap_or(station.wall()).max(station.wall());
    let station = station.clock_is(end, true).playlist("").run_for(5 * 86_400);
    assert_eq!(findings(&lines(station.disk()), station.disk()), []);
}
