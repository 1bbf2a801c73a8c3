//! The playout engine: `decide(state, event) -> actions`, pure.
//!
//! It is told what time it is and what happened, and says what to do. It touches no clock, disk, thread or
//! device, so a month of a station's life, with its power cuts and clock steps, runs in a test in an instant.
//! The rooms: [`trust`] (is the clock believed), [`slot`] (an airing on its way to its outcome), `begin` (what
//! a starting daemon owes to the past), `days` (dates become plans, edits are adopted), `air` (what plays now), `way` (who
//! has the line when two want it), `lineup` (what comes next), `relay` and `urgent` (what is no session's airing), `line`
//! (when it is opened and let go), `device` (what is told of it), `amplifier` (when it is on), `reports` (what the output
//! said), `lasted` (whether that can have been heard), `orders` and `status` (what the operator said), `doubt` (files
//! that have gone from the folder).
mod air;
mod amplifier;
mod begin;
mod days;
mod device;
mod doubt;
mod lasted;
mod line;
mod lineup;
mod orders;
mod overdue;
mod relay;
mod reports;
pub mod slot;
mod status;
pub mod trust;
mod urgent;
mod way;

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;

use crate::airlog::Identity;
use crate::airlog::entry::{
    Body, ClockStepNote, ClockTrustNote, LostNote, OutcomeNote, Reason, ScheduleNote, ShutdownNote,
};
use crate::airlog::entry::{TrustReason, Who};
use crate::airlog::runs::Runs;
use crate::folder::away::Away;
use crate::instant::local;
use crate::instant::{Boot, SECOND, Wall};
use crate::library::{Length, Library};
use crate::plan::Plan;
use crate::plan::zone::Zone;
use crate::playout::clock::Now;
use crate::playout::output::{self, Cue, CueKey, Progress, Sink};
use crate::schedule::{Id, Schedule};
use crate::station::OutputSettings;
use slot::{Slot, State};
use trust::{Look, Trust};

pub use amplifier::{AmplifierStatus, Switch, Switched, Trouble};
pub use begin::Beginning;
pub use doubt::AwaySince;
pub use orders::{Alarm, Answer, Order, both};
pub use status::Status;

/// How long before a start the line is opened and the file lined up.
pub const PREROLL_US: i64 = 3 * SECOND;
/// How long the engine waits for the output's last word when it ends.
const LAST_WORD_US: i64 = 2 * SECOND;
/// And so long after that the amplifier may take to go off: its commands have 10 s.
const SWITCH_WORD_US: i64 = 10 * SECOND;

/// A schedule with what it needs to be planned and kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Adopted {
    /// What the operator wrote.
    pub schedule: Schedule,
    /// What is known of the audio files.
    pub library: Library,
    /// What its `schedule` entry says.
    pub note: ScheduleNote,
    /// The files to keep: name in `airlog/`, bytes.
    pub kept: Vec<(String, Vec<u8>)>,
}

/// What the engine must know and cannot change.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The station of this log.
    pub station: Id,
    /// Where its audio files are.
    pub audio: PathBuf,
    /// No clock before this is believed.
    pub build: Wall,
    /// Whether no sound is meant: nothing is proved then.
    pub rehearsal: bool,
    /// No later date is planned: the last of a rehearsal.
    pub until: Option<NaiveDate>,
    /// What the log is called, and its keys.
    pub identity: Identity,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// Time went by, or the clock was set.
    Time,
    /// The station's files, read anew and found sound.
    Adopt(Arc<Adopted>),
    /// Files that the schedule in force names have gone from the folder, or none any more.
    Doubt {
        /// Which, and why.
        away: Vec<Away>,
        /// The schedule without them, if a person may say that they are meant to be gone.
        instead: Option<Arc<Adopted>>,
    },
    /// The output tells something.
    Output(Vec<output::Event>),
    /// The operator wants something.
    Order(Order, Who),
    /// What came of switching the amplifier.
    Switched(Switched),
    /// The daemon is to end.
    End {
        /// For the `shutdown` entry.
        cause: String,
    },
}

