//! Text prepared for comparison: without case, diacritics or apostrophes.
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The apostrophes of names such as `Cư K'Nia`, which people write in many ways, or leave out.
const APOSTROPHES: [char; 8] = ['\'', '’', '‘', '`', '´', 'ʼ', 'ʹ', '＇'];

/// Returns the text in lower case, without diacritics (`Đ` becomes `d`) and apostrophes, and with one plain space for each
/// run of white space, so that `hom qua` matches `Hôm qua`, and `Cư Knia` matches `Cư K'Nia`.
#[must_use]
pub fn fold(text: &str) -> String {
    let lower: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c) && !APOSTROPHES.contains(c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_diacritics_and_spaces_make_no_difference() {
        for text in [
            "Đài  truyền thanh",
            "dai truyen thanh",
            " ĐÀI\u{a0}TRUYỀN THANH ",
            "đa\u{300}i truye\u{302}\u{300}n thanh",
        ] {
            assert_eq!(fold(text), "dai truyen thanh", "{text}");
        }
        for text in ["Cư K'Nia", "Cư Knia", "Cư K’nia", "CƯ K`NIA"] {
            assert_eq!(fold(text), "cu knia", "{text}");
        }
    }
}
