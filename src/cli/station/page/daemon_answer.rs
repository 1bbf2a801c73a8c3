//! What the daemon says when the page asks it.
use crate::concern::ConcernSeverity;
use crate::playout::control::ControlError;
use crate::playout::engine::StationStatus;
use crate::text::page::PageText;

/// The answer of the daemon, or why there is none.
pub(super) type DaemonAnswer = Result<Box<StationStatus>, PageText>;

/// Returns the sentence about a daemon that does not answer.
pub(super) fn no_answer_text(error: &ControlError) -> PageText {
    match error {
        ControlError::NotRunning => PageText::NotRunning {},
        ControlError::NotAllowed { user } => PageText::OtherUser { user: user.clone() },
        ControlError::Unreachable | ControlError::NoAnswer(_) => PageText::NoContact {},
    }
}

/// Returns the worst severity of what is wrong; `None` if all is well, or there are only notices.
pub(super) fn worst_severity(answer: &DaemonAnswer) -> Option<ConcernSeverity> {
    match answer {
        Ok(status) => {
            let mut severities = status.concerns.iter().map(|concern| concern.severity);
            let is_critical = severities.clone().any(|severity| severity == ConcernSeverity::Critical);
            let has_warning = severities.any(|severity| severity == ConcernSeverity::Warning);
            match (is_critical, has_warning) {
                (true, _) => Some(ConcernSeverity::Critical),
                (false, true) => Some(ConcernSeverity::Warning),
                (false, false) => None,
            }
        }
        Err(_) => Some(ConcernSeverity::Critical),
    }
}
