//! Imports files into a station.
use std::io;
use std::path::{self, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::added::AddedSegment;
use super::args::AddArgs;
use super::names::{unused_id, unused_name};
use super::placement::{Neighbour, PlaceRefusal, Placement, session_names};
use crate::base::durable;
use crate::cli::args::YearChoice;
use crate::cli::exit::EXIT_PROBLEMS;
use crate::cli::shell_words::with_folder;
use crate::cli::station::messages::MessageSink;
use crate::cli::station::recorded_change::undo_offer;
use crate::cli::station::scan::{error_hint, error_text, loudness_cell};
use crate::cli::table::{format_seconds, is_invisible_or_bidi, strip_unprintable};
use crate::cli::today::today_in;
use crate::library::flaw::AudioFlaw;
use crate::library::scan::{self, ScanError};
use crate::library::{Scan, title};
use crate::schedule::finding::Finding;
use crate::schedule::read::playlist::parse_source;
use crate::schedule::{Id, ParsedSchedule, Segment, SegmentSource, SourceFile};
use crate::station::undo::{ChangeFault, ChangedPart, ChangedSegment, CopiedAudio, DiskFault, FolderChange};
use crate::text::library::ScanText;
use crate::text::problem::Hint;
use crate::text::undo::UndoText;
use crate::text::{Lang, Localize};

/// An import of files into a station.
pub(super) struct SegmentImport<'a> {
    pub(super) station: &'a Path,
    pub(super) labels: &'a AddArgs,
    pub(super) lang: Lang,
    pub(super) files: Vec<SourceFile>,
    pub(super) parsed_schedule: ParsedSchedule,
    /// The index in `files` of the playlist for the new segments.
    pub(super) playlist_index: usize,
    /// The place of the new segments in a session, if the operator named one.
    pub(super) placement: Option<Placement>,
    /// Why a new segment has no place. A file that replaces a missing one needs none.
    pub(super) place_refusal: Option<PlaceRefusal>,
    /// Whether the folder is changed.
    pub(super) mode: ImportMode<'a>,
    /// The segments that were added.
    pub(super) added: Vec<AddedSegment>,
    /// True if a file was refused that `--anyway` would add.
    pub(super) anyway_helps: bool,
    /// Where the messages go.
    pub(super) sink: MessageSink,
}

/// Whether an import changes the station's folder.
pub(super) enum ImportMode<'a> {
    /// It does. The changes are recorded for `loa undo`.
    Write(FolderChange<'a>),
    /// It says what would change.
    Preview,
}

