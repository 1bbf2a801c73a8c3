//! Reads JSON as a station writes it in one pass: no blanks between tokens, no escapes, integers of at most 18 digits.
//!
//! This path is taken for millions of entries. Any other form makes it return `None`; then the slower readers decide
//! what the line means.

/// Offsets of the values in the line, for the keys that the fold needs; 0 for a missing key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueOffsets([u16; KEY_COUNT]);

const KEY_COUNT: usize = 8;

/// All keys of `clock`. Any other key there could be mistaken for one of the entry.
pub const CLOCK_KEYS: [&[u8]; 3] = [b"synchronised", b"max_error_us", b"last_sync_s"];

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
    /// Reads from the first value in `clock`, at this offset, to the end of the entry. `None` when it is written in
    /// another form, has one of the keys twice, or is longer than an entry can be.
    pub fn from_clock(line: &[u8], mut at: usize) -> Option<Self> {
        let mut values = [0; KEY_COUNT];
        let mut open = 2;
        loop {
            at = scalar(line, at)?;
            while line.get(at) == Some(&b'}') {
                (at, open) = (at + 1, open - 1);
                if open == 0 {
                    return (at == line.len()).then_some(Self(values));
                }
            }
            let (key, value) = key(line, skip_byte(line, at, b',')?)?;
            if open == 2 && !CLOCK_KEYS.contains(&key) {
                return None;
            }
            if let Some(place) = key_index(key)
                && std::mem::replace(&mut values[place], u16::try_from(value).ok()?) != 0
            {
                return None;
            }
            at = value;
        }
    }

    /// Returns the rest of the line from the value of a key on. The inner option is `None` when the entry lacks the
    /// key, the outer one when the offset of this key is not recorded.
    pub fn of<'a>(&self, line: &'a [u8], key: &str) -> Option<Option<&'a [u8]>> {
        let at = usize::from(self.0[key_index(key.as_bytes())?]);
        Some(line.get(at..).filter(|_| at > 0))
    }
}

/// Returns the ids of the rows of a kept plan; `None` when it is written in another form.
pub fn row_ids(plan: &[u8]) -> Option<Vec<&str>> {
    let mut ids = Vec::new();
    let mut at = skip_byte(plan, skip_byte(plan, 0, b'[')?, b'\n')?;
    loop {
        let id;
        (id, at) = row(plan, at)?;
        ids.push(id);
        match plan.get(at..)? {
            [b',', b'\n', ..] => at += 2,
            b"\n]\n" | b"\n]" => return Some(ids),
            _ => return None,
        }
    }
}

/// Returns the id of the row that begins here, and the end of the row.
fn row(plan: &[u8], at: usize) -> Option<(&str, usize)> {
    let (mut at, mut open, mut id) = (skip_byte(plan, at, b'{')?, 1, None);
    loop {
        let (key, value) = key(plan, at)?;
        if !key.is_ascii() {
            return None;
        }
        if open == 1 && plan.get(value) == Some(&b'{') {
            (at, open) = (value + 1, 2);
            continue;
        }
        let end = scalar(plan, value)?;
        if open == 1 && key == b"id" {
            let text = plan[value..end].strip_prefix(b"\"")?.strip_suffix(b"\"")?;
            if id.replace(std::str::from_utf8(text).ok()?).is_some() {
                return None;
            }
        }
        at = end;
        while plan.get(at) == Some(&b'}') {
            (at, open) = (at + 1, open - 1);
            if open == 0 {
                return Some((id?, at));
            }
        }
        at = skip_byte(plan, at, b',')?;
    }
}

#[inline]
fn skip_byte(text: &[u8], at: usize, byte: u8) -> Option<usize> {
    (text.get(at) == Some(&byte)).then_some(at + 1)
}

/// Returns the key that begins here, and the offset of its value.
#[inline]
fn key(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let from = skip_byte(text, at, b'"')?;
    let end = string(text, from)?;
    Some((&text[from..end], skip_byte(text, end + 1, b':')?))
}

/// Returns the end of the string, integer or word that begins here.
#[inline]
fn scalar(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => Some(string(text, at + 1)? + 1),
        b'n' => word(text, at, b"null"),
        b't' => word(text, at, b"true"),
        b'f' => word(text, at, b"false"),
        b'-' => integer(text, at + 1),
        _ => integer(text, at),
    }
}

fn word(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    text[at..].starts_with(word).then(|| at + word.len())
}

fn integer(text: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    while text.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    let good = (1..=18).contains(&(end - at)) && (end - at == 1 || text[at] != b'0');
    good.then_some(end)
}

/// Returns the integer at the beginning of a text, of at most 18 digits.
pub(super) fn leading_integer(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let end = digits.iter().position(|b| !b.is_ascii_digit()).filter(|end| (1..=18).contains(end))?;
    Some(sign * digits[..end].iter().fold(0_i64, |n, digit| n * 10 + i64::from(digit - b'0')))
}

/// Returns the offset of the quote that ends the string whose first letter is here; `None` when it has an escape.
#[inline]
fn string(text: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    // Eight bytes at a time. The highest bit of a byte is set where the byte is below `less`; only the lowest set bit
    // is exact, and only that one is used.
    let below = |bytes: u64, less: u64| bytes.wrapping_sub(ONES * less) & !bytes & TOPS;
    while let Some(eight) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let bytes = u64::from_le_bytes(*eight);
        let (quotes, escapes) = (bytes ^ (ONES * u64::from(b'"')), bytes ^ (ONES * u64::from(b'\\')));
        let found = below(quotes, 1) | below(escapes, 1) | below(bytes, 0x20);
        if found != 0 {
            at += (found.trailing_zeros() / 8) as usize;
            return (text[at] == b'"').then_some(at);
        }
        at += 8;
    }
    let rest = text.get(at..)?;
    let end = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20))?;
    (rest[end] == b'"').then_some(at + end)
}

#[cfg(test)]
mod tests;
