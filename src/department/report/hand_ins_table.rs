//! The table of the logs that were due, and when they came.
use std::cmp::Reverse;

use chrono::NaiveDate;

use super::Report;
use super::figures::{format_count, format_date, format_date_range};
use super::hand_in_list::{DueLog, DueState};
use super::labels::station_label;
use super::row_lists::TextTable;
use super::section_csv::to_csv;
use super::titled_table::TitledTable;
use crate::department::stations::due::DEFAULT_DUE_DAYS;
use crate::text::count::DayCount;
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Renders the logs that were due as CSV.
pub(super) fn hand_ins_csv(report: &Report) -> String {
    let rows = report.due_logs.iter().map(|log| {
        vec![
            log.station.clone(),
            log.name.clone(),
            log.month.from.to_string(),
            log.month.until.to_string(),
            log.due.to_string(),
            log.received_on.map(|day| day.to_string()).unwrap_or_default(),
            log.state(report.made_on).code().to_owned(),
            log.late_days(report.made_on).map(|days| days.to_string()).unwrap_or_default(),
            log.explained.to_string(),
            log.unanswered.to_string(),
        ]
    });
    to_csv("station,name,from,until,due,received_on,state,late_days,explained,unanswered", rows)
}

/// Returns the table of the logs that were due, worst first.
pub(super) fn hand_ins_table(report: &Report, lang: Lang) -> TitledTable {
    let localize = |text: QuestionText| text.localized(lang).to_string();
    let headings = vec![
        ReportText::Station {}.to_plain(lang),
        ReportText::Period {}.to_plain(lang),
        localize(QuestionText::Due {}),
        localize(QuestionText::ReceivedOn {}),
        localize(QuestionText::DueState {}),
        localize(QuestionText::Explained {}),
        localize(QuestionText::Unanswered {}),
    ];
    let mut table = TextTable::new(headings, vec![5, 6]);
    let today = report.made_on;
    let mut logs: Vec<&DueLog> = report.due_logs.iter().collect();
    logs.sort_by_cached_key(|log| {
        (log.state(today), Reverse(log.late_days(today)), log.month.from, log.station.clone())
    });
    let due_days = report.department.due_days.unwrap_or(DEFAULT_DUE_DAYS);
    for log in logs {
        table.rows.push(vec![
            strip_unprintable(&station_label(&log.station, &log.name)),
            format_date_range(log.month),
            format_date(log.due),
            log.received_on.map_or_else(|| "–".to_owned(), format_date),
            state_text(log, today).to_plain(lang),
            format_count(log.explained, lang),
            format_count(log.unanswered, lang),
        ]);
    }
    TitledTable {
        heading: localize(QuestionText::DueHeading {}),
        sheet_name: localize(QuestionText::DueSheet {}),
        table,
        widths: vec![28, 20, 12, 12, 16, 10, 10],
        remarks: vec![localize(QuestionText::DueRule { days: i64::from(due_days).into() })],
        has_total_row: false,
    }
}

fn state_text(log: &DueLog, today: NaiveDate) -> QuestionText {
    let days = DayCount::from(log.late_days(today).unwrap_or(0));
    match log.state(today) {
        DueState::InTime => QuestionText::InTime {},
        DueState::Late => QuestionText::Late { days },
        DueState::Missing => QuestionText::Missing { days },
        DueState::Waiting => QuestionText::NotDueYet {},
        DueState::EnrolledLater => QuestionText::EnrolledLater {},
    }
}
