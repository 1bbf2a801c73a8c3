//! The parameters of a report, and the data that it needs in addition to the airings.
use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::department::registry::Registry;
use crate::department::report::campaign::CampaignHead;
use crate::department::report::evidence::LogEvidence;
use crate::department::report::fact::{Symbol, SymbolTable};
use crate::department::report::group_by::GroupBy;
use crate::department::report::period::{DateRange, Period};
use crate::department::report::question::Question;
use crate::department::report::second_logs::SecondLogs;
use crate::department::target::campaign::DefinedCampaign;

/// The parameters of a report.
#[derive(Debug, Clone)]
pub struct ReportQuery {
    /// The dates that the report covers.
    pub range: DateRange,
    /// The earlier range with which the report is compared, if any.
    pub earlier_range: Option<DateRange>,
    /// The groupings of additional tables. The tables by topic, language, commune and station are always made, and the
    /// table by district if the range has districts.
    pub groupings: Vec<GroupBy>,
    /// The length of the periods in the table by period; `None` for no such table.
    pub period: Option<Period>,
    /// The only campaign whose airings count; `None` if all airings count.
    pub campaign: Option<CampaignHead>,
    /// The question on which the report is made, if any.
    pub question: Option<Question>,
    /// True if the report lists the days of each station one by one.
    pub lists_days: bool,
    /// The date on which the report is made.
    pub made_on: NaiveDate,
}

impl ReportQuery {
    /// Returns the days of a range that are before the date of the report, in ascending order. A later day may still
    /// get a log.
    pub(in crate::department::report) fn past_days(&self, range: DateRange) -> impl Iterator<Item = NaiveDate> + use<> {
        let made_on = self.made_on;
        range.from.iter_days().take_while(move |day| *day <= range.until && *day < made_on)
    }
}

/// The data that a report needs in addition to the airings.
#[derive(Debug, Clone, Default)]
pub struct ReportContext {
    /// The strings to which the symbols of facts refer.
    pub symbols: SymbolTable,
    /// The titles of topics, by campaign and topic number.
    pub topic_titles: HashMap<(Symbol, u16), String>,
    /// The numbers of the topics that the department defines, by campaign.
    pub defined_topics: HashMap<Symbol, BTreeSet<u16>>,
    /// The names of stations in their logs, by station id.
    pub station_names: HashMap<String, String>,
    /// The dates until the end of the ranges for which a log has a plan, by station id.
    pub logged_days: HashMap<String, BTreeSet<NaiveDate>>,
    /// The evidence that each log in the store gives.
    pub evidence: Vec<LogEvidence>,
    /// The number of outcomes that are not counted because they repeat an outcome of the same airing.
    pub repeated_outcomes: u64,
    /// The stations with several logs.
    pub second_logs: SecondLogs,
}

impl ReportContext {
    /// Returns the name of a station from the registry, or else from its log; empty if neither has one.
    pub(in crate::department) fn station_name(&self, registry: &Registry, station: &str) -> String {
        let logged_name = || self.station_names.get(station).cloned();
        registry.station_name(station).map(str::to_owned).or_else(logged_name).unwrap_or_default()
    }

    /// Adds the topics that the department defines. Their titles replace those in the logs.
    pub fn define_topics(&mut self, campaigns: &[DefinedCampaign]) {
        for campaign in campaigns {
            let symbol = self.symbol_of(campaign.id.as_str());
            for (number, title) in &campaign.topics {
                self.topic_titles.insert((symbol, *number), title.clone());
            }
            self.defined_topics.insert(symbol, campaign.topics.keys().copied().collect());
        }
    }

    /// Returns the symbol of a text, which gets one if no log has it.
    fn symbol_of(&mut self, text: &str) -> Symbol {
        let texts = &mut self.symbols.0;
        let index = texts.iter().position(|known| known == text).unwrap_or_else(|| {
            texts.push(text.to_owned());
            texts.len() - 1
        });
        Symbol::try_from(index).unwrap_or(Symbol::MAX)
    }
}