/// What people are told while the daemon runs; the words are elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The clock is not believed any more, or was not at the start.
    ClockDoubted(TrustReason),
    /// The clock is believed again.
    ClockBelieved(TrustReason),
    /// The line was lost or cannot be opened.
    LineLost(String),
    /// The line is back.
    LineBack(String),
    /// A schedule is in force.
    Adopted {
        /// Sessions in it.
        sessions: u64,
        /// Segments in it.
        segments: u64,
    },
    /// The station's id was changed: not adopted.
    StationChanged {
        /// The id of the log.
        log: Id,
        /// The id now in `station.toml`.
        file: Id,
    },
    /// A person has said that files are meant to be gone: these.
    RemovalMeant(Vec<String>),
    /// The station was off.
    WasOff {
        /// For how long.
        seconds: i64,
    },
    /// A device has taken the place of the one that the station would rather have.
    LineInstead {
        /// Which.
        device: String,
        /// Why.
        detail: String,
    },
    /// The amplifier cannot be switched.
    AmplifierFails {
        /// Whether it was to be on.
        on: bool,
        /// Why not.
        trouble: Trouble,
    },
    /// The amplifier can be switched again.
    AmplifierWorks,
    /// Marks of an airing that was cut off are not believed.
    MarksDoubted(String),
    /// Neither copy of a kept file is left.
    Lost(LostNote),
    /// An airing has started.
    Started(String),
    /// An airing has its outcome.
    Ended(Box<OutcomeNote>),
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Use the output with these settings from now on; it is closed.
    Configure(OutputSettings),
    /// Open the line.
    Open {
        /// Frames a second of most of what comes; none where that is no rate for a line.
        rate: Option<u32>,
    },
    /// Let go of the line.
    Close,
    /// Line up a file.
    Cue(Cue),
    /// End a cue.
    Cut(CueKey),
    /// Hash these files: they will be cued before long.
    Expect(Vec<PathBuf>),
    /// Switch the amplifier.
    Amplifier(Switch),
    /// Keep a file beside the log, durably, before what is logged next.
    Keep {
        /// Name in `airlog/`.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Append a batch.
    Log(Vec<Body>),
    /// Answer the operator.
    Answer(Answer),
    /// End the open epoch of the log.
    Roll,
    /// Tell people.
    Tell(Notice),
    /// The log is complete: leave.
    Exit,
}

/// The line, as far as the output has told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Closed,
    Opening,
    Open { rate: u32, device: String, sink: Sink },
    Lost,
}

/// The state of a running station.
pub struct Engine {
    facts: Facts,
    trust: Trust,
    adopted: Option<Arc<Adopted>>,
    /// Read while the clock was not believed: adopted once it is, after what fell due before.
    waiting: Option<Arc<Adopted>>,
    /// What has gone from the folder without a person's word.
    doubt: doubt::Doubt,
    planned_through: Option<NaiveDate>,
    /// The latest planned dates and their plans as kept; the next day is planned before it begins.
    plans: BTreeMap<NaiveDate, Plan>,
    /// Airings without an outcome, in the order of their sessions' starts.
    slots: Vec<Slot>,
    /// What the operator asked for outside the plan: one thing that plays, and urgent messages in their order.
    extras: Vec<Slot>,
    /// Recent ids that have an outcome.
    settled: HashSet<String>,
    /// Recent sessions of which an airing has started.
    begun: HashSet<String>,
    /// When the station could not have played, in this run and those before it.
    runs: Runs,
    /// When something last sounded.
    last_sound: Boot,
    /// When the output was last asked what happened.
    looked: Boot,
    /// Until then an unsynchronised clock may still be put right by the network: what it makes look missed waits.
    settles_from: Boot,
    line: Line,
    /// Since when there has been no device though one is wanted.
    away_since: Option<Boot>,
    /// What sounded has ended for the loss of the device, and a device has not come back since.
    losing: bool,
    /// What the log knows of the device.
    device: device::Told,
    settings: Option<OutputSettings>,
    amplifier: amplifier::State,
    next_key: u64,
    /// The zone around the day (since 1970, UTC) that was asked for last: each look asks for its clocks several times.
    around: Cell<Option<(Tz, i64, Zone)>>,
    /// Set when the daemon is to end: until when the output may still speak.
    ending: Option<(Boot, String)>,
    exited: bool,
    out: Out,
}

