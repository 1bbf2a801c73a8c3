//! A report on a terminal.
use super::number::{count, dates, growth, hours, percent};
use super::totals::Totals;
use super::words::{first_column, heading, label};
use super::{By, Made, Report, Table};
use crate::text::doubt::doubt;
use crate::text::log::reason_word;
use crate::text::proof::Fault;
use crate::text::report::Paper;
use crate::text::{Lang, Say};

/// Rows of cells, with the columns that are set to the right; the first row is the heading.
pub type Rows = (Vec<Vec<String>>, Vec<usize>);

/// The report: what stands before and behind its tables, and the tables as rows, which the shell sets out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Title, dates, the sentence that sums up.
    pub head: Vec<String>,
    /// Each table with its heading.
    pub tables: Vec<(String, Rows)>,
    /// What must be said beside.
    pub foot: Vec<String>,
}

/// The cells of totals: planned, aired, partial, missed, hours, share, late, unplanned.
fn cells(totals: &Totals, before: Option<&Totals>, lang: Lang) -> Vec<String> {
    let ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| ms.to_string());
    let late = &totals.late;
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

fn table(table: &Table, report: &Report, lang: Lang) -> Rows {
    let compared = table.lines.iter().any(|line| line.before.is_some());
    let say = |word: Paper| word.say(lang).to_string();
    let mut head = vec![say(first_column(table.by))];
    let mut others = format!("{} / {}", say(Paper::Unknown {}), say(Paper::Level0 {}));
    if report.total.implausible > 0 {
        others.push_str(&format!(" / {}", say(Paper::Implausible {})));
    }
    head.extend([Paper::Planned {}, Paper::Aired {}, Paper::Partial {}, Paper::Missed {}].map(say));
    head.push(others);
    head.extend(
        [Paper::PlannedHours {}, Paper::PlayedHours {}, Paper::Share {}, Paper::Late {}, Paper::Unplanned {}].map(say),
    );
    if compared {
        head.extend([Paper::BeforeHours {}, Paper::Growth {}].map(say));
    }
    let mut rows = vec![head];
    for line in &table.lines {
        let mut row = vec![label(table.by, &line.key, lang)];
        row.extend(cells(&line.totals, line.before.as_ref(), lang));
        rows.push(row);
    }
    let mut total = vec![say(Paper::Total {})];
    total.extend(cells(&report.total, report.total_before.as_ref().filter(|_| compared), lang));
    rows.push(total);
    let right = (1..rows[0].len()).collect();
    (rows, right)
}

pub(super) fn reasons(report: &Report, lang: Lang) -> Rows {
    let say = |word: Paper| word.say(lang).to_string();
    let mut rows = vec![vec![say(Paper::Reason {}), say(Paper::Missed {}), say(Paper::Partial {})]];
    let (missed, partial) = (Totals::reasons(&report.total.missed_by), Totals::reasons(&report.total.partial_by));
    let mut all: Vec<_> = missed.iter().map(|(reason, _)| *reason).collect();
    all.extend(partial.iter().map(|(reason, _)| *reason).filter(|reason| !missed.iter().any(|(r, _)| r == reason)));
    let of = |list: &[(Option<crate::airlog::outcome::Reason>, u64)], reason| {
        list.iter().find(|(one, _)| *one == reason).map_or(0, |(_, count)| *count)
    };
    for reason in all {
        let word =
            reason.map_or_else(|| say(Paper::OtherReason {}), |reason| reason_word(reason).say(lang).to_string());
        rows.push(vec![word, count(of(&missed, reason), lang), count(of(&partial, reason), lang)]);
    }
    (rows, vec![1, 2])
}

/// Recordings under more than one topic.
pub(super) fn shared(report: &Report, lang: Lang) -> Rows {
    let say = |word: Paper| word.say(lang).to_string();
    let mut rows = vec![vec![say(Paper::Recording {}), say(Paper::Airings {}), say(Paper::Topic {})]];
    for one in &report.shared {
        let airings: u64 = one.topics.iter().map(|(_, count)| count).sum();
        let topics: Vec<String> =
            one.topics.iter().map(|(key, n)| format!("{}: {}", label(By::Topic, key, lang), count(*n, lang))).collect();
        rows.push(vec![one.sha256.clone(), count(airings, lang), topics.join("; ")]);
    }
    (rows, vec![1])
}

