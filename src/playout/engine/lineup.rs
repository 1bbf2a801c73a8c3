//! Cues what comes next.
use super::Engine;
use super::live_airing::{AiringState, LiveAiring};
use super::timing::{ON_TIME_US, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::base::instant::{SECOND_US, WallTime};
use crate::plan::{Airing, JOIN_LEAD_US, LateRule};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::CueStart;
use crate::schedule::Priority;

/// The next item of a session follows at once, however far the device's clock and ours have drifted apart; planned
/// later than this, it waits for its own time.
const MAX_FOLLOW_GAP_US: i64 = SECOND_US / 2;
/// Cues that the output has for one session: the one that sounds and the one after it.
const MAX_SESSION_CUES: usize = 2;

impl Engine {
    /// Cues what comes next.
    pub(super) fn cue_upcoming(&mut self, now: ClockSnapshot) {
        let line_is_held = self.airings.iter().any(LiveAiring::holds_line);
        if self.is_quiet_at(now.wall) && !line_is_held && !self.is_due_despite_quiet(now) {
            return;
        }
        self.resume_after_device_loss(now);
        self.resume_after_urgent(now);
        self.cue_followers(now);
        for key in self.sessions_starting_soon(now) {
            self.cue_session_start(now, &key);
        }
        self.cue_followers(now);
    }

    /// How long before a start the line is opened, with the time that the amplifier needs.
    pub(super) fn preroll_us(&self) -> i64 {
        PREROLL_US.max(self.warm_up_us())
    }

    /// The sessions of which an airing is due within the preroll, or late.
    fn sessions_starting_soon(&self, now: ClockSnapshot) -> Vec<String> {
        let mut sessions: Vec<String> = Vec::new();
        for slot in self.airings.planned().iter().filter(|s| s.is_waiting() && !s.is_withdrawn()) {
            let soon = slot.starts_at().is_some_and(|at| at.plus(-self.preroll_us()) <= now.wall);
            if soon
                && let Some(key) = slot.session_key()
                && !sessions.iter().any(|known| known == key)
            {
                sessions.push(key.to_owned());
            }
        }
        sessions
    }

    /// Whether something is due on the first instant after quiet hours, or in spite of them.
    fn is_due_despite_quiet(&self, now: ClockSnapshot) -> bool {
        let waiting = self.airings.planned().iter().filter(|s| s.is_waiting());
        waiting.filter_map(|s| s.planned.as_ref()).any(|a| {
            let ahead = a.starts_at().since(now.wall);
            let may = (0..=self.preroll_us()).contains(&ahead) && !self.is_quiet_for(a.starts_at(), a);
            may || (a.priority == Priority::Urgent && ahead <= 0)
        })
    }

    /// Cues what follows in the session of the last cue, up to [`MAX_SESSION_CUES`].
    fn cue_followers(&mut self, now: ClockSnapshot) {
        let Some(tail) = self.airings.planned().iter().filter(|s| s.has_cue()).max_by_key(|s| s.cue_key()) else {
            return;
        };
        let (Some(cue), Some(key)) = (tail.cue(), tail.session_key().map(str::to_owned)) else { return };
        if cue.cut_reason.is_some() {
            return;
        }
        let mut ends = cue.ends_at;
        let of_session = |s: &&LiveAiring| s.has_cue() && s.session_key() == Some(&key);
        let held = self.airings.planned().iter().filter(of_session).count();
        for _ in held..MAX_SESSION_CUES {
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
                // Cued when its time comes.
                return;
            }
            if !airing.would_end_in_time(now.wall_at(begins), airing.length.us()) {
                self.close_missed(index, Reason::EndBy, None);
                continue;
            }
            let start = if apart { CueStart::At(begins) } else { CueStart::Follow { not_before } };
            self.cue_airing(index, start, if apart { begins } else { not_before.max(now.boot) }, 0);
            ends = begins.plus(airing.length.us());
            if let Some(cue) = self.airings[index].cue_mut() {
                cue.ends_at = ends;
            }
        }
    }

    /// The first item of a session that still waits and may air. What may not air is logged when its time comes, what
    /// has lapsed once that is certain. A relay slot whose turn has not come keeps what is after it.
    fn next_cueable(&self, now: ClockSnapshot, key: &str) -> Option<usize> {
        for (index, slot) in self.airings.planned().iter().enumerate() {
            if slot.session_key() != Some(key) || !slot.may_air() {
                continue;
            }
            match slot.state {
                AiringState::Waiting if self.has_lapsed(now, index) => {}
                AiringState::Waiting if slot.is_relay() => return None,
                AiringState::Interrupted(_) => return None,
                AiringState::Waiting => return Some(index),
                _ => {}
            }
        }
        None
    }

    /// Cues the first waiting item of a session that has no cue yet.
    fn cue_session_start(&mut self, now: ClockSnapshot, key: &str) {
        if self.airings.iter().any(|s| s.has_cue() && s.session_key() == Some(key)) {
            return;
        }
        let Some(index) = self.next_cueable(now, key) else { return };
        let Some(airing) = self.airings[index].planned.clone() else { return };
        let ahead = airing.starts_at().since(now.wall);
        if ahead > self.preroll_us() || self.must_wait(now, &airing) || self.is_line_kept_from(now, &airing) {
            return;
        }
        if ahead < -ON_TIME_US {
            if !self.is_quiet_for(now.wall, &airing) && !self.airings.iter().any(LiveAiring::holds_line) {
                self.cue_late(now, index, &airing);
            }
        } else if !self.is_quiet_for(airing.starts_at(), &airing)
            && self.fits_or_close(now, index, airing.starts_at(), &airing)
        {
            let due = now.boot_at(airing.starts_at());
            self.cue_airing(index, CueStart::At(due), due.max(now.boot), 0);
        }
    }

    /// Whether the line is kept from an airing that is due: by a relay slot of its session, or by a session that has
    /// taken the line since.
    fn is_line_kept_from(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        // A relay slot that was pushed back is as long as planned.
        let due = now.boot_at(airing.starts_at());
        let relays_on = |s: &LiveAiring| {
            let on = matches!(s.state, AiringState::Relaying { until, .. } if until.since(due) > MAX_FOLLOW_GAP_US);
            on && s.session_key() == Some(airing.session_key())
        };
        let starts = airing.session_starts_at();
        let later = |s: &LiveAiring| s.has_cue() && s.session_starts_at().is_some_and(|at| at > starts);
        let planned = self.airings.planned();
        planned.iter().any(relays_on) || (airing.priority != Priority::Urgent && planned.iter().any(later))
    }

    /// Cues what could not start at its time, if its rule lets it.
    fn cue_late(&mut self, now: ClockSnapshot, index: usize, airing: &Airing) {
        if self.line.away_since().is_some() {
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
        // What starts late anyway starts when it can be heard, and is judged by that instant.
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

    /// Whether anything of an item is left when it is joined now, once the amplifier is warm.
    pub(super) fn may_join(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        airing.can_be_joined_at(now.wall.plus((self.warm_up_left_us(now) - JOIN_LEAD_US).max(0)))
    }

    /// Whether an item that starts then is over in time; closes it if it is not and its start has come.
    fn fits_or_close(&mut self, now: ClockSnapshot, index: usize, starts: WallTime, airing: &Airing) -> bool {
        let fits = airing.would_end_in_time(starts.max(now.wall), airing.length.us());
        if !fits && starts <= now.wall {
            self.close_missed(index, Reason::EndBy, None);
        }
        fits
    }
}
