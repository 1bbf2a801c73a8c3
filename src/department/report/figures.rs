//! Formats numbers and dates for people. Vietnamese uses a decimal comma and separates thousands with dots. English
//! does the reverse.
use chrono::NaiveDate;

use super::coverage::Coverage;
use super::growth::Growth;
use super::period::DateRange;
use super::totals::{Lateness, Shares};
use crate::text::count::group_thousands;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

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

/// Formats milliseconds as minutes: rounded to one decimal place, or to whole minutes from 1,000 minutes on.
#[must_use]
pub fn format_minutes(ms: i64, lang: Lang) -> String {
    const THOUSAND_MINUTES_MS: i64 = 60_000_000;
    if ms >= THOUSAND_MINUTES_MS {
        return format_whole_number(ms.saturating_add(30_000).div_euclid(60_000), lang);
    }
    format_tenths(ms.saturating_add(3_000).div_euclid(6_000), lang)
}

/// Formats the lateness of an airing, in milliseconds, as seconds with one decimal place.
#[must_use]
pub fn format_late_ms(ms: i64, lang: Lang) -> String {
    format_tenths(ms.saturating_add(50).div_euclid(100), lang)
}

/// Formats the lateness of airings in seconds: that of half of them, of 95% and of all. A dash if there are none.
#[must_use]
pub fn format_lateness(lateness: &Lateness, lang: Lang) -> String {
    let figures = [lateness.percentile_ms(50), lateness.percentile_ms(95), lateness.max_ms()];
    let figures: Vec<String> = figures.into_iter().flatten().map(|ms| format_late_ms(ms, lang)).collect();
    if figures.is_empty() { "–".to_owned() } else { figures.join(" / ") }
}

/// Formats a number of days with a log, of a number of days.
#[must_use]
pub fn format_coverage(coverage: Coverage, lang: Lang) -> String {
    format!("{}/{}", format_whole_number(coverage.logged, lang), format_whole_number(coverage.days, lang))
}

/// Formats the share of the airtime and the share of the airings; a dash for each that has no denominator.
#[must_use]
pub fn format_shares(shares: Shares, lang: Lang) -> String {
    format!("{} / {}", format_percent(shares.by_time, lang), format_percent(shares.by_count, lang))
}

/// Formats thousandths as per cent with one decimal place; `None` as a dash.
#[must_use]
pub fn format_percent(permille: Option<i64>, lang: Lang) -> String {
    permille.map_or_else(|| "–".to_owned(), |permille| format!("{}%", format_tenths(permille, lang)))
}

/// Formats growth as per cent with its sign; a dash if it has no percentage, with the reason if logs are missing.
#[must_use]
pub fn format_growth(growth: Growth, lang: Lang) -> String {
    match growth {
        Growth::Permille(permille) if permille > 0 => format!("+{}", format_percent(Some(permille), lang)),
        Growth::Permille(permille) => format_percent(Some(permille), lang),
        Growth::NothingBefore => "–".to_owned(),
        Growth::NotComparable => ReportText::LogsMissing {}.localized(lang).to_string(),
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
        assert_eq!(format_minutes(90_000, Lang::Vi), "1,5");
        assert_eq!(format_minutes(60_029_999, Lang::En), "1,000");
        assert_eq!(format_minutes(3_000, Lang::En), "0.1");
        assert_eq!(format_percent(Some(973), Lang::Vi), "97,3%");
        assert_eq!(format_percent(None, Lang::Vi), "–");
        assert_eq!(format_growth(Growth::Permille(250), Lang::Vi), "+25,0%");
        assert_eq!(format_growth(Growth::Permille(-250), Lang::En), "-25.0%");
        assert_eq!(format_growth(Growth::NothingBefore, Lang::En), "–");
        assert_eq!(format_growth(Growth::NotComparable, Lang::Vi), "– (thiếu nhật ký)");
        let shares = Shares { by_time: Some(943), by_count: None };
        assert_eq!(format_shares(shares, Lang::Vi), "94,3% / –");
        assert_eq!(format_coverage(Coverage { days: 2201, logged: 2075 }, Lang::Vi), "2.075/2.201");
        let mut lateness = Lateness::default();
        assert_eq!(format_lateness(&lateness, Lang::Vi), "–");
        [-151_000, 700_000, 4_249_000].into_iter().for_each(|late_us| lateness.add_airing(late_us));
        assert_eq!(format_lateness(&lateness, Lang::Vi), "0,7 / 4,2 / 4,2");
        assert_eq!(format_percent(Some(-5), Lang::En), "-0.5%");
        assert_eq!(format_minutes(62_999, Lang::Vi), "1,0");
        assert_eq!(format_minutes(63_000, Lang::En), "1.1");
    }
}
