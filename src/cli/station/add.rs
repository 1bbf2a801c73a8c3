//! `loa add`: sound files become segments. What would fail on air is refused here, with its reason.
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::run::report_unusable_folder;
use super::scan::{error_hint, error_text, one_decimal, scan_all};
use crate::base::durable;
use crate::base::durable::nofollow::open_nofollow;
use crate::cli::args::{StationOption, parse_date, parse_segment_id};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE};
use crate::cli::language::system_language;
use crate::cli::table::{format_seconds, is_invisible_or_bidi, strip_unprintable};
use crate::library::flaw::AudioFlaw;
use crate::library::scan::ScanError;
use crate::library::{Scan, file, title};
use crate::logstore::verify::available_threads;
use crate::schedule::edit::with_segment;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{self, Problem};
use crate::schedule::read::playlist::parse_source;
use crate::schedule::{Id, ParsedSchedule, Segment, SegmentSource, SourceFile, read};
use crate::station;
use crate::text::library::ScanText;
use crate::text::problem::{Hint, ProblemText};
use crate::text::{Lang, Localize, print_stderr};

/// Names of one file that are tried.
const MAX_NAMES: u32 = 1000;
/// Letters of an id made from a title.
const MAX_SLUG: usize = 48;

/// Arguments of `loa add`: the files, and the labels of the new segments.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct AddArgs {
    #[arg(value_name = "FILE", required = true)]
    pub sound: Vec<PathBuf>,
    #[command(flatten)]
    pub station: StationOption,
    #[arg(long, value_name = "NAME")]
    pub playlist: Option<String>,
    #[arg(long, value_name = "N")]
    pub topic: Option<u16>,
    #[arg(long)]
    pub title: Option<String>,
    #[arg(long = "id", value_name = "ID", value_parser = parse_segment_id)]
    pub own_id: Option<Id>,
    #[arg(long)]
    pub language: Option<String>,
    #[arg(long)]
    pub source: Option<String>,
    #[arg(long, value_name = "NAME", requires = "approved_on")]
    pub approved_by: Option<String>,
    #[arg(long, value_name = "DATE", value_parser = parse_date, requires = "approved_by")]
    pub approved_on: Option<NaiveDate>,
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub valid_until: Option<NaiveDate>,
    #[arg(long)]
    pub anyway: bool,
}

/// Adds files to a station. Those that are refused make the exit code [`PROBLEMS`].
///
/// # Errors
/// When the disk fails.
pub fn run(args: &AddArgs, lang: Option<Lang>) -> io::Result<u8> {
    let (station, sound, labels) = (args.station.dir.as_path(), args.sound.as_slice(), args);
    let files = match station::read_sources(station) {
        Ok(files) => files,
        Err(e) => return Ok(report_unusable_folder(&e, station, lang.unwrap_or_else(system_language))),
    };
    let reading = read(&files);
    let lang = lang.unwrap_or(reading.schedule.station.language);
    if sound.len() > 1 && (labels.title.is_some() || labels.own_id.is_some()) {
        return Ok(print_error(&ScanText::OneTitle {}, EXIT_USAGE, lang));
    }
    if let Err(text) = choose_playlist(&files, &reading, labels) {
        return Ok(print_error(&text, EXIT_CONFIG, lang));
    }
    let scans = scan_all(sound, available_threads(), lang);
    // Scanning took its time: what the operator, or another `loa add`, has written meanwhile is read, and kept.
    let playlists = File::open(station.join("playlists"))?;
    playlists.lock()?;
    let files = station::read_sources(station).map_err(io::Error::other)?;
    let reading = read(&files);
    let place = match choose_playlist(&files, &reading, labels) {
        Ok(place) => place,
        Err(text) => return Ok(print_error(&text, EXIT_CONFIG, lang)),
    };
    let mut adding = SegmentImport { station, labels, lang, files, reading, playlist: place, added: Vec::new() };
    let mut code = EXIT_OK;
    for (path, scan) in sound.iter().zip(scans) {
        if !adding.add_file(path, scan)? {
            code = EXIT_PROBLEMS;
        }
    }
    adding.print_next_steps()?;
    Ok(code)
}

fn print_error(text: &ScanText, code: u8, lang: Lang) -> u8 {
    print_stderr!("{}: {}", ProblemText::Error.localized(lang), text.localized(lang));
    code
}

