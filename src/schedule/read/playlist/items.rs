//! Reads `play` of a session: segments, draws, relay slots.
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::super::durations::duration;
use super::super::fields::{SpannedValue, TableReader};
use super::super::values::{as_title, id, list, number, read_choice};
use super::campaign::FileCampaign;
use super::topic::topic;
use crate::schedule::finding::Finding;
use crate::schedule::session::{DrawOrder, PoolDraw, RelaySlot, SegmentPool, SessionItem};
use crate::text::problem::{Hint, ProblemText};

/// Most items of one session.
const MAX_PLAY: usize = 500;
/// Most segments of one draw.
const MAX_PICK: i64 = 50;
/// Longest relay slot, in seconds.
const MAX_RELAY: i64 = 12 * 3600;
const ORDERS: [(&str, DrawOrder); 2] = [("round", DrawOrder::Round), ("shuffle", DrawOrder::Shuffle)];

/// Reads the items, with their places; `None` when any of them has an error.
pub fn read_play(
    fields: &mut TableReader<'_, '_>,
    file_campaign: &FileCampaign,
) -> Option<Vec<(SessionItem, Range<usize>)>> {
    let example = "play = [\"nhac-hieu\", \"tin-sang\"]";
    let value = fields.require("play", example)?;
    if !matches!(value.get_ref(), DeValue::Array(_)) {
        fields.report_wrong_type("play", value.span(), ProblemText::ListOfText, example);
        return None;
    }
    let items = list(value);
    if items.is_empty() {
        let hint = Hint::Write { example: example.to_owned() };
        fields.report_structural(value.span(), Finding::EmptyList { key: "play".to_owned() }, hint);
        return None;
    }
    if items.len() > MAX_PLAY {
        fields.report_structural(
            value.span(),
            Finding::TooMany { what: ProblemText::Items, limit: MAX_PLAY },
            Hint::FewerOrFiles,
        );
        return None;
    }
    // All items are read, so that all errors are reported at once.
    let mut found = Vec::new();
    let mut good = true;
    for item in items {
        match read_item(fields, item, file_campaign, example) {
            Some(one) => found.push((one, item.span())),
            None => good = false,
        }
    }
    good.then_some(found)
}

fn read_item<'t, 's>(
    fields: &mut TableReader<'t, 's>,
    item: SpannedValue<'t, 's>,
    file_campaign: &FileCampaign,
    example: &str,
) -> Option<SessionItem> {
    let DeValue::Table(table) = item.get_ref() else {
        let (text, span) = fields.as_text("play", item, example)?;
        return id(fields, "play", &text, span).map(SessionItem::Segment);
    };
    let mut inner = TableReader::new(table, fields.span_in_file(0..0).file, item.span());
    let found = read_table_item(&mut inner, table, file_campaign, item.span());
    let (problems, _) = inner.finish();
    fields.problems.extend(problems);
    found
}

/// Reads `{ relay = … }`, `{ topic = … }` or `{ pool = … }`.
fn read_table_item(
    inner: &mut TableReader<'_, '_>,
    table: &DeTable<'_>,
    file_campaign: &FileCampaign,
    span: Range<usize>,
) -> Option<SessionItem> {
    let has = |key: &str| table.iter().any(|(k, _)| k.get_ref() == key);
    match (has("relay"), has("topic"), has("pool")) {
        (true, false, false) => {
            let example = "{ relay = \"…\", for = \"30m\" }";
            let (text, at) = inner.text("relay", example)?;
            let title = as_title(inner, "relay", &text, at);
            inner.require("for", "for = \"30m\"")?;
            let for_us = duration(inner, "for", 1, MAX_RELAY)?;
            Some(SessionItem::Relay(RelaySlot { title: title?, duration_us: for_us }))
        }
        (false, true, false) => {
            let (topic, how) = (topic(inner, file_campaign), read_draw_options(inner));
            let campaign = file_campaign.campaign()?.id.clone();
            Some(drawn(SegmentPool::Topic { campaign, topic: topic? }, how?))
        }
        (false, false, true) => {
            let (name, how) = (inner.text("pool", "pool = \"tin-vui\""), read_draw_options(inner));
            let (text, at) = name?;
            Some(drawn(SegmentPool::Named(id(inner, "pool", &text, at)?), how?))
        }
        _ => {
            // The hint names the keys, so none of them is reported as unknown.
            for key in ["relay", "for", "topic", "pool", "pick", "order"] {
                inner.take(key);
            }
            let example =
                "{ topic = 3, pick = 2 }, { pool = \"tin-vui\" }, { relay = \"…\", for = \"30m\" }".to_owned();
            inner.report_structural(span, Finding::BadItem, Hint::Write { example });
            None
        }
    }
}

/// Reads how many segments are drawn, and in which order.
fn read_draw_options(inner: &mut TableReader<'_, '_>) -> Option<(u16, DrawOrder)> {
    let order = read_choice(inner, "order", &ORDERS).unwrap_or_default();
    let pick = match inner.take("pick") {
        None => 1,
        Some(_) => u16::try_from(number(inner, "pick", 1, MAX_PICK)?).ok()?,
    };
    Some((pick, order))
}

fn drawn(pool: SegmentPool, (pick, order): (u16, DrawOrder)) -> SessionItem {
    SessionItem::Draw(PoolDraw { pool, pick, order })
}
