//! Findings about the disk: links, names that are almost correct, wave files that loa did not write, and programs that
//! are missing.
use std::path::Path;
use std::{fs, io};

use unicode_normalization::UnicodeNormalization;

use super::dir_entries::dangling_target;
use super::wav;
use crate::base::durable::nofollow::first_symlink_beneath;
use crate::library::file::metadata_in;
use crate::schedule::finding::Finding;
use crate::schedule::link_command::copy_over_link_command;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::settings::Device;
use crate::schedule::{ParsedSchedule, SourceFile};
use crate::text::is_invisible_or_bidi;
use crate::text::problem::Hint;

/// Refines the findings about audio files by looking at the disk, and reports problems with the station's folder. The
/// spans refer to `files`; a file that a new problem refers to is appended if it is not in `files` yet.
pub fn add_disk_findings(
    station: &Path,
    parsed: &ParsedSchedule,
    problems: &mut Vec<Problem>,
    files: &mut Vec<SourceFile>,
) {
    let audio = station.join("audio");
    // The file may have been put there after the scan.
    problems.retain(|problem| match &problem.finding {
        Finding::AudioMissing { file } => !metadata_in(&audio, Path::new(file)).is_some_and(|meta| meta.is_file()),
        _ => true,
    });
    for problem in problems.iter_mut() {
        let (Finding::AudioMissing { file } | Finding::AudioDamaged { file, .. }) = &problem.finding else { continue };
        if let Some(link) = first_symlink_beneath(&audio, Path::new(file)) {
            let link_path = link.strip_prefix(station).unwrap_or(&link).display().to_string();
            let target = link.canonicalize().or_else(|_| fs::read_link(&link)).unwrap_or_default();
            let command = copy_over_link_command(&target.display().to_string(), &link_path, target.is_dir());
            (problem.finding, problem.hint) =
                (Finding::LinkedAudio { file: link_path }, Hint::CopyOverLink { command });
        } else if matches!(problem.finding, Finding::AudioMissing { .. })
            && let Some(other) = find_lookalike(&audio, file).filter(|other| other != file)
        {
            problem.hint = Hint::NameOfAudio { other };
        }
    }
    replace_missing_audio(&audio, problems, files);
    if station.join("airlog").is_symlink() {
        let span = SourceSpan::start_of(files.len());
        files.push(SourceFile::new("airlog", b""));
        let hint = copy_over_log_command(station).map_or(Hint::PlugIn, |command| Hint::CopyOverLink { command });
        problems.push(Problem::error(span, Finding::LinkedLog, hint));
    }
    add_missing_programs(parsed, problems);
    if let Device::Wav(file) = &parsed.schedule.station.output.device
        && !wav::is_absent_or_written_by_loa(&station.join(file))
    {
        let span = parsed.spans.settings.get("device").cloned();
        let span = span.or_else(|| parsed.spans.station.clone()).unwrap_or(SourceSpan::start_of(0));
        problems.push(Problem::error(span, Finding::WavNotOurs { file: file.clone() }, Hint::WavOther));
    }
}

/// Replaces the findings about missing audio files by one finding if their folder is missing, or is a link that leads
/// nowhere.
fn replace_missing_audio(audio: &Path, problems: &mut Vec<Problem>, files: &mut Vec<SourceFile>) {
    let target = dangling_target(audio);
    let is_gone = matches!(audio.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound);
    let is_missing = |problem: &Problem| matches!(problem.finding, Finding::AudioMissing { .. });
    let missing_count = problems.iter().filter(|problem| is_missing(problem)).count();
    let (finding, hint) = match target {
        Some(target) => (Finding::FolderUnavailable { folder: "audio".to_owned(), target }, Hint::PlugIn),
        None if is_gone && missing_count > 0 => (Finding::AudioFolderGone { files: missing_count }, Hint::PutAudioBack),
        None => return,
    };
    problems.retain(|problem| !is_missing(problem));
    let span = SourceSpan::start_of(files.len());
    files.push(SourceFile::new("audio", b""));
    problems.push(Problem::error(span, finding, hint));
}

/// Reports the programs of the amplifier's commands that are not on this machine.
fn add_missing_programs(parsed: &ParsedSchedule, problems: &mut Vec<Problem>) {
    let amplifier = &parsed.schedule.station.amplifier;
    for (key, command) in [("on", &amplifier.on), ("off", &amplifier.off)] {
        let (Some(program), Some(span)) = (command.first(), parsed.spans.settings.get(key)) else { continue };
        if !is_installed(program) {
            let finding = Finding::NoSuchProgram { program: program.clone() };
            problems.push(Problem::warning(span.clone(), finding, Hint::InstallProgram));
        }
    }
}

/// Returns whether a program is a file at its path, or in a folder of `PATH` if it is a bare name.
fn is_installed(program: &str) -> bool {
    if program.contains('/') {
        return Path::new(program).is_file();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// Returns the command that replaces a linked `airlog` with a copy of its target; `None` while the target is missing.
#[must_use]
pub fn copy_over_log_command(station: &Path) -> Option<String> {
    let link = station.join("airlog");
    let target = link.canonicalize().ok().filter(|target| target.is_dir())?;
    Some(copy_over_link_command(&target.display().to_string(), &link.display().to_string(), true))
}

/// Returns the name of a file that is easily mistaken for this one: the names differ only in case, spaces, invisible
/// characters or Unicode composition.
fn find_lookalike(audio: &Path, file: &str) -> Option<String> {
    let is_visible = |c: &char| !c.is_whitespace() && !is_invisible_or_bidi(*c);
    let simplify = |name: &str| name.nfc().filter(is_visible).collect::<String>().to_lowercase();
    let (folder, name) =
        file.rsplit_once('/').map_or((String::new(), file), |(folder, name)| (format!("{folder}/"), name));
    let simplified_name = simplify(name);
    let entries = fs::read_dir(audio.join(&folder)).ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|candidate| simplify(candidate) == simplified_name)
        .min()
        .map(|candidate| format!("{folder}{candidate}"))
}
