//! Imports files into a station.
use std::io;
use std::path::{self, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::args::AddArgs;
use super::names::{unused_id, unused_name};
use super::placement::{Neighbour, PlaceRefusal, Placement, session_names};
use crate::base::durable;
use crate::cli::args::YearChoice;
use crate::cli::exit::EXIT_PROBLEMS;
use crate::cli::shell_words::with_folder;
use crate::cli::station::messages::{print_error, print_hint, print_warning};
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
use crate::station::undo::{ChangeFault, ChangedSegment, CopiedAudio, DiskFault, FolderChange};
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
    /// The changes to the folder, recorded for `loa undo`.
    pub(super) change: FolderChange<'a>,
    /// The ids of the segments that were added.
    pub(super) added_ids: Vec<String>,
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
            print_error(reason.localized(self.lang), self.lang);
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
        let Some(was_copied) = self.copy_audio(path, &scan, &segment.file)? else {
            return Ok(self.report_changed(name));
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
        if let Err(fault) = self.change.write(changed_segment, &self.playlist_edits(&edited_files), copied_audio) {
            // No playlist names the copy in `audio/`, so it is removed again.
            if was_copied && !matches!(fault, ChangeFault::Disk(DiskFault::HalfDone(_))) {
                durable::remove(&self.station.join("audio").join(&segment.file))?;
            }
            return match fault {
                ChangeFault::Edited { file } => Ok(self.report_changed(file)),
                fault => Err(fault),
            };
        }
        let message = ScanText::Added {
            title: segment.title.clone(),
            id: segment.id.to_string(),
            playlist: self.files[self.playlist_index].name.clone(),
            length: format_seconds(scan.length.ms(), self.lang),
            loudness: scan.measure.integrated.map_or("-".to_owned(), |value| loudness_cell(value, false, self.lang)),
        };
        print_line(&message.localized(self.lang).to_string())?;
        self.added_ids.push(segment.id.to_string());
        (self.files, self.parsed_schedule) = (edited_files, parsed_schedule);
        self.print_placement()?;
        self.warn_about_topics(&segment.id, duplicate_id.as_ref());
        Ok(true)
    }

    /// Returns the scan of a file that is accepted, and the id of a segment with the same bytes, if there is one.
    /// Prints the flaws that do not cause a refusal. If the file is refused, prints the reason and returns `None`.
    fn accept_scan(&self, scan: Result<Scan, ScanError>, name: &str) -> Option<(Scan, Option<Id>)> {
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
            return None;
        }
        for flaw in &scan.flaws {
            print_warning(format_args!("{name}: {}", flaw.localized(self.lang)), self.lang);
        }
        let duplicate_id = self.duplicate_of(&scan);
        if let Some(id) = duplicate_id.as_ref().filter(|_| !self.labels.anyway) {
            let reason = ScanText::SameSound { title: self.title_of(id) }.localized(self.lang).to_string();
            self.report_refused(name, &reason, &ScanText::UseTwice {}.localized(self.lang).to_string());
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
                    print_error(finding.localized(self.lang), self.lang);
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
            print_warning(finding.localized(self.lang), self.lang);
            print_hint(Hint::RecordAnother.localized(self.lang), self.lang);
        }
    }

    /// Prints that a file has changed since it was read. Returns false, the result of [`Self::add_file`] for that file.
    pub(super) fn report_changed(&self, file: String) -> bool {
        print_error(ScanText::Changed { file }.localized(self.lang), self.lang);
        false
    }

    pub(super) fn report_refused(&self, name: &str, reason: &str, hint: &str) {
        let message = ScanText::Refused { file: name.to_owned(), why: reason.to_owned() };
        print_error(message.localized(self.lang), self.lang);
        print_hint(hint, self.lang);
    }

    /// Prints in which session the segment was placed, and when it airs there.
    fn print_placement(&self) -> io::Result<()> {
        let Some(Placement { session_title, dates, first_starts, neighbour, .. }) = &self.placement else {
            return Ok(());
        };
        if let Some(neighbour) = neighbour {
            let message = match neighbour.clone() {
                Neighbour::Closing(closing) => UndoText::BeforeClosing { closing },
                Neighbour::LastItem(before) => UndoText::LastItem { before },
            };
            print_line(&message.localized(self.lang).to_string())?;
        }
        let session = session_title.clone();
        let Some((date, times)) = first_starts else {
            print_warning(ScanText::PlacedIdle { session }.localized(self.lang), self.lang);
            return Ok(());
        };
        let (date, at) =
            (*date, times.iter().map(|time| time.format("%H:%M").to_string()).collect::<Vec<_>>().join(", "));
        let is_single_day = matches!(&dates[..], [span] if span.first == span.last);
        let message = match is_single_day {
            true => ScanText::PlacedOnce { session, at, date },
            false => ScanText::PlacedFrom { session, at, date },
        };
        print_line(&message.localized(self.lang).to_string())
    }

    /// Prints what the operator can do next with the added segments.
    pub(super) fn print_next_steps(&self) -> io::Result<()> {
        let (Some(last_id), lang) = (self.added_ids.last(), self.lang) else { return Ok(()) };
        if self.placement.is_none() {
            let schedule = &self.parsed_schedule.schedule;
            let title = Id::new(last_id).map_or_else(String::new, |id| self.title_of(&id));
            let file = self.files[self.playlist_index].name.clone();
            let message = UndoText::InNoSession { title, id: self.added_ids.join("\", \""), file };
            print_line(&message.localized(lang).to_string())?;
            if !schedule.sessions.is_empty() {
                let names = session_names(schedule.sessions.iter());
                print_line(&UndoText::SessionsAre { names }.localized(lang).to_string())?;
            }
        }
        let command = with_folder("check", self.station);
        print_line(&UndoText::ThenCheck { command }.localized(lang).to_string())?;
        print_line(&undo_offer(self.station, lang))
    }
}

/// If none of the files can be used, prints why and returns the exit code. Reads only the beginning of each file.
pub(super) fn report_if_no_file_is_usable(sound_paths: &[PathBuf], lang: Lang) -> Option<u8> {
    let faults: Vec<(&PathBuf, ScanError)> =
        sound_paths.iter().filter_map(|path| Some((path, scan::probe(path).err()?))).collect();
    if faults.len() < sound_paths.len() {
        return None;
    }
    for (path, error) in faults {
        let file = strip_unprintable(&path.to_string_lossy());
        let why = strip_unprintable(&error_text(&error, lang));
        print_error(ScanText::Refused { file, why }.localized(lang), lang);
        print_hint(error_hint(&error, lang), lang);
    }
    Some(EXIT_PROBLEMS)
}

pub(super) fn print_line(line: &str) -> io::Result<()> {
    use std::io::Write;
    writeln!(io::stdout(), "{}", strip_unprintable(line))
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
