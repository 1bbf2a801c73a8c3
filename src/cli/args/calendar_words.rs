//! Joins calendar words that were typed without quotes, and recognises a date typed in place of the station's folder.
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Command;

use super::calendar_error::CalendarArgError;
use super::date_arg::DateArg;
use super::month_arg::{MonthArg, is_month_phrase, month_of_english_name};
use super::plan_dates_arg::PlanDatesArg;
use super::several_days::is_several_days;
use crate::base::fold::fold;

/// The options that take a date, a range of dates or a month.
const CALENDAR_OPTIONS: [&str; 8] =
    ["--date", "--month", "--on", "--skip", "--from", "--until", "--approved-on", "--valid-until"];
/// The number of words of the longest date: `ngày 12 tháng 3 năm 2026`.
const MAX_WORDS: usize = 6;
/// The maximum length of a word, in bytes. The longest calendar word has five letters, so longer text is not folded.
const MAX_WORD_BYTES: usize = 16;

/// Returns the arguments with `hôm qua`, `ngày mai` or `tháng 3` joined into one argument after an option that takes a
/// date or a month. Without quotes, the shell passes each word as an argument of its own.
#[must_use]
pub fn join_calendar_words(args: Vec<OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::with_capacity(args.len());
    let mut rest = args.as_slice();
    while let Some(arg) = rest.first().filter(|arg| *arg != "--") {
        let follows_option =
            joined.last().and_then(|last| last.to_str()).is_some_and(|last| CALENDAR_OPTIONS.contains(&last));
        let count = if follows_option { phrase_length(rest) } else { 1 };
        joined.push(if count == 1 { arg.clone() } else { phrase(&rest[..count]).into() });
        rest = &rest[count..];
    }
    joined.extend_from_slice(rest);
    joined
}

/// The commands that accept a date in place of the folder.
const COMMANDS_WITH_DATE: [&str; 2] = ["log", "plan"];

/// Returns the arguments with `--date` before a date, or `--month` before a month, that stands in place of the
/// station's folder: `loa log 12/3`, `loa plan ngày mai`. An argument that is an existing path stays a folder.
#[must_use]
pub fn insert_date_options(args: Vec<OsString>, program: &Command) -> Vec<OsString> {
    let mut with_options: Vec<OsString> = Vec::with_capacity(args.len() + 1);
    let mut rest = args.into_iter();
    with_options.extend(rest.next());
    let mut command = None;
    while let Some(arg) = rest.next() {
        if arg == "--" {
            with_options.push(arg);
            break;
        }
        let is_one_of = |options: &HashSet<String>| arg.to_str().is_some_and(|arg| options.contains(arg));
        if arg.to_string_lossy().starts_with('-') {
            let takes_value = is_one_of(&options_with_value(command.unwrap_or(program)));
            with_options.push(arg);
            with_options.extend(if takes_value { rest.next() } else { None });
            continue;
        }
        let Some(command) = command else {
            command =
                arg.to_str().filter(|name| COMMANDS_WITH_DATE.contains(name)).and_then(|n| program.find_subcommand(n));
            with_options.push(arg);
            if command.is_none() {
                break;
            }
            continue;
        };
        let words: Vec<OsString> = std::iter::once(&arg).chain(rest.as_slice()).take(MAX_WORDS).cloned().collect();
        let count = if Path::new(&arg).exists() { 1 } else { phrase_length(&words) };
        let arg = if count == 1 { arg } else { phrase(&words[..count]).into() };
        rest.by_ref().take(count - 1).for_each(drop);
        with_options.extend(option_for(&arg, command).map(OsString::from));
        with_options.push(arg);
    }
    with_options.extend(rest);
    with_options
}

/// Returns the option to insert before a positional argument; `None` if the argument is a folder.
fn option_for(arg: &OsStr, command: &Command) -> Option<&'static str> {
    let text = arg.to_str().filter(|text| !text.is_empty() && !Path::new(text).exists())?;
    let has_option = |name: &str| command.get_arguments().any(|argument| argument.get_long() == Some(name));
    // A lone number can be the name of a folder; a date or a month also has a word or a second number.
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    match () {
        () if is_number => None,
        () if has_option("month") && (text.parse::<MonthArg>().is_ok() || is_month_phrase(text)) => Some("--month"),
        () if is_date(text) || is_month_phrase(text) || looks_like_date(text) => Some("--date"),
        () => None,
    }
}

/// Returns true for a date, for several days, and for a date that `--date` refuses with an explanation, such as 30/2.
fn is_date(text: &str) -> bool {
    match text.parse::<DateArg>() {
        Ok(_) => true,
        Err(CalendarArgError::AbsentDay(..) | CalendarArgError::Weekday(_) | CalendarArgError::SeveralDays(_)) => true,
        Err(_) => text.parse::<PlanDatesArg>().is_ok(),
    }
}

