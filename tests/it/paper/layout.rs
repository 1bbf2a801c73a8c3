//! How documents are broken into pages: headings, totals, annexes, words.
use std::path::Path;

use loa::department::report::document::build_document;
use loa::department::report::selected_tables::SelectedTables;
use loa::department::report::{Report, pdf};
use loa::paper::document::{Document, DocumentBlock, DocumentTable, SectionLevel};
use loa::paper::pdf::document_pdf;
use loa::paper::pdf::fonts::{FontStyle, Fonts};
use loa::paper::pdf::layout::PageFrame;
use loa::paper::table_fit::{CELL_PADDING, fit_table, needs_landscape};
use loa::text::Lang;

use super::sample::Sample;
use super::{date, report, stdout_of};

/// The reports that are looked at: 1, 6 and 71 stations, long names, with and without a comparison.
pub const SAMPLES: [Sample; 5] = [
    Sample { stations: 1, has_long_names: false, is_compared: false },
    Sample { stations: 6, has_long_names: false, is_compared: true },
    Sample { stations: 6, has_long_names: true, is_compared: false },
    Sample { stations: 71, has_long_names: false, is_compared: false },
    Sample { stations: 71, has_long_names: true, is_compared: true },
];

fn name_of(sample: &Sample, lang: Lang) -> String {
    let names = if sample.has_long_names { "long" } else { "short" };
    let compared = if sample.is_compared { "compared" } else { "alone" };
    format!("{}-{names}-{compared}-{}", sample.stations, if lang == Lang::Vi { "vi" } else { "en" })
}

/// Returns the pages of a PDF as text.
fn pages_of(path: &Path, bytes: &[u8]) -> Vec<String> {
    std::fs::write(path, bytes).expect("write the file");
    let text = stdout_of("pdftotext", &["-layout", path.to_str().expect("the path is UTF-8"), "-"]);
    text.split('\u{c}').filter(|page| !page.trim().is_empty()).map(str::to_owned).collect()
}

fn pdf_of(report: &Report, lang: Lang) -> Vec<u8> {
    pdf::render_pdf(report, SelectedTables::All, lang).expect("render the report").bytes
}

/// Returns all tables of a document, and the width of the page on which each of them is.
fn tables_of(document: &Document, fonts: &Fonts) -> Vec<(DocumentTable, f32)> {
    let tables = |blocks: &[DocumentBlock], width: f32| -> Vec<(DocumentTable, f32)> {
        let table = |block: &DocumentBlock| match block {
            DocumentBlock::Table(table) => Some((table.clone(), width)),
            _ => None,
        };
        blocks.iter().filter_map(table).collect()
    };
    let upright = PageFrame::UPRIGHT.text_width();
    let mut all = tables(&document.blocks, upright);
    for annex in &document.annexes {
        let is_landscape = needs_landscape(annex, fonts, upright);
        let frame = if is_landscape { PageFrame::LANDSCAPE } else { PageFrame::UPRIGHT };
        all.extend(tables(&annex.blocks, frame.text_width()));
    }
    all
}

#[test]
fn no_word_of_a_heading_is_broken() {
    let fonts = Fonts::load().expect("the fonts are embedded");
    for sample in SAMPLES {
        let report = sample.report();
        for lang in [Lang::Vi, Lang::En] {
            let tables = tables_of(&build_document(&report, SelectedTables::All, lang), &fonts);
            assert!(tables.len() > 6, "{} tables", tables.len());
            for (table, width) in tables {
                let fitted = fit_table(&table, &fonts, width);
                for (heading, column) in table.headings.iter().zip(&fitted.widths) {
                    for word in heading.split(' ') {
                        let word_width = fonts.width(FontStyle::Bold, fitted.font_size, word) + 2.0 * CELL_PADDING;
                        assert!(word_width <= *column, "{}: {word}: {:?}", name_of(&sample, lang), table.headings);
                    }
                }
                assert!(fitted.font_size >= 8.0, "{}: {:?}", name_of(&sample, lang), table.headings);
            }
        }
    }
}

/// Returns the last line of text of a page.
fn last_text_line(page: &str) -> Option<&str> {
    page.lines().map(str::trim).rfind(|line| !line.is_empty())
}

