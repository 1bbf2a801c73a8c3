//! Checks that the reader accepts the station's format and refuses every other format.
use super::*;

#[test]
fn the_end_of_a_string_is_found_at_every_length() {
    for length in 0..40 {
        let letters: String = "ab!ạ~\u{7f}[]#{}".chars().cycle().take(length).collect();
        for suffix in ["", "xyz", ",\"next\":\"\\\""] {
            let text = format!("{letters}\"{suffix}");
            assert_eq!(string_end(text.as_bytes(), 0), Some(letters.len()), "{text}");
            assert_eq!(string_end(format!("{letters}\\{text}").as_bytes(), 0), None, "{text}");
            assert_eq!(string_end(format!("{letters}\u{1f}{text}").as_bytes(), 0), None, "{text}");
        }
        assert_eq!(string_end(letters.as_bytes(), 0), None, "{letters}");
    }
}

#[test]
fn entries_in_another_format_are_refused() {
    let line = br#"true,"max_error_us":null},"id":"a@b","late_us":-5,"title":"t","played_ms":120}"#;
    let offsets = ValueOffsets::from_clock(line, 0).expect("read the station's format");
    assert!(offsets.tail_at_value(line, "id").flatten().is_some_and(|id| id.starts_with(b"\"a@b\",")));
    assert_eq!((offsets.tail_at_value(line, "frames"), offsets.tail_at_value(line, "title")), (Some(None), None));
    for line in [
        r#"true},"id":"a","id":"b"}"#,
        r#"true},"id":"\u0061"}"#,
        r#"true},"\u0069d":"a"}"#,
        r#"true},"id": "a"}"#,
        r#"true},"id":"a"}}"#,
        r#"true},"id":"a"} "#,
        r#"true,"played_ms":1},"id":"a"}"#,
        r#"true},"id":{"a":1}}"#,
        r#"true},"id":[1]}"#,
        r#"true},"played_ms":1.0}"#,
        r#"true},"played_ms":01}"#,
        r#"true},"played_ms":-}"#,
        r#"true},"played_ms":1234567890123456789}"#,
        r#"true}{"id":"a"}"#,
        r#"true},,"id":"a"}"#,
        r#"true,"id","b":1}}"#,
        r#"true"#,
        r#"truest}}"#,
    ] {
        assert_eq!(ValueOffsets::from_clock(line.as_bytes(), 0), None, "{line}");
    }
}

#[test]
fn plans_in_another_format_are_refused() {
    let plan = "[\n{\"id\":\"a\",\"length\":{\"id\":\"x\",\"rate\":1},\"late\":null},\n{\"n\":-0,\"id\":\"á\"}\n]\n";
    assert_eq!(row_ids(plan.as_bytes()), Some(vec!["a", "á"]));
    let refused_plans = [
        "[]",
        "[\n{\"id\":\"a\"},\n]",
        "[\n{\"id\":\"a\"}\n]x",
        "[\n{\"n\":1}\n]",
        "[\n{\"id\":1}\n]",
        "[\n{\"id\":\"a\",\"id\":\"b\"}\n]",
        "[\n{\"id\":\"a\",\"b\":{\"c\":{}}}\n]",
    ];
    for plan in refused_plans {
        assert_eq!(row_ids(plan.as_bytes()), None, "{plan}");
    }
    assert_eq!(row_ids(b"[\n{\"id\":\"a\xff\"}\n]"), None);
    assert_eq!(row_ids(b"[\n{\"\xff\":1,\"id\":\"a\"}\n]"), None);
}
