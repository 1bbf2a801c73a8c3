//! Authenticates marks with the key of an epoch.
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::mark::ProgressMark;
use crate::airlog::hmac::HmacSha256;
use crate::base::hash::hex;
use crate::proof::note::NoteSigner;

/// The text between a mark's JSON and its authentication code.
const MAC_PREFIX: &str = ",\"mac\":\"";
/// The text after the authentication code.
const LINE_END: &str = "\"}\n";

/// Authenticates the marks of one epoch.
pub struct MarkKey {
    epoch: u64,
    hmac: HmacSha256,
}

impl MarkKey {
    /// Derives the key for marks from the secret key of the epoch. Once the secret key is erased, nobody can derive the
    /// key for marks again.
    #[must_use]
    pub fn of(epoch: u64, epoch_key: &NoteSigner) -> Self {
        let secret = epoch_key.secret_text();
        let digest = Sha256::new().chain_update(b"loa/progress/v1\n").chain_update(secret.as_bytes());
        Self { epoch, hmac: HmacSha256::new(&Zeroizing::new(digest.finalize().into())) }
    }

    /// Returns the authentication code of `text`, in hex.
    fn mac(&self, text: &str) -> String {
        hex(&self.hmac.compute(text.as_bytes()))
    }

    /// Returns the line of a mark, with the number of this key's epoch.
    pub(super) fn render_line(&self, mark: &ProgressMark) -> String {
        let json = match mark.epoch == self.epoch {
            true => serde_json::to_string(mark),
            false => serde_json::to_string(&ProgressMark { epoch: self.epoch, ..mark.clone() }),
        };
        let mut line = json.expect("a plain struct can be written as JSON");
        // The code comes before the closing brace. A mark is written every second, so memory is reserved only once.
        line.pop();
        let mac = self.mac(&line);
        line.reserve_exact(MAC_PREFIX.len() + mac.len() + LINE_END.len());
        [MAC_PREFIX, &mac, LINE_END].iter().for_each(|text| line.push_str(text));
        line
    }
}

/// True when the code in this line was made with one of the keys.
pub(super) fn is_authentic(line: &[u8], mark: &ProgressMark, keys: &[MarkKey]) -> bool {
    let text = std::str::from_utf8(line).ok();
    let Some((body, mac)) = text.and_then(|text| text.trim_end().rsplit_once(MAC_PREFIX)) else { return false };
    let mac = mac.strip_suffix("\"}");
    keys.iter().filter(|key| key.epoch == mark.epoch).any(|key| Some(key.mac(body).as_str()) == mac)
}
