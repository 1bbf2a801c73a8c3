//! The deck's line: opened, watched, lost, opened again, closed.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::slot::Stage;
use super::{Deck, Line, drain};
use crate::instant::{Boot, SECOND};
use crate::playout::output::line::Report;
use crate::playout::output::sink::{OpenLine, Wish, boot_now};
use crate::playout::output::{CueKey, Ending, Event};
use crate::sys;

/// The first and the longest wait before a lost line is opened again.
pub(super) const FIRST_WAIT_US: i64 = 250_000;
const LONGEST_WAIT_US: i64 = 2 * SECOND;
/// A line that held for so long was open in earnest: the next wait is the first again.
const HELD_US: i64 = 5 * SECOND;
/// A device that was lost is waited for so long before another takes its place: most come back at once.
const FAITHFUL_US: i64 = 10 * SECOND;
/// So long after a beginning nothing but decoding and playing goes on.
const TIDY_US: i64 = 3 * SECOND;
/// The longest time that a line stays open after `close` to let its last frames be heard.
const LINGER_US: i64 = 2 * SECOND;
/// A device and its sound system keep no more than so much; what is said to be heard later is taken to be heard then.
const LATENCY_US: i64 = 4 * SECOND;
/// By how much the device's timestamps may be wrong about that.
const MARGIN_US: i64 = 50_000;

impl Deck {
    pub(super) fn open(&mut self, now: Boot) {
        match std::mem::replace(&mut self.line, Line::Closed) {
            // It was asked to close and changed its mind.
            Line::Closing(line, _) => {
                self.shared.tell(opened(&line));
                self.look_behind(&line);
                self.line = Line::Open(line);
            }
            Line::Closed => {
                (self.faithful_until, self.idle) = (Boot(i64::MIN), 0);
                self.try_open(now, true);
            }
            other => self.line = other,
        }
    }

    /// Opens the line; a failure is told only when it is `news`.
    fn try_open(&mut self, now: Boot, news: bool) {
        // Whatever comes of it, a panic included: it is tried again.
        self.line = Line::Lost { retry: now.plus(self.wait_us) };
        let wish = Wish {
            rate: self.wanted_rate,
            buffer_ms: self.settings.buffer_ms,
            again: self.open_since.is_some(),
            devices: if now < self.faithful_until { self.place + 1 } else { usize::MAX },
            idle: self.idle,
        };
        let opening = || OpenLine::open(&self.settings, &self.station_dir, &self.shared.position, wish);
        let result = catch_unwind(AssertUnwindSafe(opening));
        match result.unwrap_or_else(|_| Err("the sound system gave up".to_owned())) {
            Ok(line) => {
                (self.rate, self.place) = (line.rate, line.place);
                self.shared.position.set_rate(line.rate);
                self.shared.tell(opened(&line));
                self.look_behind(&line);
                self.line = Line::Open(Box::new(line));
                self.open_since = Some(boot_now());
                // Before anything sounds: what opening took is not needed again.
                sys::give_back();
                sys::hold_memory();
            }
            Err(detail) => {
                self.wait_us = (self.wait_us * 2).min(LONGEST_WAIT_US);
                if news {
                    self.shared.tell(Event::Lost { detail });
                }
            }
        }
    }

    /// What a sound server says of its sink is told when it comes, if the line is the same then.
    fn look_behind(&self, line: &OpenLine) {
        let shared = self.shared.clone();
        let opening = 1 + shared.openings.fetch_add(1, Ordering::SeqCst);
        line.look_behind(move |sink| {
            if shared.openings.load(Ordering::SeqCst) == opening {
                shared.tell(Event::Behind { sink });
            }
        });
    }

    /// Cuts everything; the line goes as soon as what ended whole has been heard.
    pub(super) fn close(&mut self, now: Boot) {
        let keys: Vec<CueKey> = self.slots.iter().map(|s| s.cue.key).collect();
        for key in keys {
            self.cut(key, now);
        }
        self.wait_us = FIRST_WAIT_US;
        self.line = match std::mem::replace(&mut self.line, Line::Closed) {
            Line::Open(line) => {
                let heard = self.heard.plus(MARGIN_US).max(now);
                Line::Closing(line, heard.min(now.plus(LINGER_US)))
            }
            Line::Lost { .. } => Line::Closed,
            other => other,
        };
    }

    /// Hears what the line reports.
    pub(super) fn hear(&mut self, now: Boot) {
        let (Line::Open(line) | Line::Closing(line, _)) = &mut self.line else {
            return;
        };
        for report in drain(&mut line.remote) {
            self.take_report(report, now);
        }
        self.note_until(now, now);
    }

