//! Reads `play` of a session: segments, draws, relay slots, and their dates.
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::super::dates::{check_date_order, read_date};
use super::super::days::read_date_spans;
use super::super::durations::read_duration;
use super::super::fields::{SpannedValue, TableReader};
use super::super::values::{as_id, as_list, as_title, read_choice, read_number};
use super::campaign::FileCampaign;
use super::topic::read_topic;
use crate::schedule::finding::Finding;
use crate::schedule::session::{DrawOrder, ItemContent, ItemDates, PoolDraw, RelaySlot, SegmentPool, SessionItem};
use crate::text::problem::{Hint, ProblemText};

/// The maximum number of items in `play`.
const MAX_PLAY_ITEMS: usize = 500;
/// The maximum number of segments of one draw.
const MAX_PICK: i64 = 50;
/// The maximum length of a relay slot, in seconds.
const MAX_RELAY_S: i64 = 12 * 3600;
const DRAW_ORDERS: [(&str, DrawOrder); 2] = [("round", DrawOrder::Round), ("shuffle", DrawOrder::Shuffle)];

/// Reads the items and their byte ranges; `None` when an item has an error.
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
    let items = as_list(value);
    if items.is_empty() {
        let hint = Hint::Write { example: example.to_owned() };
        fields.report_structural_problem(value.span(), Finding::EmptyList { key: "play".to_owned() }, hint);
        return None;
    }
    if items.len() > MAX_PLAY_ITEMS {
        fields.report_structural_problem(
            value.span(),
            Finding::TooMany { what: ProblemText::Items, limit: MAX_PLAY_ITEMS },
            Hint::RemoveSome,
        );
        return None;
    }
    // All items are read even after an error, so that all errors are reported at once.
    let mut play = Vec::new();
    let mut all_valid = true;
    for value in items {
        match read_item(fields, value, file_campaign, example) {
            Some(item) => play.push((item, value.span())),
            None => all_valid = false,
        }
    }
    all_valid.then_some(play)
}

fn read_item<'t, 's>(
    fields: &mut TableReader<'t, 's>,
    item: SpannedValue<'t, 's>,
    file_campaign: &FileCampaign,
    example: &str,
) -> Option<SessionItem> {
    let DeValue::Table(table) = item.get_ref() else {
        let (text, span) = fields.as_text("play", item, example)?;
        let content = as_id(fields, "play", &text, span).map(ItemContent::Segment)?;
        return Some(SessionItem { content, dates: None });
    };
    let mut item_fields = TableReader::new(table, fields.span_in_file(0..0).file_index, item.span());
    let content = read_content(&mut item_fields, table, file_campaign, item.span());
    let dates = read_item_dates(&mut item_fields);
    let (problems, _) = item_fields.finish();
    fields.problems.extend(problems);
    Some(SessionItem { content: content?, dates })
}

/// Reads `dates`, `from` and `until` of an item; `None` when the item has none of them. An error in them is structural,
/// so the whole session is rejected.
fn read_item_dates(fields: &mut TableReader<'_, '_>) -> Option<ItemDates> {
    let spans = read_date_spans(fields, "dates");
    let (from, until) = (read_date(fields, "from"), read_date(fields, "until"));
    check_date_order(fields, "from", from, until);
    let has_dates = from.is_some() || until.is_some() || !spans.is_empty();
    has_dates.then_some(ItemDates { from, until, spans })
}

/// Reads `{ segment = … }`, `{ relay = … }`, `{ topic = … }` or `{ pool = … }`.
fn read_content(
    fields: &mut TableReader<'_, '_>,
    table: &DeTable<'_>,
    file_campaign: &FileCampaign,
    span: Range<usize>,
) -> Option<ItemContent> {
    let has_key = |key: &str| table.iter().any(|(k, _)| k.get_ref() == key);
    match (has_key("segment"), has_key("relay"), has_key("topic"), has_key("pool")) {
        (true, false, false, false) => {
            let (text, text_span) = fields.take_text("segment", "{ segment = \"tin-sang\", dates = [2023-03-20] }")?;
            as_id(fields, "segment", &text, text_span).map(ItemContent::Segment)
        }
        (false, true, false, false) => {
            let example = "{ relay = \"…\", for = \"30m\" }";
            let (text, text_span) = fields.take_text("relay", example)?;
            let title = as_title(fields, "relay", &text, text_span);
            fields.require("for", "for = \"30m\"")?;
            let duration_us = read_duration(fields, "for", 1, MAX_RELAY_S)?;
            Some(ItemContent::Relay(RelaySlot { title: title?, duration_us }))
        }
        (false, false, true, false) => {
            let (topic, options) = (read_topic(fields, file_campaign), read_draw_options(fields));
            let campaign = file_campaign.campaign()?.id.clone();
            Some(draw_item(SegmentPool::Topic { campaign, topic: topic? }, options?))
        }
        (false, false, false, true) => {
            let (pool_name, options) = (fields.take_text("pool", "pool = \"tin-vui\""), read_draw_options(fields));
            let (text, text_span) = pool_name?;
            Some(draw_item(SegmentPool::Named(as_id(fields, "pool", &text, text_span)?), options?))
        }
        _ => {
            // The hint names the keys, so none of them is reported as unknown.
            for key in ["segment", "relay", "for", "topic", "pool", "pick", "order"] {
                fields.take(key);
            }
            let example =
                "{ segment = \"tin-sang\", dates = [2023-03-20] }, { topic = 3, pick = 2 }, { pool = \"tin-vui\" }, \
                           { relay = \"…\", for = \"30m\" }"
                    .to_owned();
            fields.report_structural_problem(span, Finding::BadItem, Hint::Write { example });
            None
        }
    }
}

/// Reads the number of segments to draw, and their order.
fn read_draw_options(fields: &mut TableReader<'_, '_>) -> Option<(u16, DrawOrder)> {
    let order = read_choice(fields, "order", &DRAW_ORDERS).unwrap_or_default();
    let pick = match fields.take("pick") {
        None => 1,
        Some(_) => u16::try_from(read_number(fields, "pick", 1, MAX_PICK)?).ok()?,
    };
    Some((pick, order))
}

fn draw_item(pool: SegmentPool, (pick, order): (u16, DrawOrder)) -> ItemContent {
    ItemContent::Draw(PoolDraw { pool, pick, order })
}
