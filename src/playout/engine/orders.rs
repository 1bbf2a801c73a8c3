//! What the operator asks, and what is answered.
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::slot::{Slot, State, Taken};
use super::{Action, Engine, Status};
use crate::airlog::entry::{Body, KeptNote, OperatorNote, Reason, RemarkNote, Who};
use crate::instant::{Wall, local};
use crate::library::loudness::Loudness;
use crate::library::{Known, Length};
use crate::playout::clock::Now;
use crate::playout::output::Start;
use crate::proof::anchor;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;
use crate::schedule::{Id, Priority, Segment, Source};

/// An order over the control socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// How is the station?
    Status,
    /// Play this segment now, outside the plan.
    Play(Id),
    /// Sound this at once, whatever plays and in quiet hours, so many times.
    Urgent {
        /// What.
        what: Alarm,
        /// How many times, from 1.
        repeat: u16,
    },
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
    /// Files that have gone from the folder are meant to be gone.
    AcceptRemoval {
        /// Those that the person was told of.
        files: Vec<String>,
    },
    /// Switch the amplifier, and leave it so: on until it is told to be off.
    Amplifier {
        /// Whether it is to be on.
        on: bool,
    },
    /// The log is being collected: what the department sent is logged, and the open epoch ends.
    Collect {
        /// Its signed notes: an anchor, a countersigned head.
        notes: Vec<String>,
    },
}

/// What is urgent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alarm {
    /// A segment of the station.
    Segment(Id),
    /// A file that was looked into just now.
    File {
        /// Where it is, from the root.
        path: PathBuf,
        /// What it is called.
        title: String,
        /// Its exact length.
        length: Length,
        /// Its bytes, lower-case hex.
        sha256: String,
        /// Its loudness.
        loudness: Loudness,
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
    /// Too many urgent messages wait already.
    TooMany,
    /// The station has no amplifier that loa switches.
    NoAmplifier,
    /// No file has gone from the folder.
    NothingAway,
    /// Something in the folder has to be mended first: these files, or what `loa check` tells.
    StillAway(Vec<String>),
}

/// No note of a department's is longer.
const MAX_COLLECTED: usize = 4096;

/// What a department's note is in the log; none when it is none.
fn collected(note: String) -> Option<Body> {
    if note.len() > MAX_COLLECTED {
        return None;
    }
    if anchor::looks_like_one(note.as_bytes()).is_some() {
        return Some(Body::Anchor(KeptNote { note }));
    }
    let text = Note::parse(note.as_bytes())?.text;
    Checkpoint::parse(&text).map(|_| Body::Cosigned(KeptNote { note }))
}

/// What a collection brings: one note of each kind, however many are given.
#[must_use]
pub fn both(notes: Vec<String>) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    for body in notes.into_iter().filter_map(collected) {
        if !bodies.iter().any(|other| std::mem::discriminant(other) == std::mem::discriminant(&body)) {
            bodies.push(body);
        }
    }
    bodies
}

/// Urgent messages that may wait at a time.
const MAX_ALARMS: usize = 100;
/// Characters of a remark.
const MAX_REMARK: usize = 1000;

/// The labels of a file that is no segment.
fn of_file(path: &Path, title: &str, sha256: &str) -> Segment {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Segment {
        id: Id::new("urgent").unwrap_or_else(|| unreachable!("a constant that is an id")),
        title: title.to_owned(),
        file: name,
        topic: None,
        language: "vi".to_owned(),
        source: Source::default(),
        approved_by: None,
        approved_on: None,
        pools: Vec::new(),
        valid_from: None,
        valid_until: None,
        sha256: Some(sha256.to_owned()),
        campaign: None,
    }
}

impl Engine {
    /// Does what was asked, logs it with who asked, and answers.
    pub(super) fn order(&mut self, now: Now, order: Order, who: Who) {
        let answer = match order {
            Order::Status => Answer::Status(Box::new(self.status(now))),
            _ if self.ending.is_some() => Answer::Ending,
            Order::Play(segment) => self.play(now, &segment, who),
            Order::Urgent { what, repeat } => self.urgent(now, what, repeat, &who),
            Order::Skip => self.skip(who),
            Order::Stop => self.stop(now, who),
            Order::Note { id, text } => self.remark(id, &text, who),
            Order::ConfirmClock => self.confirm(now, who),
            Order::AcceptRemoval { files } => self.accept_removal(now, &files, &who),
            Order::Amplifier { on } => self.amplifier_order(now, on, who),
            Order::Collect { notes } => self.collect(notes),
        };
        self.out.talk.push(Action::Answer(answer));
    }