#[test]
fn no_page_of_a_report_ends_with_a_heading() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = dir.path().join("report.pdf");
    for station_count in [1, 4, 9, 14, 19, 24, 29, 34] {
        let report = report(station_count, "Tiêu đề");
        let document = build_document(&report, SelectedTables::All, Lang::Vi);
        // Dotted lines are not text: below the headings over them nothing can be read.
        let has_text_below =
            |pair: &&[DocumentBlock]| !matches!(pair[1], DocumentBlock::FillIn { .. } | DocumentBlock::Section(..));
        let headings: Vec<String> = document
            .blocks
            .windows(2)
            .filter(has_text_below)
            .filter_map(|pair| match &pair[0] {
                DocumentBlock::Section(SectionLevel::Section, text) => Some(text.to_uppercase()),
                DocumentBlock::Section(_, text) | DocumentBlock::Heading(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        assert!(headings.len() > 6, "{headings:?}");
        for page in pages_of(&path, &pdf_of(&report, Lang::Vi)) {
            let last = last_text_line(&page).expect("the page has a line");
            assert!(
                !headings.iter().any(|heading| last.ends_with(heading.as_str())),
                "{station_count}: {last}\n{page}"
            );
        }
    }
}

/// Returns a document with these blocks.
fn plain_document(blocks: Vec<DocumentBlock>) -> Document {
    Document {
        agency: (String::new(), "ĐÀI".to_owned()),
        title: "SỔ".to_owned(),
        blocks,
        made_on: date("2026-03-12"),
        ..Document::default()
    }
}

fn rows_table(rows: usize) -> DocumentTable {
    DocumentTable {
        headings: vec!["Số".to_owned(), "Mục".to_owned()],
        widths: vec![1, 4],
        right_aligned: vec![true, false],
        rows: (0..rows).map(|n| vec![n.to_string(), format!("HÀNG {n}")]).collect(),
        ..DocumentTable::default()
    }
}

#[test]
fn a_total_is_never_alone_on_a_page() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = dir.path().join("page.pdf");
    let mut split_tables = 0;
    for rows in 20..60 {
        let mut table = DocumentTable { has_total_row: true, ..rows_table(rows) };
        table.rows.push(vec![String::new(), "TỔNG".to_owned()]);
        let document = plain_document(vec![DocumentBlock::Table(table)]);
        let pages = pages_of(&path, &document_pdf(&document, Lang::Vi).expect("render the document").bytes);
        let page = pages.iter().find(|page| page.contains("TỔNG")).expect("find the total");
        assert!(page.contains(&format!("HÀNG {}", rows - 1)), "{rows}: {page}");
        split_tables += usize::from(pages.len() > 1);
    }
    assert!(split_tables > 5, "{split_tables} tables have two pages");
}

#[test]
fn a_long_heading_moves_to_the_next_page_with_the_first_rows_of_its_table() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = dir.path().join("page.pdf");
    // Wherever the heading falls, its lines and the first row are on one page.
    for lines_above in 20..44 {
        let mut table = rows_table(4);
        table.rows.insert(0, vec!["ĐẦU BUỔI".to_owned()]);
        table.heading_rows.push(0);
        let mut blocks = vec![DocumentBlock::Text("dòng".to_owned()); lines_above];
        blocks.push(DocumentBlock::Heading("TIÊU ĐỀ dài ".repeat(20)));
        blocks.push(DocumentBlock::Table(table));
        let document = plain_document(blocks);
        let pages = pages_of(&path, &document_pdf(&document, Lang::Vi).expect("render the document").bytes);
        let page_of = |word: &str| pages.iter().position(|page| page.contains(word));
        let heading_page = page_of("TIÊU ĐỀ").expect("find the heading");
        assert_eq!(page_of("HÀNG 0"), Some(heading_page), "{lines_above}: {pages:?}");
        let last_page_of_heading = pages.iter().rposition(|page| page.contains("TIÊU ĐỀ"));
        assert_eq!(last_page_of_heading, Some(heading_page), "{lines_above}: the heading is split: {pages:?}");
    }
}

#[test]
fn the_signature_stands_before_the_annexes_and_not_alone() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = dir.path().join("page.pdf");
    for sample in SAMPLES {
        let pages = pages_of(&path, &pdf_of(&sample.report(), Lang::Vi));
        let signed = pages.iter().position(|page| page.contains("GIÁM ĐỐC")).expect("find the signature");
        assert!(
            pages[signed].contains("Trên đây là báo cáo") && pages[signed].contains("Nơi nhận:"),
            "{}",
            pages[signed]
        );
        let annex = pages.iter().position(|page| page.lines().any(|line| line.trim() == "Phụ lục I"));
        assert_eq!(annex, Some(signed + 1), "the first annex follows the signature");
    }
}

#[test]
fn the_document_has_the_parts_that_an_office_expects() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let pages = pages_of(&dir.path().join("page.pdf"), &pdf_of(&SAMPLES[3].report(), Lang::Vi));
    let words = pages.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = words.as_str();
    for part in [
        "BÁO CÁO Kết quả phát thanh của các đài truyền thanh cấp xã Từ ngày 15/03/2023 đến ngày 14/06/2023",
        "Căn cứ nhật ký phát thanh đã thu nhận từ các đài",
        "I. KẾT QUẢ THỰC HIỆN 1. Kết quả chung 70/71 đài có nhật ký",
        "2. Nhật ký bị từ chối / mâu thuẫn",
        "3. Tổng hợp",
        "Số lượt phát trọn vẹn",
        "Không có thiết bị ra loa (chạy thử)",
        "Chưa có kết quả",
        "Thời lượng thực phát (phút)",
        "Căn cứ và giới hạn của số liệu",
        "Số liệu chi tiết kèm theo: Phụ lục I",
        "II. ĐÁNH GIÁ, NGUYÊN NHÂN 1. Đánh giá 2. Nguyên nhân III. KIẾN NGHỊ, ĐỀ XUẤT",
        "Trên đây là báo cáo",
        "GIÁM ĐỐC",
        "- UBND tỉnh (báo cáo);",
        "- Lưu: VT, TTBCXB.",
        "Phụ lục I",
        "(Kèm theo Báo cáo số:",
        "/BC-STTTT",
    ] {
        let position = rest.find(part);
        let is_elsewhere = words.contains(part);
        rest = &rest[position.unwrap_or_else(|| panic!("{part} (elsewhere: {is_elsewhere})"))..];
    }
    // Every incident is on the first two pages, also of a province.
    let front = pages[..2].join(" ");
    assert!(
        (10..22).all(|number| front.lines().any(|line| line.trim_start().starts_with(&number.to_string()))),
        "{front}"
    );
}
