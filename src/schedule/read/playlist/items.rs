//! `play` of a session: segments, draws, relay slots.
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::super::fields::{Fields, Value};
use super::super::values::{as_title, duration, id, list, number, one_of};
use super::Belongs;
use crate::schedule::session::{Draw, Item, Order, Pool, Relay};
use crate::text::problem::{Around, Finding, Hint};

/// Items of one session.
const MAX_PLAY: usize = 500;
/// Segments of one draw.
const MAX_PICK: i64 = 50;
/// The longest relay slot, seconds.
const MAX_RELAY: i64 = 12 * 3600;
const ORDERS: [(&str, Order); 2] = [("round", Order::Round), ("shuffle", Order::Shuffle)];

/// The items, and where they stand.
pub fn play(fields: &mut Fields<'_, '_>, belongs: &Belongs) -> Option<Vec<(Item, Range<usize>)>> {
    let example = "play = [\"nhac-hieu\", \"tin-sang\"]";
    let value = fields.need("play", example)?;
    if !matches!(value.get_ref(), DeValue::Array(_)) {
        fields.wrong("play", value.span(), Around::ListOfText, example);
        return None;
    }
    let items = list(value);
    if items.is_empty() {
        let hint = Hint::Write { example: example.to_owned() };
        fields.structural(value.span(), Finding::EmptyList { key: "play".to_owned() }, hint);
        return None;
    }
    if items.len() > MAX_PLAY {
        fields.structural(value.span(), Finding::TooMany { what: Around::Items, limit: MAX_PLAY }, Hint::FewerOrFiles);
        return None;
    }
    // Every item is looked at: all that is wrong is told at once.
    let mut found = Vec::new();
    let mut good = true;
    for item in items {
        match one(fields, item, belongs, example) {
            Some(one) => found.push((one, item.span())),
            None => good = false,
        }
    }
    good.then_some(found)
}

fn one<'t, 's>(fields: &mut Fields<'t, 's>, item: Value<'t, 's>, belongs: &Belongs, example: &str) -> Option<Item> {
    let DeValue::Table(table) = item.get_ref() else {
        let (text, span) = fields.as_text("play", item, example)?;
        return id(fields, "play", &text, span).map(Item::Segment);
    };
    let mut inner = Fields::new(table, fields.place(0..0).file, item.span());
    let found = of_table(&mut inner, table, belongs, item.span());
    let (problems, _) = inner.finish();
    fields.problems.extend(problems);
    found
}

/// `{ relay = … }`, `{ topic = … }` or `{ pool = … }`.
fn of_table(inner: &mut Fields<'_, '_>, table: &DeTable<'_>, belongs: &Belongs, span: Range<usize>) -> Option<Item> {
    let has = |key: &str| table.iter().any(|(k, _)| k.get_ref() == key);
    match (has("relay"), has("topic"), has("pool")) {
        (true, false, false) => {
            let example = "{ relay = \"…\", for = \"30m\" }";
            let (text, at) = inner.text("relay", example)?;
            let title = as_title(inner, "relay", &text, at);
            inner.need("for", "for = \"30m\"")?;
            let for_us = duration(inner, "for", 1, MAX_RELAY)?;
            Some(Item::Relay(Relay { title: title?, for_us }))
        }
        (false, true, false) => {
            let (topic, how) = (super::topic(inner, belongs), how_drawn(inner));
            let campaign = belongs.campaign()?.id.clone();
            Some(drawn(Pool::Topic { campaign, topic: topic? }, how?))
        }
        (false, false, true) => {
            let (name, how) = (inner.text("pool", "pool = \"tin-vui\""), how_drawn(inner));
            let (text, at) = name?;
            Some(drawn(Pool::Named(id(inner, "pool", &text, at)?), how?))
        }
        _ => {
            // Which keys there can be is told by the hint.
            for key in ["relay", "for", "topic", "pool", "pick", "order"] {
                inner.take(key);
            }
            let example =
                "{ topic = 3, pick = 2 }, { pool = \"tin-vui\" }, { relay = \"…\", for = \"30m\" }".to_owned();
            inner.structural(span, Finding::BadItem, Hint::Write { example });
            None
        }
    }
}

/// How many, and in which order.
fn how_drawn(inner: &mut Fields<'_, '_>) -> Option<(u16, Order)> {
    let order = one_of(inner, "order", &ORDERS).unwrap_or_default();
    let pick = match inner.take("pick") {
        None => 1,
        Some(_) => u16::try_from(number(inner, "pick", 1, MAX_PICK)?).ok()?,
    };
    Some((pick, order))
}

fn drawn(pool: Pool, (pick, order): (u16, Order)) -> Item {
    Item::Draw(Draw { pool, pick, order })
}
