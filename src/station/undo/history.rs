//! The files of the steps: `undo/NUMBER.json`, and `undo/NUMBER.part` while a command is running.
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::replace::DiskFault;
use super::revert::{CopiedFilesPolicy, RevertFault, Reverted, is_finished, revert};
use super::step::{MAX_STEP_BYTES, UndoStep};
use crate::base::durable::{AnchoredPath, CreateModes, DirHandle, GROUP_WRITABLE};

/// The name of the folder, in the station's folder.
const FOLDER: &str = "undo";
/// The number of steps that are kept.
const MAX_STEPS: usize = 10;
/// The maximum size of all steps together, in bytes. The newest step is kept in any case.
const MAX_TOTAL_BYTES: u64 = 16 << 20;
/// The maximum number of names that are read from the folder.
const MAX_LISTED_NAMES: usize = 1000;

/// The steps of one station.
#[derive(Debug)]
pub struct UndoHistory {
    station: PathBuf,
    dir: Arc<DirHandle>,
}

/// The result of [`UndoHistory::finish_interrupted_change`].
#[derive(Debug)]
pub enum LeftOver {
    /// No command was interrupted, or it had written everything.
    Nothing,
    /// A half-made change was reverted.
    TakenBack(UndoStep, Reverted),
    /// A half-made change was left as it is, because a file was edited afterwards. It is now a step.
    StaysHalf(UndoStep),
}

impl UndoHistory {
    /// Opens the steps of a station.
    ///
    /// # Errors
    /// If the station's folder cannot be opened.
    pub fn open(station: &Path) -> io::Result<Self> {
        Ok(Self { station: station.to_owned(), dir: Arc::new(DirHandle::open(station)?) })
    }

    /// Completes or reverts the change of an interrupted command: a complete change becomes a step, and a half-made one
    /// is reverted. If a file was edited afterwards, nothing is written, and the change becomes a step.
    /// `copied_files_policy` is called as in [`revert`].
    ///
    /// # Errors
    /// If a file cannot be read or written.
    pub fn finish_interrupted_change(
        &self,
        copied_files_policy: &dyn Fn() -> CopiedFilesPolicy,
    ) -> Result<LeftOver, DiskFault> {
        let Some(number) = self.numbers("part")?.pop() else { return Ok(LeftOver::Nothing) };
        let Some(step) = self.read(number, "part")? else {
            self.file(number, "part", None)?.remove()?;
            return Ok(LeftOver::Nothing);
        };
        if is_finished(&self.station, &step)? {
            self.finish(number)?;
            return Ok(LeftOver::Nothing);
        }
        match revert(&self.station, &step, copied_files_policy) {
            Ok(reverted) => {
                self.file(number, "part", None)?.remove()?;
                Ok(LeftOver::TakenBack(step, reverted))
            }
            Err(RevertFault::Edited { .. } | RevertFault::Unusable { .. }) => {
                self.finish(number)?;
                Ok(LeftOver::StaysHalf(step))
            }
            Err(RevertFault::Disk(fault)) => Err(fault),
        }
    }

    /// Returns the number of the newest step, and the step itself, which is `None` if its file holds no step.
    ///
    /// # Errors
    /// If the folder or the file cannot be read.
    pub fn newest(&self) -> io::Result<Option<(u64, Option<UndoStep>)>> {
        let Some(number) = self.numbers("json")?.pop() else { return Ok(None) };
        Ok(Some((number, self.read(number, "json")?)))
    }

    /// Removes a step.
    ///
    /// # Errors
    /// If the file cannot be removed.
    pub fn discard(&self, number: u64) -> io::Result<()> {
        self.file(number, "json", None)?.remove()
    }

    /// Returns the path of a step in the station's folder.
    #[must_use]
    pub fn path_of(number: u64) -> String {
        path_of(number, "json")
    }

