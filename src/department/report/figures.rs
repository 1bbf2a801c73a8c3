//! Formats numbers and dates for people. Vietnamese uses a decimal comma and separates thousands with dots. English
//! does the reverse.
use chrono::NaiveDate;

use super::period::DateRange;
use crate::text::Lang;
use crate::text::count::group_thousands;

/// Formats a whole number.
#[must_use]
pub fn format_whole_number(number: i64, lang: Lang) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", group_thousands(number.unsigned_abs(), lang))
}

/// Formats a count.
#[must_use]
pub fn format_count(number: u64, lang: Lang) -> String {
    format_whole_number(i64::try_from(number).unwrap_or(i64::MAX), lang)
}

/// Formats a number of tenths with one decimal place.
fn format_tenths(tenths: i64, lang: Lang) -> String {
    let decimal_sign = if lang == Lang::Vi { ',' } else { '.' };
    let sign = if tenths < 0 { "-" } else { "" };
    let whole_part = format_whole_number(i64::try_from(tenths.unsigned_abs() / 10).unwrap_or(i64::MAX), lang);
    format!("{sign}{whole_part}{decimal_sign}{}", tenths.unsigned_abs() % 10)
}

/// Formats milliseconds as hours, rounded to one decimal place.
#[must_use]
pub fn format_hours(ms: i64, lang: Lang) -> String {
    const TENTH_HOUR_MS: i64 = 360_000;
    let half_tenth_hour_ms = if ms < 0 { -TENTH_HOUR_MS / 2 } else { TENTH_HOUR_MS / 2 };
    format_tenths((ms.saturating_add(half_tenth_hour_ms)) / TENTH_HOUR_MS, lang)
}

/// Formats thousandths as per cent with one decimal place; `None` as a dash.
#[must_use]
pub fn format_percent(permille: Option<i64>, lang: Lang) -> String {
    permille.map_or_else(|| "–".to_owned(), |permille| format!("{}%", format_tenths(permille, lang)))
}

/// Returns the growth from `earlier_value` to `later_value` in thousandths of `earlier_value`, rounded half up; `None`
/// unless `earlier_value` is positive.
#[must_use]
pub fn growth_permille(earlier_value: i64, later_value: i64) -> Option<i64> {
    let (base, increase) = (i128::from(earlier_value), i128::from(later_value) - i128::from(earlier_value));
    let growth = (base > 0).then(|| (increase * 2000 + base).div_euclid(2 * base))?;
    i64::try_from(growth).ok()
}

/// Formats the growth from `earlier_value` to `later_value` as per cent with its sign; a dash unless `earlier_value` is
/// positive.
#[must_use]
pub fn format_growth(earlier_value: i64, later_value: i64, lang: Lang) -> String {
    match growth_permille(earlier_value, later_value) {
        Some(permille) if permille > 0 => format!("+{}", format_percent(Some(permille), lang)),
        permille => format_percent(permille, lang),
    }
}

/// Formats a date as `dd/mm/yyyy`.
#[must_use]
pub fn format_date(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// Formats a range as `dd/mm/yyyy–dd/mm/yyyy`, and a single day as `dd/mm/yyyy`.
#[must_use]
pub fn format_date_range(range: DateRange) -> String {
    if range.from == range.until {
        format_date(range.from)
    } else {
        format!("{}–{}", format_date(range.from), format_date(range.until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_the_rules_of_each_language() {
        assert_eq!(format_whole_number(1_234_567, Lang::Vi), "1.234.567");
        assert_eq!(format_whole_number(-1_234, Lang::En), "-1,234");
        assert_eq!(format_whole_number(999, Lang::Vi), "999");
        assert_eq!(format_hours(5_400_000, Lang::Vi), "1,5");
        assert_eq!(format_hours(3_600_000_000, Lang::En), "1,000.0");
        assert_eq!(format_percent(Some(973), Lang::Vi), "97,3%");
        assert_eq!(format_percent(None, Lang::Vi), "–");
        assert_eq!(format_growth(200, 250, Lang::Vi), "+25,0%");
        assert_eq!(format_growth(200, 150, Lang::En), "-25.0%");
        assert_eq!(format_growth(0, 150, Lang::En), "–");
        assert_eq!(format_percent(Some(-5), Lang::En), "-0.5%");
    }
}
