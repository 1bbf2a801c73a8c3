//! A report on a terminal.
use super::figures::{count, dates, growth, hours, percent};
use super::labels::{first_column, heading, key_label};
use super::totals::Totals;
use super::{GroupBy, IndexOrigin, Report, ReportTable};
use crate::airlog::outcome_text::reason_text;
use crate::airlog::plausibility::finding_text::implausible_text;
use crate::text::proof::FaultText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Rows of cells, with the columns that are set to the right; the first row is the heading.
pub type AlignedRows = (Vec<Vec<String>>, Vec<usize>);

/// The report: what stands before and behind its tables, and the tables as rows, which the shell sets out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextReport {
    /// Title, dates, the sentence that sums up.
    pub head: Vec<String>,
    /// Each table with its heading.
    pub tables: Vec<(String, AlignedRows)>,
    /// What must be said beside.
    pub foot: Vec<String>,
}

/// The cells of totals: planned, aired, partial, missed, hours, share, late, unplanned.
fn totals_cells(totals: &Totals, before: Option<&Totals>, lang: Lang) -> Vec<String> {
    let ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| ms.to_string());
    let late = &totals.lateness;
    let mut cells = vec![
        count(totals.planned, lang),
        count(totals.aired, lang),
        count(totals.partial, lang),
        count(totals.missed, lang),
        count(totals.unknown + totals.level0 + totals.implausible, lang),
        hours(totals.planned_ms, lang),
        hours(totals.played_ms, lang),
        percent(totals.share_permille(), lang),
        format!("{} / {} / {}", ms(late.percentile(50)), ms(late.percentile(95)), ms(late.max())),
        count(totals.unplanned, lang),
    ];
    if let Some(before) = before {
        cells.extend([hours(before.played_ms, lang), growth(before.played_ms, totals.played_ms, lang)]);
    }
    cells
}

fn table_rows(table: &ReportTable, report: &Report, lang: Lang) -> AlignedRows {
    let compared = table.rows.iter().any(|line| line.compared.is_some());
    let say = |word: ReportText| word.localized(lang).to_string();
    let mut head = vec![say(first_column(table.by))];
    let mut others = format!("{} / {}", say(ReportText::Unknown {}), say(ReportText::Level0 {}));
    if report.total.implausible > 0 {
        others.push_str(&format!(" / {}", say(ReportText::Implausible {})));
    }
    head.extend([ReportText::Planned {}, ReportText::Aired {}, ReportText::Partial {}, ReportText::Missed {}].map(say));
    head.push(others);
    head.extend(
        [
            ReportText::PlannedHours {},
            ReportText::PlayedHours {},
            ReportText::Share {},
            ReportText::Late {},
            ReportText::Unplanned {},
        ]
        .map(say),
    );
    if compared {
        head.extend([ReportText::BeforeHours {}, ReportText::Growth {}].map(say));
    }
    let mut rows = vec![head];
    for line in &table.rows {
        let mut row = vec![key_label(table.by, &line.key, lang)];
        row.extend(totals_cells(&line.totals, line.compared.as_ref(), lang));
        rows.push(row);
    }
    let mut total = vec![say(ReportText::Total {})];
    total.extend(totals_cells(&report.total, report.compared_total.as_ref().filter(|_| compared), lang));
    rows.push(total);
    let right = (1..rows[0].len()).collect();
    (rows, right)
}

pub(super) fn reason_rows(report: &Report, lang: Lang) -> AlignedRows {
    let say = |word: ReportText| word.localized(lang).to_string();
    let mut rows = vec![vec![say(ReportText::Reason {}), say(ReportText::Missed {}), say(ReportText::Partial {})]];
    let (missed, partial) = (
        Totals::ranked_reasons(&report.total.missed_by_reason),
        Totals::ranked_reasons(&report.total.partial_by_reason),
    );
    let mut all: Vec<_> = missed.iter().map(|(reason, _)| *reason).collect();
    all.extend(partial.iter().map(|(reason, _)| *reason).filter(|reason| !missed.iter().any(|(r, _)| r == reason)));
    let of = |list: &[(Option<crate::airlog::outcome::Reason>, u64)], reason| {
        list.iter().find(|(one, _)| *one == reason).map_or(0, |(_, count)| *count)
    };
    for reason in all {
        let word = reason
            .map_or_else(|| say(ReportText::OtherReason {}), |reason| reason_text(reason).localized(lang).to_string());
        rows.push(vec![word, count(of(&missed, reason), lang), count(of(&partial, reason), lang)]);
    }
    (rows, vec![1, 2])
}

