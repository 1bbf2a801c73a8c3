//! Checks that an entry is written as a station writes entries.
use super::station_json::CLOCK_KEYS;

/// The types whose entries a station writes as a flat object: without blanks between tokens, without any inner object
/// or list except `clock`, with only the known keys in `clock`, and without escapes in keys.
pub(super) const FLAT_TYPES: [&str; 9] =
    ["outcome", "start", "interrupt", "resume", "relay", "plan", "clock-step", "clock-trust", "boot"];

/// True when the line is a flat object as described at [`FLAT_TYPES`].
pub(super) fn is_plain(line: &[u8]) -> bool {
    const CLOCK: &[u8] = br#","clock":"#;
    let (mut offset, mut depth) = (0, 0);
    while let Some(byte) = line.get(offset) {
        match byte {
            b'"' => {
                let Some((end, has_escapes)) = end_of_string(line, offset + 1) else { return false };
                let is_key = line.get(end + 1) == Some(&b':');
                if is_key && (has_escapes || depth == 2 && !CLOCK_KEYS.contains(&&line[offset + 1..end])) {
                    return false;
                }
                offset = end;
            }
            b'{' if depth == 0 && offset == 0 || depth == 1 && line[..offset].ends_with(CLOCK) => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'{' | b'}' | b'[' | b']' | 0..=b' ' => return false,
            _ => {}
        }
        offset += 1;
    }
    depth == 0
}

/// Returns the offset of the quote that ends a string, and whether the string has escapes. `start` is the offset after
/// the opening quote.
fn end_of_string(line: &[u8], start: usize) -> Option<(usize, bool)> {
    let (mut offset, mut has_escapes) = (start, false);
    loop {
        let end = offset + memchr::memchr2(b'"', b'\\', line.get(offset..)?)?;
        if line[end] == b'"' {
            return Some((end, has_escapes));
        }
        (offset, has_escapes) = (end + 2, true);
    }
}