/// Actions of the present decision, by kind.
#[derive(Default)]
struct Out {
    sound: Vec<Action>,
    kept: Vec<Action>,
    log: Vec<Body>,
    talk: Vec<Action>,
}

impl Engine {
    /// Takes an event, and says what to do: sound first, then what is kept and logged, then what is told.
    pub fn decide(&mut self, now: Now, progress: Option<Progress>, event: Event) -> Vec<Action> {
        if self.exited {
            return Vec::new();
        }
        self.note_progress(progress);
        let then = self.trust.unstepped(now);
        let look = self.read_clock(now);
        // What the output tells was done by the clock as it was: it counts before a step takes anything back. All of it,
        // before anything is concluded from what has not been said.
        let event = match event {
            Event::Output(events) => {
                events.into_iter().for_each(|event| self.report(then, event));
                None
            }
            other => Some(other),
        };
        self.follow_clock(now, look);
        match event {
            None | Some(Event::Output(_)) => {}
            Some(Event::Time) => self.looked = now.boot,
            Some(Event::Adopt(_)) if self.ending.is_some() => {}
            Some(Event::Adopt(adopted)) => self.offer(now, adopted),
            Some(Event::Doubt { away, instead }) => self.doubted(now, away, instead),
            Some(Event::Order(order, who)) => self.order(now, order, who),
            Some(Event::Switched(switched)) => self.switched(now, switched),
            Some(Event::End { cause }) => self.end(now, cause),
        }
        if self.ending.is_some() {
            self.finish(now);
        } else {
            self.run(now);
        }
        self.slots.retain(|slot| !slot.done());
        self.flush(now)
    }

    fn flush(&mut self, now: Now) -> Vec<Action> {
        let out = std::mem::take(&mut self.out);
        let mut actions = out.sound;
        let cut = |action: &Action| if let Action::Cut(key) = action { Some(*key) } else { None };
        // What is lined up behind is taken back before what sounds is cut: the output would begin it in between.
        for cuts in actions.chunk_by_mut(|a, b| cut(a).is_some() && cut(b).is_some()) {
            cuts.sort_by_key(|action| std::cmp::Reverse(cut(action)));
        }
        actions.extend(out.kept);
        if !out.log.is_empty() {
            self.trust.logged(now);
            actions.push(Action::Log(out.log));
        }
        actions.extend(out.talk);
        actions
    }

