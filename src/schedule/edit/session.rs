//! Changes the keys of a session: its title, its times, its days and the order of its items.
use chrono::{NaiveTime, Timelike, Weekday};
use toml_edit::{Array, Item, TableLike, Value};

use super::session_items::date_span_value;
use super::{EditError, is_id, parse, render, tables_mut};
use crate::schedule::Id;
use crate::schedule::calendar::DateSpan;

/// A change of a session. What is `None` or empty stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionChange {
    /// The new title.
    pub title: Option<String>,
    /// The new times of its starts.
    pub start_times: Option<Vec<NaiveTime>>,
    /// The new weekdays.
    pub weekdays: Option<Vec<Weekday>>,
    /// Dates on which it does not air.
    pub skipped: Vec<DateSpan>,
    /// The items of `play` in their new order, each by its old position from 0. Items that are not named are removed.
    pub order: Option<Vec<usize>>,
}

/// Returns the playlist with a session changed. Everything outside the change stays as it is.
///
/// # Errors
/// `EditError::NotToml` when the text cannot be parsed; `EditError::NoSuchSession` when no session has this id;
/// `EditError::NoSuchItem` when the order names an item twice or none; `EditError::SessionWouldBeEmpty` when no item is
/// left.
pub fn with_session_change(text: &str, session_id: &Id, change: &SessionChange) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let sessions = document.as_table_mut().get_mut("session").map(tables_mut).unwrap_or_default();
    let session = sessions.into_iter().find(|session| is_id(session.get("id"), session_id));
    let session = session.ok_or_else(|| EditError::NoSuchSession(session_id.to_string()))?;
    if let Some(title) = &change.title {
        set(session, "title", Value::from(title.as_str()));
    }
    if let Some(times) = &change.start_times {
        let texts: Vec<String> = times.iter().map(time_text).collect();
        match &texts[..] {
            [only] => set(session, "at", Value::from(only.as_str())),
            several => set(session, "at", Value::Array(several.iter().map(String::as_str).collect())),
        }
    }
    if let Some(days) = &change.weekdays {
        set(session, "days", weekdays_value(days));
    }
    if !change.skipped.is_empty() {
        add_exceptions(session, &change.skipped);
    }
    if let Some(order) = &change.order {
        let play = session.get_mut("play").and_then(Item::as_array_mut);
        reorder(play.ok_or_else(|| EditError::NoSuchSession(session_id.to_string()))?, order, session_id)?;
    }
    Ok(render(&document, text))
}

/// Sets a key, and keeps the comment behind its old value.
fn set(session: &mut dyn TableLike, key: &str, mut value: Value) {
    match session.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => drop(session.insert(key, Item::Value(value))),
    }
}

fn time_text(time: &NaiveTime) -> String {
    time.format(if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

/// Returns the value of `days`: the schedule's words for weekdays, or `daily`.
fn weekdays_value(days: &[Weekday]) -> Value {
    let week = (0..7).map(|number| (0..number).fold(Weekday::Mon, |day, _| day.succ()));
    let chosen: Vec<&str> = week.filter(|day| days.contains(day)).map(weekday_word).collect();
    if chosen.len() == 7 { Value::from("daily") } else { Value::Array(chosen.into_iter().collect()) }
}

fn weekday_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// Adds dates to `except`, which may be one value or a list.
fn add_exceptions(session: &mut dyn TableLike, dates: &[DateSpan]) {
    let mut values = match session.get("except").and_then(Item::as_value) {
        Some(Value::Array(values)) => values.clone(),
        Some(one) => Array::from_iter([one.clone().decorated("", "")]),
        None => Array::new(),
    };
    for span in dates {
        values.push(date_span_value(*span));
    }
    set(session, "except", Value::Array(values));
}

/// Puts the items of `play` into another order. Where items stand on lines of their own or have comments, each keeps what
/// stands before it.
fn reorder(play: &mut Array, order: &[usize], session_id: &Id) -> Result<(), EditError> {
    let old: Vec<Value> = play.iter().cloned().collect();
    let mut is_used = vec![false; old.len()];
    for index in order {
        let used = is_used.get_mut(*index).ok_or_else(|| EditError::NoSuchItem(index.saturating_add(1).to_string()))?;
        if std::mem::replace(used, true) {
            return Err(EditError::NoSuchItem(index.saturating_add(1).to_string()));
        }
    }
    if order.is_empty() {
        return Err(EditError::SessionWouldBeEmpty(session_id.to_string()));
    }
    let decor_text = |value: &Value| {
        let prefix = value.decor().prefix().and_then(|text| text.as_str()).unwrap_or_default().to_owned();
        prefix + value.decor().suffix().and_then(|text| text.as_str()).unwrap_or_default()
    };
    let has_own_lines = old.iter().any(|value| decor_text(value).contains(['\n', '#']));
    play.clear();
    for (position, index) in order.iter().enumerate() {
        let mut value = old[*index].clone();
        if !has_own_lines {
            *value.decor_mut() = old[position].decor().clone();
        }
        play.push_formatted(value);
    }
    Ok(())
}
