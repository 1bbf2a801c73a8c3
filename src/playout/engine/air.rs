//! What plays now: hard starts, quiet hours, what is lined up next, and when to look again.
use std::path::PathBuf;

use chrono::{NaiveTime, TimeDelta};

use super::slot::{ON_TIME_US, Slot, State, Taken};
use super::{Action, Engine, Line, PREROLL_US};
use crate::airlog::entry::{Outcome, Reason};
use crate::instant::local;
use crate::instant::{Boot, SECOND, Wall};
use crate::library::Known;
use crate::library::loudness::Loudness;
use crate::plan::{JOIN_LEAD_US, LateRule, instant};
use crate::playout::clock::Now;
use crate::playout::output::{Cue, CueKey, Start};

/// The line is closed when nothing is due within this time.
const LINGER_US: i64 = 10 * SECOND;
/// What follows an item does so at once, however the device's clock and ours have drifted apart; planned later than
/// this, it waits for its own time.
const GAP_US: i64 = SECOND / 2;
/// Files are hashed this long before they start.
const FORESIGHT_US: i64 = 600 * SECOND;
/// Cues that the output holds for one session: the one that sounds and the one after it.
const CUES_AHEAD: usize = 2;

impl Engine {
    /// Everything that follows from the time alone.
    pub(super) fn run(&mut self, now: Now) {
        if !self.trust.believed {
            self.care_for_line(now);
            return;
        }
        self.roll(now);
        self.settle_overdue(now);
        self.settle_extra(now);
        self.give_way(now);
        if self.quiet_at(now.wall) {
            self.hush(now);
        }
        self.line_up(now);
        self.foresee(now);
        self.care_for_line(now);
    }

