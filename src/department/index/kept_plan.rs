//! The airings of a kept plan, or placeholders where the plan is missing.
use std::borrow::Cow;
use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Deserialize;

use super::interner::Interner;
use super::rows::{AiringColumns, AiringTexts, MAX_ID, MAX_PLANNED, are_valid_lengths, day_number};
use crate::airlog::plausibility::{date_in_id, is_unplanned};

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
    /// A relay slot is no airing.
    #[serde(default)]
    relay: bool,
    /// What was taken out of an earlier plan of the day is named, and gets its outcome, but is planned no more.
    #[serde(default)]
    withdrawn: bool,
}

/// A kept plan.
#[derive(Debug, Clone, Default)]
pub struct ParsedPlan {
    /// The airings that it names.
    pub airings: Vec<AiringColumns>,
    /// What of them is planned, milliseconds.
    pub planned_ms: i64,
}

/// The airings of a kept plan of this date, each once, as far as somebody wants them by their ids; none when it is no plan.
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

/// What stands for `count` airings of a date whose plan is lacking: they were planned, and nothing else is known.
#[must_use]
pub fn placeholder_airings(date: i32, count: u64) -> Vec<AiringColumns> {
    let day = NaiveDate::from_num_days_from_ce_opt(date).unwrap_or_default();
    let one = |n| AiringColumns { id: format!("?@{day}#{n}"), date, ..AiringColumns::default() };
    (1..=count.min(MAX_PLANNED)).map(one).collect()
}
