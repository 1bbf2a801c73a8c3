//! A machine whose disks lose unsynced bytes at a power cut, with a fault at a chosen operation.
use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor};
use std::sync::{Arc, Mutex};

use loa::airlog::storage::{NewFile, Storage};

/// The share of the unsynced appended bytes that survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survival {
    None,
    Half,
    All,
}

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureMode {
    /// The operation has no effect, except that an append writes half of its bytes.
    WithoutEffect,
    /// The operation takes effect and then fails, as when the folder cannot be synced after a rename.
    AfterEffect,
    /// Operations that must reach the disk fail. Operations that only reach the page cache succeed.
    OnSync,
}

/// A fault. Operations are counted over all disks of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The power fails at the operation with this number. If `takes_effect`, the operation takes effect first.
    PowerCut {
        operation_number: u64,
        takes_effect: bool,
    },
    /// From operation `from` on, `count` operations fail. If `operations_before_power_cut` is given, that number of
    /// operations succeed after the failures, and then the power fails.
    Failing {
        from: u64,
        count: u64,
        mode: FailureMode,
        kind: io::ErrorKind,
        operations_before_power_cut: Option<u64>,
    },
}

/// The contents of a file.
#[derive(Debug, Clone, Default)]
struct Image {
    /// The bytes that readers get.
    live: Vec<u8>,
    /// The bytes that survive a power cut.
    durable: Vec<u8>,
    /// The range of bytes that a failed sync has dropped. They can be read until the power fails, but never reach the
    /// disk.
    dropped: Option<(usize, usize)>,
}

impl Image {
    fn synced_prefix_len(&self) -> usize {
        self.live.iter().zip(&self.durable).take_while(|(a, b)| a == b).count()
    }

    fn sync(&mut self) {
        self.durable = self.live.clone();
        if let Some((from, until)) = self.dropped {
            self.durable[from..until].fill(0);
        }
    }

    fn cut_power(&mut self, survival: Survival) {
        let synced_prefix_len = self.synced_prefix_len();
        let appended_len = self.live.len() - synced_prefix_len;
        match survival {
            Survival::None => {}
            // Half of the appended bytes reach the disk.
            Survival::Half => self.durable = self.live[..synced_prefix_len + appended_len / 2].to_vec(),
            Survival::All => self.durable = self.live.clone(),
        }
        *self = Self { live: self.durable.clone(), durable: std::mem::take(&mut self.durable), dropped: None };
    }
}

/// The disks of one machine, which lose power together.
pub struct Machine {
    files: BTreeMap<String, Image>,
    pub fault: Fault,
    /// The number of operations so far.
    pub operation_count: u64,
    /// The number of failed operations.
    failure_count: u64,
    /// The number and name of the first failed operation.
    pub first_failed: Option<(u64, String)>,
    /// True while the power is off.
    pub is_off: bool,
}

/// The result of an operation.
enum OperationResult {
    Done,
    /// The operation fails. If `takes_effect`, it takes effect first.
    Fails {
        error: io::Error,
        takes_effect: bool,
    },
}

impl Machine {
    pub fn new(fault: Fault) -> Arc<Mutex<Self>> {
        let (files, first_failed) = (BTreeMap::new(), None);
        Arc::new(Mutex::new(Self { files, fault, operation_count: 0, failure_count: 0, first_failed, is_off: false }))
    }

    /// Turns the power on. Each file has only the bytes that survived.
    pub fn restart(&mut self, survival: Survival) {
        self.files.values_mut().for_each(|image| image.cut_power(survival));
        (self.is_off, self.fault) = (false, Fault::None);
    }

    pub fn names(&self, prefix: &str) -> Vec<String> {
        self.files.keys().filter_map(|name| name.strip_prefix(prefix)).map(str::to_owned).collect()
    }

    /// Counts an operation and decides its result.
    fn next_result(&mut self, operation: &str, name: &str) -> OperationResult {
        let power_error = || io::Error::other("the power is off");
        let number = self.operation_count;
        self.operation_count += 1;
        if self.is_off {
            return OperationResult::Fails { error: power_error(), takes_effect: false };
        }
        let result = match self.fault {
            Fault::PowerCut { operation_number, takes_effect } if number == operation_number => {
                self.is_off = true;
                OperationResult::Fails { error: power_error(), takes_effect: takes_effect || operation == "append" }
            }
            Fault::Failing { from, count, mode, kind, .. } if number >= from && self.failure_count < count => {
                match mode == FailureMode::OnSync && matches!(operation, "append" | "truncate") {
                    true => OperationResult::Done,
                    false => OperationResult::Fails {
                        error: kind.into(),
                        takes_effect: mode == FailureMode::AfterEffect && operation != "sync",
                    },
                }
            }
            Fault::Failing { count, operations_before_power_cut: Some(delay), .. } if self.failure_count == count => {
                // This operation is the first after the failures, so the delay counts from it.
                self.fault = Fault::PowerCut { operation_number: number + delay, takes_effect: false };
                OperationResult::Done
            }
            _ => OperationResult::Done,
        };
        if matches!(result, OperationResult::Fails { .. }) {
            self.failure_count += 1;
            self.first_failed.get_or_insert_with(|| (number, format!("{operation} {name}")));
        }
        result
    }
}

