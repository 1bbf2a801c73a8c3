//! The report: totals of planned and aired airings. `docs/report.md` defines each number.
//!
//! A [`Report`] is made from facts ([`fact`]) without reading files or the clock. [`totals`] adds up airings, [`tally`]
//! sorts them into groups, [`period`] splits ranges of dates, and [`reconcile`] compares one day's plan with its
//! airings. [`text`], [`csv`], [`xlsx`], [`html`] and [`pdf`] render a finished report. [`figures`] formats numbers,
//! and [`chart`] draws charts.
pub mod campaign;
pub mod chart;
pub mod closing_note;
mod columns;
pub mod coverage;
mod cross_table;
pub mod csv;
pub mod day_list;
pub mod document;
pub mod docx;
pub mod evidence;
pub mod explanation_list;
pub mod fact;
pub mod figures;
pub mod first_sentence;
pub mod group_by;
pub mod growth;
mod growth_table;
pub mod hand_in_list;
mod hand_ins_table;
pub mod html;
pub mod incident_list;
pub mod labels;
pub mod miss_list;
mod misses_table;
pub mod pdf;
pub mod period;
mod punctuality;
pub mod question;
pub mod question_tables;
pub mod reconcile;
mod recordings_table;
pub mod remarks;
pub mod row_lists;
pub mod second_log_lists;
pub mod second_logs;
pub mod section_csv;
pub mod selected_tables;
pub mod table;
pub mod taken_out;
pub mod tally;
mod target_section;
pub mod text;
pub mod text_table;
mod titled_table;
mod topic_language_table;
pub mod totals;
mod work_list;
pub mod xlsx;

use chrono::NaiveDate;

use self::campaign::{CampaignHead, LeftOut};
use self::closing_note::ClosingNote;
use self::hand_in_list::DueLog;
use self::miss_list::Miss;
use self::period::DateRange;
use self::question::Question;
use self::second_logs::SecondLogs;
use self::taken_out::TakenOut;
use self::totals::Totals;
use crate::department::registry::DepartmentProfile;
use crate::department::stated::totals::StatedSection;
use crate::department::stations::duty::DutyRow;
use crate::department::target::result::TargetComparison;
use crate::text::Lang;
use crate::text::department::DepartmentText;

pub use self::coverage::{Coverage, RangeCoverage};
pub use self::evidence::{LogEvidence, UnloggedStation};
pub use self::group_by::GroupBy;
pub use self::growth::Growth;
pub use self::incident_list::{IncidentList, ListedIncident};
pub use self::table::{ReportTable, TableRow, UnestimatedDays, UnloggedDays};

/// A recording that was aired under more than one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRecording {
    /// The SHA-256 of the file, in hex.
    pub sha256: String,
    /// The key of each topic, as in the table by topic, and the number of the recording's airings under it.
    pub topics: Vec<(Vec<String>, u64)>,
}

impl SharedRecording {
    /// Returns the number of the recording's airings under all topics.
    #[must_use]
    pub fn airing_count(&self) -> u64 {
        self.topics.iter().map(|(_, count)| count).sum()
    }
}

/// The state of the index when the report was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IndexState {
    /// The index had not changed since this machine last wrote it.
    #[default]
    Unchanged,
    /// The index had changed since this machine last wrote it, so it was rebuilt.
    Rebuilt,
}

/// The airtime of each topic in each week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeeklyAirtime {
    /// The Monday of each week in the range.
    pub mondays: Vec<NaiveDate>,
    /// The key of each topic, as in the table by topic, and its airtime in each of those weeks, in milliseconds.
    pub topics: Vec<(Vec<String>, Vec<i64>)>,
}

