//! Opens audio files without trusting their names: a FIFO must not hang the station, nor a device be read.
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek};
use std::path::Path;

use sha2::{Digest, Sha256};

/// The largest audio file that is read, in bytes: 2 GiB.
pub const MAX_BYTES: u64 = 2 << 30;

/// Why an audio file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing has this name.
    #[error("there is no such file")]
    Missing,
    /// It is there, but the system does not let it be read.
    #[error("it cannot be opened: {0}")]
    Denied(#[source] io::Error),
    /// A folder, a FIFO, a device, a socket.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// Larger than [`MAX_BYTES`].
    #[error("it is larger than 2 GiB ({0} bytes)")]
    TooLarge(u64),
}

/// Opens an audio file for reading; links are followed, but only to a regular file.
///
/// # Errors
/// [`OpenError`]; never waits for another process, as opening a FIFO would.
pub fn open(path: &Path) -> Result<File, OpenError> {
    let denied = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => OpenError::Missing,
        _ => OpenError::Denied(error),
    };
    // Opening some devices has effects, so it is asked first what the name stands for, ...
    fit(&std::fs::metadata(path).map_err(denied)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path).map_err(denied)?;
    // ... and once more of what was opened, which may be something else by now.
    fit(&file.metadata().map_err(denied)?)?;
    Ok(file)
}

/// Whether this is something to decode.
fn fit(metadata: &Metadata) -> Result<(), OpenError> {
    if metadata.is_dir() {
        return Err(OpenError::NotAFile("a folder"));
    }
    if !metadata.is_file() {
        return Err(OpenError::NotAFile("a device, a socket or a pipe"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(OpenError::TooLarge(metadata.len()));
    }
    Ok(())
}

/// SHA-256 of a file's bytes in lower-case hex, and how many there are; the file is rewound before and after.
///
/// # Errors
/// Those of reading; [`io::ErrorKind::FileTooLarge`] when it grew past [`MAX_BYTES`] on the way.
pub fn sha256(file: &mut File) -> io::Result<(String, u64)> {
    let mut hashing = Hashing::default();
    loop {
        if let Some(known) = hashing.step(file)? {
            return Ok(known);
        }
    }
}

/// SHA-256 of a file, a piece at a time: for who has other things to do meanwhile.
#[derive(Default)]
pub struct Hashing {
    hasher: Sha256,
    bytes: u64,
    block: Vec<u8>,
}

impl Hashing {
    /// Bytes that are read at a time: 1 MiB, a hundredth of a second's work or less.
    const STEP: usize = 1 << 20;

    /// Takes the next piece; at the end gives the hash in lower-case hex and the number of bytes, and
    /// leaves the file rewound.
    ///
    /// # Errors
    /// Those of reading; [`io::ErrorKind::FileTooLarge`] when it grew past [`MAX_BYTES`] on the way.
    pub fn step(&mut self, file: &mut File) -> io::Result<Option<(String, u64)>> {
        if self.bytes == 0 {
            file.rewind()?;
            self.block.resize(Self::STEP, 0);
        }
        let n = loop {
            match file.read(&mut self.block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
                read => break read?,
            }
        };
        self.bytes += n as u64;
        if self.bytes > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.hasher.update(&self.block[..n]);
        if n > 0 {
            return Ok(None);
        }
        file.rewind()?;
        let digest = std::mem::take(&mut self.hasher).finalize();
        let hex = digest.into_iter().map(|b| format!("{b:02x}")).collect();
        Ok(Some((hex, self.bytes)))
    }
}
