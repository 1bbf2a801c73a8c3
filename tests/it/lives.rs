//! Any schedule, any power cuts, any steps of the clock, any edits, any lost devices: every planned airing ends in
//! exactly one outcome, and the log never says more than was taken.
use std::collections::{BTreeMap, BTreeSet};

use chrono::Timelike;
use loa::airlog::entry::Outcome;
use loa::library::Known;
use loa::plan::Priority;
use loa::playout::engine::{Alarm, Order};
use proptest::prelude::*;

use crate::station::{Station, id, scan_of};

#[derive(Debug, Clone)]
pub struct Sketch {
    sessions: Vec<(u32, Vec<usize>, usize, [usize; 3])>,
}

const LENGTHS: [u64; 5] = [1, 7, 61, 600, 3600];
const LATE: [&str; 5] = ["skip", "play", "join", "until 23:59", "until 12:00"];

/// What else a session may say, each with the others.
const MEETS: [&str; 6] = [
    "",
    "",
    "start = \"soft\"\nwindow = \"20m\"\n",
    "priority = \"priority\"\nrank = 3\n",
    "priority = \"priority\"\nrank = 1\n",
    "priority = \"urgent\"\n",
];
const ENDS: [&str; 5] =
    ["", "gap = \"3s\"\n", "end-by = \"06:10\"\n", "end-by = \"12:30\"\ngap = \"1m\"\n", "repeat = 2\n"];
const REST: [&str; 5] = [
    "",
    "interrupted = \"restart\"\n",
    "interrupted = \"drop\"\n",
    "opening = \"m0\"\nclosing = \"m1\"\n",
    "interrupted = \"restart\"\nclosing = \"m2\"\n",
];

impl Sketch {
    pub fn toml(&self) -> String {
        let mut text = String::new();
        for (n, seconds) in LENGTHS.iter().enumerate() {
            text.push_str(&format!("[[segment]]\nid = \"m{n}\"\ntitle = \"Mục {n}\"\nfile = \"s-{seconds}.mp3\"\n"));
            text.push_str(if n < 3 { "pool = \"p\"\n\n" } else { "\n" });
        }
        text.push_str("[[segment]]\nid = \"m5\"\ntitle = \"Mất\"\nfile = \"mat.mp3\"\n\n");
        text.push_str("[[segment]]\nid = \"m6\"\ntitle = \"Hỏng\"\nfile = \"hong.mp3\"\n\n");
        let item = |m: &usize| match m {
            7 => "{ relay = \"Tiếp sóng\", for = \"7m\" }".to_owned(),
            8 => "{ pool = \"p\", pick = 2 }".to_owned(),
            m => format!("\"m{m}\""),
        };
        for (n, (second, play, late, [meets, ends, rest])) in self.sessions.iter().enumerate() {
            let more = [MEETS[*meets], ENDS[*ends], REST[*rest]].concat();
            let at = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            let play: Vec<_> = play.iter().map(item).collect();
            let (play, late) = (play.join(", "), LATE[*late]);
            text.push_str(&format!(
                "[[session]]\nid = \"b{n}\"\nat = \"{at}\"\nplay = [{play}]\nlate = \"{late}\"\n{more}\n"
            ));
        }
        text
    }
}

pub fn sketch() -> impl Strategy<Value = Sketch> {
    // Half of the sessions lie close together, so that they meet each other and the happenings.
    let second = prop_oneof![0u32..86_400, 20_000u32..24_000];
    let more = (0usize..MEETS.len(), 0usize..ENDS.len(), 0usize..REST.len()).prop_map(|(a, b, c)| [a, b, c]);
    let session = (second, prop::collection::vec(0usize..9, 1..6), 0usize..LATE.len(), more);
    prop::collection::vec(session, 1..6).prop_map(|sessions| Sketch { sessions })
}

#[derive(Debug, Clone)]
enum Thing {
    Step(i64),
    Sync(bool),
    Edit(Sketch),
    Order(u8),
    Away(i64),
    Relay(i64),
}

fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![
        prop_oneof![-100i64..100, -200_000i64..200_000].prop_map(Thing::Step),
        any::<bool>().prop_map(Thing::Sync),
        sketch().prop_map(Thing::Edit),
        (0u8..10).prop_map(Thing::Order),
        (1i64..3000).prop_map(Thing::Away),
        (1i64..3000).prop_map(Thing::Relay),
    ]
}

#[derive(Debug, Clone)]
pub struct Run {
    seconds: i64,
    things: Vec<(i64, Thing)>,
    cut: bool,
    off: i64,
    synchronised: bool,
}

pub fn run() -> impl Strategy<Value = Run> {
    let seconds = prop_oneof![1i64..7200, 1i64..260_000];
    let things = prop::collection::vec((0.0f64..1.0, thing()), 0..6);
    let off = prop_oneof![0i64..60, 0i64..10_000, 0i64..400_000];
    (seconds, things, any::<bool>(), off, prop::bool::weighted(0.7)).prop_map(
        |(seconds, things, cut, off, synchronised)| {
            let at = |share: f64| (share * seconds as f64) as i64;
            let mut things: Vec<_> = things.into_iter().map(|(share, thing)| (at(share), thing)).collect();
            things.sort_by_key(|(at, _)| *at);
            Run { seconds, things, cut, off, synchronised }
        },
    )
}

pub fn live(mut station: Station, run: Run) -> Station {
    for (at, thing) in run.things {
        station = match thing {
            Thing::Step(by) => station.step(at, by),
            Thing::Sync(good) => station.sync(at, good),
            Thing::Edit(sketch) => station.edit(at, &sketch.toml()),
            Thing::Away(seconds) => station.device_away(at, at + seconds),
            Thing::Relay(seconds) => station.relay_broken(at, at + seconds),
            Thing::Order(0) => station.order(at, Order::Skip),
            Thing::Order(1) => station.order(at, Order::Stop),
            Thing::Order(2) => station.order(at, Order::Play(id("m2"))),
            Thing::Order(3) => station.order(at, Order::Note { id: "x".to_owned(), text: "y".to_owned() }),
            Thing::Order(4) => station.order(at, Order::ConfirmClock),
            Thing::Order(n @ 8..) => station.order(at, Order::Amplifier { on: n == 8 }),
            Thing::Order(n) => {
                let what = Alarm::Segment(id(["m1", "m2", "m3"][usize::from(n) % 3]));
                station.order(at, Order::Urgent { what, repeat: u16::from(n) - 4 })
            }
        };
    }
    let station = if run.cut { station.run_and_cut(run.seconds) } else { station.run_for(run.seconds) };
    let wall = station.wall().plus(run.off * 1_000_000);
    station.clock_is(wall, run.synchronised)
}

fn check(station: &Station) -> Result<(), TestCaseError> {
    let log = station.log();
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut relays: BTreeMap<&str, usize> = BTreeMap::new();
    let mut started = BTreeSet::new();
    let mut starts = BTreeSet::new();
    for record in &log {
        let body = &record.body;
        let id = body.id.as_deref().unwrap_or_default();
        if record.kind == "start" {
            started.insert(id);
            let local = record.at.time();
            // The entry follows its sound at once; nothing sounds from 21:00 to 05:00.
            let urgent = body.priority == Priority::Urgent;
            prop_assert!(urgent || (5..21).contains(&local.hour()), "started in quiet hours: {id} at {}", record.at);
            prop_assert!(starts.insert(id), "started twice: {}", id);
        }
        if record.kind == "relay" {
            *relays.entry(id).or_default() += 1;
        }
        if record.kind != "outcome" {
            continue;
        }
        *outcomes.entry(id).or_default() += 1;
        let frames_ms = (body.frames * 1000 + u64::from(body.rate) / 2).checked_div(u64::from(body.rate)).unwrap_or(0);
        prop_assert_eq!(body.played_ms as u64, frames_ms);
        let known = body.planned_ms > 0;
        prop_assert!(!known || body.played_ms <= body.planned_ms, "{} longer than it is", id);
        match body.result {
            Some(Outcome::Aired) => {
                prop_assert_eq!(body.played_ms, body.planned_ms, "whole: {}", id);
                prop_assert!(body.reason.is_none() && started.contains(id), "{}", id);
            }
            Some(Outcome::Partial) => prop_assert!(body.reason.is_some() && started.contains(id), "{}", id),
            Some(Outcome::Missed) => {
                prop_assert!(body.reason.is_some() && body.frames == 0, "{}", id);
                prop_assert!(!started.contains(id), "missed though it started: {}", id);
            }
            None => prop_assert!(false, "no result"),
        }
    }
    let slots = station.relay_ids();
    for id in &slots {
        prop_assert_eq!(relays.get(id.as_str()).copied().unwrap_or(0), 1, "ends of the relay slot {}", id);
    }
    let mut planned = station.planned_ids();
    planned.retain(|id| !slots.contains(id));
    for id in &planned {
        prop_assert_eq!(outcomes.get(id.as_str()).copied().unwrap_or(0), 1, "outcomes of {}", id);
    }
    for (id, count) in outcomes {
        prop_assert_eq!(count, 1, "outcomes of {}", id);
        prop_assert!(
            planned.contains(id) || id.starts_with("operator@") || id.starts_with("urgent@"),
            "never planned: {}",
            id
        );
    }
    Ok(())
}