/// Stations without a log for days, with what the last known plans had for them.
pub(super) fn silent(report: &Report, lang: Lang) -> Rows {
    let say = |word: Paper| word.say(lang).to_string();
    let heads = [Paper::Station {}, Paper::Days {}, Paper::LostPlanned {}, Paper::LostHours {}, Paper::Which {}];
    let mut rows = vec![heads.map(say).to_vec()];
    for one in &report.silent {
        let name = label(By::Station, &[one.station.clone(), one.name.clone()], lang);
        let spans: Vec<String> = one.spans.iter().map(|span| dates(*span)).collect();
        let lost = [count(one.lost.planned, lang), hours(one.lost.planned_ms, lang)];
        let [planned, hours] = lost;
        rows.push(vec![name, super::number::whole(one.days(), lang), planned, hours, spans.join(", ")]);
    }
    (rows, vec![1, 2, 3])
}

/// By when the department had seen airings, and what nobody vouched for.
fn bounds(total: &Totals, lang: Lang) -> Vec<Paper> {
    let mut said = Vec::new();
    let days = |bounded: &super::totals::Bounded| super::number::whole(bounded.days.unwrap_or(0), lang);
    let seen = &total.seen;
    if seen.days.is_some() {
        said.push(Paper::SeenLine { days: days(seen) });
    }
    if seen.unseen > 0 {
        said.push(Paper::UnseenLine { count: count(seen.unseen, lang) });
    }
    let early = &total.early;
    if early.airings > 0 {
        let (airings, hours) = (count(early.airings, lang), hours(early.ms, lang));
        said.push(Paper::EarlyLine { count: airings, hours, days: days(early) });
    }
    let unvouched = &total.unvouched;
    if unvouched.airings > 0 {
        let (airings, hours) = (count(unvouched.airings, lang), hours(unvouched.ms, lang));
        said.push(match unvouched.unseen < unvouched.airings {
            true => Paper::UnvouchedLine { count: airings, hours, days: days(unvouched) },
            false => Paper::UnvouchedUnseenLine { count: airings, hours },
        });
    }
    said
}

/// From what a report was made.
fn made(report: &Report, lang: Lang) -> Paper {
    let whole = report.evidence.iter().filter(|one| one.fault.is_none());
    let (logs, entries) = whole.fold((0, 0), |(logs, entries), one| (logs + 1, entries + one.entries));
    let (logs, entries) = (count(logs, lang), count(entries, lang));
    match report.made {
        Made::Kept => Paper::MadeKept { logs, entries },
        Made::Anew => Paper::MadeAnew { logs, entries },
    }
}

