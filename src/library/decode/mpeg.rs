//! The index in front of an MP3 file's sound, and whether its last frame is complete (ISO/IEC 11172-3, 13818-3; the
//! index is a convention of Xing, LAME and Fraunhofer).
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes read at the beginning and before the end.
const LOOK: u64 = 8 * 1024;
/// Kilobits a second of layer III, by version (1; 2 and 2.5) and index.
const RATES: [[u16; 15]; 2] = [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// Header of a frame.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// Version, layer and rate, which are the same in every frame of a stream.
    kind: u32,
    /// Bytes, header included.
    len: usize,
    /// Offset of an index, if this frame holds one: after the side information.
    index_at: usize,
}

impl Frame {
    /// Reads the header in the first four bytes.
    fn read(bytes: &[u8]) -> Option<Self> {
        let header = u32::from_be_bytes(*bytes.first_chunk::<4>()?);
        let (version, layer) = (header >> 19 & 3, header >> 17 & 3);
        let (bits, rate) = (header >> 12 & 15, header >> 10 & 3);
        if header >> 21 != 0x7ff || version == 1 || layer != 1 || !(1..15).contains(&bits) || rate == 3 {
            return None;
        }
        let first = version == 3;
        let rate = [44_100, 48_000, 32_000][rate as usize] >> [2, 0, 1, 0][version as usize];
        let bits = usize::from(RATES[usize::from(!first)][bits as usize]) * 1000;
        let len = if first { 144 } else { 72 } * bits / rate + (header >> 9 & 1) as usize;
        let mono = header >> 6 & 3 == 3;
        let side = match (first, mono) {
            (true, false) => 32,
            (true, true) | (false, false) => 17,
            (false, true) => 9,
        };
        Some(Self { kind: header & 0xfffe_0c00, len, index_at: 4 + side })
    }
}

/// The frame with the index, in front of the sound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct IndexFrame {
    /// Bytes of the frame that holds an index instead of sound; 0 when there is none.
    pub index_bytes: u64,
    /// Whether the index gives the number of frames.
    pub has_frame_count: bool,
}

/// Reads the index in the first frame; `start` is the end of the tags in front.
///
/// # Errors
/// Errors of reading and seeking.
pub(super) fn read_index_frame(file: &mut File, start: u64) -> io::Result<IndexFrame> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(LOOK).read_to_end(&mut bytes)?;
    let frame = (0..bytes.len()).find_map(|at| {
        let frame = Frame::read(&bytes[at..])?;
        let next = bytes.get(at + frame.len..).and_then(Frame::read);
        next.is_none_or(|next| next.kind == frame.kind).then_some((at, frame))
    });
    let Some((at, frame)) = frame else {
        return Ok(IndexFrame::default());
    };
    let here = |offset: usize, n: usize| bytes.get(at + offset..at + offset + n);
    let index_bytes = frame.len as u64;
    Ok(match here(frame.index_at, 8) {
        Some([b'X', b'i', b'n', b'g', _, _, _, flags] | [b'I', b'n', b'f', b'o', _, _, _, flags]) => {
            IndexFrame { index_bytes, has_frame_count: flags & 1 != 0 }
        }
        _ if here(36, 4) == Some(b"VBRI") => IndexFrame { index_bytes, has_frame_count: true },
        _ => IndexFrame::default(),
    })
}

/// Whether the last frame before `end` is incomplete.
///
/// # Errors
/// Errors of reading and seeking.
pub(super) fn ends_mid_frame(file: &mut File, start: u64, end: u64) -> io::Result<bool> {
    let from = end.saturating_sub(LOOK).max(start);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(end.saturating_sub(from)).read_to_end(&mut bytes)?;
    // Start at a frame that others of its kind follow, and go to the end of the chain.
    for at in 0..bytes.len() {
        let (mut next, mut links, mut kind) = (at, 0, None);
        while let Some(frame) = bytes.get(next..).and_then(Frame::read).filter(|f| kind.is_none_or(|k| k == f.kind)) {
            kind = Some(frame.kind);
            next += frame.len;
            links += 1;
        }
        if links >= 2 {
            // A few bytes that begin another frame are an incomplete frame, too.
            let rest = bytes.get(next..).unwrap_or_default();
            return Ok(next > bytes.len() || (!rest.is_empty() && rest.len() < 4 && rest[0] == 0xff));
        }
    }
    Ok(false)
}
