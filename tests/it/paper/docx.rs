//! The report as DOCX, read with python-docx.
use std::io::Read as _;

use loa::text::Lang;

use super::sample::Sample;
use super::{docx_of, stdout_of};

/// Returns the XML of the document in a DOCX file.
pub fn document_xml(bytes: &[u8]) -> String {
    part(bytes, "word/document.xml")
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("the file is a ZIP archive");
    let mut text = String::new();
    archive.by_name(name).expect("the archive has the part").read_to_string(&mut text).expect("the part is UTF-8");
    text
}

/// What Python prints about a file.
const SCRIPT: &str = r#"
import json, sys, docx
from docx.oxml.ns import qn
document = docx.Document(sys.argv[1])
tables = document.tables
rows = [row for table in tables[1:] for row in table.rows]
text = [p.text for p in document.paragraphs]
for table in tables:
    for row in table.rows:
        text.extend(cell.text for cell in row.cells)
sections = document.sections
print(json.dumps({
    "title": document.core_properties.title,
    "language": document.core_properties.language,
    "created": str(document.core_properties.created),
    "headings": [p.text for p in document.paragraphs if p.style.name.startswith("Heading")],
    "text": text,
    "font": document.styles.element.find(".//" + qn("w:rFonts")).get(qn("w:ascii")),
    "lang": document.styles.element.find(".//" + qn("w:lang")).get(qn("w:val")),
    "repeated": sum(1 for row in rows if row._tr.find(".//" + qn("w:tblHeader")) is not None),
    "unsplit": all(row._tr.find(".//" + qn("w:cantSplit")) is not None for row in rows),
    "tables": len(tables),
    "pictures": len(document.inline_shapes),
    "pages": [[s.page_width.mm, s.page_height.mm, s.left_margin.mm, s.right_margin.mm, s.top_margin.mm] for s in sections],
    "bare_first_page": [s.different_first_page_header_footer for s in sections],
    "header": [f.get(qn("w:instr")) for f in sections[0].header._element.iter(qn("w:fldSimple"))],
    "widths": [[int(c.get(qn("w:w"))) for c in t._tbl.iter(qn("w:gridCol"))] for t in tables],
}))
"#;

fn read_with_python(bytes: &[u8]) -> serde_json::Value {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = dir.path().join("report.docx");
    std::fs::write(&path, bytes).expect("write the file");
    let path = path.to_str().expect("the path is UTF-8");
    let json = stdout_of(crate::foreign::python_with("docx"), &["-c", SCRIPT, path]);
    serde_json::from_str(&json).expect("parse the JSON")
}