/// Which playlist a segment goes to: the one named, the only one, or the only one whose campaign has the topic.
fn choose_playlist(files: &[SourceFile], reading: &ParsedSchedule, labels: &AddArgs) -> Result<usize, ScanText> {
    let playlists: Vec<usize> = (0..files.len()).filter(|i| files[*i].name.starts_with("playlists/")).collect();
    let short = |i: usize| files[i].name.trim_start_matches("playlists/").trim_end_matches(".toml").to_owned();
    let place = if let Some(name) = &labels.playlist {
        let asked = name.trim_start_matches("playlists/").trim_end_matches(".toml");
        let found = playlists.iter().copied().find(|i| short(*i) == asked);
        found.ok_or_else(|| ScanText::NoSuchPlaylist { name: strip_unprintable(name) })?
    } else {
        let campaigns = &reading.schedule.campaigns;
        let has_topic = |i: usize| {
            let campaign = campaigns.iter().find(|c| {
                let places = reading.spans.campaigns.get(&c.id);
                places.and_then(|p| p.get("id")).is_some_and(|place| place.file == i)
            });
            labels.topic.is_none_or(|topic| campaign.is_some_and(|c| c.topics.contains_key(&topic)))
        };
        let fitting: Vec<usize> = playlists.iter().copied().filter(|i| has_topic(*i)).collect();
        match (fitting[..].as_ref(), playlists.as_slice()) {
            ([one], _) | (_, [one]) => *one,
            (_, []) => return Err(ScanText::NoPlaylist {}),
            (several, all) => {
                let shown = if several.is_empty() { all } else { several };
                let names = shown.iter().map(|i| short(*i)).collect::<Vec<_>>().join(", ");
                return Err(ScanText::WhichPlaylist { names });
            }
        }
    };
    let broken = |p: &Problem| p.structural && p.span.file == place;
    if reading.problems.iter().any(broken) {
        return Err(ScanText::MendPlaylist { name: files[place].name.clone() });
    }
    Ok(place)
}

/// Files on their way into a station.
struct SegmentImport<'a> {
    station: &'a Path,
    labels: &'a AddArgs,
    lang: Lang,
    files: Vec<SourceFile>,
    reading: ParsedSchedule,
    /// The playlist, among the files.
    playlist: usize,
    added: Vec<String>,
}