/// A finished report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The department that makes the report.
    pub department: DepartmentProfile,
    /// The date on which the report is made.
    pub made_on: NaiveDate,
    /// The dates that the report covers.
    pub range: DateRange,
    /// The earlier range with which it is compared, if any.
    pub earlier_range: Option<DateRange>,
    /// The totals of all airings in the range.
    pub total: Totals,
    /// The totals of the earlier range, if any.
    pub earlier_total: Option<Totals>,
    /// The tables by topic, language, commune and station, by district if the range has districts, and those that [`tally::ReportQuery::groupings`] and
    /// [`tally::ReportQuery::period`] add.
    pub tables: Vec<ReportTable>,
    /// The tables whose rows are communes combined with topics.
    pub cross_tables: Vec<ReportTable>,
    /// The campaign on which the report is made; `None` if it counts all airings.
    pub campaign: Option<CampaignHead>,
    /// The airings that a report on one campaign leaves out.
    pub left_out: LeftOut,
    /// The airtime of each topic in each week.
    pub weekly_airtime: WeeklyAirtime,
    /// How many stations and station-days of the range have logs.
    pub coverage: RangeCoverage,
    /// The same of the earlier range, if any.
    pub earlier_coverage: Option<RangeCoverage>,
    /// The growth of the airtime from the earlier range; `None` if there is no earlier range.
    pub growth: Option<Growth>,
    /// The stations whose logs do not cover some days of the range.
    pub unlogged_stations: Vec<UnloggedStation>,
    /// The days of each station; empty if the report does not list them.
    pub station_days: Vec<day_list::StationDays>,
    /// The days without a log for which no earlier plan is known.
    pub unestimated: UnestimatedDays,
    /// The evidence that each log in the store gives.
    pub evidence: Vec<LogEvidence>,
    /// The refused and contradictory logs.
    pub incidents: IncidentList,
    /// The number of outcomes that are not counted because they repeat an outcome of the same airing.
    pub repeated_outcomes: u64,
    /// The stations with several logs.
    pub second_logs: SecondLogs,
    /// The recordings that were aired under more than one topic.
    pub shared_recordings: Vec<SharedRecording>,
    /// The dates with a plan in the collected logs, if the range of the report has no airing at all.
    pub collected_range: Option<DateRange>,
    /// The state of the index when the report was made.
    pub index_state: IndexState,
    /// Remarks about changes to the registry that nobody on this machine has accepted.
    pub registry_differences: Vec<DepartmentText>,
    /// The comparison with the department's targets.
    pub targets: TargetComparison,
    /// What the stations said about airings that were not aired completely.
    pub explanations: Vec<explanation_list::Explanation>,
    /// The question on which the report was made, if any: documents have its table too.
    pub question: Option<Question>,
    /// The airings that were not aired completely; empty unless the question is about them.
    pub misses: Vec<Miss>,
    /// The logs that were due in the range.
    pub due_logs: Vec<DueLog>,
    /// The department's duties on the day of the report; `None` if the report was made without them.
    pub work_list: Option<Vec<DutyRow>>,
    /// The airings that stations took out of their plans before the day of the airing.
    pub taken_out: Vec<TakenOut>,
    /// The rows of other bodies in the range.
    pub stated: StatedSection,
    /// The name of the store, for the commands in remarks.
    pub store: String,
    /// The closing of the range; `None` if it is not closed.
    pub closing: Option<ClosingNote>,
}

impl Report {
    /// Returns the totals as a row.
    #[must_use]
    pub fn total_row(&self) -> TableRow {
        TableRow {
            key: vec![self.range.from.to_string(), self.range.until.to_string()],
            totals: self.total.clone(),
            earlier_totals: self.earlier_total.clone(),
            shared_recordings: self.shared_recordings.len() as u64,
            coverage: Some(self.coverage.station_days),
            earlier_coverage: self.earlier_coverage.map(|coverage| coverage.station_days),
            growth: self.growth,
        }
    }

    /// Returns the sentences about the closing of the range; none if it is not closed.
    #[must_use]
    pub fn closing_lines(&self, lang: Lang) -> Vec<String> {
        let lines = |note: &ClosingNote| note.lines(self.range, self.made_on, &self.store, lang);
        self.closing.as_ref().map(lines).unwrap_or_default()
    }

    /// Returns the table with this grouping; `None` if the report does not have it.
    #[must_use]
    pub fn table(&self, by: GroupBy) -> Option<&ReportTable> {
        self.tables.iter().chain(&self.cross_tables).find(|table| table.by == by)
    }
}
