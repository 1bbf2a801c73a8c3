//! The header of an entry: its parsed values, and the offsets of its fields in the line.
use std::ops::Range;

use super::station_format::FLAT_TYPES;
use super::station_json::{ValueOffsets, leading_integer};
use super::timestamp::parse_station_time;
use crate::base::instant::WallTime;
use crate::proof::entry::entry_type;

/// Maximum length of a boot id, in bytes. A real boot id is a UUID.
pub(super) const MAX_BOOT_ID_BYTES: usize = 100;

/// The parsed values of an entry's header, and the offsets of its fields in the line. The struct borrows nothing, so
/// another thread can compute it in advance.
#[derive(Debug, Clone, PartialEq)]
pub struct HeaderOffsets {
    /// Number of the entry.
    pub(super) seq: u64,
    /// Range of the `type` in the line.
    pub(super) kind_range: Range<u16>,
    pub(super) at: WallTime,
    /// Range of the boot id in the line.
    pub(super) boot_id_range: Range<u16>,
    pub(super) boottime_us: i64,
    pub(super) is_synchronised: bool,
    /// Offsets of the values, if the type is in [`FLAT_TYPES`] and the line has the station's format.
    pub(super) value_offsets: Option<ValueOffsets>,
}

impl HeaderOffsets {
    /// Reads the header of the entry with this number; `None` if it is not written exactly as a station writes it.
    #[must_use]
    pub fn of(line: &[u8], seq: u64) -> Option<Self> {
        let kind = entry_type(line, seq)?;
        const SEQ: &[u8] = br#"{"v":1,"seq":"#;
        const TYPE: &[u8] = br#","type":""#;
        const AT: &[u8] = br#"","at":""#;
        // `entry_type` has checked the line up to the type.
        let comma = SEQ.len() + memchr::memchr(b',', line.get(SEQ.len()..)?)?;
        let (at, rest) = line.get(comma + TYPE.len() + kind.len() + AT.len()..)?.split_first_chunk::<32>()?;
        let rest = rest.strip_prefix(br#"","boot":""#)?;
        let boot_id_start = line.len() - rest.len();
        let (boot_id, rest) = rest.split_at(memchr::memchr(b'"', rest)?);
        let rest = rest.strip_prefix(br#"","boottime_us":"#)?;
        let boottime_us = leading_integer(rest)?;
        let (boottime_text, rest) = rest.split_at(memchr::memchr(b',', rest)?);
        let rest = rest.strip_prefix(br#","clock":{"synchronised":"#)?;
        let is_synchronised = match rest.first()? {
            b't' => true,
            b'f' => false,
            _ => return None,
        };
        let boot_id =
            std::str::from_utf8(boot_id).ok().filter(|id| id.len() <= MAX_BOOT_ID_BYTES && !id.contains('\\'))?;
        let is_flat = FLAT_TYPES.contains(&kind) && boottime_text.iter().all(|b| b.is_ascii_digit() || *b == b'-');
        let range_of =
            |start: usize, text: &str| Some(u16::try_from(start).ok()?..u16::try_from(start + text.len()).ok()?);
        Some(Self {
            seq,
            kind_range: range_of(comma + TYPE.len(), kind)?,
            at: parse_station_time(at)?,
            boot_id_range: range_of(boot_id_start, boot_id)?,
            boottime_us,
            is_synchronised,
            value_offsets: if is_flat { ValueOffsets::from_clock(line, line.len() - rest.len()) } else { None },
        })
    }
}
