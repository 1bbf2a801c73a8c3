//! Checks the size of a Vorbis stream's codebooks (Vorbis I specification, 3.2.1) before a decoder builds tables from
//! them, because a file of 600 bytes can demand more memory than a station has.

/// Maximum number of entries in all codebooks together. Encoders use about 20,000.
const MAX_CODEBOOK_ENTRIES: u64 = 1 << 18;
/// Sync pattern at the beginning of a codebook.
const SYNC_PATTERN: u32 = 0x56_43_42;

/// Returns true when the codebooks in these headers have too many entries or cannot be parsed.
pub(super) fn has_oversized_codebooks(headers: &[u8]) -> bool {
    let signature = b"\x05vorbis";
    let setup = memchr::memmem::find(headers, signature).and_then(|start| headers.get(start + signature.len()..));
    setup.and_then(count_entries).is_none_or(|entries| entries > MAX_CODEBOOK_ENTRIES)
}

/// Counts the entries of all codebooks of a setup header.
fn count_entries(setup: &[u8]) -> Option<u64> {
    let mut bits = BitReader { bytes: setup, position: 0 };
    let codebook_count = bits.take(8)? + 1;
    let mut entry_count = 0;
    for _ in 0..codebook_count {
        entry_count += skip_codebook(&mut bits)?;
        if entry_count > MAX_CODEBOOK_ENTRIES {
            break;
        }
    }
    Some(entry_count)
}

/// Skips one codebook. Returns the number of its entries.
fn skip_codebook(bits: &mut BitReader<'_>) -> Option<u64> {
    if bits.take(24)? != SYNC_PATTERN {
        return None;
    }
    let (dimensions, entries) = (bits.take(16)?, bits.take(24)?);
    if u64::from(entries) > MAX_CODEBOOK_ENTRIES {
        return Some(entries.into());
    }
    if bits.take(1)? == 1 {
        let mut length = bits.take(5)? + 1;
        let mut covered_entries = 0;
        // No codeword is longer than 32 bits.
        while covered_entries < entries && length <= 32 {
            let number = bits.take(u32::BITS - (entries - covered_entries).leading_zeros())?;
            covered_entries = covered_entries.checked_add(number)?;
            length += 1;
        }
    } else {
        let is_sparse = bits.take(1)? == 1;
        for _ in 0..entries {
            if !is_sparse || bits.take(1)? == 1 {
                bits.take(5)?;
            }
        }
    }
    let lookup = bits.take(4)?;
    if lookup == 0 {
        return Some(entries.into());
    }
    bits.skip(64)?;
    let width = bits.take(4)? + 1;
    bits.take(1)?;
    let values =
        if lookup == 1 { lookup1_values(entries, dimensions) } else { u64::from(entries) * u64::from(dimensions) };
    bits.skip(values.checked_mul(width.into())?)?;
    Some(entries.into())
}

/// Returns the largest `n` for which `n` to the power of `dimensions` is at most `entries`.
fn lookup1_values(entries: u32, dimensions: u32) -> u64 {
    let fits =
        |n: u64| (0..dimensions).try_fold(1_u64, |power, _| power.checked_mul(n).filter(|p| *p <= entries.into()));
    match dimensions {
        0 => 0,
        _ => (1..=u64::from(entries)).take_while(|n| fits(*n).is_some()).last().unwrap_or(0),
    }
}

/// Reads bits, the least significant bit of each byte first.
struct BitReader<'a> {
    bytes: &'a [u8],
    /// Position of the next bit.
    position: u64,
}

impl BitReader<'_> {
    /// Reads the next `n` bits, at most 32; `None` when fewer bits remain.
    fn take(&mut self, n: u32) -> Option<u32> {
        let mut value = 0;
        for i in 0..n {
            let byte = self.bytes.get(usize::try_from(self.position / 8).ok()?)?;
            value |= u32::from(byte >> (self.position % 8) & 1) << i;
            self.position += 1;
        }
        Some(value)
    }

    /// Skips the next `n` bits; `None` when fewer bits remain.
    fn skip(&mut self, n: u64) -> Option<()> {
        self.position = self.position.checked_add(n)?;
        (self.position <= self.bytes.len() as u64 * 8).then_some(())
    }
}