#[test]
fn python_docx_reads_the_report_that_an_office_edits() {
    let report = Sample { stations: 6, has_long_names: false, is_compared: true }.report();
    let bytes = docx_of(&report, Lang::Vi);
    let read = read_with_python(&bytes);
    assert!(read["title"].as_str().is_some_and(|title| title.starts_with("BÁO CÁO Kết quả phát thanh")), "{read}");
    assert_eq!((&read["language"], &read["lang"]), (&"vi-VN".into(), &"vi-VN".into()));
    assert!(read["created"].as_str().is_some_and(|at| at.starts_with("2023-06-16")), "the report's day: {read}");
    assert_eq!(read["font"], "Times New Roman");
    // The numbers of sections and parts are the word processor's own.
    let headings = read["headings"].to_string();
    for heading in ["\"Kết quả thực hiện\"", "\"Kết quả chung\"", "\"Đánh giá, nguyên nhân\"", "\"Kiến nghị, đề xuất\""]
    {
        assert!(headings.contains(heading), "{heading} in {headings}");
    }
    let text = read["text"].to_string();
    for part in ["Số:", "/BC-STTTT", "GIÁM ĐỐC", "Phụ lục I", "Đài Truyền thanh Nghĩa Đức (hư cấu)", "Tổng cộng"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    // The head and the foot are tables too, without headings.
    let (tables, repeated) = (read["tables"].as_u64(), read["repeated"].as_u64());
    assert_eq!(tables.map(|count| count - 2), repeated, "every table repeats its headings");
    assert_eq!(read["unsplit"], true);
    assert_eq!(read["pictures"], 2, "both charts");
    let pages = read["pages"].as_array().expect("the value is an array");
    let mm = |page: usize, index: usize| pages[page][index].as_f64().expect("a number").round();
    assert_eq!([0, 1, 2, 3, 4].map(|index| mm(0, index)), [210.0, 297.0, 30.0, 15.0, 20.0]);
    assert!((1..pages.len()).any(|page| mm(page, 0) > mm(page, 1)), "a wide annex is in landscape: {read}");
    assert_eq!(read["bare_first_page"][0], true);
    assert_eq!(read["bare_first_page"][1], false);
    assert_eq!(read["header"], serde_json::json!(["PAGE"]));
    let text_width = |page: usize| ((mm(page, 0) - 45.0) / 25.4 * 1440.0).round();
    for widths in read["widths"].as_array().expect("the value is an array") {
        let sum: i64 = widths.as_array().expect("an array").iter().filter_map(serde_json::Value::as_i64).sum();
        #[allow(clippy::cast_precision_loss)]
        let fits = (0..pages.len()).any(|page| (sum as f64 - text_width(page)).abs() < 40.0);
        assert!(fits, "{sum} twips are not the width of a page: {read}");
    }
}

#[test]
fn the_same_report_gives_the_same_docx() {
    let sample = Sample { stations: 6, has_long_names: true, is_compared: false };
    for lang in [Lang::Vi, Lang::En] {
        assert_eq!(docx_of(&sample.report(), lang), docx_of(&sample.report(), lang));
    }
    let english = read_with_python(&docx_of(&sample.report(), Lang::En));
    assert_eq!(english["language"], "en-US");
    assert!(english["headings"].to_string().contains("Assessment and causes"), "{english}");
}

#[test]
fn hostile_names_do_not_break_the_xml() {
    let report = super::report(2, "\u{0}\u{1b}]]><w:p>&amp;\u{202e}\u{ffff}\"'");
    let bytes = docx_of(&report, Lang::Vi);
    let read = read_with_python(&bytes);
    assert!(read["text"].to_string().contains("]]><w:p>&amp;"), "the name is text: {read}");
    assert!(!part(&bytes, "docProps/core.xml").contains('\u{1b}'));
}

/// LibreOffice lays the document out with its own rules.
#[test]
#[ignore = "needs LibreOffice; runs in make campaign"]
fn libreoffice_opens_the_docx_and_splits_nothing_that_belongs_together() {
    for sample in super::layout::SAMPLES {
        let dir = tempfile::tempdir().expect("make a temporary folder");
        let report = sample.report();
        std::fs::write(dir.path().join("report.docx"), docx_of(&report, Lang::Vi)).expect("write the file");
        let folder = dir.path().to_str().expect("the path is UTF-8");
        let profile = format!("-env:UserInstallation=file://{folder}/profile");
        let docx = format!("{folder}/report.docx");
        stdout_of("soffice", &[&profile, "--headless", "--convert-to", "pdf", "--outdir", folder, &docx]);
        let text = stdout_of("pdftotext", &["-layout", &format!("{folder}/report.pdf"), "-"]);
        let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
        let signed = pages.iter().position(|page| page.contains("GIÁM ĐỐC")).expect("find the signature");
        assert!(pages[signed].contains("Trên đây là báo cáo"), "nothing but a signature: {}", pages[signed]);
        let annex = pages.iter().position(|page| page.lines().any(|line| line.trim() == "Phụ lục I"));
        assert_eq!(annex, Some(signed + 1), "the first annex follows the signature: {sample:?}");
        for (number, page) in pages.iter().enumerate() {
            let lines: Vec<&str> = page.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert_eq!(lines[0] == (number + 1).to_string(), number > 0, "the number of the page: {page}");
            let heading = lines.last().filter(|line| ["I. ", "II. ", "III. "].iter().any(|n| line.starts_with(n)));
            assert_eq!(heading, None, "a page ends with a heading: {page}");
        }
    }
}
