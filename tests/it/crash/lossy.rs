//! A machine whose disks forget: what programs see, what a power cut leaves, and faults at a chosen operation.
use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor};
use std::sync::{Arc, Mutex};

use loa::airlog::storage::{NewFile, Storage};

/// How much of the bytes that were appended and not synced a power cut leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    None,
    Half,
    All,
}

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It does nothing, but for an append, which leaves half of its bytes behind.
    Plainly,
    /// It does its work, and fails afterwards: a rename whose folder could not be synced.
    ThoughDone,
    /// Only what must reach the disk fails; what goes into the page cache works.
    OnSync,
}

/// What goes wrong, counted in operations of the whole machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The power goes at this operation; with `done` it took effect all the same.
    Power {
        at: u64,
        done: bool,
    },
    /// From this operation on so many fail, and then the power goes, if it does, after so many more.
    Failing {
        from: u64,
        times: u64,
        how: How,
        kind: io::ErrorKind,
        then_power: Option<u64>,
    },
}

#[derive(Debug, Clone, Default)]
struct Image {
    live: Vec<u8>,
    durable: Vec<u8>,
    /// What a failed sync has dropped: readable until the power goes, and never on the disk.
    spoilt: Option<(usize, usize)>,
}

impl Image {
    fn common(&self) -> usize {
        self.live.iter().zip(&self.durable).take_while(|(a, b)| a == b).count()
    }

    fn sync(&mut self) {
        self.durable = self.live.clone();
        if let Some((from, until)) = self.spoilt {
            self.durable[from..until].fill(0);
        }
    }

    fn cut(&mut self, kept: Kept) {
        let common = self.common();
        let unsynced = self.live.len() - common;
        match kept {
            Kept::None => {}
            // A new length may be on the disk and the bytes not.
            Kept::Half => self.durable = self.live[..common + unsynced / 2].to_vec(),
            Kept::All => self.durable = self.live.clone(),
        }
        *self = Self { live: self.durable.clone(), durable: std::mem::take(&mut self.durable), spoilt: None };
    }
}

/// The disks of one machine: they lose power together.
pub struct Machine {
    files: BTreeMap<String, Image>,
    pub fault: Fault,
    pub ops: u64,
    /// How many failed, and which was the first.
    failed: u64,
    pub first_failed: Option<(u64, String)>,
    /// The power is gone.
    pub dead: bool,
}

/// What becomes of an operation.
enum Fate {
    Done,
    /// It fails; with `done` it takes effect all the same.
    Fails {
        error: io::Error,
        done: bool,
    },
}

impl Machine {
    pub fn new(fault: Fault) -> Arc<Mutex<Self>> {
        let (files, first_failed) = (BTreeMap::new(), None);
        Arc::new(Mutex::new(Self { files, fault, ops: 0, failed: 0, first_failed, dead: false }))
    }

    /// The power is back.
    pub fn restart(&mut self, kept: Kept) {
        self.files.values_mut().for_each(|image| image.cut(kept));
        (self.dead, self.fault) = (false, Fault::None);
    }

    pub fn names(&self, prefix: &str) -> Vec<String> {
        self.files.keys().filter_map(|name| name.strip_prefix(prefix)).map(str::to_owned).collect()
    }

    fn fate(&mut self, what: &str, name: &str) -> Fate {
        let gone = || io::Error::other("the power is gone");
        let op = self.ops;
        self.ops += 1;
        if self.dead {
            return Fate::Fails { error: gone(), done: false };
        }
        let fate = match self.fault {
            Fault::Power { at, done } if op == at => {
                self.dead = true;
                Fate::Fails { error: gone(), done: done || what == "append" }
            }
            Fault::Failing { from, times, how, kind, .. } if op >= from && self.failed < times => {
                match how == How::OnSync && matches!(what, "append" | "truncate") {
                    true => Fate::Done,
                    false => Fate::Fails { error: kind.into(), done: how == How::ThoughDone && what != "sync" },
                }
            }
            Fault::Failing { times, then_power: Some(more), .. } if self.failed == times => {
                // The last failure was just before: from here on it is counted.
                self.fault = Fault::Power { at: op + more, done: false };
                Fate::Done
            }
            _ => Fate::Done,
        };
        if matches!(fate, Fate::Fails { .. }) {
            self.failed += 1;
            self.first_failed.get_or_insert_with(|| (op, format!("{what} {name}")));
        }
        fate
    }
}

