//! Head codes: the root of a log in 16 symbols, to write in a paper book or send by SMS.
use super::tree::Hash;

const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Returns the first 80 bits of a root in Crockford's base 32, in groups of four symbols.
#[must_use]
pub fn head_code(root: &Hash) -> String {
    let bits = root[..10].iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let mut code = String::with_capacity(19);
    for place in 0..16 {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        let symbol = (bits >> (75 - 5 * place) & 31) as usize;
        code.push(SYMBOLS[symbol] as char);
    }
    code
}

/// Normalises a typed code to the form of [`head_code`]; `None` when it is not 16 symbols.
#[must_use]
pub fn normalise(typed: &str) -> Option<String> {
    let mut code = String::new();
    let mut symbols = 0;
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        if !c.is_ascii() || !SYMBOLS.contains(&(c as u8)) {
            return None;
        }
        if symbols > 0 && symbols % 4 == 0 {
            code.push('-');
        }
        code.push(c);
        symbols += 1;
    }
    (symbols == 16).then_some(code)
}