/// Returns true for numbers with separators between them, such as `12/3/26` or `12/3..15/3`. `--date` then explains how
/// to write the date.
fn looks_like_date(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    text.starts_with(is_digit)
        && text.ends_with(is_digit)
        && text.chars().all(|c| is_digit(c) || matches!(c, '/' | '.' | '-'))
        && !text.chars().all(is_digit)
}

/// Returns the options of a command that take a value as the next argument.
fn options_with_value(command: &Command) -> HashSet<String> {
    let arguments_with_value = command.get_arguments().filter(|argument| argument.get_action().takes_values());
    let names = arguments_with_value.filter_map(|argument| argument.get_long()).map(|name| format!("--{name}"));
    // `--lang` can follow every command.
    names.chain(["--lang".to_owned()]).collect()
}

/// Returns the number of words at the beginning that make one date or month; at least 1.
fn phrase_length(words: &[OsString]) -> usize {
    let is_short = |word: &&OsString| word.to_str().is_some_and(|text| text.len() <= MAX_WORD_BYTES);
    let is_option = |word: &&OsString| word.to_string_lossy().starts_with('-');
    let count = words.iter().take(MAX_WORDS).take_while(|word| is_short(word) && !is_option(word)).count();
    let is_phrase = |count: &usize| {
        let text = phrase(&words[..*count]);
        matches!(text.parse::<DateArg>(), Ok(_) | Err(CalendarArgError::AbsentDay(..)))
            || is_several_days(&text)
            || is_month_phrase(&text)
    };
    let long_phrase = (3..=count).rev().find(is_phrase);
    long_phrase.unwrap_or_else(|| match words {
        [first, second, ..] if belong_together(first, second) => 2,
        _ => 1,
    })
}