impl SegmentImport<'_> {
    /// Adds one file; false when it was refused, which has been told.
    fn add_file(&mut self, path: &Path, scan: Result<Scan, ScanError>) -> io::Result<bool> {
        let name = strip_unprintable(&path.to_string_lossy());
        let scan = match scan {
            Ok(scan) => scan,
            Err(error) => {
                self.report_refused(
                    &name,
                    &strip_unprintable(&error_text(&error, self.lang)),
                    &error_hint(&error, self.lang),
                );
                return Ok(false);
            }
        };
        let grave = scan.flaws.iter().find(|flaw| is_unairable(flaw) && !self.labels.anyway);
        if let Some(flaw) = grave {
            let (why, todo) =
                (flaw.localized(self.lang).to_string(), ScanText::UseAnyway {}.localized(self.lang).to_string());
            self.report_refused(&name, &why, &todo);
            return Ok(false);
        }
        for flaw in &scan.flaws {
            print_stderr!("{}: {name}: {}", ProblemText::Warning.localized(self.lang), flaw.localized(self.lang));
        }
        let same = self.duplicate_of(&scan);
        if let Some(id) = same.as_ref().filter(|_| !self.labels.anyway) {
            let why = ScanText::SameSound { id: id.to_string() }.localized(self.lang).to_string();
            self.report_refused(&name, &why, &ScanText::UseTwice {}.localized(self.lang).to_string());
            return Ok(false);
        }
        let Some(mut segment) = self.new_segment(path, &scan) else {
            return Ok(false);
        };
        let Some((text, reading)) = self.edited_playlist(&mut segment, &name) else {
            return Ok(false);
        };
        let Some(copied) = self.copy_audio(path, &scan, &segment.file)? else {
            return Ok(self.report_changed(name));
        };
        match self.save(&text) {
            Ok(true) => {}
            failed => {
                // A file in `audio/` that no playlist names is of no use to anybody.
                if copied {
                    durable::remove(&self.station.join("audio").join(&segment.file))?;
                }
                return failed.map(|_| self.report_changed(self.files[self.playlist].name.clone()));
            }
        }
        self.files[self.playlist] = text;
        self.reading = reading;
        let added = ScanText::Added {
            title: segment.title.clone(),
            id: segment.id.to_string(),
            playlist: self.files[self.playlist].name.clone(),
            length: format_seconds(scan.length.ms(), self.lang),
            loudness: scan.measure.integrated.map_or("-".to_owned(), |value| one_decimal(value, self.lang)),
        };
        print_line(&added.localized(self.lang).to_string())?;
        self.warn_of_topics(&segment.id, same.as_ref());
        self.added.push(segment.id.to_string());
        Ok(true)
    }

    /// A segment that is the very same bytes.
    fn duplicate_of(&self, scan: &Scan) -> Option<Id> {
        let is_same = |segment: &&Segment| match &segment.sha256 {
            Some(pinned) => *pinned == scan.sha256,
            None => file::open_in(&self.station.join("audio"), Path::new(&segment.file)).is_ok_and(|mut there| {
                let long = there.metadata().is_ok_and(|meta| meta.len() == scan.bytes);
                long && file::sha256(&mut there).is_ok_and(|(sha256, _)| sha256 == scan.sha256)
            }),
        };
        self.reading.schedule.segments.iter().find(is_same).map(|segment| segment.id.clone())
    }

    /// What was added is the sound of another segment: told where it has another topic.
    fn warn_of_topics(&self, added: &Id, same: Option<&Id>) {
        let topic = |id: &Id| {
            let segment = self.reading.schedule.segment(id)?;
            segment.topic.map(|topic| (segment.campaign.clone(), topic))
        };
        let Some(other) = same else { return };
        if let (Some(new), Some(old)) = (topic(added), topic(other))
            && new != old
        {
            let finding = Finding::SameRecording { id: added.to_string(), other: other.to_string() };
            print_stderr!("{}: {}", ProblemText::Warning.localized(self.lang), finding.localized(self.lang));
            print_stderr!(
                "  {}: {}",
                ProblemText::HintWord.localized(self.lang),
                Hint::RecordAnother.localized(self.lang)
            );
        }
    }

    /// Puts the playlist in the place of the one that was read; false when a person has saved another meanwhile.
    fn save(&self, text: &SourceFile) -> io::Result<bool> {
        let (path, old) = (self.station.join(&text.name), self.files[self.playlist].bytes());
        let mut now = Vec::new();
        open_nofollow(&path)?.take(old.len() as u64 + 1).read_to_end(&mut now)?;
        if now != old {
            return Ok(false);
        }
        durable::replace(&path, &text.bytes())?;
        Ok(true)
    }

    /// Tells that a file is not any more what was read.
    fn report_changed(&self, file: String) -> bool {
        print_stderr!(
            "{}: {}",
            ProblemText::Error.localized(self.lang),
            ScanText::Changed { file }.localized(self.lang)
        );
        false
    }

    fn report_refused(&self, name: &str, why: &str, todo: &str) {
        let text = ScanText::Refused { file: name.to_owned(), why: why.to_owned() };
        print_stderr!("{}: {}", ProblemText::Error.localized(self.lang), text.localized(self.lang));
        print_stderr!("  {}: {todo}", ProblemText::HintWord.localized(self.lang));
    }

    /// What the segment says of itself.
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
            None => self.free_id(if title.is_empty() { &stem } else { &title }),
        };
        let source = match &labels.source {
            None => SegmentSource::default(),
            Some(name) => {
                let Some(source) = parse_source(name) else {
                    let text = Finding::BadSource { text: strip_unprintable(name) };
                    print_stderr!("{}: {}", ProblemText::Error.localized(self.lang), text.localized(self.lang));
                    return None;
                };
                source
            }
        };
        Some(Segment {
            id,
            title: if title.is_empty() { stem } else { title },
            file: self.free_name(path, scan),
            topic: labels.topic,
            language: labels.language.clone().unwrap_or_else(|| "vi".to_owned()),
            source,
            approved_by: labels.approved_by.as_ref().map(|by| by.nfc().collect()),
            approved_on: labels.approved_on,
            pools: Vec::new(),
            valid_from: None,
            valid_until: labels.valid_until,
            sha256: Some(scan.sha256.clone()),
            campaign: None,
        })
    }

    /// An id that no segment has.
    fn free_id(&self, title: &str) -> Id {
        let slug = slug(title);
        let taken =
            |id: &Id| self.reading.schedule.segment(id).is_some() || self.reading.spans.broken_segments.contains(id);
        let numbered = (2..).filter_map(|n| Id::new(&format!("{slug}-{n}")));
        let mut ids = Id::new(&slug).into_iter().chain(numbered).filter(|id| !taken(id));
        ids.next().unwrap_or_else(|| unreachable!("numbers do not end"))
    }

    /// A name in `audio/` that is free, or stands for the very same bytes.
    fn free_name(&self, path: &Path, scan: &Scan) -> String {
        let audio = self.station.join("audio");
        if let (Ok(inside), Ok(own)) = (audio.canonicalize(), path.canonicalize())
            && let Ok(name) = own.strip_prefix(&inside)
            && let Some(name) = name.to_str().filter(|name| crate::schedule::read::settings::stays_inside_folder(name))
        {
            return name.to_owned();
        }
        let given = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let given: String = given
            .nfc()
            .map(|c| if c.is_control() || is_invisible_or_bidi(c) || "?*:<>|\"\\".contains(c) { '-' } else { c })
            .collect();
        let given = given.trim_start_matches(['.', '#', '~', ' ']);
        let (stem, ending) = given.rsplit_once('.').unwrap_or((given, "audio"));
        let stem: String = stem.chars().take(80).collect();
        let stem = if stem.is_empty() { "tep".to_owned() } else { stem };
        let holds = |name: &str| {
            let mut there = file::open_in(&audio, Path::new(name)).ok()?;
            file::sha256(&mut there).ok().map(|(sha256, _)| sha256 == scan.sha256)
        };
        let free = |name: &String| audio.join(name).symlink_metadata().is_err() || holds(name) == Some(true);
        let names = (2..MAX_NAMES).map(|n| format!("{stem}-{n}.{ending}"));
        let mut names = std::iter::once(format!("{stem}.{ending}")).chain(names);
        names.find(free).unwrap_or_else(|| format!("{}.{ending}", scan.sha256))
    }

    /// The playlist with the segment, if it can be read then; what is wrong with it has been told.
    fn edited_playlist(&self, segment: &mut Segment, name: &str) -> Option<(SourceFile, ParsedSchedule)> {
        let old = &self.files[self.playlist];
        let text = match with_segment(&old.text, segment) {
            Ok(text) => text,
            Err(error) => {
                let text = ScanText::NotEdited { name: old.name.clone(), detail: error.to_string() };
                print_stderr!("{}: {}", ProblemText::Error.localized(self.lang), text.localized(self.lang));
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
            print_stderr!("{}: {}", ProblemText::Error.localized(self.lang), text.localized(self.lang));
            return None;
        }
        Some((files.swap_remove(self.playlist), reading))
    }

    /// Copies the file into `audio/`, if it is not there; says whether it did. None when it is not any more what was
    /// looked into.
    fn copy_audio(&self, path: &Path, scan: &Scan, name: &str) -> io::Result<Option<bool>> {
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

    /// Says what comes next.
    fn print_next_steps(&self) -> io::Result<()> {
        match &self.added[..] {
            [] => Ok(()),
            ids => {
                let next = ScanText::AddedNext { id: ids.join("\", \"") };
                print_line(&next.localized(self.lang).to_string())
            }
        }
    }
}

fn print_line(line: &str) -> io::Result<()> {
    use std::io::Write;
    writeln!(io::stdout(), "{}", strip_unprintable(line))
}

/// Whether a file with this flaw would be heard to fail.
fn is_unairable(flaw: &AudioFlaw) -> bool {
    use AudioFlaw as F;
    matches!(
        flaw,
        F::CutOff { .. } | F::CutShort | F::Gaps { .. } | F::NotANumber { .. } | F::BeyondRange { .. } | F::Silent
    )
}

/// A title as an id: plain letters and digits, words joined by dashes.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.nfd() {
        let c = match c {
            'đ' | 'Đ' => 'd',
            c => c.to_ascii_lowercase(),
        };
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !unicode_normalization::char::is_combining_mark(c) && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= MAX_SLUG {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "muc".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn titles_become_ids() {
        assert_eq!(slug("Ủ vỏ cà phê làm phân bón"), "u-vo-ca-phe-lam-phan-bon");
        assert_eq!(slug("Đắk N'Drung: điều “mới”!"), "dak-n-drung-dieu-moi");
        assert_eq!(slug("★"), "muc");
        assert!(crate::base::id::Id::new(&slug(&"dài ".repeat(40))).is_some());
    }
}
