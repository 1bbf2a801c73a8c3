//! Checks a bundle.
use std::collections::BTreeMap;

use super::content::Claims;
use super::list::{ReadRow, read_list};
use super::proved::ProvedAiring;
use super::statement::Statement;
use super::{BundleFiles, DEPARTMENT_KEY, LIST, MAX_BYTES, MAX_FILES, STATEMENT, SUMS, is_bundle_path, receipt_path};
use crate::base::hash::sha256_hex;
use crate::proof::note::{Note, SignatureStatus, SignatureType, VerifierKey};
use crate::proof::receipt::{MAX_RECEIPT_BYTES, Receipt};
use crate::proof::verify::{VerifyError, fault_text};
use crate::text::bundle::BundleFaultText;
use crate::text::strip_unprintable;

/// The maximum number of characters of a file's path in a sentence.
const MAX_SHOWN_CHARS: usize = 120;

/// A fault of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // each has its sentence
pub enum BundleFault {
    Zip { detail: String },
    ZipDirectory,
    BadPath { path: String },
    Link { path: String },
    Twice { path: String },
    Bomb { path: String },
    TooMany,
    TooLarge,
    Missing { path: String },
    Added { path: String },
    Changed { path: String },
    KeyUnreadable { path: String },
    OtherDepartment,
    StatementUnreadable,
    NotSigned,
    StatementForged,
    SumsChanged,
    SumsUnreadable,
    ListUnreadable,
    RowCount { rows: u64, stated: u64 },
    ReceiptMissing,
    KeyMissing,
    Receipt(VerifyError),
    RowDiffers { column: &'static str },
}

impl BundleFault {
    /// Returns the sentence.
    #[must_use]
    pub fn text(&self) -> BundleFaultText {
        // Paths are not loa's words, and can hold characters that rewrite a line on the screen.
        let shown = |path: &str| strip_unprintable(path).chars().take(MAX_SHOWN_CHARS).collect::<String>();
        match self.clone() {
            Self::Zip { detail } => BundleFaultText::Zip { detail: shown(&detail) },
            Self::ZipDirectory => BundleFaultText::ZipDirectory {},
            Self::BadPath { path } => BundleFaultText::BadPath { path: shown(&path) },
            Self::Link { path } => BundleFaultText::Link { path: shown(&path) },
            Self::Twice { path } => BundleFaultText::Twice { path: shown(&path) },
            Self::Bomb { path } => BundleFaultText::Bomb { path: shown(&path) },
            Self::TooMany => BundleFaultText::TooMany { limit: MAX_FILES },
            Self::TooLarge => BundleFaultText::TooLarge { limit: MAX_BYTES >> 20 },
            Self::Missing { path } => BundleFaultText::Missing { path: shown(&path) },
            Self::Added { path } => BundleFaultText::Added { path: shown(&path) },
            Self::Changed { path } => BundleFaultText::Changed { path: shown(&path) },
            Self::KeyUnreadable { path } => BundleFaultText::KeyUnreadable { path: shown(&path) },
            Self::OtherDepartment => BundleFaultText::OtherDepartment {},
            Self::StatementUnreadable => BundleFaultText::StatementUnreadable {},
            Self::NotSigned => BundleFaultText::NotSigned {},
            Self::StatementForged => BundleFaultText::StatementForged {},
            Self::SumsChanged => BundleFaultText::SumsChanged {},
            Self::SumsUnreadable => BundleFaultText::SumsUnreadable {},
            Self::ListUnreadable => BundleFaultText::ListUnreadable {},
            Self::RowCount { rows, stated } => BundleFaultText::RowCount { rows, stated },
            Self::ReceiptMissing => BundleFaultText::ReceiptMissing {},
            Self::KeyMissing => BundleFaultText::KeyMissing {},
            Self::Receipt(error) => BundleFaultText::Receipt { fault: fault_text(&error) },
            Self::RowDiffers { column } => BundleFaultText::RowDiffers { column: column.to_owned() },
        }
    }
}

/// An airing of the list: what is proved of it, or what is wrong.
pub type AiringVerdict = Result<(ProvedAiring, Claims), BundleFault>;

/// The result of verifying a bundle.
#[derive(Debug, Clone, Default)]
pub struct BundleVerdict {
    /// The faults of the bundle as a whole. If there is one, only the receipts can be relied on.
    pub faults: Vec<BundleFault>,
    /// The airings, in the order of the list.
    pub airings: Vec<AiringVerdict>,
    /// The department's statement; `None` if it has not signed the bundle.
    pub statement: Option<Statement>,
    /// The department's key.
    pub department: Option<VerifierKey>,
}

impl BundleVerdict {
    /// Returns true if everything is as the department has signed it, and every receipt proves its row.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty() && self.airings.iter().all(Result::is_ok)
    }
}