/// Sentences that belong to a report in every form: what is not in its figures, and what they cannot prove.
#[must_use]
pub fn remarks(report: &Report, lang: Lang) -> Vec<String> {
    let mut said = Vec::new();
    let total = &report.total;
    if total.unknown > 0 {
        said.push(Paper::UnknownLine { count: count(total.unknown, lang) });
    }
    if total.implausible > 0 {
        let lines = report.table(By::Station).map(|table| table.lines.as_slice()).unwrap_or_default();
        let named = lines.iter().filter(|line| line.totals.implausible > 0).map(|line| {
            let name = crate::text::plain(&label(By::Station, &line.key, lang));
            format!("{name}: {}", count(line.totals.implausible, lang))
        });
        let which = named.collect::<Vec<_>>().join("; ");
        said.push(Paper::ImplausibleLine { count: count(total.implausible, lang), which });
    }
    if total.unplanned > 0 {
        let hours = hours(total.unplanned_ms, lang);
        said.push(Paper::UnplannedLine { count: count(total.unplanned, lang), hours });
    }
    said.extend(bounds(total, lang));
    said.extend(report.evidence.iter().filter_map(|one| {
        let (entries, collected) = one.before?;
        let station = label(By::Station, &[one.station.clone(), one.name.clone()], lang);
        let station = crate::text::plain(&station);
        Some(Paper::FollowsLine { station, entries: count(entries, lang), collected: count(collected, lang) })
    }));
    said.extend(report.evidence.iter().filter(|one| one.plans_missing > 0).map(|one| {
        let station = label(By::Station, &[one.station.clone(), one.name.clone()], lang);
        let station = crate::text::plain(&station);
        Paper::PlansMissingLine { station, count: count(one.plans_missing, lang) }
    }));
    said.extend(report.evidence.iter().filter_map(|one| {
        let first = one.findings.first()?;
        let station = label(By::Station, &[one.station.clone(), one.name.clone()], lang);
        let (station, entry) = (crate::text::plain(&station), count(first.seq, lang));
        Some(Paper::FoundLine { station, count: count(one.found, lang), entry, doubt: doubt(&first.why) })
    }));
    let disputed = |fault: &Fault| matches!(fault, Fault::TakenOut {} | Fault::NotAccepted {});
    let disputes = report.evidence.iter().filter(|one| one.fault.as_ref().is_some_and(disputed)).count();
    if disputes > 0 {
        said.push(Paper::DisputedLine { logs: count(disputes as u64, lang) });
    }
    let faulty = report.evidence.iter().filter(|one| one.fault.as_ref().is_some_and(|fault| !disputed(fault))).count();
    if faulty > 0 {
        said.push(Paper::FaultyLine { logs: count(faulty as u64, lang) });
    }
    if report.repeats > 0 {
        said.push(Paper::RepeatsLine { count: count(report.repeats, lang) });
    }
    if !report.silent.is_empty() {
        let days: i64 = report.silent.iter().map(super::Silent::days).sum();
        let stations = count(report.silent.len() as u64, lang);
        said.push(Paper::SilentLine { stations, days: super::number::whole(days, lang) });
        said.extend(lost(report, lang));
    }
    said.push(made(report, lang));
    said.push(Paper::Limits {});
    let mut lines: Vec<String> = report.differences.iter().map(|text| text.say(lang).to_string()).collect();
    lines.extend(said.iter().map(|text| text.say(lang).to_string()));
    lines
}

/// What the days without a log would have had, beside the averages that leave them out.
fn lost(report: &Report, lang: Lang) -> Option<Paper> {
    let (airings, ms) = report.silent.iter().fold((0_u64, 0_i64), |(airings, ms), one| {
        (airings.saturating_add(one.lost.planned), ms.saturating_add(one.lost.planned_ms))
    });
    let total = &report.total;
    let whole =
        Totals { planned_ms: total.planned_ms.saturating_add(ms), played_ms: total.played_ms, ..Totals::default() };
    let share = percent(whole.share_permille(), lang);
    (airings > 0).then(|| Paper::LostLine { count: count(airings, lang), hours: hours(ms, lang), share })
}

/// Sets a report out. With `by` only that table is shown.
#[must_use]
pub fn page(report: &Report, by: Option<By>, lang: Lang) -> Page {
    let say = |word: Paper| word.say(lang).to_string();
    let total = &report.total;
    let mut head = vec![say(Paper::Title {}), say(Paper::RangeLine { dates: dates(report.range) })];
    head.extend(report.before.map(|range| say(Paper::ComparedLine { dates: dates(range) })));
    head.push(say(Paper::SummaryLine {
        planned: count(total.planned, lang),
        aired: count(total.aired, lang),
        share: percent(total.share_permille(), lang),
    }));
    let shown = report.tables.iter().filter(|one| by.is_none_or(|by| one.by == by));
    let mut tables: Vec<(String, Rows)> = shown.map(|one| (say(heading(one.by)), table(one, report, lang))).collect();
    if total.missed + total.partial > 0 {
        tables.push((say(Paper::ReasonsHeading {}), reasons(report, lang)));
    }
    if !report.shared.is_empty() {
        tables.push((say(Paper::SharedHeading {}), shared(report, lang)));
    }
    if !report.silent.is_empty() {
        tables.push((say(Paper::SilentHeading {}), silent(report, lang)));
    }
    Page { head, tables, foot: remarks(report, lang) }
}
