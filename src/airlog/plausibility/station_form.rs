//! Whether an entry is written as a station writes entries.
use super::station_json::CLOCK_KEYS;

/// Types of which every entry is one object, without a blank between its words, in which nothing but `clock` is an object of
/// its own, `clock` has no keys but its own, and no key is written with escapes.
pub(super) const FLAT_TYPES: [&str; 9] =
    ["outcome", "start", "interrupt", "resume", "relay", "plan", "clock-step", "clock-trust", "boot"];

pub(super) fn is_plain(line: &[u8]) -> bool {
    const CLOCK: &[u8] = br#","clock":"#;
    let (mut at, mut depth) = (0, 0);
    while let Some(byte) = line.get(at) {
        match byte {
            b'"' => {
                let Some((end, escaped)) = end_of_string(line, at + 1) else { return false };
                let is_key = line.get(end + 1) == Some(&b':');
                if is_key && (escaped || depth == 2 && !CLOCK_KEYS.contains(&&line[at + 1..end])) {
                    return false;
                }
                at = end;
            }
            b'{' if depth == 0 && at == 0 || depth == 1 && line[..at].ends_with(CLOCK) => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'{' | b'}' | b'[' | b']' | 0..=b' ' => return false,
            _ => {}
        }
        at += 1;
    }
    depth == 0
}

/// The quote at the end of the string that begins here, and whether there are escapes in it.
fn end_of_string(line: &[u8], from: usize) -> Option<(usize, bool)> {
    let (mut at, mut escaped) = (from, false);
    loop {
        let next = at + memchr::memchr2(b'"', b'\\', line.get(at..)?)?;
        if line[next] == b'"' {
            return Some((next, escaped));
        }
        (at, escaped) = (next + 2, true);
    }
}
