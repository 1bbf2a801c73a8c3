//! Explains why some text is not a verifier key.
use super::table::strip_unprintable;
use crate::text::proof::ProofText;

/// Returns the message for text that is not a verifier key. Text in the form of a key is a key that was copied wrongly:
/// its id does not match the rest.
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
    fn a_mistyped_key_and_text_that_is_no_key_get_different_errors() {
        let key = "loa/dak-ndrung/707b65b94f05247d0ce4be829eebdd74+73bb4bc8+ARsc24yayRxsXrMvBJb2ksMtjkZom";
        assert!(matches!(key_error_text(key), ProofText::MistypedKey { .. }));
        for text in ["rubbish", "", "a+b", "1+2+3"] {
            assert!(matches!(key_error_text(text), ProofText::BadKey { .. }), "{text}");
        }
    }
}