    /// At a session's start whatever else plays gives way to it, as does the rest of the sessions before it.
    fn give_way(&mut self, now: Now) {
        let starts_now = |slot: &&Slot| {
            let on = |a: &crate::plan::Airing| (0..=ON_TIME_US).contains(&now.wall.since(a.session_starts()));
            !slot.done() && !slot.withdrawn() && slot.plan.as_ref().is_some_and(on)
        };
        let Some(newest) = self.slots.iter().rfind(starts_now).and_then(|s| s.plan.clone()) else {
            return;
        };
        let key = newest.session_key();
        // Its own cue cuts what sounds, on the sample; without one, we do.
        let cuts_itself = self.slots.iter().any(|s| s.live() && s.session_key() == Some(key));
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            let earlier = slot.plan.as_ref().is_some_and(|a| a.session_starts() <= newest.session_starts());
            if !earlier || slot.session_key() == Some(key) || slot.withdrawn() {
                continue;
            }
            let begun = slot.session_key().is_some_and(|k| self.begun.contains(k));
            match slot.state {
                State::Waiting if begun => self.miss(index, Reason::CutBy, None),
                State::Cued { .. } => self.miss(index, Reason::CutBy, None),
                State::Sounding { key, .. } if !cuts_itself => self.cut(index, key, Reason::CutBy),
                _ => {}
            }
        }
        if !cuts_itself {
            self.cut_extra(Reason::CutBy);
        }
    }

    /// Asks the output to end what sounds, once, for this reason.
    pub(super) fn cut(&mut self, index: usize, key: CueKey, reason: Reason) {
        let slot = &mut self.slots[index];
        if slot.cut.is_none() {
            slot.cut = Some(reason);
            self.out.sound.push(Action::Cut(key));
        }
    }

    /// Ends whatever sounds, and takes back what is lined up.
    pub(super) fn silence(&mut self, reason: Reason) {
        for index in 0..self.slots.len() {
            match self.slots[index].state {
                State::Sounding { key, .. } => self.cut(index, key, reason),
                State::Cued { key, .. } => {
                    self.out.sound.push(Action::Cut(key));
                    self.slots[index].state = State::Waiting;
                }
                _ => {}
            }
        }
        self.cut_extra(reason);
    }

    /// Ends what the operator had asked for, once.
    pub(super) fn cut_extra(&mut self, reason: Reason) {
        if let Some(extra) = &mut self.extra
            && extra.cut.is_none()
            && let Some(key) = extra.key()
        {
            extra.cut = Some(reason);
            self.out.sound.push(Action::Cut(key));
        }
    }

    /// Quiet hours: what sounds ends, and what would follow it; what is lined up for after them stays.
    fn hush(&mut self, now: Now) {
        for index in 0..self.slots.len() {
            match self.slots[index].state {
                State::Sounding { key, .. } => self.cut(index, key, Reason::QuietHours),
                State::Cued { key, due, .. } if due <= now.boot => {
                    self.out.sound.push(Action::Cut(key));
                    self.slots[index].state = State::Waiting;
                }
                _ => {}
            }
        }
        self.cut_extra(Reason::QuietHours);
    }

    /// Takes back what has not started: it is lined up anew by the clock as it is now. What follows another cue
    /// is timed by that one, and stays unless the clock made a step.
    pub(super) fn recue(&mut self, stepped: bool) {
        for slot in &mut self.slots {
            if let State::Cued { key, follows, .. } = slot.state
                && (stepped || !follows)
            {
                self.out.sound.push(Action::Cut(key));
                slot.state = State::Waiting;
                slot.joined = false;
            }
        }
    }

    /// The output has not answered in time: what it last said is the outcome.
    pub(super) fn give_up_on_output(&mut self) {
        for index in 0..self.slots.len() {
            if let State::Sounding { .. } = self.slots[index].state {
                let reason = self.slots[index].cut.unwrap_or(Reason::Shutdown);
                let taken = self.taken(&self.slots[index]);
                let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
                self.close_slot(index, result, Some(reason), taken);
            }
        }
        if let Some(extra) = self.extra.take() {
            let taken = self.taken(&extra);
            self.close_extra(&extra, taken, Some(Reason::Shutdown));
        }
    }

    /// What is known of a sounding airing without the output's last word.
    fn taken(&self, slot: &Slot) -> Taken {
        let State::Sounding { late_us, sha256, frames, rate, .. } = &slot.state else {
            return Taken::default();
        };
        Taken { frames: *frames, rate: *rate, late_us: *late_us, sha256: sha256.clone(), ..self.line_facts() }
    }

    /// Lines up what comes next.
    fn line_up(&mut self, now: Now) {
        if self.quiet_at(now.wall) && !self.all_slots().any(Slot::live) && !self.due_after_quiet(now) {
            return;
        }
        self.follow(now);
        let mut sessions: Vec<String> = Vec::new();
        for slot in self.slots.iter().filter(|s| s.waits() && !s.withdrawn()) {
            let soon = slot.plan.as_ref().is_some_and(|a| a.starts().plus(-PREROLL_US) <= now.wall);
            if soon
                && let Some(key) = slot.session_key()
                && !sessions.iter().any(|k| k == key)
            {
                sessions.push(key.to_owned());
            }
        }
        for key in &sessions {
            self.begin_session(now, key);
        }
        self.follow(now);
    }

    /// Whether something is due on the first instant after quiet hours.
    fn due_after_quiet(&self, now: Now) -> bool {
        self.slots.iter().filter(|s| s.waits()).filter_map(|s| s.plan.as_ref()).any(|a| {
            let ahead = a.starts().since(now.wall);
            (0..=PREROLL_US).contains(&ahead) && !self.quiet_at(a.starts())
        })
    }

    /// What follows in the session of the last cue, up to [`CUES_AHEAD`].
    fn follow(&mut self, now: Now) {
        let Some(tail) = self.slots.iter().filter(|s| s.live()).max_by_key(|s| s.key()) else {
            return;
        };
        if tail.cut.is_some() {
            return;
        }
        let Some(key) = tail.session_key().map(str::to_owned) else {
            return;
        };
        let live = self.slots.iter().filter(|s| s.live() && s.session_key() == Some(&key)).count();
        let mut ends = tail.ends;
        for _ in live..CUES_AHEAD {
            let Some(index) = self.next_in(&key) else { return };
            let Some(airing) = self.slots[index].plan.as_ref() else { return };
            let (at, length) = (airing.starts(), airing.length.us());
            if self.quiet_at(at) {
                return;
            }
            let not_before = now.boot_at(at);
            // What stood in between may not air: the rest keeps its own time.
            let gap = not_before.since(ends) > GAP_US;
            let start = if gap { Start::At(not_before) } else { Start::Follow { not_before } };
            ends = if gap { not_before } else { ends }.plus(length);
            self.cue(index, start, not_before.max(now.boot), 0);
            self.slots[index].ends = ends;
        }
    }

    /// The first item of a session that still waits and may air; what may not is logged when its time comes.
    fn next_in(&self, key: &str) -> Option<usize> {
        let airs = |s: &Slot| s.waits() && !s.withdrawn() && s.session_key() == Some(key) && s.barred().is_none();
        self.slots.iter().position(airs)
    }

    /// Lines up the first waiting item of a session of which nothing is lined up yet.
    fn begin_session(&mut self, now: Now, key: &str) {
        if self.slots.iter().any(|s| s.live() && s.session_key() == Some(key)) {
            return;
        }
        let Some(index) = self.next_in(key) else { return };
        let slot = &self.slots[index];
        let Some(airing) = slot.plan.clone() else { return };
        let ahead = airing.starts().since(now.wall);
        if ahead > PREROLL_US {
            return;
        }
        // A session that has taken the line since keeps it.
        let later = |s: &Slot| s.plan.as_ref().is_some_and(|a| a.session_starts() > airing.session_starts());
        if self.slots.iter().any(|s| s.live() && later(s)) {
            return;
        }
        let busy = self.all_slots().any(Slot::live);
        if ahead >= -ON_TIME_US {
            if !self.quiet_at(airing.starts()) {
                let due = now.boot_at(airing.starts());
                self.cue(index, Start::At(due), due.max(now.boot), 0);
            }
        } else if self.quiet_at(now.wall) || busy {
            // Late, and not now.
        } else if airing.late == LateRule::Join && airing.may_be_joined(now.wall) {
            let at = now.boot.plus(JOIN_LEAD_US);
            let skip_us = now.wall_at(at).since(airing.starts());
            self.begun.insert(key.to_owned());
            self.cue(index, Start::At(at), at, skip_us);
            self.slots[index].joined = true;
        } else if slot.may_play_late(now.wall, self.today(now)) {
            self.begun.insert(key.to_owned());
            self.cue(index, Start::At(now.boot), now.boot, 0);
        }
    }

    fn cue(&mut self, index: usize, start: Start, due: Boot, skip_us: i64) {
        let key = self.new_key();
        let slot = &mut self.slots[index];
        let follows = matches!(start, Start::Follow { .. });
        slot.state = State::Cued { key, due, follows, sha256: None };
        slot.plays_us = slot.length.us().saturating_sub(skip_us).max(0);
        slot.ends = due.plus(slot.plays_us);
        let path = self.facts.audio.join(&slot.labels.file);
        let length = (slot.length.rate > 0).then_some(slot.length);
        let (sha256, loudness) = (slot.plan.as_ref().and_then(|a| a.sha256.clone()), self.loudness(index));
        self.out.sound.push(Action::Cue(Cue { key, path, start, skip_us, length, sha256, loudness }));
    }

    /// What is known of the loudness of a slot's file.
    fn loudness(&self, index: usize) -> Option<Loudness> {
        let library = &self.adopted.as_ref()?.library;
        library.files.get(&self.slots[index].labels.file).and_then(Known::last).map(Loudness::of)
    }

    /// Says which files will be wanted before long: hashing a large one takes its time.
    fn foresee(&mut self, now: Now) {
        let soon = move |s: &Slot| {
            let starts = s.plan.as_ref().map(|a| a.starts().since(now.wall));
            s.waits() && !s.foreseen && !s.withdrawn() && starts.is_some_and(|us| us <= FORESIGHT_US)
        };
        if !self.slots.iter().any(soon) {
            return;
        }
        // Before the first session there is no output yet.
        self.configure();
        let mut files: Vec<PathBuf> = Vec::new();
        for slot in self.slots.iter_mut().filter(|s| soon(s)) {
            slot.foreseen = true;
            let file = self.facts.audio.join(&slot.labels.file);
            if !files.contains(&file) {
                files.push(file);
            }
        }
        self.out.sound.push(Action::Expect(files));
    }

    pub(super) fn new_key(&mut self) -> CueKey {
        self.next_key += 1;
        CueKey(self.next_key)
    }

    /// While the line is closed: takes the output that the station has set now, before anything else is done.
    fn configure(&mut self) {
        let settings = self.adopted.as_ref().map(|a| a.schedule.station.output.clone());
        if self.line == Line::Closed && settings != self.settings {
            self.settings.clone_from(&settings);
            // Another output knows nothing of what the one before was told.
            self.slots.iter_mut().for_each(|slot| slot.foreseen = false);
            if let Some(settings) = settings {
                self.out.sound.insert(0, Action::Configure(settings));
            }
        }
    }

    /// Opens the line ahead of time, and lets go of it when nothing is due.
    fn care_for_line(&mut self, now: Now) {
        let due_within = |us: i64| {
            let due = |s: &Slot| {
                let starts = s.plan.as_ref().map(|a| a.starts().since(now.wall));
                s.waits() && !s.withdrawn() && starts.is_some_and(|ahead| ahead <= us)
            };
            self.trust.believed && self.slots.iter().any(due)
        };
        let live = self.all_slots().any(Slot::live);
        if self.line == Line::Closed {
            if live {
                self.configure();
                // Before the cues of this decision.
                let at = usize::from(matches!(self.out.sound.first(), Some(Action::Configure(_))));
                self.out.sound.insert(at, Action::Open);
                self.line = Line::Opening;
            }
        } else if !live && !due_within(LINGER_US) {
            self.out.sound.push(Action::Close);
            self.line = Line::Closed;
        }
    }

    /// When to look again, at the latest; earlier looks do no harm.
    #[must_use]
    pub fn next_look(&self, now: Now) -> Boot {
        let mut next = now.boot.plus(60 * SECOND);
        let mut at = |boot: Boot| {
            if boot > now.boot && boot < next {
                next = boot;
            }
        };
        if let Some((deadline, _)) = &self.ending {
            at(*deadline);
        }
        if !self.trust.believed {
            return next;
        }
        at(self.settles_from);
        let mut at_wall = |wall: Wall| at(now.boot_at(wall));
        for airing in self.slots.iter().filter(|s| !s.done()).filter_map(|s| s.plan.as_ref()) {
            let start = airing.starts();
            at_wall(start.plus(-PREROLL_US));
            at_wall(start);
            at_wall(start.plus(ON_TIME_US + 1));
            if let LateRule::Until(limit) = airing.late {
                at_wall(Wall(limit.timestamp_micros()));
            }
            if airing.late == LateRule::Join {
                at_wall(airing.ends().plus(-JOIN_LEAD_US));
            }
        }
        let midnight = self.today(now) + TimeDelta::days(1);
        at_wall(Wall(instant(self.zone(), midnight.and_time(NaiveTime::MIN)).timestamp_micros()));
        if let Some(adopted) = &self.adopted {
            let (quiet, here) = (adopted.schedule.station.quiet_hours, local(now.wall, self.zone()).naive_local());
            let edges = [quiet.next(here).map(|(from, _)| from), quiet.around(here).map(|(_, until)| until)];
            for edge in edges.into_iter().flatten() {
                at_wall(Wall(instant(self.zone(), edge).timestamp_micros()));
            }
        }
        for slot in self.all_slots() {
            if let State::Cued { due, .. } = slot.state {
                at(due.plus(ON_TIME_US + 1));
            }
        }
        next
    }
}
