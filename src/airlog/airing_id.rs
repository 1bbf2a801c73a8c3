//! Ids of airings: `<session>@<date>T<HH:MM:SS>#<position>`, `operator@<instant>` and `urgent@<instant>`.
use chrono::NaiveDate;

/// Maximum length of an id, in bytes.
const MAX_ID_BYTES: usize = 300;

/// Returns the date in the id of a planned airing; `None` unless it has the format that a station writes.
#[must_use]
pub fn date_in_id(id: &str) -> Option<NaiveDate> {
    let date = id.split_once('@')?.1.as_bytes().first_chunk::<10>().filter(|b| b[4] == b'-' && b[7] == b'-')?;
    // This runs for every outcome of a long log, and a general date parser is too slow for that.
    let parse_number =
        |field: &[u8]| field.iter().try_fold(0_u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')));
    let (year, month, day) = (parse_number(&date[..4])?, parse_number(&date[5..7])?, parse_number(&date[8..])?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Returns the part of an id that all airings of one start of a session share: the id without the position.
#[must_use]
pub fn session_key(id: &str) -> &str {
    id.split_once('#').map_or(id, |(key, _)| key)
}

/// True when the id belongs to an unplanned play. The ids of a session named `urgent` contain `#`, so they count as
/// planned.
#[must_use]
pub fn is_unplanned(id: &str) -> bool {
    (id.starts_with("operator@") || id.starts_with("urgent@")) && !id.contains('#')
}

/// True if a station could have written this id. The plausibility check ignores all others.
#[must_use]
pub fn is_valid_id(id: &str) -> bool {
    let is_forbidden = |c: char| c.is_control() || matches!(c, '"' | '\\');
    let is_allowed = match id.is_ascii() {
        true => !id.bytes().any(|b| is_forbidden(char::from(b))),
        false => !id.contains(is_forbidden),
    };
    id.len() <= MAX_ID_BYTES && is_allowed
}
