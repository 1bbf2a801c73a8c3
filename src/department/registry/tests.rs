use super::*;
use crate::text::Lang;

const KEY: &str =
    "loa/dak-ndrung/707b65b94f05247d0ce4be829eebdd74+73bb4bc8+ARsc24yayRxsXrMvBJb2ksMtjkZom+IVpuBu9ItZrc+D";

/// A registry as a person edits it, with comments.
const EDITED: &str = r#"# của Sở
[[station]]
id = "thuan-an" # mã
name = "Đài cũ" # tên
# địa bàn
[[station.place]]
commune = "Thuận An"
commune-code = "24682"
district = "Đắk Mil"
district-code = "663"
province = "Đắk Nông"
province-code = "67"
# hết địa bàn

[[station]]
id = "xa-2"
"#;

fn faults(text: &str) -> Box<FileFaults> {
    match Registry::parse(text) {
        Err(RegistryError::Malformed(faults)) => faults,
        other => panic!("{text}: {other:?}"),
    }
}

fn corrected(text: &str, id: &str, details: &StationDetails, from: Option<&str>) -> Result<String, RegistryError> {
    let mut registry = Registry::parse(text).expect("the registry is valid");
    let from = from.map(|date| date.parse().expect("the date is valid"));
    registry.correct(&Id::new(id).expect("the id is valid"), details, from)?;
    Ok(registry.text)
}

#[test]
fn each_fault_is_told_with_its_line_a_caret_and_a_hint() {
    let log = format!("[[log]]\nstation = \"dak-ndrung\"\nkey = \"{KEY}\"\nenrolled-at = \"2023-03-20T00:00:00Z\"\n");
    assert!(Registry::parse(&log).is_ok());
    for (text, line, code) in [
        ("[[station]]\nid = \"xa-1\"\nnmae = \"A\"\n", 3, "unknown-key"),
        ("[[station]]\nname = \"A\"\n", 1, "missing-key"),
        ("[[station]]\nid = \"Xã 1\"\n", 2, "bad-id"),
        ("[[station]]\nid = \"xa-1\"\n[[station]]\nid = \"xa-1\"\n", 4, "duplicate-id"),
        ("[[station]]\nid = \"xa-1\"\n[station.place]\ncommune = \"A\"\n", 3, "one-table"),
        ("[[station]]\nid = \"xa-1\"\n[[station.place]]\ncomune = \"A\"\n", 4, "unknown-key"),
        (
            "[[station]]\nid = \"xa-1\"\n[[station.place]]\nfrom = 2025-07-01\nuntil = 2025-06-30\n",
            4,
            "from-after-until",
        ),
        ("[[station]]\nid = \"xa-1\"\n[[station.place]]\nfrom = \"1/7/2025\"\n", 4, "bad-date-text"),
        ("[[station]]\nid = \"xa-1\"\ncontact = { tel = \"0261\" }\n", 3, "unknown-key"),
        ("[department]\nagency = 7\n", 2, "wrong-type"),
        ("[department]\nsymbol = \"STTTT\"\nsigner = 7\n", 3, "wrong-type"),
        ("[department]\nsinger = \"GIÁM ĐỐC\"\n", 2, "unknown-key"),
        ("[department]\nrecipients = \"A\"\n", 2, "wrong-type"),
        ("[department]\ndue-days = \"3\"\n", 2, "wrong-type"),
        ("[department]\ndue-days = 28\n", 2, "bad-number"),
        ("[department]\ndue-day = 3\n", 2, "unknown-key"),
        ("[[department]]\nagency = \"A\"\n", 1, "many-tables"),
        ("[station]\nid = \"xa-1\"\n", 1, "one-table"),
        ("[[statoin]]\nid = \"xa-1\"\n", 1, "unknown-table"),
        ("name = \"A\"\n", 1, "key-outside"),
        ("[[log]]\nrubbish", 2, "no-equals"),
        ("[[log]]\nstation = \"a\"\nkey = \"b\"\nenrolled-at = \"c\"\n", 3, "not-a-log-key"),
        (&log.replace("\"dak-ndrung\"", "\"thuan-an\""), 2, "key-of-other"),
        (&format!("{log}{log}"), 7, "log-twice"),
        (&format!("[[exposed]]\nkey = \"{KEY}\"\nat = \"2023-03-20T00:00:00Z\"\n"), 2, "key-not-enrolled"),
    ] {
        let faults = faults(text);
        assert_eq!(faults.problems.iter().map(|problem| problem.code()).collect::<Vec<_>>(), [code], "{text}");
        let place = format!("registry.toml:{line}:");
        for (lang, hint) in [(Lang::Vi, "gợi ý"), (Lang::En, "hint")] {
            let rendered = faults.render(lang);
            assert!(rendered.contains(&place) && rendered.contains('^') && rendered.contains(hint), "{rendered}");
        }
    }
    let two = faults("[[station]]\nid = \"xa-1\"\nnmae = \"A\"\nlang = \"vi\"\n");
    assert_eq!(two.problems.len(), 2, "every fault is reported");
    assert!(two.render(Lang::Vi).contains("có phải ý bạn là `name`?"), "{}", two.render(Lang::Vi));
}

