//! Proposes a station's id and agency from the commune in its name.
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Id;

/// The maximum length of a proposed id: people must be able to read it out to each other.
const MAX_ID_CHARS: usize = 40;

/// The words before the commune in a station's name, the longest first.
const STATION_WORDS: [&str; 10] = [
    "đài truyền thanh - truyền hình",
    "đài truyền thanh và truyền hình",
    "đài truyền thanh truyền hình",
    "đài truyền thanh cơ sở",
    "đài truyền thanh",
    "đài phát thanh",
    "trạm truyền thanh",
    "hệ thống truyền thanh",
    "truyền thanh",
    "đài",
];

/// The kinds of places, which are not part of a place's name.
const PLACE_WORDS: [&str; 8] = ["thị trấn", "đặc khu", "thành phố", "thị xã", "xã", "phường", "huyện", "tỉnh"];

/// Returns the id that a name suggests: `dak-ndrung` for `Đài Truyền thanh xã Đắk N'Drung`. Returns `None` if the name
/// has no letter that an id can have.
#[must_use]
pub fn proposed_id(name: &str) -> Option<Id> {
    let name = simplified(name);
    let places = name.split([',', ';']).map(str::trim).filter(|place| !place.is_empty());
    let places = places.enumerate().map(|(n, place)| if n == 0 { without_station(place) } else { place });
    // Some wards have a number as their name; `phuong-5` is clearer than `5`.
    let is_number = |place: &str| place.bytes().all(|c| c.is_ascii_digit());
    let short_name = |place| Some(without_place_word(place)).filter(|name| !is_number(name)).unwrap_or(place);
    id_of(&places.map(short_name).collect::<Vec<_>>().join(" ")).or_else(|| id_of(&name))
}

/// Returns the agency that a name suggests: `UBND xã Đắk N'Drung` for `Đài Truyền thanh xã Đắk N'Drung`.
#[must_use]
pub fn proposed_agency(name: &str) -> Option<String> {
    let name: String = name.nfc().collect();
    let name = name.split([',', ';', '(']).next().unwrap_or_default();
    let place = without_station(name.trim());
    (without_place_word(place).len() < place.len()).then(|| format!("UBND {place}"))
}

/// Returns the name in NFC, without text in brackets, and with single spaces.
fn simplified(name: &str) -> String {
    let name: String = name.nfc().collect();
    let mut simplified = String::new();
    let mut rest = name.as_str();
    while let Some((before, within)) = rest.split_once('(') {
        simplified.push_str(before);
        rest = within.split_once(')').map_or("", |(_, after)| after);
    }
    simplified.push_str(rest);
    simplified.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the name without the words for a station. The word `đài` alone is removed only before a kind of place,
/// because some communes have it in their names.
fn without_station(name: &str) -> &str {
    for words in STATION_WORDS {
        if let Some(rest) = without_prefix(name, words)
            && (words != "đài" || without_place_word(rest).len() < rest.len())
        {
            return rest;
        }
    }
    name
}

fn without_place_word(place: &str) -> &str {
    PLACE_WORDS.iter().find_map(|words| without_prefix(place, words)).unwrap_or(place)
}

/// Returns the rest of a text that begins with these words, ignoring letter case. ASCII text is compared without marks.
fn without_prefix<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let words = if text.is_ascii() { without_marks(words) } else { words.to_owned() };
    let mut rest = text;
    for expected in words.chars() {
        let c = rest.chars().next()?;
        if !c.to_lowercase().eq([expected]) {
            return None;
        }
        rest = &rest[c.len_utf8()..];
    }
    let rest = rest.strip_prefix(|c: char| c.is_whitespace() || c == '-' || c == ':' || c == '.')?.trim_start();
    (!rest.is_empty()).then_some(rest)
}

/// Returns the text without Vietnamese marks.
fn without_marks(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).map(without_stroke).collect()
}

fn without_stroke(c: char) -> char {
    match c {
        'đ' | 'Đ' => 'd',
        // M'Nông and Jarai write this letter.
        'ƀ' | 'Ƀ' => 'b',
        c => c,
    }
}

