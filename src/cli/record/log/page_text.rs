//! Formats a page of the log book as text.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::airings_table::airings_table;
use super::page::{LogPage, LoggedAiring, page_date};
use super::remarks::remark_line;
use crate::airlog::entry::{Outcome, OutcomeEntry};
use crate::airlog::record::Record;
use crate::cli::table::{format_date, format_in_words, strip_unprintable};
use crate::cli::words::fault_text;
use crate::text::log::TableText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize};

/// Returns the page as text.
#[must_use]
pub fn page_text(page: &LogPage, lang: Lang) -> String {
    let mut out = String::new();
    if let Some(fault) = &page.fault {
        out.push_str(&format!("{}\n", ProofText::Changed { fault: fault_text(fault) }.to_plain(lang)));
    }
    if page.rehearsal {
        out.push_str(&format!("*** {} ***\n", TableText::Rehearsal {}.localized(lang)));
    }
    out.push_str(&format!("{}\n", TableText::LogBook { station: strip_unprintable(&page.name) }.localized(lang)));
    let mut days: BTreeMap<NaiveDate, Vec<&Record>> = BTreeMap::new();
    for record in &page.records {
        days.entry(page_date(record)).or_default().push(record);
    }
    days.retain(|_, records| records.iter().any(|r| r.kind == "outcome" || remark_line(r, lang).is_some()));
    if days.is_empty() {
        out.push_str(&format!("\n{}\n", TableText::NothingLogged {}.localized(lang)));
        return out;
    }
    for (day, records) in &days {
        let date = format_date(*day, lang);
        out.push_str(&format!("\n{}\n", TableText::Day { date }.localized(lang)));
        let airings: Vec<_> = records.iter().copied().filter_map(LoggedAiring::from_record).collect();
        if !airings.is_empty() {
            out.push_str(&airings_table(&airings, lang));
            let unsynchronised_count = airings.iter().filter(|airing| airing.has_unsynchronised_time()).count();
            if unsynchronised_count > 0 {
                out.push_str(&format!("{}\n", TableText::ClockAlone { count: unsynchronised_count }.localized(lang)));
            }
        }
        for line in records.iter().filter_map(|r| remark_line(r, lang)) {
            out.push_str(&format!("{}\n", strip_unprintable(&line)));
        }
        if let Some((code, entries)) = page.head_codes.get(day).filter(|_| page.fault.is_none()) {
            let (code, entries) = (code.clone(), *entries);
            out.push_str(&format!("{}\n", TableText::HeadCode { code, entries }.localized(lang)));
        }
    }
    out.push_str(&format!(
        "\n{}\n{}\n\n{}\n",
        totals(page, lang),
        TableText::WhatItProves {}.localized(lang),
        TableText::Signature {}.localized(lang)
    ));
    out
}

/// Returns the totals of the planned airings, followed by those of the unplanned airings if there are any.
fn totals(page: &LogPage, lang: Lang) -> String {
    let (planned, unplanned): (Vec<_>, Vec<_>) = page
        .outcomes()
        .into_iter()
        .map(|airing| airing.outcome)
        .partition(|outcome| outcome.labels.planned_at.is_some());
    let count = |result| planned.iter().filter(|outcome| outcome.result == result).count();
    let total_length = |outcomes: &[&OutcomeEntry]| {
        let ms: i64 = outcomes.iter().map(|outcome| outcome.played_ms).sum();
        format_in_words((ms + 500) / 1000, lang)
    };
    let totals = TableText::Totals {
        planned: planned.len(),
        aired: count(Outcome::Aired),
        partial: count(Outcome::Partial),
        missed: count(Outcome::Missed),
        length: total_length(&planned),
    };
    let mut text = totals.localized(lang).to_string();
    if !unplanned.is_empty() {
        let (count, length) = (unplanned.len(), total_length(&unplanned));
        text.push_str(&format!("\n{}", TableText::UnplannedTotals { count, length }.localized(lang)));
    }
    text
}