pub const AMPLIFIER: &str = "[amplifier]\non = \"relay 1\"\noff = \"relay 0\"\nwarm-up = \"4s\"\nmin-off = \"30s\"\n";

/// Nothing sounds beside another thing. The amplifier is never switched off under what sounds, and never on again before it has rested.
fn check_line(station: &Station) -> Result<(), TestCaseError> {
    let log = station.log();
    let mut sounding = BTreeSet::new();
    let mut off = None;
    for record in &log {
        let id = record.body.id.as_deref().unwrap_or_default();
        match record.kind.as_str() {
            "start" | "resume" => {
                sounding.insert(id);
                prop_assert!(sounding.len() == 1, "at once, at {}: {:?}", record.at, sounding);
            }
            "outcome" | "interrupt" => drop(sounding.remove(id)),
            "boot" => (sounding, off) = (BTreeSet::new(), None),
            // What lies between two times is not known any more.
            "clock-step" | "clock-trust" => off = None,
            "amplifier" if record.body.done == Some(true) => {
                let on = record.body.to.as_deref() == Some("on");
                prop_assert!(on || sounding.is_empty(), "off at {} under {:?}", record.at, sounding);
                let rested = off.is_none_or(|off| record.wall().since(off) >= 30_000_000);
                prop_assert!(!on || rested, "on again too early, at {}", record.at);
                off = (!on).then(|| record.wall());
            }
            _ => {}
        }
    }
    Ok(())
}

proptest! {
    // A life that goes wrong is made smaller for a while, not for ever.
    #![proptest_config(ProptestConfig {
        cases: cases(), failure_persistence: None, max_shrink_time: 30_000, ..ProptestConfig::default()
    })]
    #[test]
    fn every_planned_airing_has_exactly_one_outcome(
        first in sketch(), runs in prop::collection::vec(run(), 1..6), switched in any::<bool>(),
    ) {
        let damaged = Known::Damaged { detail: "not audio".to_owned(), foreign: None, last: Some(scan_of((61, 44_100))) };
        let mut station = Station::new("2023-03-20T03:00:00")
            .file("mat.mp3", Known::Missing { last: None })
            .file("hong.mp3", damaged)
            .settings(if switched { AMPLIFIER } else { "" })
            .playlist(&first.toml());
        for run in runs {
            station = live(station, run);
        }
        // In the end the clock is right, and the last plans' days pass.
        let end = station.log().iter().map(|r| r.wall()).max().unwrap_or(station.wall()).max(station.wall());
        let station = station.clock_is(end, true).playlist("").run_for(3 * 86_400);
        check(&station)?;
        check_line(&station)?;
    }
}

/// Cases of a random test: few in every run, as many as wanted in a campaign (`PROPTEST_CASES`).
pub fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}
