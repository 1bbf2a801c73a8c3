//! Head codes: the root of a log in 16 symbols, to write in a paper book or send by SMS.
use super::tree::Hash;

/// The digits of Crockford's base 32.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Returns the first 80 bits of a root in Crockford's base 32, in groups of four symbols.
#[must_use]
pub fn head_code(root: &Hash) -> String {
    let bits = root[..10].iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let mut code = String::with_capacity(19);
    for index in 0..16 {
        if index > 0 && index % 4 == 0 {
            code.push('-');
        }
        let symbol = (bits >> (75 - 5 * index) & 31) as usize;
        code.push(SYMBOLS[symbol] as char);
    }
    code
}

/// Converts a typed code to the format of [`head_code`]; `None` when the code does not have 16 symbols.
#[must_use]
pub fn normalise_head_code(text: &str) -> Option<String> {
    let mut code = String::new();
    let mut symbol_count = 0;
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let symbol = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        if !symbol.is_ascii() || !SYMBOLS.contains(&(symbol as u8)) {
            return None;
        }
        if symbol_count > 0 && symbol_count % 4 == 0 {
            code.push('-');
        }
        code.push(symbol);
        symbol_count += 1;
    }
    (symbol_count == 16).then_some(code)
}
