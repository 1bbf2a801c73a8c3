//! Finds the segment or session that an operator means by a name: an id, a title, or a part of either.
use unicode_normalization::UnicodeNormalization;

use super::{Id, Schedule, Segment, Session};
use crate::base::fold::fold;

/// The minimum length of a part of an id or title, in characters. A shorter part matches nothing.
const MIN_PART_CHARS: usize = 3;
/// The maximum length of a name in bytes; longer names match nothing.
const MAX_NAME_BYTES: usize = 4096;

/// The candidates that a name matches.
#[derive(Debug, PartialEq, Eq)]
pub enum NameMatch<'a, T> {
    /// Exactly one candidate.
    One(&'a T),
    /// Several candidates: the name is ambiguous.
    Several(Vec<&'a T>),
    /// No candidate.
    Nothing,
}

/// Finds the candidates that `name` matches; `labels_of` returns the id and the title of a candidate. An equal id takes
/// precedence, then an equal title, then a part of an id or title. Letter case is ignored in titles. A title that
/// matches with its marks takes precedence over one that matches only without them.
pub fn match_name<'a, T>(candidates: &'a [T], name: &str, labels_of: impl Fn(&T) -> (&str, &str)) -> NameMatch<'a, T> {
    let exact_name = if name.len() > MAX_NAME_BYTES { String::new() } else { normalised(name) };
    let folded_name = fold(&exact_name);
    if folded_name.is_empty() {
        return NameMatch::Nothing;
    }
    let is_long_enough = folded_name.chars().count() >= MIN_PART_CHARS;
    let matches_at_step = |step: u8, candidate: &T| {
        let (id, title) = labels_of(candidate);
        match step {
            0 => id == name,
            1 => normalised(title) == exact_name,
            2 => fold(title) == folded_name,
            3 => is_long_enough && normalised(title).contains(&exact_name),
            _ => is_long_enough && (fold(title).contains(&folded_name) || id.contains(&folded_name)),
        }
    };
    for step in 0..=4 {
        let mut found: Vec<&T> = candidates.iter().filter(|candidate| matches_at_step(step, candidate)).collect();
        match found.len() {
            0 => {}
            1 => return found.pop().map_or(NameMatch::Nothing, NameMatch::One),
            _ => return NameMatch::Several(found),
        }
    }
    NameMatch::Nothing
}

/// Returns the text in lower case and NFC, with single spaces.
fn normalised(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().nfc().collect()
}

impl Schedule {
    /// Finds the segment that a name matches.
    #[must_use]
    pub fn segment_named(&self, name: &str) -> NameMatch<'_, Segment> {
        match_name(&self.segments, name, |segment| (segment.id.as_str(), &segment.title))
    }

    /// Returns the title of the session with this id; `None` if the schedule has no such session.
    #[must_use]
    pub fn session_title(&self, id: &Id) -> Option<&str> {
        self.sessions.iter().find(|session| session.id == *id).map(|session| session.title.as_str())
    }

    /// Finds the session that a name matches.
    #[must_use]
    pub fn session_named(&self, name: &str) -> NameMatch<'_, Session> {
        match_name(&self.sessions, name, |session| (session.id.as_str(), &session.title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS_AND_TITLES: [(&str, &str); 6] = [
        ("nhac-hieu", "Nhạc hiệu"),
        ("sang", "Bản tin sáng"),
        ("toi", "Bản tin tối"),
        ("ma", "Má"),
        ("ma-2", "Mã"),
        ("nhac", "Bài hát"),
    ];

    fn ids(name: &str) -> Vec<&'static str> {
        match match_name(&IDS_AND_TITLES, name, |(id, title)| (*id, *title)) {
            NameMatch::One((id, _)) => vec![*id],
            NameMatch::Several(matches) => matches.into_iter().map(|(id, _)| *id).collect(),
            NameMatch::Nothing => Vec::new(),
        }
    }

    #[test]
    fn ids_take_precedence_over_titles_and_titles_over_parts_of_names() {
        for name in
            ["nhac-hieu", "Nhạc hiệu", "nhạc  HIỆU", "nhac hieu", "nha\u{323}c hie\u{323}\u{302}u", "hiệu", "hieu"]
        {
            assert_eq!(ids(name), ["nhac-hieu"], "{name}");
        }
        assert_eq!(ids("nhac"), ["nhac"], "an equal id, though a title begins with it too");
        assert_eq!(ids("sáng"), ["sang"]);
        assert_eq!(ids("Mã"), ["ma-2"], "the marks decide between titles that differ only in marks");
        assert_eq!(ids("ma"), ["ma"]);
    }

    #[test]
    fn an_ambiguous_name_matches_several_and_a_short_part_matches_nothing() {
        assert_eq!(ids("bản tin"), ["sang", "toi"]);
        assert_eq!(ids("ban tin"), ["sang", "toi"]);
        for name in ["", " ", "t", "ối", "không có", "\u{301}", &"a".repeat(100_000)] {
            assert_eq!(ids(name), [""; 0], "{name}");
        }
    }
}
