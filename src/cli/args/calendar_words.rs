//! Joins calendar words that a person typed without quotes.
use std::ffi::{OsStr, OsString};

use crate::base::fold::fold;

/// Returns the arguments with `hôm qua`, `ngày mai` or `tháng 3` as one argument where they follow an option as two:
/// the shell does not know that they belong together.
#[must_use]
pub fn join_calendar_words(args: Vec<OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::with_capacity(args.len());
    let mut rest = args.into_iter().peekable();
    while let Some(arg) = rest.next() {
        let follows_option = joined.last().is_some_and(|last| last.to_string_lossy().starts_with("--"));
        let next = rest.next_if(|next| follows_option && belong_together(&arg, next));
        joined.push(match next {
            Some(next) => OsString::from(format!("{} {}", arg.to_string_lossy(), next.to_string_lossy())),
            None => arg,
        });
    }
    joined
}

fn belong_together(first: &OsStr, second: &OsStr) -> bool {
    let (Some(first), Some(second)) = (first.to_str(), second.to_str()) else { return false };
    // The longest word has five letters; longer text is not folded.
    if first.len() > 16 || second.len() > 16 {
        return false;
    }
    let second = fold(second);
    match fold(first).as_str() {
        "hom" => matches!(second.as_str(), "nay" | "qua" | "kia"),
        "sang" | "trua" | "chieu" | "toi" => matches!(second.as_str(), "nay" | "qua" | "mai"),
        "ngay" => matches!(second.as_str(), "mai" | "kia" | "mot"),
        "thang" => matches!(second.as_str(), "nay" | "truoc") || second.starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(line: &str) -> String {
        let args = line.split(' ').map(OsString::from).collect();
        join_calendar_words(args).iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn only_words_that_belong_together_are_joined_and_only_after_an_option() {
        assert_eq!(joined("loa log --date hôm qua"), "loa|log|--date|hôm qua");
        assert_eq!(joined("loa plan --date ngay mai ."), "loa|plan|--date|ngay mai|.");
        assert_eq!(joined("loa log --month tháng 3/2026"), "loa|log|--month|tháng 3/2026");
        assert_eq!(joined("loa plan --date mai hom"), "loa|plan|--date|mai|hom");
        assert_eq!(joined("loa list hôm qua"), "loa|list|hôm|qua");
        assert_eq!(joined("loa plan --date hôm"), "loa|plan|--date|hôm");
    }
}
