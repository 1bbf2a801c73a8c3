//! Reads `[amplifier]`.
use std::ops::Range;

use toml::de::DeValue;

use super::durations::duration;
use super::fields::{SpannedValue, TableReader};
use super::values::list;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::schedule::settings::AmplifierSettings;
use crate::text::problem::{Hint, ProblemText};

/// Longest times, in seconds, from switching on until it is audible, and from switching off until it may be switched
/// on.
const MAX_WARM_UP: i64 = 60;
const MAX_MIN_OFF: i64 = 120;
/// Longest time that it stays on after the last sound, in seconds.
const MAX_TAIL: i64 = 600;
/// Most words of a command, and most characters of each.
const MAX_WORDS: usize = 16;
const MAX_WORD: usize = 200;
const EXAMPLE: &str = "on = \"/usr/local/bin/relay on\"";

/// Reads the table's keys.
pub fn read(fields: &mut TableReader<'_, '_>, amplifier: &mut AmplifierSettings) {
    let on = command(fields, "on");
    let off = command(fields, "off");
    for (key, other) in [("on", &off), ("off", &on)] {
        // One of them alone would leave it on, or off, for ever.
        if other.is_some() {
            fields.require(key, &EXAMPLE.replace("on", key));
        }
    }
    if let (Some(Some(on)), Some(Some(off))) = (on, off) {
        (amplifier.on, amplifier.off) = (on, off);
    }
    let keys = [
        ("warm-up", MAX_WARM_UP, &mut amplifier.warm_up_us),
        ("tail", MAX_TAIL, &mut amplifier.tail_us),
        ("min-off", MAX_MIN_OFF, &mut amplifier.min_off_us),
    ];
    for (key, max, field) in keys {
        if let Some(us) = duration(fields, key, 0, max) {
            *field = us;
        }
    }
}

/// Reads a command: a text with words separated by spaces, or a list of words. `None` when missing; `Some(None)` when
/// unusable.
fn command(fields: &mut TableReader<'_, '_>, key: &'static str) -> Option<Option<Vec<String>>> {
    let value = fields.take(key)?;
    let words = match value.get_ref() {
        DeValue::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        DeValue::Array(_) => match string_list(value) {
            Some(words) => words,
            None => {
                fields.report_wrong_type(key, value.span(), ProblemText::TextOrList, &EXAMPLE.replace("on", key));
                return Some(None);
            }
        },
        _ => {
            fields.report_wrong_type(key, value.span(), ProblemText::TextOrList, &EXAMPLE.replace("on", key));
            return Some(None);
        }
    };
    Some(validate_command(fields, key, words, value.span()))
}

fn string_list(value: SpannedValue<'_, '_>) -> Option<Vec<String>> {
    list(value).into_iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect()
}

/// Checks a command. The program is an absolute path, or a name that the system looks up: the meaning of a relative
/// path would depend on the folder in which loa was started.
fn validate_command(
    fields: &mut TableReader<'_, '_>,
    key: &str,
    words: Vec<String>,
    span: Range<usize>,
) -> Option<Vec<String>> {
    let plain = |word: &String| word.chars().count() <= MAX_WORD && !word.chars().any(char::is_control);
    let program = words.first().is_some_and(|p| !p.is_empty() && (p.starts_with('/') || !p.contains('/')));
    if program && words.len() <= MAX_WORDS && words.iter().all(plain) {
        return Some(words);
    }
    let text: String = words.join(" ").chars().filter(|c| !c.is_control()).take(60).collect();
    let hint = Hint::Write { example: EXAMPLE.replace("on", key) };
    let place = fields.span_in_file(span);
    fields.problems.push(Problem::structural(place, Finding::BadCommand { text }, hint));
    None
}
