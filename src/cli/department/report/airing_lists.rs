//! Lists single airings of a report while they are read: in the workbook, as explanations, and as misses.
use super::airing_rows::{AiringRows, RowTexts};
use super::explanations::Explainer;
use crate::department::index::query::IndexedAiring;
use crate::department::report::explanation_list::Explanation;
use crate::department::report::miss_list::{Miss, sort_misses};
use crate::department::report::question::Question;
use crate::department::report::tally::ReportQuery;

/// Lists the airings that count in a report.
pub(super) struct AiringLists<'a> {
    query: &'a ReportQuery,
    explainer: Explainer,
    texts: RowTexts<'a>,
    explanations: Vec<Explanation>,
    misses: Vec<Miss>,
}

impl<'a> AiringLists<'a> {
    /// Creates empty lists.
    pub(super) fn new(query: &'a ReportQuery, explainer: Explainer, texts: RowTexts<'a>) -> Self {
        Self { query, explainer, texts, explanations: Vec::new(), misses: Vec::new() }
    }

    /// Lists an airing, unless the report is made on another campaign. Only airings of the report's range are explained.
    /// `rows` are those of the workbook.
    pub(super) fn visit(&mut self, airing: &IndexedAiring<'_>, is_in_range: bool, rows: Option<&mut AiringRows<'_>>) {
        let symbols = self.texts.symbols;
        let (fact, text) = (&airing.fact, |symbol: u32| symbols.text(symbol));
        if self.query.campaign.as_ref().is_some_and(|campaign| text(fact.campaign) != campaign.id) {
            return;
        }
        let id = text(fact.station);
        let station = (id, self.texts.station_names.get(id).copied().unwrap_or_default());
        let entry = airing.entry.and_then(|(log, seq)| Some((self.texts.origins.get(&log)?.as_str(), seq)));
        let listed_entry = entry.filter(|_| is_in_range);
        let explanation =
            listed_entry.and_then(|entry| self.explainer.explanation(airing, entry, station, text(fact.title)));
        if let Some(rows) = rows {
            rows.push(airing, explanation.as_ref());
        }
        self.explanations.extend(explanation);
        let miss_entry = listed_entry.filter(|_| self.query.question == Some(Question::Misses));
        self.misses.extend(miss_entry.and_then(|entry| self.explainer.miss(airing, entry, station, symbols)));
    }

    /// Returns the explanations and the misses.
    pub(super) fn finish(mut self) -> (Vec<Explanation>, Vec<Miss>) {
        sort_misses(&mut self.misses);
        (self.explanations, self.misses)
    }
}