/// Recordings under more than one topic.
pub(super) fn shared_rows(report: &Report, lang: Lang) -> AlignedRows {
    let say = |word: ReportText| word.localized(lang).to_string();
    let mut rows = vec![vec![say(ReportText::Recording {}), say(ReportText::Airings {}), say(ReportText::Topic {})]];
    for one in &report.shared_recordings {
        let airings: u64 = one.topics.iter().map(|(_, count)| count).sum();
        let topics: Vec<String> = one
            .topics
            .iter()
            .map(|(key, n)| format!("{}: {}", key_label(GroupBy::Topic, key, lang), count(*n, lang)))
            .collect();
        rows.push(vec![one.sha256.clone(), count(airings, lang), topics.join("; ")]);
    }
    (rows, vec![1])
}

/// Stations without a log for days, with what the last known plans had for them.
pub(super) fn silent_rows(report: &Report, lang: Lang) -> AlignedRows {
    let say = |word: ReportText| word.localized(lang).to_string();
    let heads = [
        ReportText::Station {},
        ReportText::Days {},
        ReportText::LostPlanned {},
        ReportText::LostHours {},
        ReportText::Which {},
    ];
    let mut rows = vec![heads.map(say).to_vec()];
    for one in &report.silent_stations {
        let name = key_label(GroupBy::Station, &[one.station.clone(), one.name.clone()], lang);
        let spans: Vec<String> = one.spans.iter().map(|span| dates(*span)).collect();
        let lost = [count(one.unlogged.planned, lang), hours(one.unlogged.planned_ms, lang)];
        let [planned, hours] = lost;
        rows.push(vec![name, super::figures::whole(one.days(), lang), planned, hours, spans.join(", ")]);
    }
    (rows, vec![1, 2, 3])
}

/// By when the department had seen airings, and what nobody vouched for.
fn clock_remarks(total: &Totals, lang: Lang) -> Vec<ReportText> {
    let mut said = Vec::new();
    let days = |bounded: &super::totals::ClockBounds| super::figures::whole(bounded.max_days.unwrap_or(0), lang);
    let seen = &total.seen;
    if seen.max_days.is_some() {
        said.push(ReportText::SeenLine { days: days(seen) });
    }
    if seen.unseen > 0 {
        said.push(ReportText::UnseenLine { count: count(seen.unseen, lang) });
    }
    let early = &total.before_enrolment;
    if early.airings > 0 {
        let (airings, hours) = (count(early.airings, lang), hours(early.ms, lang));
        said.push(ReportText::EarlyLine { count: airings, hours, days: days(early) });
    }
    let unvouched = &total.unvouched;
    if unvouched.airings > 0 {
        let (airings, hours) = (count(unvouched.airings, lang), hours(unvouched.ms, lang));
        said.push(match unvouched.unseen < unvouched.airings {
            true => ReportText::UnvouchedLine { count: airings, hours, days: days(unvouched) },
            false => ReportText::UnvouchedUnseenLine { count: airings, hours },
        });
    }
    said
}

/// From what a report was made.
fn index_remark(report: &Report, lang: Lang) -> ReportText {
    let whole = report.evidence.iter().filter(|one| one.fault.is_none());
    let (logs, entries) = whole.fold((0, 0), |(logs, entries), one| (logs + 1, entries + one.entries));
    let (logs, entries) = (count(logs, lang), count(entries, lang));
    match report.index_origin {
        IndexOrigin::Kept => ReportText::MadeKept { logs, entries },
        IndexOrigin::Rebuilt => ReportText::MadeAnew { logs, entries },
    }
}

