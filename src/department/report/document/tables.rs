//! Tables of the document.
use crate::department::report::figures::{count, growth, hours, percent, whole};
use crate::department::report::labels::{first_column, key_label, station_label};
use crate::department::report::row_lists::RowList;
use crate::department::report::totals::Totals;
use crate::department::report::{Report, ReportTable};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// A table of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTable {
    /// The headings of its columns.
    pub headings: Vec<String>,
    /// The relative widths of its columns.
    pub widths: Vec<u16>,
    /// Whether each column is set to the right.
    pub right_aligned: Vec<bool>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// Whether the last row is a total.
    pub has_total_row: bool,
}

/// A function that formats a figure of totals.
type TotalsFormatter = fn(&Totals, Lang) -> String;

pub(super) fn summary_table(report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: ReportText| word.localized(lang).to_string();
    let (total, before) = (&report.total, report.compared_total.as_ref());
    let ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| whole(ms, lang));
    let late =
        |t: &Totals| [t.lateness.percentile(50), t.lateness.percentile(95), t.lateness.max()].map(ms).join(" / ");
    let rows: [(ReportText, TotalsFormatter); 13] = [
        (ReportText::Planned {}, |t, lang| count(t.planned, lang)),
        (ReportText::Aired {}, |t, lang| count(t.aired, lang)),
        (ReportText::Partial {}, |t, lang| count(t.partial, lang)),
        (ReportText::Missed {}, |t, lang| count(t.missed, lang)),
        (ReportText::Level0 {}, |t, lang| count(t.level0, lang)),
        (ReportText::Unknown {}, |t, lang| count(t.unknown, lang)),
        (ReportText::Implausible {}, |t, lang| count(t.implausible, lang)),
        (ReportText::PlannedHours {}, |t, lang| hours(t.planned_ms, lang)),
        (ReportText::PlayedHours {}, |t, lang| hours(t.played_ms, lang)),
        (ReportText::Share {}, |t, lang| percent(t.share_permille(), lang)),
        (ReportText::UnplannedHours {}, |t, lang| hours(t.unplanned_ms, lang)),
        (ReportText::UnvouchedHours {}, |t, lang| hours(t.unvouched.ms, lang)),
        (ReportText::Recordings {}, |t, lang| count(t.recordings.len() as u64, lang)),
    ];
    let mut sheet = DocumentTable {
        headings: vec![String::new(), say(ReportText::Now {})],
        widths: vec![50, 25],
        right_aligned: vec![false, true],
        rows: Vec::new(),
        has_total_row: false,
    };
    if before.is_some() {
        sheet.headings.push(say(ReportText::Before {}));
        sheet.widths.push(25);
        sheet.right_aligned.push(true);
    }
    for (word, value) in rows {
        let cells = [Some(total), before].into_iter().flatten().map(|totals| value(totals, lang));
        sheet.rows.push(std::iter::once(say(word)).chain(cells).collect());
    }
    let cells = [Some(total), before].into_iter().flatten().map(late);
    sheet.rows.push(std::iter::once(say(ReportText::Late {})).chain(cells).collect());
    sheet
}

pub(super) fn totals_table(table: &ReportTable, report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: ReportText| word.localized(lang).to_string();
    let compared = table.rows.iter().any(|line| line.compared.is_some());
    let total = &report.total;
    let (unknown, level0, implausible) = (total.unknown > 0, total.level0 > 0, total.implausible > 0);
    let mut heads = vec![say(first_column(table.by))];
    heads
        .extend([ReportText::Planned {}, ReportText::Aired {}, ReportText::Partial {}, ReportText::Missed {}].map(say));
    heads.extend(unknown.then(|| say(ReportText::Unknown {})));
    heads.extend(level0.then(|| say(ReportText::Level0 {})));
    heads.extend(implausible.then(|| say(ReportText::Implausible {})));
    heads.extend([ReportText::PlannedHours {}, ReportText::PlayedHours {}, ReportText::Share {}].map(say));
    if compared {
        heads.extend([ReportText::BeforeHours {}, ReportText::Growth {}].map(say));
    }
    let row = |name: String, totals: &Totals, before: Option<&Totals>| {
        let mut cells = vec![name];
        cells.extend([totals.planned, totals.aired, totals.partial, totals.missed].map(|n| count(n, lang)));
        cells.extend(unknown.then(|| count(totals.unknown, lang)));
        cells.extend(level0.then(|| count(totals.level0, lang)));
        cells.extend(implausible.then(|| count(totals.implausible, lang)));
        cells.extend([hours(totals.planned_ms, lang), hours(totals.played_ms, lang)]);
        cells.push(percent(totals.share_permille(), lang));
        if let Some(before) = before {
            cells.extend([hours(before.played_ms, lang), growth(before.played_ms, totals.played_ms, lang)]);
        }
        cells
    };
    let mut rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|line| row(key_label(table.by, &line.key, lang), &line.totals, line.compared.as_ref()))
        .collect();
    rows.push(row(say(ReportText::Total {}), total, report.compared_total.as_ref().filter(|_| compared)));
    let columns = heads.len();
    let mut widths = vec![if compared { 32 } else { 34 }];
    widths.resize(columns, 11);
    if compared {
        // Room for a sign, thousands of per cent and a decimal.
        widths[columns - 1] = 14;
    }
    let right = (0..columns).map(|column| column > 0).collect();
    DocumentTable { headings: heads, widths, right_aligned: right, rows, has_total_row: true }
}

pub(super) fn evidence_table(report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: ReportText| word.localized(lang).to_string();
    let headings = [ReportText::Station {}, ReportText::Entries {}, ReportText::Root {}, ReportText::Cosigned {}]
        .map(say)
        .to_vec();
    let mut list = RowList::new(headings, vec![1]);
    for one in &report.evidence {
        let mut signed =
            one.cosigned_at.clone().unwrap_or_else(|| say(ReportText::NotCosigned {})).replace(['T', 'Z'], " ");
        if let Some(fault) = &one.fault {
            signed = say(ReportText::NotCounted { fault: fault.clone() });
        }
        if let Some(since) = &one.exposed_since {
            signed = format!("{}; {} {since}", signed.trim(), say(ReportText::Exposed {}));
        }
        if one.finding_count > 0 {
            signed =
                format!("{}; {}", signed.trim(), say(ReportText::FoundCell { count: count(one.finding_count, lang) }));
        }
        let name = station_label(&one.station, &one.name);
        list.rows.push(vec![name, count(one.entries, lang), one.root.clone(), signed.trim().to_owned()]);
    }
    table_from_list(list, vec![30, 11, 41, 18])
}

/// Makes a list a table, with columns of these relative widths.
pub(super) fn table_from_list(list: RowList, widths: Vec<u16>) -> DocumentTable {
    let right_aligned = (0..list.headings.len()).map(|column| list.right_aligned.contains(&column)).collect();
    DocumentTable { headings: list.headings, widths, right_aligned, rows: list.rows, has_total_row: false }
}
