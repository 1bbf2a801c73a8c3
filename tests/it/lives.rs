//! Random simulations of a station: with any schedule, power cuts, clock steps, edits and lost devices, every planned
//! airing has exactly one outcome, and the log never claims more than the device took.
mod checks;
mod events;
mod late_starts;
mod missing_file;
mod repeated_date;

use std::collections::{BTreeMap, BTreeSet};

use chrono::Timelike;
use loa::airlog::entry::{Outcome, Reason};
use loa::airlog::files::PROGRESS;
use loa::airlog::storage::{MemoryStorage, Storage};
use loa::base::instant::{SECOND_US, WallTime};
use loa::library::FileStatus;
use loa::plan::{LateRule, Priority};
use loa::playout::engine::{OperatorCommand, UrgentSource};
use proptest::prelude::*;

use crate::station::{Station, id, move_kept_files_aside, scan_of};

use checks::{check_line, check_outcomes, check_reasons, check_sound, history};

/// A random schedule.
#[derive(Debug, Clone)]
pub struct RandomSchedule {
    sessions: Vec<RandomSession>,
}

#[derive(Debug, Clone)]
struct RandomSession {
    second_of_day: u32,
    /// The items of `play`: 0 to 6 mean `m0` to `m6`, 7 a relay slot, 8 a draw, and 9 and above those in `DATED_ITEMS`.
    items: Vec<usize>,
    /// The index in `LATE_RULES`.
    late_rule: usize,
    /// The indices in `START_RULES`, `END_RULES` and `INTERRUPTION_RULES`.
    other_rules: [usize; 3],
}

impl RandomSession {
    /// A session with the late rule `skip`.
    fn new(second_of_day: u32, items: Vec<usize>, other_rules: [usize; 3]) -> Self {
        Self { second_of_day, items, late_rule: 0, other_rules }
    }
}

/// The lengths in seconds of the segments `m0` to `m4`.
const SEGMENT_SECONDS: [u64; 5] = [1, 7, 61, 600, 3600];

const LATE_RULES: [&str; 5] = ["skip", "play", "join", "until 23:59", "until 12:00"];

/// Rules about the start of a session. Each can occur with any end rule and interruption rule.
const START_RULES: [&str; 6] = [
    "",
    "",
    "start = \"soft\"\nwindow = \"20m\"\n",
    "priority = \"priority\"\nrank = 3\n",
    "priority = \"priority\"\nrank = 1\n",
    "priority = \"urgent\"\n",
];

const END_RULES: [&str; 5] =
    ["", "gap = \"3s\"\n", "end-by = \"06:10\"\n", "end-by = \"12:30\"\ngap = \"1m\"\n", "repeat = 2\n"];

const INTERRUPTION_RULES: [&str; 5] = [
    "",
    "interrupted = \"restart\"\n",
    "interrupted = \"drop\"\n",
    "opening = \"m0\"\nclosing = \"m1\"\n",
    "interrupted = \"restart\"\nclosing = \"m2\"\n",
];

/// Items with dates. Simulations begin on 20 March 2023.
const DATED_ITEMS: [&str; 3] = [
    "{ segment = \"m1\", dates = [2023-03-21] }",
    "{ segment = \"m2\", from = 2023-03-22 }",
    "{ pool = \"p\", until = 2023-03-21 }",
];

impl RandomSchedule {
    pub fn toml(&self) -> String {
        let mut text = String::new();
        for (n, seconds) in SEGMENT_SECONDS.iter().enumerate() {
            text.push_str(&format!("[[segment]]\nid = \"m{n}\"\ntitle = \"Mục {n}\"\nfile = \"s-{seconds}.mp3\"\n"));
            text.push_str(if n < 3 { "pool = \"p\"\n\n" } else { "\n" });
        }
        text.push_str("[[segment]]\nid = \"m5\"\ntitle = \"Mất\"\nfile = \"mat.mp3\"\n\n");
        text.push_str("[[segment]]\nid = \"m6\"\ntitle = \"Hỏng\"\nfile = \"hong.mp3\"\n\n");
        let item = |m: &usize| match m {
            7 => "{ relay = \"Tiếp sóng\", for = \"7m\" }".to_owned(),
            8 => "{ pool = \"p\", pick = 2 }".to_owned(),
            9.. => DATED_ITEMS[*m - 9].to_owned(),
            m => format!("\"m{m}\""),
        };
        for (n, session) in self.sessions.iter().enumerate() {
            let (second, [start, end, interruption]) = (session.second_of_day, session.other_rules);
            let rules = [START_RULES[start], END_RULES[end], INTERRUPTION_RULES[interruption]].concat();
            let at = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            let items: Vec<_> = session.items.iter().map(item).collect();
            let (play, late) = (items.join(", "), LATE_RULES[session.late_rule]);
            text.push_str(&format!(
                "[[session]]\nid = \"b{n}\"\nat = \"{at}\"\nplay = [{play}]\nlate = \"{late}\"\n{rules}\n"
            ));
        }
        text
    }
}

