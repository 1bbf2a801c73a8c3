//! Comments that belong to the file rather than to the table below them.
use toml_edit::{DocumentMut, Item, Table};

/// Returns the comments above a table, with the position of the table, if an empty line separates the comments from the
/// table. Such comments belong to the file.
pub fn detached_comment(table: &Table) -> Option<(isize, String)> {
    let prefix = table.decor().prefix()?.as_str()?;
    let (comments, _) = prefix.rsplit_once("\n\n").or_else(|| prefix.rsplit_once("\r\n\r\n"))?;
    comments.contains('#').then(|| (table.position().unwrap_or(0), format!("{comments}\n\n")))
}

/// Inserts comments above the first table after `position`, or at the end of the file.
pub fn insert_comment_after(document: &mut DocumentMut, position: isize, comments: &str) {
    let mut next_table: Option<&mut Table> = None;
    for (_, item) in document.as_table_mut().iter_mut() {
        let tables: Vec<&mut Table> = match item {
            Item::Table(table) => vec![table],
            Item::ArrayOfTables(tables) => tables.iter_mut().collect(),
            _ => Vec::new(),
        };
        for table in tables {
            let table_position = table.position().unwrap_or(isize::MAX);
            if table_position > position
                && next_table.as_ref().is_none_or(|nearest| table_position < nearest.position().unwrap_or(isize::MAX))
            {
                next_table = Some(table);
            }
        }
    }
    match next_table {
        Some(table) => {
            let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
            table.decor_mut().set_prefix(format!("{comments}{}", prefix.trim_start_matches(['\r', '\n'])));
        }
        None => {
            let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing(format!("{comments}{trailing}"));
        }
    }
}
