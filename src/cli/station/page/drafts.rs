//! Recordings that are on their way into the station: received, examined, not yet in the schedule.
//!
//! Each has a folder in this user's state folder. The sound goes to the disk as it comes, so that a broken connection
//! loses what was under way and nothing else.
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::airlog::keys::os_seed;
use crate::base::durable;
use crate::base::hash::sha256_hex;
use crate::base::platform::unix_time_s;
use crate::base::small_file::read_small_text;
use crate::base::state_dirs::find_or_create;

/// The maximum size of a recording, in bytes: more than eight hours of speech as MP3.
pub(super) const MAX_SOUND_BYTES: u64 = 500 << 20;
/// The maximum number of recordings under way. The oldest one makes room.
const MAX_DRAFTS: usize = 20;
/// The maximum size of all recordings under way, in bytes.
const MAX_TOTAL_BYTES: u64 = 2 << 30;
/// The time after which a recording under way is removed, in seconds.
const KEEP_S: u64 = 7 * 86_400;
/// What a recording must leave free on the disk, in bytes: the log comes first.
const FREE_BYTES: u64 = 300 << 20;
/// The maximum size of a record about a draft, in bytes.
const MAX_RECORD_BYTES: u64 = 1 << 20;
/// The maximum length of a file's name without its extension, in bytes.
const MAX_STEM_BYTES: usize = 120;
/// The maximum length of an extension, in bytes.
const MAX_EXTENSION_BYTES: usize = 8;
/// The number of random bytes in a draft's key.
const KEY_BYTES: usize = 12;

/// The file of a draft's properties, in its folder.
const PROPERTIES: &str = "tin.json";
/// The folder of the sound, in the draft's folder. Its file keeps the name that it had on the telephone.
const SOUND_FOLDER: &str = "tep";

/// Why nothing was received.
#[derive(Debug, thiserror::Error)]
pub(super) enum DraftFault {
    /// There is no such draft, or it was removed.
    #[error("no such draft")]
    Unknown,
    /// The recording is larger than [`MAX_SOUND_BYTES`], or than it was said to be.
    #[error("too large")]
    TooLarge,
    /// The recording would fill the disk.
    #[error("no room")]
    NoRoom,
    /// The part does not follow what was received, which has this many bytes.
    #[error("does not follow the received part")]
    Elsewhere(u64),
    /// The disk fails.
    #[error("{0}")]
    Disk(#[from] io::Error),
}

/// A recording under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Draft {
    /// The name of the file, as its sender calls it, without anything that a file system refuses.
    pub(super) name: String,
    /// The size that the file has when it is complete, in bytes; `None` if the sender did not say it.
    pub(super) bytes: Option<u64>,
    /// When it was begun, in seconds of Unix time.
    pub(super) begun_s: u64,
    /// True when all of it was received.
    pub(super) is_complete: bool,
}

