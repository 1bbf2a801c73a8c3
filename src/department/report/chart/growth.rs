//! The growth chart, which compares a report's range with an earlier one.
use super::style::{COLOURS, MAX_COLOURED_TOPICS, to_f32, truncate_label};
use crate::department::report::figures::{format_date, format_growth, format_minutes};
use crate::department::report::labels::key_label;
use crate::department::report::{GroupBy, Report};
use crate::paper::drawing::{ChartShape, Drawing, TEXT_COLOUR, TextAnchor, WIDTH};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Draws the minutes on air by topic, in the earlier range and in the report's range. `None` if the report has no earlier
/// range or no topics.
#[must_use]
pub fn growth_chart(report: &Report, lang: Lang) -> Option<Drawing> {
    let table = report.table(GroupBy::Topic)?;
    let rows: Vec<_> = table.rows.iter().filter_map(|row| Some((row, row.earlier_totals.as_ref()?))).collect();
    // The topics with the most airtime, in the order of the table.
    let mut ranked: Vec<usize> = (0..rows.len()).collect();
    ranked.sort_by_key(|index| std::cmp::Reverse(rows[*index].0.totals.played_ms.max(rows[*index].1.played_ms)));
    ranked.truncate(MAX_COLOURED_TOPICS);
    ranked.sort_unstable();
    let rows: Vec<_> = ranked.into_iter().map(|index| rows[index]).collect();
    let max_ms = rows.iter().map(|(row, earlier)| row.totals.played_ms.max(earlier.played_ms)).max()?.max(1);
    let (earlier_range, range) = (report.earlier_range?, report.range);
    #[allow(clippy::cast_precision_loss)]
    let height = rows.len() as f32 * 34.0 + 26.0;
    let mut drawing = Drawing::new(ReportText::ChartGrowth {}.localized(lang).to_string(), height);
    let (left, right) = (170.0, WIDTH - 96.0);
    for (index, (row, earlier)) in rows.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let y = 4.0 + index as f32 * 34.0;
        drawing.text(
            left - 6.0,
            y + 15.0,
            TextAnchor::End,
            truncate_label(&key_label(GroupBy::Topic, &row.key, lang), 38),
        );
        for (ms, y_offset, colour) in [(earlier.played_ms, 0.0, COLOURS[8]), (row.totals.played_ms, 12.0, COLOURS[0])] {
            let width = to_f32(ms) / to_f32(max_ms) * (right - left);
            drawing.rect(left, y + y_offset, width, 10.0, colour);
            drawing.text(left + width + 4.0, y + y_offset + 8.0, TextAnchor::Start, format_minutes(ms, lang));
        }
        drawing.shapes.push(ChartShape::Text {
            x: WIDTH,
            y: y + 15.0,
            size: 9.0,
            bold: true,
            anchor: TextAnchor::End,
            text: row.growth.map_or_else(String::new, |growth| format_growth(growth, lang)),
        });
    }
    drawing.line(left, 0.0, left, height - 26.0, TEXT_COLOUR);
    let legend = [(ReportText::Before {}, earlier_range, COLOURS[8]), (ReportText::Now {}, range, COLOURS[0])];
    for (x, (name, range, colour)) in [left, left + 140.0].into_iter().zip(legend) {
        drawing.rect(x, height - 15.0, 8.0, 8.0, colour);
        let label = format!("{} ({}–{})", name.localized(lang), format_date(range.from), format_date(range.until));
        drawing.text(x + 12.0, height - 8.0, TextAnchor::Start, label);
    }
    Some(drawing)
}
