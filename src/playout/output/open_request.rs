//! Requests to open a line.

/// How a line should be opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenRequest {
    /// Preferred rate: that of most of the files to come, frames per second.
    pub rate: Option<u32>,
    /// Length of the device's buffer, milliseconds.
    pub buffer_ms: u32,
    /// The line was open before: a wave file keeps what it holds.
    pub is_reopen: bool,
    /// How many of the station's devices may be tried, from the first on.
    pub max_devices: usize,
    /// Bit set, by index: devices that opened but took no frame. They are tried after the others.
    pub stalled_devices: u8,
}

impl OpenRequest {
    /// Returns the indices of `count` devices in the order in which they are tried.
    pub(super) fn device_order(self, count: usize) -> Vec<usize> {
        let stalled = |index: &usize| self.stalled_devices >> (*index).min(7) & 1 == 1;
        // A device that takes nothing is not waited for: that could last for ever.
        let all_stalled = (0..count.min(self.max_devices)).all(|index| stalled(&index));
        let allowed = if all_stalled { count } else { self.max_devices };
        let (stalled, others): (Vec<_>, Vec<_>) = (0..count.min(allowed)).partition(stalled);
        others.into_iter().chain(stalled).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_tried_in_their_order_and_those_that_take_nothing_behind_the_others() {
        let order = |devices, idle| {
            OpenRequest { rate: None, buffer_ms: 200, is_reopen: true, max_devices: devices, stalled_devices: idle }
                .device_order(3)
        };
        assert_eq!(order(usize::MAX, 0), [0, 1, 2]);
        assert_eq!(order(1, 0), [0], "it is waited for");
        assert_eq!(order(2, 0b01), [1, 0]);
        assert_eq!(order(usize::MAX, 0b01), [1, 2, 0]);
        assert_eq!(order(1, 0b01), [1, 2, 0], "it is not waited for when it takes nothing");
        assert_eq!(order(usize::MAX, 0b111), [0, 1, 2]);
    }
}
