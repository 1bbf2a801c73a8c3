//! Who may look at the page: browsers that were opened with a one-time link on the station's computer, and telephones
//! that were paired there.
//!
//! Whoever can read this user's state folder can make such a link, and nobody else: there is no password that could be
//! guessed, shared or left at its default. Only hashes of links and cookies are on the disk.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::airlog::keys::os_seed;
use crate::base::durable;
use crate::base::hash::sha256_hex;
use crate::base::platform::boot_now;
use crate::base::small_file::read_small_text;
use crate::base::state_dirs::find_or_create;

/// The folder of links that nobody has used yet.
const LINKS_FOLDER: &str = "links";
/// The folder of browsers that may look.
const BROWSERS_FOLDER: &str = "browsers";
/// The folder of pairings that no telephone has used yet.
const PAIRINGS_FOLDER: &str = "pairings";
/// The time in which a telephone must be paired, in microseconds.
const PAIRING_US: i64 = 600_000_000;
/// The maximum size of a record, in bytes.
const MAX_RECORD_BYTES: u64 = 4096;
/// The maximum length of a telephone's name, in characters.
pub(super) const MAX_NAME_CHARS: usize = 40;
/// The letters of a telephone's code, without those that look like digits.
const CODE_LETTERS: &[u8] = b"ABCDEFGHKLMNPQRSTVX";
/// The maximum number of links that wait, and of browsers. Older ones stop working.
const MAX_KEPT: usize = 32;
/// The number of random bytes in a link or a cookie.
const SECRET_BYTES: usize = 24;
/// The maximum length of a link's or a cookie's text.
const MAX_SECRET_CHARS: usize = 64;

/// A browser that may look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PageDevice {
    /// A browser of the station's computer.
    Station,
    /// A paired telephone.
    Phone {
        /// What the person calls it.
        name: String,
        /// The code that stands in the log.
        code: String,
        /// True if nobody in the network could read its cookie: it was paired over TLS.
        #[serde(default)]
        is_secret: bool,
    },
}

