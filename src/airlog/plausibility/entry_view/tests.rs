//! The fast readers find what general parsers find.
use chrono::DateTime;

use super::super::timestamp::{CALENDAR, parse_time};
use super::*;

fn outcome(at: &str) -> String {
    format!(
        "{{\"v\":1,\"seq\":7,\"type\":\"outcome\",\"at\":\"{at}\",\"boot\":\"b-1\",\"boottime_us\":-12,\
         \"clock\":{{\"synchronised\":false,\"max_error_us\":null}},\"id\":\"a@2023-03-20T05:15:00#1\",\
         \"title\":\"\\\",\\\"played_ms\\\":9\",\"played_ms\":120}}"
    )
}

#[test]
fn the_quick_look_sees_what_a_parser_reads() {
    for at in
        ["2023-03-20T05:15:05.000001+07:00", "1969-12-31T23:59:59.999999-09:30", "2024-02-29T00:00:00.000000+00:00"]
    {
        let line = outcome(at);
        let kind = entry_type(line.as_bytes(), 7).expect("an entry");
        let sketch = HeaderOffsets::of(line.as_bytes(), 7).expect("our own form");
        let quick = EntryView::from_offsets(line.as_bytes(), &sketch).expect("places in it");
        assert_eq!(Some(&quick), EntryView::read_whole(line.as_bytes(), kind).as_ref());
        assert_eq!((quick.number("played_ms"), quick.number("late_us")), (Some(120), None));
        assert_eq!((quick.id(), quick.is_plain()), (Some("a@2023-03-20T05:15:00#1"), true));
    }
}

/// Each place of a text with each of these bytes put in, put in its place, or with the byte that is there left out.
fn changed(text: &[u8], mut each: impl FnMut(&[u8])) {
    for at in 0..=text.len() {
        let (before, behind) = text.split_at(at);
        for byte in *b"\"\\,:{}[] \n\x00\x7f\xff-+.01eaidnult" {
            each(&[before, &[byte], behind].concat());
            each(&[before, &[byte], behind.get(1..).unwrap_or_default()].concat());
        }
        each(&[before, behind.get(1..).unwrap_or_default()].concat());
    }
}

#[test]
fn one_walk_finds_what_a_search_for_each_key_finds() {
    let start = "{\"v\":1,\"seq\":7,\"type\":\"start\",\"at\":\"2023-03-20T05:15:05.000001+07:00\",\"boot\":\"b-1\",\
        \"boottime_us\":12,\"clock\":{\"synchronised\":true,\"max_error_us\":4000},\"id\":\"a@2023-03-20T05:15:00#1\",\
        \"planned_at\":\"2023-03-20T05:15:00+07:00\",\"planned_ms\":9,\"played_ms\":8,\"late_us\":-7,\"frames\":6,\
        \"rate\":5,\"by_us\":4,\"title\":\"ạ\",\"id2\":null}";
    let (mut quick, mut slow) = (0, 0);
    let same = |line: &[u8]| {
        let Some(one) = EntryView::of(line, 7) else { return };
        *(if one.values.is_some() { &mut quick } else { &mut slow }) += 1;
        let other = EntryView { values: None, ..one.clone() };
        let text = String::from_utf8_lossy(line);
        assert_eq!(one.is_plain(), other.is_plain(), "{text}");
        assert_eq!((one.id(), one.started()), (other.id(), other.started()), "{text}");
        for key in ["id", "planned_at", "planned_ms", "played_ms", "late_us", "frames", "rate", "by_us", "title"] {
            assert_eq!((one.number(key), one.text(key)), (other.number(key), other.text(key)), "{key} {text}");
        }
    };
    changed(start.as_bytes(), same);
    assert!(quick > 1000 && slow > 1000, "{quick} {slow}");
}

#[test]
fn nothing_that_stands_in_the_clock_is_taken_for_the_entrys_own() {
    let line = |clock: &str| outcome("2023-03-20T05:15:05.000001+07:00").replace("\"max_error_us\":null", clock);
    let is_plain = |line: &str| EntryView::of(line.as_bytes(), 7).expect("an entry").is_plain();
    for good in ["\"max_error_us\":null", "\"max_error_us\":9,\"last_sync_s\":null"] {
        assert!(is_plain(&line(good)), "{good}");
    }
    for key in ["id", "played_ms", "planned_ms", "result", "title", "x", ""] {
        for clock in [format!("\"max_error_us\":null,\"{key}\":9"), format!("\"{key}\":9,\"max_error_us\":null")] {
            // Once in the entry itself, too, and there alone.
            let (twice, once) = (line(&clock), line(&clock).replace(",\"played_ms\":120", ""));
            assert!(!is_plain(&twice) && !is_plain(&once), "{clock}");
        }
    }
}

#[test]
fn times_are_what_a_parser_reads() {
    let same = |text: &[u8]| {
        if let Ok(text) = std::str::from_utf8(text) {
            let us = DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp_micros());
            let us = us.filter(|us| CALENDAR.contains(us));
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
        same(text.as_bytes());
        changed(text.as_bytes(), same);
    }
}

#[test]
fn a_plan_is_read_in_one_walk_as_any_parser_reads_it() {
    #[derive(Deserialize)]
    struct Row {
        id: String,
    }
    let plan = "[\n{\"id\":\"a#1\",\"title\":\"ạ\",\"length\":{\"frames\":0,\"rate\":48000},\"topic\":null},\n\
        {\"relay\":true,\"n\":-5,\"id\":\"b#2\"}\n]\n";
    let mut quick = 0;
    changed(plan.as_bytes(), |plan| {
        let Some(ids) = super::super::station_json::row_ids(plan) else { return };
        quick += 1;
        let rows: Option<Vec<Row>> = serde_json::from_slice(plan).ok();
        let rows: Option<Vec<String>> = rows.map(|rows| rows.into_iter().map(|row| row.id).collect());
        assert_eq!(rows, Some(ids.into_iter().map(str::to_owned).collect()), "{}", String::from_utf8_lossy(plan));
    });
    assert!(quick > 500, "{quick}");
}
