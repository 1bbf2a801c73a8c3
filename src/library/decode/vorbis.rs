//! The size of a Vorbis stream's codebooks (Vorbis I specification, 3.2.1), checked before a decoder builds tables from
//! them: a file of 600 bytes can ask for more memory than a station has.

/// Most entries of all codebooks together. Encoders use some 20,000; one codebook may have 131,072.
const MAX_ENTRIES: u64 = 1 << 18;
/// Mark at the beginning of a codebook.
const SYNC: u32 = 0x56_43_42;

/// Whether these headers ask for too many entries, or cannot be read.
pub(super) fn is_too_large(headers: &[u8]) -> bool {
    let mark = b"\x05vorbis";
    let setup = memchr::memmem::find(headers, mark).and_then(|at| headers.get(at + mark.len()..));
    setup.and_then(entries).is_none_or(|entries| entries > MAX_ENTRIES)
}

/// Counts the entries of all codebooks of a setup header.
fn entries(setup: &[u8]) -> Option<u64> {
    let mut bits = Bits { bytes: setup, at: 0 };
    let count = bits.take(8)? + 1;
    let mut all = 0;
    for _ in 0..count {
        all += codebook(&mut bits)?;
        if all > MAX_ENTRIES {
            break;
        }
    }
    Some(all)
}

/// Skips one codebook, and returns the number of its entries.
fn codebook(bits: &mut Bits<'_>) -> Option<u64> {
    if bits.take(24)? != SYNC {
        return None;
    }
    let (dimensions, entries) = (bits.take(16)?, bits.take(24)?);
    if u64::from(entries) > MAX_ENTRIES {
        return Some(entries.into());
    }
    if bits.take(1)? == 1 {
        let mut length = bits.take(5)? + 1;
        let mut done = 0;
        // No codeword is longer than 32 bits.
        while done < entries && length <= 32 {
            let number = bits.take(u32::BITS - (entries - done).leading_zeros())?;
            done = done.checked_add(number)?;
            length += 1;
        }
    } else {
        let sparse = bits.take(1)? == 1;
        for _ in 0..entries {
            if !sparse || bits.take(1)? == 1 {
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

/// Returns the largest number whose power of `dimensions` is at most `entries`.
fn lookup1_values(entries: u32, dimensions: u32) -> u64 {
    let fits =
        |n: u64| (0..dimensions).try_fold(1_u64, |power, _| power.checked_mul(n).filter(|p| *p <= entries.into()));
    match dimensions {
        0 => 0,
        _ => (1..=u64::from(entries)).take_while(|n| fits(*n).is_some()).last().unwrap_or(0),
    }
}

/// Reader of bits, the least significant first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: u64,
}

impl Bits<'_> {
    /// Reads the next `n` bits, at most 32.
    fn take(&mut self, n: u32) -> Option<u32> {
        let mut value = 0;
        for i in 0..n {
            let byte = self.bytes.get(usize::try_from(self.at / 8).ok()?)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << i;
            self.at += 1;
        }
        Some(value)
    }

    fn skip(&mut self, n: u64) -> Option<()> {
        self.at = self.at.checked_add(n)?;
        (self.at <= self.bytes.len() as u64 * 8).then_some(())
    }
}
