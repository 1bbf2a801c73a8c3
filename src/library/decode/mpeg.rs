//! Reads the index at the beginning of an MP3 file, and checks that the last frame is complete (ISO/IEC 11172-3,
//! 13818-3). The index is a convention of Xing, LAME and Fraunhofer.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Number of bytes that are searched at each end of the audio data.
const SEARCH_BYTES: u64 = 8 * 1024;
/// Bit rates of layer III in kilobits per second, by version (1; 2 and 2.5) and index.
const BIT_RATES_KBPS: [[u16; 15]; 2] = [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// Header of a frame.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// Bits for version, layer and sample rate, which are the same in every frame of a stream.
    kind: u32,
    /// Length in bytes, including the header.
    len: usize,
    /// Offset within the frame at which an index can begin, after the side information.
    index_offset: usize,
}

impl Frame {
    /// Parses the header in the first four bytes; `None` when they are not the header of a layer III frame.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let header = u32::from_be_bytes(*bytes.first_chunk::<4>()?);
        let (version, layer) = (header >> 19 & 3, header >> 17 & 3);
        let (bit_rate_index, rate_index) = (header >> 12 & 15, header >> 10 & 3);
        let has_valid_rates = (1..15).contains(&bit_rate_index) && rate_index != 3;
        if header >> 21 != 0x7ff || version == 1 || layer != 1 || !has_valid_rates {
            return None;
        }
        let is_version_1 = version == 3;
        let sample_rate = [44_100, 48_000, 32_000][rate_index as usize] >> [2, 0, 1, 0][version as usize];
        let bit_rate = usize::from(BIT_RATES_KBPS[usize::from(!is_version_1)][bit_rate_index as usize]) * 1000;
        let len = if is_version_1 { 144 } else { 72 } * bit_rate / sample_rate + (header >> 9 & 1) as usize;
        let is_mono = header >> 6 & 3 == 3;
        let side_info_bytes = match (is_version_1, is_mono) {
            (true, false) => 32,
            (true, true) | (false, false) => 17,
            (false, true) => 9,
        };
        Some(Self { kind: header & 0xfffe_0c00, len, index_offset: 4 + side_info_bytes })
    }
}

/// The frame that holds the index, before the audio data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct IndexFrame {
    /// Length of the frame in bytes; 0 when there is no index.
    pub frame_bytes: u64,
    /// True when the index gives the number of frames.
    pub has_frame_count: bool,
}

/// Reads the index in the first frame. `start` is the end of the tags before that frame.
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn read_index_frame(file: &mut File, start: u64) -> io::Result<IndexFrame> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(SEARCH_BYTES).read_to_end(&mut bytes)?;
    let first_frame = (0..bytes.len()).find_map(|offset| {
        let frame = Frame::parse(&bytes[offset..])?;
        let next_frame = bytes.get(offset + frame.len..).and_then(Frame::parse);
        next_frame.is_none_or(|next_frame| next_frame.kind == frame.kind).then_some((offset, frame))
    });
    let Some((frame_offset, frame)) = first_frame else {
        return Ok(IndexFrame::default());
    };
    let bytes_at = |offset: usize, n: usize| bytes.get(frame_offset + offset..frame_offset + offset + n);
    let frame_bytes = frame.len as u64;
    Ok(match bytes_at(frame.index_offset, 8) {
        Some([b'X', b'i', b'n', b'g', _, _, _, flags] | [b'I', b'n', b'f', b'o', _, _, _, flags]) => {
            IndexFrame { frame_bytes, has_frame_count: flags & 1 != 0 }
        }
        _ if bytes_at(36, 4) == Some(b"VBRI") => IndexFrame { frame_bytes, has_frame_count: true },
        _ => IndexFrame::default(),
    })
}

/// Returns true when the last frame before `end` is incomplete. `start` is the beginning of the audio data.
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn ends_mid_frame(file: &mut File, start: u64, end: u64) -> io::Result<bool> {
    let search_start = end.saturating_sub(SEARCH_BYTES).max(start);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(search_start))?;
    file.take(end.saturating_sub(search_start)).read_to_end(&mut bytes)?;
    // Find two consecutive frames of the same kind, then follow the frames to the end.
    for first_offset in 0..bytes.len() {
        let (mut offset, mut frame_count, mut kind) = (first_offset, 0, None);
        while let Some(frame) = bytes.get(offset..).and_then(Frame::parse).filter(|f| kind.is_none_or(|k| k == f.kind))
        {
            kind = Some(frame.kind);
            offset += frame.len;
            frame_count += 1;
        }
        if frame_count >= 2 {
            // A tail that begins like a frame but is shorter than a header is also an incomplete frame.
            let tail = bytes.get(offset..).unwrap_or_default();
            return Ok(offset > bytes.len() || (!tail.is_empty() && tail.len() < 4 && tail[0] == 0xff));
        }
    }
    Ok(false)
}
