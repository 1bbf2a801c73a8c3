//! Processes the entries that a verifier must read.
use super::Verifier;
use crate::proof::entry::{EpochAnnouncement, GenesisKeys, KeptFileNames};
use crate::proof::error::VerifyError;
use crate::proof::key_chain::EpochKeyChain;
use crate::proof::note::VerifierKey;

impl Verifier {
    /// Checks the first entry: its keys must belong to this log, and its log key must have signed the head.
    pub(super) fn add_genesis(&mut self, line: &[u8]) -> Result<(), VerifyError> {
        let genesis = GenesisKeys::parse(line).ok_or(VerifyError::GenesisKeys)?;
        let log_key = VerifierKey::parse(&genesis.key).ok_or(VerifyError::GenesisKeys)?;
        if genesis.origin != self.head.checkpoint.origin {
            return Err(VerifyError::OtherLog { origin: genesis.origin });
        }
        if log_key.name != genesis.origin || self.policy.key.as_ref().is_some_and(|key| *key != log_key) {
            return Err(VerifyError::GenesisKeys);
        }
        self.head.check_signed_by(&log_key)?;
        if !self.policy.has_single_key {
            self.chain = Some(EpochKeyChain::begin(&genesis, &log_key, &self.closings)?);
        }
        self.facts.key = Some(log_key);
        Ok(())
    }

    /// Reads the keys, kept files, times or outcome in an entry that the hasher selected.
    pub(super) fn add_notable_entry(&mut self, seq: u64, kind: &str, line: &[u8]) -> Result<(), VerifyError> {
        match kind {
            "genesis" if seq > 0 => return Err(VerifyError::Entry { seq }),
            "epoch" => {
                let announcement: EpochAnnouncement =
                    serde_json::from_slice(line).map_err(|_| VerifyError::EpochEntry { seq })?;
                let root = self.range.root();
                if let Some(chain) = &mut self.chain {
                    self.checks.push(chain.close_epoch(&announcement, seq + 1, root, &self.head)?);
                }
            }
            "schedule" | "plan" => {
                let names: KeptFileNames = serde_json::from_slice(line).map_err(|_| VerifyError::Entry { seq })?;
                self.kept_files.extend(names.names().into_iter().map(|name| (seq, name)));
            }
            "anchor" | "cosigned" => {
                if let Some(witness) = &self.policy.witness {
                    let chain = self.chain.as_ref();
                    let root_at = |size| chain.and_then(|chain| chain.root_at_closing(size));
                    self.facts.evidence.add_entry(seq, line, witness, &self.facts.origin, root_at);
                }
            }
            "outcome" => self.facts.airing = Some((seq, line.to_vec())),
            _ => {}
        }
        Ok(())
    }
}
