//! HMAC-SHA-256 (RFC 2104).
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// HMAC-SHA-256 with one key, which is padded once for all messages.
pub struct HmacSha256 {
    inner: Zeroizing<[u8; 64]>,
    outer: Zeroizing<[u8; 64]>,
}

impl HmacSha256 {
    /// Prepares a key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let padded = |with: u8| {
            let mut block = Zeroizing::new([with; 64]);
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            block
        };
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    /// Returns the code of a message.
    #[must_use]
    pub fn of(&self, message: &[u8]) -> [u8; 32] {
        let inner = Sha256::new().chain_update(*self.inner).chain_update(message).finalize();
        Sha256::new().chain_update(*self.outer).chain_update(inner).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::HmacSha256;
    use crate::base::hash::hex;

    #[test]
    fn the_code_is_that_of_rfc_4231() {
        // Test case 2; the key is padded with zeroes, as in the standard.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = HmacSha256::new(&key).of(b"what do ya want for nothing?");
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
