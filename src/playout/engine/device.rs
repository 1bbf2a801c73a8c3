//! What is told of the device: its loss and its return, once each, and of one that comes and goes all the time no more than
//! an entry a second, of what lasts.
use super::{Action, Engine, LineState, Notice};
use crate::airlog::entry::{Body, DeviceEntry, LineChange};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::SinkInfo;

/// Between two entries.
const MIN_ENTRY_INTERVAL_US: i64 = SECOND_US;

/// What the log knows of the device.
#[derive(Debug, Default)]
pub(super) struct DeviceLogState {
    /// The rate and the name of the device that was open last; none once its loss was told.
    pub logged_device: Option<(u32, String)>,
    /// What stands behind it, as it was told.
    pub logged_sink: SinkInfo,
    /// When the last entry was.
    last_entry_at: Option<BootTime>,
    /// The last entry told a loss, and no return since.
    loss_logged: bool,
    /// What has happened since, and waits for its time.
    pending_change: Option<DeviceChange>,
}

/// What is to be told.
#[derive(Debug, Clone)]
enum DeviceChange {
    Opened { rate: u32, device: String, instead: Option<String> },
    Lost { detail: String },
}

impl Engine {
    pub(super) fn on_line_opened(
        &mut self,
        now: ClockSnapshot,
        rate: u32,
        device: String,
        sink: SinkInfo,
        instead: Option<String>,
    ) {
        if self.line == LineState::Closed {
            return;
        }
        self.line = LineState::Open { rate, device: device.clone(), sink };
        (self.lost_while_sounding, self.away_since) = (false, None);
        self.device_log.pending_change = Some(DeviceChange::Opened { rate, device, instead });
        self.log_device_change(now);
    }

    /// It was found out what stands behind the open device.
    pub(super) fn on_sink_identified(&mut self, now: ClockSnapshot, found: SinkInfo) {
        let LineState::Open { rate, device, sink } = &mut self.line else { return };
        *sink = found;
        let (rate, device) = (*rate, device.clone());
        self.device_log.pending_change.get_or_insert(DeviceChange::Opened { rate, device, instead: None });
        self.log_device_change(now);
    }

    pub(super) fn on_line_lost(&mut self, now: ClockSnapshot, detail: String) {
        if matches!(self.line, LineState::Closed | LineState::Lost) {
            return;
        }
        self.away_since.get_or_insert(now.boot);
        self.line = LineState::Lost;
        self.device_log.pending_change = Some(DeviceChange::Lost { detail });
        self.log_device_change(now);
    }

    /// When what is owed may be told.
    pub(super) fn device_wakeups(&self, at: &mut impl FnMut(BootTime)) {
        if let (Some(_), Some(last)) = (&self.device_log.pending_change, self.device_log.last_entry_at) {
            at(last.plus(MIN_ENTRY_INTERVAL_US));
        }
    }

    /// Tells what has happened to the device, if it is time, and if it is not as it was told last.
    pub(super) fn log_device_change(&mut self, now: ClockSnapshot) {
        if self.device_log.last_entry_at.is_some_and(|last| now.boot.since(last) < MIN_ENTRY_INTERVAL_US) {
            return;
        }
        match self.device_log.pending_change.take() {
            Some(DeviceChange::Opened { rate, device, instead }) => {
                let returned = std::mem::take(&mut self.device_log.loss_logged);
                let known =
                    self.device_log.logged_device.as_ref().is_some_and(|known| *known == (rate, device.clone()));
                let sink = match &self.line {
                    LineState::Open { sink, .. } => sink.clone(),
                    _ => SinkInfo::default(),
                };
                // What is not found out yet is no news.
                if known && !returned && (sink == SinkInfo::default() || sink == self.device_log.logged_sink) {
                    return;
                }
                if returned {
                    self.actions.after_log.push(Action::Notify(Notice::LineRestored(device.clone())));
                }
                if let Some(detail) = instead.clone() {
                    self.actions
                        .after_log
                        .push(Action::Notify(Notice::FallbackDevice { device: device.clone(), detail }));
                }
                (self.device_log.logged_device, self.device_log.logged_sink) =
                    (Some((rate, device.clone())), sink.clone());
                self.log_device(now, LineChange::Opened, Some(device), sink, instead);
            }
            Some(DeviceChange::Lost { detail }) => {
                if std::mem::replace(&mut self.device_log.loss_logged, true) {
                    return;
                }
                self.device_log.logged_device = None;
                self.actions.after_log.push(Action::Notify(Notice::LineLost(detail.clone())));
                self.log_device(now, LineChange::Lost, None, SinkInfo::default(), Some(detail));
            }
            None => {}
        }
    }

    fn log_device(
        &mut self,
        now: ClockSnapshot,
        state: LineChange,
        device: Option<String>,
        SinkInfo { name: sink, hardware }: SinkInfo,
        detail: Option<String>,
    ) {
        self.device_log.last_entry_at = Some(now.boot);
        self.actions.log.push(Body::Device(DeviceEntry { state, device, sink, hardware, detail }));
    }
}
