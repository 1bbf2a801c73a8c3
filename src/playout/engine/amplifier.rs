//! When the amplifier is on: before the first frame, until a while after the last; and what is done when it cannot be
//! switched. Nothing here ever holds up sound that is planned.
use serde::{Deserialize, Serialize};

use super::slot::Slot;
use super::{Action, Answer, Engine, Line, Notice};
use crate::airlog::entry::{AmplifierNote, Body, UNTRIED, Who};
use crate::instant::{Boot, SECOND};
use crate::playout::clock::Now;
use crate::station::Amplifier;

/// A switch that says nothing for so long has failed: whoever runs it gives up before.
const SILENT_US: i64 = 20 * SECOND;
/// A switch that failed is tried again after this, then twice as late each time, up to the second.
const RETRY_US: i64 = 5 * SECOND;
const RETRY_MOST_US: i64 = 300 * SECOND;

/// Switch the amplifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// Names it in its answer.
    pub serial: u64,
    /// Whether it is to be on.
    pub on: bool,
    /// Its commands.
    pub amplifier: Amplifier,
    /// Whether a person at this machine has asked for it: these commands may be run from now on.
    pub ordered: bool,
}

/// What came of switching it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switched {
    /// Which switch.
    pub serial: u64,
    /// Whether it was to be on.
    pub on: bool,
    /// How long the command ran, milliseconds.
    pub took_ms: i64,
    /// Why it was not switched; none when it was.
    pub trouble: Option<Trouble>,
}

/// Why the amplifier is not switched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// Nobody has run these commands by hand on this machine: a station's folder travels on sticks.
    Untried,
    /// The command failed; what the system or the command said.
    Failed(String),
}

/// How the amplifier is, for who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmplifierStatus {
    /// Whether it is on; none when that is not known.
    pub on: Option<bool>,
    /// Whether its command runs, or waits until it may.
    pub switching: bool,
    /// Whether the operator keeps it on.
    pub held: bool,
    /// Why it could not be switched off, and on, the last time.
    pub troubles: [Option<Trouble>; 2],
    /// The commands for off, and for on, as they are run.
    pub commands: [Vec<String>; 2],
}

/// What the engine knows of it.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Whose commands are in force.
    by: Option<Amplifier>,
    /// What its last command made it, and since when; none: not known.
    is: Option<(bool, Boot)>,
    /// When it was last switched off: it rests from then on.
    off_at: Option<Boot>,
    /// What is being done, under which number, and since when.
    switching: Option<(bool, u64, Boot)>,
    serial: u64,
    /// The operator keeps it on.
    held: bool,
    /// A person has asked for the next switch.
    ordered: bool,
    /// When something last had the line.
    needed: Option<Boot>,
    /// Something had the line at the last look.
    in_use: bool,
    failures: u32,
    /// What has failed, and when it is tried again.
    retry: Option<(bool, Boot)>,
    /// Why it could not be switched off, and on, as it was told.
    troubles: [Option<Trouble>; 2],
}

impl State {
    /// Until when it rests.
    fn rests_until(&self, amplifier: &Amplifier) -> Boot {
        self.off_at.map_or(Boot(i64::MIN), |at| at.plus(amplifier.min_off_us))
    }
}

impl Engine {
    /// The amplifier, where loa switches it.
    fn amplifier(&self) -> Option<&Amplifier> {
        self.amplifier.by.as_ref()
    }

    /// How long the amplifier takes from silence, microseconds.
    pub(super) fn warm_up_us(&self) -> i64 {
        self.in_sight().map_or(0, |a| a.schedule.station.amplifier.warm_up_us)
    }

    /// How long it takes until something that begins at once is heard, microseconds.
    pub(super) fn warm_in(&self, now: Now) -> i64 {
        let warm_up_us = self.warm_up_us();
        let state = &self.amplifier;
        // Where it cannot be switched on, a person has done it, or nobody hears anything: waiting helps neither.
        let by_hand = state.troubles[1].is_some() && state.is.is_none();
        let Some(amplifier) = self.amplifier().filter(|_| !by_hand) else {
            return if self.line == Line::Closed { warm_up_us } else { 0 };
        };
        let since = match (state.switching, state.is) {
            (Some((true, _, since)), _) | (None, Some((true, since))) => since,
            (Some((false, _, since)), _) => since.plus(amplifier.min_off_us),
            // It may not be switched on again before it has rested.
            (None, _) => now.boot.max(state.rests_until(amplifier)),
        };
        since.plus(warm_up_us).since(now.boot).max(0)
    }

