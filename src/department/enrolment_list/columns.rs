//! The columns of the list.
use super::cells::Row;
use crate::base::fold::fold;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::schedule::read::fields::closest_match;
use crate::text::problem::Hint;

/// A column that loa reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// The verifier key of the log, or the text of its QR code.
    Key,
    Name,
    Place,
    Post,
    Phone,
    Mail,
    /// The number of the row, which offices write in the first column.
    RowNumber,
}

/// The names of the columns, as they are compared.
const NAMES: [(&str, Column); 24] = [
    ("key", Column::Key),
    ("khoa", Column::Key),
    ("qr", Column::Key),
    ("ma qr", Column::Key),
    ("name", Column::Name),
    ("ten", Column::Name),
    ("ten dai", Column::Name),
    ("place", Column::Place),
    ("dia ban", Column::Place),
    ("noi", Column::Place),
    ("post", Column::Post),
    ("chuc danh", Column::Post),
    ("bo phan", Column::Post),
    ("dau moi", Column::Post),
    ("phone", Column::Phone),
    ("dien thoai", Column::Phone),
    ("so dien thoai", Column::Phone),
    ("mail", Column::Mail),
    ("email", Column::Mail),
    ("thu dien tu", Column::Mail),
    ("stt", Column::RowNumber),
    ("tt", Column::RowNumber),
    ("so thu tu", Column::RowNumber),
    ("no", Column::RowNumber),
];

impl Column {
    /// The names that a hint shows.
    pub(super) const ALL_NAMES: &str = "key, name, place, post, phone, mail";
}

/// Returns the column of each cell of the first row; reports unknown and repeated names.
pub(super) fn read_columns(row: &Row, problems: &mut Vec<Problem>) -> Vec<Option<Column>> {
    let mut columns = Vec::new();
    for cell in &row.0 {
        let name = fold(&cell.text);
        let column = NAMES.iter().find(|(known, _)| *known == name).map(|(_, column)| *column);
        if column.is_none() && !name.is_empty() {
            let hint = match closest_match(&name, NAMES.iter().map(|(known, _)| *known)) {
                Some(name) => Hint::DidYouMean { name },
                None => Hint::ColumnsHere { columns: Column::ALL_NAMES.to_owned() },
            };
            problems.push(cell.fault(Finding::UnknownColumn { column: cell.text.clone() }, hint));
        } else if column.is_some() && columns.contains(&column) {
            problems.push(cell.fault(Finding::KeyTwice, Hint::RemoveOne));
        }
        columns.push(column);
    }
    columns
}
