//! One finding of the doctor.
use crate::text::doctor::{DoctorAdvice, DoctorArea, DoctorText};

/// What a finding means for the person who installs the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckVerdict {
    /// It is as it should be.
    Good,
    /// Something is to be done.
    ToDo,
    /// Nobody knows: it could not be looked at.
    Unknown,
}

/// One line of the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct DoctorFinding {
    /// What was looked at.
    pub area: DoctorArea,
    /// What it means.
    pub verdict: CheckVerdict,
    /// What was found.
    pub text: DoctorText,
    /// What to do.
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
