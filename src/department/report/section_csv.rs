//! Renders the tables of targets, of what was taken out of plans, and of stated rows as CSV.
use super::Report;
use super::target_section::station_name;
use crate::text::spreadsheet_cell;

/// Renders the weeks of each target and station.
#[must_use]
pub fn render_targets_csv(report: &Report) -> String {
    let header = "target,title,document,dated,station,name,from,until,days,cut,unit,asked,planned,counted,unknown,\
                  days_without_log,state,share_permille";
    let results = report.targets.results();
    let weeks = results.iter().flat_map(|results| results.weeks.iter().map(move |week| (results, week)));
    let rows = weeks.filter_map(|(results, week)| {
        let target = results.targets.get(week.target)?;
        let is_row = |row: &&crate::department::target::result::TargetRow| row.station == week.station;
        let name = results.rows.iter().find(is_row).map_or("", |row| row.name.as_str());
        let unit = if target.amount.is_airtime() { "ms" } else { "airings" };
        Some(vec![
            target.id.to_string(),
            target.title.clone(),
            target.document.clone(),
            target.dated.to_string(),
            week.station.clone(),
            name.to_owned(),
            week.days.0.to_string(),
            week.days.1.to_string(),
            week.day_count.to_string(),
            u8::from(week.is_cut()).to_string(),
            unit.to_owned(),
            week.asked.to_string(),
            week.airtime.planned.to_string(),
            week.airtime.counted.to_string(),
            week.airtime.unknown.to_string(),
            week.unlogged_days.to_string(),
            week.state.code().to_owned(),
            week.share_permille().map(|share| share.to_string()).unwrap_or_default(),
        ])
    });
    to_csv(header, rows)
}

/// Renders what was taken out of plans.
#[must_use]
pub fn render_taken_out_csv(report: &Report) -> String {
    let rows = report.taken_out.iter().map(|row| {
        vec![
            row.station.clone(),
            station_name(report, &row.station).to_owned(),
            row.edited_on.to_string(),
            row.campaign.clone(),
            row.topic.map(|topic| topic.to_string()).unwrap_or_default(),
            row.language.clone(),
            row.dates.from.to_string(),
            row.dates.until.to_string(),
            row.airings.to_string(),
            row.planned_ms.to_string(),
        ]
    });
    to_csv("station,name,edited_on,campaign,topic,language,from,until,airings,planned_ms", rows)
}

/// Renders the totals of stated rows.
#[must_use]
pub fn render_stated_csv(report: &Report) -> String {
    let rows = report.stated.totals.iter().map(|totals| {
        vec![
            totals.addressee.clone(),
            totals.campaign.clone(),
            totals.topic.map(|topic| topic.to_string()).unwrap_or_default(),
            totals.language.clone(),
            totals.dates.from.to_string(),
            totals.dates.until.to_string(),
            totals.rows.to_string(),
            totals.stated_ms.to_string(),
            totals.airings.to_string(),
        ]
    });
    to_csv("addressee,campaign,topic,language,from,until,rows,stated_ms,airings", rows)
}

/// Renders rows below a header as RFC 4180, UTF-8 with a byte order mark. No cell is a formula.
#[must_use]
pub fn to_csv(header: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(header.split(','));
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| {
            // A negative number begins like a formula, but is none.
            if cell.parse::<i64>().is_ok() { cell.clone() } else { spreadsheet_cell(cell) }
        }));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}
