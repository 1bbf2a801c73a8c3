//! Authenticates marks with the key of an epoch.
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::mark::ProgressMark;
use crate::airlog::hmac::HmacSha256;
use crate::base::hash::hex;
use crate::proof::note::NoteSigner;

/// Separates a mark's body from its authentication code.
const MAC_KEY: &str = ",\"mac\":\"";
/// Follows the code.
const END: &str = "\"}\n";

/// Authenticates the marks of one epoch.
pub struct MarkKey {
    epoch: u64,
    code: HmacSha256,
}

impl MarkKey {
    /// Derives the key from the secret key of the epoch, so that it is lost with that key.
    #[must_use]
    pub fn of(epoch: u64, key: &NoteSigner) -> Self {
        let secret = key.secret_text();
        let digest = Sha256::new().chain_update(b"loa/progress/v1\n").chain_update(secret.as_bytes());
        Self { epoch, code: HmacSha256::new(&Zeroizing::new(digest.finalize().into())) }
    }

    fn mac(&self, text: &str) -> String {
        hex(&self.code.of(text.as_bytes()))
    }

    pub(super) fn line(&self, mark: &ProgressMark) -> String {
        let json = match mark.epoch == self.epoch {
            true => serde_json::to_string(mark),
            false => serde_json::to_string(&ProgressMark { epoch: self.epoch, ..mark.clone() }),
        };
        let mut line = json.expect("a plain struct can be written as JSON");
        // The code comes before the closing brace. A mark is made every second, so its line is allocated once.
        line.pop();
        let mac = self.mac(&line);
        line.reserve_exact(MAC_KEY.len() + mac.len() + END.len());
        [MAC_KEY, &mac, END].iter().for_each(|piece| line.push_str(piece));
        line
    }
}

/// Whether one of the keys made the mark in this line.
pub(super) fn is_authentic(line: &[u8], mark: &ProgressMark, keys: &[MarkKey]) -> bool {
    let text = std::str::from_utf8(line).ok();
    let Some((body, mac)) = text.and_then(|text| text.trim_end().rsplit_once(MAC_KEY)) else { return false };
    let mac = mac.strip_suffix("\"}");
    keys.iter().filter(|key| key.epoch == mark.epoch).any(|key| Some(key.mac(body).as_str()) == mac)
}
