//! Words of entry bodies whose set is known to this program, but open in the format.
//!
//! A log is also read by an older program, and its owner can write any text into it. So reading accepts every text, and
//! an unknown word is written back as it was read.
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// Defines an enum of words with the text of each in the log, and `Other` for every other text.
macro_rules! words {
    ($($(#[$about:meta])* pub enum $name:ident {
        $($(#[$doc:meta])* $word:ident = $text:literal,)*
    })*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
            #[serde(from = "String")]
            pub enum $name {
                $($(#[$doc])* $word,)*
                /// A word that this program does not know. Build it with `from`, which finds the known ones.
                Other(String),
            }

            impl $name {
                /// Every word that this program knows.
                pub const KNOWN: &[Self] = &[$(Self::$word),*];

                /// Returns the word as it stands in the log.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    match self {
                        $(Self::$word => $text,)*
                        Self::Other(text) => text,
                    }
                }
            }

            impl From<String> for $name {
                fn from(text: String) -> Self {
                    match text.as_str() {
                        $($text => Self::$word,)*
                        _ => Self::Other(text),
                    }
                }
            }

            impl From<&str> for $name {
                fn from(text: &str) -> Self {
                    text.to_owned().into()
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.as_str())
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                    to.write_str(self.as_str())
                }
            }
        )*
    };
}

words! {
    /// State that a switch command was to put the amplifier in.
    pub enum SwitchTarget {
        /// Powered.
        On = "on",
        /// Not powered.
        Off = "off",
    }

    /// Change of the line to the device.
    pub enum LineChange {
        /// The device was opened.
        Opened = "opened",
        /// The device was lost.
        Lost = "lost",
    }

    /// Command that an operator gave.
    pub enum OperatorAction {
        /// `loa play`.
        Play = "play",
        /// `loa urgent`.
        Urgent = "urgent",
        /// `loa skip`.
        Skip = "skip",
        /// `loa stop`.
        Stop = "stop",
        /// `loa clock confirm`.
        ConfirmClock = "clock-confirm",
        /// `loa amplifier on`.
        AmplifierOn = "amplifier-on",
        /// `loa amplifier off`.
        AmplifierOff = "amplifier-off",
        /// The removal of a playlist was meant.
        AcceptRemoval = "accept-removal",
    }

    /// Why the daemon ended in order.
    pub enum ShutdownCause {
        /// SIGTERM, SIGINT or SIGHUP.
        Signal = "signal",
        /// Nothing was left to play.
        Idle = "idle",
        /// The end of the rehearsed time.
        RehearsalEnd = "rehearsal-end",
    }

    /// Why entries could not be written.
    pub enum GapCause {
        /// The disk or the quota is full.
        DiskFull = "disk-full",
        /// The file system is read-only.
        ReadOnly = "read-only",
        /// An fsync failed.
        SyncFailed = "sync-failed",
        /// Any other error.
        WriteFailed = "write-failed",
        /// The entry is longer than an entry may be.
        TooLong = "too-long",
    }

    /// Why the previous log could not be continued.
    pub enum PredecessorFault {
        /// Entries under the head are missing.
        Rewound = "rewound",
        /// The entries are not those under the head.
        Changed = "changed",
        /// There is no head that can be read.
        NoHead = "no-head",
        /// The closings do not fit the entries.
        Closings = "closings",
        /// The keys are not on this machine.
        NoKeys = "no-keys",
        /// An older copy of the log was put back.
        OlderCopy = "older-copy",
        /// The log was continued elsewhere from an older copy.
        Forked = "forked",
    }

    /// Kind of kept file that was lost.
    pub enum LostFileKind {
        /// The plan of a date.
        Plan = "plan",
        /// A file of the schedule in force.
        Schedule = "schedule",
    }
}

/// Logs before the key `why` have no fault.
impl Default for PredecessorFault {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every known word is read as itself, and texts that only look like words are kept.
    fn check<T>(known: &[T], odd: fn(String) -> T)
    where
        T: Clone + PartialEq + fmt::Debug + Serialize + for<'a> Deserialize<'a> + fmt::Display + From<String>,
    {
        for word in known {
            let json = serde_json::to_string(word).expect("a word");
            assert_eq!(json, format!("\"{word}\""));
            assert_eq!(serde_json::from_str::<T>(&json).expect("a word"), *word);
        }
        for text in ["", "On", " on", "later", "\"\\\u{1}ạ", "\u{202e}"] {
            let json = serde_json::to_string(text).expect("a text");
            let read: T = serde_json::from_str(&json).expect("any text");
            assert_eq!((&read, serde_json::to_string(&read).expect("a word")), (&odd(text.to_owned()), json));
        }
        assert!(serde_json::from_str::<T>("5").is_err() && serde_json::from_str::<T>("null").is_err());
    }

    #[test]
    fn known_words_have_their_text_and_unknown_ones_are_written_back_as_they_were_read() {
        check(SwitchTarget::KNOWN, SwitchTarget::Other);
        check(LineChange::KNOWN, LineChange::Other);
        check(OperatorAction::KNOWN, OperatorAction::Other);
        check(ShutdownCause::KNOWN, ShutdownCause::Other);
        check(GapCause::KNOWN, GapCause::Other);
        check(PredecessorFault::KNOWN, PredecessorFault::Other);
        check(LostFileKind::KNOWN, LostFileKind::Other);
    }
}
