//! Vietnamese words that people type for commands and options. loa does not accept them, but proposes the right name.

/// Words in plain lower-case letters, without marks, and the commands that they mean.
const COMMANDS: &[(&str, &str)] = &[
    ("bat", "run"),
    ("bo", "remove"),
    ("bo-qua", "skip"),
    ("chay", "run"),
    ("danh-sach", "list"),
    ("dien-tap", "rehearse"),
    ("dung", "stop"),
    ("ghi-chu", "note"),
    ("ke-hoach", "plan"),
    ("khan", "urgent"),
    ("khan-cap", "urgent"),
    ("hoan-tac", "undo"),
    ("kiem-tra", "check"),
    ("lich", "plan"),
    ("nhat-ky", "log"),
    ("nop", "export"),
    ("phat", "play"),
    ("start", "run"),
    ("tang-am", "amplifier"),
    ("tao", "init"),
    ("them", "add"),
    ("tinh-trang", "status"),
    ("tra-lai", "undo"),
    ("tin-khan", "urgent"),
    ("trang-thai", "status"),
    ("xoa", "remove"),
    ("xuat", "export"),
];

/// Words in plain lower-case letters, without marks, and the options that they mean.
const OPTIONS: &[(&str, &str)] = &[
    ("buoi", "--session"),
    ("chu-de", "--topic"),
    ("dai", "--station"),
    ("den", "--until"),
    ("den-ngay", "--until"),
    ("khong-hoi", "--yes"),
    ("lan", "--repeat"),
    ("ngay", "--date"),
    ("ngay-duyet", "--approved-on"),
    ("ngon-ngu", "--lang"),
    ("nguoi-duyet", "--approved-by"),
    ("nguon", "--source"),
    ("so-lan", "--repeat"),
    ("so-ngay", "--days"),
    ("ten", "--title"),
    ("thang", "--month"),
    ("tu", "--from"),
    ("tu-ngay", "--from"),
];

/// Returns the command that this folded word means.
#[must_use]
pub fn command_named(word: &str) -> Option<&'static str> {
    find(COMMANDS, word)
}

/// Returns the option, with its dashes, that this folded word means.
#[must_use]
pub fn option_named(word: &str) -> Option<&'static str> {
    find(OPTIONS, word)
}

fn find(table: &'static [(&str, &str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(vietnamese, _)| *vietnamese == word).map(|(_, name)| *name)
}
