//! The parts of a DOCX file that hold no content of the document: styles, numbering, settings, properties.
use chrono::NaiveDate;

use super::xml::Xml;
use crate::paper::document::Document;
use crate::text::Lang;

/// The namespaces of the document, its headers and its footers.
pub(super) const NAMESPACES: [(&str, &str); 5] = [
    ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    ("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    ("xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
    ("xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
    ("xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"),
];

/// The type of relationships, without the last word.
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

/// The name of the part with the page numbers, and its identifier in the relationships of the document.
pub(super) const PAGE_NUMBERS: (&str, &str) = ("header1.xml", "rIdPageNumbers");
/// The same for a book, which has them at the foot.
pub(super) const BOOK_FOOT: (&str, &str) = ("footer1.xml", "rIdBookFoot");

/// Returns the code of the language for spell checkers.
pub(super) fn language_code(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "vi-VN",
        Lang::En => "en-US",
    }
}

pub(super) fn content_types() -> String {
    let mut xml = Xml::document();
    xml.raw(concat!(
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
        r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
        r#"<Default Extension="xml" ContentType="application/xml"/><Default Extension="emf" ContentType="image/x-emf"/>"#
    ));
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
    let parts = [
        ("/word/document.xml", format!("{word}document.main+xml")),
        ("/word/styles.xml", format!("{word}styles+xml")),
        ("/word/numbering.xml", format!("{word}numbering+xml")),
        ("/word/settings.xml", format!("{word}settings+xml")),
        ("/word/header1.xml", format!("{word}header+xml")),
        ("/word/footer1.xml", format!("{word}footer+xml")),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml".to_owned()),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml".to_owned()),
    ];
    for (name, content_type) in &parts {
        xml.empty("Override", &[("PartName", name), ("ContentType", content_type)]);
    }
    xml.raw("</Types>");
    xml.into_text()
}

fn relationships(relations: &[(String, String, String)]) -> String {
    let mut xml = Xml::document();
    let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
    xml.element("Relationships", &[("xmlns", namespace)], |xml| {
        for (id, kind, target) in relations {
            xml.empty("Relationship", &[("Id", id), ("Type", kind), ("Target", target)]);
        }
    });
    xml.into_text()
}

pub(super) fn package_relationships() -> String {
    let core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    relationships(&[
        ("rId1".to_owned(), format!("{RELATION}officeDocument"), "word/document.xml".to_owned()),
        ("rId2".to_owned(), core.to_owned(), "docProps/core.xml".to_owned()),
        ("rId3".to_owned(), format!("{RELATION}extended-properties"), "docProps/app.xml".to_owned()),
    ])
}

/// Returns the relationships of the document to its other parts and to this many charts.
pub(super) fn document_relationships(chart_count: usize) -> String {
    let part = |id: &str, kind: &str, target: &str| (id.to_owned(), format!("{RELATION}{kind}"), target.to_owned());
    let mut relations = vec![
        part("rIdStyles", "styles", "styles.xml"),
        part("rIdNumbering", "numbering", "numbering.xml"),
        part("rIdSettings", "settings", "settings.xml"),
        part(PAGE_NUMBERS.1, "header", PAGE_NUMBERS.0),
        part(BOOK_FOOT.1, "footer", BOOK_FOOT.0),
    ];
    relations.extend((1..=chart_count).map(|n| part(&format!("rIdChart{n}"), "image", &format!("media/chart{n}.emf"))));
    relationships(&relations)
}

