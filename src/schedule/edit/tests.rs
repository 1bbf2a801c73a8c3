use super::*;
use crate::schedule::{SegmentSource, SourceFile, read};

const PLAYLIST: &str = "# Ghi chú đầu tệp\n\n[campaign]\nid   = \"cd\" # lệch cột\ntitle = 'Chiến dịch'\n\n[campaign.topics]\n2 = \"Hai\"\n\n# mục thứ nhất\n[[segment]]\nid = \"mot\"\ntitle = \"Một\"\nfile = \"mot.mp3\" # của huyện\n\n# các buổi\n[[session]]\nid = \"sang\"\ntitle = \"Sáng\"\nat = \"05:15\"\nopening = \"mot\"\nplay = [\n  \"mot\", # mở đầu\n  \"mot\",\n  \"hai\",\n]\n# hết\n";

fn segment() -> Segment {
    Segment {
        id: Id::new("hai").expect("an id"),
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
fn a_segment_is_added_and_everything_else_stays() {
    for text in [PLAYLIST.to_owned(), PLAYLIST.replace('\n', "\r\n"), format!("\u{feff}{PLAYLIST}")] {
        let new = with_segment(&text, &segment()).expect("an edit");
        let mut old = text.lines().peekable();
        // The new text contains every line of the old one, in the same order.
        for line in new.lines() {
            if old.peek() == Some(&line) {
                old.next();
            }
        }
        assert_eq!(old.next(), None, "{new}");
        assert_eq!(new.contains("\r\n"), text.contains("\r\n"));
        assert!(!text.contains('\r') || !new.replace("\r\n", "").contains('\n'));
        let reading =
            read(&[SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", new.as_bytes())]);
        assert!(reading.problems.iter().all(|p| !p.structural), "{:?}\n{new}", reading.problems);
        assert_eq!(reading.schedule.segment(&segment().id), Some(&segment()));
    }
}

#[test]
fn a_file_without_segments_gets_its_first() {
    let new = with_segment("# trống\n", &Segment { topic: None, campaign: None, ..segment() }).expect("an edit");
    assert!(new.starts_with("# trống\n") || new.contains("# trống"), "{new}");
    assert_eq!(
        read(&[SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", new.as_bytes())])
            .schedule
            .segments
            .len(),
        1
    );
}

#[test]
fn remarks_that_are_the_files_stay_when_its_first_segment_goes() {
    let text = "# Phát hằng ngày.\n\n# nhạc\n[[segment]]\nid = \"mot\"\n\n[[segment]]\nid = \"hai\"\n";
    let id = |text| Id::new(text).expect("an id");
    let one = without_segment(text, &id("mot")).expect("an edit").expect("a change");
    assert_eq!(one, "# Phát hằng ngày.\n\n[[segment]]\nid = \"hai\"\n");
    let none = without_segment(&one, &id("hai")).expect("an edit").expect("a change");
    assert!(none.contains("# Phát hằng ngày."), "{none}");
}

#[test]
fn a_segment_is_taken_out_everywhere() {
    let with = with_segment(PLAYLIST, &segment()).expect("an edit");
    let without = without_segment(&with, &segment().id).expect("an edit").expect("a change");
    assert_eq!(without, PLAYLIST.replace("  \"hai\",\n", ""));
    assert_eq!(without_segment(&without, &segment().id), Ok(None));
    let only = without_segment(&without, &Id::new("mot").expect("an id"));
    assert_eq!(only, Err(EditError::NothingLeft("sang".to_owned())));
}
