//! SHA-256 digests as text, for the names of kept files and the fingerprints of keys and files.
use sha2::{Digest, Sha256};

/// Formats bytes as lower-case hexadecimal digits, two for each byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Returns the SHA-256 (FIPS 180-4) of bytes as 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns true when the text has the format of a digest from [`sha256_hex`].
#[must_use]
pub fn is_sha256_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::{is_sha256_hex, sha256_hex};

    #[test]
    fn the_empty_input_has_its_known_hash() {
        let empty_hash = sha256_hex(b"");
        assert_eq!(empty_hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert!(is_sha256_hex(&empty_hash));
        assert!(!is_sha256_hex(&empty_hash.to_uppercase()) && !is_sha256_hex(&empty_hash[1..]));
    }
}
