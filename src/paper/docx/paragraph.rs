//! Paragraphs and runs of a DOCX file.
use super::xml::Xml;

/// The properties of a paragraph.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Paragraph<'a> {
    /// The name of its style; empty for the default one.
    pub(super) style: &'a str,
    /// The alignment; empty for that of the style.
    pub(super) alignment: &'a str,
    /// True if it stays on one page with the next one.
    pub(super) keeps_with_next: bool,
    /// The list and the level of its number.
    pub(super) number: Option<(usize, usize)>,
    /// The space above, in points; `None` for that of the style.
    pub(super) space_above: Option<f32>,
    /// True if it has the indent of a first line, which headings have by themselves and not by their style.
    pub(super) is_indented: bool,
}

/// The properties of text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RunStyle {
    pub(super) is_bold: bool,
    pub(super) is_italic: bool,
    /// The font size in points; `None` for that of the style.
    pub(super) size: Option<f32>,
}

/// Converts points to twentieths of a point, in which the format measures.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn twips(points: f32) -> String {
    ((points * 20.0).round() as i64).to_string()
}

/// Adds a paragraph with one run of text.
pub(super) fn add_paragraph(xml: &mut Xml, paragraph: &Paragraph<'_>, run: &RunStyle, text: &str) {
    xml.element("w:p", &[], |xml| {
        add_paragraph_properties(xml, paragraph, run);
        if !text.is_empty() {
            add_run(xml, run, |xml| xml.text_element("w:t", &[("xml:space", "preserve")], text));
        }
    });
}

/// Adds the properties of a paragraph. Their order is fixed by the format. An empty paragraph is as high as its mark, so
/// the mark has the style of the text.
pub(super) fn add_paragraph_properties(xml: &mut Xml, paragraph: &Paragraph<'_>, mark: &RunStyle) {
    xml.element("w:pPr", &[], |xml| {
        if !paragraph.style.is_empty() {
            xml.value("w:pStyle", paragraph.style);
        }
        if paragraph.keeps_with_next {
            xml.empty("w:keepNext", &[]);
        }
        if let Some((list, level)) = paragraph.number {
            xml.element("w:numPr", &[], |xml| {
                xml.value("w:ilvl", &level.to_string());
                xml.value("w:numId", &list.to_string());
            });
        }
        if let Some(space) = paragraph.space_above {
            xml.empty("w:spacing", &[("w:before", &twips(space))]);
        }
        if paragraph.is_indented {
            xml.empty("w:ind", &[("w:left", "0"), ("w:firstLine", "567")]);
        }
        if !paragraph.alignment.is_empty() {
            xml.value("w:jc", paragraph.alignment);
        }
        add_run_properties(xml, mark);
    });
}

fn add_run_properties(xml: &mut Xml, run: &RunStyle) {
    xml.element("w:rPr", &[], |xml| {
        if run.is_bold {
            xml.raw("<w:b/><w:bCs/>");
        }
        if run.is_italic {
            xml.raw("<w:i/><w:iCs/>");
        }
        if let Some(size) = run.size {
            #[allow(clippy::cast_possible_truncation)]
            let half_points = ((size * 2.0).round() as i64).to_string();
            xml.value("w:sz", &half_points);
            xml.value("w:szCs", &half_points);
        }
    });
}

/// Adds a run with the content that a function adds.
pub(super) fn add_run(xml: &mut Xml, run: &RunStyle, content: impl FnOnce(&mut Xml)) {
    xml.element("w:r", &[], |xml| {
        add_run_properties(xml, run);
        content(xml);
    });
}

/// Adds a field, such as the number of the page.
pub(super) fn add_field(xml: &mut Xml, run: &RunStyle, name: &str) {
    xml.element("w:fldSimple", &[("w:instr", name)], |xml| {
        add_run(xml, run, |xml| xml.text_element("w:t", &[], "1"));
    });
}

/// Adds a short rule: an empty line whose upper border is as long as the indents leave it. `width` is that of the
/// column, in points.
pub(super) fn add_rule(xml: &mut Xml, width: f32, length: f32) {
    let indent = twips((width - length).max(0.0) / 2.0);
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            xml.empty("w:keepNext", &[]);
            xml.element("w:pBdr", &[], |xml| {
                xml.empty("w:top", &[("w:val", "single"), ("w:sz", "6"), ("w:space", "1"), ("w:color", "1A1A1A")]);
            });
            xml.empty("w:spacing", &[("w:before", "40"), ("w:after", "0"), ("w:line", "120"), ("w:lineRule", "exact")]);
            xml.empty("w:ind", &[("w:left", &indent), ("w:right", &indent)]);
            add_run_properties(xml, &RunStyle { size: Some(4.0), ..RunStyle::default() });
        });
    });
}