    /// The station's zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.adopted.as_ref().map_or(chrono_tz::Asia::Ho_Chi_Minh, |a| a.schedule.station.timezone)
    }

    /// An instant by the clocks of the zone.
    fn here(&self, at: Wall) -> DateTime<FixedOffset> {
        self.zone_around(at).of(at)
    }

    fn zone_around(&self, at: Wall) -> Zone {
        let (zone, day) = (self.zone(), at.0.div_euclid(86_400 * SECOND));
        let known = self.around.get().filter(|(of, on, _)| (*of, *on) == (zone, day)).map(|(.., around)| around);
        known.unwrap_or_else(|| {
            let around = Zone::around(zone, local(at, zone).date_naive());
            self.around.set(Some((zone, day, around)));
            around
        })
    }

    /// The schedule in force.
    #[must_use]
    pub fn adopted(&self) -> Option<&Arc<Adopted>> {
        self.adopted.as_ref()
    }

    /// The sounding airing and its cue, for the progress marks; and what was taken of it before an interruption.
    #[must_use]
    pub fn sounding(&self) -> Option<(&str, CueKey, Length)> {
        self.all_slots().find_map(|slot| match slot.state {
            State::Sounding { key, rate, .. } => {
                Some((slot.labels.id.as_str(), key, slot.goes_on_from().unwrap_or(Length { frames: 0, rate })))
            }
            _ => None,
        })
    }

    /// The schedule in force, or the one that waits until the clock is believed: what is urgent does not wait.
    fn in_sight(&self) -> Option<&Arc<Adopted>> {
        self.adopted.as_ref().or(self.waiting.as_ref())
    }

    /// Whether the clock is believed.
    #[must_use]
    pub fn believes_clock(&self) -> bool {
        self.trust.believed
    }

    /// Whether no airing of a day that has begun waits, sounds, or will come.
    #[must_use]
    pub fn idle(&self, now: Now) -> bool {
        let today = self.today(now);
        let begun =
            |slot: &Slot| matches!(slot.state, State::Sounding { .. } | State::Interrupted | State::Relaying { .. });
        let ahead = |slot: &Slot| !begun(slot) && slot.plan.as_ref().is_some_and(|a| a.date > today);
        self.slots.iter().all(ahead) && self.extras.is_empty()
    }

    fn all_slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().chain(&self.extras)
    }

    /// Reads the clock, and logs what it did.
    fn read_clock(&mut self, now: Now) -> Look {
        let look = self.trust.look(now);
        if look.changed {
            // Before the step itself, so that a clock that is doubted never sets the time of the last believed entry.
            self.trust_entry();
        }
        if let Some(by_us) = look.step {
            self.step_entry(now, by_us);
        }
        look
    }

    /// Does what follows from a look at the clock.
    fn follow_clock(&mut self, now: Now, look: Look) {
        // Before anything is lined up by the clock as it is now.
        if look.moved.abs() >= RECUE_US {
            self.recue(look.step.is_some());
        }
        if look.changed {
            self.trust_changed(now);
        } else {
            self.runs.alive(now.wall, now.boot);
        }
    }

    fn trust_entry(&mut self) {
        let (trusted, trust) = (self.trust.believed, self.trust.why);
        self.out.log.push(Body::ClockTrust(ClockTrustNote { trusted, trust }));
    }

    fn step_entry(&mut self, now: Now, by_us: i64) {
        let from = local(now.wall.plus(-by_us), self.zone());
        self.out.log.push(Body::ClockStep(ClockStepNote { from, by_us }));
    }

    /// Says a change of belief, and does what follows from it.
    fn trust_changed(&mut self, now: Now) {
        let trust = self.trust.why;
        if self.trust.believed {
            self.out.talk.push(Action::Tell(Notice::ClockBelieved(trust)));
            self.runs.believe(now.wall, now.boot);
            if let Some(adopted) = self.waiting.take() {
                // What fell due meanwhile was planned by the schedule before it.
                self.run(now);
                self.adopt(now, adopted);
            }
        } else {
            self.out.talk.push(Action::Tell(Notice::ClockDoubted(trust)));
            self.runs.doubt(now.boot);
            self.silence(now, Reason::ClockUntrusted);
        }
    }

    fn end(&mut self, now: Now, cause: String) {
        if self.ending.is_none() {
            self.run(now);
            self.ending = Some((now.boot.plus(LAST_WORD_US), cause));
            self.silence(now, Reason::Shutdown);
            self.end_waiting_extras(Reason::Shutdown);
        }
    }

    /// Once the output has said its last word, or has had its time: the last entry.
    fn finish(&mut self, now: Now) {
        let Some((deadline, cause)) = self.ending.clone() else {
            return;
        };
        if self.all_slots().any(Slot::live) {
            if now.boot < deadline {
                return;
            }
            self.give_up_on_output();
        }
        if self.amplifier_goes_off(now) && now.boot < deadline.plus(SWITCH_WORD_US) {
            return;
        }
        self.out.sound.push(Action::Close);
        self.out.log.push(Body::Shutdown(ShutdownNote { cause }));
        self.out.talk.push(Action::Exit);
        self.exited = true;
    }
}

/// A cue that has not started is timed anew when the wall clock has moved by this much.
const RECUE_US: i64 = 20_000;
