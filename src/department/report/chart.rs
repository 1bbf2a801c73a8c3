//! Charts as rectangles, lines and texts, in points; for HTML as SVG, for PDF drawn.
use super::figures::{date, growth, hours};
use super::labels::key_label;
use super::{GroupBy, Report};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Red, green, blue.
pub type Colour = (u8, u8, u8);

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextAnchor {
    /// At its beginning.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// A piece of a drawing. `y` grows downwards; of a text it is the base line.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // they are what they say
pub enum ChartShape {
    Rect { x: f32, y: f32, width: f32, height: f32, fill: Colour },
    Line { x1: f32, y1: f32, x2: f32, y2: f32, colour: Colour },
    Text { x: f32, y: f32, size: f32, bold: bool, anchor: TextAnchor, text: String },
}

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// What it shows, in words.
    pub title: String,
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    /// From back to front.
    pub shapes: Vec<ChartShape>,
}

/// As wide as the text of an A4 page with the margins of Vietnamese reports.
const WIDTH: f32 = 467.0;
const INK: Colour = (0x22, 0x22, 0x22);
const FAINT: Colour = (0xC8, 0xCC, 0xD2);
/// Apart from each other also in grey, and for who does not see red or green.
const COLOURS: [Colour; 9] = [
    (0x16, 0x2F, 0x4F),
    (0x3F, 0x78, 0xB4),
    (0xF2, 0xC1, 0x4E),
    (0x8F, 0xC1, 0xB5),
    (0xA2, 0x3E, 0x2A),
    (0xE3, 0xD7, 0xC5),
    (0x6B, 0x6F, 0x76),
    (0xD9, 0x8E, 0x5F),
    (0xBD, 0xC3, 0xCB),
];
/// Topics with a colour of their own.
const OWN_COLOURS: usize = 8;

impl Drawing {
    fn new(title: String, height: f32) -> Self {
        Self { title, width: WIDTH, height, shapes: Vec::new() }
    }

    fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, fill: Colour) {
        self.shapes.push(ChartShape::Rect { x, y, width, height, fill });
    }

    fn line(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, colour: Colour) {
        self.shapes.push(ChartShape::Line { x1, y1, x2, y2, colour });
    }

    fn text(&mut self, x: f32, y: f32, anchor: TextAnchor, text: String) {
        self.shapes.push(ChartShape::Text { x, y, size: 8.0, bold: false, anchor, text });
    }

    /// Lines across with the hours at their left, from 0 to at least `most`; gives points for a millisecond.
    fn draw_scale(&mut self, most: i64, left: f32, top: f32, bottom: f32, lang: Lang) -> f32 {
        let step = round_step(most);
        let steps = (most + step - 1) / step;
        let each = (bottom - top) / points(steps.max(1));
        for n in 0..=steps {
            let y = bottom - each * points(n);
            self.line(left, y, WIDTH, y, FAINT);
            self.text(left - 4.0, y + 2.5, TextAnchor::End, hours(n * step, lang));
        }
        each / points(step)
    }

    /// The drawing as SVG.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {} {}\"><title>{}</title>",
            self.width,
            self.height,
            escaped(&self.title)
        );
        for piece in &self.shapes {
            out.push_str(&match piece {
                ChartShape::Rect { x, y, width, height, fill } => format!(
                    "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{}\"/>",
                    hex(*fill)
                ),
                ChartShape::Line { x1, y1, x2, y2, colour } => format!(
                    "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" stroke=\"{}\" stroke-width=\"0.6\"/>",
                    hex(*colour)
                ),
                ChartShape::Text { x, y, size, bold, anchor, text } => {
                    let anchor = match anchor {
                        TextAnchor::Start => "start",
                        TextAnchor::Middle => "middle",
                        TextAnchor::End => "end",
                    };
                    let weight = if *bold { " font-weight=\"bold\"" } else { "" };
                    format!(
                        "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{}\"{weight}>{}</text>",
                        hex(INK),
                        escaped(text)
                    )
                }
            });
        }
        out.push_str("</svg>");
        out
    }
}

fn hex((r, g, b): Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escaped(text: &str) -> String {
    crate::text::strip_unprintable(text)
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

#[allow(clippy::cast_precision_loss)] // points on paper
fn points(n: i64) -> f32 {
    n as f32
}

/// A round number of hours, in milliseconds, such that about four of them make up `most`.
fn round_step(most: i64) -> i64 {
    let hour = 3_600_000;
    let steps = [hour / 10, hour / 5, hour / 2, hour, 2 * hour, 5 * hour];
    let tens = (1..9).flat_map(|power| steps.map(|step| step * 10_i64.pow(power)));
    steps.into_iter().chain(tens).find(|step| step * 5 >= most).unwrap_or(i64::MAX / 8)
}

fn truncated(text: &str, letters: usize) -> String {
    let safe = crate::text::strip_unprintable(text);
    if safe.chars().count() <= letters {
        return safe;
    }
    safe.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

/// Hours on air by topic, week by week.
#[must_use]
pub fn weekly_chart(report: &Report, lang: Lang) -> Option<Drawing> {
    let weeks = &report.weeks;
    let count = weeks.mondays.len();
    if count < 2 || weeks.topics.is_empty() {
        return None;
    }
    // The topics with most airtime have colours, the rest share one.
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
    let scale = drawing.draw_scale(most, left, top, bottom, lang);
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

/// Hours on air by topic, before and now.
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
