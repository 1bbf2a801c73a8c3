//! The station's form is read, every other form is left to other readers.
use super::*;

#[test]
fn strings_end_where_they_end() {
    for length in 0..40 {
        let letters: String = "ab!ạ~\u{7f}[]#{}".chars().cycle().take(length).collect();
        for behind in ["", "xyz", ",\"next\":\"\\\""] {
            let text = format!("{letters}\"{behind}");
            assert_eq!(string(text.as_bytes(), 0), Some(letters.len()), "{text}");
            assert_eq!(string(format!("{letters}\\{text}").as_bytes(), 0), None, "{text}");
            assert_eq!(string(format!("{letters}\u{1f}{text}").as_bytes(), 0), None, "{text}");
        }
        assert_eq!(string(letters.as_bytes(), 0), None, "{letters}");
    }
}

#[test]
fn what_is_written_in_another_way_is_left_to_others() {
    let good = br#"true,"max_error_us":null},"id":"a@b","late_us":-5,"title":"t","played_ms":120}"#;
    let values = ValueOffsets::from_clock(good, 0).expect("as a station writes");
    assert!(values.of(good, "id").flatten().is_some_and(|id| id.starts_with(b"\"a@b\",")));
    assert_eq!((values.of(good, "frames"), values.of(good, "title")), (Some(None), None));
    for bad in [
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
        assert_eq!(ValueOffsets::from_clock(bad.as_bytes(), 0), None, "{bad}");
    }
}

#[test]
fn rows_of_a_plan_are_read_as_any_parser_does() {
    let good = "[\n{\"id\":\"a\",\"length\":{\"id\":\"x\",\"rate\":1},\"late\":null},\n{\"n\":-0,\"id\":\"á\"}\n]\n";
    assert_eq!(row_ids(good.as_bytes()), Some(vec!["a", "á"]));
    let bad = [
        "[]",
        "[\n{\"id\":\"a\"},\n]",
        "[\n{\"id\":\"a\"}\n]x",
        "[\n{\"n\":1}\n]",
        "[\n{\"id\":1}\n]",
        "[\n{\"id\":\"a\",\"id\":\"b\"}\n]",
        "[\n{\"id\":\"a\",\"b\":{\"c\":{}}}\n]",
    ];
    for bad in bad {
        assert_eq!(row_ids(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(row_ids(b"[\n{\"id\":\"a\xff\"}\n]"), None);
    assert_eq!(row_ids(b"[\n{\"\xff\":1,\"id\":\"a\"}\n]"), None);
}
