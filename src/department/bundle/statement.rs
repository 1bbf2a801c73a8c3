//! The department's signed statement about a bundle.
use chrono::NaiveDate;

use crate::base::hash::sha256_hex;
use crate::department::report::period::DateRange;
use crate::proof::note::{Note, NoteSigner, SignatureStatus, SignatureType, VerifierKey};

/// The first line. No checkpoint and no anchor begins with it, so that a signature under a statement is never one under
/// them.
const FIRST_LINE: &str = "loa/bundle/v1";

/// The department's signed statement about a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The dates of the airings.
    pub range: DateRange,
    /// The number of airings in the list.
    pub airings: u64,
    /// The number of selected airings that were planned and have no outcome.
    pub without_outcome: u64,
    /// The SHA-256 of the file with the digests of all other files, in hex.
    pub sums_sha256: String,
}

impl Statement {
    /// Makes the statement about a bundle whose digests are in a file with these bytes.
    #[must_use]
    pub fn new(range: DateRange, airings: u64, without_outcome: u64, sums: &[u8]) -> Self {
        Self { range, airings, without_outcome, sums_sha256: sha256_hex(sums) }
    }

    /// Signs the statement with the department's key, of either signature type.
    #[must_use]
    pub fn sign(&self, department: &NoteSigner) -> Note {
        let Self { range, airings, without_outcome, sums_sha256 } = self;
        let text = format!(
            "{FIRST_LINE}\nfrom {}\nuntil {}\nairings {airings}\nwithout-outcome {without_outcome}\nsums {sums_sha256}\n",
            range.from, range.until
        );
        let key = department.public().with_type(SignatureType::Plain);
        let line = key.signature_line(&department.sign(text.as_bytes()));
        Note { text, signatures: vec![line] }
    }

    /// Parses the text of a note; `None` when it is not a statement.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
        let (from, until) = (value("from")?, value("until")?);
        let (airings, without_outcome) = (value("airings")?, value("without-outcome")?);
        let sums_sha256 = value("sums")?;
        if lines.next().is_some() {
            return None;
        }
        let date = |text: &str| text.parse::<NaiveDate>().ok();
        let range = DateRange { from: date(&from)?, until: date(&until)? };
        Some(Self {
            range,
            airings: airings.parse().ok()?,
            without_outcome: without_outcome.parse().ok()?,
            sums_sha256,
        })
    }

    /// Checks whether this department has signed the note.
    #[must_use]
    pub fn signature_status(note: &Note, department: &VerifierKey) -> SignatureStatus {
        note.signature_status(&department.with_type(SignatureType::Plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::anchor::parse_anchor;
    use crate::proof::checkpoint::Checkpoint;

    #[test]
    fn a_statement_is_neither_a_checkpoint_nor_an_anchor() {
        let date = |day| NaiveDate::from_ymd_opt(2023, 3, day).expect("the date is valid");
        let statement = Statement::new(DateRange { from: date(20), until: date(31) }, 12, 3, b"sums");
        let key = NoteSigner::new("loa-witness/mau", SignatureType::Cosignature, &[4; 32]).expect("make the key");
        let note = statement.sign(&key);
        assert_eq!(Statement::parse(&note.text), Some(statement));
        assert_eq!(Statement::signature_status(&note, key.public()), SignatureStatus::Valid);
        assert_eq!(Checkpoint::parse(&note.text), None);
        assert!(parse_anchor(note.to_string().as_bytes()).is_none());
        for changed in [note.text.replace("12", "x"), note.text.replace("until", "bis"), format!("{}more\n", note.text)]
        {
            assert_eq!(Statement::parse(&changed), None, "{changed}");
        }
        let changed = Note { text: note.text.replace("airings 12", "airings 11"), ..note };
        assert_eq!(Statement::signature_status(&changed, key.public()), SignatureStatus::Forged);
    }
}
