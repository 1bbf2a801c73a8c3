//! The closing of a period, and its addenda, as entries of the journal. An entry has the hash of every file that is kept,
//! so that nobody can change one of them unnoticed.
use serde::{Deserialize, Serialize};

use crate::base::hash::sha256_hex;

/// A file that is kept for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedFile {
    /// The name of the file in its folder.
    pub name: String,
    /// The SHA-256 of the file in hex.
    pub sha256: String,
    /// The size of the file, in bytes.
    pub bytes: u64,
}

impl ClosedFile {
    /// Describes a file.
    #[must_use]
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.to_owned(), sha256: sha256_hex(bytes), bytes: bytes.len() as u64 }
    }
}

/// The closing of a period: from now on its numbers stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodClosing {
    /// The first day of the period, `YYYY-MM-DD`.
    pub from: String,
    /// The last day of the period.
    pub until: String,
    /// The post of who has made the report.
    pub made_by: String,
    /// The post of who has checked it.
    pub checked_by: String,
    /// The program that has counted, with its version.
    pub program: String,
    /// The kept files.
    pub files: Vec<ClosedFile>,
}

/// A recorded list of changes since a period was closed. The closing itself stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addendum {
    /// The number of the entry with the closing.
    pub closing: u64,
    /// The number of the addendum, from 1.
    pub number: u64,
    /// The post of who has made it.
    pub made_by: String,
    /// The post of who has checked it.
    pub checked_by: String,
    /// The program that has counted, with its version.
    pub program: String,
    /// The kept files.
    pub files: Vec<ClosedFile>,
}
