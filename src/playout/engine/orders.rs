//! What the operator asks, and what is answered.
use serde::{Deserialize, Serialize};

use super::slot::{Slot, State};
use super::{Action, Engine, Line};
use crate::airlog::entry::{Body, KeptNote, OperatorNote, Reason, RemarkNote, TrustReason, Who};
use crate::instant::Wall;
use crate::instant::local;
use crate::instant::stamp_text;
use crate::library::Known;
use crate::library::loudness::Loudness;
use crate::playout::clock::{Now, Sync};
use crate::playout::output::{Cue, Start};
use crate::proof::anchor;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;
use crate::schedule::Id;

/// An order over the control socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// How is the station?
    Status,
    /// Play this segment now, outside the plan.
    Play(Id),
    /// End what sounds; what follows keeps its own time.
    Skip,
    /// End the running session; the next one plays.
    Stop,
    /// Write down a remark about an airing.
    Note {
        /// The airing's id.
        id: String,
        /// The remark.
        text: String,
    },
    /// Vouch for the clock.
    ConfirmClock,
    /// The log is being collected: what the department sent is logged, and the open epoch ends.
    Collect {
        /// Its signed notes: an anchor, a countersigned head.
        notes: Vec<String>,
    },
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The station's state.
    Status(Box<Status>),
    /// It is being done.
    Done,
    /// It is being done, and the disk refuses the entry for it so far.
    DoneNotLogged,
    /// Nothing sounds that could be ended.
    NothingPlays,
    /// Something sounds already.
    Busy(String),
    /// There is no such segment.
    NoSuchSegment(Id),
    /// It is past its last day.
    Expired(String),
    /// Nobody has approved it, and the station airs approved segments only.
    NotApproved(String),
    /// Quiet hours: only `urgent` may sound.
    Quiet,
    /// The clock is not believed: only `urgent` may sound.
    ClockDoubted,
    /// The clock cannot be right; it must be set before it can be vouched for.
    ClockImpossible,
    /// The daemon is ending.
    Ending,
    /// The text is empty or too long.
    BadText,
}

/// How the station is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The station's id.
    pub station: Id,
    /// What its clock says, RFC 3339.
    pub at: String,
    /// How well the system keeps that clock.
    pub clock: Sync,
    /// Whether the clock is believed.
    pub clock_trusted: bool,
    /// Why.
    pub clock_trust: TrustReason,
    /// Whether it is quiet hours.
    pub quiet: bool,
    /// `closed`, `opening`, `open`, `lost`.
    pub line: String,
    /// What sounds: id, title, milliseconds taken, planned milliseconds.
    pub on_air: Option<OnAir>,
    /// What comes next: id, title, start in RFC 3339.
    pub next: Option<Next>,
    /// Airings of today that have no outcome yet.
    pub waiting: u64,
    /// Whether a newer schedule waits until the clock is believed.
    pub schedule_waits: bool,
    /// Sessions in the schedule in force; none when there is no schedule.
    pub sessions: Option<u64>,
    /// The newest root of the log in 16 symbols, and how many entries it covers; none before the first.
    pub head_code: Option<String>,
    /// Entries under that root.
    pub entries: u64,
}

/// What sounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnAir {
    /// Airing id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Milliseconds taken by the device.
    pub played_ms: i64,
    /// Planned milliseconds.
    pub planned_ms: i64,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// Airing id.
    pub id: String,
    /// Title.
    pub title: String,
    /// RFC 3339.
    pub start: String,
}

/// No note of a department's is longer.
const MAX_COLLECTED: usize = 4096;

/// What a department's note is in the log; none when it is none.
#[must_use]
pub fn collected(note: String) -> Option<Body> {
    if note.len() > MAX_COLLECTED {
        return None;
    }
    if anchor::looks_like_one(note.as_bytes()).is_some() {
        return Some(Body::Anchor(KeptNote { note }));
    }
    let text = Note::parse(note.as_bytes())?.text;
    Checkpoint::parse(&text).map(|_| Body::Cosigned(KeptNote { note }))
}

/// Characters of a remark.
const MAX_REMARK: usize = 1000;

