//! Tables as CSV: RFC 4180, UTF-8 with a byte order mark.

/// The byte order mark, without which spreadsheet programs take UTF-8 for something else.
pub(super) const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Renders rows with these headings.
#[must_use]
pub fn render_csv(headings: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec());
    // Writing to memory cannot fail, and all rows have the length of the headings.
    let _ = writer.write_record(headings);
    rows.iter().for_each(|row| drop(writer.write_record(row)));
    writer.into_inner().unwrap_or_default()
}
