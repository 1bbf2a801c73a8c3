//! The department's work list in a report. It names no contacts: those stay in the department.
use super::Report;
use super::figures::{format_count, format_date};
use super::incident_list::station_cell;
use super::labels::station_label;
use super::row_lists::TextTable;
use super::titled_table::{TitledTable, shortened_list};
use crate::department::stations::duty::Duty;
use crate::department::stations::wording::duty_text;
use crate::text::question::QuestionText;
use crate::text::stations::StationsText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The maximum number of duties on the first pages of a report.
const MAX_SHOWN_DUTIES: usize = 40;

/// Returns the work list; `None` if the report was made without one. Without work its one row says so.
pub(super) fn work_list_table(report: &Report, lang: Lang) -> Option<TitledTable> {
    let duties = report.work_list.as_ref()?;
    let headings = vec![StationsText::Station {}.to_plain(lang), StationsText::ToDo {}.to_plain(lang)];
    let mut table = TextTable::new(headings, Vec::new());
    for row in duties.iter().take(MAX_SHOWN_DUTIES) {
        let station = match &row.duty {
            Duty::Unattributed(listed) => station_cell(listed, lang),
            _ => station_label(&row.station, &row.name),
        };
        table.rows.push(vec![strip_unprintable(&station), strip_unprintable(&duty_text(&row.duty, lang))]);
    }
    if duties.is_empty() {
        table.rows.push(vec!["–".to_owned(), StationsText::NothingToDo {}.to_plain(lang)]);
    }
    let hidden = duties.len().saturating_sub(MAX_SHOWN_DUTIES);
    let remark = (hidden > 0).then(|| {
        let (rows, store) = (format_count(hidden as u64, lang), report.store.clone());
        QuestionText::MoreDuties { rows, store }.to_plain(lang)
    });
    Some(TitledTable {
        heading: QuestionText::WorkListHeading { date: format_date(report.made_on) }.to_plain(lang),
        sheet_name: QuestionText::WorkListSheet {}.to_plain(lang),
        table,
        widths: vec![30, 70],
        remarks: remark.into_iter().collect(),
        has_total_row: false,
    })
}

/// Returns the sentences for the front of a report that name the stations which are silent, have never sent a log, have a
/// new log, or were changed in the registry. The other duties have sentences or sections of their own.
pub(super) fn work_list_lines(report: &Report, lang: Lang) -> Vec<String> {
    let duties = report.work_list.as_deref().unwrap_or_default();
    let line = |is_of_kind: fn(&Duty) -> bool, sentence: fn(String) -> QuestionText| {
        let rows = duties.iter().filter(|row| is_of_kind(&row.duty));
        let names: Vec<String> = rows.map(|row| strip_unprintable(&station_label(&row.station, &row.name))).collect();
        (!names.is_empty()).then(|| sentence(shortened_list(&names)).to_plain(lang))
    };
    let lines = [
        line(|duty| matches!(duty, Duty::NeverSent), |names| QuestionText::NeverSentLine { names }),
        line(|duty| matches!(duty, Duty::Silent { .. }), |names| QuestionText::SilentLine { names }),
        line(|duty| matches!(duty, Duty::NewLog { .. }), |names| QuestionText::NewLogLine { names }),
        line(|duty| matches!(duty, Duty::Registration), |names| QuestionText::RegistrationLine { names }),
    ];
    lines.into_iter().flatten().collect()
}
