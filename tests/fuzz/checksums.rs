//! Corrects the checksums after the fuzzer has changed a file. Otherwise the demuxer would reject nearly every change
//! to an Ogg or FLAC file.

/// Corrects the checksums of all FLAC frames or Ogg pages in the bytes.
pub fn correct_checksums(bytes: &mut [u8]) {
    if bytes.starts_with(b"fLaC") {
        correct_flac_frames(bytes);
    } else {
        correct_ogg_pages(bytes);
    }
}

/// Corrects the checksums of Ogg pages (RFC 3533, section 6).
fn correct_ogg_pages(bytes: &mut [u8]) {
    for offset in 0..bytes.len() {
        let page = &mut bytes[offset..];
        if !page.starts_with(b"OggS") || page.len() < 27 {
            continue;
        }
        let segment_count = usize::from(page[26]);
        let body_bytes: usize = page.iter().skip(27).take(segment_count).map(|n| usize::from(*n)).sum();
        if let Some(page) = page.get_mut(..27 + segment_count + body_bytes) {
            page[22..26].fill(0);
            let checksum = crc(page, 32, 0x04c1_1db7);
            page[22..26].copy_from_slice(&checksum.to_le_bytes());
        }
    }
}

/// Corrects the checksums of FLAC frames (RFC 9639, sections 9.1.8 and 9.3). Bytes count as a frame
/// header only if their fourth byte equals that of the first frame.
fn correct_flac_frames(bytes: &mut [u8]) {
    let mut starts: Vec<usize> = Vec::new();
    for offset in 4..bytes.len().saturating_sub(16) {
        let is_like_first = starts.first().is_none_or(|first| bytes[offset + 3] == bytes[first + 3]);
        if bytes[offset] == 0xff && bytes[offset + 1] & 0xfe == 0xf8 && is_like_first {
            starts.push(offset);
        }
    }
    for (index, &start) in starts.iter().enumerate() {
        let number_bytes = (bytes[start + 4].leading_ones() as usize).max(1);
        let block_size_bytes = match bytes[start + 2] >> 4 {
            6 => 1,
            7 => 2,
            _ => 0,
        };
        let rate_bytes = match bytes[start + 2] & 15 {
            12 => 1,
            13 | 14 => 2,
            _ => 0,
        };
        let header_end = start + 4 + number_bytes + block_size_bytes + rate_bytes;
        let end = starts.get(index + 1).copied().unwrap_or(bytes.len()) - 2;
        if header_end < end {
            bytes[header_end] = crc(&bytes[start..header_end], 8, 0x07) as u8;
            let checksum = crc(&bytes[start..end], 16, 0x8005) as u16;
            bytes[end..end + 2].copy_from_slice(&checksum.to_be_bytes());
        }
    }
}

/// Returns the cyclic redundancy check of `bits` bits, with the initial value zero and the most significant bit first.
fn crc(bytes: &[u8], bits: u32, polynomial: u32) -> u32 {
    let (shift, polynomial) = (32 - bits, polynomial << (32 - bits));
    let remainder = bytes.iter().fold(0_u32, |remainder, byte| {
        (0..8).fold(remainder ^ u32::from(*byte) << 24, |register, _| {
            register << 1 ^ if register >> 31 == 1 { polynomial } else { 0 }
        })
    });
    remainder >> shift
}
