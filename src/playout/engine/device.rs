//! Follows the device through the output's reports, and logs each loss and each return once. If the device is lost and
//! opened again and again, at most one entry per second is logged, with the state at that moment.
pub(super) mod log_state;

use super::Engine;
use super::line_state::{LineState, LossSigns};
use super::notice::Notice;
use crate::airlog::entry::{Body, DeviceEntry, LineChange};
use crate::base::instant::{BootTime, SECOND_US};
use crate::concern::LineFacts;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::SinkInfo;
use log_state::DeviceChange;

/// The minimum time between two `device` entries, in microseconds.
const MIN_ENTRY_INTERVAL_US: i64 = SECOND_US;

impl Engine {
    /// Records that the output has opened a device. `fallback_reason` is the reason why the device is not the preferred
    /// one.
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
        self.line = LineState::Open { rate, device: device.clone(), sink, loss_signs: LossSigns::default() };
        let fallback = fallback_reason.as_ref().map(|_| device.clone());
        self.concerns.line = LineFacts::Works { fallback, is_real: self.has_real_device() };
        let is_mere_test = self.record_line_check(now.boot, true) && !self.is_line_needed();
        // A test that finds a device is not logged, unless the loss of the device is logged.
        if !is_mere_test || self.device_log.is_loss_logged {
            self.device_log.pending_change = Some(DeviceChange::Opened { rate, device, fallback_reason });
            self.log_device_change(now);
        }
    }

    /// Records that the hardware of the open device was identified.
    pub(super) fn on_sink_identified(&mut self, now: ClockSnapshot, identified_sink: SinkInfo) {
        let LineState::Open { rate, device, sink, .. } = &mut self.line else { return };
        *sink = identified_sink;
        let change = DeviceChange::Opened { rate: *rate, device: device.clone(), fallback_reason: None };
        self.device_log.pending_change.get_or_insert(change);
        self.log_device_change(now);
    }

    /// Records that the output has lost the device, or cannot open one.
    pub(super) fn on_line_lost(&mut self, now: ClockSnapshot, detail: String) {
        self.record_line_check(now.boot, false);
        if self.line.mark_lost(now.boot) {
            let was_seen_open =
                matches!(self.concerns.line, LineFacts::Works { .. } | LineFacts::Lost { was_open: true, .. });
            // An open concern stays as it was reported, even after a restart or an edit of the settings.
            let was_open = match (self.concerns.book.is_open("device-lost"), self.concerns.book.is_open("no-device")) {
                (true, _) => true,
                (false, true) => false,
                (false, false) => was_seen_open,
            };
            self.concerns.line = LineFacts::Lost { was_open, detail: detail.clone() };
            self.device_log.pending_change = Some(DeviceChange::Lost { detail });
            self.log_device_change(now);
        }
    }

    /// Passes to `wake_at` the instant when a pending change can be logged.
    pub(super) fn device_wakeups(&self, wake_at: &mut impl FnMut(BootTime)) {
        if let (Some(_), Some(logged_at)) = (&self.device_log.pending_change, self.device_log.last_entry_at) {
            wake_at(logged_at.plus(MIN_ENTRY_INTERVAL_US));
        }
    }

    /// Logs the pending change if the minimum interval has passed and the log does not already contain that state.
    pub(super) fn log_device_change(&mut self, now: ClockSnapshot) {
        if self.device_log.last_entry_at.is_some_and(|logged_at| now.boot.since(logged_at) < MIN_ENTRY_INTERVAL_US) {
            return;
        }
        match self.device_log.pending_change.take() {
            Some(DeviceChange::Opened { rate, device, fallback_reason }) => {
                self.log_line_opening(now, rate, device, fallback_reason);
            }
            Some(DeviceChange::Lost { detail }) => self.log_line_loss(now, detail),
            None => {}
        }
    }

    fn log_line_opening(&mut self, now: ClockSnapshot, rate: u32, device: String, fallback_reason: Option<String>) {
        let was_loss_logged = std::mem::take(&mut self.device_log.is_loss_logged);
        self.device_log.is_loss_of_old_device = false;
        let opened_device = (rate, device.clone());
        let sink = match &self.line {
            LineState::Open { sink, .. } => sink.clone(),
            _ => SinkInfo::default(),
        };
        // Hardware that is not identified yet does not count as a change.
        let is_same_sink = sink == SinkInfo::default() || sink == self.device_log.logged_sink;
        if self.device_log.logged_device.as_ref() == Some(&opened_device) && !was_loss_logged && is_same_sink {
            return;
        }
        let is_other_device =
            self.device_log.logged_device.as_ref().is_some_and(|(_, logged_device)| *logged_device != device);
        if !was_loss_logged && is_other_device && fallback_reason.is_none() {
            self.actions.notify(Notice::PreferredDevice(device.clone()));
        }
        if was_loss_logged {
            self.actions.notify(Notice::LineRestored(device.clone()));
        }
        if let Some(detail) = fallback_reason.clone() {
            self.actions.notify(Notice::FallbackDevice { device: device.clone(), detail });
        }
        (self.device_log.logged_device, self.device_log.logged_sink) = (Some(opened_device), sink.clone());
        self.log_device(now, LineChange::Opened, Some(device), sink, fallback_reason);
    }

    fn log_line_loss(&mut self, now: ClockSnapshot, detail: String) {
        let is_of_old_device = std::mem::take(&mut self.device_log.is_loss_of_old_device);
        if std::mem::replace(&mut self.device_log.is_loss_logged, true) && !is_of_old_device {
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
        SinkInfo { name: sink, is_hardware: hardware }: SinkInfo,
        detail: Option<String>,
    ) {
        self.device_log.last_entry_at = Some(now.boot);
        self.actions.log.push(Body::Device(DeviceEntry { state, device, sink, hardware, detail }));
    }
}
