//! Options of `loa verify` that only some things take.
//!
//! An option that is not used is refused: whoever gives a key or an airing must not read a verdict that left it out.
use crate::text::proof::ProofText;

/// The option for the key of a log, which a receipt takes too.
pub(super) const KEY_OPTION: &str = "--key";

/// What `loa verify` can check beside logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CheckedThing {
    /// A proof bundle.
    #[cfg(feature = "department")]
    Bundle,
    /// The receipt of an airing.
    Receipt,
    /// The department's journal.
    Journal,
}

/// Returns the sentence about the given options that this thing does not take; `None` if it takes all.
pub(super) fn unused_options(thing: CheckedThing, given: &[&'static str]) -> Option<ProofText> {
    let is_unused = |option: &&&str| thing != CheckedThing::Receipt || **option != KEY_OPTION;
    let options: Vec<&str> = given.iter().filter(is_unused).copied().collect();
    if options.is_empty() {
        return None;
    }
    let options = options.join(", ");
    Some(match thing {
        #[cfg(feature = "department")]
        CheckedThing::Bundle => ProofText::NotForBundle { options },
        CheckedThing::Receipt => ProofText::NotForReceipt { options },
        CheckedThing::Journal => ProofText::NotForJournal { options },
    })
}
