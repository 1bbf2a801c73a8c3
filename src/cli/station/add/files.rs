//! The files that `loa add` reads and writes.
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::import::SegmentImport;
use crate::base::durable;
use crate::base::durable::nofollow::open_nofollow;
use crate::cli::station::messages::print_error;
use crate::library::{Scan, file};
use crate::schedule::edit::with_segment;
use crate::schedule::problem::{self, Problem};
use crate::schedule::{Id, ParsedSchedule, Segment, SourceFile, read};
use crate::text::library::ScanText;
use crate::text::{Localize, print_stderr};

impl SegmentImport<'_> {
    /// Returns the playlist with the segment added. None, after printing the reason, when it could not be read then.
    pub(super) fn edited_playlist(&self, segment: &mut Segment, name: &str) -> Option<(SourceFile, ParsedSchedule)> {
        let old = &self.files[self.playlist];
        let text = match with_segment(&old.text, segment) {
            Ok(text) => text,
            Err(error) => {
                let text = ScanText::NotEdited { name: old.name.clone(), detail: error.to_string() };
                print_error(text.localized(self.lang), self.lang);
                return None;
            }
        };
        let mut files = self.files.clone();
        files[self.playlist] = SourceFile { bom: old.bom, ..SourceFile::new(&old.name, text.as_bytes()) };
        let reading = read(&files);
        let known = |p: &Problem| self.reading.problems.iter().any(|old| old.finding == p.finding);
        let here = |p: &Problem| p.span.file == self.playlist;
        let new: Vec<_> = reading.problems.iter().filter(|p| p.structural && (here(p) || !known(p))).cloned().collect();
        if !new.is_empty() {
            print_stderr!("{}", problem::render(&new, &files, self.lang, false).trim_end());
            let why = ScanText::Labels {}.localized(self.lang).to_string();
            let text = ScanText::Refused { file: name.to_owned(), why };
            print_error(text.localized(self.lang), self.lang);
            return None;
        }
        Some((files.swap_remove(self.playlist), reading))
    }

    /// Copies the file into `audio/`, if it is not there, and returns whether it did. None when the file has changed
    /// since it was scanned.
    pub(super) fn copy_audio(&self, path: &Path, scan: &Scan, name: &str) -> io::Result<Option<bool>> {
        let audio = self.station.join("audio");
        let to = audio.join(name);
        if to.symlink_metadata().is_ok() {
            let mut there = file::open_in(&audio, Path::new(name)).map_err(io::Error::other)?;
            return Ok((file::sha256(&mut there)?.0 == scan.sha256).then_some(false));
        }
        let mut from: File = file::open(path).map_err(io::Error::other)?;
        let mut hasher = Sha256::new();
        durable::copy_noreplace(&mut from, &to, &mut |bytes| hasher.update(bytes))?;
        let copied = crate::base::hash::hex(&hasher.finalize());
        if copied != scan.sha256 {
            durable::remove(&to)?;
            return Ok(None);
        }
        Ok(Some(true))
    }

    /// Replaces the playlist that was read; returns false if the file has been edited since.
    pub(super) fn save(&self, text: &SourceFile) -> io::Result<bool> {
        let (path, old) = (self.station.join(&text.name), self.files[self.playlist].bytes());
        let mut now = Vec::new();
        open_nofollow(&path)?.take(old.len() as u64 + 1).read_to_end(&mut now)?;
        if now != old {
            return Ok(false);
        }
        durable::replace(&path, &text.bytes())?;
        Ok(true)
    }

    /// Returns a segment whose file has the same contents as the scanned one.
    pub(super) fn duplicate_of(&self, scan: &Scan) -> Option<Id> {
        let is_same = |segment: &&Segment| match &segment.sha256 {
            Some(pinned) => *pinned == scan.sha256,
            None => file::open_in(&self.station.join("audio"), Path::new(&segment.file)).is_ok_and(|mut there| {
                let long = there.metadata().is_ok_and(|meta| meta.len() == scan.bytes);
                long && file::sha256(&mut there).is_ok_and(|(sha256, _)| sha256 == scan.sha256)
            }),
        };
        self.reading.schedule.segments.iter().find(is_same).map(|segment| segment.id.clone())
    }
}