impl Engine {
    /// Does what was asked, logs it with who asked, and answers.
    pub(super) fn order(&mut self, now: Now, order: Order, who: Who) {
        let answer = match order {
            Order::Status => Answer::Status(Box::new(self.status(now))),
            _ if self.ending.is_some() => Answer::Ending,
            Order::Play(segment) => self.play(now, &segment, who),
            Order::Skip => self.skip(who),
            Order::Stop => self.stop(now, who),
            Order::Note { id, text } => self.remark(id, &text, who),
            Order::ConfirmClock => self.confirm(now, who),
            Order::Collect { notes } => self.collect(notes),
        };
        self.out.talk.push(Action::Answer(answer));
    }

    fn ordered(&mut self, action: &str, id: Option<String>, who: Who) {
        self.out.log.push(Body::Operator(OperatorNote { action: action.to_owned(), id, who }));
    }

    fn play(&mut self, now: Now, id: &Id, who: Who) -> Answer {
        let Some(adopted) = self.adopted.clone() else {
            return Answer::NoSuchSegment(id.clone());
        };
        let Some(segment) = adopted.schedule.segment(id) else {
            return Answer::NoSuchSegment(id.clone());
        };
        if !self.trust.believed {
            return Answer::ClockDoubted;
        }
        if self.quiet_at(now.wall) {
            return Answer::Quiet;
        }
        if let Some(busy) = self.all_slots().find(|s| s.live()) {
            return Answer::Busy(busy.labels.title.clone());
        }
        let today = local(now.wall, self.zone()).date_naive();
        if segment.valid_until.is_some_and(|last| today > last) {
            return Answer::Expired(segment.title.clone());
        }
        if adopted.schedule.station.approval_required && !segment.approved(today) {
            return Answer::NotApproved(segment.title.clone());
        }
        let length = adopted.library.length(&segment.file);
        let mut slot = Slot::asked_for(segment, length, now.wall, self.zone());
        let key = self.new_key();
        slot.state = State::Cued { key, due: now.boot, follows: false, sha256: None };
        let path = self.facts.audio.join(&segment.file);
        let length = (length.rate > 0).then_some(length);
        let start = Start::At(now.boot);
        let (sha256, known) = (segment.sha256.clone(), adopted.library.files.get(&segment.file));
        let loudness = known.and_then(Known::last).map(Loudness::of);
        self.out.sound.push(Action::Cue(Cue { key, path, start, skip_us: 0, length, sha256, loudness }));
        self.ordered("play", Some(slot.labels.id.clone()), who);
        self.extra = Some(slot);
        Answer::Done
    }

    fn skip(&mut self, who: Who) -> Answer {
        let sounding = |s: &Slot| matches!(s.state, State::Sounding { .. });
        if let Some(index) = self.slots.iter().position(sounding)
            && let Some(key) = self.slots[index].key()
        {
            self.ordered("skip", Some(self.slots[index].labels.id.clone()), who);
            self.cut(index, key, Reason::OperatorSkip);
            return Answer::Done;
        }
        self.end_extra("skip", Reason::OperatorSkip, who)
    }

    fn end_extra(&mut self, action: &str, reason: Reason, who: Who) -> Answer {
        let Some(id) = self.extra.as_ref().map(|s| s.labels.id.clone()) else {
            return Answer::NothingPlays;
        };
        self.ordered(action, Some(id), who);
        self.cut_extra(reason);
        Answer::Done
    }

