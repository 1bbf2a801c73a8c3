//! A session that has run out of time never continues: power cuts during sessions, followed by urgent messages.
use std::ops::Range;

use loa::base::instant::{SECOND_US, WallTime};
use loa::plan::{LateRule, Priority};
use proptest::prelude::*;

use super::{Event, EventTime, RandomSchedule, RandomSession, Run, RunEnd, check_simulation, history, random_run};
use crate::station::Station;

/// The numbers of `Event::Command` that play urgent messages.
const URGENT_COMMANDS: Range<u8> = 5..8;

/// Two runs. In the first, the power fails or the daemon is killed during a session. The second run starts after the
/// session should have ended. The second run's clock is unconfirmed, so no outcome is logged for some time, and an
/// urgent message plays in that time. Only one in thousands of purely random simulations does this.
pub(super) fn runs_with_kill() -> impl Strategy<Value = Vec<Run>> {
    let after = prop_oneof![1i64..30, 1i64..700];
    let first_ends_at = (0usize..6, after).prop_map(|(n, after)| EventTime::Session(n, after));
    let end = prop_oneof![Just(RunEnd::PowerCut), Just(RunEnd::Kill)];
    let urgent_event =
        (1i64..290, URGENT_COMMANDS).prop_map(|(seconds, n)| (EventTime::AfterStart(seconds), Event::Command(n)));
    let second_ends_at = (900i64..20_000).prop_map(EventTime::AfterStart);
    (first_ends_at, end, 60i64..10_000, urgent_event, second_ends_at, random_run()).prop_map(
        |(first_ends_at, end, downtime_s, urgent_event, second_ends_at, mut second_run)| {
            second_run.events.push(urgent_event);
            second_run.ends_at = second_ends_at;
            vec![unconfirmed_run(first_ends_at, Vec::new(), end, downtime_s), second_run]
        },
    )
}

/// A run after which the clock is not confirmed.
fn unconfirmed_run(ends_at: EventTime, events: Vec<(EventTime, Event)>, end: RunEnd, downtime_s: i64) -> Run {
    let clock_change_s = (end == RunEnd::Kill).then_some(0);
    Run { ends_at, events, end, downtime_s, clock_change_s, is_synchronised: false }
}

/// Checks that an airing with `late = "skip"` starts late only if an urgent session has delayed it, in the same
/// run and before the airing ran out of time.
pub(super) fn check_late_starts(station: &Station) -> Result<(), TestCaseError> {
    const ON_TIME_LIMIT_US: i64 = 5 * SECOND_US;
    let airings = station.airings();
    let mut urgent_since_us: Option<i64> = None;
    let (mut was_stepped, mut booted_at_us) = (false, 0);
    for record in &station.log() {
        let body = &record.body;
        let airing = body.id.as_deref().and_then(|id| airings.get(id));
        match record.kind.as_str() {
            "boot" => (urgent_since_us, was_stepped, booted_at_us) = (None, false, record.boottime_us),
            "clock-step" | "clock-trust" => was_stepped = true,
            "operator" if body.action.as_deref() == Some("urgent") => {
                urgent_since_us.get_or_insert(record.boottime_us);
            }
            "start" | "outcome" if body.priority == Priority::Urgent && airing.is_some() => {
                let planned = body.planned_at.map_or(record.wall(), |at| WallTime(at.timestamp_micros()));
                let earliest_us = record.boottime_us - record.wall().since(planned) - 2 * ON_TIME_LIMIT_US;
                urgent_since_us = Some(urgent_since_us.map_or(earliest_us, |since| since.min(earliest_us)));
            }
            // A relay slot is logged when it ends.
            "relay" if airing.is_some_and(|airing| airing.priority == Priority::Urgent) => {
                let earliest_us = record.boottime_us - body.held_ms * 1000 - 2 * ON_TIME_LIMIT_US;
                urgent_since_us = Some(urgent_since_us.map_or(earliest_us, |since| since.min(earliest_us)));
            }
            "start" => {
                let skips_late = airing.is_some_and(|airing| airing.late == LateRule::Skip);
                let late_us = body.late_us.unwrap_or(0);
                if skips_late && !was_stepped && late_us > ON_TIME_LIMIT_US + SECOND_US {
                    let due_at_us = record.boottime_us - late_us + ON_TIME_LIMIT_US;
                    // This run can log the outcome of an earlier urgent session, which has delayed nothing in this run.
                    prop_assert!(
                        booted_at_us <= due_at_us && urgent_since_us.is_some_and(|since| since <= due_at_us),
                        "{:?} starts {} s late, at {}, after\n{}",
                        body.id,
                        late_us / SECOND_US,
                        record.at,
                        history(station, record.seq)
                    );
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks a simulation in which the power fails or the daemon is killed half a minute into the first session. The
/// daemon starts again an hour later, and an urgent message plays immediately.
fn check_urgent_after_kill(
    schedule: RandomSchedule,
    events: Vec<(EventTime, Event)>,
    end: RunEnd,
    command: u8,
) -> Result<(), TestCaseError> {
    let first_run = unconfirmed_run(EventTime::Session(0, 30), events, end, 3600);
    let events = vec![(EventTime::AfterStart(20), Event::Command(command))];
    let second_run = Run {
        ends_at: EventTime::AfterStart(3600),
        events,
        end: RunEnd::Stop,
        downtime_s: 0,
        clock_change_s: None,
        is_synchronised: false,
    };
    check_simulation(schedule, vec![first_run, second_run], false, true)
}

#[test]
fn a_killed_session_does_not_continue_after_an_urgent_message() {
    let killed_session = RandomSession::new(21_600, vec![2, 1, 3], [0, 0, 0]);
    // This urgent session starts in the hour without power, so it delays nothing.
    let urgent_session = RandomSession::new(21_660, vec![1], [5, 0, 0]);
    let mut failures = Vec::new();
    for sessions in [vec![killed_session.clone()], vec![killed_session, urgent_session]] {
        for (end, command) in [RunEnd::PowerCut, RunEnd::Kill]
            .into_iter()
            .flat_map(|end| URGENT_COMMANDS.map(move |command| (end, command)))
        {
            // After a clock step the reasons are not checked, so only the starts can show the fault.
            for events in [vec![], vec![(EventTime::AfterStart(5), Event::ClockStep(1))]] {
                let case = format!("{end:?} {command} {events:?} {sessions:?}");
                let result =
                    check_urgent_after_kill(RandomSchedule { sessions: sessions.clone() }, events, end, command);
                failures.extend(result.err().map(|error| format!("{case}: {error}")));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// The power fails two seconds after the long item was due, while another session had the line. After the power cut the
/// closing segment plays on time, and the long item must not follow it.
#[test]
fn an_item_that_was_due_just_before_a_power_cut_does_not_play_after_later_items() {
    let session = RandomSession::new(23_602, vec![4, 3], [0, 1, 3]);
    let session_with_the_line = RandomSession::new(22_766, vec![3, 3], [3, 0, 0]);
    let schedule = RandomSchedule { sessions: vec![session, session_with_the_line] };
    let first_run = unconfirmed_run(EventTime::Session(0, 6), vec![], RunEnd::PowerCut, 3298);
    let second_run = Run {
        ends_at: EventTime::AfterStart(2378),
        events: vec![(EventTime::AfterStart(1), Event::Command(6))],
        end: RunEnd::Stop,
        downtime_s: 0,
        clock_change_s: None,
        is_synchronised: false,
    };
    check_simulation(schedule, vec![first_run, second_run], true, false).expect("the rules of late starts hold");
}
