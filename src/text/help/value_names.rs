//! The names of values in usage lines, such as `FILE` in `loa scan <FILE>...`.
use crate::text::Lang;

/// English names with their Vietnamese ones. A name has the same meaning in every command.
const VALUE_NAMES: &[(&str, &str)] = &[
    ("ADDRESS:PORT", "ĐỊA_CHỈ:CỔNG"),
    ("AIRING", "LƯỢT_PHÁT"),
    ("APPROVED_BY", "NGƯỜI_DUYỆT"),
    ("BY", "NHÓM"),
    ("CODE", "MÃ"),
    ("COMMAND", "LỆNH"),
    ("DATE", "NGÀY"),
    ("DATES", "NGÀY..NGÀY"),
    ("DAYS", "SỐ_NGÀY"),
    ("DIR", "THƯ_MỤC"),
    ("DIR|FILE.zip", "THƯ_MỤC|TỆP.zip"),
    ("EARLIER", "KỲ_TRƯỚC"),
    ("FILE", "TỆP"),
    ("FILE|SEGMENT", "TỆP|MỤC_PHÁT"),
    ("FILE|STORE", "TỆP|KHO"),
    ("FORMAT", "DẠNG"),
    ("FROM", "NGÀY"),
    ("ID", "MÃ"),
    ("JOBS", "SỐ_TỆP"),
    ("KEY", "KHOÁ"),
    ("LANG", "NGÔN_NGỮ"),
    ("LANGUAGE", "NGÔN_NGỮ"),
    ("MONTH", "THÁNG"),
    ("N", "SỐ"),
    ("NAME", "TÊN"),
    ("OLD_STATION", "ĐÀI_CŨ"),
    ("PATH", "ĐƯỜNG_DẪN"),
    ("PERIOD", "KỲ"),
    ("PLACE", "NƠI"),
    ("REPEAT", "SỐ_LẦN"),
    ("SECONDS", "SỐ_GIÂY"),
    ("SEGMENT", "MỤC_PHÁT"),
    ("SESSION", "BUỔI_PHÁT"),
    ("SOURCE", "NGUỒN"),
    ("STATION", "ĐÀI"),
    ("STATION|STORE", "ĐÀI|KHO"),
    ("STORE", "KHO"),
    ("TEXT", "NỘI_DUNG"),
    ("TIME", "GIỜ"),
    ("TITLE", "TÊN"),
    ("UNTIL", "NGÀY"),
    ("URL", "ĐỊA_CHỈ"),
    ("VKEY", "KHOÁ"),
];

/// Returns the name of a value in this language; `None` if it keeps its English name.
#[must_use]
pub fn value_name(name: &str, lang: Lang) -> Option<&'static str> {
    match lang {
        Lang::Vi => VALUE_NAMES.iter().find(|(en, _)| *en == name).map(|(_, vi)| *vi),
        Lang::En => None,
    }
}

/// The headings of a help page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpHeading {
    /// Above the subcommands.
    Commands,
    /// Above the positional arguments.
    Arguments,
    /// Above the options.
    Options,
}

impl HelpHeading {
    /// Returns the heading.
    #[must_use]
    pub fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Commands, Lang::Vi) => "Lệnh",
            (Self::Commands, Lang::En) => "Commands",
            (Self::Arguments, Lang::Vi) => "Tham số",
            (Self::Arguments, Lang::En) => "Arguments",
            (Self::Options, Lang::Vi) => "Tuỳ chọn",
            (Self::Options, Lang::En) => "Options",
        }
    }
}
