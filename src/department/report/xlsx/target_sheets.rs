//! Writes the sheets about targets, about what was taken out of plans, about stated rows, and those that answer questions.
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::cells::{finish_sheet, line_count, number_width, set_line_count, to_f64, write_headings, write_text_table};
use super::print_setup::print_on_landscape_pages;
use crate::department::report::Report;
use crate::department::report::question_tables::question_tables;
use crate::department::report::selected_tables::SelectedTables;
use crate::department::report::target_section::titled_tables;
use crate::department::report::work_list::work_list_table;
use crate::department::target::result::{TargetResults, TargetRow};
use crate::department::target::wording::{amount_text, days_text, document_text, selection_text};
use crate::text::report::ReportText;
use crate::text::target::TargetText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The widths of the columns of text in the comparison with the targets, in characters.
const RESULT_WIDTHS: [usize; 7] = [12, 30, 26, 30, 18, 20, 26];

/// Adds the selected sheets, each only if it has rows.
pub(super) fn write_target_sheets(
    workbook: &mut Workbook,
    report: &Report,
    selected: SelectedTables,
    lang: Lang,
) -> Result<(), XlsxError> {
    let results_heading = TargetText::Heading {}.localized(lang).to_string();
    let has_sections = matches!(selected, SelectedTables::All | SelectedTables::Sections);
    if let Some(results) = report.targets.results().filter(|results| has_sections && !results.rows.is_empty()) {
        write_results(workbook.add_worksheet().set_name(&results_heading)?, results, lang)?;
    }
    let tables = match selected {
        SelectedTables::All => {
            let sections = titled_tables(report, true, lang).into_iter().chain(work_list_table(report, lang));
            sections.chain(question_tables(report, lang)).collect()
        }
        _ => selected.only_titled(report, true, lang),
    };
    for titled in tables.into_iter().filter(|titled| titled.heading != results_heading) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(titled.sheet_name)?;
        let row_count = write_text_table(sheet, 0, &titled.table, &titled.remarks)?;
        finish_sheet(sheet, row_count, titled.table.headings.len())?;
        print_on_landscape_pages(sheet, Some(0), lang)?;
    }
    Ok(())
}

/// Writes the comparison with the targets: a row for each target and station, with numbers in minutes or airings.
fn write_results(sheet: &mut Worksheet, results: &TargetResults, lang: Lang) -> Result<(), XlsxError> {
    let localize = |text: TargetText| text.localized(lang).to_string();
    let headings = [
        ReportText::StationId {}.localized(lang).to_string(),
        ReportText::Station {}.localized(lang).to_string(),
        localize(TargetText::Target {}),
        localize(TargetText::Content {}),
        localize(TargetText::Amount {}),
        localize(TargetText::Days {}),
        localize(TargetText::Document {}),
        localize(TargetText::WeeksBelow {}),
        localize(TargetText::WeeksMet {}),
        localize(TargetText::WeeksUndecided {}),
        localize(TargetText::WeeksUnlogged {}),
        localize(TargetText::WeeksCut {}),
        localize(TargetText::Asked {}),
        localize(TargetText::StationPlanned {}),
        localize(TargetText::Counted {}),
        localize(TargetText::ShareOfTarget {}),
    ];
    let number_widths = headings.iter().skip(RESULT_WIDTHS.len()).map(|heading| number_width(heading).max(11));
    let widths: Vec<usize> = RESULT_WIDTHS.into_iter().chain(number_widths).collect();
    write_headings(sheet, 0, &headings, &widths)?;
    for (row, number) in results.rows.iter().zip(1..) {
        write_result_row(sheet, number, row, results, lang)?;
    }
    let last_row = u32::try_from(results.rows.len()).unwrap_or(u32::MAX - 3) + 1;
    finish_sheet(sheet, last_row, headings.len())?;
    print_on_landscape_pages(sheet, Some(0), lang)?;
    sheet.write_string(last_row + 1, 0, localize(TargetText::CutLine {}))?;
    Ok(())
}

fn write_result_row(
    sheet: &mut Worksheet,
    number: u32,
    row: &TargetRow,
    results: &TargetResults,
    lang: Lang,
) -> Result<(), XlsxError> {
    let Some(target) = results.targets.get(row.target) else { return Ok(()) };
    let texts = [
        row.station.clone(),
        row.name.clone(),
        target.title.clone(),
        selection_text(target, lang),
        amount_text(target.amount, lang),
        days_text(target, lang),
        document_text(target, lang),
    ];
    let wrap_format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut lines = 1;
    for ((text, width), column) in texts.iter().zip(RESULT_WIDTHS).zip(0..) {
        let text = strip_unprintable(text);
        lines = lines.max(line_count(&text, width));
        sheet.write_string_with_format(number, column, text, &wrap_format)?;
    }
    set_line_count(sheet, number, lines)?;
    for (count, column) in [row.below, row.met, row.undecided, row.unlogged, row.cut].into_iter().zip(7..) {
        sheet.write_number(number, column, to_f64(count.cast_signed()))?;
    }
    if row.met + row.below > 0 {
        let format = Format::new().set_num_format(if target.amount.is_airtime() { "#,##0.0" } else { "#,##0" });
        let divisor = if target.amount.is_airtime() { 60_000.0 } else { 1.0 };
        for (amount, column) in [row.asked, row.planned, row.counted].into_iter().zip(12..) {
            sheet.write_with_format(number, column, to_f64(amount) / divisor, &format)?;
        }
        if row.asked > 0 {
            let share = to_f64(row.credited) / to_f64(row.asked);
            sheet.write_with_format(number, 15, share, &Format::new().set_num_format("0.0%"))?;
        }
    }
    Ok(())
}
