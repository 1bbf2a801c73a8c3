//! A fast JSON reader for the format that a station writes: no blanks between tokens, no escapes, integers of at most
//! 18 digits.
//!
//! It must be fast because a department reads millions of entries. If the JSON is in any other format, the reader
//! returns `None`, and the caller uses a slower reader.

/// The offsets of values in the line of an entry. Each needed key has a fixed index ([`key_index`]). The offset of a
/// missing key is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueOffsets([u16; KEY_COUNT]);

/// Number of keys in [`key_index`].
const KEY_COUNT: usize = 8;

/// All keys of the object `clock`. Any other key in that object could be mistaken for a key of the entry.
pub const CLOCK_KEYS: [&[u8]; 3] = [b"synchronised", b"max_error_us", b"last_sync_s"];

/// Returns the index of a key in [`ValueOffsets`].
#[inline]
fn key_index(key: &[u8]) -> Option<usize> {
    Some(match key {
        b"id" => 0,
        b"planned_at" => 1,
        b"planned_ms" => 2,
        b"played_ms" => 3,
        b"late_us" => 4,
        b"frames" => 5,
        b"rate" => 6,
        b"by_us" => 7,
        _ => return None,
    })
}

impl ValueOffsets {
    /// Reads the line from `offset`, where the first value in `clock` begins, to its end. Returns `None` if the line is
    /// in another format, contains a needed key twice, or is too long for 16-bit offsets.
    pub fn from_clock(line: &[u8], mut offset: usize) -> Option<Self> {
        let mut offsets = [0; KEY_COUNT];
        // Two objects are open: the entry and `clock`.
        let mut depth = 2;
        loop {
            offset = scalar_end(line, offset)?;
            while line.get(offset) == Some(&b'}') {
                (offset, depth) = (offset + 1, depth - 1);
                if depth == 0 {
                    return (offset == line.len()).then_some(Self(offsets));
                }
            }
            let (key, value_start) = parse_key(line, skip_byte(line, offset, b',')?)?;
            if depth == 2 && !CLOCK_KEYS.contains(&key) {
                return None;
            }
            if let Some(index) = key_index(key)
                && std::mem::replace(&mut offsets[index], u16::try_from(value_start).ok()?) != 0
            {
                return None;
            }
            offset = value_start;
        }
    }

    /// Returns the rest of the line, beginning with the value of a key. The outer option is `None` if the key has no
    /// index. The inner option is `None` if the entry does not have the key.
    pub fn tail_at_value<'a>(&self, line: &'a [u8], key: &str) -> Option<Option<&'a [u8]>> {
        let offset = usize::from(self.0[key_index(key.as_bytes())?]);
        Some(line.get(offset..).filter(|_| offset > 0))
    }
}

/// Returns the ids of the rows of a kept plan; `None` if the plan is in another format.
pub fn row_ids(plan: &[u8]) -> Option<Vec<&str>> {
    let mut ids = Vec::new();
    let mut offset = skip_byte(plan, skip_byte(plan, 0, b'[')?, b'\n')?;
    loop {
        let id;
        (id, offset) = parse_row(plan, offset)?;
        ids.push(id);
        match plan.get(offset..)? {
            [b',', b'\n', ..] => offset += 2,
            b"\n]\n" | b"\n]" => return Some(ids),
            _ => return None,
        }
    }
}

/// Returns the id of the row that begins at this offset, and the end of the row.
fn parse_row(plan: &[u8], offset: usize) -> Option<(&str, usize)> {
    let (mut offset, mut depth, mut id) = (skip_byte(plan, offset, b'{')?, 1, None);
    loop {
        let (key, value_start) = parse_key(plan, offset)?;
        if !key.is_ascii() {
            return None;
        }
        if depth == 1 && plan.get(value_start) == Some(&b'{') {
            (offset, depth) = (value_start + 1, 2);
            continue;
        }
        let end = scalar_end(plan, value_start)?;
        if depth == 1 && key == b"id" {
            let text = plan[value_start..end].strip_prefix(b"\"")?.strip_suffix(b"\"")?;
            if id.replace(std::str::from_utf8(text).ok()?).is_some() {
                return None;
            }
        }
        offset = end;
        while plan.get(offset) == Some(&b'}') {
            (offset, depth) = (offset + 1, depth - 1);
            if depth == 0 {
                return Some((id?, offset));
            }
        }
        offset = skip_byte(plan, offset, b',')?;
    }
}

