//! One finding of the doctor.
use crate::text::doctor::{DoctorAdvice, DoctorArea, DoctorText};

/// The verdict of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckVerdict {
    /// Everything is as it should be.
    Good,
    /// Something must be done.
    ToDo,
    /// The area could not be checked.
    Unknown,
}

/// One finding of the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct DoctorFinding {
    /// The area that was checked.
    pub area: DoctorArea,
    /// The verdict.
    pub verdict: CheckVerdict,
    /// The text of the finding.
    pub text: DoctorText,
    /// What to do; `None` if there is nothing to do.
    pub advice: Option<DoctorAdvice>,
}

impl DoctorFinding {
    pub(super) fn good(area: DoctorArea, text: DoctorText) -> Self {
        Self { area, verdict: CheckVerdict::Good, text, advice: None }
    }

    pub(super) fn to_do(area: DoctorArea, text: DoctorText, advice: DoctorAdvice) -> Self {
        Self { area, verdict: CheckVerdict::ToDo, text, advice: Some(advice) }
    }

    pub(super) fn unknown(area: DoctorArea, text: DoctorText) -> Self {
        Self { area, verdict: CheckVerdict::Unknown, text, advice: None }
    }

    pub(super) fn with_advice(self, advice: DoctorAdvice) -> Self {
        Self { advice: Some(advice), ..self }
    }
}
