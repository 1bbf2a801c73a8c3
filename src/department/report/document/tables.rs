//! Tables of the document.
use crate::department::report::figures::{count, growth, hours, percent, whole};
use crate::department::report::labels::{first_column, key_label, station_label};
use crate::department::report::row_lists::RowList;
use crate::department::report::totals::Totals;
use crate::department::report::{Report, ReportTable};
use crate::text::report::ReportText as Word;
use crate::text::{Lang, Localize};

/// A table on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTable {
    /// The heads of its columns.
    pub headings: Vec<String>,
    /// How wide they are beside each other.
    pub widths: Vec<u16>,
    /// Columns that are set to the right.
    pub right_aligned: Vec<bool>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// Whether the last row is a sum.
    pub has_total_row: bool,
}

/// How a figure of totals is written.
type TotalsFormatter = fn(&Totals, Lang) -> String;

pub(super) fn summary_table(report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: Word| word.localized(lang).to_string();
    let (total, before) = (&report.total, report.compared_total.as_ref());
    let ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| whole(ms, lang));
    let late =
        |t: &Totals| [t.lateness.percentile(50), t.lateness.percentile(95), t.lateness.max()].map(ms).join(" / ");
    let rows: [(Word, TotalsFormatter); 13] = [
        (Word::Planned {}, |t, lang| count(t.planned, lang)),
        (Word::Aired {}, |t, lang| count(t.aired, lang)),
        (Word::Partial {}, |t, lang| count(t.partial, lang)),
        (Word::Missed {}, |t, lang| count(t.missed, lang)),
        (Word::Level0 {}, |t, lang| count(t.level0, lang)),
        (Word::Unknown {}, |t, lang| count(t.unknown, lang)),
        (Word::Implausible {}, |t, lang| count(t.implausible, lang)),
        (Word::PlannedHours {}, |t, lang| hours(t.planned_ms, lang)),
        (Word::PlayedHours {}, |t, lang| hours(t.played_ms, lang)),
        (Word::Share {}, |t, lang| percent(t.share_permille(), lang)),
        (Word::UnplannedHours {}, |t, lang| hours(t.unplanned_ms, lang)),
        (Word::UnvouchedHours {}, |t, lang| hours(t.unvouched.ms, lang)),
        (Word::Recordings {}, |t, lang| count(t.recordings.len() as u64, lang)),
    ];
    let mut sheet = DocumentTable {
        headings: vec![String::new(), say(Word::Now {})],
        widths: vec![50, 25],
        right_aligned: vec![false, true],
        rows: Vec::new(),
        has_total_row: false,
    };
    if before.is_some() {
        sheet.headings.push(say(Word::Before {}));
        sheet.widths.push(25);
        sheet.right_aligned.push(true);
    }
    for (word, value) in rows {
        let cells = [Some(total), before].into_iter().flatten().map(|totals| value(totals, lang));
        sheet.rows.push(std::iter::once(say(word)).chain(cells).collect());
    }
    let cells = [Some(total), before].into_iter().flatten().map(late);
    sheet.rows.push(std::iter::once(say(Word::Late {})).chain(cells).collect());
    sheet
}

pub(super) fn totals_table(table: &ReportTable, report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: Word| word.localized(lang).to_string();
    let compared = table.rows.iter().any(|line| line.compared.is_some());
    let total = &report.total;
    let (unknown, level0, implausible) = (total.unknown > 0, total.level0 > 0, total.implausible > 0);
    let mut heads = vec![say(first_column(table.by))];
    heads.extend([Word::Planned {}, Word::Aired {}, Word::Partial {}, Word::Missed {}].map(say));
    heads.extend(unknown.then(|| say(Word::Unknown {})));
    heads.extend(level0.then(|| say(Word::Level0 {})));
    heads.extend(implausible.then(|| say(Word::Implausible {})));
    heads.extend([Word::PlannedHours {}, Word::PlayedHours {}, Word::Share {}].map(say));
    if compared {
        heads.extend([Word::BeforeHours {}, Word::Growth {}].map(say));
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
    rows.push(row(say(Word::Total {}), total, report.compared_total.as_ref().filter(|_| compared)));
    let columns = heads.len();
    let mut widths = vec![if compared { 32 } else { 34 }];
    widths.resize(columns, 11);
    if compared {
        // A sign, a thousand per cent, a decimal.
        widths[columns - 1] = 14;
    }
    let right = (0..columns).map(|column| column > 0).collect();
    DocumentTable { headings: heads, widths, right_aligned: right, rows, has_total_row: true }
}

pub(super) fn evidence_table(report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: Word| word.localized(lang).to_string();
    let headings = [Word::Station {}, Word::Entries {}, Word::Root {}, Word::Cosigned {}].map(say).to_vec();
    let mut list = RowList::new(headings, vec![1]);
    for one in &report.evidence {
        let mut signed = one.cosigned_at.clone().unwrap_or_else(|| say(Word::NotCosigned {})).replace(['T', 'Z'], " ");
        if let Some(fault) = &one.fault {
            signed = say(Word::NotCounted { fault: fault.clone() });
        }
        if let Some(since) = &one.exposed_since {
            signed = format!("{}; {} {since}", signed.trim(), say(Word::Exposed {}));
        }
        if one.finding_count > 0 {
            signed = format!("{}; {}", signed.trim(), say(Word::FoundCell { count: count(one.finding_count, lang) }));
        }
        let name = station_label(&one.station, &one.name);
        list.rows.push(vec![name, count(one.entries, lang), one.root.clone(), signed.trim().to_owned()]);
    }
    table_from_list(list, vec![30, 11, 41, 18])
}

/// Makes a list a table of the document, with columns of these relative widths.
pub(super) fn table_from_list(list: RowList, widths: Vec<u16>) -> DocumentTable {
    let right_aligned = (0..list.headings.len()).map(|column| list.right_aligned.contains(&column)).collect();
    DocumentTable { headings: list.headings, widths, right_aligned, rows: list.rows, has_total_row: false }
}