/// Others can write to a store. What they write must not fill the memory with faults.
#[test]
fn a_registry_full_of_faults_gives_a_limited_number_of_them() {
    let keys: String = (0..50_000).map(|n| format!("k{n} = 1\n")).collect();
    for heading in ["[[station]]\nid = \"xa-1\"\n", "[department]\n", "[[log]]\n"] {
        let faults = faults(&format!("{heading}{keys}"));
        assert_eq!(faults.problems.iter().map(|problem| problem.code()).collect::<Vec<_>>(), ["too-many"], "{heading}");
    }
    assert_eq!(faults(&keys).problems.len(), 100);
    assert_eq!(faults(&"[[station]]\nnmae = \"A\"\n".repeat(20_000)).problems.len(), 100);
    let places = "[[station.place]]\n".repeat(5_000);
    assert_eq!(faults(&format!("[[station]]\nid = \"xa-1\"\n{places}")).problems.len(), 1);
}

/// A province is small, but a whole country has ten thousand stations.
#[test]
fn a_large_registry_and_a_large_list_of_names_are_read() {
    let text: String = (0..10_000).map(|n| format!("[[station]]\nid = \"xa-{n}\"\nname = \"Đài {n}\"\n")).collect();
    let registry = Registry::parse(&text).expect("the registry is valid");
    assert_eq!(registry.stations.len(), 10_000);
}

#[test]
fn a_correction_from_a_date_keeps_what_was_before_and_every_comment() {
    let area =
        AdminArea { from: None, until: None, ..parse_area("24682 Thuận An / 68 Lâm Đồng").expect("parse it") };
    let contact = Contact { phone: "0261 300 000".to_owned(), ..Contact::default() };
    let details = StationDetails { name: Some("Đài mới".to_owned()), areas: vec![area], contact: Some(contact) };
    let text = corrected(EDITED, "thuan-an", &details, Some("2025-07-01")).expect("the correction is possible");
    let expected = EDITED
        .replace("name = \"Đài cũ\" # tên\n", "name = \"Đài mới\" # tên\ncontact = { phone = \"0261 300 000\" }\n")
        .replace(
            "province-code = \"67\"\n",
            "province-code = \"67\"\nuntil = 2025-06-30\n[[station.former-name]]\nname = \"Đài cũ\"\nuntil = 2025-06-30\n\
             [[station.place]]\ncommune = \"Thuận An\"\ncommune-code = \"24682\"\nprovince = \"Lâm Đồng\"\n\
             province-code = \"68\"\nfrom = 2025-07-01\n",
        );
    assert_eq!(text, expected);
    let registry = Registry::parse(&text).expect("the registry is valid");
    let station = &registry.stations[&Id::new("thuan-an").expect("the id is valid")];
    let on = |date: &str| station.area_on(date.parse().expect("the date is valid")).map(AdminArea::line);
    assert_eq!(on("2025-06-30").as_deref(), Some("24682 Thuận An / 663 Đắk Mil / 67 Đắk Nông"));
    assert_eq!(on("2025-07-01").as_deref(), Some("24682 Thuận An / 68 Lâm Đồng"));
    assert!(registry.stations[&Id::new("xa-2").expect("the id is valid")].areas.is_empty());
    let again = corrected(&text, "thuan-an", &details, Some("2025-07-01"));
    assert!(matches!(again, Err(RegistryError::FromTooEarly)), "{again:?}");
}

#[test]
fn a_correction_without_a_date_replaces_the_values_in_their_places() {
    let details = |place: &str| StationDetails {
        name: Some("Đài \"đúng\"".to_owned()),
        areas: vec![parse_area(place).expect("parse it")],
        contact: None,
    };
    let text = corrected(EDITED, "thuan-an", &details("24700 Thuận Hà / 665 Đắk Song / 67 Đắk Nông"), None);
    let expected = EDITED
        .replace("\"Đài cũ\"", &toml_string("Đài \"đúng\""))
        .replace("\"Thuận An\"", "\"Thuận Hà\"")
        .replace("24682", "24700")
        .replace("Đắk Mil", "Đắk Song")
        .replace("663", "665");
    assert_eq!(text.expect("the correction is possible"), expected);
    let text = corrected(EDITED, "xa-2", &details("1 A / 2 B"), None).expect("the correction is possible");
    assert!(
        text.ends_with(&details("1 A / 2 B").to_toml(&Id::new("xa-2").expect("valid")).trim_start_matches('\n')),
        "{text}"
    );
    let inline = "[[station]]\nid = \"xa-1\"\nplace = [{ commune = \"A\", commune-code = \"1\" }]\n";
    let refusal = corrected(inline, "xa-1", &details("1 B / 2 C"), Some("2025-07-01"));
    assert!(matches!(refusal, Err(RegistryError::EditByHand)), "{refusal:?}");
    let unknown = corrected(EDITED, "xa-9", &details("1 A / 2 B"), None);
    assert!(matches!(unknown, Err(RegistryError::UnknownStation)), "{unknown:?}");
}

#[test]
fn a_key_is_read_as_people_copy_it() {
    let expected = VerifierKey::parse(KEY);
    assert!(expected.is_some());
    let wrapped = format!("{}\r\n {}\n", &KEY[..40], &KEY[40..]);
    for text in [format!(" {KEY}\n"), format!("“{KEY}”"), format!("\u{feff}{KEY}\u{200b}"), wrapped] {
        assert_eq!(parse_key_text(&text).map(|(_, key)| key), expected, "{text:?}");
    }
    for text in [String::new(), "x".repeat(1_000_000), KEY[..60].to_owned(), format!("{KEY}{KEY}")] {
        assert_eq!(parse_key_text(&text), None, "{}", text.len());
    }
}