/// Returns the offset after `byte`; `None` if the byte at `offset` is different.
#[inline]
fn skip_byte(text: &[u8], offset: usize, byte: u8) -> Option<usize> {
    (text.get(offset) == Some(&byte)).then_some(offset + 1)
}

/// Returns the key that begins at this offset, and the offset of its value.
#[inline]
fn parse_key(text: &[u8], offset: usize) -> Option<(&[u8], usize)> {
    let start = skip_byte(text, offset, b'"')?;
    let end = string_end(text, start)?;
    Some((&text[start..end], skip_byte(text, end + 1, b':')?))
}

/// Returns the end of the string, integer or literal that begins at this offset.
#[inline]
fn scalar_end(text: &[u8], offset: usize) -> Option<usize> {
    match text.get(offset)? {
        b'"' => Some(string_end(text, offset + 1)? + 1),
        b'n' => literal_end(text, offset, b"null"),
        b't' => literal_end(text, offset, b"true"),
        b'f' => literal_end(text, offset, b"false"),
        b'-' => integer_end(text, offset + 1),
        _ => integer_end(text, offset),
    }
}

/// Returns the end of this literal; `None` if something else begins at `offset`.
fn literal_end(text: &[u8], offset: usize, literal: &[u8]) -> Option<usize> {
    text[offset..].starts_with(literal).then(|| offset + literal.len())
}

/// Returns the end of an integer without a sign; `None` if there is none, or if it has more than 18 digits.
fn integer_end(text: &[u8], offset: usize) -> Option<usize> {
    let mut end = offset;
    while text.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    let is_valid = (1..=18).contains(&(end - offset)) && (end - offset == 1 || text[offset] != b'0');
    is_valid.then_some(end)
}

/// Returns the integer at the beginning of `text`; `None` if there is none, or if it has more than 18 digits.
pub(super) fn leading_integer(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let end = digits.iter().position(|b| !b.is_ascii_digit()).filter(|end| (1..=18).contains(end))?;
    Some(sign * digits[..end].iter().fold(0_i64, |n, digit| n * 10 + i64::from(digit - b'0')))
}

/// Returns the offset of the quote that ends a string; `None` if the string has an escape or a control character.
/// `offset` is the position after the opening quote.
#[inline]
fn string_end(text: &[u8], mut offset: usize) -> Option<usize> {
    /// The lowest bit of each byte.
    const LOW_BITS: u64 = u64::MAX / 255;
    /// The highest bit of each byte.
    const HIGH_BITS: u64 = LOW_BITS << 7;
    // The loop tests eight bytes at a time. `mark_below` sets the highest bit of each byte that is less than `limit`.
    // Bits above the lowest set bit can be wrong, so only the lowest set bit is used.
    let mark_below = |bytes: u64, limit: u64| bytes.wrapping_sub(LOW_BITS * limit) & !bytes & HIGH_BITS;
    while let Some(chunk) = text.get(offset..).and_then(<[u8]>::first_chunk::<8>) {
        let bytes = u64::from_le_bytes(*chunk);
        let (quotes, escapes) = (bytes ^ (LOW_BITS * u64::from(b'"')), bytes ^ (LOW_BITS * u64::from(b'\\')));
        let matches = mark_below(quotes, 1) | mark_below(escapes, 1) | mark_below(bytes, 0x20);
        if matches != 0 {
            offset += (matches.trailing_zeros() / 8) as usize;
            return (text[offset] == b'"').then_some(offset);
        }
        offset += 8;
    }
    let tail = text.get(offset..)?;
    let end = tail.iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20))?;
    (tail[end] == b'"').then_some(offset + end)
}

#[cfg(test)]
mod tests;