fn phrase(words: &[OsString]) -> String {
    words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn belong_together(first: &OsStr, second: &OsStr) -> bool {
    let (Some(first), Some(second)) = (first.to_str(), second.to_str()) else { return false };
    if first.len() > MAX_WORD_BYTES || second.len() > MAX_WORD_BYTES {
        return false;
    }
    let second = fold(second);
    match fold(first).as_str() {
        "hom" => matches!(second.as_str(), "nay" | "qua" | "kia"),
        "sang" | "trua" | "chieu" | "toi" => matches!(second.as_str(), "nay" | "qua" | "mai"),
        "ngay" => matches!(second.as_str(), "mai" | "kia" | "mot") || second.starts_with(|c: char| c.is_ascii_digit()),
        "thu" => {
            matches!(second.as_str(), "2" | "3" | "4" | "5" | "6" | "7" | "hai" | "ba" | "tu" | "nam" | "sau" | "bay")
        }
        "chu" => second == "nhat",
        "thang" => {
            matches!(second.as_str(), "nay" | "truoc" | "qua" | "sau" | "toi")
                || second.starts_with(|c: char| c.is_ascii_digit())
        }
        "tuan" => matches!(second.as_str(), "nay" | "truoc" | "qua" | "sau" | "toi"),
        "ca" | "mot" => second == "tuan",
        "this" | "last" | "next" => matches!(second.as_str(), "week" | "month"),
        first if first.bytes().all(|b| b.is_ascii_digit()) => is_several_days(&format!("{first} {second}")),
        first => {
            month_of_english_name(first).is_some() && second.len() == 4 && second.bytes().all(|b| b.is_ascii_digit())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(line: &str) -> String {
        let args = line.split(' ').map(OsString::from).collect();
        join_calendar_words(args).iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn only_words_that_belong_together_are_joined_and_only_after_an_option() {
        assert_eq!(joined("loa log --date hôm qua"), "loa|log|--date|hôm qua");
        assert_eq!(joined("loa plan --date ngay mai ."), "loa|plan|--date|ngay mai|.");
        assert_eq!(joined("loa log --month tháng 3/2026"), "loa|log|--month|tháng 3/2026");
        assert_eq!(joined("loa plan --date mai hom"), "loa|plan|--date|mai|hom");
        assert_eq!(joined("loa list hôm qua"), "loa|list|hôm|qua");
        assert_eq!(joined("loa log --date ngày 12/3"), "loa|log|--date|ngày 12/3");
        assert_eq!(joined("loa log --date thứ hai"), "loa|log|--date|thứ hai");
        assert_eq!(joined("loa log --date 12 tháng 3 dai"), "loa|log|--date|12 tháng 3|dai");
        assert_eq!(
            joined("loa add --on ngày 12 tháng 3 năm 2027 a.mp3"),
            "loa|add|--on|ngày 12 tháng 3 năm 2027|a.mp3"
        );
        assert_eq!(joined("loa log --month tháng 3 năm 2026"), "loa|log|--month|tháng 3 năm 2026");
        assert_eq!(joined("loa plan --date hôm"), "loa|plan|--date|hôm");
        assert_eq!(joined("loa add --on ngày mai"), "loa|add|--on|ngày mai");
        assert_eq!(joined("loa add --valid-until ngày 20/11"), "loa|add|--valid-until|ngày 20/11");
        // Another option's value, and the name of a file.
        assert_eq!(joined("loa add --session ngay 20-11.mp3"), "loa|add|--session|ngay|20-11.mp3");
        assert_eq!(joined("loa add -- ngay 20-11.mp3"), "loa|add|--|ngay|20-11.mp3");
        assert_eq!(joined("loa add -- --on ngay mai"), "loa|add|--|--on|ngay|mai");
    }

    #[test]
    fn a_date_in_place_of_a_folder_gets_its_option() {
        let program = crate::cli::command(crate::text::Lang::En);
        let with_option = |line: &str| {
            let args = join_calendar_words(line.split(' ').map(OsString::from).collect());
            insert_date_options(args, &program).iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join("|")
        };
        assert_eq!(with_option("loa log 12/3"), "loa|log|--date|12/3");
        assert_eq!(with_option("loa log hôm qua"), "loa|log|--date|hôm qua");
        assert_eq!(with_option("loa log 12 tháng 3"), "loa|log|--date|12 tháng 3");
        assert_eq!(with_option("loa log 31 tháng 2"), "loa|log|--date|31 tháng 2");
        assert_eq!(
            with_option("loa plan ngày 12 tháng 3 năm 2026 src"),
            "loa|plan|--date|ngày 12 tháng 3 năm 2026|src"
        );
        assert_eq!(with_option("loa log sáng hôm qua"), "loa|log|--date|sáng hôm qua");
        assert_eq!(with_option("loa log ngày 12/3/2026 --all"), "loa|log|--date|ngày 12/3/2026|--all");
        assert_eq!(with_option("loa --lang vi log sáng nay"), "loa|--lang|vi|log|--date|sáng nay");
        assert_eq!(with_option("loa log tháng 3 --format pdf"), "loa|log|--month|tháng 3|--format|pdf");
        assert_eq!(with_option("loa log 3/2026"), "loa|log|--month|3/2026");
        assert_eq!(with_option("loa log 30/2"), "loa|log|--date|30/2");
        for text in ["12/3/26", "13/13", "12/3..15/3", "2026-13-01", "12//3"] {
            assert_eq!(with_option(&format!("loa log {text}")), format!("loa|log|--date|{text}"));
        }
        assert_eq!(with_option("loa log thang 13"), "loa|log|--month|thang 13");
        assert_eq!(with_option("loa log tháng 3 năm 2026 src"), "loa|log|--month|tháng 3 năm 2026|src");
        assert_eq!(with_option("loa log tháng trước"), "loa|log|--month|tháng trước");
        assert_eq!(with_option("loa log last month"), "loa|log|--month|last month");
        assert_eq!(with_option("loa log march 2026"), "loa|log|--month|march 2026");
        assert_eq!(with_option("loa log tuần này"), "loa|log|--date|tuần này");
        assert_eq!(with_option("loa plan tuần"), "loa|plan|--date|tuần");
        assert_eq!(with_option("loa plan tuần này src"), "loa|plan|--date|tuần này|src");
        assert_eq!(with_option("loa plan tuần sau"), "loa|plan|--date|tuần sau");
        assert_eq!(with_option("loa plan 7 ngày"), "loa|plan|--date|7 ngày");
        assert_eq!(with_option("loa plan 7 ngày tới"), "loa|plan|--date|7 ngày tới");
        assert_eq!(with_option("loa plan next week"), "loa|plan|--date|next week");
        assert_eq!(with_option("loa plan tháng 3"), "loa|plan|--date|tháng 3");
        assert_eq!(with_option("loa plan 3/2026"), "loa|plan|--date|3/2026");
        assert_eq!(with_option("loa plan t2"), "loa|plan|--date|t2");
        assert_eq!(with_option("loa plan src mai"), "loa|plan|src|--date|mai");
        assert_eq!(with_option("loa plan 12/3 --lang en"), "loa|plan|--date|12/3|--lang|en");
        // Text that is no date, existing paths, option values and other commands stay unchanged.
        for line in [
            "loa log .",
            "loa log src",
            "loa log 2026",
            "loa log xa-12",
            "loa log --output 12/3",
            "loa log -- 12/3",
            "loa log --date 12/3",
            "loa log tháng giêng hai",
            "loa list 12/3",
            "loa note 12 mai",
            "loa",
            "loa --lang",
            "loa log",
        ] {
            assert_eq!(with_option(line), line.replace(' ', "|"), "{line}");
        }
    }
}
