//! What is told of the device: its loss and its return, once each, and of one that comes and goes all the time no more than
//! an entry a second, of what lasts.
use super::{Action, Engine, Line, Notice};
use crate::airlog::entry::{Body, DeviceNote};
use crate::instant::{Boot, SECOND};
use crate::playout::clock::Now;
use crate::playout::output::Sink;

/// Between two entries.
const PAUSE_US: i64 = SECOND;

/// What the log knows of the device.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The rate and the name of the device that was open last; none once its loss was told.
    pub opened: Option<(u32, String)>,
    /// What stands behind it, as it was told.
    pub sink: Sink,
    /// When the last entry was.
    at: Option<Boot>,
    /// The last entry told a loss, and no return since.
    lost: bool,
    /// What has happened since, and waits for its time.
    owed: Option<News>,
}

/// What is to be told.
#[derive(Debug, Clone)]
enum News {
    Opened { rate: u32, device: String, instead: Option<String> },
    Lost { detail: String },
}

impl Engine {
    pub(super) fn opened(&mut self, now: Now, rate: u32, device: String, sink: Sink, instead: Option<String>) {
        if self.line == Line::Closed {
            return;
        }
        self.line = Line::Open { rate, device: device.clone(), sink };
        (self.losing, self.away_since) = (false, None);
        self.device.owed = Some(News::Opened { rate, device, instead });
        self.tell_device(now);
    }

    /// It was found out what stands behind the open device.
    pub(super) fn behind(&mut self, now: Now, found: Sink) {
        let Line::Open { rate, device, sink } = &mut self.line else { return };
        *sink = found;
        let (rate, device) = (*rate, device.clone());
        self.device.owed.get_or_insert(News::Opened { rate, device, instead: None });
        self.tell_device(now);
    }

    pub(super) fn lost(&mut self, now: Now, detail: String) {
        if matches!(self.line, Line::Closed | Line::Lost) {
            return;
        }
        self.away_since.get_or_insert(now.boot);
        self.line = Line::Lost;
        self.device.owed = Some(News::Lost { detail });
        self.tell_device(now);
    }

    /// When what is owed may be told.
    pub(super) fn device_looks(&self, at: &mut impl FnMut(Boot)) {
        if let (Some(_), Some(last)) = (&self.device.owed, self.device.at) {
            at(last.plus(PAUSE_US));
        }
    }

    /// Tells what has happened to the device, if it is time, and if it is not as it was told last.
    pub(super) fn tell_device(&mut self, now: Now) {
        if self.device.at.is_some_and(|last| now.boot.since(last) < PAUSE_US) {
            return;
        }
        match self.device.owed.take() {
            Some(News::Opened { rate, device, instead }) => {
                let returned = std::mem::take(&mut self.device.lost);
                let known = self.device.opened.as_ref().is_some_and(|known| *known == (rate, device.clone()));
                let sink = match &self.line {
                    Line::Open { sink, .. } => sink.clone(),
                    _ => Sink::default(),
                };
                // What is not found out yet is no news.
                if known && !returned && (sink == Sink::default() || sink == self.device.sink) {
                    return;
                }
                if returned {
                    self.out.talk.push(Action::Tell(Notice::LineBack(device.clone())));
                }
                if let Some(detail) = instead.clone() {
                    self.out.talk.push(Action::Tell(Notice::LineInstead { device: device.clone(), detail }));
                }
                (self.device.opened, self.device.sink) = (Some((rate, device.clone())), sink.clone());
                self.device_entry(now, "opened", Some(device), sink, instead);
            }
            Some(News::Lost { detail }) => {
                if std::mem::replace(&mut self.device.lost, true) {
                    return;
                }
                self.device.opened = None;
                self.out.talk.push(Action::Tell(Notice::LineLost(detail.clone())));
                self.device_entry(now, "lost", None, Sink::default(), Some(detail));
            }
            None => {}
        }
    }

    fn device_entry(
        &mut self,
        now: Now,
        state: &str,
        device: Option<String>,
        Sink { name: sink, hardware }: Sink,
        detail: Option<String>,
    ) {
        self.device.at = Some(now.boot);
        let state = state.to_owned();
        self.out.log.push(Body::Device(DeviceNote { state, device, sink, hardware, detail }));
    }
}
