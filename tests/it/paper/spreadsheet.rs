//! What a spreadsheet shows: no number is cut to `###`, and its headings have room.
use super::*;

#[test]
fn every_number_and_heading_fits_its_column() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = dir.path().join("report.xlsx");
    let report = report(71, "Tiêu đề rất dài của một mục phát thanh về chính sách");
    let workbook = ReportWorkbook::new(ListedAirings::None, Lang::Vi).expect("make the spreadsheet");
    let bytes = workbook.finish(&report, SelectedTables::All).expect("write the spreadsheet");
    std::fs::write(&path, bytes).expect("write the file");
    // openpyxl gives several equal columns one width, under the letter of the first.
    let script = "import json, sys, openpyxl\n\
        from openpyxl.utils import get_column_letter as letter\n\
        forms = {'#,##0': '{:,.0f}', '#,##0.0': '{:,.1f}', '0.0%': '{:.1%}'}\n\
        cut, low, checked = [], [], 0\n\
        for sheet in openpyxl.load_workbook(sys.argv[1]).worksheets:\n\
        \x20   widths = {c: d.width for d in sheet.column_dimensions.values() for c in range(d.min, d.max + 1)}\n\
        \x20   for row in sheet.iter_rows(min_row=2):\n\
        \x20       for cell in row:\n\
        \x20           form = forms.get(cell.number_format)\n\
        \x20           if form and isinstance(cell.value, (int, float)):\n\
        \x20               checked += 1\n\
        \x20               if len(form.format(cell.value)) + 1 > widths.get(cell.column, 8): cut.append([sheet.title, cell.coordinate])\n\
        \x20   if sheet.title != 'Tổng hợp':\n\
        \x20       for cell in sheet[1]:\n\
        \x20           lines, width = len(str(cell.value)) / widths.get(cell.column, 8), sheet.row_dimensions[1].height or 15\n\
        \x20           if lines > width / 15: low.append([sheet.title, cell.coordinate, lines, width])\n\
        print(json.dumps({'cut': cut, 'low': low, 'checked': checked}))";
    let values =
        stdout_of(crate::foreign::python_with("openpyxl"), &["-c", script, path.to_str().expect("the path is UTF-8")]);
    let values: serde_json::Value = serde_json::from_str(&values).expect("parse the JSON");
    assert!(values["checked"].as_u64().is_some_and(|count| count > 1000), "{values}");
    assert_eq!((&values["cut"], &values["low"]), (&serde_json::json!([]), &serde_json::json!([])), "{values}");
}