/// One disk of a machine.
#[derive(Clone)]
pub struct LossyDisk {
    machine: Arc<Mutex<Machine>>,
    prefix: String,
    /// Names of files that were created and not yet synced.
    unsynced_files: Vec<String>,
}

impl LossyDisk {
    pub fn new(machine: &Arc<Mutex<Machine>>, prefix: &str) -> Self {
        Self { machine: Arc::clone(machine), prefix: format!("{prefix}/"), unsynced_files: Vec::new() }
    }

    fn change(
        &self,
        operation: &str,
        name: &str,
        effect: impl FnOnce(&mut BTreeMap<String, Image>, String),
    ) -> io::Result<()> {
        let mut machine = self.machine.lock().expect("lock the machine");
        let name = format!("{}{name}", self.prefix);
        match machine.next_result(operation, &name) {
            OperationResult::Done => effect(&mut machine.files, name),
            OperationResult::Fails { error, takes_effect } => {
                if takes_effect {
                    effect(&mut machine.files, name);
                }
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Storage for LossyDisk {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        let machine = self.machine.lock().expect("lock the machine");
        let image = machine.files.get(&format!("{}{name}", self.prefix));
        Ok(image.map(|image| Box::new(Cursor::new(image.live.clone())) as Box<dyn BufRead>))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let add = |bytes: &[u8]| {
            let bytes = bytes.to_vec();
            move |files: &mut BTreeMap<String, Image>, name| {
                files.entry(name).or_default().live.extend_from_slice(&bytes);
            }
        };
        self.change("append", name, add(bytes)).inspect_err(|_| {
            let mut machine = self.machine.lock().expect("lock the machine");
            // A full disk writes part of the bytes.
            if !machine.is_off && matches!(machine.fault, Fault::Failing { mode: FailureMode::WithoutEffect, .. }) {
                add(&bytes[..bytes.len() / 2])(&mut machine.files, format!("{}{name}", self.prefix));
            }
        })
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        let change_image = |files: &mut BTreeMap<String, Image>, name: String, change: fn(&mut Image)| {
            files.get_mut(&name).map(change).unwrap_or_default();
        };
        self.change("sync", name, |files, name| change_image(files, name, Image::sync)).inspect_err(|_| {
            let mut machine = self.machine.lock().expect("lock the machine");
            if !machine.is_off {
                let drop_unsynced =
                    |image: &mut Image| image.dropped = Some((image.synced_prefix_len(), image.live.len()));
                change_image(&mut machine.files, format!("{}{name}", self.prefix), drop_unsynced);
            }
        })
    }

    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).expect("the number fits");
        self.change("truncate", name, |files, name| {
            if let Some(image) = files.get_mut(&name) {
                image.live.truncate(len);
                image.dropped = image.dropped.map(|(from, until)| (from, until.min(len))).filter(|(a, b)| a < b);
            }
        })
    }

    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.change("replace", name, |files, name| {
            let (live, durable) = (bytes.to_vec(), bytes.to_vec());
            files.insert(name, Image { live, durable, dropped: None });
        })
    }

    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.change("rename", name, |files, name| {
            let image = files.remove(&name).expect("the renamed file exists");
            files.insert(format!("{}{to}", self.prefix), image);
        })
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.change("remove", name, |files, name| drop(files.remove(&name)))
    }

    fn erase(&mut self, name: &str) -> io::Result<()> {
        if !self.exists(name) {
            return Ok(());
        }
        self.change("erase", name, |files, name| drop(files.remove(&name)))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        Ok(self.machine.lock().expect("lock the machine").names(&format!("{}{folder}/", self.prefix)))
    }

    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let mut existing_files = Vec::new();
        for (name, bytes) in files {
            if self.exists(&name) {
                existing_files.push((name, bytes));
                continue;
            }
            self.unsynced_files.push(name.clone());
            self.change("create", &name, |files, name| {
                files.insert(name, Image { live: bytes.clone(), durable: Vec::new(), dropped: None });
            })?;
        }
        Ok(existing_files)
    }

    fn sync_created(&mut self) -> io::Result<()> {
        let files = std::mem::take(&mut self.unsynced_files);
        for name in &files {
            if let Err(error) = self.sync(name) {
                // Like `FolderStorage`, this removes the files that it could not sync, so that they can be created
                // again.
                let mut machine = self.machine.lock().expect("lock the machine");
                let is_off = machine.is_off;
                for name in files.iter().filter(|_| !is_off) {
                    machine.files.remove(&format!("{}{name}", self.prefix));
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn exists(&self, name: &str) -> bool {
        self.machine.lock().expect("lock the machine").files.contains_key(&format!("{}{name}", self.prefix))
    }
}
