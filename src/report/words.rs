//! The words of a report's tables.
use super::By;
use super::fact::State;
use super::number;
use crate::text::log::{Table as Book, reason_word};
use crate::text::report::Paper;
use crate::text::{Lang, Say};

/// A table's heading.
#[must_use]
pub fn heading(by: By) -> Paper {
    match by {
        By::Station => Paper::ByStation {},
        By::Topic => Paper::ByTopic {},
        By::Language => Paper::ByLanguage {},
        By::District => Paper::ByDistrict {},
        By::Commune => Paper::ByCommune {},
        By::Segment => Paper::BySegment {},
        By::Day => Paper::ByDay {},
        By::Period => Paper::ByPeriod {},
    }
}

/// The heading of its first column.
#[must_use]
pub fn first_column(by: By) -> Paper {
    match by {
        By::Station => Paper::Station {},
        By::Topic => Paper::Topic {},
        By::Language => Paper::Language {},
        By::District => Paper::District {},
        By::Commune => Paper::Commune {},
        By::Segment => Paper::Segment {},
        By::Day => Paper::Day {},
        By::Period => Paper::Period {},
    }
}

/// A row's key as people read it.
#[must_use]
pub fn label(by: By, key: &[String], lang: Lang) -> String {
    let cell = |at: usize| key.get(at).map_or("", String::as_str);
    let named = |code: &str, name: &str| if name.is_empty() { code.to_owned() } else { format!("{name} ({code})") };
    let date = |text: &str| text.parse().map_or_else(|_| text.to_owned(), number::date);
    match by {
        By::Station | By::Segment => named(cell(0), cell(1)),
        By::Topic if cell(0).is_empty() => Paper::NoTopic {}.say(lang).to_string(),
        By::Topic if cell(1).is_empty() => Paper::CampaignAlone { campaign: cell(0).to_owned() }.say(lang).to_string(),
        By::Topic if cell(2).is_empty() => format!("{} {}", cell(0), cell(1)),
        By::Topic => format!("{}. {}", cell(1), cell(2)),
        By::Language => language(cell(0), lang),
        By::District if cell(0).is_empty() && cell(1).is_empty() => Paper::NoDistrict {}.say(lang).to_string(),
        By::Commune if cell(0).is_empty() && cell(1).is_empty() => Paper::NoPlace {}.say(lang).to_string(),
        By::District | By::Commune => named(cell(0), cell(1)),
        By::Day => date(cell(0)),
        By::Period => format!("{}–{}", date(cell(0)), date(cell(1))),
    }
}

/// The name of a language of the province, with its code.
#[must_use]
pub fn language(code: &str, lang: Lang) -> String {
    let name = match (code, lang) {
        ("vi", Lang::Vi) => "tiếng Việt",
        ("vi", Lang::En) => "Vietnamese",
        ("cmo", Lang::Vi) => "tiếng M'Nông",
        ("cmo", Lang::En) => "M'Nông",
        ("rad", Lang::Vi) => "tiếng Ê Đê",
        ("rad", Lang::En) => "Ê Đê",
        ("cma", Lang::Vi) => "tiếng Mạ",
        ("cma", Lang::En) => "Mạ",
        ("hmn", Lang::Vi) => "tiếng Mông",
        ("hmn", Lang::En) => "Mông",
        ("tyz", Lang::Vi) => "tiếng Tày",
        ("tyz", Lang::En) => "Tày",
        ("nut", Lang::Vi) => "tiếng Nùng",
        ("nut", Lang::En) => "Nùng",
        _ => return code.to_owned(),
    };
    format!("{name} ({code})")
}

/// What became of an airing, in words: result and reason.
#[must_use]
pub fn state(state: State, lang: Lang) -> (String, String) {
    let word = |word: Book| word.say(lang).to_string();
    let why = |reason: Option<crate::airlog::outcome::Reason>| {
        reason.map_or_else(|| Paper::OtherReason {}.say(lang).to_string(), |reason| word(reason_word(reason)))
    };
    match state {
        State::Aired => (word(Book::Aired {}), String::new()),
        State::Partial(reason) => (word(Book::Partial {}), why(reason)),
        State::Missed(reason) => (word(Book::Missed {}), why(reason)),
        State::Level0 => (Paper::Level0 {}.say(lang).to_string(), String::new()),
        State::Implausible => (Paper::Implausible {}.say(lang).to_string(), String::new()),
        State::Unknown => (Paper::Unknown {}.say(lang).to_string(), String::new()),
        State::Unplanned | State::UnplannedSilent => (word(Book::Unplanned {}), String::new()),
    }
}