    /// Returns the number of the next step.
    pub(super) fn next_number(&self) -> io::Result<u64> {
        let names = self.names()?;
        // A folder with the name of a step's file also occupies that number.
        let numbers = names.iter().flat_map(|(name, _)| [number_of(name, "json"), number_of(name, "part")]).flatten();
        Ok(numbers.max().map_or(1, |number| number.saturating_add(1)))
    }

    /// Writes the step of a command that is running.
    pub(super) fn write_part(&self, number: u64, step: &UndoStep) -> io::Result<()> {
        let bytes = serde_json::to_vec(step).map_err(io::Error::other)?;
        if bytes.len() as u64 > MAX_STEP_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file(number, "part", Some(GROUP_WRITABLE))?.replace(&bytes, GROUP_WRITABLE)
    }

    /// Removes the step of a command that has changed nothing.
    pub(super) fn discard_part(&self, number: u64) -> io::Result<()> {
        self.file(number, "part", None)?.remove()
    }

    /// Turns the record of a finished command into a step that can be undone, and removes the oldest steps if there are
    /// too many.
    pub(super) fn finish(&self, number: u64) -> io::Result<()> {
        self.file(number, "part", None)?.rename(&self.file(number, "json", None)?)?;
        let (mut kept_steps, mut kept_bytes) = (0, 0_u64);
        for number in self.numbers("json")?.into_iter().rev() {
            let file = self.file(number, "json", None)?;
            let bytes = file.open_read().and_then(|file| Ok(file.metadata()?.len())).unwrap_or(0);
            kept_bytes = kept_bytes.saturating_add(bytes);
            if kept_steps > 0 && (kept_steps >= MAX_STEPS || kept_bytes > MAX_TOTAL_BYTES) {
                // An entry that is not a file stays, because loa did not make it.
                let _ = file.remove();
            }
            kept_steps += 1;
        }
        Ok(())
    }

    /// Returns the numbers of the files with this extension, ascending.
    fn numbers(&self, extension: &str) -> io::Result<Vec<u64>> {
        let names = self.names()?;
        let files = names.iter().filter(|(_, is_folder)| !is_folder);
        let mut numbers: Vec<u64> = files.filter_map(|(name, _)| number_of(name, extension)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Returns the names in `undo/`, each with true if it is the name of a folder.
    fn names(&self) -> io::Result<Vec<(String, bool)>> {
        let folder = match self.dir.open_subdir(FOLDER.as_ref()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            folder => folder?,
        };
        let entries = fs::read_dir(folder.stable_path(&self.station.join(FOLDER)))?.take(MAX_LISTED_NAMES).flatten();
        let name = |entry: fs::DirEntry| {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            Some((entry.file_name().into_string().ok()?, is_folder))
        };
        Ok(entries.filter_map(name).collect())
    }

    fn read(&self, number: u64, extension: &str) -> io::Result<Option<UndoStep>> {
        let file = match self.file(number, extension, None)?.open_read() {
            // A link, a pipe or a folder is not a step.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(None),
            file => file?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_STEP_BYTES + 1).read_to_end(&mut bytes)?;
        Ok((bytes.len() as u64 <= MAX_STEP_BYTES).then(|| UndoStep::parse(&bytes)).flatten())
    }

    /// Opens the folder of a step's file. Links are not followed: a folder that came from someone else must not
    /// redirect these writes.
    fn file(&self, number: u64, extension: &str, modes: Option<CreateModes>) -> io::Result<AnchoredPath> {
        AnchoredPath::beneath(&self.dir, &path_of(number, extension), modes)
    }
}

/// Returns the number of a step's file; `None` if it has another extension or loa writes the number differently.
fn number_of(name: &str, extension: &str) -> Option<u64> {
    let number: u64 = name.strip_suffix(extension)?.strip_suffix('.')?.parse().ok()?;
    (path_of(number, extension) == format!("{FOLDER}/{name}")).then_some(number)
}

fn path_of(number: u64, extension: &str) -> String {
    format!("{FOLDER}/{number:06}.{extension}")
}
