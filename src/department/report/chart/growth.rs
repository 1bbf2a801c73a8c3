//! The chart of growth.
use super::style::{COLOURS, OWN_COLOURS, points, truncated};
use crate::department::report::drawing::{ChartShape, Drawing, INK, TextAnchor, WIDTH};
use crate::department::report::figures::{date, growth, hours};
use crate::department::report::labels::key_label;
use crate::department::report::{GroupBy, Report};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Draws the hours on air by topic, in the earlier range and in the report's. None without an earlier range.
#[must_use]
pub fn growth_chart(report: &Report, lang: Lang) -> Option<Drawing> {
    let topics = report.table(GroupBy::Topic)?;
    let mut lines: Vec<_> = topics.rows.iter().filter_map(|line| Some((line, line.compared.as_ref()?))).collect();
    lines.sort_by_key(|(line, before)| std::cmp::Reverse(line.totals.played_ms.max(before.played_ms)));
    lines.truncate(OWN_COLOURS);
    let most = lines.iter().map(|(line, before)| line.totals.played_ms.max(before.played_ms)).max()?.max(1);
    let (before, now) = (report.compared_range?, report.range);
    #[allow(clippy::cast_precision_loss)]
    let height = lines.len() as f32 * 34.0 + 26.0;
    let mut drawing = Drawing::new(ReportText::ChartGrowth {}.localized(lang).to_string(), height);
    let (left, right) = (170.0, WIDTH - 96.0);
    for (number, (line, earlier)) in lines.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let y = 4.0 + number as f32 * 34.0;
        drawing.text(left - 6.0, y + 15.0, TextAnchor::End, truncated(&key_label(GroupBy::Topic, &line.key, lang), 38));
        for (ms, down, colour) in [(earlier.played_ms, 0.0, COLOURS[8]), (line.totals.played_ms, 12.0, COLOURS[0])] {
            let width = points(ms) / points(most) * (right - left);
            drawing.rect(left, y + down, width, 10.0, colour);
            drawing.text(left + width + 4.0, y + down + 8.0, TextAnchor::Start, hours(ms, lang));
        }
        drawing.shapes.push(ChartShape::Text {
            x: WIDTH,
            y: y + 15.0,
            size: 9.0,
            bold: true,
            anchor: TextAnchor::End,
            text: growth(earlier.played_ms, line.totals.played_ms, lang),
        });
    }
    drawing.line(left, 0.0, left, height - 26.0, INK);
    let names = [(ReportText::Before {}, before, COLOURS[8]), (ReportText::Now {}, now, COLOURS[0])];
    for (at, (name, range, colour)) in [left, left + 140.0].into_iter().zip(names) {
        drawing.rect(at, height - 15.0, 8.0, 8.0, colour);
        let dates = format!("{} ({}–{})", name.localized(lang), date(range.from), date(range.until));
        drawing.text(at + 12.0, height - 8.0, TextAnchor::Start, dates);
    }
    Some(drawing)
}
