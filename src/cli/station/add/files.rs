//! Reads and writes the files of `loa add`.
use std::fs::File;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::import::SegmentImport;
use super::placement::Placement;
use crate::base::durable;
use crate::cli::station::messages::MessageSink;
use crate::library::{Scan, file};
use crate::schedule::edit::{EditError, with_item, with_segment};
use crate::schedule::problem::{self, Problem};
use crate::schedule::{Id, ParsedSchedule, Segment, SourceFile, read};
use crate::station::undo::PlaylistEdit;
use crate::text::library::ScanText;
use crate::text::{Localize, print_stderr};

impl SegmentImport<'_> {
    /// Returns the station's files with the segment added, and the resulting schedule. If the segment has a place in a
    /// session, the session plays it there. Prints the reason and returns `None` if an edited playlist would
    /// not be valid.
    pub(super) fn edited_files(&self, segment: &Segment, name: &str) -> Option<(Vec<SourceFile>, ParsedSchedule)> {
        let mut files = self.files.clone();
        self.edit(&mut files[self.playlist_index], |text| with_segment(text, segment))?;
        if let Some(Placement { session, file_index, dates, before, .. }) = &self.placement {
            let item = (&segment.id, dates.as_slice());
            self.edit(&mut files[*file_index], |text| with_item(text, session, item, before.as_ref()))?;
        }
        let parsed_schedule = read(&files);
        let is_known = |p: &Problem| self.parsed_schedule.problems.iter().any(|old| old.finding == p.finding);
        let is_in_playlist = |p: &Problem| self.edited_indexes().any(|index| index == p.span.file_index);
        let new_problems: Vec<_> = parsed_schedule
            .problems
            .iter()
            .filter(|p| p.is_structural && (is_in_playlist(p) || !is_known(p)))
            .cloned()
            .collect();
        if !new_problems.is_empty() {
            // Nobody at a page looks into the files, so only a terminal shows the places.
            if matches!(self.sink, MessageSink::Terminal) {
                print_stderr!("{}", problem::render_some(&new_problems, &files, self.lang, false).trim_end());
            }
            let why = ScanText::PlaylistWouldHaveErrors {}.localized(self.lang).to_string();
            let message = ScanText::Refused { file: name.to_owned(), why };
            self.sink.error(message.localized(self.lang), self.lang);
            return None;
        }
        Some((files, parsed_schedule))
    }

    /// Replaces the text of a file. Prints the reason and returns `None` if it cannot be edited.
    fn edit(&self, file: &mut SourceFile, edit: impl Fn(&str) -> Result<String, EditError>) -> Option<()> {
        match edit(&file.text) {
            Ok(text) => {
                *file = SourceFile { has_bom: file.has_bom, ..SourceFile::new(&file.name, text.as_bytes()) };
                Some(())
            }
            Err(error) => {
                let message = ScanText::NotEdited { name: file.name.clone(), detail: error.to_string() };
                self.sink.error(message.localized(self.lang), self.lang);
                None
            }
        }
    }

    /// Returns the indexes of the playlists that an addition changes. The segment's playlist comes first, so that no
    /// session ever names a segment that does not exist yet. The session's playlist follows if it is a different one.
    pub(super) fn edited_indexes(&self) -> impl Iterator<Item = usize> + use<> {
        let playlist_index = self.playlist_index;
        let session_index = self.placement.as_ref().map(|placement| placement.file_index);
        std::iter::once(playlist_index).chain(session_index.filter(move |index| *index != playlist_index))
    }

    /// Copies the file into `audio/` unless a file with this name already exists there. Returns true if the file was
    /// copied, false if it already existed, and `None` if the file in `audio/` does not have the bytes that were
    /// scanned.
    pub(super) fn copy_audio(&self, path: &Path, scan: &Scan, name: &str) -> io::Result<Option<bool>> {
        let audio = self.station.join("audio");
        let target = audio.join(name);
        if target.symlink_metadata().is_ok() {
            let mut existing = file::open_in(&audio, Path::new(name)).map_err(io::Error::other)?;
            return Ok((file::sha256(&mut existing)?.0 == scan.sha256).then_some(false));
        }
        let mut source: File = file::open(path).map_err(io::Error::other)?;
        let mut hasher = Sha256::new();
        durable::copy_noreplace(&mut source, &target, &mut |bytes| hasher.update(bytes))?;
        let copied_sha256 = crate::base::hash::hex(&hasher.finalize());
        if copied_sha256 != scan.sha256 {
            durable::remove(&target)?;
            return Ok(None);
        }
        Ok(Some(true))
    }

    /// Returns the old and the new text of the playlists, in the order in which they are written.
    pub(super) fn playlist_edits(&self, edited_files: &[SourceFile]) -> Vec<PlaylistEdit> {
        let edit = |index: usize| PlaylistEdit {
            name: self.files[index].name.clone(),
            old: self.files[index].bytes(),
            new: edited_files[index].bytes(),
        };
        self.edited_indexes().map(edit).collect()
    }

    /// Returns the segment whose file has the same bytes as the scanned one; `None` if there is no such segment.
    pub(super) fn duplicate_of(&self, scan: &Scan) -> Option<Id> {
        let is_same = |segment: &&Segment| match &segment.sha256 {
            Some(pinned_sha256) => *pinned_sha256 == scan.sha256,
            None => file::open_in(&self.station.join("audio"), Path::new(&segment.file)).is_ok_and(|mut audio_file| {
                let has_same_size = audio_file.metadata().is_ok_and(|meta| meta.len() == scan.bytes);
                has_same_size && file::sha256(&mut audio_file).is_ok_and(|(sha256, _)| sha256 == scan.sha256)
            }),
        };
        self.parsed_schedule.schedule.segments.iter().find(is_same).map(|segment| segment.id.clone())
    }
}
