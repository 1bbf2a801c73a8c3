//! Follows the device through the output's reports, and logs its loss and its return once each. Of a device that comes
//! and goes all the time it logs at most an entry a second, and only what lasts.
pub(super) mod log_state;

use super::Engine;
use super::line_state::{Failing, LineState};
use super::notice::Notice;
use crate::airlog::entry::{Body, DeviceEntry, LineChange};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::SinkInfo;
use log_state::DeviceChange;

/// The shortest time between two entries.
const MIN_ENTRY_INTERVAL_US: i64 = SECOND_US;

impl Engine {
    /// The output has opened a device; `fallback_reason` says why it is not the preferred one.
    pub(super) fn on_line_opened(
        &mut self,
        now: ClockSnapshot,
        rate: u32,
        device: String,
        sink: SinkInfo,
        fallback_reason: Option<String>,
    ) {
        if self.line == LineState::Closed {
            return;
        }
        self.line = LineState::Open { rate, device: device.clone(), sink, failing: Failing::default() };
        self.device_log.pending_change = Some(DeviceChange::Opened { rate, device, fallback_reason });
        self.log_device_change(now);
    }

    /// The hardware behind the open device was identified.
    pub(super) fn on_sink_identified(&mut self, now: ClockSnapshot, found: SinkInfo) {
        let LineState::Open { rate, device, sink, .. } = &mut self.line else { return };
        *sink = found;
        let change = DeviceChange::Opened { rate: *rate, device: device.clone(), fallback_reason: None };
        self.device_log.pending_change.get_or_insert(change);
        self.log_device_change(now);
    }

    /// The output has lost the device, or cannot open one.
    pub(super) fn on_line_lost(&mut self, now: ClockSnapshot, detail: String) {
        if self.line.lose(now.boot) {
            self.device_log.pending_change = Some(DeviceChange::Lost { detail });
            self.log_device_change(now);
        }
    }

    /// Says when a change that waits may be logged.
    pub(super) fn device_wakeups(&self, at: &mut impl FnMut(BootTime)) {
        if let (Some(_), Some(last)) = (&self.device_log.pending_change, self.device_log.last_entry_at) {
            at(last.plus(MIN_ENTRY_INTERVAL_US));
        }
    }

    /// Logs a change of the device, once it is time and if the log does not say so already.
    pub(super) fn log_device_change(&mut self, now: ClockSnapshot) {
        if self.device_log.last_entry_at.is_some_and(|last| now.boot.since(last) < MIN_ENTRY_INTERVAL_US) {
            return;
        }
        match self.device_log.pending_change.take() {
            Some(DeviceChange::Opened { rate, device, fallback_reason }) => {
                self.log_opened(now, rate, device, fallback_reason);
            }
            Some(DeviceChange::Lost { detail }) => self.log_lost(now, detail),
            None => {}
        }
    }

    fn log_opened(&mut self, now: ClockSnapshot, rate: u32, device: String, fallback_reason: Option<String>) {
        let returned = std::mem::take(&mut self.device_log.loss_logged);
        let opened = (rate, device.clone());
        let sink = match &self.line {
            LineState::Open { sink, .. } => sink.clone(),
            _ => SinkInfo::default(),
        };
        // Hardware that is not identified yet is not news.
        let same_sink = sink == SinkInfo::default() || sink == self.device_log.logged_sink;
        if self.device_log.logged_device.as_ref() == Some(&opened) && !returned && same_sink {
            return;
        }
        if returned {
            self.actions.notify(Notice::LineRestored(device.clone()));
        }
        if let Some(detail) = fallback_reason.clone() {
            self.actions.notify(Notice::FallbackDevice { device: device.clone(), detail });
        }
        (self.device_log.logged_device, self.device_log.logged_sink) = (Some(opened), sink.clone());
        self.log_device(now, LineChange::Opened, Some(device), sink, fallback_reason);
    }

    fn log_lost(&mut self, now: ClockSnapshot, detail: String) {
        if std::mem::replace(&mut self.device_log.loss_logged, true) {
            return;
        }
        self.device_log.logged_device = None;
        self.actions.notify(Notice::LineLost(detail.clone()));
        self.log_device(now, LineChange::Lost, None, SinkInfo::default(), Some(detail));
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
