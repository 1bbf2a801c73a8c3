//! HMAC with SHA-256 (RFC 2104).
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// HMAC-SHA-256 with one key. The padded forms of the key are computed once for all messages.
pub struct HmacSha256 {
    inner_block: Zeroizing<[u8; 64]>,
    outer_block: Zeroizing<[u8; 64]>,
}

impl HmacSha256 {
    /// Pads the key for both hashes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let pad = |pad_byte: u8| {
            let mut block = Zeroizing::new([pad_byte; 64]);
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            block
        };
        Self { inner_block: pad(0x36), outer_block: pad(0x5c) }
    }

    /// Returns the authentication code of a message.
    #[must_use]
    pub fn compute(&self, message: &[u8]) -> [u8; 32] {
        let inner = Sha256::new().chain_update(*self.inner_block).chain_update(message).finalize();
        Sha256::new().chain_update(*self.outer_block).chain_update(inner).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::HmacSha256;
    use crate::base::hash::hex;

    #[test]
    fn the_code_equals_a_test_vector_of_rfc_4231() {
        // Test case 2. Its key has four bytes; HMAC pads a short key with zeros.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = HmacSha256::new(&key).compute(b"what do ya want for nothing?");
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