impl SegmentImport<'_> {
    /// Adds one file. If the file is refused, or a playlist was edited in the meantime, prints the reason and returns
    /// false.
    ///
    /// # Errors
    /// If the change cannot be made.
    pub(super) fn add_file(&mut self, path: &Path, scan: Result<Scan, ScanError>) -> Result<bool, ChangeFault> {
        let name = strip_unprintable(&path.to_string_lossy());
        if let Ok(scan) = &scan
            && let Some(is_done) = self.fill_missing_file(path, scan, &name)?
        {
            return Ok(is_done);
        }
        if let Some((reason, _)) = &self.place_refusal {
            self.sink.error(reason.localized(self.lang), self.lang);
            return Ok(false);
        }
        let Some((scan, duplicate_id)) = self.accept_scan(scan, &name) else {
            return Ok(false);
        };
        let Some(segment) = self.new_segment(path, &scan) else {
            return Ok(false);
        };
        let Some((edited_files, parsed_schedule)) = self.edited_files(&segment, &name) else {
            return Ok(false);
        };
        let mut added = self.describe(&segment, &scan);
        if matches!(self.mode, ImportMode::Write(_)) {
            if let Some(changed_file) = self.write_addition(path, &scan, &segment, &edited_files)? {
                return Ok(self.report_changed(changed_file));
            }
            let loudness = scan.measure.integrated;
            let message = ScanText::Added {
                title: segment.title.clone(),
                id: segment.id.to_string(),
                playlist: added.playlist.clone(),
                length: format_seconds(added.duration_ms, self.lang),
                loudness: loudness.map_or("-".to_owned(), |value| loudness_cell(value, false, self.lang)),
            };
            self.sink.done(message.localized(self.lang))?;
        } else {
            self.say_preview(&mut added, &scan, &parsed_schedule)?;
        }
        self.added.push(added);
        (self.files, self.parsed_schedule) = (edited_files, parsed_schedule);
        self.print_placement()?;
        self.warn_about_topics(&segment.id, duplicate_id.as_ref());
        Ok(true)
    }

    /// Copies the file of a new segment, and writes the playlists. If the file or a playlist has changed since it was
    /// read, changes nothing and returns its name.
    fn write_addition(
        &mut self,
        path: &Path,
        scan: &Scan,
        segment: &Segment,
        edited_files: &[SourceFile],
    ) -> Result<Option<String>, ChangeFault> {
        let Some(was_copied) = self.copy_audio(path, scan, &segment.file)? else {
            return Ok(Some(strip_unprintable(&path.to_string_lossy())));
        };
        let copied_audio = was_copied.then(|| CopiedAudio {
            name: segment.file.clone(),
            sha256: scan.sha256.clone(),
            source: path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned(),
        });
        let changed_segment = ChangedSegment {
            id: segment.id.clone(),
            title: segment.title.clone(),
            file: segment.file.clone(),
            sessions: self.placement.iter().map(|placement| placement.session_title.clone()).collect(),
        };
        let edits = self.playlist_edits(edited_files);
        let ImportMode::Write(change) = &mut self.mode else { return Ok(None) };
        if let Err(fault) = change.write(ChangedPart::Segment(changed_segment), &edits, copied_audio) {
            // No playlist names the copy in `audio/`, so it is removed again.
            if was_copied && !matches!(fault, ChangeFault::Disk(DiskFault::HalfDone(_))) {
                durable::remove(&self.station.join("audio").join(&segment.file))?;
            }
            return match fault {
                ChangeFault::Edited { file } => Ok(Some(file)),
                fault => Err(fault),
            };
        }
        Ok(None)
    }

    /// Returns the scan of a file that is accepted, and the id of a segment with the same bytes, if there is one.
    /// Prints the flaws that do not cause a refusal. If the file is refused, prints the reason and returns `None`.
    fn accept_scan(&mut self, scan: Result<Scan, ScanError>, name: &str) -> Option<(Scan, Option<Id>)> {
        let scan = match scan {
            Ok(scan) => scan,
            Err(error) => {
                let reason = strip_unprintable(&error_text(&error, self.lang));
                self.report_refused(name, &reason, &error_hint(&error, self.lang));
                return None;
            }
        };
        let fatal_flaw = scan.flaws.iter().find(|flaw| is_unairable(flaw) && !self.labels.anyway);
        if let Some(flaw) = fatal_flaw {
            let (reason, hint) =
                (flaw.localized(self.lang).to_string(), ScanText::UseAnyway {}.localized(self.lang).to_string());
            self.report_refused(name, &reason, &hint);
            self.anyway_helps = true;
            return None;
        }
        for flaw in &scan.flaws {
            self.sink.warning(format_args!("{name}: {}", flaw.localized(self.lang)), self.lang);
        }
        let duplicate_id = self.duplicate_of(&scan);
        if let Some(id) = duplicate_id.as_ref().filter(|_| !self.labels.anyway) {
            let reason = ScanText::SameSound { title: self.title_of(id) }.localized(self.lang).to_string();
            self.report_refused(name, &reason, &ScanText::UseTwice {}.localized(self.lang).to_string());
            self.anyway_helps = true;
            return None;
        }
        Some((scan, duplicate_id))
    }

    /// Makes the segment from its labels and the scan. If a label is invalid, prints the reason and returns `None`.
    fn new_segment(&self, path: &Path, scan: &Scan) -> Option<Segment> {
        let labels = self.labels;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let title = labels
            .title
            .clone()
            .or_else(|| title::read_title_tag(path))
            .unwrap_or_else(|| stem.replace(['_', '-'], " "));
        let title: String = title.nfc().filter(|c| !c.is_control() && !is_invisible_or_bidi(*c)).collect();
        let title = title.trim().to_owned();
        let id = match &labels.own_id {
            Some(id) => id.clone(),
            None => unused_id(if title.is_empty() { &stem } else { &title }, |id| self.is_taken(id)),
        };
        let source = match &labels.source {
            None => SegmentSource::default(),
            Some(name) => {
                let Some(source) = parse_source(name) else {
                    let finding = Finding::BadSource { text: strip_unprintable(name) };
                    self.sink.error(finding.localized(self.lang), self.lang);
                    return None;
                };
                source
            }
        };
        let today = today_in(self.parsed_schedule.schedule.station.timezone);
        Some(Segment {
            id,
            title: if title.is_empty() { stem } else { title },
            file: unused_name(&self.station.join("audio"), path, scan),
            topic: labels.topic,
            language: labels.language.clone().unwrap_or_else(|| "vi".to_owned()),
            source,
            approved_by: labels.approved_by.as_ref().map(|name| name.nfc().collect()),
            approved_on: labels.approved_on.map(|date| date.resolve(today, YearChoice::Past)),
            pools: Vec::new(),
            valid_from: None,
            valid_until: labels.valid_until.map(|date| date.resolve(today, YearChoice::Upcoming)),
            sha256: Some(scan.sha256.clone()),
            campaign: None,
        })
    }

    /// Returns the title of a segment, or its id if the schedule does not have the segment.
    fn title_of(&self, id: &Id) -> String {
        let segment = self.parsed_schedule.schedule.segment(id);
        segment.map_or_else(|| id.to_string(), |segment| strip_unprintable(&segment.title))
    }

    fn is_taken(&self, id: &Id) -> bool {
        self.parsed_schedule.schedule.segment(id).is_some() || self.parsed_schedule.spans.broken_segments.contains(id)
    }

    /// Warns if the added segment and its duplicate count towards different topics.
    fn warn_about_topics(&self, added_id: &Id, duplicate_id: Option<&Id>) {
        let topic = |id: &Id| {
            let segment = self.parsed_schedule.schedule.segment(id)?;
            segment.topic.map(|topic| (segment.campaign.clone(), topic))
        };
        let Some(duplicate_id) = duplicate_id else { return };
        if let (Some(added_topic), Some(duplicate_topic)) = (topic(added_id), topic(duplicate_id))
            && added_topic != duplicate_topic
        {
            let finding = Finding::SameRecording { id: self.title_of(added_id), other: self.title_of(duplicate_id) };
            self.sink.warning(finding.localized(self.lang), self.lang);
            self.sink.hint(Hint::RecordAnother.localized(self.lang), self.lang);
        }
    }

    /// Prints that a file has changed since it was read. Returns false, the result of [`Self::add_file`] for that file.
    pub(super) fn report_changed(&self, file: String) -> bool {
        self.sink.error(ScanText::Changed { file }.localized(self.lang), self.lang);
        false
    }

    pub(super) fn report_refused(&self, name: &str, reason: &str, hint: &str) {
        let message = ScanText::Refused { file: name.to_owned(), why: reason.to_owned() };
        self.sink.error(message.localized(self.lang), self.lang);
        self.sink.hint(hint, self.lang);
    }

    /// Prints in which session the segment was placed, and when it airs there.
    fn print_placement(&self) -> io::Result<()> {
        let Some(Placement { session_title, dates, first_starts, neighbour, .. }) = &self.placement else {
            return Ok(());
        };
        let is_written = matches!(self.mode, ImportMode::Write(_));
        if let Some(neighbour) = neighbour.as_ref().filter(|_| is_written) {
            let message = match neighbour.clone() {
                Neighbour::Closing(closing) => UndoText::BeforeClosing { closing },
                Neighbour::LastItem(before) => UndoText::LastItem { before },
            };
            self.sink.done(message.localized(self.lang))?;
        }
        let session = session_title.clone();
        let Some((date, times)) = first_starts else {
            self.sink.warning(ScanText::PlacedIdle { session }.localized(self.lang), self.lang);
            return Ok(());
        };
        // A preview has said it already.
        if !is_written {
            return Ok(());
        }
        let (date, at) =
            (*date, times.iter().map(|time| time.format("%H:%M").to_string()).collect::<Vec<_>>().join(", "));
        let is_single_day = matches!(&dates[..], [span] if span.first == span.last);
        let message = match is_single_day {
            true => ScanText::PlacedOnce { session, at, date },
            false => ScanText::PlacedFrom { session, at, date },
        };
        self.sink.done(message.localized(self.lang))
    }

    /// Prints what the operator can do next with the added segments.
    pub(super) fn print_next_steps(&self) -> io::Result<()> {
        let (Some(last), lang) = (self.added.last(), self.lang) else { return Ok(()) };
        if self.placement.is_none() {
            let schedule = &self.parsed_schedule.schedule;
            let title = self.title_of(&last.segment);
            let file = self.files[self.playlist_index].name.clone();
            let ids: Vec<&str> = self.added.iter().map(|added| added.segment.as_str()).collect();
            let message = UndoText::InNoSession { title, id: ids.join("\", \""), file };
            self.sink.done(message.localized(lang))?;
            if !schedule.sessions.is_empty() {
                let names = session_names(schedule.sessions.iter());
                self.sink.done(UndoText::SessionsAre { names }.localized(lang))?;
            }
        }
        let command = with_folder("check", self.station);
        self.sink.done(UndoText::ThenCheck { command }.localized(lang))?;
        self.sink.done(undo_offer(self.station, lang))
    }
}

