//! A session with a missing file.
use super::*;

/// A random simulation found this: the two items after a missing file were cued alternately without end.
#[test]
fn two_items_after_a_missing_file_start_once() {
    let schedule = RandomSchedule {
        sessions: vec![
            RandomSession::new(0, vec![0], [0, 0, 0]),
            RandomSession::new(45_714, vec![8, 0, 2, 0, 0], [0, 1, 0]),
            RandomSession::new(45_851, vec![5, 0], [3, 2, 4]),
        ],
    };
    let missing_file = FileStatus::Missing { last: None };
    let station = Station::new("2023-03-20T03:00:00")
        .file("mat.mp3", missing_file)
        .settings(NEVER_QUIET)
        .playlist(&schedule.toml());
    let events = vec![(EventTime::Share(0.0), Event::ClockStep(72))];
    let (ends_at, end) = (EventTime::AfterStart(34_979), RunEnd::Stop);
    let run = Run { ends_at, events, end, downtime_s: 0, clock_change_s: None, is_synchronised: false };
    let station = Simulation::new(schedule, NEVER_QUIET).run_once(station, run);
    let log = station.log();
    let starts = log.iter().filter(|r| r.kind == "start" && r.body.id.as_deref() == Some("b2@2023-03-20T12:44:11#2"));
    assert_eq!(starts.map(|r| r.body.late_us).collect::<Vec<_>>(), [Some(0)]);
}