    pub(super) fn ordered(&mut self, action: &str, id: Option<String>, who: Who) {
        self.out.log.push(Body::Operator(OperatorNote { action: action.to_owned(), id, who }));
    }

    fn play(&mut self, now: Now, id: &Id, who: Who) -> Answer {
        // While the clock is not believed a new station has no schedule in force: the doubt is what keeps it silent.
        let adopted = self.in_sight().cloned();
        let segment = adopted.as_ref().and_then(|adopted| Some((adopted, adopted.schedule.segment(id)?)));
        if !self.trust.believed && (segment.is_some() || adopted.is_none()) {
            return Answer::ClockDoubted;
        }
        let Some((adopted, segment)) = segment else {
            return Answer::NoSuchSegment(id.clone());
        };
        if self.quiet_at(now.wall) {
            return Answer::Quiet;
        }
        if let Some(busy) = self.all_slots().find(|s| s.holds_line()) {
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
        let at = self.free_instant(Priority::Normal, now.wall);
        let mut slot = Slot::asked_for(segment, length, Priority::Normal, at, self.zone());
        let scanned = adopted.library.files.get(&segment.file).and_then(Known::last).map(|scan| scan.sha256.clone());
        slot.pinned = segment.sha256.clone().or(scanned);
        let key = self.new_key();
        let due = now.boot.plus(self.warm_in(now));
        slot.lined_up(key, due);
        let cue = self.cue_of(&slot, key, Start::At(due), 0);
        self.out.sound.push(Action::Cue(cue));
        self.ordered("play", Some(slot.labels.id.clone()), who);
        self.extras.push(slot);
        Answer::Done
    }

    /// Neither quiet hours nor a doubted clock nor what plays keeps an urgent message back: a person has asked for it and
    /// confirmed it.
    fn urgent(&mut self, now: Now, what: Alarm, repeat: u16, who: &Who) -> Answer {
        let waiting = self.extras.iter().filter(|s| s.urgent()).count();
        if waiting + usize::from(repeat) > MAX_ALARMS {
            return Answer::TooMany;
        }
        for _ in 0..repeat.max(1) {
            let at = self.free_instant(Priority::Urgent, now.wall);
            let slot = match &what {
                Alarm::Segment(id) => {
                    let found = self.in_sight().and_then(|a| Some((a.schedule.segment(id)?, &a.library)));
                    let Some((segment, library)) = found else { return Answer::NoSuchSegment(id.clone()) };
                    let length = library.length(&segment.file);
                    let slot = Slot::asked_for(segment, length, Priority::Urgent, at, self.zone());
                    Slot { pinned: segment.sha256.clone(), ..slot }
                }
                Alarm::File { path, title, length, sha256, loudness } => {
                    let segment = of_file(path, title, sha256);
                    let slot = Slot::asked_for(&segment, *length, Priority::Urgent, at, self.zone());
                    Slot {
                        pinned: Some(sha256.clone()),
                        path: Some(path.clone()),
                        loudness: Some(loudness.clone()),
                        ..slot
                    }
                }
            };
            self.ordered("urgent", Some(slot.labels.id.clone()), who.clone());
            self.extras.push(slot);
        }
        Answer::Done
    }

    /// The first instant from this one on that names no unplanned play yet: a clock that was set back brings instants again.
    fn free_instant(&self, priority: Priority, mut at: Wall) -> Wall {
        let taken = |id: &String| self.settled.contains(id) || self.extras.iter().any(|extra| extra.labels.id == *id);
        while taken(&Slot::unplanned_id(priority, at, self.zone())) {
            at = at.plus(1);
        }
        at
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

    /// Ends what was ordered outside the plan, and what waits behind it.
    fn end_extra(&mut self, action: &str, reason: Reason, who: Who) -> Answer {
        let Some(id) = self.extras.iter().find(|s| s.live()).or(self.extras.first()).map(|s| s.labels.id.clone())
        else {
            return Answer::NothingPlays;
        };
        self.ordered(action, Some(id), who);
        self.cut_extras(reason);
        if action == "stop" {
            self.end_waiting_extras(reason);
        } else if !self.extras.iter().any(Slot::live)
            && let Some(index) = self.extras.iter().position(Slot::waits)
        {
            // It waits for a device: it is passed over before it has one.
            let extra = self.extras.remove(index);
            self.close_extra(&extra, Taken::default(), Some(reason));
        }
        Answer::Done
    }

    fn stop(&mut self, now: Now, who: Who) -> Answer {
        // What the operator plays, plays alone: a session that is lined up behind it has not begun. What is urgent ends
        // with all that waits behind it, whether it sounds yet or not.
        let first = |s: &Slot| s.urgent() || matches!(s.state, State::Sounding { .. });
        if self.extras.iter().any(first) {
            return self.end_extra("stop", Reason::OperatorStop, who);
        }
        let sessions = self.running_sessions(now);
        if sessions.is_empty() {
            return self.end_extra("stop", Reason::OperatorStop, who);
        }
        for key in &sessions {
            self.ordered("stop", Some(key.clone()), who.clone());
            self.stop_session(now, key);
        }
        self.cut_extras(Reason::OperatorStop);
        Answer::Done
    }

    /// What `stop` ends, so that nothing sounds: every session that has the line, what something urgent has interrupted or
    /// pushed back with it; without one the session that is lined up, or the latest whose time has come and that has
    /// airings left to play.
    fn running_sessions(&self, now: Now) -> Vec<String> {
        let begun = |s: &Slot| s.session_key().is_some_and(|key| self.begun.contains(key));
        let has_line = |s: &&Slot| s.holds_line() && (begun(s) || !matches!(s.state, State::Cued { .. }));
        let mut running: Vec<&Slot> = self.slots.iter().filter(has_line).collect();
        // What sounds is named first.
        running.sort_by_key(|slot| !slot.live());
        if running.iter().any(|slot| slot.urgent()) {
            let pushed_back = |(index, slot): &(usize, &Slot)| {
                let come = slot.plan.as_ref().is_some_and(|a| a.session_starts() <= now.wall);
                slot.moved && come && !slot.done() && !slot.withdrawn() && !self.lapsed(now, *index)
            };
            running.extend(self.slots.iter().enumerate().filter(pushed_back).map(|(_, slot)| slot));
        }
        if running.is_empty() {
            let waits = |(index, slot): &(usize, &Slot)| {
                let come = slot.plan.as_ref().is_some_and(|a| a.session_starts() <= now.wall);
                !slot.done() && !slot.withdrawn() && come && !self.lapsed(now, *index)
            };
            let lined_up = self.slots.iter().filter(|slot| slot.live()).min_by_key(|slot| slot.key());
            running.extend(lined_up.or_else(|| self.slots.iter().enumerate().rfind(waits).map(|(_, slot)| slot)));
        }
        let mut keys: Vec<String> = Vec::new();
        for key in running.into_iter().filter_map(Slot::session_key) {
            if !keys.iter().any(|known| known == key) {
                keys.push(key.to_owned());
            }
        }
        keys
    }

    /// Ends a session. What was missed before, or could not have aired anyway, is not the operator's doing.
    fn stop_session(&mut self, now: Now, session: &str) {
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            if slot.done() || slot.session_key() != Some(session) {
                continue;
            }
            match slot.state {
                State::Sounding { key, .. } => self.cut(index, key, Reason::OperatorStop),
                State::Relaying { .. } => self.end_relay(index, now, Some(Reason::OperatorStop)),
                _ if slot.withdrawn() || slot.barred().is_some() || self.lapsed(now, index) => {}
                _ => self.miss(index, Reason::OperatorStop, None),
            }
        }
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
        let believed = self.trust.believed;
        if self.trust.confirm(now).is_err() {
            return Answer::ClockImpossible;
        }
        self.ordered("clock-confirm", None, who);
        if !believed {
            self.trust_entry();
            self.trust_changed(now);
        }
        Answer::Done
    }

    fn collect(&mut self, notes: Vec<String>) -> Answer {
        self.out.log.extend(both(notes));
        self.out.talk.push(Action::Roll);
        Answer::Done
    }
}
