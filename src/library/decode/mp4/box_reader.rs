//! The boxes that an MP4 file consists of (ISO/IEC 14496-12, 4.2).
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Most boxes read in one file.
const MAX_BOXES: u32 = 10_000;

/// Reads boxes. Their number is limited, so that a file with endless boxes comes to an end.
pub(super) struct BoxReader<'a> {
    file: &'a mut File,
    boxes_left: u32,
}

impl<'a> BoxReader<'a> {
    /// Returns a reader of this file.
    pub(super) fn new(file: &'a mut File) -> Self {
        Self { file, boxes_left: MAX_BOXES }
    }

    /// Returns the boxes in a range of bytes: type and range of the content.
    pub(super) fn boxes(&mut self, range: Range<u64>) -> io::Result<Vec<([u8; 4], Range<u64>)>> {
        let mut found = Vec::new();
        let mut at = range.start;
        while at.saturating_add(8) <= range.end && self.boxes_left > 0 {
            self.boxes_left -= 1;
            let head: [u8; 8] = self.bytes(&(at..range.end))?;
            let (short, kind) = (big(&head[..4]), [head[4], head[5], head[6], head[7]]);
            let (header, size) = match short {
                0 => (8, range.end - at),
                1 => (16, big(&self.bytes::<8>(&(at + 8..range.end))?)),
                size => (8, size),
            };
            let end = at.saturating_add(size).min(range.end);
            if size < header || at + header > end {
                break;
            }
            found.push((kind, at + header..end));
            at = end;
        }
        Ok(found)
    }

    /// Returns the content ranges of the boxes of one type.
    pub(super) fn children(&mut self, range: Range<u64>, kind: &[u8; 4]) -> io::Result<Vec<Range<u64>>> {
        let all = self.boxes(range)?;
        Ok(all.into_iter().filter(|(k, _)| k == kind).map(|(_, r)| r).collect())
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

    /// Reads the content of a small box after its first `skip` bytes, at most 256 bytes.
    pub(super) fn small_box(&mut self, range: &Range<u64>, skip: u64) -> io::Result<Vec<u8>> {
        let start = range.start.saturating_add(skip);
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(start))?;
        let n = range.end.saturating_sub(start).min(256);
        (&mut *self.file).take(n).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads timescale and duration of an `mvhd` or `mdhd` box.
    pub(super) fn timescale_and_duration(&mut self, range: &Range<u64>) -> io::Result<(u32, u64)> {
        let version = self.bytes::<1>(range)?[0];
        let (timescale, duration) = if version == 1 {
            let b: [u8; 32] = self.bytes(range)?;
            (big(&b[20..24]), big(&b[24..32]))
        } else {
            let b: [u8; 20] = self.bytes(range)?;
            (big(&b[12..16]), big(&b[16..20]))
        };
        Ok((u32::try_from(timescale).unwrap_or(0), duration))
    }

    /// Reads the numbers of entries in the tables of times and of packets of a `minf` box.
    pub(super) fn table_sizes(&mut self, minf: Range<u64>) -> io::Result<(u32, u32)> {
        let mut counts = (0, 0);
        for stbl in self.children(minf, b"stbl")? {
            for (kind, range) in self.boxes(stbl)? {
                match &kind {
                    b"stts" => counts.0 = big(&self.bytes::<8>(&range)?[4..]) as u32,
                    b"stsz" => counts.1 = big(&self.bytes::<12>(&range)?[8..]) as u32,
                    _ => (),
                }
            }
        }
        Ok(counts)
    }

    /// Reads the first 16 entries of an `elst` box.
    pub(super) fn edits(&mut self, range: &Range<u64>) -> io::Result<Vec<(u64, i64)>> {
        let head: [u8; 8] = self.bytes(range)?;
        let wide = head[0] == 1;
        let step = if wide { 20 } else { 12 };
        let mut edits = Vec::new();
        for i in 0..big(&head[4..]).min(16) {
            let at = range.start + 8 + i * step..range.end;
            edits.push(if wide {
                let b: [u8; 16] = self.bytes(&at)?;
                (big(&b[..8]), big(&b[8..]).cast_signed())
            } else {
                let b: [u8; 8] = self.bytes(&at)?;
                (big(&b[..4]), i64::from((big(&b[4..]) as u32).cast_signed()))
            });
        }
        Ok(edits)
    }
}

/// Reads at most eight bytes as a big-endian number.
pub(super) fn big(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))
}
