//! Concerns: everything that is or will be wrong at a station, in one list. This module is pure.
//!
//! The running station collects [`StationFacts`], and [`assess`] derives the conditions from them. [`ConcernBook`]
//! tracks when each condition began, and raises and clears each concern once. `loa status`, the alarm and the log book
//! all use the same list.
mod area;
mod book;
mod condition;
mod facts;
mod rules;
mod sessions;
mod severity;
mod wording;

pub use area::{CheckedArea, FactSource};
pub use book::{Concern, ConcernBook, ConcernChange, ConcernKey};
pub use condition::{Condition, DeviceCause, LocalInstant, MoreItems, MoreStarts, SessionTitle, SwitchCause};
pub use facts::{
    AbsenceFacts, AlarmFacts, AlarmFailure, AmplifierFacts, ClockFacts, HandInFacts, HostFacts, InspectedFile,
    LineFacts, LogFacts, PlanFacts, RefusedSchedule, ScheduleFacts, StationFacts,
};
pub use rules::{Assessment, assess};
pub use sessions::session_conditions;
pub use severity::ConcernSeverity;
pub use wording::{Advice, concern_advice};
