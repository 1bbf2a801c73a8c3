//! The airings of a kept plan, or placeholders where the plan is missing.
use std::borrow::Cow;
use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Deserialize;

use super::interner::Interner;
use super::rows::{AiringColumns, AiringTexts, MAX_ID, MAX_PLANNED, are_valid_lengths, day_number};
use crate::airlog::airing_id::{date_in_id, is_unplanned};

#[derive(Deserialize)]
struct PlanLine<'a> {
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
    /// A relay slot is not an airing.
    #[serde(default)]
    relay: bool,
    /// An airing that a later plan of the day withdrew is still named and gets an outcome, but it is not planned
    /// airtime.
    #[serde(default)]
    withdrawn: bool,
}

/// The airings of a kept plan.
#[derive(Debug, Clone, Default)]
pub struct ParsedPlan {
    /// The wanted airings, each once.
    pub airings: Vec<AiringColumns>,
    /// Airtime of all its airings, milliseconds.
    pub planned_ms: i64,
}

/// Parses a kept plan of a date. `is_wanted` chooses airings by their ids. None when the bytes are not a plan.
#[must_use]
pub fn parse_plan(
    plan: &[u8],
    date: i32,
    words: &mut Interner,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<ParsedPlan> {
    let lines: Vec<PlanLine<'_>> = serde_json::from_slice(plan).ok()?;
    let mut seen = HashSet::new();
    let good = |line: &PlanLine<'_>| {
        let day = date_in_id(&line.id).map(day_number);
        !line.relay
            && day == Some(date)
            && line.id.len() <= MAX_ID
            && are_valid_lengths(&[line.duration_ms])
            && !is_unplanned(&line.id)
    };
    let own = lines.into_iter().filter(good).filter(|line| seen.insert(line.id.clone()));
    let mut planned_ms = 0;
    let counted = own.inspect(|line| planned_ms += if line.withdrawn { 0 } else { line.duration_ms });
    let first = counted.take(usize::try_from(MAX_PLANNED).unwrap_or(usize::MAX));
    let columns = first.filter(|line| is_wanted(&line.id)).map(|line| {
        let texts = AiringTexts {
            id: line.id,
            planned_at: line.start,
            session: line.session,
            segment: line.segment,
            title: line.title,
            campaign: line.campaign,
            language: line.language,
        };
        texts.into_columns(date, line.topic, line.duration_ms, words)
    });
    let airings = columns.collect();
    Some(ParsedPlan { airings, planned_ms })
}

/// Returns placeholders for `count` airings of a date whose plan is missing: they were planned, and nothing else is
/// known.
#[must_use]
pub fn placeholder_airings(date: i32, count: u64) -> Vec<AiringColumns> {
    let day = NaiveDate::from_num_days_from_ce_opt(date).unwrap_or_default();
    let one = |n| AiringColumns { id: format!("?@{day}#{n}"), date, ..AiringColumns::default() };
    (1..=count.min(MAX_PLANNED)).map(one).collect()
}