/// The drafts of a station.
#[derive(Debug, Clone)]
pub(super) struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    /// Opens the drafts of a station, in the state folder of this user.
    ///
    /// # Errors
    /// If no state folder can be created.
    pub(super) fn of_station(station: &Path) -> io::Result<Self> {
        let station = station.canonicalize().unwrap_or_else(|_| station.to_owned());
        let key = sha256_hex(station.as_os_str().as_encoded_bytes());
        let folder = find_or_create("page", None)?.join("drafts").join(&key[..16]);
        durable::create_private_dir(&folder)?;
        Ok(Self { folder })
    }

    /// Begins a draft, and returns its key. `bytes` is the size of the complete file, if it is known.
    ///
    /// # Errors
    /// [`DraftFault::TooLarge`], [`DraftFault::NoRoom`], or if the disk fails.
    pub(super) fn begin(&self, sender_name: &str, bytes: Option<u64>) -> Result<String, DraftFault> {
        if bytes.is_some_and(|bytes| bytes > MAX_SOUND_BYTES) {
            return Err(DraftFault::TooLarge);
        }
        self.remove_old()?;
        let others: u64 = self.list().iter().filter_map(|(key, _)| self.received(key)).sum();
        if others.saturating_add(bytes.unwrap_or(0)) > MAX_TOTAL_BYTES {
            return Err(DraftFault::NoRoom);
        }
        self.require_room(bytes.unwrap_or(0))?;
        let key = URL_SAFE_NO_PAD.encode(&os_seed()?[..KEY_BYTES]);
        let draft = Draft { name: safe_name(sender_name), bytes, begun_s: unix_time_s(), is_complete: false };
        durable::create_private_dir(&self.folder.join(&key).join(SOUND_FOLDER))?;
        File::create(self.folder.join(&key).join(SOUND_FOLDER).join(&draft.name))?;
        self.write(&key, PROPERTIES, &draft)?;
        Ok(key)
    }

    /// Appends a part that begins at `offset`, and returns the number of bytes that are there now. The draft is complete
    /// when it has the size that was said.
    ///
    /// # Errors
    /// [`DraftFault`].
    pub(super) fn append(&self, key: &str, offset: u64, part: &[u8]) -> Result<u64, DraftFault> {
        let draft = self.draft(key).filter(|draft| !draft.is_complete).ok_or(DraftFault::Unknown)?;
        let mut file = OpenOptions::new().write(true).open(self.sound(key, &draft))?;
        let received = file.seek(SeekFrom::End(0))?;
        if received != offset {
            return Err(DraftFault::Elsewhere(received));
        }
        let now_there = received.saturating_add(part.len() as u64);
        if now_there > draft.bytes.unwrap_or(MAX_SOUND_BYTES) {
            return Err(DraftFault::TooLarge);
        }
        self.require_room(part.len() as u64)?;
        file.write_all(part)?;
        if draft.bytes == Some(now_there) {
            file.sync_all()?;
            self.complete(key)?;
        }
        Ok(now_there)
    }

    /// Marks a draft as complete.
    ///
    /// # Errors
    /// If there is no such draft, or the disk fails.
    pub(super) fn complete(&self, key: &str) -> Result<(), DraftFault> {
        let draft = self.draft(key).ok_or(DraftFault::Unknown)?;
        Ok(self.write(key, PROPERTIES, &Draft { is_complete: true, ..draft })?)
    }

    /// Returns a draft; `None` if there is none with this key.
    pub(super) fn draft(&self, key: &str) -> Option<Draft> {
        self.read(key, PROPERTIES)
    }

    /// Returns the number of bytes received.
    pub(super) fn received(&self, key: &str) -> Option<u64> {
        let draft = self.draft(key)?;
        fs::metadata(self.sound(key, &draft)).ok().map(|meta| meta.len())
    }

    /// Returns the drafts with their keys, the newest first.
    pub(super) fn list(&self) -> Vec<(String, Draft)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let keys = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut drafts: Vec<_> = keys.filter_map(|key| self.draft(&key).map(|draft| (key, draft))).collect();
        drafts.sort_by_key(|(key, draft)| (std::cmp::Reverse(draft.begun_s), key.clone()));
        drafts
    }

    /// Returns the path of a draft's sound.
    pub(super) fn sound(&self, key: &str, draft: &Draft) -> PathBuf {
        self.folder.join(key).join(SOUND_FOLDER).join(&draft.name)
    }

    /// Reads a record about a draft; `None` if there is none.
    pub(super) fn read<T: DeserializeOwned>(&self, key: &str, record: &str) -> Option<T> {
        let text = read_small_text(&self.folder_of(key)?.join(record), MAX_RECORD_BYTES)?;
        serde_json::from_str(&text).ok()
    }

    /// Writes a record about a draft.
    ///
    /// # Errors
    /// If the disk fails, or the key is none.
    pub(super) fn write<T: Serialize>(&self, key: &str, record: &str, value: &T) -> io::Result<()> {
        let folder = self.folder_of(key).ok_or(io::ErrorKind::NotFound)?;
        durable::replace_private(&folder.join(record), &serde_json::to_vec(value)?)
    }

    /// Removes the sound of a draft, and keeps what is known about it.
    pub(super) fn drop_sound(&self, key: &str) {
        if let Some(folder) = self.folder_of(key) {
            let _ = fs::remove_dir_all(folder.join(SOUND_FOLDER));
        }
    }

    /// Removes a draft.
    pub(super) fn remove(&self, key: &str) {
        if let Some(folder) = self.folder_of(key) {
            // A rest is removed with the old drafts.
            let _ = fs::remove_dir_all(folder);
        }
    }

    /// Returns the folder of a draft; `None` for what cannot be a key.
    fn folder_of(&self, key: &str) -> Option<PathBuf> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_key = !key.is_empty() && key.len() <= 32 && key.chars().all(is_plain);
        is_key.then(|| self.folder.join(key))
    }

    fn remove_old(&self) -> io::Result<()> {
        let now_s = unix_time_s();
        let is_old = |draft: &Draft| now_s.saturating_sub(draft.begun_s) > KEEP_S;
        for (number, (key, draft)) in self.list().into_iter().enumerate() {
            if number + 1 >= MAX_DRAFTS || is_old(&draft) {
                self.remove(&key);
            }
        }
        Ok(())
    }

    fn require_room(&self, bytes: u64) -> Result<(), DraftFault> {
        let disk = rustix::fs::statvfs(&self.folder).map_err(io::Error::from)?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free < bytes.saturating_add(FREE_BYTES) { Err(DraftFault::NoRoom) } else { Ok(()) }
    }
}

