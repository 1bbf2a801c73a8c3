//! The languages in which stations broadcast: their codes in the schedule, and their names in reports.
use super::Lang;

/// A language in which stations broadcast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BroadcastLanguage {
    /// The ISO 639-1 code if there is one, else the ISO 639-3 code.
    pub code: &'static str,
    /// The name in Vietnamese.
    vi: &'static str,
    /// The name in English.
    en: &'static str,
}

impl BroadcastLanguage {
    /// Returns the name of the language.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
    }
}

/// The languages whose codes the schedule accepts without a warning: the languages of Đắk Nông province, and English.
pub const BROADCAST_LANGUAGES: [BroadcastLanguage; 8] = [
    BroadcastLanguage { code: "vi", vi: "tiếng Việt", en: "Vietnamese" },
    BroadcastLanguage { code: "cmo", vi: "tiếng M'Nông", en: "M'Nông" },
    BroadcastLanguage { code: "rad", vi: "tiếng Ê Đê", en: "Ê Đê" },
    BroadcastLanguage { code: "cma", vi: "tiếng Mạ", en: "Mạ" },
    BroadcastLanguage { code: "hmn", vi: "tiếng Mông", en: "Mông" },
    BroadcastLanguage { code: "tyz", vi: "tiếng Tày", en: "Tày" },
    BroadcastLanguage { code: "nut", vi: "tiếng Nùng", en: "Nùng" },
    BroadcastLanguage { code: "en", vi: "tiếng Anh", en: "English" },
];

/// Returns the language with this code; `None` if it is not in the table.
#[must_use]
pub fn broadcast_language(code: &str) -> Option<&'static BroadcastLanguage> {
    BROADCAST_LANGUAGES.iter().find(|language| language.code == code)
}
