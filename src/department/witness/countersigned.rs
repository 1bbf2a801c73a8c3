//! Compares the heads that the witness has recorded with a registry.
use std::collections::HashSet;
use std::io;

use super::Witness;
use crate::airlog::keys::key_folder;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::department::registry::Registry;
use crate::department::registry::accepted::CountersignedLogs;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE_BYTES, Note, SignatureStatus};
use crate::proof::origin::station_in_origin;

impl Witness<FolderStorage> {
    /// Returns the origins of the recorded logs that the registry does not list, sorted.
    ///
    /// # Errors
    /// If the recorded heads cannot be read.
    pub fn unenrolled_logs(&self, registry: &Registry) -> io::Result<Vec<String>> {
        let listed_file_names: HashSet<String> = registry.logs().map(|log| key_folder(&log.key.name)).collect();
        let mut origins: Vec<String> = Vec::new();
        self.for_each_head(|name| !listed_file_names.contains(name), |_, head| origins.push(head.origin))?;
        origins.sort();
        Ok(origins)
    }

    /// Returns the logs of a registry that the witness has countersigned, and the stations of all recorded logs.
    ///
    /// # Errors
    /// If the recorded heads cannot be read.
    pub fn countersigned_logs(&self, registry: &Registry) -> io::Result<CountersignedLogs> {
        let mut countersigned = CountersignedLogs::default();
        self.for_each_head(
            |_| true,
            |note, head| {
                countersigned.stations.extend(station_in_origin(&head.origin).map(str::to_owned));
                if registry
                    .log(&head.origin)
                    .is_some_and(|log| note.signature_status(&log.key) == SignatureStatus::Valid)
                {
                    countersigned.logs.insert(head.origin);
                }
            },
        )?;
        Ok(countersigned)
    }

    /// Calls `visit` with each recorded head whose file name is selected by `is_selected`. Damaged heads are skipped.
    fn for_each_head(
        &self,
        is_selected: impl Fn(&str) -> bool,
        mut visit: impl FnMut(&Note, Checkpoint),
    ) -> io::Result<()> {
        let entries = match std::fs::read_dir(self.storage.folder().join("heads")) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let name = entry?.file_name();
            let Some(name) = name.to_str().filter(|name| is_selected(name)) else { continue };
            let bytes = self.storage.read_all(&format!("heads/{name}"), MAX_NOTE_BYTES as u64)?.unwrap_or_default();
            let head = Note::parse(&bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)));
            // An interrupted write may leave the head in a temporary file, whose name differs.
            if let Some((head, note)) = head.filter(|(head, _)| key_folder(&head.origin) == name) {
                visit(&note, head);
            }
        }
        Ok(())
    }
}
