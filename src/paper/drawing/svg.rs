//! Renders drawings as SVG.
use super::{ChartShape, Colour, Drawing, TEXT_COLOUR, TextAnchor};

impl Drawing {
    /// Renders the drawing as an `svg` element.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {} {}\"><title>{}</title>",
            self.width,
            self.height,
            escape_xml(&self.title)
        );
        for shape in &self.shapes {
            out.push_str(&match shape {
                ChartShape::Rect { x, y, width, height, fill } => format!(
                    "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{}\"/>",
                    format_hex(*fill)
                ),
                ChartShape::Line { x1, y1, x2, y2, colour } => format!(
                    "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" stroke=\"{}\" \
                     stroke-width=\"0.6\"/>",
                    format_hex(*colour)
                ),
                ChartShape::Text { x, y, size, bold, anchor, text } => {
                    let anchor = match anchor {
                        TextAnchor::Start => "start",
                        TextAnchor::Middle => "middle",
                        TextAnchor::End => "end",
                    };
                    let weight = if *bold { " font-weight=\"bold\"" } else { "" };
                    format!(
                        "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" text-anchor=\"{anchor}\" \
                         fill=\"{}\"{weight}>{}</text>",
                        format_hex(TEXT_COLOUR),
                        escape_xml(text)
                    )
                }
            });
        }
        out.push_str("</svg>");
        out
    }
}

/// Formats a colour as `#rrggbb`.
fn format_hex((r, g, b): Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Escapes text for XML, and removes unprintable characters.
fn escape_xml(text: &str) -> String {
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