/// If none of the files can be used, prints why and returns the exit code. Reads only the beginning of each file.
pub(super) fn report_if_no_file_is_usable(sound_paths: &[PathBuf], sink: &MessageSink, lang: Lang) -> Option<u8> {
    let faults: Vec<(&PathBuf, ScanError)> =
        sound_paths.iter().filter_map(|path| Some((path, scan::probe(path).err()?))).collect();
    if faults.len() < sound_paths.len() {
        return None;
    }
    for (path, error) in faults {
        let file = strip_unprintable(&path.to_string_lossy());
        let why = strip_unprintable(&error_text(&error, lang));
        sink.error(ScanText::Refused { file, why }.localized(lang), lang);
        sink.hint(error_hint(&error, lang), lang);
    }
    Some(EXIT_PROBLEMS)
}

/// Returns `true` if the file must be refused, because listeners would hear this flaw.
pub(super) fn is_unairable(flaw: &AudioFlaw) -> bool {
    use AudioFlaw as F;
    match flaw {
        F::CutOff { .. }
        | F::CutOffByUnknownLength
        | F::Gaps { .. }
        | F::NotANumber { .. }
        | F::BeyondRange { .. }
        | F::Silent => true,
        F::Unfinished
        | F::BadHeader
        | F::WrongDeclaredLength { .. }
        | F::GarbageBytes { .. }
        | F::NoIndex
        | F::DcOffset { .. }
        | F::SilentChannel
        | F::OutOfPhase
        | F::Clipped { .. }
        | F::LongSilence { .. }
        | F::VeryQuiet { .. }
        | F::WrongExtension { .. } => false,
    }
}
