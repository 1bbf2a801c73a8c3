//! The chart of airtime by week.
use chrono::Days;

use super::style::{COLOURS, MAX_COLOURED_TOPICS, to_f32, truncate_label};
use crate::department::report::figures::format_whole_number;
use crate::department::report::labels::key_label;
use crate::department::report::{GroupBy, Report};
use crate::paper::drawing::{Drawing, GRID_COLOUR, TextAnchor, WIDTH};
use crate::text::report::ReportText;
use crate::text::report_document::DocumentText;
use crate::text::{Lang, Localize};

/// Draws the minutes on air by topic, as one stacked bar per week. `None` if the report covers fewer than two weeks or
/// has no topics.
#[must_use]
pub fn weekly_chart(report: &Report, lang: Lang) -> Option<Drawing> {
    let airtime = &report.weekly_airtime;
    let week_count = airtime.mondays.len();
    if week_count < 2 || airtime.topics.is_empty() {
        return None;
    }
    let series = series(report, week_count, lang);
    let max_ms = (0..week_count)
        .map(|week| series.iter().map(|(_, weekly_ms)| weekly_ms[week]).sum::<i64>())
        .max()
        .unwrap_or(0)
        .max(1);
    let legend_rows = series.len().div_ceil(2);
    let (top, bottom, left) = (10.0, 150.0, 42.0);
    #[allow(clippy::cast_precision_loss)]
    let (legend_height, week_width) = (legend_rows as f32 * 12.0, (WIDTH - left) / week_count as f32);
    let mut drawing =
        Drawing::new(ReportText::ChartWeeks {}.localized(lang).to_string(), bottom + 22.0 + legend_height);
    let mut has_cut_week = false;
    let points_per_ms = draw_scale(&mut drawing, max_ms, left, top, bottom, lang);
    // At most seven weeks are labelled, because more labels would overlap.
    let label_interval = week_count.div_ceil(7);
    for (week, monday) in airtime.mondays.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let x = left + week_width * week as f32;
        let mut y = bottom;
        for (index, (_, weekly_ms)) in series.iter().enumerate() {
            let height = to_f32(weekly_ms[week]) * points_per_ms;
            y -= height;
            drawing.rect(x + week_width * 0.12, y, week_width * 0.76, height, COLOURS[index % COLOURS.len()]);
        }
        let is_cut = *monday < report.range.from || *monday + Days::new(6) > report.range.until;
        if is_cut {
            drawing.text(x + week_width / 2.0, y - 2.0, TextAnchor::Middle, "*".to_owned());
        }
        has_cut_week |= is_cut;
        if week % label_interval == 0 {
            let label = monday.format("%d/%m").to_string();
            drawing.text(x + week_width / 2.0, bottom + 11.0, TextAnchor::Middle, label);
        }
    }
    draw_legend(&mut drawing, series.into_iter().map(|(name, _)| name), bottom + 26.0);
    if has_cut_week {
        let note = DocumentText::CutWeek {}.to_plain(lang);
        drawing.text(0.0, bottom + 26.0 + legend_height, TextAnchor::Start, note);
        drawing.height += 12.0;
    }
    Some(drawing)
}

/// Returns the name and the weekly airtime of each series. The topics with the most airtime have their own, in the order
/// of the table. The others share one.
fn series(report: &Report, week_count: usize, lang: Lang) -> Vec<(String, Vec<i64>)> {
    let airtime = &report.weekly_airtime;
    let mut topic_indexes: Vec<usize> = (0..airtime.topics.len()).collect();
    topic_indexes.sort_by_key(|index| std::cmp::Reverse(airtime.topics[*index].1.iter().sum::<i64>()));
    let (largest_topics, other_topics) = topic_indexes.split_at(topic_indexes.len().min(MAX_COLOURED_TOPICS));
    let mut coloured_topics: Vec<usize> = largest_topics.to_vec();
    coloured_topics.sort_unstable();
    let mut series: Vec<(String, Vec<i64>)> = coloured_topics
        .iter()
        .map(|index| (key_label(GroupBy::Topic, &airtime.topics[*index].0, lang), airtime.topics[*index].1.clone()))
        .collect();
    if !other_topics.is_empty() {
        let sum_of_week = |week: usize| other_topics.iter().map(|index| airtime.topics[*index].1[week]).sum();
        series.push((ReportText::Other {}.localized(lang).to_string(), (0..week_count).map(sum_of_week).collect()));
    }
    series
}

/// Draws the names with their colours in two columns, from `top` down.
fn draw_legend(drawing: &mut Drawing, names: impl Iterator<Item = String>, top: f32) {
    for (index, name) in names.enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let (x, y) = ((index % 2) as f32 * (WIDTH / 2.0), top + (index / 2) as f32 * 12.0);
        drawing.rect(x, y - 6.5, 8.0, 8.0, COLOURS[index % COLOURS.len()]);
        drawing.text(x + 12.0, y, TextAnchor::Start, truncate_label(&name, 48));
    }
}

/// The length of a minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// Returns the distance between the lines of the scale, in milliseconds: the smallest round number of minutes such that
/// five steps reach `max_ms`.
fn scale_step_ms(max_ms: i64) -> i64 {
    let mut steps = (0..11).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power) * MINUTE_MS));
    steps.find(|step| step * 5 >= max_ms).unwrap_or(i64::MAX / 8)
}

/// Draws the scale: horizontal lines from 0 to at least `max_ms`, labelled in minutes on the left. Returns the scale in
/// points per millisecond.
fn draw_scale(drawing: &mut Drawing, max_ms: i64, left: f32, top: f32, bottom: f32, lang: Lang) -> f32 {
    let step_ms = scale_step_ms(max_ms);
    let step_count = (max_ms + step_ms - 1) / step_ms;
    let step_height = (bottom - top) / to_f32(step_count.max(1));
    for step in 0..=step_count {
        let y = bottom - step_height * to_f32(step);
        drawing.line(left, y, WIDTH, y, GRID_COLOUR);
        drawing.text(left - 4.0, y + 2.5, TextAnchor::End, format_whole_number(step * step_ms / MINUTE_MS, lang));
    }
    step_height / to_f32(step_ms)
}
