//! An entry: header, body and exact bytes.
use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize, Serializer};

use crate::base::instant::{ClockSnapshot, ClockSync, to_local};

pub use super::bodies::*;
pub use super::outcome::{Outcome, Reason, TrustReason};
pub use super::words::*;

/// Version of the format; readers refuse a later one.
pub const VERSION: u32 = 1;

/// Defines [`Body`] with the `type` of each variant, by which it is written and read.
macro_rules! bodies {
    ($($(#[$about:meta])* $variant:ident($note:ty) = $kind:literal,)*) => {
        /// The body of an entry, by its `type`.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Body {
            $($(#[$about])* $variant($note),)*
        }

        impl Body {
            /// Every `type` that this program knows.
            #[cfg(test)]
            pub(super) const KINDS: &[&str] = &[$($kind),*];

            /// Returns the `type`.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                }
            }

            fn json(&self) -> String {
                match self {
                    $(Self::$variant(note) => json(note),)*
                }
            }

            /// Reads the body from the line of an entry of this type; `None` when this program does not know the type.
            pub(super) fn read(kind: &str, line: &[u8]) -> serde_json::Result<Option<Self>> {
                match kind {
                    $($kind => serde_json::from_slice(line).map(|note| Some(Self::$variant(note))),)*
                    _ => Ok(None),
                }
            }
        }
    };
}

bodies! {
    /// The first entry of a log.
    Genesis(GenesisEntry) = "genesis",
    /// The daemon started.
    Boot(BootEntry) = "boot",
    /// A schedule was adopted.
    Schedule(ScheduleEntry) = "schedule",
    /// A date was planned.
    Plan(PlanEntry) = "plan",
    /// The device took the first frame of an airing.
    Start(StartEntry) = "start",
    /// An airing is over, one way or another.
    Outcome(OutcomeEntry) = "outcome",
    /// A command over the control socket.
    Operator(OperatorEntry) = "operator",
    /// A person's remark about an airing.
    Remark(RemarkEntry) = "note",
    /// The wall clock moved against the boot clock.
    ClockStep(ClockStepEntry) = "clock-step",
    /// The clock became trusted, or untrusted.
    ClockTrust(ClockTrustEntry) = "clock-trust",
    /// The line was opened or lost.
    Device(DeviceEntry) = "device",
    /// The daemon ended in order.
    Shutdown(ShutdownEntry) = "shutdown",
    /// The last entry of an epoch: the key of the next.
    Epoch(EpochEntry) = "epoch",
    /// A department's anchor, brought on a stick.
    Anchor(SignedNoteEntry) = "anchor",
    /// A head of this log that the department has countersigned.
    Cosigned(SignedNoteEntry) = "cosigned",
    /// The disk refused entries for a time.
    Gap(GapEntry) = "gap",
    /// A relay slot is over.
    Relay(RelayEntry) = "relay",
    /// An airing was interrupted and waits to go on.
    Interrupt(InterruptEntry) = "interrupt",
    /// An interrupted airing sounds again.
    Resume(ResumeEntry) = "resume",
    /// Effects of an adopted edit on the next dates.
    Edit(EditEntry) = "edit",
    /// The amplifier was switched, or could not be.
    Amplifier(AmplifierEntry) = "amplifier",
    /// A kept file that the log depends on is lost.
    Lost(LostFileEntry) = "lost",
}

/// Values of the header that differ from entry to entry.
pub struct Stamp<'a> {
    /// Position in the log, from 0.
    pub seq: u64,
    /// Time.
    pub now: ClockSnapshot,
    /// Boot id of the machine.
    pub boot: &'a str,
    /// Zone in which `at` is written.
    pub zone: Tz,
}

/// Header: the keys at the beginning of every entry, in this order.
#[derive(Serialize, Deserialize)]
pub(super) struct EntryHeader<'a> {
    pub v: u32,
    pub seq: u64,
    #[serde(rename = "type")]
    pub kind: Cow<'a, str>,
    #[serde(serialize_with = "to_the_microsecond")]
    pub at: DateTime<FixedOffset>,
    pub boot: Cow<'a, str>,
    pub boottime_us: i64,
    pub clock: ClockSync,
}

fn to_the_microsecond<S: Serializer>(at: &DateTime<FixedOffset>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Micros, false))
}

/// Returns the line of an entry without its newline. These bytes are the leaf that is hashed and signed.
#[must_use]
pub fn render_line(stamp: &Stamp<'_>, body: &Body) -> String {
    let head = json(&EntryHeader {
        v: VERSION,
        seq: stamp.seq,
        kind: body.kind().into(),
        at: to_local(stamp.now.wall, stamp.zone),
        boot: stamp.boot.into(),
        boottime_us: stamp.now.boot.0,
        clock: stamp.now.sync,
    });
    let body = body.json();
    // Both are objects and neither is empty: join them into one, header first.
    let head = head.strip_suffix('}').unwrap_or(&head);
    let body = body.strip_prefix('{').unwrap_or(&body);
    format!("{head},{body}")
}

/// # Panics
/// Never: a value is a plain struct of strings, integers and times. An empty entry would be worse than a stop.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain structs can be written as JSON")
}
