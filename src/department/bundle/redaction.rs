//! Removes telephone numbers and mail addresses from notes: people write them there, and a newspaper can print a bundle.
//!
//! Dates and times of day stay, and so do short numbers. Where a number could be either, it goes: a lost amount is
//! smaller harm than a published telephone number.
use std::ops::Range;

/// What stands in the place of a contact.
const REMOVED: &str = "[…]";
/// The smallest number of digits of a telephone number that is written in groups: 9 without its leading 0.
const MIN_GROUPED_DIGITS: usize = 9;
/// The smallest number of digits of a telephone number that is written as one: 7 within a province.
const MIN_DIGITS: usize = 7;
/// The smallest number of digits of a telephone number behind a word such as "gọi".
const MIN_ANNOUNCED_DIGITS: usize = 6;
/// The maximum number of characters between two groups of digits of one telephone number: `) - `.
const MAX_GAP_CHARS: usize = 4;
/// The number of characters before a number in which a word can announce it.
const ANNOUNCEMENT_CHARS: usize = 24;
/// Words after which a number is a telephone number, in lower case.
const ANNOUNCEMENTS: [&str; 10] =
    ["gọi", "điện thoại", "đt", "sđt", "số máy", "di động", "zalo", "liên hệ", "call", "phone"];

/// Replaces what looks like a telephone number or a mail address. White space becomes single blanks.
pub(super) fn without_contacts(text: &str) -> String {
    let text = text.replace('＠', "@");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" @", "@").replace("@ ", "@");
    let words: Vec<&str> = words.split(' ').map(|word| if word.contains('@') { REMOVED } else { word }).collect();
    let text = words.join(" ");
    let (mut out, mut copied) = (String::new(), 0);
    for run in number_runs(&text).into_iter().filter(|run| is_phone(&text, run)) {
        let range = widened(&text, run.range);
        out.push_str(&text[copied..range.start]);
        out.push_str(REMOVED);
        copied = range.end;
    }
    out + &text[copied..]
}

/// Groups of digits with nothing between them but punctuation.
struct NumberRun {
    range: Range<usize>,
    digit_count: usize,
    group_count: usize,
}

/// Returns the runs of numbers that are no dates and no times.
fn number_runs(text: &str) -> Vec<NumberRun> {
    let mut runs: Vec<NumberRun> = Vec::new();
    // The end of the number before, unless that was a date: a run does not go on behind one.
    let mut open_end = None;
    for cluster in clusters(text) {
        let cluster_text = &text[cluster.clone()];
        if is_moment(cluster_text) {
            open_end = None;
            continue;
        }
        let digit_count = cluster_text.chars().filter(|c| c.is_numeric()).count();
        let group_count = cluster_text.split(|c: char| !c.is_numeric()).filter(|group| !group.is_empty()).count();
        let is_joined = open_end.is_some_and(|end: usize| {
            let gap = &text[end..cluster.start];
            gap.chars().count() <= MAX_GAP_CHARS && !gap.chars().any(char::is_alphanumeric)
        });
        open_end = Some(cluster.end);
        match runs.last_mut().filter(|_| is_joined) {
            Some(run) => {
                run.range.end = cluster.end;
                run.digit_count += digit_count;
                run.group_count += group_count;
            }
            None => runs.push(NumberRun { range: cluster, digit_count, group_count }),
        }
    }
    runs
}

/// Returns the places of digits that are joined by single characters, as those of a date are.
fn clusters(text: &str) -> Vec<Range<usize>> {
    let mut clusters: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_numeric()) {
        let end = at + c.len_utf8();
        match clusters.last_mut() {
            Some(cluster) if matches!(&text[cluster.end..at], "" | "/" | "." | "-" | ":" | "–") => cluster.end = end,
            _ => clusters.push(at..end),
        }
    }
    clusters
}

