//! Ids of airings: `<session>@<date>T<HH:MM:SS>#<position>`, `operator@<instant>` and `urgent@<instant>`.
use chrono::NaiveDate;

/// Longest id, bytes.
const MAX_ID: usize = 300;

/// Returns the date in a planned id, if it has the form that the station writes.
#[must_use]
pub fn date_in_id(id: &str) -> Option<NaiveDate> {
    let digits = id.split_once('@')?.1.as_bytes().first_chunk::<10>().filter(|d| d[4] == b'-' && d[7] == b'-')?;
    // Called for every outcome of a long log: too often for a general date parser.
    let number =
        |part: &[u8]| part.iter().try_fold(0_u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')));
    let (year, month, day) = (number(&digits[..4])?, number(&digits[5..7])?, number(&digits[8..])?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Whether the id belongs to an unplanned play. A session may be called `urgent`, but its ids have a position.
#[must_use]
pub fn is_unplanned(id: &str) -> bool {
    (id.starts_with("operator@") || id.starts_with("urgent@")) && !id.contains('#')
}

/// Whether a station can write this id. No other id is remembered when a log is judged.
#[must_use]
pub fn is_valid_id(id: &str) -> bool {
    let never = |c: char| c.is_control() || matches!(c, '"' | '\\');
    let good = if id.is_ascii() { !id.bytes().any(|b| never(char::from(b))) } else { !id.contains(never) };
    id.len() <= MAX_ID && good
}
