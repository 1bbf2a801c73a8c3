//! A request to open a line, and the order in which its devices are tried.

/// A request to open a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenRequest {
    /// Preferred rate in frames per second, which is the rate of most upcoming files; `None`: any.
    pub rate: Option<u32>,
    /// Length of the device's buffer, milliseconds.
    pub buffer_ms: u32,
    /// True when the line was open before in this run. Then a wave file is continued, not replaced.
    pub is_reopen: bool,
    /// Number of the station's devices that may be tried, counted from the first device.
    pub max_devices: usize,
    /// Bit set of the indices of the devices that were lost shortly after they opened. They are tried after the others.
    pub unstable_devices: u8,
}

impl OpenRequest {
    /// Returns the indices of the devices in the order in which they are tried.
    pub(super) fn device_order(self, device_count: usize) -> Vec<usize> {
        let is_unstable = |index: &usize| self.unstable_devices >> (*index).min(7) & 1 == 1;
        // If all permitted devices are unstable, every device may be tried, because an unstable device might never
        // recover.
        let all_unstable = (0..device_count.min(self.max_devices)).all(|index| is_unstable(&index));
        let max_devices = if all_unstable { device_count } else { self.max_devices };
        let (unstable, others): (Vec<_>, Vec<_>) = (0..device_count.min(max_devices)).partition(is_unstable);
        others.into_iter().chain(unstable).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_tried_in_their_order_and_unstable_ones_after_the_others() {
        let order = |max_devices, unstable_devices| {
            OpenRequest { rate: None, buffer_ms: 200, is_reopen: true, max_devices, unstable_devices }.device_order(3)
        };
        assert_eq!(order(usize::MAX, 0), [0, 1, 2]);
        assert_eq!(order(1, 0), [0], "only the first device is permitted");
        assert_eq!(order(2, 0b01), [1, 0]);
        assert_eq!(order(usize::MAX, 0b01), [1, 2, 0]);
        assert_eq!(order(1, 0b01), [1, 2, 0], "the only permitted device is unstable, so all are tried");
        assert_eq!(order(usize::MAX, 0b111), [0, 1, 2]);
    }
}
