//! Checks that the fast readers agree with general parsers.
use chrono::DateTime;

use super::super::timestamp::{VALID_TIMES_US, parse_time};
use super::*;

fn outcome(at: &str) -> String {
    format!(
        "{{\"v\":1,\"seq\":7,\"type\":\"outcome\",\"at\":\"{at}\",\"boot\":\"b-1\",\"boottime_us\":-12,\
         \"clock\":{{\"synchronised\":false,\"max_error_us\":null}},\"id\":\"a@2023-03-20T05:15:00#1\",\
         \"title\":\"\\\",\\\"played_ms\\\":9\",\"played_ms\":120}}"
    )
}

#[test]
fn the_fast_reader_agrees_with_a_parser_about_an_outcome() {
    for at in
        ["2023-03-20T05:15:05.000001+07:00", "1969-12-31T23:59:59.999999-09:30", "2024-02-29T00:00:00.000000+00:00"]
    {
        let line = outcome(at);
        let kind = entry_type(line.as_bytes(), 7).expect("read the entry");
        let offsets = HeaderOffsets::of(line.as_bytes(), 7).expect("read the station's format");
        let view = EntryView::from_offsets(line.as_bytes(), &offsets).expect("use the offsets");
        assert_eq!(Some(&view), EntryView::parse_header(line.as_bytes(), kind).as_ref());
        assert_eq!((view.number("played_ms"), view.number("late_us")), (Some(120), None));
        assert_eq!((view.id(), view.is_plain()), (Some("a@2023-03-20T05:15:00#1"), true));
    }
}

/// Calls `check` with many variants of `text`: at each position, a byte is inserted, replaced or removed.
fn for_each_variant(text: &[u8], mut check: impl FnMut(&[u8])) {
    for offset in 0..=text.len() {
        let (before, after) = text.split_at(offset);
        for byte in *b"\"\\,:{}[] \n\x00\x7f\xff-+.01eaidnult" {
            check(&[before, &[byte], after].concat());
            check(&[before, &[byte], after.get(1..).unwrap_or_default()].concat());
        }
        check(&[before, after.get(1..).unwrap_or_default()].concat());
    }
}

#[test]
fn indexed_values_equal_those_of_a_search_for_each_key() {
    let start = "{\"v\":1,\"seq\":7,\"type\":\"start\",\"at\":\"2023-03-20T05:15:05.000001+07:00\",\"boot\":\"b-1\",\
        \"boottime_us\":12,\"clock\":{\"synchronised\":true,\"max_error_us\":4000},\"id\":\"a@2023-03-20T05:15:00#1\",\
        \"planned_at\":\"2023-03-20T05:15:00+07:00\",\"planned_ms\":9,\"played_ms\":8,\"late_us\":-7,\"frames\":6,\
        \"rate\":5,\"by_us\":4,\"title\":\"ạ\",\"id2\":null}";
    let (mut indexed_count, mut searched_count) = (0, 0);
    let assert_same = |line: &[u8]| {
        let Some(view) = EntryView::of(line, 7) else { return };
        *(if view.value_offsets.is_some() { &mut indexed_count } else { &mut searched_count }) += 1;
        let searching_view = EntryView { value_offsets: None, ..view.clone() };
        let text = String::from_utf8_lossy(line);
        assert_eq!(view.is_plain(), searching_view.is_plain(), "{text}");
        assert_eq!(
            (view.id(), view.start_time_and_delay()),
            (searching_view.id(), searching_view.start_time_and_delay()),
            "{text}"
        );
        for key in ["id", "planned_at", "planned_ms", "played_ms", "late_us", "frames", "rate", "by_us", "title"] {
            let expected = (searching_view.number(key), searching_view.text(key));
            assert_eq!((view.number(key), view.text(key)), expected, "{key} {text}");
        }
    };
    for_each_variant(start.as_bytes(), assert_same);
    assert!(indexed_count > 1000 && searched_count > 1000, "{indexed_count} {searched_count}");
}

#[test]
fn unknown_keys_in_the_clock_make_an_entry_not_plain() {
    let line = |clock: &str| outcome("2023-03-20T05:15:05.000001+07:00").replace("\"max_error_us\":null", clock);
    let is_plain = |line: &str| EntryView::of(line.as_bytes(), 7).expect("read the entry").is_plain();
    for clock in ["\"max_error_us\":null", "\"max_error_us\":9,\"last_sync_s\":null"] {
        assert!(is_plain(&line(clock)), "{clock}");
    }
    for key in ["id", "played_ms", "planned_ms", "result", "title", "x", ""] {
        for clock in [format!("\"max_error_us\":null,\"{key}\":9"), format!("\"{key}\":9,\"max_error_us\":null")] {
            // One entry has its own `played_ms`, the other does not.
            let (full_entry, short_entry) = (line(&clock), line(&clock).replace(",\"played_ms\":120", ""));
            assert!(!is_plain(&full_entry) && !is_plain(&short_entry), "{clock}");
        }
    }
}

#[test]
fn the_fast_reader_agrees_with_a_parser_about_times() {
    let assert_same = |text: &[u8]| {
        if let Ok(text) = std::str::from_utf8(text) {
            let us = DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp_micros());
            let us = us.filter(|us| VALID_TIMES_US.contains(us));
            assert_eq!(parse_time(text), us.map(WallTime), "{text}");
        }
    };
    for text in [
        "2023-03-20T05:15:05+07:00",
        "0001-01-01T00:00:00+00:00",
        "0000-12-31T23:59:59-23:59",
        "9999-12-31T23:59:59+23:59",
        "2023-03-20T24:00:00+07:00",
        "2023-03-20T05:60:05+07:00",
        "2023-12-31T23:59:60+00:00",
        "2023-03-20T05:15:05+24:00",
        "2023-03-20T05:15:05+00:60",
        "2023-02-29T05:15:05+07:00",
    ] {
        assert_same(text.as_bytes());
        for_each_variant(text.as_bytes(), assert_same);
    }
}

#[test]
fn the_fast_reader_agrees_with_a_parser_about_plans() {
    #[derive(Deserialize)]
    struct Row {
        id: String,
    }
    let plan = "[\n{\"id\":\"a#1\",\"title\":\"ạ\",\"length\":{\"frames\":0,\"rate\":48000},\"topic\":null},\n\
        {\"relay\":true,\"n\":-5,\"id\":\"b#2\"}\n]\n";
    let mut read_count = 0;
    for_each_variant(plan.as_bytes(), |plan| {
        let Some(ids) = super::super::station_json::row_ids(plan) else { return };
        read_count += 1;
        let rows: Option<Vec<Row>> = serde_json::from_slice(plan).ok();
        let rows: Option<Vec<String>> = rows.map(|rows| rows.into_iter().map(|row| row.id).collect());
        assert_eq!(rows, Some(ids.into_iter().map(str::to_owned).collect()), "{}", String::from_utf8_lossy(plan));
    });
    assert!(read_count > 500, "{read_count}");
}
