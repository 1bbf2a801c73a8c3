//! Compares a closed table with the same table as it is counted now, row by row and column by column.
use std::collections::BTreeMap;

/// The columns by which rows are the same row. Names and titles change, so they are none.
const KEY_COLUMNS: [&str; 13] = [
    "target",
    "station",
    "campaign",
    "topic",
    "language",
    "district_code",
    "commune_code",
    "segment",
    "date",
    "edited_on",
    "addressee",
    "from",
    "until",
];

/// A table of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvTable {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The key of a row: its columns with their cells.
pub type CsvRowKey = Vec<(String, String)>;

/// A cell that differs. A row that one of the tables does not have has empty cells there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellDifference {
    /// The column.
    pub column: String,
    /// The closed cell.
    pub closed: String,
    /// The cell now.
    pub now: String,
}

impl CellDifference {
    /// Returns by how much the number has changed; `None` if one of the cells is no number.
    #[must_use]
    pub fn change(&self) -> Option<i64> {
        let (closed, now): (i64, i64) = (self.closed.parse().ok()?, self.now.parse().ok()?);
        now.checked_sub(closed)
    }
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDifference {
    /// The name of the table.
    pub table: String,
    /// The key.
    pub key: CsvRowKey,
    /// The cells that name the row for people, by column: those of now, or the closed ones if the row is gone.
    pub labels: BTreeMap<String, String>,
    /// The cells that differ, in the order of the columns.
    pub cells: Vec<CellDifference>,
}

impl RowDifference {
    /// Returns the cell of a key column; empty if the table has no such column.
    #[must_use]
    pub fn key_cell(&self, column: &str) -> &str {
        self.key.iter().find(|(name, _)| name == column).map_or("", |(_, cell)| cell)
    }
}

impl CsvTable {
    /// Parses a file; `None` if it is not such a table.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let mut records = reader.records().map(|record| record.ok().map(cells_of));
        let header = records.next()??;
        Some(Self { header, rows: records.collect::<Option<_>>()? })
    }

    fn is_key(&self, table: &str, column: &str) -> bool {
        // Rows that are added up have the first and the last of their dates.
        let is_value = matches!(table, "stated" | "taken-out") && matches!(column, "from" | "until");
        KEY_COLUMNS.contains(&column) && !is_value
    }

    /// Returns the rows by key. Rows with the same key are numbered, so that none hides another one.
    fn rows_by_key(&self, table: &str) -> BTreeMap<(CsvRowKey, usize), &Vec<String>> {
        let mut rows = BTreeMap::new();
        for row in &self.rows {
            let cells = self.header.iter().zip(row).filter(|(column, _)| self.is_key(table, column));
            let key: CsvRowKey = cells.map(|(column, cell)| (column.clone(), cell.clone())).collect();
            let mut number = 0;
            while rows.contains_key(&(key.clone(), number)) {
                number += 1;
            }
            rows.insert((key, number), row);
        }
        rows
    }

    /// Returns true if the columns of another table are here too, with the same cells in the same rows.
    fn has_columns_of(&self, other: &Self) -> bool {
        let column = |name: &String| self.header.iter().position(|present| present == name);
        let Some(columns) = other.header.iter().map(column).collect::<Option<Vec<usize>>>() else { return false };
        let is_ascending = columns.windows(2).all(|pair| pair[0] < pair[1]);
        let has_cells = |(row, other_row): (&Vec<String>, &Vec<String>)| {
            columns.iter().map(|column| row.get(*column)).eq(other_row.iter().map(Some))
        };
        is_ascending && self.rows.len() == other.rows.len() && self.rows.iter().zip(&other.rows).all(has_cells)
    }

    fn cell<'a>(&self, row: Option<&'a Vec<String>>, column: &str) -> &'a str {
        let position = self.header.iter().position(|name| name == column);
        position.zip(row).and_then(|(position, row)| row.get(position)).map_or("", String::as_str)
    }
}

fn cells_of(record: csv::StringRecord) -> Vec<String> {
    record.iter().map(str::to_owned).collect()
}

/// How a table that is counted now compares with the closed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableComparison {
    /// The files have the same bytes.
    Same,
    /// All closed columns have the same cells in the same order, and a later version of the program has added columns.
    AddedColumns,
    /// The same numbers, in another order of rows or columns, or in another notation.
    Arranged,
    /// These rows differ.
    Differs(Vec<RowDifference>),
    /// One of the files is no table.
    Unreadable,
}

/// Compares two CSV files of a table.
#[must_use]
pub fn compare_tables(table: &str, closed_bytes: &[u8], present_bytes: &[u8]) -> TableComparison {
    if closed_bytes == present_bytes {
        return TableComparison::Same;
    }
    let (Some(closed), Some(now)) = (CsvTable::parse(closed_bytes), CsvTable::parse(present_bytes)) else {
        return TableComparison::Unreadable;
    };
    let rows = differences(table, &closed, &now);
    if !rows.is_empty() {
        return TableComparison::Differs(rows);
    }
    if now.header.len() > closed.header.len() && now.has_columns_of(&closed) {
        TableComparison::AddedColumns
    } else {
        TableComparison::Arranged
    }
}

/// Returns the rows that differ in a column of the closed table, in the order of their keys. Columns that a later version
/// has added are not compared.
#[must_use]
pub fn differences(table: &str, closed: &CsvTable, now: &CsvTable) -> Vec<RowDifference> {
    let (closed_rows, present_rows) = (closed.rows_by_key(table), now.rows_by_key(table));
    let mut keys: Vec<&(CsvRowKey, usize)> = closed_rows.keys().chain(present_rows.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut differences = Vec::new();
    for key in keys {
        let (closed_row, present_row) = (closed_rows.get(key).copied(), present_rows.get(key).copied());
        let cells: Vec<CellDifference> = closed
            .header
            .iter()
            .filter(|column| !closed.is_key(table, column))
            .map(|column| CellDifference {
                column: column.clone(),
                closed: closed.cell(closed_row, column).to_owned(),
                now: now.cell(present_row, column).to_owned(),
            })
            .filter(|cell| cell.closed != cell.now)
            .collect();
        // A row that has come or gone is a difference, even if nothing is known about it.
        if cells.is_empty() && closed_row.is_some() == present_row.is_some() {
            continue;
        }
        let (labelled, row) = if present_row.is_some() { (now, present_row) } else { (closed, closed_row) };
        let labels = labelled.header.iter().map(|column| (column.clone(), labelled.cell(row, column).to_owned()));
        differences.push(RowDifference {
            table: table.to_owned(),
            key: key.0.clone(),
            labels: labels.filter(|(column, _)| is_label(column)).collect(),
            cells,
        });
    }
    differences
}

/// Returns true for the columns of keys and names.
fn is_label(column: &str) -> bool {
    KEY_COLUMNS.contains(&column) || matches!(column, "name" | "title" | "commune" | "district")
}
