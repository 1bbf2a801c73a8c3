//! What is over stays over: sessions that lost the power in their midst, and what is said urgently after that.
use loa::base::instant::{SECOND_US, WallTime};
use loa::plan::{LateRule, Priority};
use proptest::prelude::*;

use super::{End, Run, Sketch, Thing, When, live_through, run, story};
use crate::station::Station;

/// The power goes, or the daemon is killed, in the middle of a session. The station starts again after
/// the rest of the session should have been over, with a clock that nobody vouches for: for a while nothing is settled. In that while somebody speaks urgently, and is
/// heard to the end. Left to chance, one life in thousands does all of this.
pub(super) fn killed() -> impl Strategy<Value = Vec<Run>> {
    let after = prop_oneof![1i64..30, 1i64..700];
    let dies = (0usize..6, after).prop_map(|(n, after)| When::Session(n, after));
    let end = prop_oneof![Just(End::Cut), Just(End::Kill)];
    let urgent = (1i64..290, 5u8..8).prop_map(|(at, order)| (When::Early(at), Thing::Order(order)));
    let lives_on = (900i64..20_000).prop_map(When::Early);
    (dies, end, 60i64..10_000, urgent, lives_on, run()).prop_map(|(dies, end, off, urgent, lives_on, mut then)| {
        then.things.push(urgent);
        then.lasts = lives_on;
        vec![broken(dies, Vec::new(), end, off), then]
    })
}

/// A run that is cut off, and after which nobody vouches for the clock.
fn broken(lasts: When, things: Vec<(When, Thing)>, end: End, off: i64) -> Run {
    let set = (end == End::Kill).then_some(0);
    Run { lasts, things, end, off, set, synchronised: false }
}

/// What is over stays over: an airing whose rule skips what is late starts late only if something urgent has put it off, in
/// the same run and before its time was past.
pub(super) fn check_dead(station: &Station) -> Result<(), TestCaseError> {
    const LATE_US: i64 = 5 * SECOND_US;
    let airings = station.airings();
    let mut urgent_since: Option<i64> = None;
    let (mut stepped, mut booted) = (false, 0);
    for record in &station.log() {
        let body = &record.body;
        let airing = body.id.as_deref().and_then(|id| airings.get(id));
        match record.kind.as_str() {
            "boot" => (urgent_since, stepped, booted) = (None, false, record.boottime_us),
            "clock-step" | "clock-trust" => stepped = true,
            "operator" if body.action.as_deref() == Some("urgent") => {
                urgent_since.get_or_insert(record.boottime_us);
            }
            "start" | "outcome" if body.priority == Priority::Urgent && airing.is_some() => {
                let planned = body.planned_at.map_or(record.wall(), |at| WallTime(at.timestamp_micros()));
                let at = record.boottime_us - record.wall().since(planned) - 2 * LATE_US;
                urgent_since = Some(urgent_since.map_or(at, |since| since.min(at)));
            }
            // The line is left to a relay's receiver, and the log tells of it when that is over.
            "relay" if airing.is_some_and(|airing| airing.priority == Priority::Urgent) => {
                let at = record.boottime_us - body.held_ms * 1000 - 2 * LATE_US;
                urgent_since = Some(urgent_since.map_or(at, |since| since.min(at)));
            }
            "start" => {
                let skips = airing.is_some_and(|airing| airing.late == LateRule::Skip);
                let late_us = body.late_us.unwrap_or(0);
                if skips && !stepped && late_us > LATE_US + SECOND_US {
                    let due = record.boottime_us - late_us + LATE_US;
                    // An urgent session of before may have its end told in this run: it has put off nothing in it.
                    prop_assert!(
                        booted <= due && urgent_since.is_some_and(|since| since <= due),
                        "{:?} starts {} s late, at {}, after\n{}",
                        body.id,
                        late_us / SECOND_US,
                        record.at,
                        story(station, record.seq)
                    );
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Killed half a minute into its first session, started again an hour later; somebody speaks at once.
fn speak_after(first: Sketch, things: Vec<(When, Thing)>, end: End, order: u8) -> Result<(), TestCaseError> {
    let dies = broken(When::Session(0, 30), things, end, 3600);
    let things = vec![(When::Early(20), Thing::Order(order))];
    let then = Run { lasts: When::Early(3600), things, end: End::Stop, off: 0, set: None, synchronised: false };
    live_through(first, vec![dies, then], false, true)
}

#[test]
fn a_killed_session_stays_dead_whatever_is_said_after_it() {
    let dead = (21_600, vec![2, 1, 3], 0, [0, 0, 0]);
    // It was to be in that hour, too, and has put off nothing.
    let urgent = (21_660, vec![1], 0, [5, 0, 0]);
    let mut wrong = Vec::new();
    for sessions in [vec![dead.clone()], vec![dead, urgent]] {
        for (end, order) in [End::Cut, End::Kill].into_iter().flat_map(|end| [5, 6, 7].map(|order| (end, order))) {
            // Where the clock has been stepped before, the reasons tell less, and the starts must tell it.
            for things in [vec![], vec![(When::Early(5), Thing::Step(1))]] {
                let story = format!("{end:?} {order} {things:?} {sessions:?}");
                let told = speak_after(Sketch { sessions: sessions.clone() }, things, end, order);
                wrong.extend(told.err().map(|why| format!("{story}: {why}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
