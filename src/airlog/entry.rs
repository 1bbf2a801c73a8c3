//! An entry of the airing log: its header, its body and its exact bytes.
use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize, Serializer};

use crate::base::instant::{ClockSnapshot, ClockSync, to_local};

pub use super::bodies::*;
pub use super::outcome::{Outcome, Reason, TrustReason};
pub use super::words::*;

/// Version of the entry format. Readers refuse any other version.
pub const FORMAT_VERSION: u32 = 1;

/// Defines [`Body`], and maps each variant to the `type` of its entries.
macro_rules! bodies {
    ($($(#[$doc:meta])* $variant:ident($entry:ty) = $kind:literal,)*) => {
        /// The body of an entry. Each variant has its own `type`.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Body {
            $($(#[$doc])* $variant($entry),)*
        }

        impl Body {
            /// Every `type` that this program knows.
            #[cfg(test)]
            pub(super) const KINDS: &[&str] = &[$($kind),*];

            /// Returns the `type` of the entry.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                }
            }

            fn to_json(&self) -> String {
                match self {
                    $(Self::$variant(entry) => to_json(entry),)*
                }
            }

            /// Reads the body from the line of an entry of this type. `None` if the type is unknown to this program.
            pub(super) fn read(kind: &str, line: &[u8]) -> serde_json::Result<Option<Self>> {
                match kind {
                    $($kind => serde_json::from_slice(line).map(|entry| Some(Self::$variant(entry))),)*
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
    /// An airing ended, or could not begin.
    Outcome(OutcomeEntry) = "outcome",
    /// An operator gave a command over the control socket.
    Operator(OperatorEntry) = "operator",
    /// Somebody remarked on an airing.
    Remark(RemarkEntry) = "note",
    /// The wall clock moved relative to the boot clock.
    ClockStep(ClockStepEntry) = "clock-step",
    /// The clock became trusted, or untrusted.
    ClockTrust(ClockTrustEntry) = "clock-trust",
    /// The line was opened or lost.
    Device(DeviceEntry) = "device",
    /// The daemon shut down cleanly.
    Shutdown(ShutdownEntry) = "shutdown",
    /// The last entry of an epoch, with the key of the next one.
    Epoch(EpochEntry) = "epoch",
    /// An anchor that the department signed and left for the station.
    Anchor(SignedNoteEntry) = "anchor",
    /// A head of this log that the department has countersigned.
    Cosigned(SignedNoteEntry) = "cosigned",
    /// The disk refused entries for some time.
    Gap(GapEntry) = "gap",
    /// A relay slot ended.
    Relay(RelayEntry) = "relay",
    /// An airing was interrupted and will continue later.
    Interrupt(InterruptEntry) = "interrupt",
    /// An interrupted airing continued.
    Resume(ResumeEntry) = "resume",
    /// An adopted edit of the schedule changed the plans of upcoming dates.
    Edit(EditEntry) = "edit",
    /// The amplifier was switched, or could not be switched.
    Amplifier(AmplifierEntry) = "amplifier",
    /// A concern was raised, or is over.
    Concern(ConcernEntry) = "concern",
    /// A kept file that the log depends on is lost.
    Lost(LostFileEntry) = "lost",
}

/// Header values of an entry that is about to be written.
pub struct Stamp<'a> {
    /// Position in the log, from 0.
    pub seq: u64,
    /// Time of the entry, by both clocks.
    pub now: ClockSnapshot,
    /// Boot id of the machine.
    pub boot: &'a str,
    /// Time zone in which `at` is written.
    pub zone: Tz,
}

/// The header: the keys at the beginning of every entry, in this order.
#[derive(Serialize, Deserialize)]
pub(super) struct EntryHeader<'a> {
    pub v: u32,
    pub seq: u64,
    #[serde(rename = "type")]
    pub kind: Cow<'a, str>,
    #[serde(serialize_with = "serialize_micros")]
    pub at: DateTime<FixedOffset>,
    pub boot: Cow<'a, str>,
    pub boottime_us: i64,
    pub clock: ClockSync,
}

fn serialize_micros<S: Serializer>(at: &DateTime<FixedOffset>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Micros, false))
}

/// Returns the line of an entry without its newline. These bytes are the leaf that is hashed and signed.
#[must_use]
pub fn render_line(stamp: &Stamp<'_>, body: &Body) -> String {
    let header = to_json(&EntryHeader {
        v: FORMAT_VERSION,
        seq: stamp.seq,
        kind: body.kind().into(),
        at: to_local(stamp.now.wall, stamp.zone),
        boot: stamp.boot.into(),
        boottime_us: stamp.now.boot.0,
        clock: stamp.now.sync,
    });
    let body = body.to_json();
    // Both are JSON objects, and neither is empty. Join them into one object that begins with the header.
    let header = header.strip_suffix('}').unwrap_or(&header);
    let body = body.strip_prefix('{').unwrap_or(&body);
    format!("{header},{body}")
}

/// Returns the value as JSON.
///
/// # Panics
/// Never for the values of an entry: they are plain structs of strings, integers and times. A panic is better than an
/// empty entry.
fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain structs can be written as JSON")
}
