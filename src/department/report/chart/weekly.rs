//! The chart of weeks.
use super::style::{COLOURS, OWN_COLOURS, points, truncated};
use crate::department::report::drawing::{Drawing, FAINT, TextAnchor, WIDTH};
use crate::department::report::figures::hours;
use crate::department::report::labels::key_label;
use crate::department::report::{GroupBy, Report};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Draws the hours on air by topic, week by week. None for fewer than two weeks.
#[must_use]
pub fn weekly_chart(report: &Report, lang: Lang) -> Option<Drawing> {
    let weeks = &report.weeks;
    let count = weeks.mondays.len();
    if count < 2 || weeks.topics.is_empty() {
        return None;
    }
    // The topics with the most airtime have their own colours; the others share one.
    let mut order: Vec<usize> = (0..weeks.topics.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(weeks.topics[*at].1.iter().sum::<i64>()));
    let (mut own, rest) = order.split_at(order.len().min(OWN_COLOURS));
    let mut shown: Vec<usize> = own.to_vec();
    shown.sort_unstable();
    own = &shown;
    let mut stacks: Vec<(String, Vec<i64>)> = own
        .iter()
        .map(|at| (key_label(GroupBy::Topic, &weeks.topics[*at].0, lang), weeks.topics[*at].1.clone()))
        .collect();
    if !rest.is_empty() {
        let sum = |week: usize| rest.iter().map(|at| weeks.topics[*at].1[week]).sum();
        stacks.push((ReportText::Other {}.localized(lang).to_string(), (0..count).map(sum).collect()));
    }
    let most = (0..count).map(|week| stacks.iter().map(|(_, ms)| ms[week]).sum::<i64>()).max().unwrap_or(0).max(1);
    let rows = stacks.len().div_ceil(2);
    let (top, bottom, left) = (10.0, 150.0, 42.0);
    #[allow(clippy::cast_precision_loss)]
    let (legend, each) = (rows as f32 * 12.0, (WIDTH - left) / count as f32);
    let mut drawing = Drawing::new(ReportText::ChartWeeks {}.localized(lang).to_string(), bottom + 22.0 + legend);
    let scale = draw_scale(&mut drawing, most, left, top, bottom, lang);
    let every = count.div_ceil(7);
    for (week, monday) in weeks.mondays.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let x = left + each * week as f32;
        let mut y = bottom;
        for (number, (_, ms)) in stacks.iter().enumerate() {
            let height = points(ms[week]) * scale;
            y -= height;
            drawing.rect(x + each * 0.12, y, each * 0.76, height, COLOURS[number % COLOURS.len()]);
        }
        if week % every == 0 {
            drawing.text(x + each / 2.0, bottom + 11.0, TextAnchor::Middle, monday.format("%d/%m").to_string());
        }
    }
    draw_legend(&mut drawing, stacks.into_iter().map(|(name, _)| name), bottom + 26.0);
    Some(drawing)
}

fn draw_legend(drawing: &mut Drawing, names: impl Iterator<Item = String>, top: f32) {
    for (number, name) in names.enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let (x, y) = ((number % 2) as f32 * (WIDTH / 2.0), top + (number / 2) as f32 * 12.0);
        drawing.rect(x, y - 6.5, 8.0, 8.0, COLOURS[number % COLOURS.len()]);
        drawing.text(x + 12.0, y, TextAnchor::Start, truncated(&name, 48));
    }
}

/// Returns a round number of hours, in milliseconds, about a quarter of `most`.
fn round_step(most: i64) -> i64 {
    let hour = 3_600_000;
    let steps = [hour / 10, hour / 5, hour / 2, hour, 2 * hour, 5 * hour];
    let tens = (1..9).flat_map(|power| steps.map(|step| step * 10_i64.pow(power)));
    steps.into_iter().chain(tens).find(|step| step * 5 >= most).unwrap_or(i64::MAX / 8)
}

/// Draws horizontal lines, with hours on their left, from 0 to at least `most`. Returns the points of a millisecond.
fn draw_scale(drawing: &mut Drawing, most: i64, left: f32, top: f32, bottom: f32, lang: Lang) -> f32 {
    let step = round_step(most);
    let steps = (most + step - 1) / step;
    let each = (bottom - top) / points(steps.max(1));
    for n in 0..=steps {
        let y = bottom - each * points(n);
        drawing.line(left, y, WIDTH, y, FAINT);
        drawing.text(left - 4.0, y + 2.5, TextAnchor::End, hours(n * step, lang));
    }
    each / points(step)
}
