//! Adds items to the `play` of a session, and removes them.
use chrono::NaiveDate;
use toml_edit::{Array, InlineTable, Value};

use crate::schedule::Id;
use crate::schedule::calendar::DateSpan;

/// Removes the items that play a segment, with or without dates. Returns true when there were such items.
pub fn remove_from_play(play: &mut Array, id: &Id) -> bool {
    let old_count = play.len();
    play.retain(|value| segment_of(value) != Some(id.as_str()));
    play.len() < old_count
}

/// Returns true if an item plays the segment, with or without dates.
pub fn plays(play: &Array, id: &Id) -> bool {
    play.iter().any(|value| segment_of(value) == Some(id.as_str()))
}

/// Returns the segment that an item plays: `"id"` or `{ segment = "id" }`.
fn segment_of(item: &Value) -> Option<&str> {
    item.as_str().or_else(|| item.as_inline_table()?.get("segment")?.as_str())
}

/// Appends an item in the style of the items before it: if they are on lines of their own, so is the new item, with the
/// same indentation. Comments stay where they are.
pub fn append_to_play(play: &mut Array, segment: &Id, dates: &[DateSpan]) {
    let ends_with_comma = play.trailing_comma();
    let indentation = indentation(play);
    // The text between the last item (or the comma after it) and the closing bracket.
    let after_last = match play.iter_mut().last() {
        Some(last) if !ends_with_comma => {
            let suffix = raw_text(last.decor().suffix());
            last.decor_mut().set_suffix("");
            suffix
        }
        Some(_) => raw_text(Some(play.trailing())),
        None => String::new(),
    };
    let mut item = item_value(segment, dates);
    let (prefix, before_bracket) = match (after_last.rsplit_once('\n'), play.is_empty()) {
        (Some((comment, bracket_indentation)), _) => {
            (format!("{}\n{indentation}", comment.trim_end()), format!("\n{bracket_indentation}"))
        }
        (None, true) => (String::new(), after_last),
        // The items are on several lines, but the closing bracket is on the line of the last one.
        (None, false) if last_item_begins_line(play) => (format!("\n{indentation}"), after_last),
        (None, false) => (" ".to_owned(), after_last),
    };
    item.decor_mut().set_prefix(prefix);
    if ends_with_comma {
        play.set_trailing(before_bracket);
    } else {
        item.decor_mut().set_suffix(before_bracket);
    }
    play.push_formatted(item);
    play.set_trailing_comma(ends_with_comma);
}

/// Inserts an item before the first item that plays the segment `before`, in the style of that item. Comments stay with
/// the items that they follow or precede. Returns false, and inserts nothing, if there is no such item.
pub fn insert_into_play(play: &mut Array, segment: &Id, dates: &[DateSpan], before: &Id) -> bool {
    let Some(index) = play.iter().position(|item| segment_of(item) == Some(before.as_str())) else { return false };
    let prefix = play.get(index).map(|next| raw_text(next.decor().prefix())).unwrap_or_default();
    let (own_prefix, next_prefix) = match prefix.split_once('\n') {
        // The text up to the end of the line is a comment on the previous item.
        Some((comment, rest)) => (format!("{comment}\n{}", indentation(play)), format!("\n{rest}")),
        None => (prefix, " ".to_owned()),
    };
    let mut item = item_value(segment, dates);
    item.decor_mut().set_prefix(own_prefix);
    if let Some(next) = play.get_mut(index) {
        next.decor_mut().set_prefix(next_prefix);
    }
    play.insert_formatted(index, item);
    true
}

fn item_value(segment: &Id, dates: &[DateSpan]) -> Value {
    if dates.is_empty() {
        return Value::from(segment.as_str());
    }
    let mut table = InlineTable::new();
    table.insert("segment", Value::from(segment.as_str()));
    table.insert("dates", Value::Array(dates.iter().map(|span| date_span_value(*span)).collect()));
    Value::InlineTable(table)
}

/// Returns dates as a playlist writes them: `2023-03-12`, or `"2023-03-12..2023-03-14"`.
pub fn date_span_value(span: DateSpan) -> Value {
    match span.first == span.last {
        true => date_value(span.first),
        false => Value::from(format!("{}..{}", span.first, span.last)),
    }
}

fn date_value(date: NaiveDate) -> Value {
    date.to_string().parse::<toml_edit::Datetime>().map_or_else(|_| Value::from(date.to_string()), Value::from)
}

/// Returns true when the last item begins a line.
fn last_item_begins_line(play: &Array) -> bool {
    play.iter().last().is_some_and(|value| raw_text(value.decor().prefix()).contains('\n'))
}

/// Returns the white space before the last item that begins a line.
fn indentation(play: &Array) -> String {
    let prefixes = play.iter().map(|value| raw_text(value.decor().prefix()));
    let indentations = prefixes.filter_map(|prefix| Some(prefix.rsplit_once('\n')?.1.to_owned()));
    indentations.last().unwrap_or_else(|| "  ".to_owned())
}

fn raw_text(text: Option<&toml_edit::RawString>) -> String {
    text.and_then(|text| text.as_str()).unwrap_or_default().to_owned()
}
