use chrono::{NaiveDate, NaiveTime, Weekday};
use toml_edit::Array;

use super::*;
use crate::schedule::{SegmentSource, SourceFile, read};

const PLAYLIST: &str = concat!(
    "# Ghi chú đầu tệp\n\n",
    "[campaign]\n",
    "id   = \"cd\" # lệch cột\n",
    "title = 'Chiến dịch'\n\n",
    "[campaign.topics]\n",
    "2 = \"Hai\"\n\n",
    "# mục thứ nhất\n",
    "[[segment]]\n",
    "id = \"mot\"\n",
    "title = \"Một\"\n",
    "file = \"mot.mp3\" # của huyện\n\n",
    "# các buổi\n",
    "[[session]]\n",
    "id = \"sang\"\n",
    "title = \"Sáng\"\n",
    "at = \"05:15\"\n",
    "opening = \"mot\"\n",
    "play = [\n",
    "  \"mot\", # mở đầu\n",
    "  \"mot\",\n",
    "  \"hai\",\n",
    "]\n",
    "# hết\n",
);

fn segment() -> Segment {
    Segment {
        id: Id::new("hai").expect("the id is valid"),
        title: "Hai \"con\" dê".to_owned(),
        file: "hai.mp3".to_owned(),
        topic: Some(2),
        language: "cmo".to_owned(),
        source: SegmentSource::District,
        approved_by: Some("Trưởng đài".to_owned()),
        approved_on: chrono::NaiveDate::from_ymd_opt(2023, 3, 18),
        pools: Vec::new(),
        valid_from: None,
        valid_until: None,
        sha256: Some("0".repeat(64)),
        campaign: Id::new("cd"),
    }
}

