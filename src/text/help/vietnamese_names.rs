//! Vietnamese words that people type for commands and options. loa does not accept them, but proposes the right name.

/// Words in plain lower-case letters, without marks, and the commands that they mean.
const COMMANDS: &[(&str, &str)] = &[
    ("bang-chung", "bundle"),
    ("bat", "run"),
    ("bo", "remove"),
    ("bo-qua", "skip"),
    ("chay", "run"),
    ("chi-tieu", "target"),
    ("danh-sach", "list"),
    ("cac-dai", "stations"),
    ("dien-tap", "rehearse"),
    ("dung", "stop"),
    ("ghi-chu", "note"),
    ("ke-hoach", "plan"),
    ("ket-luan", "answer"),
    ("chot-ky", "close"),
    ("khan", "urgent"),
    ("khan-cap", "urgent"),
    ("hoan-tac", "undo"),
    ("in", "log"),
    ("kham", "doctor"),
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
    ("tu-khai", "stated"),
    ("tin-khan", "urgent"),
    ("trang", "page"),
    ("trang-thai", "status"),
    ("viec-can-lam", "stations"),
    ("xem", "status"),
    ("xoa", "remove"),
    ("xuat", "export"),
];

/// Each row: a command, a word in plain lower-case letters without marks, and the subcommand that the word means.
const SUBCOMMANDS: &[(&str, &str, &str)] = &[
    ("alarm", "gui", "send"),
    ("alarm", "thu", "test"),
    ("amplifier", "bat", "on"),
    ("amplifier", "mo", "on"),
    ("amplifier", "tat", "off"),
    ("amplifier", "thu", "test"),
    ("clock", "xac", "confirm"),
    ("clock", "xac-nhan", "confirm"),
    ("key", "hien", "show"),
    ("key", "xem", "show"),
    ("stated", "mau", "form"),
    ("stated", "them", "add"),
    ("stated", "bo", "remove"),
    ("target", "chap-nhan", "accept"),
    ("target", "kiem-tra", "check"),
    ("target", "xem", "show"),
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
    ("viec", "--todo"),
    ("viec-can-lam", "--todo"),
];

/// Returns the command that this word means, or, if `parent` is not empty, the subcommand of `parent` that it means.
/// The word is in plain lower-case letters, without marks.
#[must_use]
pub fn command_named(parent: &str, word: &str) -> Option<&'static str> {
    if parent.is_empty() {
        return find(COMMANDS, word);
    }
    let is_meant = |entry: &&(&str, &str, &str)| entry.0 == parent && entry.1 == word;
    SUBCOMMANDS.iter().find(is_meant).map(|(.., name)| *name)
}

/// Returns the option, with its dashes, that this word means. The word is in plain lower-case letters, without marks.
#[must_use]
pub fn option_named(word: &str) -> Option<&'static str> {
    find(OPTIONS, word)
}

fn find(table: &'static [(&str, &str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(vietnamese, _)| *vietnamese == word).map(|(_, name)| *name)
}
