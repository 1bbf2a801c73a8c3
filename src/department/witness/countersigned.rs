//! Logs that the witness has countersigned, compared with a registry.
use std::collections::HashSet;
use std::io;

use super::Witness;
use crate::airlog::keys::key_folder;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::department::registry::Registry;
use crate::department::registry::accepted::CountersignedLogs;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus};
use crate::proof::origin::station_in_origin;

impl Witness<FolderStorage> {
    /// Returns the countersigned logs that the registry does not list.
    ///
    /// # Errors
    /// Errors of reading the folder of heads.
    pub fn unenrolled_logs(&self, registry: &Registry) -> io::Result<Vec<String>> {
        let known: HashSet<String> = registry.logs().map(|log| key_folder(&log.key.name)).collect();
        let mut origins: Vec<String> = Vec::new();
        self.each_head(|name| !known.contains(name), |_, head| origins.push(head.origin))?;
        origins.sort();
        Ok(origins)
    }

    /// Returns which logs of a registry the witness has countersigned.
    ///
    /// # Errors
    /// Errors of reading the folder of heads.
    pub fn countersigned(&self, registry: &Registry) -> io::Result<CountersignedLogs> {
        let mut witnessed = CountersignedLogs::default();
        self.each_head(
            |_| true,
            |note, head| {
                witnessed.stations.extend(station_in_origin(&head.origin).map(str::to_owned));
                if registry
                    .log(&head.origin)
                    .is_some_and(|log| note.signature_status(&log.key) == SignatureStatus::Valid)
                {
                    witnessed.logs.insert(head.origin);
                }
            },
        )?;
        Ok(witnessed)
    }

    /// Calls `take` with each recorded head whose file name is wanted.
    fn each_head(&self, asked: impl Fn(&str) -> bool, mut take: impl FnMut(&Note, Checkpoint)) -> io::Result<()> {
        let entries = match std::fs::read_dir(self.storage.folder().join("heads")) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let name = entry?.file_name();
            let Some(name) = name.to_str().filter(|name| asked(name)) else { continue };
            let bytes = self.storage.read_all(&format!("heads/{name}"), MAX_NOTE as u64)?.unwrap_or_default();
            let head = Note::parse(&bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)));
            // An interrupted write may leave a head under another name.
            if let Some((head, note)) = head.filter(|(head, _)| key_folder(&head.origin) == name) {
                take(&note, head);
            }
        }
        Ok(())
    }
}
