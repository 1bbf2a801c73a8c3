//! Checksums that fit what the fuzzer changed: else hardly a change to Ogg or FLAC gets past the demuxer.

/// Writes the checksums of all pages and frames that are there.
pub fn mend(bytes: &mut [u8]) {
    if bytes.starts_with(b"fLaC") {
        frames(bytes);
    } else {
        pages(bytes);
    }
}

/// Those of Ogg pages (RFC 3533, 6).
fn pages(bytes: &mut [u8]) {
    for at in 0..bytes.len() {
        let page = &mut bytes[at..];
        if !page.starts_with(b"OggS") || page.len() < 27 {
            continue;
        }
        let segments = usize::from(page[26]);
        let body: usize = page.iter().skip(27).take(segments).map(|n| usize::from(*n)).sum();
        if let Some(page) = page.get_mut(..27 + segments + body) {
            page[22..26].fill(0);
            let sum = crc(page, 32, 0x04c1_1db7);
            page[22..26].copy_from_slice(&sum.to_le_bytes());
        }
    }
}

/// Those of FLAC frames (RFC 9639, 9.1.8 and 9.3): all that begin as the first does.
fn frames(bytes: &mut [u8]) {
    let mut starts: Vec<usize> = Vec::new();
    for at in 4..bytes.len().saturating_sub(16) {
        let alike = starts.first().is_none_or(|first| bytes[at + 3] == bytes[first + 3]);
        if bytes[at] == 0xff && bytes[at + 1] & 0xfe == 0xf8 && alike {
            starts.push(at);
        }
    }
    for (i, &at) in starts.iter().enumerate() {
        let number = (bytes[at + 4].leading_ones() as usize).max(1);
        let size = match bytes[at + 2] >> 4 {
            6 => 1,
            7 => 2,
            _ => 0,
        };
        let rate = match bytes[at + 2] & 15 {
            12 => 1,
            13 | 14 => 2,
            _ => 0,
        };
        let header = at + 4 + number + size + rate;
        let end = starts.get(i + 1).copied().unwrap_or(bytes.len()) - 2;
        if header < end {
            bytes[header] = crc(&bytes[at..header], 8, 0x07) as u8;
            let sum = crc(&bytes[at..end], 16, 0x8005) as u16;
            bytes[end..end + 2].copy_from_slice(&sum.to_be_bytes());
        }
    }
}

/// A cyclic redundancy check of so many bits, from zero, most significant bit first.
fn crc(bytes: &[u8], bits: u32, polynomial: u32) -> u32 {
    let (align, polynomial) = (32 - bits, polynomial << (32 - bits));
    let sum = bytes.iter().fold(0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| sum << 1 ^ if sum >> 31 == 1 { polynomial } else { 0 })
    });
    sum >> align
}
