//! What the operator asks, and what is answered.
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::live_airing::{AiringState, LiveAiring, Playback};
use super::{Action, Engine, StationStatus};
use crate::airlog::entry::{Body, OperatorAction, OperatorEntry, PeerUser, Reason, RemarkEntry, SignedNoteEntry};
use crate::base::instant::{WallTime, to_local};
use crate::library::loudness::Loudness;
use crate::library::{FileStatus, Length};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::CueStart;
use crate::proof::anchor;
use crate::proof::signed_head::SignedHead;
use crate::schedule::{Id, Priority, Segment, SegmentSource};

/// An order over the control socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperatorCommand {
    /// How is the station?
    Status,
    /// Play this segment now, outside the plan.
    Play(Id),
    /// Sound this at once, whatever plays and in quiet hours, so many times.
    Urgent {
        /// What.
        what: UrgentSource,
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
pub enum UrgentSource {
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
pub enum CommandReply {
    /// The station's state.
    Status(Box<StationStatus>),
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
const MAX_DEPARTMENT_NOTE: usize = 4096;

/// What a department's note is in the log; none when it is none.
fn department_note_body(note: String) -> Option<Body> {
    if note.len() > MAX_DEPARTMENT_NOTE {
        return None;
    }
    if anchor::parse_anchor(note.as_bytes()).is_some() {
        return Some(Body::Anchor(SignedNoteEntry { note }));
    }
    SignedHead::parse(note.as_bytes()).map(|_| Body::Cosigned(SignedNoteEntry { note }))
}

/// What a collection brings: one note of each kind, however many are given.
#[must_use]
pub fn department_bodies(notes: Vec<String>) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    for body in notes.into_iter().filter_map(department_note_body) {
        if !bodies.iter().any(|other| std::mem::discriminant(other) == std::mem::discriminant(&body)) {
            bodies.push(body);
        }
    }
    bodies
}

/// Urgent messages that may wait at a time.
const MAX_QUEUED_URGENT: usize = 100;
/// Characters of a remark.
const MAX_REMARK: usize = 1000;

/// The labels of a file that is no segment.
fn segment_for_file(path: &Path, title: &str, sha256: &str) -> Segment {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Segment {
        id: Id::new("urgent").unwrap_or_else(|| unreachable!("a constant that is an id")),
        title: title.to_owned(),
        file: name,
        topic: None,
        language: "vi".to_owned(),
        source: SegmentSource::default(),
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
    pub(super) fn handle_command(&mut self, now: ClockSnapshot, order: OperatorCommand, who: PeerUser) {
        let answer = match order {
            OperatorCommand::Status => CommandReply::Status(Box::new(self.status(now))),
            _ if self.shutdown.is_some() => CommandReply::Ending,
            OperatorCommand::Play(segment) => self.play(now, &segment, who),
            OperatorCommand::Urgent { what, repeat } => self.queue_urgent(now, what, repeat, &who),
            OperatorCommand::Skip => self.skip(who),
            OperatorCommand::Stop => self.stop(now, who),
            OperatorCommand::Note { id, text } => self.log_remark(id, &text, who),
            OperatorCommand::ConfirmClock => self.confirm_clock(now, who),
            OperatorCommand::AcceptRemoval { files } => self.accept_removal(now, &files, &who),
            OperatorCommand::Amplifier { on } => self.set_amplifier(now, on, who),
            OperatorCommand::Collect { notes } => self.log_department_notes(notes),
        };
        self.actions.after_log.push(Action::Reply(answer));
    }

    pub(super) fn log_operator(&mut self, action: OperatorAction, id: Option<String>, who: PeerUser) {
        self.actions.log.push(Body::Operator(OperatorEntry { action, id, who }));
    }

    fn play(&mut self, now: ClockSnapshot, id: &Id, who: PeerUser) -> CommandReply {
        // While the clock is not believed a new station has no schedule in force: the doubt is what keeps it silent.
        let adopted = self.in_force_or_pending().cloned();
        let segment = adopted.as_ref().and_then(|adopted| Some((adopted, adopted.schedule.segment(id)?)));
        if !self.clock_trust.trusted && (segment.is_some() || adopted.is_none()) {
            return CommandReply::ClockDoubted;
        }
        let Some((adopted, segment)) = segment else {
            return CommandReply::NoSuchSegment(id.clone());
        };
        if self.is_quiet_at(now.wall) {
            return CommandReply::Quiet;
        }
        if let Some(busy) = self.all_airings().find(|s| s.holds_line()) {
            return CommandReply::Busy(busy.labels.title.clone());
        }
        let today = to_local(now.wall, self.zone()).date_naive();
        if segment.valid_until.is_some_and(|last| today > last) {
            return CommandReply::Expired(segment.title.clone());
        }
        if adopted.schedule.station.approval_required && !segment.is_approved(today) {
            return CommandReply::NotApproved(segment.title.clone());
        }
        let length = adopted.library.planning_length(&segment.file);
        let at = self.unused_instant(Priority::Normal, now.wall);
        let mut slot = LiveAiring::unplanned(segment, length, Priority::Normal, at, self.zone());
        let scanned = adopted
            .library
            .files
            .get(&segment.file)
            .and_then(FileStatus::last_good_scan)
            .map(|scan| scan.sha256.clone());
        slot.pinned_sha256 = segment.sha256.clone().or(scanned);
        let key = self.new_cue_key();
        let due = now.boot.plus(self.warm_up_left_us(now));
        slot.set_cued(key, due);
        let cue = self.build_cue(&slot, key, CueStart::At(due), 0);
        self.actions.output.push(Action::Cue(cue));
        self.log_operator(OperatorAction::Play, Some(slot.labels.id.clone()), who);
        self.unplanned.push(slot);
        CommandReply::Done
    }

    /// Neither quiet hours nor a doubted clock nor what plays keeps an urgent message back: a person has asked for it and
    /// confirmed it.
    fn queue_urgent(&mut self, now: ClockSnapshot, what: UrgentSource, repeat: u16, who: &PeerUser) -> CommandReply {
        let waiting = self.unplanned.iter().filter(|s| s.is_urgent()).count();
        if waiting + usize::from(repeat) > MAX_QUEUED_URGENT {
            return CommandReply::TooMany;
        }
        for _ in 0..repeat.max(1) {
            let at = self.unused_instant(Priority::Urgent, now.wall);
            let slot = match &what {
                UrgentSource::Segment(id) => {
                    let found = self.in_force_or_pending().and_then(|a| Some((a.schedule.segment(id)?, &a.library)));
                    let Some((segment, library)) = found else { return CommandReply::NoSuchSegment(id.clone()) };
                    let length = library.planning_length(&segment.file);
                    let slot = LiveAiring::unplanned(segment, length, Priority::Urgent, at, self.zone());
                    LiveAiring { pinned_sha256: segment.sha256.clone(), ..slot }
                }
                UrgentSource::File { path, title, length, sha256, loudness } => {
                    let segment = segment_for_file(path, title, sha256);
                    let slot = LiveAiring::unplanned(&segment, *length, Priority::Urgent, at, self.zone());
                    LiveAiring {
                        pinned_sha256: Some(sha256.clone()),
                        external_path: Some(path.clone()),
                        loudness: Some(loudness.clone()),
                        ..slot
                    }
                }
            };
            self.log_operator(OperatorAction::Urgent, Some(slot.labels.id.clone()), who.clone());
            self.unplanned.push(slot);
        }
        CommandReply::Done
    }

    /// The first instant from this one on that names no unplanned play yet: a clock that was set back brings instants again.
    fn unused_instant(&self, priority: Priority, mut at: WallTime) -> WallTime {
        let taken =
            |id: &String| self.settled_ids.contains(id) || self.unplanned.iter().any(|extra| extra.labels.id == *id);
        while taken(&LiveAiring::unplanned_id(priority, at, self.zone())) {
            at = at.plus(1);
        }
        at
    }

    fn skip(&mut self, who: PeerUser) -> CommandReply {
        let sounding = |s: &LiveAiring| matches!(s.state, AiringState::Sounding { .. });
        if let Some(index) = self.airings.iter().position(sounding)
            && let Some(key) = self.airings[index].cue_key()
        {
            self.log_operator(OperatorAction::Skip, Some(self.airings[index].labels.id.clone()), who);
            self.cut(index, key, Reason::OperatorSkip);
            return CommandReply::Done;
        }
        self.end_unplanned(OperatorAction::Skip, Reason::OperatorSkip, who)
    }

    /// Ends what was ordered outside the plan, and what waits behind it.
    fn end_unplanned(&mut self, action: OperatorAction, reason: Reason, who: PeerUser) -> CommandReply {
        let Some(id) =
            self.unplanned.iter().find(|s| s.has_cue()).or(self.unplanned.first()).map(|s| s.labels.id.clone())
        else {
            return CommandReply::NothingPlays;
        };
        let stops = action == OperatorAction::Stop;
        self.log_operator(action, Some(id), who);
        self.cut_unplanned(reason);
        if stops {
            self.close_waiting_unplanned(reason);
        } else if !self.unplanned.iter().any(LiveAiring::has_cue)
            && let Some(index) = self.unplanned.iter().position(LiveAiring::is_waiting)
        {
            // It waits for a device: it is passed over before it has one.
            let extra = self.unplanned.remove(index);
            self.close_unplanned(&extra, Playback::default(), Some(reason));
        }
        CommandReply::Done
    }

    fn stop(&mut self, now: ClockSnapshot, who: PeerUser) -> CommandReply {
        // What the operator plays, plays alone: a session that is lined up behind it has not begun. What is urgent ends
        // with all that waits behind it, whether it sounds yet or not.
        let first = |s: &LiveAiring| s.is_urgent() || matches!(s.state, AiringState::Sounding { .. });
        if self.unplanned.iter().any(first) {
            return self.end_unplanned(OperatorAction::Stop, Reason::OperatorStop, who);
        }
        let sessions = self.sessions_to_stop(now);
        if sessions.is_empty() {
            return self.end_unplanned(OperatorAction::Stop, Reason::OperatorStop, who);
        }
        for key in &sessions {
            self.log_operator(OperatorAction::Stop, Some(key.clone()), who.clone());
            self.stop_session(now, key);
        }
        self.cut_unplanned(Reason::OperatorStop);
        CommandReply::Done
    }

    /// What `stop` ends, so that nothing sounds: every session that has the line, what something urgent has interrupted or
    /// pushed back with it; without one the session that is lined up, or the latest whose time has come and that has
    /// airings left to play.
    fn sessions_to_stop(&self, now: ClockSnapshot) -> Vec<String> {
        let begun = |s: &LiveAiring| s.session_key().is_some_and(|key| self.begun_sessions.contains(key));
        let has_line = |s: &&LiveAiring| s.holds_line() && (begun(s) || !matches!(s.state, AiringState::Cued { .. }));
        let mut running: Vec<&LiveAiring> = self.airings.iter().filter(has_line).collect();
        // What sounds is named first.
        running.sort_by_key(|slot| !slot.has_cue());
        if running.iter().any(|slot| slot.is_urgent()) {
            let pushed_back = |(index, slot): &(usize, &LiveAiring)| {
                let come = slot.planned.as_ref().is_some_and(|a| a.session_starts_at() <= now.wall);
                slot.postponed && come && !slot.is_done() && !slot.is_withdrawn() && !self.has_lapsed(now, *index)
            };
            running.extend(self.airings.iter().enumerate().filter(pushed_back).map(|(_, slot)| slot));
        }
        if running.is_empty() {
            let waits = |(index, slot): &(usize, &LiveAiring)| {
                let come = slot.planned.as_ref().is_some_and(|a| a.session_starts_at() <= now.wall);
                !slot.is_done() && !slot.is_withdrawn() && come && !self.has_lapsed(now, *index)
            };
            let lined_up = self.airings.iter().filter(|slot| slot.has_cue()).min_by_key(|slot| slot.cue_key());
            running.extend(lined_up.or_else(|| self.airings.iter().enumerate().rfind(waits).map(|(_, slot)| slot)));
        }
        let mut keys: Vec<String> = Vec::new();
        for key in running.into_iter().filter_map(LiveAiring::session_key) {
            if !keys.iter().any(|known| known == key) {
                keys.push(key.to_owned());
            }
        }
        keys
    }

    /// Ends a session. What was missed before, or could not have aired anyway, is not the operator's doing.
    fn stop_session(&mut self, now: ClockSnapshot, session: &str) {
        for index in 0..self.airings.len() {
            let slot = &self.airings[index];
            if slot.is_done() || slot.session_key() != Some(session) {
                continue;
            }
            match slot.state {
                AiringState::Sounding { key, .. } => self.cut(index, key, Reason::OperatorStop),
                AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::OperatorStop)),
                _ if slot.is_withdrawn() || slot.ineligible_reason().is_some() || self.has_lapsed(now, index) => {}
                _ => self.close_missed(index, Reason::OperatorStop, None),
            }
        }
    }

    fn log_remark(&mut self, id: String, text: &str, who: PeerUser) -> CommandReply {
        let text: String = unicode_normalization::UnicodeNormalization::nfc(text.trim()).collect();
        let fits = |s: &str, max| !s.is_empty() && s.chars().count() <= max && !s.chars().any(char::is_control);
        if !fits(&text, MAX_REMARK) || !fits(&id, 200) {
            return CommandReply::BadText;
        }
        self.actions.log.push(Body::Remark(RemarkEntry { id, text, who }));
        CommandReply::Done
    }

    fn confirm_clock(&mut self, now: ClockSnapshot, who: PeerUser) -> CommandReply {
        let believed = self.clock_trust.trusted;
        if self.clock_trust.confirm(now).is_err() {
            return CommandReply::ClockImpossible;
        }
        self.log_operator(OperatorAction::ConfirmClock, None, who);
        if !believed {
            self.log_clock_trust();
            self.on_trust_changed(now);
        }
        CommandReply::Done
    }

    fn log_department_notes(&mut self, notes: Vec<String>) -> CommandReply {
        self.actions.log.extend(department_bodies(notes));
        self.actions.after_log.push(Action::RotateEpoch);
        CommandReply::Done
    }
}