/// Returns the words of a text as an id. An apostrophe, as in `N'Drung`, does not separate words.
fn id_of(text: &str) -> Option<Id> {
    let is_apostrophe = |c: char| "'’‘ʼ´`′".contains(c);
    let mut id = String::new();
    for c in without_marks(text).chars().filter(|c| !is_apostrophe(*c)) {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    if id.len() > MAX_ID_CHARS {
        let end = id[..=MAX_ID_CHARS].rfind('-').unwrap_or(MAX_ID_CHARS);
        id.truncate(end);
    }
    Id::new(id.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, &str); 28] = [
        ("Đài Truyền thanh xã Đắk N'Drung", "dak-ndrung"),
        ("Đài Truyền thanh xã Đắk R'Măng", "dak-rmang"),
        ("Đài Truyền thanh thị trấn Kiến Đức", "kien-duc"),
        ("xã Nâm N'Jang", "nam-njang"),
        ("Ea Pô", "ea-po"),
        ("Đài truyền thanh xã Buôn Choáh", "buon-choah"),
        ("Đài Truyền thanh xã Quảng Tâm", "quang-tam"),
        ("Đài xã Quảng Trực", "quang-truc"),
        ("ĐÀI TRUYỀN THANH XÃ THUẬN AN", "thuan-an"),
        ("Đài Truyền thanh cơ sở xã Đắk Ru", "dak-ru"),
        ("Đài  Truyền thanh\u{a0}xã  Đắk Lao", "dak-lao"),
        ("Trạm truyền thanh phường Nghĩa Tân", "nghia-tan"),
        ("Đài Truyền thanh - Truyền hình huyện Đắk Song", "dak-song"),
        ("Đài Truyền thanh xã Đắk N’Drung, huyện Đắk Song, tỉnh Đắk Nông", "dak-ndrung-dak-song-dak-nong"),
        ("Đài Truyền thanh phường 5", "phuong-5"),
        ("Đài Truyền thanh phường 12, thành phố Đà Lạt", "phuong-12-da-lat"),
        ("Đài Truyền thanh xã Xa Dung", "xa-dung"),
        ("xã Đài Xuyên", "dai-xuyen"),
        ("Đài Xuyên", "dai-xuyen"),
        ("Đài Truyền thanh xã Đại Lộc (mẫu)", "dai-loc"),
        ("Dai Truyen thanh xa Dak Ru", "dak-ru"),
        ("Đài Truyền thanh: xã Cư K'nia", "cu-knia"),
        ("Đài Truyền thanh xã Đăk D’rông", "dak-drong"),
        ("Đài Truyền thanh xã Ea T'Ling", "ea-tling"),
        ("Đài Truyền thanh đặc khu Lý Sơn", "ly-son"),
        ("Đài Truyền thanh xã I\u{306}a Ƀlứ", "ia-blu"),
        ("Đài Truyền thanh xã Hoà Bình – Yên Thuỷ", "hoa-binh-yen-thuy"),
        ("Đài mẫu", "dai-mau"),
    ];

    #[test]
    fn the_proposed_id_names_the_commune() {
        for (name, expected) in NAMES {
            let id = proposed_id(name).map(String::from);
            assert_eq!(id.as_deref(), Some(expected), "{name}");
            // The same name in NFD, as some other systems write it.
            let decomposed: String = name.nfd().collect();
            assert_eq!(proposed_id(&decomposed).map(String::from).as_deref(), Some(expected), "{name} in NFD");
        }
    }

    #[test]
    fn a_name_without_a_commune_proposes_no_id_or_only_dai() {
        for name in ["", "  ", "★ ★", "(Đài)", "Đài ()", "–", "广播站"] {
            let id = proposed_id(name).map(String::from);
            assert!(id.is_none() || id.as_deref() == Some("dai"), "{name}: {id:?}");
        }
    }

    #[test]
    fn a_long_id_is_cut_at_the_end_of_a_word_if_possible() {
        let id = proposed_id(&format!("Đài Truyền thanh xã {}", "Thuận Hạnh ".repeat(30))).map(String::from);
        assert_eq!(id.as_deref(), Some("thuan-hanh-thuan-hanh-thuan-hanh-thuan"));
        let id = proposed_id(&"a".repeat(500)).map(String::from);
        assert_eq!(id.map(|id| id.len()), Some(MAX_ID_CHARS));
    }

    #[test]
    fn the_proposed_agency_is_the_peoples_committee_of_the_commune() {
        let agency = |name| proposed_agency(name);
        assert_eq!(agency("Đài Truyền thanh xã Đắk N'Drung").as_deref(), Some("UBND xã Đắk N'Drung"));
        assert_eq!(agency("Đài Truyền thanh thị trấn Kiến Đức, huyện X").as_deref(), Some("UBND thị trấn Kiến Đức"));
        assert_eq!(agency("Đài Truyền thanh Ea Pô"), None);
    }
}