pub fn random_schedule() -> impl Strategy<Value = RandomSchedule> {
    // Half of the sessions are close together, so that they overlap each other and the events. Some are near midnight.
    let second = prop_oneof![4 => 0u32..86_400, 5 => 20_000u32..24_000, 1 => 86_100u32..86_400, 1 => 0u32..30];
    let rules = (0usize..START_RULES.len(), 0usize..END_RULES.len(), 0usize..INTERRUPTION_RULES.len())
        .prop_map(|(a, b, c)| [a, b, c]);
    let session =
        (second, prop::collection::vec(0usize..9 + DATED_ITEMS.len(), 1..6), 0usize..LATE_RULES.len(), rules).prop_map(
            |(second, items, late_rule, rules)| RandomSession { late_rule, ..RandomSession::new(second, items, rules) },
        );
    prop::collection::vec(session, 1..6).prop_map(|sessions| RandomSchedule { sessions })
}

#[derive(Debug, Clone)]
enum Event {
    /// The clock steps by this number of seconds.
    ClockStep(i64),
    /// The clock becomes synchronised or unsynchronised.
    ClockSync(bool),
    /// The playlist is replaced by this schedule.
    PlaylistEdit(RandomSchedule),
    /// An edit empties the playlist, and an edit restores it after this number of seconds.
    PlaylistEmptied(i64),
    /// The time zone changes to the one with this index in `ZONES`.
    ZoneEdit(usize),
    /// The operator gives the command that `Simulation::schedule_event` assigns to this number.
    Command(u8),
    /// The sound device is missing for this number of seconds.
    DeviceOutage(i64),
    /// The amplifier's relay fails for this number of seconds.
    RelayOutage(i64),
    /// The playlist's file is missing for this number of seconds. Then the first playlist is restored.
    PlaylistHidden(i64),
    /// One of the two copies of the kept files is moved aside.
    KeptFilesMoved,
    /// A forged or changed line of this kind is appended to the progress marks.
    MarkAppended(u8),
    /// The folder `airlog/` is moved elsewhere for this number of seconds.
    AirlogMoved(i64),
}

/// The time of an event.
#[derive(Debug, Clone, Copy)]
enum EventTime {
    /// After this share of the run.
    Share(f64),
    /// This number of seconds after the start of the run.
    AfterStart(i64),
    /// A number of seconds after the start of the session with this index.
    Session(usize, i64),
}

