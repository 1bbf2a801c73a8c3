//! The facts that a receipt proves.
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::OutcomeEntry;
use crate::airlog::record::{Record, parse_record};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::headcode::head_code;
use crate::proof::note::VerifierKey;
use crate::proof::origin::station_in_origin;
use crate::proof::receipt::Receipt;
use crate::proof::verify::VerifyError;
use chrono::NaiveDate;

/// An airing whose receipt was verified.
#[derive(Debug, Clone)]
pub struct ProvedAiring {
    /// The entry.
    record: Record,
    /// The head under which it is.
    pub head: Checkpoint,
    /// The time at which the department countersigned that head, in seconds since 1970; `None` if it has not.
    pub countersigned_s: Option<u64>,
}

impl ProvedAiring {
    /// Verifies a receipt with the key of its log and that of the department.
    ///
    /// # Errors
    /// Those of [`Receipt::verify`], and [`VerifyError::NoSuchAiring`] if the entry is not the outcome of an airing.
    pub fn new(receipt: &Receipt, key: &VerifierKey, department: &VerifierKey) -> Result<Self, VerifyError> {
        let (head, evidence) = receipt.verify(key, Some(department))?;
        let record = parse_record(&receipt.line, receipt.seq).map_err(|_| VerifyError::NoSuchAiring)?;
        if record.outcome().is_none() {
            return Err(VerifyError::NoSuchAiring);
        }
        Ok(Self { record, head, countersigned_s: evidence.bounds(receipt.seq).not_after })
    }

    /// Returns the entry.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Returns the outcome; `None` never, because [`Self::new`] has checked it.
    #[must_use]
    pub fn outcome(&self) -> Option<&OutcomeEntry> {
        self.record.outcome()
    }

    /// Returns the id of the station.
    #[must_use]
    pub fn station(&self) -> &str {
        station_in_origin(&self.head.origin).unwrap_or(&self.head.origin)
    }

    /// Returns the head code of the head.
    #[must_use]
    pub fn head_code(&self) -> String {
        head_code(&self.head.root)
    }

    /// Returns the date of the airing: that of its id, or of the entry.
    #[must_use]
    pub fn date(&self) -> NaiveDate {
        let date = self.outcome().and_then(|outcome| date_in_id(&outcome.labels.id));
        date.unwrap_or_else(|| self.record.at.date_naive())
    }
}