/// Returns a name that every file system accepts. What the sender calls a path becomes a plain name.
fn safe_name(sender_name: &str) -> String {
    let last_part = sender_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_bad = |c: char| c.is_control() || crate::text::is_invisible_or_bidi(c) || "?*:<>|\"".contains(c);
    let clean: String = last_part.chars().map(|c| if is_bad(c) { '-' } else { c }).collect();
    let clean = clean.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let is_extension = |text: &str| {
        !text.is_empty() && text.len() <= MAX_EXTENSION_BYTES && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let (stem, extension) = match clean.rsplit_once('.') {
        Some((stem, extension)) if is_extension(extension) => (stem, Some(extension)),
        _ => (clean, None),
    };
    let stem: String = stem
        .chars()
        .scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= MAX_STEM_BYTES).then_some(c)
        })
        .collect();
    let stem = stem.trim_end_matches(|c: char| c.is_whitespace() || c == '.');
    let stem = if stem.is_empty() { "tin" } else { stem };
    extension.map_or_else(|| stem.to_owned(), |extension| format!("{stem}.{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drafts() -> (tempfile::TempDir, Drafts) {
        let dir = tempfile::tempdir().expect("make a temporary folder");
        let drafts = Drafts { folder: dir.path().to_owned() };
        (dir, drafts)
    }

    #[test]
    fn a_cut_upload_goes_on_where_it_was_cut() {
        let (_dir, drafts) = drafts();
        let key = drafts.begin("Tin sáng.mp3", Some(6)).expect("begin the draft");
        assert_eq!(drafts.append(&key, 0, b"abc").expect("append the part"), 3);
        assert!(matches!(drafts.append(&key, 0, b"abc"), Err(DraftFault::Elsewhere(3))), "it was received already");
        assert!(matches!(drafts.append(&key, 4, b"e"), Err(DraftFault::Elsewhere(3))), "a part is missing");
        assert!(matches!(drafts.append(&key, 3, b"defg"), Err(DraftFault::TooLarge)), "longer than it said");
        assert_eq!(drafts.received(&key), Some(3));
        assert_eq!(drafts.append(&key, 3, b"def").expect("append the part"), 6);
        let draft = drafts.draft(&key).expect("the draft is there");
        assert!(draft.is_complete && draft.name == "Tin sáng.mp3");
        assert_eq!(fs::read(drafts.sound(&key, &draft)).expect("read the sound"), b"abcdef");
        assert!(matches!(drafts.append(&key, 6, b"g"), Err(DraftFault::Unknown)), "it is complete");
    }

    #[test]
    fn what_is_no_key_or_too_large_changes_nothing() {
        let (dir, drafts) = drafts();
        assert!(matches!(drafts.begin("a.mp3", Some(MAX_SOUND_BYTES + 1)), Err(DraftFault::TooLarge)));
        for key in ["", "..", "../x", "a/b", "a.b", "é", &"a".repeat(33), "unknown"] {
            assert!(drafts.draft(key).is_none() && drafts.received(key).is_none(), "{key}");
            assert!(matches!(drafts.append(key, 0, b"x"), Err(DraftFault::Unknown)), "{key}");
            drafts.remove(key);
        }
        assert!(dir.path().is_dir() && drafts.list().is_empty());
    }

    #[test]
    fn only_the_newest_drafts_are_kept() {
        let (_dir, drafts) = drafts();
        for _ in 0..MAX_DRAFTS + 5 {
            drafts.begin("a.mp3", None).expect("begin the draft");
        }
        assert_eq!(drafts.list().len(), MAX_DRAFTS);
    }

    #[test]
    fn every_name_becomes_one_that_file_systems_accept() {
        for (name, safe) in [
            ("Bản tin 12.m4a", "Bản tin 12.m4a"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Music\\a.mp3", "a.mp3"),
            ("..", "tin"),
            ("", "tin"),
            (".mp3", "mp3"),
            ("a\u{202e}b\0c.mp3", "a-b-c.mp3"),
            ("x.tar.longextension", "x.tar.longextension"),
        ] {
            assert_eq!(safe_name(name), safe, "{name}");
        }
        assert!(safe_name(&format!("{}.mp3", "ă".repeat(300))).len() < 130);
    }
}