    /// Switches it on when something has the line, and off a while after, unless it would have to be on again before it
    /// may.
    pub(super) fn care_for_amplifier(&mut self, now: Now) {
        if let Some((on, serial, since)) = self.amplifier.switching {
            if now.boot.since(since) < SILENT_US {
                return;
            }
            let trouble = Some(Trouble::Failed("no answer".to_owned()));
            self.switched(now, Switched { serial, on, took_ms: SILENT_US / 1000, trouble });
        }
        let in_use = self.all_slots().any(Slot::holds_line);
        self.new_commands(now, in_use);
        let Some(amplifier) = self.amplifier().cloned() else {
            return;
        };
        // What gave the line back since the last look had it until now.
        if std::mem::replace(&mut self.amplifier.in_use, in_use) || in_use {
            self.amplifier.needed = Some(now.boot);
        }
        let on = self.amplifier_wanted(now, &amplifier);
        if self.amplifier.is.is_some_and(|(is, _)| is == on) {
            // An order that asks for what is already so has come to its end.
            self.amplifier.ordered = false;
            return;
        }
        let rests = now.boot < self.amplifier.rests_until(&amplifier);
        let waits = self.amplifier.retry.is_some_and(|(to, at)| to == on && now.boot < at) && !self.amplifier.ordered;
        if (on && rests) || waits {
            return;
        }
        self.switch(now, on, amplifier);
    }

    /// Other commands in the schedule: they are in force once nothing sounds that the old ones have switched on, and those
    /// have switched it off. Of what the new ones switch, nothing is known.
    fn new_commands(&mut self, now: Now, in_use: bool) {
        let wanted = self.in_sight().map(|a| a.schedule.station.amplifier.clone());
        let wanted = wanted.filter(|a| a.switched() && !self.facts.rehearsal);
        let words = |a: &Amplifier| (a.on.clone(), a.off.clone());
        if self.amplifier.by.as_ref().map(words) == wanted.as_ref().map(words) {
            // Its times may have changed.
            self.amplifier.by = wanted;
            return;
        }
        if let Some(old) = self.amplifier.by.clone() {
            let tail = self.amplifier.needed.is_some_and(|at| now.boot <= at.plus(old.tail_us));
            if in_use || tail || self.amplifier.switching.is_some() {
                return;
            }
            if self.amplifier.is.is_none_or(|(on, _)| on) {
                let serial = self.new_serial();
                self.amplifier.off_at = Some(now.boot);
                self.out.sound.push(Action::Amplifier(Switch { serial, on: false, amplifier: old, ordered: false }));
            }
        }
        // What a person has asked for was meant for the old ones.
        let State { off_at, serial, needed, in_use, .. } = self.amplifier;
        self.amplifier = State { by: wanted, off_at, serial, needed, in_use, ..State::default() };
    }

    fn new_serial(&mut self) -> u64 {
        self.amplifier.serial += 1;
        self.amplifier.serial
    }

    fn amplifier_wanted(&self, now: Now, amplifier: &Amplifier) -> bool {
        let state = &self.amplifier;
        let tail = state.needed.is_some_and(|at| now.boot <= at.plus(amplifier.tail_us));
        // A receiver that takes the line has no cue of ours that would be lined up ahead.
        let relay = self.trust.believed
            && self.slots.iter().filter(|s| s.waits() && s.relay() && !s.withdrawn()).any(|s| {
                s.plan.as_ref().is_some_and(|a| {
                    (0..=self.preroll_us()).contains(&a.starts().since(now.wall)) && !self.quiet_for(a.starts(), a)
                })
            });
        let on = matches!(state.is, Some((true, _)));
        let again = on && self.due_within(now, amplifier.min_off_us + self.preroll_us());
        state.held || tail || again || relay
    }

    fn switch(&mut self, now: Now, on: bool, amplifier: Amplifier) {
        let serial = self.new_serial();
        self.amplifier.switching = Some((on, serial, now.boot));
        let ordered = std::mem::take(&mut self.amplifier.ordered);
        self.out.sound.push(Action::Amplifier(Switch { serial, on, amplifier, ordered }));
    }

