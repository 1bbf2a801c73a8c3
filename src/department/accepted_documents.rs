//! Documents of a store that were accepted on this machine: `targets.toml`, and the rows of other bodies.
//!
//! The documents are in the store, where others can write. The machine therefore keeps their digests beside the
//! witness's key, and a report compares each document with its digest before it uses the document.
use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::base::hash::hex;
#[cfg(feature = "department")]
use crate::department::journal::Journal;
#[cfg(feature = "department")]
use crate::department::journal::entry::{AcceptedTargets, JournalBody};
#[cfg(feature = "department")]
use crate::department::target::TARGETS_FILE;

/// The first line of the file, which names its format.
const FIRST_LINE: &str = "loa/documents/v1";

/// The digests of the accepted documents of each store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptedDocuments {
    /// SHA-256 digests in hex, by the name of the store and the name of the document.
    digests: BTreeMap<(String, String), String>,
}

/// Returns the digest under which a document is accepted.
#[must_use]
pub fn document_digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

impl AcceptedDocuments {
    /// Returns the digest of an accepted document; `None` if none was accepted under this name.
    #[must_use]
    pub fn digest(&self, store: &str, document: &str) -> Option<&str> {
        self.digests.get(&(store.to_owned(), document.to_owned())).map(String::as_str)
    }

    /// Returns the names of a store's accepted documents that begin with a prefix, in order.
    pub fn names<'a>(&'a self, store: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.digests.keys().filter(move |(name, _)| name == store).map(|(_, document)| document.as_str());
        names.filter(move |document| document.starts_with(prefix))
    }

    /// Accepts a document with this digest in place of an earlier one. The name contains no space.
    pub fn accept(&mut self, store: &str, document: &str, digest: String) {
        self.digests.insert((store.to_owned(), document.to_owned()), digest);
    }

    /// Forgets an accepted document.
    pub fn forget(&mut self, store: &str, document: &str) {
        self.digests.remove(&(store.to_owned(), document.to_owned()));
    }

    /// Takes over what the journal of a store says, which counts more than what this machine knew before the journal.
    #[cfg(feature = "department")]
    pub fn add_from_journal(&mut self, store: &str, journal: &Journal) {
        for entry in journal.entries() {
            match &entry.body {
                JournalBody::Targets(AcceptedTargets { sha256: Some(digest) }) => {
                    self.accept(store, TARGETS_FILE, digest.clone());
                }
                JournalBody::Targets(AcceptedTargets { sha256: None }) => self.forget(store, TARGETS_FILE),
                JournalBody::Stated(file) => self.accept(store, &file.name, file.sha256.clone()),
                JournalBody::StatedRemoved(file) => self.forget(store, &file.name),
                _ => {}
            }
        }
    }

    /// Parses the file; `None` if it is malformed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(FIRST_LINE)?.strip_prefix('\n')?;
        let mut accepted = Self::default();
        for line in lines.lines() {
            let (digest, line) = line.split_once(' ')?;
            let (document, store) = line.split_once(' ')?;
            let is_digest = digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
            if !is_digest {
                return None;
            }
            accepted.accept(store, document, digest.to_owned());
        }
        Some(accepted)
    }
}

impl fmt::Display for AcceptedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        self.digests.iter().try_for_each(|((store, document), digest)| writeln!(f, "{digest} {document} {store}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_documents_are_read_as_they_were_written() {
        let mut accepted = AcceptedDocuments::default();
        let digest = document_digest(b"x");
        accepted.accept("/kho của Sở", "targets.toml", digest.clone());
        accepted.accept("/kho của Sở", "stated/0001-ab.csv", digest.clone());
        accepted.accept("s3://kho", "stated/0002-cd.csv", digest.clone());
        assert_eq!(AcceptedDocuments::parse(&accepted.to_string()), Some(accepted.clone()));
        assert_eq!(accepted.digest("/kho của Sở", "targets.toml"), Some(digest.as_str()));
        assert_eq!(accepted.names("/kho của Sở", "stated/").collect::<Vec<_>>(), ["stated/0001-ab.csv"]);
        accepted.forget("/kho của Sở", "targets.toml");
        assert_eq!(accepted.digest("/kho của Sở", "targets.toml"), None);
        for text in ["", "loa/documents/v2\n", "loa/documents/v1\nab targets.toml /kho\n", "loa/documents/v1\nx"] {
            assert_eq!(AcceptedDocuments::parse(text), None, "{text:?}");
        }
    }
}