/// One disk of a machine.
#[derive(Clone)]
pub struct Lossy {
    machine: Arc<Mutex<Machine>>,
    prefix: String,
    /// What was created and is not synced.
    unsettled: Vec<String>,
}

impl Lossy {
    pub fn new(machine: &Arc<Mutex<Machine>>, prefix: &str) -> Self {
        Self { machine: Arc::clone(machine), prefix: format!("{prefix}/"), unsettled: Vec::new() }
    }

    fn change(
        &self,
        what: &str,
        name: &str,
        work: impl FnOnce(&mut BTreeMap<String, Image>, String),
    ) -> io::Result<()> {
        let mut machine = self.machine.lock().expect("a machine");
        let name = format!("{}{name}", self.prefix);
        match machine.fate(what, &name) {
            Fate::Done => work(&mut machine.files, name),
            Fate::Fails { error, done } => {
                if done {
                    work(&mut machine.files, name);
                }
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Storage for Lossy {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        let machine = self.machine.lock().expect("a machine");
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
            let mut machine = self.machine.lock().expect("a machine");
            // As a full disk does: a part of it is there.
            if !machine.dead && matches!(machine.fault, Fault::Failing { how: How::Plainly, .. }) {
                add(&bytes[..bytes.len() / 2])(&mut machine.files, format!("{}{name}", self.prefix));
            }
        })
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        let image_of = |files: &mut BTreeMap<String, Image>, name: String, work: fn(&mut Image)| {
            files.get_mut(&name).map(work).unwrap_or_default();
        };
        self.change("sync", name, |files, name| image_of(files, name, Image::sync)).inspect_err(|_| {
            let mut machine = self.machine.lock().expect("a machine");
            if !machine.dead {
                let spoil = |image: &mut Image| image.spoilt = Some((image.common(), image.live.len()));
                image_of(&mut machine.files, format!("{}{name}", self.prefix), spoil);
            }
        })
    }

    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).expect("small");
        self.change("truncate", name, |files, name| {
            if let Some(image) = files.get_mut(&name) {
                image.live.truncate(len);
                image.spoilt = image.spoilt.map(|(from, until)| (from, until.min(len))).filter(|(a, b)| a < b);
            }
        })
    }

    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.change("replace", name, |files, name| {
            let (live, durable) = (bytes.to_vec(), bytes.to_vec());
            files.insert(name, Image { live, durable, spoilt: None });
        })
    }

    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.change("rename", name, |files, name| {
            let image = files.remove(&name).expect("nothing else is renamed");
            files.insert(format!("{}{to}", self.prefix), image);
        })
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.change("remove", name, |files, name| drop(files.remove(&name)))
    }

    fn erase(&mut self, name: &str) -> io::Result<()> {
        if !self.has(name) {
            return Ok(());
        }
        self.change("erase", name, |files, name| drop(files.remove(&name)))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        Ok(self.machine.lock().expect("a machine").names(&format!("{}{folder}/", self.prefix)))
    }

    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let mut taken = Vec::new();
        for (name, bytes) in files {
            if self.has(&name) {
                taken.push((name, bytes));
                continue;
            }
            self.unsettled.push(name.clone());
            self.change("create", &name, |files, name| {
                files.insert(name, Image { live: bytes.clone(), durable: Vec::new(), spoilt: None });
            })?;
        }
        Ok(taken)
    }

    fn sync_created(&mut self) -> io::Result<()> {
        let files = std::mem::take(&mut self.unsettled);
        for name in &files {
            if let Err(error) = self.sync(name) {
                // As the folder does: what was made is made anew.
                let mut machine = self.machine.lock().expect("a machine");
                let dead = machine.dead;
                for name in files.iter().filter(|_| !dead) {
                    machine.files.remove(&format!("{}{name}", self.prefix));
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn has(&self, name: &str) -> bool {
        self.machine.lock().expect("a machine").files.contains_key(&format!("{}{name}", self.prefix))
    }
}