/// Returns the properties that programs show for the file. The time is the day of the report, not that of the clock, so
/// that the same report gives the same bytes.
pub(super) fn core_properties(document: &Document, lang: Lang) -> String {
    let mut xml = Xml::document();
    let namespaces = [
        ("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:dcterms", "http://purl.org/dc/terms/"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ];
    let time = time_of(document.made_on);
    xml.element("cp:coreProperties", &namespaces, |xml| {
        xml.text_element("dc:title", &[], &document.full_title());
        xml.text_element("dc:creator", &[], &document.agency.1);
        xml.text_element("dc:language", &[], language_code(lang));
        xml.text_element("dcterms:created", &[("xsi:type", "dcterms:W3CDTF")], &time);
        xml.text_element("dcterms:modified", &[("xsi:type", "dcterms:W3CDTF")], &time);
    });
    xml.into_text()
}

fn time_of(date: NaiveDate) -> String {
    format!("{}T00:00:00Z", date.format("%Y-%m-%d"))
}

pub(super) fn app_properties() -> String {
    let mut xml = Xml::document();
    xml.raw(concat!(
        r#"<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">"#,
        "<Application>loa</Application></Properties>"
    ));
    xml.into_text()
}

pub(super) fn settings(lang: Lang) -> String {
    let mut xml = Xml::document();
    xml.element("w:settings", &NAMESPACES[..1], |xml| {
        xml.value("w:defaultTabStop", "720");
        xml.raw(concat!(
            r#"<w:compat><w:compatSetting w:name="compatibilityMode" "#,
            r#"w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>"#
        ));
        xml.value("w:themeFontLang", language_code(lang));
    });
    xml.into_text()
}

/// Returns the numbering: sections I, II and parts 1, 2 are numbered by the word processor, so that the numbers stay
/// right when an office adds a part. Points are written with their letters, because the format's alphabet lacks đ. Each
/// of the `list_count` lists, the body and the annexes, begins with 1.
pub(super) fn numbering(list_count: usize) -> String {
    let mut xml = Xml::document();
    xml.element("w:numbering", &NAMESPACES[..1], |xml| {
        xml.raw(concat!(
            r#"<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>"#,
            r#"<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:suff w:val="space"/>"#,
            r#"<w:lvlText w:val="%1."/><w:lvlJc w:val="left"/></w:lvl>"#,
            r#"<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="space"/>"#,
            r#"<w:lvlText w:val="%2."/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>"#
        ));
        for list in 1..=list_count {
            xml.element("w:num", &[("w:numId", &list.to_string())], |xml| {
                xml.value("w:abstractNumId", "0");
                for level in ["0", "1"] {
                    xml.element("w:lvlOverride", &[("w:ilvl", level)], |xml| xml.value("w:startOverride", "1"));
                }
            });
        }
    });
    xml.into_text()
}

/// Returns the styles. They have the names of the word processor's own ones, so that its outline shows the headings.
pub(super) fn styles(lang: Lang) -> String {
    let mut xml = Xml::document();
    xml.element("w:styles", &NAMESPACES[..1], |xml| {
        xml.element("w:docDefaults", &[], |xml| {
            xml.element("w:rPrDefault", &[], |xml| {
                xml.element("w:rPr", &[], |xml| {
                    xml.raw(concat!(
                        r#"<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" "#,
                        r#"w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="26"/><w:szCs w:val="26"/>"#
                    ));
                    let code = language_code(lang);
                    xml.empty("w:lang", &[("w:val", code), ("w:eastAsia", code), ("w:bidi", "ar-SA")]);
                });
            });
            xml.raw(r#"<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr></w:pPrDefault>"#);
        });
        xml.raw(concat!(
            r#"<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>"#,
            r#"<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:qFormat/>"#,
            r#"<w:pPr><w:keepNext/><w:spacing w:before="240"/><w:jc w:val="center"/></w:pPr>"#,
            r#"<w:rPr><w:b/><w:bCs/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr></w:style>"#,
            r#"<w:style w:type="paragraph" w:styleId="Subtitle"><w:name w:val="Subtitle"/><w:basedOn w:val="Normal"/><w:qFormat/>"#,
            r#"<w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr><w:rPr><w:b/><w:bCs/></w:rPr></w:style>"#,
            r#"<w:style w:type="paragraph" w:styleId="BodyText"><w:name w:val="Body Text"/><w:basedOn w:val="Normal"/><w:qFormat/>"#,
            r#"<w:pPr><w:spacing w:before="0" w:after="100" w:line="264" w:lineRule="auto"/><w:ind w:firstLine="567"/>"#,
            r#"<w:jc w:val="both"/></w:pPr></w:style>"#,
            r#"<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>"#,
            r#"<w:next w:val="BodyText"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="80"/>"#,
            r#"<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:bCs/><w:caps/></w:rPr></w:style>"#,
            r#"<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/>"#,
            r#"<w:next w:val="BodyText"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="200" w:after="80"/>"#,
            r#"<w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:bCs/></w:rPr></w:style>"#,
            r#"<w:style w:type="paragraph" w:styleId="Heading3"><w:name w:val="heading 3"/><w:basedOn w:val="Normal"/>"#,
            r#"<w:next w:val="BodyText"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="160" w:after="60"/>"#,
            r#"<w:outlineLvl w:val="2"/></w:pPr><w:rPr><w:b/><w:bCs/><w:i/><w:iCs/></w:rPr></w:style>"#
        ));
    });
    xml.into_text()
}
