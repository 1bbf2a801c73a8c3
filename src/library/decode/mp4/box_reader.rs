//! The boxes that an MP4 file consists of (ISO/IEC 14496-12, 4.2).
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Maximum number of boxes that are read in one file.
const MAX_BOXES: u32 = 10_000;

/// Reads a limited number of boxes, so that no file keeps the reader busy for long.
pub(super) struct BoxReader<'a> {
    file: &'a mut File,
    /// Number of boxes that can still be read before the limit.
    remaining_boxes: u32,
}

impl<'a> BoxReader<'a> {
    /// Returns a reader of this file.
    pub(super) fn new(file: &'a mut File) -> Self {
        Self { file, remaining_boxes: MAX_BOXES }
    }

    /// Returns the type and the range of the content of each box in a range of bytes.
    pub(super) fn boxes(&mut self, range: Range<u64>) -> io::Result<Vec<([u8; 4], Range<u64>)>> {
        let mut boxes = Vec::new();
        let mut offset = range.start;
        while offset.saturating_add(8) <= range.end && self.remaining_boxes > 0 {
            self.remaining_boxes -= 1;
            let header: [u8; 8] = self.bytes(&(offset..range.end))?;
            let (size_field, kind) = (big_endian(&header[..4]), [header[4], header[5], header[6], header[7]]);
            let (header_bytes, size) = match size_field {
                0 => (8, range.end - offset),
                1 => (16, big_endian(&self.bytes::<8>(&(offset + 8..range.end))?)),
                size => (8, size),
            };
            let end = offset.saturating_add(size).min(range.end);
            if size < header_bytes || offset + header_bytes > end {
                break;
            }
            boxes.push((kind, offset + header_bytes..end));
            offset = end;
        }
        Ok(boxes)
    }

    /// Returns the content ranges of the boxes of one type.
    pub(super) fn children(&mut self, range: Range<u64>, kind: &[u8; 4]) -> io::Result<Vec<Range<u64>>> {
        let boxes = self.boxes(range)?;
        Ok(boxes.into_iter().filter(|(box_kind, _)| box_kind == kind).map(|(_, content)| content).collect())
    }

    /// Reads the first `N` bytes of a range.
    pub(super) fn bytes<const N: usize>(&mut self, range: &Range<u64>) -> io::Result<[u8; N]> {
        if range.end.saturating_sub(range.start) < N as u64 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = [0; N];
        self.file.seek(SeekFrom::Start(range.start))?;
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads at most 256 bytes of a box's content, after its first `skipped_bytes` bytes.
    pub(super) fn read_up_to_256_bytes(&mut self, range: &Range<u64>, skipped_bytes: u64) -> io::Result<Vec<u8>> {
        let start = range.start.saturating_add(skipped_bytes);
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(start))?;
        let n = range.end.saturating_sub(start).min(256);
        (&mut *self.file).take(n).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads the timescale (ticks per second) and the duration (ticks) in an `mvhd` or `mdhd` box.
    pub(super) fn timescale_and_duration(&mut self, range: &Range<u64>) -> io::Result<(u32, u64)> {
        let version = self.bytes::<1>(range)?[0];
        let (timescale, duration) = if version == 1 {
            let b: [u8; 32] = self.bytes(range)?;
            (big_endian(&b[20..24]), big_endian(&b[24..32]))
        } else {
            let b: [u8; 20] = self.bytes(range)?;
            (big_endian(&b[12..16]), big_endian(&b[16..20]))
        };
        Ok((u32::try_from(timescale).unwrap_or(0), duration))
    }

    /// Reads the number of entries in the table of times, and the number of packets, in a `minf` box.
    pub(super) fn table_sizes(&mut self, minf: Range<u64>) -> io::Result<(u32, u32)> {
        let (mut time_entry_count, mut packet_count) = (0, 0);
        for stbl in self.children(minf, b"stbl")? {
            for (kind, range) in self.boxes(stbl)? {
                match &kind {
                    b"stts" => time_entry_count = big_endian(&self.bytes::<8>(&range)?[4..]) as u32,
                    b"stsz" => packet_count = big_endian(&self.bytes::<12>(&range)?[8..]) as u32,
                    _ => (),
                }
            }
        }
        Ok((time_entry_count, packet_count))
    }

    /// Reads the first 16 entries of an `elst` box: duration in the movie's ticks, start in the track's ticks.
    pub(super) fn edits(&mut self, range: &Range<u64>) -> io::Result<Vec<(u64, i64)>> {
        let header: [u8; 8] = self.bytes(range)?;
        let has_wide_fields = header[0] == 1;
        let entry_bytes = if has_wide_fields { 20 } else { 12 };
        let mut edits = Vec::new();
        for i in 0..big_endian(&header[4..]).min(16) {
            let entry = range.start + 8 + i * entry_bytes..range.end;
            edits.push(if has_wide_fields {
                let b: [u8; 16] = self.bytes(&entry)?;
                (big_endian(&b[..8]), big_endian(&b[8..]).cast_signed())
            } else {
                let b: [u8; 8] = self.bytes(&entry)?;
                (big_endian(&b[..4]), i64::from((big_endian(&b[4..]) as u32).cast_signed()))
            });
        }
        Ok(edits)
    }
}

/// Converts at most eight bytes, in big-endian order, to a number.
pub(super) fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))
}
