//! Enums for the words in entry bodies. This program knows a fixed set of words, but the format allows any text.
//!
//! An older program may read a newer log, and the owner of a log can write any text into it, so a reader accepts every
//! text, and writes an unknown word back unchanged.
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// Defines enums of words. Each variant has its text in the log; `Other` holds any other text.
macro_rules! words {
    ($($(#[$enum_doc:meta])* pub enum $name:ident {
        $($(#[$doc:meta])* $word:ident = $text:literal,)*
    })*) => {
        $(
            $(#[$enum_doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
            #[serde(from = "String")]
            pub enum $name {
                $($(#[$doc])* $word,)*
                /// A word that this program does not know. Create it with `from`, which maps a known word to its own
                /// variant.
                Other(String),
            }

            impl $name {
                /// Every word that this program knows.
                pub const KNOWN: &[Self] = &[$(Self::$word),*];

                /// Returns the text of the word in the log.
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
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter.write_str(self.as_str())
                }
            }
        )*
    };
}

words! {
    /// The state to which a command should switch the amplifier.
    pub enum SwitchTarget {
        /// Powered.
        On = "on",
        /// Not powered.
        Off = "off",
    }

    /// A change of the line's device.
    pub enum LineChange {
        /// The device was opened.
        Opened = "opened",
        /// The device was lost.
        Lost = "lost",
    }

    /// An operator's command.
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
        /// The operator confirmed that a playlist was removed on purpose.
        AcceptRemoval = "accept-removal",
    }

    /// The cause of a clean shutdown of the daemon.
    pub enum ShutdownCause {
        /// SIGTERM, SIGINT or SIGHUP.
        Signal = "signal",
        /// There was nothing more to play.
        Idle = "idle",
        /// The rehearsed time ended.
        RehearsalEnd = "rehearsal-end",
    }

    /// The cause of a gap: why entries could not be written.
    pub enum GapCause {
        /// The disk or the quota is full.
        DiskFull = "disk-full",
        /// The file system is read-only.
        ReadOnly = "read-only",
        /// An fsync failed.
        SyncFailed = "sync-failed",
        /// Any other error.
        WriteFailed = "write-failed",
        /// The entry exceeded the maximum length.
        TooLong = "too-long",
    }

    /// The reason why the previous log could not be continued.
    pub enum PredecessorFault {
        /// Some of the entries that the head covers are missing.
        Rewound = "rewound",
        /// The entries do not hash to the root in the head.
        Changed = "changed",
        /// The head is missing or cannot be read.
        NoHead = "no-head",
        /// The closings do not match the entries.
        Closings = "closings",
        /// The secret keys of the log are not on this machine.
        NoKeys = "no-keys",
        /// The log was replaced with an older copy of itself.
        OlderCopy = "older-copy",
        /// An older copy of the log was continued on another machine.
        Forked = "forked",
    }

    /// A change of a concern.
    pub enum ConcernTransition {
        /// It has lasted long enough to be reported.
        Raised = "raised",
        /// It is over.
        Cleared = "cleared",
    }

    /// The kind of a lost kept file.
    pub enum LostFileKind {
        /// The plan of a date.
        Plan = "plan",
        /// A file of the schedule in force.
        Schedule = "schedule",
    }
}

/// The empty text, for logs that were written before the key `why` existed.
impl Default for PredecessorFault {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that every known word is read as itself, and that any other text is written back unchanged.
    fn check_words<T>(known_words: &[T], other: fn(String) -> T)
    where
        T: Clone + PartialEq + fmt::Debug + Serialize + for<'a> Deserialize<'a> + fmt::Display + From<String>,
    {
        for word in known_words {
            let json = serde_json::to_string(word).expect("write the word");
            assert_eq!(json, format!("\"{word}\""));
            assert_eq!(serde_json::from_str::<T>(&json).expect("read the word"), *word);
        }
        for text in ["", "On", " on", "later", "\"\\\u{1}ạ", "\u{202e}"] {
            let json = serde_json::to_string(text).expect("write the text");
            let word: T = serde_json::from_str(&json).expect("read any text");
            assert_eq!((&word, serde_json::to_string(&word).expect("write the word")), (&other(text.to_owned()), json));
        }
        assert!(serde_json::from_str::<T>("5").is_err() && serde_json::from_str::<T>("null").is_err());
    }

    #[test]
    fn known_words_keep_their_text_and_unknown_words_are_written_back_unchanged() {
        check_words(SwitchTarget::KNOWN, SwitchTarget::Other);
        check_words(LineChange::KNOWN, LineChange::Other);
        check_words(OperatorAction::KNOWN, OperatorAction::Other);
        check_words(ShutdownCause::KNOWN, ShutdownCause::Other);
        check_words(GapCause::KNOWN, GapCause::Other);
        check_words(PredecessorFault::KNOWN, PredecessorFault::Other);
        check_words(LostFileKind::KNOWN, LostFileKind::Other);
        check_words(ConcernTransition::KNOWN, ConcernTransition::Other);
    }
}