/// Checks a bundle. `department` is the department's key, if it is known from elsewhere; else the one in the bundle counts.
#[must_use]
pub fn verify_bundle(files: &BundleFiles, department: Option<&VerifierKey>) -> BundleVerdict {
    let mut verdict = BundleVerdict::default();
    verdict.faults.extend(
        files.keys().filter(|path| !is_bundle_path(path)).map(|path| BundleFault::BadPath { path: path.clone() }),
    );
    let own_key = match key_in(files, DEPARTMENT_KEY) {
        Ok(key) => key,
        Err(fault) => {
            verdict.faults.push(fault);
            return verdict;
        }
    };
    let is_same = |given: &VerifierKey| given.name == own_key.name && given.bytes() == own_key.bytes();
    if department.is_some_and(|given| !is_same(given)) {
        verdict.faults.push(BundleFault::OtherDepartment);
    }
    let department = department.unwrap_or(&own_key).with_type(SignatureType::Cosignature);
    match check_statement(files, &department) {
        Ok(statement) => verdict.statement = Some(statement),
        Err(fault) => verdict.faults.push(fault),
    }
    verdict.faults.extend(check_sums(files));
    match files.get(LIST).and_then(|bytes| read_list(bytes)) {
        Some(rows) => verdict.airings = check_rows(files, &rows, &department),
        None => verdict.faults.push(BundleFault::ListUnreadable),
    }
    let rows = verdict.airings.len() as u64;
    if let Some(stated) = verdict.statement.as_ref().map(|statement| statement.airings).filter(|stated| *stated != rows)
    {
        verdict.faults.push(BundleFault::RowCount { rows, stated });
    }
    verdict.department = Some(department);
    verdict
}

fn key_in(files: &BundleFiles, path: &str) -> Result<VerifierKey, BundleFault> {
    let bytes = files.get(path).ok_or_else(|| BundleFault::Missing { path: path.to_owned() })?;
    let key = std::str::from_utf8(bytes).ok().and_then(VerifierKey::parse);
    key.ok_or_else(|| BundleFault::KeyUnreadable { path: path.to_owned() })
}

/// Checks the department's statement, and that the digests are those that it names.
fn check_statement(files: &BundleFiles, department: &VerifierKey) -> Result<Statement, BundleFault> {
    let bytes = files.get(STATEMENT).ok_or_else(|| BundleFault::Missing { path: STATEMENT.to_owned() })?;
    let note = Note::parse(bytes).ok_or(BundleFault::StatementUnreadable)?;
    match Statement::signature_status(&note, department) {
        SignatureStatus::Valid => {}
        SignatureStatus::Absent => return Err(BundleFault::NotSigned),
        SignatureStatus::Forged => return Err(BundleFault::StatementForged),
    }
    let statement = Statement::parse(&note.text).ok_or(BundleFault::StatementUnreadable)?;
    let sums = files.get(SUMS).ok_or_else(|| BundleFault::Missing { path: SUMS.to_owned() })?;
    if sha256_hex(sums) != statement.sums_sha256 {
        return Err(BundleFault::SumsChanged);
    }
    Ok(statement)
}

/// Compares all files with their digests.
fn check_sums(files: &BundleFiles) -> Vec<BundleFault> {
    let parsed = files.get(SUMS).and_then(|bytes| {
        let lines = std::str::from_utf8(bytes).ok()?.lines();
        lines.map(|line| line.split_once("  ").map(|(digest, path)| (path, digest))).collect::<Option<BTreeMap<_, _>>>()
    });
    let Some(digests) = parsed else { return vec![BundleFault::SumsUnreadable] };
    let is_listed = |path: &String| digests.contains_key(path.as_str()) || matches!(path.as_str(), STATEMENT | SUMS);
    let added = files.keys().filter(|path| !is_listed(path)).map(|path| BundleFault::Added { path: path.clone() });
    let changed = digests.iter().filter_map(|(path, digest)| {
        let path = (*path).to_owned();
        match files.get(&path) {
            None => Some(BundleFault::Missing { path }),
            Some(bytes) if sha256_hex(bytes) != **digest => Some(BundleFault::Changed { path }),
            Some(_) => None,
        }
    });
    added.chain(changed).collect()
}

fn check_rows(files: &BundleFiles, rows: &[ReadRow], department: &VerifierKey) -> Vec<AiringVerdict> {
    let keys: BTreeMap<String, VerifierKey> = files
        .keys()
        .filter(|path| path.starts_with("keys/") && *path != DEPARTMENT_KEY)
        .filter_map(|path| key_in(files, path).ok().map(|key| (key.name.clone(), key)))
        .collect();
    let check = |(index, row): (usize, &ReadRow)| {
        let number = index + 1;
        let bytes = files.get(&receipt_path(number)).filter(|bytes| bytes.len() as u64 <= MAX_RECEIPT_BYTES);
        let bytes = bytes.ok_or(BundleFault::ReceiptMissing)?;
        let receipt = std::str::from_utf8(bytes).ok().and_then(Receipt::parse);
        let receipt = receipt.ok_or(BundleFault::Receipt(VerifyError::ReceiptUnreadable))?;
        let key = keys.get(row.cell("log")).ok_or(BundleFault::KeyMissing)?;
        let proved = ProvedAiring::new(&receipt, key, department).map_err(BundleFault::Receipt)?;
        match row.differing_column(number, &proved) {
            Some(column) => Err(BundleFault::RowDiffers { column }),
            None => Ok((proved, row.claims())),
        }
    };
    rows.iter().enumerate().map(check).collect()
}
