//! Cues the airings that come next.
use super::Engine;
use super::live_airing::{AiringState, LiveAiring};
use super::timing::{ON_TIME_TOLERANCE_US, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::base::instant::{SECOND_US, WallTime};
use crate::plan::{Airing, JOIN_LEAD_US, LateRule};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::CueStart;
use crate::schedule::Priority;

/// If the gap before the next item of a session is no larger than this, in microseconds, the item follows the previous
/// one directly. This covers the drift between the device's clock and the computer's. After a larger gap, the item
/// waits for its own time.
const MAX_FOLLOW_GAP_US: i64 = SECOND_US / 2;
/// The maximum number of cues that the output has for one session: the sounding one and its successor.
const MAX_SESSION_CUES: usize = 2;

impl Engine {
    /// Cues the airings that are late or due within the preroll, and resumes interrupted ones.
    pub(super) fn cue_upcoming(&mut self, now: ClockSnapshot) {
        let is_line_held = self.airings.iter().any(LiveAiring::holds_line);
        if self.is_quiet_at(now.wall) && !is_line_held && !self.needs_cue_in_quiet_hours(now) {
            return;
        }
        self.resume_after_device_loss(now);
        self.resume_after_urgent(now);
        self.cue_followers(now);
        for key in self.sessions_to_start(now) {
            self.cue_session_start(now, &key);
        }
        self.cue_followers(now);
    }

    /// The time in microseconds before a start at which the line is opened. It is at least the amplifier's warm-up.
    pub(super) fn preroll_us(&self) -> i64 {
        PREROLL_US.max(self.warm_up_us())
    }

    /// The keys of the sessions with a waiting airing that is late or due within the preroll.
    fn sessions_to_start(&self, now: ClockSnapshot) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for live_airing in
            self.airings.planned().iter().filter(|live_airing| live_airing.is_waiting() && !live_airing.is_withdrawn())
        {
            let is_soon = live_airing.starts_at().is_some_and(|at| at.plus(-self.preroll_us()) <= now.wall);
            if is_soon
                && let Some(key) = live_airing.session_key()
                && !keys.iter().any(|known_key| known_key == key)
            {
                keys.push(key.to_owned());
            }
        }
        keys
    }

    /// True when an airing must be cued during quiet hours: one that starts after quiet hours but within the preroll,
    /// or an urgent one that is due.
    fn needs_cue_in_quiet_hours(&self, now: ClockSnapshot) -> bool {
        let waiting_airings = self.airings.planned().iter().filter(|live_airing| live_airing.is_waiting());
        waiting_airings.filter_map(|live_airing| live_airing.planned.as_ref()).any(|airing| {
            let starts_in_us = airing.starts_at().since(now.wall);
            let is_near = (0..=self.preroll_us()).contains(&starts_in_us);
            let starts_after_quiet = is_near && !self.is_quiet_for(airing.starts_at(), airing);
            starts_after_quiet || (airing.priority == Priority::Urgent && starts_in_us <= 0)
        })
    }

    /// Cues the next items of the session that has the last cue, up to [`MAX_SESSION_CUES`].
    fn cue_followers(&mut self, now: ClockSnapshot) {
        let Some(last_cued) = self
            .airings
            .planned()
            .iter()
            .filter(|live_airing| live_airing.has_cue())
            .max_by_key(|live_airing| live_airing.cue_key())
        else {
            return;
        };
        let (Some(cue), Some(key)) = (last_cued.cue(), last_cued.session_key().map(str::to_owned)) else { return };
        if cue.cut_reason.is_some() {
            return;
        }
        let mut line_free_at = cue.ends_at;
        let has_cue_of_session =
            |live_airing: &&LiveAiring| live_airing.has_cue() && live_airing.session_key() == Some(&key);
        let cue_count = self.airings.planned().iter().filter(has_cue_of_session).count();
        for _ in cue_count..MAX_SESSION_CUES {
            let Some(index) = self.next_cueable(now, &key) else { return };
            let Some(airing) = self.airings[index].planned.clone() else { return };
            let not_before = now.boot_at(airing.starts_at());
            // If the items in between do not air, this one keeps its own time.
            let has_gap = not_before.since(line_free_at) > MAX_FOLLOW_GAP_US || airing.gap_us > 0;
            let begins_at = if has_gap { not_before.max(line_free_at.plus(airing.gap_us)) } else { line_free_at };
            if self.is_quiet_for(now.wall_at(begins_at), &airing) || self.is_quiet_for(airing.starts_at(), &airing) {
                return;
            }
            if has_gap && begins_at.since(now.boot.max(line_free_at)) > self.preroll_us() {
                // A later decision cues the item, within its preroll.
                return;
            }
            if !airing.would_end_in_time(now.wall_at(begins_at), airing.length.us()) {
                self.close_missed(index, Reason::EndBy, None);
                continue;
            }
            let start = if has_gap { CueStart::AtInstant(begins_at) } else { CueStart::AfterPrevious { not_before } };
            self.cue_airing(index, start, if has_gap { begins_at } else { not_before.max(now.boot) }, 0);
            line_free_at = begins_at.plus(airing.length.us());
            if let Some(cue) = self.airings[index].cue_mut() {
                cue.ends_at = line_free_at;
            }
        }
    }

    /// The index of a session's first waiting item that is allowed to air and has not lapsed. Also `None` while a relay
    /// slot or an interrupted airing comes first.
    fn next_cueable(&self, now: ClockSnapshot, key: &str) -> Option<usize> {
        for (index, live_airing) in self.airings.planned().iter().enumerate() {
            if live_airing.session_key() != Some(key) || !live_airing.may_air() {
                continue;
            }
            match live_airing.state {
                AiringState::Waiting if self.has_lapsed(now, index) => {}
                AiringState::Waiting if live_airing.is_relay() => return None,
                AiringState::Interrupted(_) => return None,
                AiringState::Waiting => return Some(index),
                _ => {}
            }
        }
        None
    }

    /// If a session has no cue yet, cues its first waiting item.
    fn cue_session_start(&mut self, now: ClockSnapshot, key: &str) {
        if self.airings.iter().any(|live_airing| live_airing.has_cue() && live_airing.session_key() == Some(key)) {
            return;
        }
        let Some(index) = self.next_cueable(now, key) else { return };
        let Some(airing) = self.airings[index].planned.clone() else { return };
        let starts_in_us = airing.starts_at().since(now.wall);
        if starts_in_us > self.preroll_us() || self.must_wait(now, &airing) || self.is_line_denied_to(now, &airing) {
            return;
        }
        if starts_in_us < -ON_TIME_TOLERANCE_US {
            if !self.is_quiet_for(now.wall, &airing) && !self.airings.iter().any(LiveAiring::holds_line) {
                self.cue_late(now, index, &airing);
            }
        } else if !self.is_quiet_for(airing.starts_at(), &airing)
            && self.fits_or_close(now, index, airing.starts_at(), &airing)
        {
            let due_at = now.boot_at(airing.starts_at());
            self.cue_airing(index, CueStart::AtInstant(due_at), due_at.max(now.boot), 0);
        }
    }

    /// True when a due airing cannot have the line because of a relay slot of its own session, or because a later
    /// session has taken it.
    fn is_line_denied_to(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        // A postponed relay slot keeps its planned length, so it can end after this airing is due.
        let due_at = now.boot_at(airing.starts_at());
        let is_relaying_past_due = |live_airing: &LiveAiring| match live_airing.state {
            AiringState::Relaying { ends_at, .. } => {
                ends_at.since(due_at) > MAX_FOLLOW_GAP_US && live_airing.session_key() == Some(airing.session_key())
            }
            _ => false,
        };
        let session_start = airing.session_starts_at();
        let is_later_cue = |live_airing: &LiveAiring| {
            live_airing.has_cue() && live_airing.session_starts_at().is_some_and(|at| at > session_start)
        };
        let planned = self.airings.planned();
        planned.iter().any(is_relaying_past_due)
            || (airing.priority != Priority::Urgent && planned.iter().any(is_later_cue))
    }

    /// Cues an airing that could not start at its time, if its rule for late starts permits that.
    fn cue_late(&mut self, now: ClockSnapshot, index: usize, airing: &Airing) {
        if self.line.missing_since().is_some() {
            return;
        }
        let key = airing.session_key();
        if airing.late == LateRule::Join && self.may_join(now, airing) && !self.airings[index].is_postponed {
            let start_boot = now.boot.plus(JOIN_LEAD_US.max(self.remaining_warm_up_us(now)));
            if self.is_quiet_for(now.wall_at(start_boot), airing) {
                return;
            }
            let skip_us = now.wall_at(start_boot).since(airing.starts_at());
            self.begun_sessions.insert(key.to_owned());
            (self.airings[index].is_joined, self.airings[index].has_fixed_end) = (true, true);
            self.cue_airing(index, CueStart::AtInstant(start_boot), start_boot, skip_us);
            return;
        }
        // The airing is late anyway, so it starts once the amplifier is warm. The rules for late starts are applied to
        // that instant.
        let start_boot = now.boot.plus(self.remaining_warm_up_us(now));
        let start_wall = now.wall_at(start_boot);
        if self.airings[index].may_play_late(start_wall, self.today(now))
            && !self.is_quiet_for(start_wall, airing)
            && self.fits_or_close(now, index, start_wall, airing)
        {
            self.begun_sessions.insert(key.to_owned());
            self.cue_airing(index, CueStart::AtInstant(start_boot), start_boot, 0);
        }
    }

    /// True when it will still be possible to join an item once the amplifier is warm.
    pub(super) fn may_join(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        airing.can_be_joined_at(now.wall.plus((self.remaining_warm_up_us(now) - JOIN_LEAD_US).max(0)))
    }

    /// True when an item that starts at `starts_at` would end in time. If it would not, and its start is not in the
    /// future, the item is closed as missed.
    fn fits_or_close(&mut self, now: ClockSnapshot, index: usize, starts_at: WallTime, airing: &Airing) -> bool {
        let ends_in_time = airing.would_end_in_time(starts_at.max(now.wall), airing.length.us());
        if !ends_in_time && starts_at <= now.wall {
            self.close_missed(index, Reason::EndBy, None);
        }
        ends_in_time
    }
}
