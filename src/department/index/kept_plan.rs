//! The airings of a kept plan, or placeholders if the plan is missing.
use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;

use super::interner::Interner;
use super::rows::{
    AiringColumns, AiringTexts, MAX_ID_BYTES, MAX_PLANNED_AIRINGS, are_valid_lengths, date_of_day_number, day_number,
};
use crate::airlog::airing_id::{date_in_id, is_unplanned};

/// An item of a kept plan.
#[derive(Deserialize)]
struct PlanItem<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    session: Option<Cow<'a, str>>,
    #[serde(borrow)]
    segment: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Cow<'a, str>,
    #[serde(borrow, default)]
    start: Option<Cow<'a, str>>,
    #[serde(default)]
    duration_ms: i64,
    #[serde(borrow, default)]
    campaign: Option<Cow<'a, str>>,
    #[serde(default)]
    topic: Option<u16>,
    #[serde(borrow, default)]
    language: Cow<'a, str>,
    /// True for a relay slot, which is not an airing.
    #[serde(default)]
    relay: bool,
    /// True for an airing that a later plan of the day withdrew. It still gets an outcome, but does not count as
    /// planned airtime.
    #[serde(default)]
    withdrawn: bool,
}

/// The contents of a kept plan.
#[derive(Debug, Clone, Default)]
pub struct ParsedPlan {
    /// The selected airings, without duplicates.
    pub airings: Vec<AiringColumns>,
    /// The planned airtime of all its airings, selected or not, in milliseconds.
    pub planned_ms: i64,
}

/// Parses the kept plan of a date. `date` is a day number, and `is_selected` chooses airings by their ids. Returns
/// `None` if the bytes are not a plan.
#[must_use]
pub fn parse_plan(
    plan: &[u8],
    date: i32,
    interner: &mut Interner,
    is_selected: impl Fn(&str) -> bool,
) -> Option<ParsedPlan> {
    let items: Vec<PlanItem<'_>> = serde_json::from_slice(plan).ok()?;
    let mut ids = HashSet::new();
    let is_valid_airing = |item: &PlanItem<'_>| {
        !item.relay
            && date_in_id(&item.id).map(day_number) == Some(date)
            && item.id.len() <= MAX_ID_BYTES
            && are_valid_lengths(&[item.duration_ms])
            && !is_unplanned(&item.id)
    };
    let airing_items = items.into_iter().filter(is_valid_airing).filter(|item| ids.insert(item.id.clone()));
    let mut planned_ms = 0;
    let counted_items = airing_items
        .inspect(|item| planned_ms += if item.withdrawn { 0 } else { item.duration_ms })
        .take(usize::try_from(MAX_PLANNED_AIRINGS).unwrap_or(usize::MAX));
    let columns = counted_items.filter(|item| is_selected(&item.id)).map(|item| {
        let texts = AiringTexts {
            id: item.id,
            planned_at: item.start,
            session: item.session,
            segment: item.segment,
            title: item.title,
            campaign: item.campaign,
            language: item.language,
        };
        texts.into_columns(date, item.topic, item.duration_ms, interner)
    });
    let airings = columns.collect();
    Some(ParsedPlan { airings, planned_ms })
}

/// Returns placeholders for `count` airings of a date whose plan is missing. Nothing is known about them except that
/// they were planned.
#[must_use]
pub fn placeholder_airings(date: i32, count: u64) -> Vec<AiringColumns> {
    let iso_date = date_of_day_number(date);
    let placeholder = |number| AiringColumns { id: format!("?@{iso_date}#{number}"), date, ..AiringColumns::default() };
    (1..=count.min(MAX_PLANNED_AIRINGS)).map(placeholder).collect()
}