/// Sentences that belong to a report in every form: what is not in its figures, and what they cannot prove.
#[must_use]
pub fn remarks(report: &Report, lang: Lang) -> Vec<String> {
    let mut said = Vec::new();
    let total = &report.total;
    if total.unknown > 0 {
        said.push(ReportText::UnknownLine { count: count(total.unknown, lang) });
    }
    if total.implausible > 0 {
        let lines = report.table(GroupBy::Station).map(|table| table.rows.as_slice()).unwrap_or_default();
        let named = lines.iter().filter(|line| line.totals.implausible > 0).map(|line| {
            let name = crate::text::strip_unprintable(&key_label(GroupBy::Station, &line.key, lang));
            format!("{name}: {}", count(line.totals.implausible, lang))
        });
        let which = named.collect::<Vec<_>>().join("; ");
        said.push(ReportText::ImplausibleLine { count: count(total.implausible, lang), which });
    }
    if total.unplanned > 0 {
        let hours = hours(total.unplanned_ms, lang);
        said.push(ReportText::UnplannedLine { count: count(total.unplanned, lang), hours });
    }
    said.extend(clock_remarks(total, lang));
    said.extend(report.evidence.iter().filter_map(|one| {
        let (entries, collected) = one.preceding_entries?;
        let station = key_label(GroupBy::Station, &[one.station.clone(), one.name.clone()], lang);
        let station = crate::text::strip_unprintable(&station);
        Some(ReportText::FollowsLine { station, entries: count(entries, lang), collected: count(collected, lang) })
    }));
    said.extend(report.evidence.iter().filter(|one| one.missing_plans > 0).map(|one| {
        let station = key_label(GroupBy::Station, &[one.station.clone(), one.name.clone()], lang);
        let station = crate::text::strip_unprintable(&station);
        ReportText::PlansMissingLine { station, count: count(one.missing_plans, lang) }
    }));
    said.extend(report.evidence.iter().filter_map(|one| {
        let first = one.findings.first()?;
        let station = key_label(GroupBy::Station, &[one.station.clone(), one.name.clone()], lang);
        let (station, entry) = (crate::text::strip_unprintable(&station), count(first.seq, lang));
        Some(ReportText::FoundLine {
            station,
            count: count(one.finding_count, lang),
            entry,
            doubt: implausible_text(&first.why),
        })
    }));
    let disputed = |fault: &FaultText| matches!(fault, FaultText::TakenOut {} | FaultText::NotAccepted {});
    let disputes = report.evidence.iter().filter(|one| one.fault.as_ref().is_some_and(disputed)).count();
    if disputes > 0 {
        said.push(ReportText::DisputedLine { logs: count(disputes as u64, lang) });
    }
    let faulty = report.evidence.iter().filter(|one| one.fault.as_ref().is_some_and(|fault| !disputed(fault))).count();
    if faulty > 0 {
        said.push(ReportText::FaultyLine { logs: count(faulty as u64, lang) });
    }
    if report.repeated_outcomes > 0 {
        said.push(ReportText::RepeatsLine { count: count(report.repeated_outcomes, lang) });
    }
    if !report.silent_stations.is_empty() {
        let days: i64 = report.silent_stations.iter().map(super::SilentStation::days).sum();
        let stations = count(report.silent_stations.len() as u64, lang);
        said.push(ReportText::SilentLine { stations, days: super::figures::whole(days, lang) });
        said.extend(unlogged_remark(report, lang));
    }
    said.push(index_remark(report, lang));
    said.push(ReportText::Limits {});
    let mut lines: Vec<String> =
        report.registry_differences.iter().map(|text| text.localized(lang).to_string()).collect();
    lines.extend(said.iter().map(|text| text.localized(lang).to_string()));
    lines
}

/// What the days without a log would have had, beside the averages that leave them out.
fn unlogged_remark(report: &Report, lang: Lang) -> Option<ReportText> {
    let (airings, ms) = report.silent_stations.iter().fold((0_u64, 0_i64), |(airings, ms), one| {
        (airings.saturating_add(one.unlogged.planned), ms.saturating_add(one.unlogged.planned_ms))
    });
    let total = &report.total;
    let whole =
        Totals { planned_ms: total.planned_ms.saturating_add(ms), played_ms: total.played_ms, ..Totals::default() };
    let share = percent(whole.share_permille(), lang);
    (airings > 0).then(|| ReportText::LostLine { count: count(airings, lang), hours: hours(ms, lang), share })
}

/// Sets a report out. With `by` only that table is shown.
#[must_use]
pub fn render_text(report: &Report, by: Option<GroupBy>, lang: Lang) -> TextReport {
    let say = |word: ReportText| word.localized(lang).to_string();
    let total = &report.total;
    let mut head = vec![say(ReportText::Title {}), say(ReportText::RangeLine { dates: dates(report.range) })];
    head.extend(report.compared_range.map(|range| say(ReportText::ComparedLine { dates: dates(range) })));
    head.push(say(ReportText::SummaryLine {
        planned: count(total.planned, lang),
        aired: count(total.aired, lang),
        share: percent(total.share_permille(), lang),
    }));
    let shown = report.tables.iter().filter(|one| by.is_none_or(|by| one.by == by));
    let mut tables: Vec<(String, AlignedRows)> =
        shown.map(|one| (say(heading(one.by)), table_rows(one, report, lang))).collect();
    if total.missed + total.partial > 0 {
        tables.push((say(ReportText::ReasonsHeading {}), reason_rows(report, lang)));
    }
    if !report.shared_recordings.is_empty() {
        tables.push((say(ReportText::SharedHeading {}), shared_rows(report, lang)));
    }
    if !report.silent_stations.is_empty() {
        tables.push((say(ReportText::SilentHeading {}), silent_rows(report, lang)));
    }
    TextReport { head, tables, foot: remarks(report, lang) }
}
