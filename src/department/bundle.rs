//! Proof bundles: receipts of airings with all that an outsider needs to check them, for an inspection or a newspaper.
//!
//! [`content`] is what goes into a bundle, and [`files`] makes its files: a pure function, so that the same store always
//! gives the same bytes. [`archive`] packs them into a ZIP file, [`folder`] reads them from a folder, and [`verify`] checks
//! them. The department signs [`statement`], which names all other files by their hashes: the places and names in the list
//! are in no receipt. `docs/department.md` specifies every file.
//!
//! A bundle leaves the department. Nothing of the registry is in it but the names and places of stations.
pub mod archive;
pub mod content;
mod csv_table;
pub mod files;
pub mod folder;
mod how_to;
pub mod list;
mod list_page;
pub mod notes;
pub mod pages;
mod proved;
mod qr;
mod receipt_page;
mod redaction;
pub mod statement;
pub mod verify;
pub mod wording;

use std::collections::BTreeMap;

pub use proved::ProvedAiring;

/// The maximum number of airings in a bundle.
pub const MAX_AIRINGS: usize = 10_000;
/// The maximum number of airings of a bundle that has a readable receipt of each.
pub const MAX_RECEIPT_PAGES: usize = 100;
/// The maximum number of files in a bundle: for each airing a receipt, and at most one head and one key; and those beside
/// them.
pub const MAX_FILES: usize = 3 * MAX_AIRINGS + 500;
/// The maximum size of all files of a bundle together, in bytes.
pub const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// The list of the airings.
pub const LIST: &str = "list.csv";
/// The digests of all other files, as `sha256sum` writes them.
pub const SUMS: &str = "SHA256SUMS";
/// The department's signed statement.
pub const STATEMENT: &str = "bundle.note";
/// The department's verifier key.
pub const DEPARTMENT_KEY: &str = "keys/department.vkey";

/// The files of a bundle, by their paths.
pub type BundleFiles = BTreeMap<String, Vec<u8>>;

/// Returns the path of the receipt with this number, from 1.
#[must_use]
pub fn receipt_path(number: usize) -> String {
    format!("receipts/{number:05}.tlog-proof")
}

/// Returns true if a bundle can have a file at this path: at most one folder, and nothing that a file system could
/// misunderstand.
#[must_use]
pub fn is_bundle_path(path: &str) -> bool {
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    matches!(folder, "" | "receipts" | "keys" | "heads")
        && !path.starts_with('/')
        && (1..=120).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_bundle() {
        for path in ["list.csv", "receipts/00001.tlog-proof", "keys/xa-1-0123.vkey", "SHA256SUMS"] {
            assert!(is_bundle_path(path), "{path}");
        }
        let long = "a".repeat(121);
        for path in [
            "",
            ".",
            "..",
            "../x",
            "/etc/passwd",
            "/list.csv",
            "keys/../x",
            "keys//x",
            "keys/",
            "a/b",
            "keys\\x",
            "C:x",
            ".x",
            "keys/.x",
            "x\0",
            "é",
            &long,
        ] {
            assert!(!is_bundle_path(path), "{path:?}");
        }
    }
}