    /// What came of it.
    pub(super) fn switched(&mut self, now: Now, switched: Switched) {
        let Switched { serial, on, took_ms, trouble } = switched;
        if self.amplifier.switching.take_if(|(_, of, _)| *of == serial).is_none() {
            // Of commands that are not in force any more.
            return;
        }
        let before = std::mem::replace(&mut self.amplifier.troubles[usize::from(on)], trouble.clone());
        let same = self.amplifier.retry.is_some_and(|(to, _)| to == on);
        let failures = if same { self.amplifier.failures } else { 0 };
        let detail = trouble.as_ref().map(|trouble| match trouble {
            Trouble::Untried => UNTRIED.to_owned(),
            Trouble::Failed(detail) => detail.clone(),
        });
        // What is tried again and fails again is no news.
        let told = trouble.is_some() && before == trouble;
        if !told {
            let to = if on { "on" } else { "off" }.to_owned();
            self.out.log.push(Body::Amplifier(AmplifierNote { to, done: trouble.is_none(), took_ms, detail }));
        }
        match trouble {
            None => {
                self.amplifier.is = Some((on, now.boot));
                (self.amplifier.failures, self.amplifier.retry) = (0, None);
                if !on {
                    self.amplifier.off_at = Some(now.boot);
                }
                if before.is_some() {
                    self.out.talk.push(Action::Tell(Notice::AmplifierWorks));
                }
            }
            Some(trouble) => {
                self.amplifier.is = None;
                self.amplifier.failures = failures.saturating_add(1);
                let wait = (RETRY_US << failures.min(10)).min(RETRY_MOST_US);
                self.amplifier.retry = Some((on, now.boot.plus(wait)));
                if !told {
                    self.out.talk.push(Action::Tell(Notice::AmplifierFails { on, trouble }));
                }
            }
        }
    }

    /// The operator switches it, whatever it is believed to be: they stand beside it.
    pub(super) fn amplifier_order(&mut self, now: Now, on: bool, who: Who) -> Answer {
        let in_use = self.all_slots().any(Slot::holds_line);
        self.new_commands(now, in_use);
        if self.amplifier().is_none() {
            return Answer::NoAmplifier;
        }
        let busy = self.all_slots().find(|s| s.holds_line()).map(|s| s.labels.title.clone());
        if let Some(title) = busy.filter(|_| !on) {
            // It goes off by itself behind what sounds.
            self.amplifier.held = false;
            return Answer::Busy(title);
        }
        self.ordered(if on { "amplifier-on" } else { "amplifier-off" }, None, who);
        let state = &mut self.amplifier;
        (state.held, state.ordered) = (on, true);
        if !on {
            (state.needed, state.in_use) = (None, false);
        }
        // Its command is run, whatever it is believed to be; its rest protects it all the same.
        state.is = None;
        Answer::Done
    }

    /// At the end of the daemon: off. Whether its command still runs.
    pub(super) fn amplifier_goes_off(&mut self, now: Now) -> bool {
        let Some(amplifier) = self.amplifier().cloned() else {
            return false;
        };
        if self.amplifier.switching.is_none() && self.amplifier.is.is_none_or(|(on, _)| on) {
            if self.amplifier.retry.is_some_and(|(on, _)| !on) {
                // It does not answer; that is logged.
                return false;
            }
            self.switch(now, false, amplifier);
        }
        self.amplifier.switching.is_some()
    }

    /// When to look at it again.
    pub(super) fn amplifier_looks(&self, at: &mut impl FnMut(Boot)) {
        let Some(amplifier) = self.amplifier() else {
            return;
        };
        let state = &self.amplifier;
        if let Some((_, _, since)) = state.switching {
            at(since.plus(SILENT_US));
        }
        at(state.rests_until(amplifier));
        if let Some(needed) = state.needed {
            at(needed.plus(amplifier.tail_us + 1));
        }
        if let Some((_, retry)) = state.retry {
            at(retry);
        }
    }

    /// For who asks.
    pub(super) fn amplifier_status(&self) -> Option<AmplifierStatus> {
        let Amplifier { on, off, .. } = self.amplifier()?;
        let commands = [off.clone(), on.clone()];
        let State { is, switching, held, ordered, troubles, .. } = &self.amplifier;
        let switching = switching.is_some() || *ordered || (*held && matches!(is, Some((false, _))));
        let troubles = troubles.clone();
        Some(AmplifierStatus { on: is.map(|(on, _)| on), switching, held: *held, troubles, commands })
    }
}
