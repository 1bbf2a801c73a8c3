//! The growth of the airtime from the earlier range: of all, by topic, by language and by commune.
use super::Report;
use super::coverage::Coverage;
use super::figures::{format_growth, format_minutes};
use super::group_by::GroupBy;
use super::growth::Growth;
use super::labels::key_label;
use super::row_lists::TextTable;
use super::section_csv::to_csv;
use super::table::TableRow;
use super::titled_table::TitledTable;
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The groupings whose rows the table has, after the row of all airings.
const GROUPINGS: [GroupBy; 3] = [GroupBy::Topic, GroupBy::Language, GroupBy::Commune];

/// The airtime of a row before and now.
struct GrowthFigures {
    /// `None` if nothing is known about the row in that range.
    before_ms: Option<i64>,
    now_ms: Option<i64>,
    growth: Option<Growth>,
}

impl GrowthFigures {
    fn new(row: &TableRow) -> Self {
        let earlier = row.earlier_totals.as_ref().filter(|_| !row.was_silent());
        Self {
            before_ms: earlier.map(|totals| totals.played_ms),
            now_ms: (!row.is_silent()).then_some(row.totals.played_ms),
            growth: row.growth,
        }
    }

    fn difference_ms(&self) -> Option<i64> {
        self.now_ms.zip(self.before_ms).map(|(now, before)| now.saturating_sub(before))
    }
}

/// Returns the rows of a grouping that have an earlier range.
fn compared_rows(report: &Report, by: GroupBy) -> impl Iterator<Item = &TableRow> {
    let rows = report.table(by).map(|table| table.rows.as_slice()).unwrap_or_default();
    rows.iter().filter(|row| row.earlier_totals.is_some())
}

/// Renders the growth as CSV.
pub(super) fn growth_csv(report: &Report) -> String {
    let total = report.total_row();
    let mut rows = Vec::new();
    if report.earlier_range.is_some() {
        rows.push(csv_row("total", ["", "", ""], &total));
    }
    for by in GROUPINGS {
        for row in compared_rows(report, by) {
            let cell = |index: usize| row.key.get(index).map_or("", String::as_str);
            rows.push(match by {
                GroupBy::Topic => csv_row("topic", [cell(0), cell(1), cell(2)], row),
                GroupBy::Language => csv_row("language", ["", cell(0), ""], row),
                _ => csv_row("commune", ["", cell(0), cell(1)], row),
            });
        }
    }
    to_csv(
        "by,campaign,key,name,before_played_ms,played_ms,difference_ms,growth_permille,before_station_days,\
         before_days_with_log,station_days,days_with_log",
        rows.into_iter(),
    )
}

fn csv_row(by: &str, key: [&str; 3], row: &TableRow) -> Vec<String> {
    let figures = GrowthFigures::new(row);
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let days = |coverage: Option<Coverage>| {
        [coverage.map(|coverage| coverage.days), coverage.map(|coverage| coverage.logged)].map(number)
    };
    let permille = match figures.growth {
        Some(Growth::Permille(permille)) => Some(permille),
        Some(Growth::NothingBefore | Growth::NotComparable) | None => None,
    };
    let mut cells: Vec<String> = std::iter::once(by).chain(key).map(str::to_owned).collect();
    cells.extend([figures.before_ms, figures.now_ms, figures.difference_ms(), permille].map(number));
    cells.extend(days(row.earlier_coverage));
    cells.extend(days(row.coverage));
    cells
}

/// Returns the table of the growth; without rows if the report has no earlier range.
pub(super) fn growth_table(report: &Report, lang: Lang) -> TitledTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let headings = vec![
        QuestionText::GrowthOf {}.to_plain(lang),
        String::new(),
        localize(ReportText::BeforeMinutes {}),
        localize(ReportText::PlayedMinutes {}),
        QuestionText::Difference {}.to_plain(lang),
        localize(ReportText::Growth {}),
    ];
    let mut table = TextTable::new(headings, vec![2, 3, 4, 5]);
    if report.earlier_range.is_some() {
        table.rows.push(text_row(localize(ReportText::Total {}), String::new(), &report.total_row(), lang));
    }
    for by in GROUPINGS {
        let group = match by {
            GroupBy::Topic => localize(ReportText::Topic {}),
            GroupBy::Language => localize(ReportText::Language {}),
            _ => QuestionText::OneCommune {}.to_plain(lang),
        };
        let rows = compared_rows(report, by);
        table.rows.extend(rows.map(|row| text_row(group.clone(), key_label(by, &row.key, lang), row, lang)));
    }
    TitledTable {
        heading: QuestionText::GrowthHeading {}.to_plain(lang),
        sheet_name: QuestionText::GrowthSheet {}.to_plain(lang),
        table,
        widths: vec![16, 34, 14, 14, 12, 14],
        remarks: Vec::new(),
        has_total_row: false,
    }
}

fn text_row(group: String, label: String, row: &TableRow, lang: Lang) -> Vec<String> {
    let figures = GrowthFigures::new(row);
    let minutes = |ms: Option<i64>| ms.map(|ms| format_minutes(ms, lang)).unwrap_or_default();
    let difference = figures.difference_ms().map(|ms| match ms {
        1.. => format!("+{}", format_minutes(ms, lang)),
        _ => format_minutes(ms, lang),
    });
    vec![
        group,
        strip_unprintable(&label),
        minutes(figures.before_ms),
        minutes(figures.now_ms),
        difference.unwrap_or_default(),
        figures.growth.map_or_else(String::new, |growth| format_growth(growth, lang)),
    ]
}
