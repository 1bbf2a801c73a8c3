//! Reads `[amplifier]`.
use std::ops::Range;

use toml::de::DeValue;

use super::durations::read_duration;
use super::fields::{SpannedValue, TableReader};
use super::values::as_list;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::schedule::settings::AmplifierSettings;
use crate::text::problem::{Hint, ProblemText};

/// The maximum value of `warm-up`, in seconds.
const MAX_WARM_UP_S: i64 = 60;
/// The maximum value of `min-off`, in seconds.
const MAX_MIN_OFF_S: i64 = 120;
/// The maximum value of `tail`, in seconds.
const MAX_TAIL_S: i64 = 600;
/// The maximum number of words of a command.
const MAX_COMMAND_WORDS: usize = 16;
/// The maximum length of a word, in characters.
const MAX_WORD_CHARS: usize = 200;
const ON_EXAMPLE: &str = "on = \"/usr/local/bin/relay on\"";

/// Reads the keys of `[amplifier]`.
pub fn read(fields: &mut TableReader<'_, '_>, amplifier: &mut AmplifierSettings) {
    let on_command = read_command(fields, "on", ON_EXAMPLE);
    let off_command = read_command(fields, "off", &ON_EXAMPLE.replace("on", "off"));
    for (key, other_command) in [("on", &off_command), ("off", &on_command)] {
        // With only one of the commands, the amplifier would stay on, or off, for ever.
        if other_command.is_some() {
            fields.require(key, &ON_EXAMPLE.replace("on", key));
        }
    }
    if let (Some(Some(on_words)), Some(Some(off_words))) = (on_command, off_command) {
        (amplifier.on, amplifier.off) = (on_words, off_words);
    }
    let durations = [
        ("warm-up", MAX_WARM_UP_S, &mut amplifier.warm_up_us),
        ("tail", MAX_TAIL_S, &mut amplifier.tail_us),
        ("min-off", MAX_MIN_OFF_S, &mut amplifier.min_off_us),
    ];
    for (key, max_s, duration_us) in durations {
        if let Some(new_duration_us) = read_duration(fields, key, 0, max_s) {
            *duration_us = new_duration_us;
        }
    }
}

/// Reads a command: a string of words separated by spaces, or a list of words. `None` when the key is missing;
/// `Some(None)` when the command is invalid.
pub(super) fn read_command(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    example: &str,
) -> Option<Option<Vec<String>>> {
    let value = fields.take(key)?;
    let words = match value.get_ref() {
        DeValue::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        DeValue::Array(_) => match string_list(value) {
            Some(words) => words,
            None => {
                fields.report_wrong_type(key, value.span(), ProblemText::TextOrList, example);
                return Some(None);
            }
        },
        _ => {
            fields.report_wrong_type(key, value.span(), ProblemText::TextOrList, example);
            return Some(None);
        }
    };
    Some(validate_command(fields, words, value.span(), example))
}

fn string_list(value: SpannedValue<'_, '_>) -> Option<Vec<String>> {
    as_list(value).into_iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect()
}

/// Returns the command if it is valid; reports it otherwise. The program must be an absolute path, or a name that the
/// system looks up: a relative path would depend on the folder in which loa was started.
fn validate_command(
    fields: &mut TableReader<'_, '_>,
    words: Vec<String>,
    span: Range<usize>,
    example: &str,
) -> Option<Vec<String>> {
    let is_valid_word = |word: &String| word.chars().count() <= MAX_WORD_CHARS && !word.chars().any(char::is_control);
    let has_valid_program = words.first().is_some_and(|p| !p.is_empty() && (p.starts_with('/') || !p.contains('/')));
    if has_valid_program && words.len() <= MAX_COMMAND_WORDS && words.iter().all(is_valid_word) {
        return Some(words);
    }
    let text: String = words.join(" ").chars().filter(|c| !c.is_control()).take(60).collect();
    let hint = Hint::Write { example: example.to_owned() };
    let source_span = fields.span_in_file(span);
    fields.problems.push(Problem::structural_error(source_span, Finding::BadCommand { text }, hint));
    None
}
