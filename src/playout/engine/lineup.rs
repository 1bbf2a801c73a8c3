//! What is lined up next, and with what.
use std::path::PathBuf;

use super::slot::{ON_TIME_US, Slot, State};
use super::{Action, Engine, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::instant::{Boot, SECOND, Wall};
use crate::library::Known;
use crate::library::loudness::Loudness;
use crate::plan::{Airing, JOIN_LEAD_US, LateRule};
use crate::playout::clock::Now;
use crate::playout::output::{Cue, CueKey, Start};
use crate::schedule::Priority;
use crate::text::library::Flaw;

/// What follows an item does so at once, however the device's clock and ours have drifted apart; planned later than
/// this, it waits for its own time.
const GAP_US: i64 = SECOND / 2;
/// Files are hashed this long before they start.
pub(super) const FORESIGHT_US: i64 = 600 * SECOND;
/// Cues that the output holds for one session: the one that sounds and the one after it.
const CUES_AHEAD: usize = 2;

impl Engine {
    /// Lines up what comes next.
    pub(super) fn line_up(&mut self, now: Now) {
        if self.quiet_at(now.wall) && !self.all_slots().any(Slot::holds_line) && !self.due_despite_quiet(now) {
            return;
        }
        self.go_on(now);
        self.resume(now);
        self.follow(now);
        let mut sessions: Vec<String> = Vec::new();
        for slot in self.slots.iter().filter(|s| s.waits() && !s.withdrawn()) {
            let soon = slot.plan.as_ref().is_some_and(|a| a.starts().plus(-self.preroll_us()) <= now.wall);
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

    /// How long before a start the line is opened: the amplifier has its time, too.
    pub(super) fn preroll_us(&self) -> i64 {
        PREROLL_US.max(self.warm_up_us())
    }

    /// Whether something is due on the first instant after quiet hours, or in spite of them.
    fn due_despite_quiet(&self, now: Now) -> bool {
        self.slots.iter().filter(|s| s.waits()).filter_map(|s| s.plan.as_ref()).any(|a| {
            let ahead = a.starts().since(now.wall);
            let may = (0..=self.preroll_us()).contains(&ahead) && !self.quiet_for(a.starts(), a);
            may || (a.priority == Priority::Urgent && ahead <= 0)
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
            let Some(index) = self.next_in(now, &key) else { return };
            let Some(airing) = self.slots[index].plan.clone() else { return };
            let not_before = now.boot_at(airing.starts());
            // What stood in between may not air: the rest keeps its own time.
            let apart = not_before.since(ends) > GAP_US || airing.gap_us > 0;
            let begins = if apart { not_before.max(ends.plus(airing.gap_us)) } else { ends };
            if self.quiet_for(now.wall_at(begins), &airing) || self.quiet_for(airing.starts(), &airing) {
                return;
            }
            if apart && begins.since(now.boot.max(ends)) > self.preroll_us() {
                // Lined up when its time comes.
                return;
            }
            if !airing.ends_in_time(now.wall_at(begins), airing.length.us()) {
                self.miss(index, Reason::EndBy, None);
                continue;
            }
            let start = if apart { Start::At(begins) } else { Start::Follow { not_before } };
            self.cue(index, start, if apart { begins } else { not_before.max(now.boot) }, 0);
            ends = begins.plus(airing.length.us());
            self.slots[index].ends = ends;
        }
    }

    /// The first item of a session that still waits and may air; what may not is logged when its time comes, what has
    /// lapsed once it is certain. A relay slot whose turn has not come keeps what is behind it.
    fn next_in(&self, now: Now, key: &str) -> Option<usize> {
        for (index, slot) in self.slots.iter().enumerate() {
            if slot.session_key() != Some(key) || slot.withdrawn() || slot.barred().is_some() {
                continue;
            }
            match slot.state {
                State::Waiting if self.lapsed(now, index) => {}
                State::Waiting if slot.relay() => return None,
                State::Interrupted => return None,
                State::Waiting => return Some(index),
                _ => {}
            }
        }
        None
    }

    /// Lines up the first waiting item of a session of which nothing is lined up yet.
    fn begin_session(&mut self, now: Now, key: &str) {
        if self.slots.iter().any(|s| s.live() && s.session_key() == Some(key)) {
            return;
        }
        let Some(index) = self.next_in(now, key) else { return };
        let slot = &self.slots[index];
        let Some(airing) = slot.plan.clone() else { return };
        let ahead = airing.starts().since(now.wall);
        if ahead > self.preroll_us() || self.must_wait(now, &airing) {
            return;
        }
        // A relay slot that was pushed back is as long as planned.
        let due = now.boot_at(airing.starts());
        let relaying = |s: &Slot| matches!(s.state, State::Relaying { until, .. } if until.since(due) > GAP_US);
        if self.slots.iter().any(|s| s.session_key() == Some(key) && relaying(s)) {
            return;
        }
        // A session that has taken the line since keeps it.
        let later = |s: &Slot| s.plan.as_ref().is_some_and(|a| a.session_starts() > airing.session_starts());
        let urgent = airing.priority == Priority::Urgent;
        if !urgent && self.slots.iter().any(|s| s.live() && later(s)) {
            return;
        }
        if ahead >= -ON_TIME_US {
            if !self.quiet_for(airing.starts(), &airing) && self.fits(now, index, airing.starts(), &airing) {
                self.cue(index, Start::At(due), due.max(now.boot), 0);
            }
        } else if !self.quiet_for(now.wall, &airing) && !self.all_slots().any(Slot::holds_line) {
            self.begin_late(now, index, &airing);
        }
    }

    /// Begins what could not start at its time, if its rule lets it.
    fn begin_late(&mut self, now: Now, index: usize, airing: &Airing) {
        if self.away_since.is_some() {
            return;
        }
        let key = airing.session_key();
        if airing.late == LateRule::Join && self.may_join(now, airing) && !self.slots[index].moved {
            let at = now.boot.plus(JOIN_LEAD_US.max(self.warm_in(now)));
            if self.quiet_for(now.wall_at(at), airing) {
                return;
            }
            let skip_us = now.wall_at(at).since(airing.starts());
            self.begun.insert(key.to_owned());
            (self.slots[index].joined, self.slots[index].keeps_place) = (true, true);
            self.cue(index, Start::At(at), at, skip_us);
            return;
        }
        // What begins late anyway begins when it can be heard, and is judged by that instant.
        let at = now.boot.plus(self.warm_in(now));
        let wall = now.wall_at(at);
        if self.slots[index].may_play_late(wall, self.today(now))
            && !self.quiet_for(wall, airing)
            && self.fits(now, index, wall, airing)
        {
            self.begun.insert(key.to_owned());
            self.cue(index, Start::At(at), at, 0);
        }
    }

    /// Whether anything of an item is left for one who comes in now, once the amplifier is warm.
    pub(super) fn may_join(&self, now: Now, airing: &Airing) -> bool {
        airing.may_be_joined(now.wall.plus((self.warm_in(now) - JOIN_LEAD_US).max(0)))
    }

    /// Whether an item that starts then is over in time; one that is not is dropped.
    fn fits(&mut self, now: Now, index: usize, starts: Wall, airing: &Airing) -> bool {
        let fits = airing.ends_in_time(starts.max(now.wall), airing.length.us());
        if !fits && starts <= now.wall {
            self.miss(index, Reason::EndBy, None);
        }
        fits
    }

    pub(super) fn cue(&mut self, index: usize, start: Start, due: Boot, skip_us: i64) {
        let key = self.new_key();
        let slot = &mut self.slots[index];
        let follows = matches!(start, Start::Follow { .. });
        slot.state = State::Cued { key, due, follows, sha256: None };
        if slot.carried.is_none() {
            slot.skipped_us = skip_us;
        }
        slot.plays_us = slot.length.us().saturating_sub(skip_us).max(0);
        slot.ends = due.plus(slot.plays_us);
        let cue = self.cue_of(&self.slots[index], key, start, skip_us);
        self.out.sound.push(Action::Cue(cue));
    }

    /// What the output is told of a slot.
    pub(super) fn cue_of(&self, slot: &Slot, key: CueKey, start: Start, skip_us: i64) -> Cue {
        // The approved bytes, or those that its length was measured on.
        let planned = slot.plan.as_ref().and_then(|a| a.sha256.as_deref().or(a.scanned.as_deref()));
        let sha256 = planned.map(str::to_owned).or_else(|| slot.pinned.clone());
        Cue {
            key,
            path: slot.path.clone().unwrap_or_else(|| self.facts.audio.join(&slot.labels.file)),
            start,
            skip_us,
            keeps_place: slot.keeps_place && skip_us > 0,
            // What is urgent and may be any file is heard to its end.
            length: (slot.length.rate > 0 && !(slot.urgent() && sha256.is_none())).then_some(slot.length),
            sha256,
            loudness: self.loudness(slot),
            volume: self.volume_of(slot),
        }
    }

    /// Per cent; none: the output's own.
    pub(super) fn volume_of(&self, slot: &Slot) -> Option<u8> {
        slot.plan.as_ref().and_then(|a| a.volume)
    }

    /// What is known of the loudness of a slot's file.
    fn loudness(&self, slot: &Slot) -> Option<Loudness> {
        if slot.path.is_some() {
            return slot.loudness.clone();
        }
        let library = &self.in_sight()?.library;
        library.files.get(&slot.labels.file).and_then(Known::last).map(Loudness::of)
    }

    /// Whether the file of a slot, of which bytes with this hash sound, has nothing in it that anybody could hear.
    pub(super) fn is_silent(&self, slot: &Slot, sha256: Option<&str>) -> bool {
        let library = self.in_sight().filter(|_| slot.path.is_none()).map(|adopted| &adopted.library);
        let scan = library.and_then(|library| library.files.get(&slot.labels.file)).and_then(Known::last);
        scan.is_some_and(|s| s.flaws.contains(&Flaw::Silent) && sha256.is_none_or(|played| played == s.sha256))
    }

    /// Says which files will be wanted before long: hashing a large one takes its time.
    pub(super) fn foresee(&mut self, now: Now) {
        let soon = move |s: &Slot| {
            let starts = s.plan.as_ref().map(|a| a.starts().since(now.wall));
            s.waits()
                && !s.foreseen
                && !s.withdrawn()
                && !s.relay()
                && s.barred().is_none()
                && starts.is_some_and(|us| us <= FORESIGHT_US)
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
}
