//! Explains why a text is not a verifier key.
use super::table::strip_unprintable;
use crate::text::proof::ProofText;

/// Returns the sentence for a text that is not a verifier key. A text in the form of a key was copied wrongly, because
/// its id no longer matches it.
pub fn key_error_text(text: &str) -> ProofText {
    let fields: Vec<&str> = text.trim().splitn(3, '+').collect();
    let has_key_form = matches!(fields[..], [name, id, _] if name.contains('/') && id.len() == 8);
    let text = strip_unprintable(text);
    if has_key_form { ProofText::MistypedKey { text } } else { ProofText::BadKey { text } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_a_wrong_letter_is_told_from_a_text_that_is_no_key() {
        let key = "loa/dak-ndrung/707b65b94f05247d0ce4be829eebdd74+73bb4bc8+ARsc24yayRxsXrMvBJb2ksMtjkZom";
        assert!(matches!(key_error_text(key), ProofText::MistypedKey { .. }));
        for text in ["rubbish", "", "a+b", "1+2+3"] {
            assert!(matches!(key_error_text(text), ProofText::BadKey { .. }), "{text}");
        }
    }
}
