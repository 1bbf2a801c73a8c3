//! Writes XML. Every text and value is escaped.
use unicode_normalization::UnicodeNormalization;

/// The text of an XML document, to which elements are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Xml(String);

/// The attributes of an element.
type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// Begins a document.
    pub(super) fn document() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n".to_owned())
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }

    fn tag(&mut self, name: &str, attributes: Attributes<'_>, end: &str) {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push_str(&format!(" {key}=\"{}\"", escape(value)));
        }
        self.0.push_str(end);
    }

    /// Adds an element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.tag(name, attributes, "/>");
    }

    /// Adds an element with the content that a function adds.
    pub(super) fn element(&mut self, name: &str, attributes: Attributes<'_>, content: impl FnOnce(&mut Self)) {
        self.tag(name, attributes, ">");
        content(self);
        self.0.push_str(&format!("</{name}>"));
    }

    /// Adds an element with text.
    pub(super) fn text_element(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.element(name, attributes, |xml| xml.0.push_str(&escape(text)));
    }

    /// Adds an element whose only attribute is `w:val`, as most of the format's properties are.
    pub(super) fn value(&mut self, name: &str, value: &str) {
        self.empty(name, &[("w:val", value)]);
    }

    /// Adds XML that is part of the program.
    pub(super) fn raw(&mut self, xml: &'static str) {
        self.0.push_str(xml);
    }
}

/// Escapes text for XML. Characters that are invisible, change the writing direction, or may not stand in XML are
/// removed.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in crate::text::strip_unprintable(text).nfc().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')) {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
