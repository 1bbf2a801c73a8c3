//! Who may look at the page: browsers that were opened with a one-time link on the station's computer.
//!
//! Whoever can read this user's state folder can make such a link, and nobody else: there is no password that could be
//! guessed, shared or left at its default. Only hashes of links and cookies are on the disk.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::airlog::keys::os_seed;
use crate::base::durable;
use crate::base::hash::sha256_hex;
use crate::base::state_dirs::find_or_create;

/// The folder of links that nobody has used yet.
const LINKS_FOLDER: &str = "links";
/// The folder of browsers that may look.
const BROWSERS_FOLDER: &str = "browsers";
/// The maximum number of links that wait, and of browsers. Older ones stop working.
const MAX_KEPT: usize = 32;
/// The number of random bytes in a link or a cookie.
const SECRET_BYTES: usize = 24;
/// The maximum length of a link's or a cookie's text.
const MAX_SECRET_CHARS: usize = 64;

/// The records of links and browsers, in a private folder of this user.
#[derive(Debug, Clone)]
pub(super) struct PageAccess {
    folder: PathBuf,
}

impl PageAccess {
    /// Opens the records of this user.
    ///
    /// # Errors
    /// If no state folder can be created.
    pub(super) fn of_this_user() -> io::Result<Self> {
        Ok(Self { folder: find_or_create("page", None)? })
    }

    /// Makes a one-time link. Returns the secret part of its address.
    ///
    /// # Errors
    /// If the record cannot be written, or the system has no random numbers.
    pub(super) fn new_link(&self) -> io::Result<String> {
        self.add(LINKS_FOLDER)
    }

    /// Uses up a link. Returns the cookie of the browser that has opened it; `None` if there is no such link.
    ///
    /// # Errors
    /// If a record cannot be written, or the system has no random numbers.
    pub(super) fn open_link(&self, secret: &str) -> io::Result<Option<String>> {
        let Some(path) = self.record(LINKS_FOLDER, secret) else { return Ok(None) };
        // The removal decides who has used the link, also between two processes.
        match fs::remove_file(path) {
            Ok(()) => self.add(BROWSERS_FOLDER).map(Some),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Returns true if a cookie is that of a browser that may look.
    pub(super) fn is_known_browser(&self, cookie: &str) -> bool {
        self.record(BROWSERS_FOLDER, cookie).is_some_and(|path| path.is_file())
    }

    /// Adds a record with a new secret, and removes the oldest ones beyond the limit.
    fn add(&self, folder: &str) -> io::Result<String> {
        let folder = self.folder.join(folder);
        durable::create_private_dir(&folder)?;
        let secret = URL_SAFE_NO_PAD.encode(&os_seed()?[..SECRET_BYTES]);
        durable::replace(&folder.join(sha256_hex(secret.as_bytes())), b"")?;
        drop_oldest(&folder)?;
        Ok(secret)
    }

    /// Returns the path of a secret's record; `None` for what cannot be a secret.
    fn record(&self, folder: &str, secret: &str) -> Option<PathBuf> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_secret = !secret.is_empty() && secret.len() <= MAX_SECRET_CHARS && secret.chars().all(is_plain);
        is_secret.then(|| self.folder.join(folder).join(sha256_hex(secret.as_bytes())))
    }
}

fn drop_oldest(folder: &Path) -> io::Result<()> {
    let mut records = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        records.push((entry.metadata()?.modified()?, entry.path()));
    }
    records.sort();
    let surplus = records.len().saturating_sub(MAX_KEPT);
    records.into_iter().take(surplus).try_for_each(|(_, path)| fs::remove_file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_one_browser_and_only_the_newest_are_kept() {
        let dir = tempfile::tempdir().expect("make a temporary folder");
        let access = PageAccess { folder: dir.path().to_owned() };
        let link = access.new_link().expect("make a link");
        let cookie = access.open_link(&link).expect("open the link").expect("the link is good");
        assert!(access.is_known_browser(&cookie) && !access.is_known_browser(&link));
        assert_eq!(access.open_link(&link).expect("open the link"), None, "it works once");
        for secret in ["", "x", "../../etc/passwd", &"a".repeat(65), "a b", "é", "a\0"] {
            assert!(!access.is_known_browser(secret), "{secret:?}");
            assert_eq!(access.open_link(secret).expect("open the link"), None, "{secret:?}");
        }
        for _ in 0..MAX_KEPT + 5 {
            access.new_link().expect("make a link");
        }
        assert_eq!(fs::read_dir(dir.path().join(LINKS_FOLDER)).expect("list the folder").count(), MAX_KEPT);
        let stored = fs::read_dir(dir.path().join(BROWSERS_FOLDER)).expect("list the folder").flatten();
        assert!(stored.into_iter().all(|entry| !entry.file_name().to_string_lossy().contains(&cookie)));
    }
}
