//! What is lined up next, and with what.
use std::path::PathBuf;

use super::live_airing::{AiringState, LiveAiring, ON_TIME_US};
use super::{Action, Engine, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::library::FileStatus;
use crate::library::flaw::AudioFlaw;
use crate::library::loudness::Loudness;
use crate::plan::{Airing, JOIN_LEAD_US, LateRule};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{Cue, CueKey, CueStart};
use crate::schedule::Priority;

/// What follows an item does so at once, however the device's clock and ours have drifted apart; planned later than
/// this, it waits for its own time.
const MAX_FOLLOW_GAP_US: i64 = SECOND_US / 2;
/// Files are hashed this long before they start.
pub(super) const PREFETCH_LEAD_US: i64 = 600 * SECOND_US;
/// Cues that the output holds for one session: the one that sounds and the one after it.
const MAX_SESSION_CUES: usize = 2;

impl Engine {
    /// Lines up what comes next.
    pub(super) fn cue_upcoming(&mut self, now: ClockSnapshot) {
        if self.is_quiet_at(now.wall) && !self.all_airings().any(LiveAiring::holds_line) && !self.due_despite_quiet(now)
        {
            return;
        }
        self.resume_after_device_loss(now);
        self.resume_after_urgent(now);
        self.cue_followers(now);
        let mut sessions: Vec<String> = Vec::new();
        for slot in self.airings.iter().filter(|s| s.is_waiting() && !s.is_withdrawn()) {
            let soon = slot.planned.as_ref().is_some_and(|a| a.starts_at().plus(-self.preroll_us()) <= now.wall);
            if soon
                && let Some(key) = slot.session_key()
                && !sessions.iter().any(|k| k == key)
            {
                sessions.push(key.to_owned());
            }
        }
        for key in &sessions {
            self.cue_session_start(now, key);
        }
        self.cue_followers(now);
    }

    /// How long before a start the line is opened: the amplifier has its time, too.
    pub(super) fn preroll_us(&self) -> i64 {
        PREROLL_US.max(self.warm_up_us())
    }

    /// Whether something is due on the first instant after quiet hours, or in spite of them.
    fn due_despite_quiet(&self, now: ClockSnapshot) -> bool {
        self.airings.iter().filter(|s| s.is_waiting()).filter_map(|s| s.planned.as_ref()).any(|a| {
            let ahead = a.starts_at().since(now.wall);
            let may = (0..=self.preroll_us()).contains(&ahead) && !self.is_quiet_for(a.starts_at(), a);
            may || (a.priority == Priority::Urgent && ahead <= 0)
        })
    }

    /// What follows in the session of the last cue, up to [`CUES_AHEAD`].
    fn cue_followers(&mut self, now: ClockSnapshot) {
        let Some(tail) = self.airings.iter().filter(|s| s.has_cue()).max_by_key(|s| s.cue_key()) else {
            return;
        };
        if tail.cut_reason.is_some() {
            return;
        }
        let Some(key) = tail.session_key().map(str::to_owned) else {
            return;
        };
        let live = self.airings.iter().filter(|s| s.has_cue() && s.session_key() == Some(&key)).count();
        let mut ends = tail.ends_at;
        for _ in live..MAX_SESSION_CUES {
            let Some(index) = self.next_cueable(now, &key) else { return };
            let Some(airing) = self.airings[index].planned.clone() else { return };
            let not_before = now.boot_at(airing.starts_at());
            // What stood in between may not air: the rest keeps its own time.
            let apart = not_before.since(ends) > MAX_FOLLOW_GAP_US || airing.gap_us > 0;
            let begins = if apart { not_before.max(ends.plus(airing.gap_us)) } else { ends };
            if self.is_quiet_for(now.wall_at(begins), &airing) || self.is_quiet_for(airing.starts_at(), &airing) {
                return;
            }
            if apart && begins.since(now.boot.max(ends)) > self.preroll_us() {
                // Lined up when its time comes.
                return;
            }
            if !airing.would_end_in_time(now.wall_at(begins), airing.length.us()) {
                self.close_missed(index, Reason::EndBy, None);
                continue;
            }
            let start = if apart { CueStart::At(begins) } else { CueStart::Follow { not_before } };
            self.cue_airing(index, start, if apart { begins } else { not_before.max(now.boot) }, 0);
            ends = begins.plus(airing.length.us());
            self.airings[index].ends_at = ends;
        }
    }

    /// The first item of a session that still waits and may air; what may not is logged when its time comes, what has
    /// lapsed once it is certain. A relay slot whose turn has not come keeps what is behind it.
    fn next_cueable(&self, now: ClockSnapshot, key: &str) -> Option<usize> {
        for (index, slot) in self.airings.iter().enumerate() {
            if slot.session_key() != Some(key) || slot.is_withdrawn() || slot.ineligible_reason().is_some() {
                continue;
            }
            match slot.state {
                AiringState::Waiting if self.has_lapsed(now, index) => {}
                AiringState::Waiting if slot.is_relay() => return None,
                AiringState::Interrupted => return None,
                AiringState::Waiting => return Some(index),
                _ => {}
            }
        }
        None
    }

    /// Lines up the first waiting item of a session of which nothing is lined up yet.
    fn cue_session_start(&mut self, now: ClockSnapshot, key: &str) {
        if self.airings.iter().any(|s| s.has_cue() && s.session_key() == Some(key)) {
            return;
        }
        let Some(index) = self.next_cueable(now, key) else { return };
        let slot = &self.airings[index];
        let Some(airing) = slot.planned.clone() else { return };
        let ahead = airing.starts_at().since(now.wall);
        if ahead > self.preroll_us() || self.must_wait(now, &airing) {
            return;
        }
        // A relay slot that was pushed back is as long as planned.
        let due = now.boot_at(airing.starts_at());
        let relaying = |s: &LiveAiring| matches!(s.state, AiringState::Relaying { until, .. } if until.since(due) > MAX_FOLLOW_GAP_US);
        if self.airings.iter().any(|s| s.session_key() == Some(key) && relaying(s)) {
            return;
        }
        // A session that has taken the line since keeps it.
        let later =
            |s: &LiveAiring| s.planned.as_ref().is_some_and(|a| a.session_starts_at() > airing.session_starts_at());
        let urgent = airing.priority == Priority::Urgent;
        if !urgent && self.airings.iter().any(|s| s.has_cue() && later(s)) {
            return;
        }
        if ahead >= -ON_TIME_US {
            if !self.is_quiet_for(airing.starts_at(), &airing)
                && self.fits_or_close(now, index, airing.starts_at(), &airing)
            {
                self.cue_airing(index, CueStart::At(due), due.max(now.boot), 0);
            }
        } else if !self.is_quiet_for(now.wall, &airing) && !self.all_airings().any(LiveAiring::holds_line) {
            self.cue_late(now, index, &airing);
        }
    }

    /// Begins what could not start at its time, if its rule lets it.
    fn cue_late(&mut self, now: ClockSnapshot, index: usize, airing: &Airing) {
        if self.away_since.is_some() {
            return;
        }
        let key = airing.session_key();
        if airing.late == LateRule::Join && self.may_join(now, airing) && !self.airings[index].postponed {
            let at = now.boot.plus(JOIN_LEAD_US.max(self.warm_up_left_us(now)));
            if self.is_quiet_for(now.wall_at(at), airing) {
                return;
            }
            let skip_us = now.wall_at(at).since(airing.starts_at());
            self.begun_sessions.insert(key.to_owned());
            (self.airings[index].joined_late, self.airings[index].joins_in_progress) = (true, true);
            self.cue_airing(index, CueStart::At(at), at, skip_us);
            return;
        }
        // What begins late anyway begins when it can be heard, and is judged by that instant.
        let at = now.boot.plus(self.warm_up_left_us(now));
        let wall = now.wall_at(at);
        if self.airings[index].may_play_late(wall, self.today(now))
            && !self.is_quiet_for(wall, airing)
            && self.fits_or_close(now, index, wall, airing)
        {
            self.begun_sessions.insert(key.to_owned());
            self.cue_airing(index, CueStart::At(at), at, 0);
        }
    }

    /// Whether anything of an item is left for one who comes in now, once the amplifier is warm.
    pub(super) fn may_join(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        airing.can_be_joined_at(now.wall.plus((self.warm_up_left_us(now) - JOIN_LEAD_US).max(0)))
    }

    /// Whether an item that starts then is over in time; one that is not is dropped.
    fn fits_or_close(&mut self, now: ClockSnapshot, index: usize, starts: WallTime, airing: &Airing) -> bool {
        let fits = airing.would_end_in_time(starts.max(now.wall), airing.length.us());
        if !fits && starts <= now.wall {
            self.close_missed(index, Reason::EndBy, None);
        }
        fits
    }

    pub(super) fn cue_airing(&mut self, index: usize, start: CueStart, due: BootTime, skip_us: i64) {
        let key = self.new_cue_key();
        let slot = &mut self.airings[index];
        let follows = matches!(start, CueStart::Follow { .. });
        slot.state = AiringState::Cued { key, due, follows, sha256: None };
        if slot.played_before.is_none() {
            slot.skipped_us = skip_us;
        }
        slot.plays_us = slot.length.us().saturating_sub(skip_us).max(0);
        slot.ends_at = due.plus(slot.plays_us);
        let cue = self.build_cue(&self.airings[index], key, start, skip_us);
        self.actions.output.push(Action::Cue(cue));
    }

    /// What the output is told of a slot.
    pub(super) fn build_cue(&self, slot: &LiveAiring, key: CueKey, start: CueStart, skip_us: i64) -> Cue {
        // The approved bytes, or those that its length was measured on.
        let planned = slot.planned.as_ref().and_then(|a| a.sha256.as_deref().or(a.scanned.as_deref()));
        let sha256 = planned.map(str::to_owned).or_else(|| slot.pinned_sha256.clone());
        Cue {
            key,
            path: slot.external_path.clone().unwrap_or_else(|| self.context.audio_dir.join(&slot.labels.file)),
            start,
            skip_us,
            joins_in_progress: slot.joins_in_progress && skip_us > 0,
            // What is urgent and may be any file is heard to its end.
            length: (slot.length.rate > 0 && !(slot.is_urgent() && sha256.is_none())).then_some(slot.length),
            sha256,
            loudness: self.loudness_of(slot),
            volume: self.volume_of(slot),
        }
    }

    /// Per cent; none: the output's own.
    pub(super) fn volume_of(&self, slot: &LiveAiring) -> Option<u8> {
        slot.planned.as_ref().and_then(|a| a.volume)
    }

    /// What is known of the loudness of a slot's file.
    fn loudness_of(&self, slot: &LiveAiring) -> Option<Loudness> {
        if slot.external_path.is_some() {
            return slot.loudness.clone();
        }
        let library = &self.in_force_or_pending()?.library;
        library.files.get(&slot.labels.file).and_then(FileStatus::last_good_scan).map(Loudness::of)
    }

    /// Whether the file of a slot, of which bytes with this hash sound, has nothing in it that anybody could hear.
    pub(super) fn is_silent(&self, slot: &LiveAiring, sha256: Option<&str>) -> bool {
        let library =
            self.in_force_or_pending().filter(|_| slot.external_path.is_none()).map(|adopted| &adopted.library);
        let scan =
            library.and_then(|library| library.files.get(&slot.labels.file)).and_then(FileStatus::last_good_scan);
        scan.is_some_and(|s| s.flaws.contains(&AudioFlaw::Silent) && sha256.is_none_or(|played| played == s.sha256))
    }

    /// Says which files will be wanted before long: hashing a large one takes its time.
    pub(super) fn prefetch(&mut self, now: ClockSnapshot) {
        let soon = move |s: &LiveAiring| {
            let starts = s.planned.as_ref().map(|a| a.starts_at().since(now.wall));
            s.is_waiting()
                && !s.prefetched
                && !s.is_withdrawn()
                && !s.is_relay()
                && s.ineligible_reason().is_none()
                && starts.is_some_and(|us| us <= PREFETCH_LEAD_US)
        };
        if !self.airings.iter().any(soon) {
            return;
        }
        // Before the first session there is no output yet.
        self.apply_output_settings();
        let mut files: Vec<PathBuf> = Vec::new();
        for slot in self.airings.iter_mut().filter(|s| soon(s)) {
            slot.prefetched = true;
            let file = self.context.audio_dir.join(&slot.labels.file);
            if !files.contains(&file) {
                files.push(file);
            }
        }
        self.actions.output.push(Action::Prefetch(files));
    }
}