const ZONES: [&str; 5] =
    ["Asia/Ho_Chi_Minh", "Pacific/Auckland", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"];

fn random_event() -> impl Strategy<Value = (EventTime, Event)> {
    let any_event = prop_oneof![
        prop_oneof![-100i64..100, -200_000i64..200_000].prop_map(Event::ClockStep),
        any::<bool>().prop_map(Event::ClockSync),
        random_schedule().prop_map(Event::PlaylistEdit),
        (1i64..3000).prop_map(Event::PlaylistEmptied),
        (0usize..ZONES.len()).prop_map(Event::ZoneEdit),
        (0u8..10).prop_map(Event::Command),
        (1i64..3000).prop_map(Event::DeviceOutage),
        (1i64..3000).prop_map(Event::RelayOutage),
        prop_oneof![1i64..3000, 1i64..90_000].prop_map(Event::PlaylistHidden),
        Just(Event::KeptFilesMoved),
        (0u8..3).prop_map(Event::MarkAppended),
        (1i64..3000).prop_map(Event::AirlogMoved),
    ];
    let any_time = prop_oneof![
        (0.0f64..1.0).prop_map(EventTime::Share),
        (0usize..6, 0i64..200).prop_map(|(n, after)| EventTime::Session(n, after)),
    ];
    let session_start = (0usize..6).prop_map(|n| EventTime::Session(n, 0));
    prop_oneof![
        6 => (any_time, any_event),
        // An urgent message shortly after the start of the run, a stop during a session, and a step at the start of a
        // session.
        1 => (1i64..290).prop_map(|seconds| (EventTime::AfterStart(seconds), Event::Command(5))),
        1 => (0usize..6, 0i64..200).prop_map(|(n, after)| (EventTime::Session(n, after), Event::Command(1))),
        1 => (session_start, prop_oneof![-100i64..100, -200_000i64..200_000].prop_map(Event::ClockStep)),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum RunEnd {
    /// The daemon is stopped cleanly.
    Stop,
    /// The power is cut.
    PowerCut,
    /// The daemon is killed, but the machine keeps running.
    Kill,
}

#[derive(Debug, Clone)]
pub struct Run {
    /// The time at which the run ends.
    ends_at: EventTime,
    events: Vec<(EventTime, Event)>,
    end: RunEnd,
    /// The number of seconds after the run during which no daemon runs.
    downtime_s: i64,
    /// The seconds by which the clock is set while the machine keeps running; `None` if it restarts.
    clock_change_s: Option<i64>,
    /// True if the clock is synchronised at the next start.
    is_synchronised: bool,
}

pub fn random_run() -> impl Strategy<Value = Run> {
    let ends_at = prop_oneof![
        (1i64..300).prop_map(EventTime::AfterStart),
        (1i64..7200).prop_map(EventTime::AfterStart),
        (1i64..260_000).prop_map(EventTime::AfterStart),
        (0usize..6, 0i64..400).prop_map(|(n, after)| EventTime::Session(n, after)),
    ];
    let events = prop::collection::vec(random_event(), 0..6);
    let downtime_s = prop_oneof![0i64..60, 0i64..600, 0i64..10_000, 0i64..400_000];
    let end = prop_oneof![Just(RunEnd::Stop), Just(RunEnd::PowerCut), Just(RunEnd::Kill)];
    let clock_change_s = prop_oneof![
        3 => Just(None),
        2 => Just(Some(0)),
        1 => prop_oneof![-100i64..100, -20_000i64..20_000].prop_map(Some),
    ];
    (ends_at, events, end, downtime_s, clock_change_s, prop::bool::weighted(0.6)).prop_map(
        |(ends_at, events, end, downtime_s, clock_change_s, is_synchronised)| {
            let clock_change_s = if end == RunEnd::PowerCut { None } else { clock_change_s };
            Run { ends_at, events, end, downtime_s, clock_change_s, is_synchronised }
        },
    )
}

/// The period between two runs, during which no daemon runs.
#[derive(Debug, Clone, Copy)]
struct Downtime {
    from: WallTime,
    until: WallTime,
    /// True if the daemon was stopped cleanly before this period.
    follows_clean_stop: bool,
    /// True if no clock step has made the two times unreliable.
    has_reliable_times: bool,
}

/// A simulated station, and facts about it that do not come from its log.
pub struct Simulation {
    schedule: RandomSchedule,
    settings: String,
    downtimes: Vec<Downtime>,
    /// The number of the first entry after a clock step. From this entry on, times are unreliable and can occur twice.
    first_entry_after_step: Option<u64>,
    /// The number of the first entry that may have been written after an edit of the schedule.
    first_entry_after_edit: Option<u64>,
    /// True if `KeptFilesMoved` moves the copies beside the keys, false if it moves those beside the log.
    moves_key_folder_copies: bool,
}

impl Simulation {
    pub fn new(schedule: RandomSchedule, settings: &str) -> Self {
        let moves_key_folder_copies = schedule.sessions[0].second_of_day.is_multiple_of(2);
        Self {
            schedule,
            settings: settings.to_owned(),
            downtimes: Vec::new(),
            first_entry_after_step: None,
            first_entry_after_edit: None,
            moves_key_folder_copies,
        }
    }

    /// The seconds from the clock's current time until `when`, in a run of `length_s` seconds.
    fn seconds_until(&self, station: &Station, when: EventTime, length_s: i64) -> i64 {
        match when {
            EventTime::Share(share) => (share * length_s as f64) as i64,
            EventTime::AfterStart(seconds) => seconds,
            EventTime::Session(n, after) => {
                let session_s = i64::from(self.schedule.sessions[n % self.schedule.sessions.len()].second_of_day);
                let local_s = station.wall().0 / SECOND_US + 7 * 3600;
                (session_s + after - local_s).rem_euclid(86_400)
            }
        }
    }

    pub fn run_once(&mut self, mut station: Station, run: Run) -> Station {
        let length_s = self.seconds_until(&station, run.ends_at, 0).max(1);
        let at_s = |when| self.seconds_until(&station, when, length_s).min(length_s);
        let mut events: Vec<_> = run.events.iter().map(|(when, event)| (at_s(*when), event.clone())).collect();
        events.sort_by_key(|(at_s, _)| *at_s);
        let has_clock_step = events.iter().any(|(_, event)| matches!(event, Event::ClockStep(_)));
        if has_clock_step || run.clock_change_s.is_some_and(|by| by != 0) {
            self.first_entry_after_step.get_or_insert(station.log().len() as u64);
        }
        let is_edit =
            |event: &Event| matches!(event, Event::PlaylistEdit(_) | Event::PlaylistEmptied(_) | Event::ZoneEdit(_));
        if events.iter().any(|(_, event)| is_edit(event)) {
            self.first_entry_after_edit.get_or_insert(station.log().len() as u64);
        }
        // A power cut would lose the entries that wait in memory while the folder is moved, so such a run ends cleanly.
        let moves_airlog = events.iter().any(|(_, event)| matches!(event, Event::AirlogMoved(_)));
        let end = if moves_airlog { RunEnd::Stop } else { run.end };
        for (at_s, event) in events {
            station = self.schedule_event(station, at_s, length_s, event);
        }
        let station = match end {
            RunEnd::Stop => station.run_for(length_s),
            RunEnd::PowerCut => station.run_and_cut(length_s),
            RunEnd::Kill => station.run_and_kill(length_s),
        };
        let from = station.wall();
        let station = match run.clock_change_s {
            Some(by) => station.restarted_after(run.downtime_s).clock_set(by).clock_synchronised(run.is_synchronised),
            None => {
                let wall = station.wall().plus(run.downtime_s * SECOND_US);
                station.start_clock_at(wall, run.is_synchronised)
            }
        };
        let has_reliable_times = self.first_entry_after_step.is_none();
        self.downtimes.push(Downtime {
            from,
            until: station.wall(),
            follows_clean_stop: end == RunEnd::Stop,
            has_reliable_times,
        });
        station
    }
}

const NEVER_QUIET: &str = "[quiet-hours]\nfrom = \"12:00\"\nuntil = \"12:00\"\n";

pub const AMPLIFIER: &str = "[amplifier]\non = \"relay 1\"\noff = \"relay 0\"\nwarm-up = \"4s\"\nmin-off = \"30s\"\n";

/// A strategy for the runs of one simulation.
fn random_runs() -> impl Strategy<Value = Vec<Run>> {
    let run_group = prop_oneof![9 => random_run().prop_map(|run| vec![run]), 1 => late_starts::runs_with_kill()];
    prop::collection::vec(run_group, 1..6).prop_map(|runs| runs.concat())
}

/// Runs a complete simulation and checks its log.
fn check_simulation(
    schedule: RandomSchedule,
    runs: Vec<Run>,
    has_amplifier: bool,
    has_quiet_hours: bool,
) -> Result<(), TestCaseError> {
    let damaged_file =
        FileStatus::Damaged { detail: "not audio".to_owned(), foreign: None, last: Some(scan_of((61, 44_100))) };
    let settings =
        [if has_amplifier { AMPLIFIER } else { "" }, if has_quiet_hours { "" } else { NEVER_QUIET }].concat();
    let mut station = Station::new("2023-03-20T03:00:00")
        .file("mat.mp3", FileStatus::Missing { last: None })
        .file("hong.mp3", damaged_file)
        .settings(&settings)
        .playlist(&schedule.toml());
    let mut simulation = Simulation::new(schedule, &settings);
    for run in runs {
        station = simulation.run_once(station, run);
    }
    // At the end, the clock is corrected, and the station runs until the dates of the last plans have passed.
    let end = station.log().iter().map(|r| r.wall()).max().unwrap_or(station.wall()).max(station.wall());
    if end > station.wall() {
        simulation.first_entry_after_step.get_or_insert(station.log().len() as u64);
    }
    simulation.first_entry_after_edit.get_or_insert(station.log().len() as u64);
    if let Some(downtime) = simulation.downtimes.last_mut() {
        downtime.until = end;
    }
    let station = station.start_clock_at(end, true).playlist("").run_for(3 * 86_400);
    check_outcomes(&station, has_quiet_hours)?;
    check_reasons(&station, &simulation)?;
    late_starts::check_late_starts(&station)?;
    check_sound(&station)?;
    check_line(&station)
}

proptest! {
    // The time for shrinking a failing simulation is limited.
    #![proptest_config(ProptestConfig {
        cases: case_count(), failure_persistence: None, max_shrink_time: 30_000, ..ProptestConfig::default()
    })]
    #[test]
    fn every_planned_airing_has_exactly_one_outcome(
        schedule in random_schedule(), runs in random_runs(),
        has_amplifier in any::<bool>(), has_quiet_hours in any::<bool>(),
    ) {
        check_simulation(schedule, runs, has_amplifier, has_quiet_hours)?;
    }
}

/// The number of cases of a random test: `PROPTEST_CASES`, or 150.
pub fn case_count() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}
