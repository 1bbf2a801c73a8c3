use super::*;
use crate::department::registry::{StationDetails, fingerprint};
use crate::proof::note::{NoteSigner, SignatureType, VerifierKey};
use crate::text::Lang;

/// Returns the key of an invented log.
fn key(station: &str, number: u8) -> VerifierKey {
    let name = format!("loa/{station}/{}", format!("{number:02x}").repeat(16));
    NoteSigner::new(&name, SignatureType::Plain, &[number; 32]).expect("the name is valid").public().clone()
}

fn read_bytes(bytes: &[u8], registry: &Registry) -> Result<Vec<ListedStation>, Box<FileFaults>> {
    let today = "2026-11-30".parse().expect("the date is valid");
    read_list(SourceFile::new("dai.csv", bytes), registry, &UnitList::shipped(), today)
}

fn codes(text: &str, registry: &Registry) -> Vec<&'static str> {
    match read_bytes(text.as_bytes(), registry) {
        Ok(stations) => panic!("{stations:?}"),
        Err(faults) => faults.problems.iter().map(Problem::code).collect(),
    }
}

#[test]
fn the_forms_in_which_offices_save_a_list_give_the_same_stations() {
    let (first, second) = (key("xa-1", 1), key("xa-2", 2));
    let comma = format!(
        "key,name,place,post,phone,mail\n{first},\"Đài A, B\",Thuận An / Đắk Mil,Văn phòng,0261 300 000,\n{second},Đài C,,,,\n"
    );
    let expected = read_bytes(comma.as_bytes(), &Registry::default()).expect("the list is good");
    assert_eq!(expected.len(), 2);
    let details = &expected[0].details;
    assert_eq!(details.name.as_deref(), Some("Đài A, B"));
    assert_eq!(details.areas.len(), 2, "the place before and after 1 July 2025");
    assert_eq!(details.contact.as_ref().map(|contact| contact.line()).as_deref(), Some("Văn phòng, 0261 300 000"));
    assert_eq!(expected[1].details, StationDetails { name: Some("Đài C".to_owned()), ..StationDetails::default() });
    assert_eq!(fingerprint(&expected[0].key), fingerprint(&first));
    let semicolon = format!(
        "STT;Tên đài;Khoá;Địa bàn;Đầu mối;Điện thoại\r\n1;Đài A, B;{first};\"Thuận An / Đắk Mil\";Văn phòng;0261 300 000\r\n;;;;;\r\n2;Đài C;\"{second}\";;;\r\n"
    );
    for text in [
        semicolon.clone(),
        format!("\u{feff}{semicolon}"),
        format!("sep=;\r\n{semicolon}"),
        semicolon.replace(';', "\t"),
    ] {
        assert_eq!(read_bytes(text.as_bytes(), &Registry::default()).expect("the list is good"), expected, "{text}");
    }
}

#[test]
fn every_fault_of_a_list_is_reported_with_its_line() {
    let (first, second) = (key("xa-1", 1), key("xa-1", 2));
    let empty = Registry::default();
    let long_name = "x".repeat(300);
    for (text, expected) in [
        (String::new(), vec!["missing-column"]),
        ("name\nA\n".to_owned(), vec!["missing-column"]),
        ("key;nme\n".to_owned(), vec!["unknown-column"]),
        ("key;key\n".to_owned(), vec!["key-twice"]),
        (format!("key;name\n{first};A;B\n"), vec!["cell-count"]),
        (format!("key;name\n{first}\n"), vec!["cell-count"]),
        (format!("key;name\n\"{first};A\n"), vec!["open-cell"]),
        ("key;name\nrubbish;A\n;B\n".to_owned(), vec!["not-a-log-key", "not-a-log-key"]),
        (format!("key;place\n{first};Nowhere\n"), vec!["bad-place"]),
        (format!("key;name\n{first};{long_name}\n"), vec!["long-text"]),
        (format!("key;name\n{first};A\u{7}B\n"), vec!["control-in-text"]),
        (format!("key\n{first}\n{second}\n"), vec!["duplicate-id"]),
        ("key\n\0\n".to_owned(), vec!["nul-bytes"]),
    ] {
        assert_eq!(codes(&text, &empty), expected, "{text}");
    }
    let faults = read_bytes(b"key;name\nrubbish;A\n", &empty).expect_err("the key is wrong");
    let text = faults.render(Lang::Vi);
    assert!(text.contains("dai.csv:2:1") && text.contains("^^^^^^^") && text.contains("gợi ý"), "{text}");
    let latin = read_bytes(b"key;name\nx;\xd0\xe0i\n", &empty).expect_err("it is not UTF-8");
    assert_eq!(latin.problems[0].code(), "not-utf8");
    assert!(latin.render(Lang::En).contains("CSV UTF-8"), "{}", latin.render(Lang::En));
}

#[test]
fn a_list_is_checked_against_the_registry() {
    let (first, second) = (key("xa-1", 1), key("xa-1", 2));
    let mut registry = Registry::default();
    let details = StationDetails { name: Some("Đài A".to_owned()), ..StationDetails::default() };
    registry.enrol(first.clone(), "2023-03-20T00:00:00Z".to_owned(), &details).expect("enrol the key");
    let known = read_bytes(format!("key;name\n{first};Đài A\n").as_bytes(), &registry).expect("the list is good");
    assert!(known[0].is_enrolled);
    assert_eq!(codes(&format!("key;name\n{first};Đài B\n"), &registry), ["details-differ"]);
    assert_eq!(codes(&format!("key;name\n{second};Đài A\n"), &registry), ["second-log"]);
}
