//! `[amplifier]`.
use std::ops::Range;

use toml::de::DeValue;

use super::durations::duration;
use super::fields::{SpannedValue, TableReader};
use super::values::list;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::schedule::settings::AmplifierSettings;
use crate::text::problem::{Hint, ProblemText};

/// Seconds that it may take to be heard, and that it may have to stay off.
const MAX_WARM_UP: i64 = 60;
const MAX_MIN_OFF: i64 = 120;
/// Seconds that it may stay on after the last sound.
const MAX_TAIL: i64 = 600;
/// Words of a command, and characters of each.
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

/// A command: a text whose words are parted by spaces, or a list of words. None: not there; `Some(None)`: not usable.
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

/// The program is named by its whole path, or alone, to be looked for where the system keeps its programs: what a
/// relative path means depends on where loa was started.
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
