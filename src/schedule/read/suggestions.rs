//! Suggests corrections for dates and times.

/// Returns the TOML notation for a date such as `20/3/2023`, `20-03-2023` or `2023-3-20`.
pub fn suggested_date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.']).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        _ => return None,
    };
    let date = chrono::NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.map(|date| date.to_string())
}

/// Returns true for `24:00` in any notation, such as `24h` or `24 giờ`.
pub fn is_midnight_24(text: &str) -> bool {
    hour_and_minute(text) == Some((24, 0))
}

/// Returns the TOML notation, in quotes, for a time such as `5h15`, `5:15`, `17.30` or `5 giờ`. Returns `None` for
/// `24:00`, because its meaning depends on the key.
pub fn suggested_time(text: &str) -> Option<String> {
    let (hour, minute) = hour_and_minute(text)?;
    (hour < 24 && minute < 60).then(|| format!("\"{hour:02}:{minute:02}\""))
}

fn hour_and_minute(text: &str) -> Option<(u32, u32)> {
    let text = text.trim().to_lowercase();
    let text = text.trim_end_matches("giờ").trim_end();
    let parts: Vec<&str> = text.split([':', 'h', 'g', '.']).map(str::trim).collect();
    let (hour, minute) = match parts[..] {
        [hour] => (hour, "0"),
        [hour, ""] => (hour, "0"),
        [hour, minute] | [hour, minute, "00"] => (hour, minute),
        _ => return None,
    };
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_notations_of_dates_and_times_are_corrected() {
        assert_eq!(suggested_date("20/3/2023").as_deref(), Some("2023-03-20"));
        assert_eq!(suggested_date("2023-3-20").as_deref(), Some("2023-03-20"));
        assert_eq!(suggested_date("30/2/2023"), None);
        for (text, time) in
            [("5h15", "\"05:15\""), ("5:15", "\"05:15\""), ("17.30", "\"17:30\""), ("5 giờ", "\"05:00\"")]
        {
            assert_eq!(suggested_time(text).as_deref(), Some(time), "{text}");
        }
        for text in ["24:00", "24:00:00", "24h", "24h00", "24 giờ", "24g"] {
            assert!(is_midnight_24(text) && suggested_time(text).is_none(), "{text}");
        }
        for text in ["25:00", "5h60", "x", "", "1:2:3"] {
            assert_eq!(suggested_time(text), None, "{text}");
        }
    }
}
