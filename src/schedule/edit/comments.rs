//! Comments that belong to the file rather than to the table below them.
use toml_edit::{DocumentMut, Item, Table};

/// Returns the comments above a table that an empty line separates from it, with the table's position. They belong to
/// the file.
pub fn detached_comment(table: &Table) -> Option<(isize, String)> {
    let prefix = table.decor().prefix()?.as_str()?;
    let (head, _) = prefix.rsplit_once("\n\n").or_else(|| prefix.rsplit_once("\r\n\r\n"))?;
    head.contains('#').then(|| (table.position().unwrap_or(0), format!("{head}\n\n")))
}

/// Puts comments above the next table in the file, or at its end.
pub fn insert_comment_after(document: &mut DocumentMut, position: isize, head: &str) {
    let mut next: Option<&mut Table> = None;
    for (_, item) in document.as_table_mut().iter_mut() {
        let tables: Vec<&mut Table> = match item {
            Item::Table(table) => vec![table],
            Item::ArrayOfTables(tables) => tables.iter_mut().collect(),
            _ => Vec::new(),
        };
        for table in tables {
            let at = table.position().unwrap_or(isize::MAX);
            if at > position && next.as_ref().is_none_or(|known| at < known.position().unwrap_or(isize::MAX)) {
                next = Some(table);
            }
        }
    }
    match next {
        Some(table) => {
            let own = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
            table.decor_mut().set_prefix(format!("{head}{}", own.trim_start_matches(['\r', '\n'])));
        }
        None => {
            let behind = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing(format!("{head}{behind}"));
        }
    }
}