/// Returns true for a date, a time of day, or a span of two.
fn is_moment(cluster: &str) -> bool {
    let numbers = |text: &str, separator: char| -> Option<Vec<u32>> {
        text.split(separator).map(|part| part.parse().ok().filter(|_| part.len() <= 4)).collect()
    };
    let is_day = |day: u32| (1..=31).contains(&day);
    let is_month = |month: u32| (1..=12).contains(&month);
    let is_year = |year: u32| (1900..2100).contains(&year);
    let is_date = |text: &str, separator: char| match numbers(text, separator).as_deref() {
        Some([day, month, year]) if is_day(*day) && is_month(*month) => is_year(*year) || *year < 100,
        Some([year, month, day]) => separator == '-' && is_year(*year) && is_month(*month) && is_day(*day),
        Some([first, second]) => separator == '/' && is_month(*second) && is_day(*first),
        _ => false,
    };
    let is_month_of_year =
        |text: &str| matches!(numbers(text, '/').as_deref(), Some([month, year]) if is_month(*month) && is_year(*year));
    let is_time = |text: &str| match numbers(text, ':').as_deref() {
        Some([hour, minute]) => *hour < 25 && *minute < 60,
        Some([hour, minute, second]) => *hour < 25 && *minute < 60 && *second < 60,
        _ => false,
    };
    let is_single = |text: &str| {
        ['/', '.', '-'].into_iter().any(|separator| is_date(text, separator)) || is_month_of_year(text) || is_time(text)
    };
    let is_day_alone = |text: &str| text.len() <= 2 && text.parse().is_ok_and(is_day);
    let is_span = |(first, last): (&str, &str)| (is_single(first) || is_day_alone(first)) && is_single(last);
    is_single(cluster) || cluster.split_once(['-', '–']).is_some_and(is_span)
}

fn is_phone(text: &str, run: &NumberRun) -> bool {
    let before: Vec<char> = text[..run.range.start].chars().rev().take(ANNOUNCEMENT_CHARS).collect();
    let before: String = before.into_iter().rev().collect::<String>().to_lowercase();
    let is_announced = ANNOUNCEMENTS.iter().any(|word| before.contains(word));
    let min_digits = match run.group_count {
        _ if is_announced => MIN_ANNOUNCED_DIGITS,
        1 => MIN_DIGITS,
        _ => MIN_GROUPED_DIGITS,
    };
    run.digit_count >= min_digits
}

/// Adds the sign before a number, and the bracket that the number closes.
fn widened(text: &str, range: Range<usize>) -> Range<usize> {
    let mut start = range.start;
    let closes_bracket = text[range.clone()].find(')').is_some_and(|at| !text[range.clone()][..at].contains('('));
    while let Some(c) = text[..start].chars().next_back() {
        if c == '+' || (c == '(' && closes_bracket) {
            start -= 1;
        } else {
            break;
        }
    }
    start..range.end
}

#[cfg(test)]
mod tests {
    use super::without_contacts;

    #[test]
    fn no_telephone_number_and_no_mail_address_leaves_the_department() {
        for (text, expected) in [
            ("Gọi 0912 345 678 để hỏi", "Gọi […] để hỏi"),
            ("ĐT +84 (0)912.345.678, a.b@xa.gov.vn", "ĐT […], […]"),
            ("84912345678", "[…]"),
            ("20/3. 0912 345 678", "20/3. […]"),
            ("2 0912345678", "[…]"),
            ("từ 5:30 0912345678", "từ 5:30 […]"),
            ("0912/345/678", "[…]"),
            ("912 345 678", "[…]"),
            ("20/03/2023 0912.345.678", "20/03/2023 […]"),
            ("20/03/2023.0912345678", "[…]"),
            ("(0261) 3 543 210, (+84) 912-345-678", "[…]"),
            ("máy (0261) 3543210.", "máy […]."),
            ("số 3543210", "số […]"),
            ("gọi 354 321", "gọi […]"),
            ("Zalo anh trực: 09 12 34 56 78", "Zalo anh trực: […]"),
            ("0912\u{200b}345\u{200b}678", "[…]"),
            ("０９１２３４５６７８", "[…]"),
            ("0912 – 345 – 678", "[…]"),
            ("O912345678", "O[…]"),
            ("a.b @ xa.gov.vn, c＠d.vn", "[…] […]"),
        ] {
            assert_eq!(without_contacts(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_times_and_short_numbers_stay() {
        for text in [
            "Mất điện từ 05:00 ngày 20/03/2023 đến 21.03.2023",
            "2023-03-20 05:15",
            "mất 12 lượt",
            "Mất điện 12-13/3/2023, 5:00-5:30",
            "20/3, 21/3, 22/3, 23/3, 24/3",
            "03/03/2023 05:00 12 lượt",
            "tháng 3/2023, tháng 4/2023",
            "từ 20/3/2023–22/3/2023",
            "bài 12.500 đồng, 3 cụm loa, 150 hộ",
        ] {
            assert_eq!(without_contacts(text), text);
        }
    }
}