    /// A report waits until it is heard; one of a start that is still to be heard is put right.
    fn take_report(&mut self, report: Report, now: Boot) {
        let latest = now.plus(LATENCY_US);
        if let Report::Moved { key: moved, at: later, .. } = report
            && let Some((heard, Report::Started { at, .. })) =
                self.unheard.iter_mut().find(|(_, told)| matches!(told, Report::Started { key, .. } if *key == moved))
        {
            (*heard, *at) = (later.min(latest), later);
            return;
        }
        let heard = if matches!(report, Report::Moved { .. }) { now } else { report.at().min(latest) };
        self.unheard.push_back((heard, report));
    }

    /// Notes what has been heard at `heard`.
    fn note_until(&mut self, heard: Boot, now: Boot) {
        while self.unheard.front().is_some_and(|(at, _)| *at <= heard) {
            if let Some((_, report)) = self.unheard.pop_front() {
                self.note(report, now);
            }
        }
    }

    /// Notices a lost line, opens it again, lets go of a closing one, gives up what has become too late.
    pub(super) fn watch(&mut self, now: Boot) {
        match &mut self.line {
            Line::Closed => (),
            Line::Open(line) => {
                if let Err(detail) = line.health(now) {
                    let at = line.lost_at();
                    self.lose(detail, at);
                }
            }
            Line::Closing(line, until) => {
                let live = self.slots.iter().any(|s| matches!(s.stage, Stage::Live(_)));
                let gone = line.health(now).is_err().then(|| line.lost_at());
                let buffer_us = i64::from(self.settings.buffer_ms) * 1000;
                let stuck = gone.is_some() || now.since(*until) > LINGER_US + buffer_us;
                // What was cut dies away after the order to close.
                let heard = now >= (*until).max(self.heard.plus(MARGIN_US));
                if (!live && heard) || stuck {
                    self.let_go(gone.unwrap_or(Boot(i64::MAX)));
                    self.end_live(&Ending::Cut, now);
                }
            }
            Line::Lost { retry } => {
                let due = now >= *retry;
                while let Some(i) = self.slots.iter().position(|s| s.expires() <= now) {
                    self.end(i, Ending::Lost, now);
                }
                if due {
                    self.try_open(now, false);
                }
            }
        }
    }

    /// The line is gone since `at`: what sounded on it has ended then, what waited is prepared anew for the next one.
    pub(super) fn lose(&mut self, detail: String, at: Boot) {
        let wanted = matches!(self.line, Line::Open(_) | Line::Lost { .. });
        let opened = matches!(self.line, Line::Open(_));
        self.let_go(at);
        let now = boot_now();
        if !wanted {
            self.end_live(&Ending::Cut, now);
            return;
        }
        if self.open_since.is_some_and(|since| now.since(since) > HELD_US) {
            self.wait_us = FIRST_WAIT_US;
            self.faithful_until = now.plus(FAITHFUL_US);
            self.idle = 0;
        } else if opened {
            self.idle |= 1 << self.place.min(7);
        }
        self.line = Line::Lost { retry: now.plus(self.wait_us) };
        self.wait_us = (self.wait_us * 2).min(LONGEST_WAIT_US);
        self.end_live(&Ending::Lost, at.min(now));
        self.shared.tell(Event::Lost { detail });
    }

    /// Something has begun to sound: what its beginning took is not needed before long.
    pub(super) fn tidy_later(&mut self, now: Boot) {
        self.tidy_at.get_or_insert(now.plus(TIDY_US));
    }

    /// Gives back what nothing has needed lately; what is needed all the time is at hand again within microseconds, and is
    /// held there.
    pub(super) fn tidy(&mut self, now: Boot) {
        if self.tidy_at.take_if(|at| *at <= now).is_some() {
            sys::release_memory();
            sys::give_back();
            sys::hold_memory();
        }
    }

    /// Closes the line, and hears its last words; what it said of later than `heard` has not been heard.
    fn let_go(&mut self, heard: Boot) {
        if let Line::Open(line) | Line::Closing(line, _) = std::mem::replace(&mut self.line, Line::Closed) {
            let mut remote = line.close();
            let now = boot_now();
            for report in drain(&mut remote) {
                self.take_report(report, now);
            }
            self.note_until(heard, now);
            self.unheard.clear();
            self.tidy_at = None;
            sys::release_memory();
            sys::give_back();
        }
        self.shared.position.set(None, 0, boot_now());
    }
}

fn opened(line: &OpenLine) -> Event {
    let (device, sink, instead) = (line.device.clone(), line.sink.clone(), line.instead.clone());
    Event::Opened { rate: line.rate, device, sink, instead }
}