#[test]
fn a_segment_is_added_and_every_other_line_stays() {
    for text in [PLAYLIST.to_owned(), PLAYLIST.replace('\n', "\r\n"), format!("\u{feff}{PLAYLIST}")] {
        let edited = with_segment(&text, &segment()).expect("add the segment");
        let mut original_lines = text.lines().peekable();
        // The edited text contains every line of the original, in the same order.
        for line in edited.lines() {
            if original_lines.peek() == Some(&line) {
                original_lines.next();
            }
        }
        assert_eq!(original_lines.next(), None, "{edited}");
        assert_eq!(edited.contains("\r\n"), text.contains("\r\n"));
        assert!(!text.contains('\r') || !edited.replace("\r\n", "").contains('\n'));
        let parsed =
            read(&[SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", edited.as_bytes())]);
        assert!(parsed.problems.iter().all(|p| !p.is_structural), "{:?}\n{edited}", parsed.problems);
        assert_eq!(parsed.schedule.segment(&segment().id), Some(&segment()));
    }
}

#[test]
fn a_segment_is_added_to_a_file_without_segments() {
    let edited =
        with_segment("# trống\n", &Segment { topic: None, campaign: None, ..segment() }).expect("add the segment");
    assert!(edited.starts_with("# trống\n") || edited.contains("# trống"), "{edited}");
    assert_eq!(
        read(&[SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", edited.as_bytes())])
            .schedule
            .segments
            .len(),
        1
    );
}

#[test]
fn comments_of_the_file_stay_when_its_first_segment_is_removed() {
    let text = "# Phát hằng ngày.\n\n# nhạc\n[[segment]]\nid = \"mot\"\n\n[[segment]]\nid = \"hai\"\n";
    let id = |text| Id::new(text).expect("the id is valid");
    let without_first =
        without_segment(text, &id("mot")).expect("remove the segment").expect("the playlist mentions the segment");
    assert_eq!(without_first, "# Phát hằng ngày.\n\n[[segment]]\nid = \"hai\"\n");
    let without_both = without_segment(&without_first, &id("hai"))
        .expect("remove the segment")
        .expect("the playlist mentions the segment");
    assert!(without_both.contains("# Phát hằng ngày."), "{without_both}");
}

#[test]
fn a_segment_is_removed_from_its_table_and_from_sessions() {
    let edited = with_segment(PLAYLIST, &segment()).expect("add the segment");
    let restored = without_segment(&edited, &segment().id)
        .expect("remove the segment")
        .expect("the playlist mentions the segment");
    assert_eq!(restored, PLAYLIST.replace("  \"hai\",\n", ""));
    assert_eq!(without_segment(&restored, &segment().id), Ok(None));
    let refused_edit = without_segment(&restored, &Id::new("mot").expect("the id is valid"));
    assert_eq!(refused_edit, Err(EditError::SessionWouldBeEmpty("sang".to_owned())));
}

#[test]
fn a_written_segment_is_read_back_with_all_its_keys() {
    let id = |text: &str| Id::new(text).expect("the id is valid");
    let day = |text: &str| text.parse().ok();
    for pools in [vec![], vec![id("nong-nghiep")], vec![id("nong-nghiep"), id("y-te")]] {
        let (valid_from, valid_until) = (day("2023-03-20"), day("2023-12-31"));
        let written = Segment { pools, valid_from, valid_until, ..segment() };
        for playlist in
            [PLAYLIST, "segment = []\n[campaign]\nid = \"cd\"\ntitle = \"C\"\n[campaign.topics]\n2 = \"Hai\"\n"]
        {
            let text = with_segment(playlist, &written).expect("add the segment");
            let parsed = read(&[SourceFile::new("playlists/a.toml", text.as_bytes())]);
            assert_eq!(parsed.schedule.segment(&written.id), Some(&written), "{text}\n{:?}", parsed.problems);
        }
    }
}

#[test]
fn an_item_is_appended_in_the_style_of_the_list() {
    let span = |first: &str, last: &str| DateSpan {
        first: first.parse().expect("the date is valid"),
        last: last.parse().expect("the date is valid"),
    };
    let dates = [span("2023-03-21", "2023-03-21"), span("2023-04-01", "2023-04-03")];
    let item = "{ segment = \"hai\", dates = [2023-03-21, \"2023-04-01..2023-04-03\"] }";
    let cases = [
        ("[\"mot\"] # x", format!("[\"mot\", {item}] # x")),
        ("[ \"mot\" ]", format!("[ \"mot\", {item} ]")),
        ("[\"mot\", ]", format!("[\"mot\", {item}, ]")),
        ("[\n  \"mot\", # một\n]", format!("[\n  \"mot\", # một\n  {item},\n]")),
        ("[\n    \"mot\"\n    ]", format!("[\n    \"mot\",\n    {item}\n    ]")),
        ("[\n  \"mot\" # một\n  # rồi\n]", format!("[\n  \"mot\", # một\n  # rồi\n  {item}\n]")),
        ("[\"mot\",\n        \"mot\"]", format!("[\"mot\",\n        \"mot\",\n        {item}]")),
    ];
    for (play, expected) in cases {
        for newline in ["\n", "\r\n"] {
            let playlist = |play: &str| {
                let text =
                    format!("[[session]]\nid = \"toi\"\nplay = [\"x\"]\n[[session]]\nid = \"sang\"\nplay = {play}\n");
                text.replace('\n', newline)
            };
            let id = |text| Id::new(text).expect("the id is valid");
            let edited = with_item(&playlist(play), &id("sang"), (&id("hai"), &dates), None).expect("append the item");
            assert_eq!(edited, playlist(&expected), "{play:?}");
            let restored = without_segment(&edited, &id("hai"))
                .expect("remove the segment")
                .expect("the playlist mentions the segment");
            let item_count = |text: &str| {
                text.parse::<DocumentMut>().expect("the playlist is TOML")["session"][1]["play"]
                    .as_array()
                    .map(Array::len)
            };
            assert_eq!(item_count(&restored), item_count(&playlist(play)), "{restored}");
            let undated = with_item(&playlist(play), &id("sang"), (&id("hai"), &[]), None).expect("append the item");
            assert_eq!(undated, playlist(&expected.replace(item, "\"hai\"")), "{play:?}");
        }
    }
    let id = Id::new("sang").expect("the id is valid");
    let without_play = with_item("[[session]]\nid = \"sang\"\n", &id, (&segment().id, &[]), None);
    assert_eq!(without_play, Err(EditError::NoSuchSession("sang".to_owned())));
}

#[test]
fn an_item_is_inserted_before_another_and_comments_stay_with_their_items() {
    let id = |text| Id::new(text).expect("the id is valid");
    let cases = [
        ("[\"mot\", \"ket\"]", "[\"mot\", \"hai\", \"ket\"]"),
        ("[\"ket\"]", "[\"hai\", \"ket\"]"),
        ("[{ segment = \"ket\" }, \"ket\"]", "[\"hai\", { segment = \"ket\" }, \"ket\"]"),
        (
            "[\n  \"mot\", # một\n  # chào\n  \"ket\", # hết\n]",
            "[\n  \"mot\", # một\n  \"hai\",\n  # chào\n  \"ket\", # hết\n]",
        ),
        ("[\n    \"ket\"\n]", "[\n    \"hai\",\n    \"ket\"\n]"),
    ];
    let playlist = |play: &str| format!("[[session]]\nid = \"sang\"\nplay = {play}\n");
    for (play, expected) in cases {
        let edited = with_item(&playlist(play), &id("sang"), (&id("hai"), &[]), Some(&id("ket")));
        assert_eq!(edited, Ok(playlist(expected)), "{play:?}");
    }
    let refused_edit = with_item(&playlist("[\"mot\"]"), &id("sang"), (&id("hai"), &[]), Some(&id("ket")));
    assert_eq!(refused_edit, Err(EditError::NoSuchItem("ket".to_owned())));
}

const TWO_SESSIONS: &str = "# của đài\n[[session]]\nid = \"sang\" # buổi sáng\ntitle = \"Sáng\"\nat = \"05:15\"  # giờ cũ\nplay = [\"a\", { segment = \"b\", dates = [2023-03-12] }, \"c\"]\n\n[[session]]\nid = \"chieu\"\nat = [\"17:00\", \"18:00\"]\nexcept = \"tet\"\nplay = [\n  \"a\", # mở đầu\n  \"b\",\n]\n";

fn changed(id: &str, change: &SessionChange) -> Result<String, EditError> {
    with_session_change(TWO_SESSIONS, &Id::new(id).expect("the id is valid"), change)
}

#[test]
fn a_change_of_a_session_leaves_everything_else_as_it_was() {
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M:%S").expect("the time is valid");
    let change = SessionChange {
        title: Some("Buổi \"sáng\"".to_owned()),
        start_times: Some(vec![time("05:30:00"), time("11:00:30")]),
        weekdays: Some(vec![Weekday::Sun, Weekday::Mon]),
        order: Some(vec![2, 1]),
        ..SessionChange::default()
    };
    let expected = TWO_SESSIONS
        .replace("title = \"Sáng\"", "title = 'Buổi \"sáng\"'")
        .replace("at = \"05:15\"  #", "at = [\"05:30\", \"11:00:30\"]  #")
        .replace(
            "[\"a\", { segment = \"b\", dates = [2023-03-12] }, \"c\"]\n",
            "[\"c\", { segment = \"b\", dates = [2023-03-12] }]\ndays = [\"mon\", \"sun\"]\n",
        );
    assert_eq!(changed("sang", &change).expect("change the session"), expected);
    // All days are one word, dates are added to those that are there, and comments move with their items.
    let span = |text: &str| text.parse::<NaiveDate>().map(|date| DateSpan { first: date, last: date }).expect("a date");
    let change = SessionChange {
        weekdays: Some((0..7).map(|n| (0..n).fold(Weekday::Mon, |day, _| day.succ())).collect()),
        skipped: vec![span("2023-03-12"), DateSpan { last: span("2023-04-02").last, ..span("2023-04-01") }],
        order: Some(vec![1, 0]),
        ..SessionChange::default()
    };
    let text = changed("chieu", &change).expect("change the session");
    assert!(text.contains("except = [\"tet\", 2023-03-12, \"2023-04-01..2023-04-02\"]\n"), "{text}");
    assert!(text.contains("days = \"daily\"\n") && text.contains("\n  \"b\",") && text.contains("# mở đầu"), "{text}");
    let again: toml_edit::DocumentMut = text.parse().expect("it is TOML");
    assert_eq!(again["session"][1]["play"][0].as_str(), Some("b"), "{text}");
}

#[test]
fn orders_that_lose_double_or_invent_items_are_refused() {
    let with_order = |order: &[usize]| SessionChange { order: Some(order.to_vec()), ..SessionChange::default() };
    for order in [&[3][..], &[0, 0], &[0, usize::MAX]] {
        assert!(matches!(changed("sang", &with_order(order)), Err(EditError::NoSuchItem(_))), "{order:?}");
    }
    assert!(matches!(changed("sang", &with_order(&[])), Err(EditError::SessionWouldBeEmpty(_))));
    assert!(matches!(changed("khuya", &with_order(&[0])), Err(EditError::NoSuchSession(_))));
    assert!(matches!(
        with_session_change("[", &Id::new("a").expect("an id"), &with_order(&[0])),
        Err(EditError::NotToml(_))
    ));
}