impl PageDevice {
    /// Returns the code that stands in the log.
    pub(super) fn log_code(&self) -> String {
        match self {
            Self::Station => "station".to_owned(),
            Self::Phone { code, .. } => format!("phone:{code}"),
        }
    }
}

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
        self.add(LINKS_FOLDER, b"")
    }

    /// Uses up a link. Returns the cookie of the browser that has opened it; `None` if there is no such link.
    ///
    /// # Errors
    /// If a record cannot be written, or the system has no random numbers.
    pub(super) fn open_link(&self, secret: &str) -> io::Result<Option<String>> {
        let Some(path) = self.record(LINKS_FOLDER, secret) else { return Ok(None) };
        // The removal decides who has used the link, also between two processes.
        match fs::remove_file(path) {
            Ok(()) => self.add(BROWSERS_FOLDER, &serde_json::to_vec(&PageDevice::Station)?).map(Some),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Returns the browser with this cookie; `None` if it may not look.
    pub(super) fn device(&self, cookie: &str) -> Option<PageDevice> {
        let record = self.record(BROWSERS_FOLDER, cookie)?;
        // Records of the first version are empty. They are of the station's computer.
        match read_small_text(&record, MAX_RECORD_BYTES)?.as_str() {
            "" => Some(PageDevice::Station),
            text => serde_json::from_str(text).ok(),
        }
    }

    /// Begins the pairing of a telephone. Returns the secret part of its address, which works for ten minutes.
    ///
    /// # Errors
    /// If the record cannot be written, or the system has no random numbers.
    pub(super) fn new_pairing(&self) -> io::Result<String> {
        // The time since the start of the computer: its wall clock may be wrong.
        self.add(PAIRINGS_FOLDER, boot_now().0.to_string().as_bytes())
    }

    /// Returns true if a telephone can be paired with this secret.
    pub(super) fn is_pairing(&self, secret: &str) -> bool {
        let record = self.record(PAIRINGS_FOLDER, secret);
        let begun = record.and_then(|record| read_small_text(&record, MAX_RECORD_BYTES)?.parse::<i64>().ok());
        begun.is_some_and(|begun| (0..=PAIRING_US).contains(&boot_now().0.saturating_sub(begun)))
    }

    /// Pairs a telephone; `is_secret` is true over TLS. Returns its cookie; `None` if the pairing was used, is too old, or was never begun.
    ///
    /// # Errors
    /// If a record cannot be written, or the system has no random numbers.
    pub(super) fn pair(&self, secret: &str, name: &str, is_secret: bool) -> io::Result<Option<String>> {
        let Some(path) = self.record(PAIRINGS_FOLDER, secret).filter(|_| self.is_pairing(secret)) else {
            return Ok(None);
        };
        match fs::remove_file(path) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        }
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
        let phone = PageDevice::Phone { name, code: self.unused_code()?, is_secret };
        self.add(BROWSERS_FOLDER, &serde_json::to_vec(&phone)?).map(Some)
    }

    /// Returns the paired telephones, each with the key of its record, sorted by their codes.
    pub(super) fn phones(&self) -> Vec<(String, String, String)> {
        let entries = fs::read_dir(self.folder.join(BROWSERS_FOLDER)).into_iter().flatten().flatten();
        let phone = |entry: fs::DirEntry| {
            let text = read_small_text(&entry.path(), MAX_RECORD_BYTES)?;
            match serde_json::from_str(&text).ok()? {
                PageDevice::Phone { name, code, .. } => Some((code, name, entry.file_name().into_string().ok()?)),
                PageDevice::Station => None,
            }
        };
        let mut phones: Vec<_> = entries.filter_map(phone).collect();
        phones.sort();
        phones
    }

    /// Ends the right of a telephone to look. `key` is the key of its record.
    pub(super) fn revoke(&self, key: &str) {
        if self.phones().iter().any(|(.., known)| known == key) {
            // A record that cannot be removed is still in the list, which the person sees.
            let _ = fs::remove_file(self.folder.join(BROWSERS_FOLDER).join(key));
        }
    }

    fn unused_code(&self) -> io::Result<String> {
        let taken: Vec<String> = self.phones().into_iter().map(|(code, ..)| code).collect();
        loop {
            let random = os_seed()?;
            let letter = char::from(CODE_LETTERS[usize::from(random[0]) % CODE_LETTERS.len()]);
            let code = format!("{letter}{}", random[1] % 10);
            if !taken.contains(&code) {
                return Ok(code);
            }
        }
    }

    /// Adds a record with a new secret, and removes the oldest ones beyond the limit.
    fn add(&self, folder: &str, content: &[u8]) -> io::Result<String> {
        let folder = self.folder.join(folder);
        durable::create_private_dir(&folder)?;
        let secret = URL_SAFE_NO_PAD.encode(&os_seed()?[..SECRET_BYTES]);
        durable::replace_private(&folder.join(sha256_hex(secret.as_bytes())), content)?;
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
        assert_eq!((access.device(&cookie), access.device(&link)), (Some(PageDevice::Station), None));
        assert_eq!(access.open_link(&link).expect("open the link"), None, "it works once");
        for secret in ["", "x", "../../etc/passwd", &"a".repeat(65), "a b", "é", "a\0"] {
            assert_eq!(access.device(secret), None, "{secret:?}");
            assert_eq!(access.pair(secret, "x", false).expect("pair"), None, "{secret:?}");
            assert_eq!(access.open_link(secret).expect("open the link"), None, "{secret:?}");
        }
        for _ in 0..MAX_KEPT + 5 {
            access.new_link().expect("make a link");
        }
        assert_eq!(fs::read_dir(dir.path().join(LINKS_FOLDER)).expect("list the folder").count(), MAX_KEPT);
        let stored = fs::read_dir(dir.path().join(BROWSERS_FOLDER)).expect("list the folder").flatten();
        assert!(stored.into_iter().all(|entry| !entry.file_name().to_string_lossy().contains(&cookie)));
    }

    #[test]
    fn a_pairing_lets_one_telephone_in_until_it_is_revoked() {
        let dir = tempfile::tempdir().expect("make a temporary folder");
        let access = PageAccess { folder: dir.path().to_owned() };
        let secret = access.new_pairing().expect("begin the pairing");
        assert!(access.is_pairing(&secret) && !access.is_pairing("other"));
        let cookie = access.pair(&secret, " Máy chị Lan\n ", false).expect("pair").expect("the pairing is good");
        assert_eq!(access.pair(&secret, "x", false).expect("pair"), None, "it works once");
        let Some(PageDevice::Phone { name, code, is_secret: false }) = access.device(&cookie) else {
            panic!("no telephone")
        };
        assert_eq!(name, "Máy chị Lan");
        let phones = access.phones();
        assert_eq!((phones.len(), &phones[0].0), (1, &code));
        access.revoke("../../etc/passwd");
        access.revoke(&phones[0].2);
        assert_eq!((access.device(&cookie), access.phones()), (None, Vec::new()));
        // A pairing of an earlier start of the computer, or one that is too old.
        for begun in [boot_now().0 + 60_000_000, boot_now().0 - PAIRING_US - 1_000_000] {
            let secret = access.add(PAIRINGS_FOLDER, begun.to_string().as_bytes()).expect("write the record");
            assert_eq!(access.pair(&secret, "x", false).expect("pair"), None, "{begun}");
        }
    }
}
