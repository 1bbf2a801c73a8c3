//! Several days in words: `tuần này`, `7 ngày`, `next week`.
use crate::base::fold::fold;

/// The maximum length of the text, in bytes.
const MAX_BYTES: usize = 64;
/// The number of days that `tuần` means without another word.
const WEEK_DAYS: u32 = 7;

/// Several days, none of which is in the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeveralDays {
    /// A number of days from today on.
    FromToday(u32),
    /// The rest of this week, or a later week, from Monday to Sunday: the number of weeks after this one.
    Week(u32),
}

impl SeveralDays {
    /// Parses text such as `tuần này` or `7 ngày tới`; `None` for other text.
    pub(super) fn of(text: &str) -> Option<Self> {
        let words = words_of(text)?;
        match words.as_str() {
            "tuan" | "ca tuan" | "mot tuan" | "1 tuan" | "week" | "a week" | "1 week" => {
                return Some(Self::FromToday(WEEK_DAYS));
            }
            "tuan nay" | "this week" => return Some(Self::Week(0)),
            "tuan sau" | "tuan toi" | "next week" => return Some(Self::Week(1)),
            _ => {}
        }
        let (number, unit) = words.split_once(' ')?;
        let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        let count: u32 = number.parse().ok().filter(|count| is_number && *count > 0)?;
        match unit {
            "ngay" | "ngay toi" | "hom" | "days" | "day" => Some(Self::FromToday(count)),
            "tuan" | "tuan toi" | "weeks" => Some(Self::FromToday(count * WEEK_DAYS)),
            _ => None,
        }
    }
}

/// Returns true for several days in words, also for a week in the past. A month does not count.
pub(super) fn is_several_days(text: &str) -> bool {
    let is_past_week = |words: String| matches!(words.as_str(), "tuan truoc" | "tuan qua" | "last week");
    SeveralDays::of(text).is_some() || words_of(text).is_some_and(is_past_week)
}

/// Returns the folded words; `None` for long text, which is not folded.
fn words_of(text: &str) -> Option<String> {
    (text.len() <= MAX_BYTES).then(|| fold(text).replace(['-', '_'], " "))
}