    fn stop(&mut self, now: Now, who: Who) -> Answer {
        // What the operator plays, plays alone: a session that is lined up behind it has not begun.
        if self.extra.as_ref().is_some_and(|s| matches!(s.state, State::Sounding { .. })) {
            return self.end_extra("stop", Reason::OperatorStop, who);
        }
        // The running session: the latest whose time has come and that has airings left.
        let begun = |s: &&Slot| {
            let starts = s.plan.as_ref().map(|a| a.session_starts());
            !s.done() && !s.withdrawn() && starts.is_some_and(|at| at <= now.wall)
        };
        let live = self.slots.iter().filter(|s| s.live()).min_by_key(|s| s.key());
        let key = live.or_else(|| self.slots.iter().rfind(begun)).and_then(Slot::session_key);
        let Some(key) = key.map(str::to_owned) else {
            return self.end_extra("stop", Reason::OperatorStop, who);
        };
        self.ordered("stop", Some(key.clone()), who);
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            if slot.done() || slot.session_key() != Some(&key) {
                continue;
            }
            match slot.state {
                State::Sounding { key, .. } => self.cut(index, key, Reason::OperatorStop),
                _ => self.miss(index, Reason::OperatorStop, None),
            }
        }
        self.cut_extra(Reason::OperatorStop);
        Answer::Done
    }

    fn remark(&mut self, id: String, text: &str, who: Who) -> Answer {
        let text: String = unicode_normalization::UnicodeNormalization::nfc(text.trim()).collect();
        let fits = |s: &str, max| !s.is_empty() && s.chars().count() <= max && !s.chars().any(char::is_control);
        if !fits(&text, MAX_REMARK) || !fits(&id, 200) {
            return Answer::BadText;
        }
        self.out.log.push(Body::Note(RemarkNote { id, text, who }));
        Answer::Done
    }

    fn confirm(&mut self, now: Now, who: Who) -> Answer {
        let before = (self.trust.believed, self.trust.last_believed);
        if self.trust.confirm(now).is_err() {
            return Answer::ClockImpossible;
        }
        self.ordered("clock-confirm", None, who);
        if !before.0 {
            self.trust_entry();
            self.trust_changed(now, before.1);
        }
        Answer::Done
    }

    fn collect(&mut self, notes: Vec<String>) -> Answer {
        self.out.log.extend(notes.into_iter().filter_map(collected));
        self.out.talk.push(Action::Roll);
        Answer::Done
    }

    /// How the station is.
    fn status(&self, now: Now) -> Status {
        let line = match &self.line {
            Line::Closed => "closed",
            Line::Opening => "opening",
            Line::Open { .. } => "open",
            Line::Lost => "lost",
        };
        let on_air = self.all_slots().find_map(|slot| match slot.state {
            State::Sounding { frames, rate, .. } => Some(OnAir {
                id: slot.labels.id.clone(),
                title: slot.labels.title.clone(),
                played_ms: crate::library::Length { frames, rate }.ms(),
                planned_ms: slot.labels.planned_ms,
            }),
            _ => None,
        });
        Status {
            station: self.facts.station.clone(),
            at: stamp_text(now.wall, self.zone()),
            clock: now.sync,
            clock_trusted: self.trust.believed,
            clock_trust: self.trust.why,
            quiet: self.quiet_at(now.wall),
            line: line.to_owned(),
            on_air,
            next: self.next_airing(now),
            waiting: self.slots.iter().filter(|s| !s.withdrawn()).count() as u64,
            schedule_waits: self.waiting.is_some(),
            sessions: self.adopted.as_ref().map(|a| a.note.sessions),
            // Whoever has the log puts them in.
            head_code: None,
            entries: 0,
        }
    }

    /// The next airing that will start: of today's plan, or of the first later day within a week that has one.
    fn next_airing(&self, now: Now) -> Option<Next> {
        let next = |a: &crate::plan::Airing| Next {
            id: a.id.clone(),
            title: a.title.clone(),
            start: stamp_text(Wall(a.start.timestamp_micros()), self.zone()),
        };
        let coming = |s: &&Slot| {
            let ahead = s.plan.as_ref().is_some_and(|a| a.starts() >= now.wall);
            !s.withdrawn() && matches!(s.state, State::Waiting | State::Cued { .. }) && ahead
        };
        if let Some(airing) = self.slots.iter().find(coming).and_then(|s| s.plan.as_ref()) {
            return Some(next(airing));
        }
        let adopted = self.adopted.as_ref()?;
        let planner = crate::plan::Planner::new(&adopted.schedule, &adopted.library);
        let today = self.today(now);
        let days = (1..=7).map(|n| today + chrono::TimeDelta::days(n));
        days.filter_map(|day| planner.day(day).airings.into_iter().next()).next().map(|a| next(&a))
    }
}
