//! Uses an added file for a segment whose own file is missing, instead of adding a second segment.
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use super::import::{ImportMode, SegmentImport, is_unairable};
use crate::cli::shell_words::{shell_word, with_station};
use crate::cli::table::strip_unprintable;
use crate::library::Scan;
use crate::library::file::{self, OpenError};
use crate::schedule::{Schedule, Segment};
use crate::station::undo::ChangeFault;
use crate::text::Localize;
use crate::text::library::ScanText;

/// Returns true if the file of a segment is missing, so that an added file may replace it.
pub(super) fn is_any_missing(station: &Path, schedule: &Schedule) -> bool {
    schedule.segments.iter().any(|segment| is_file_missing(&station.join("audio"), segment))
}

/// Returns true if the segment's file is missing. A file in a folder of `audio/` is left to the operator, because that
/// folder may be missing too.
fn is_file_missing(audio: &Path, segment: &Segment) -> bool {
    !segment.file.contains('/') && matches!(file::open_in(audio, Path::new(&segment.file)), Err(OpenError::Missing))
}

impl SegmentImport<'_> {
    /// If a segment's file is missing, and the added file has the same bytes or the same name, copies the added file to
    /// where it belongs. An added file with that name but not with the approved bytes is refused. Returns true if the
    /// added file was copied, false if it was refused, and `None` if no segment lacks it.
    ///
    /// # Errors
    /// If the disk fails.
    pub(super) fn fill_missing_file(&self, path: &Path, scan: &Scan, name: &str) -> Result<Option<bool>, ChangeFault> {
        let Some(segment) = self.segment_without_file(path, scan) else { return Ok(None) };
        let title = strip_unprintable(&segment.title);
        if segment.sha256.as_ref().is_some_and(|sha256| *sha256 != scan.sha256) {
            let reason = ScanText::MissingHasOtherSound { title, file: segment.file.clone() };
            let command = with_station(&format!("remove {}", shell_word(segment.id.as_str())), self.station);
            let hint = ScanText::ReplaceOrRename { command };
            self.report_refused(name, &reason.to_plain(self.lang), &hint.to_plain(self.lang));
            return Ok(Some(false));
        }
        // The caller refuses such a file, and names its flaw.
        if scan.flaws.iter().any(is_unairable) && !self.labels.anyway {
            return Ok(None);
        }
        let is_written = matches!(self.mode, ImportMode::Write(_));
        if is_written && self.copy_audio(path, scan, &segment.file)?.is_none() {
            return Ok(Some(self.report_changed(name.to_owned())));
        }
        for flaw in &scan.flaws {
            self.sink.warning(format_args!("{name}: {}", flaw.localized(self.lang)), self.lang);
        }
        let text = match is_written {
            true => ScanText::FileRestored { file: segment.file.clone(), title },
            false => ScanText::FileWouldBeRestored { file: segment.file.clone(), title },
        };
        self.sink.done(text.to_plain(self.lang))?;
        if self.placement.is_some() || self.labels.title.is_some() || self.labels.own_id.is_some() {
            self.sink.warning(ScanText::OptionsUnused {}.localized(self.lang), self.lang);
        }
        Ok(Some(true))
    }

    /// Returns the segment whose missing file can be replaced by the added one: a segment that expects the same bytes,
    /// else one whose file has the same name.
    fn segment_without_file(&self, path: &Path, scan: &Scan) -> Option<&Segment> {
        let audio = self.station.join("audio");
        let is_missing = |segment: &&Segment| is_file_missing(&audio, segment);
        let added_name: String =
            path.file_name().map(|name| name.to_string_lossy().nfc().collect()).unwrap_or_default();
        let has_same_name = |segment: &&Segment| segment.file.nfc().eq(added_name.chars());
        let has_same_bytes = |segment: &&Segment| segment.sha256.as_deref() == Some(scan.sha256.as_str());
        let segments = &self.parsed_schedule.schedule.segments;
        let same_bytes = segments.iter().find(|segment| has_same_bytes(segment) && is_missing(segment));
        same_bytes.or_else(|| segments.iter().find(|segment| has_same_name(segment) && is_missing(segment)))
    }
}
