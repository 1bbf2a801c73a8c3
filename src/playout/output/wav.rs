//! Wave files of 16 bits, written as they sound, and readable by other programs at any moment.
#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use crate::schedule::settings::is_wav_name;
use crate::station::wav::{self, MARK, MARK_OFFSET};

/// Bytes before the sound.
const HEADER: u64 = wav::HEADER_BYTES as u64;
/// Most bytes of sound that the header's 32 bits can express, in whole frames of two samples: 4 GiB.
const MAX_DATA: u64 = (u32::MAX as u64 - HEADER) / 4 * 4;

/// A wave file that grows.
pub(super) struct WavWriter {
    file: File,
    rate: u32,
    channels: u16,
    /// Bytes of sound in the file, and how many of them the header states.
    data_bytes: u64,
    header_data_bytes: u64,
    bytes: Vec<u8>,
}

impl WavWriter {
    /// Creates a file without a frame. It replaces an older file of loa's own, and spares any other.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when another program's file is there; other I/O errors of the system.
    pub(super) fn create(path: &Path, rate: u32, channels: u16) -> io::Result<Self> {
        let mut file = open(path, true)?;
        read_own_header(&mut file)?;
        file.set_len(0)?;
        let mut writer = Self { file, rate, channels, data_bytes: 0, header_data_bytes: 0, bytes: Vec::new() };
        writer.write_header()?;
        Ok(writer)
    }

    /// Opens a file that was written before, to append to it; creates it if it is missing.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when it is another program's file; other I/O errors of the system.
    pub(super) fn append(path: &Path, rate: u32, channels: u16) -> io::Result<Self> {
        let mut file = match open(path, false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::create(path, rate, channels),
            other => other?,
        };
        let len = file.metadata()?.len();
        let frame = u64::from(channels) * 2;
        let data = len.saturating_sub(HEADER) / frame * frame;
        let head = read_own_header(&mut file)?;
        let mut writer = Self { file, rate, channels, data_bytes: data, header_data_bytes: data, bytes: Vec::new() };
        if !head.is_empty() && head[8..HEADER as usize - 4] != writer.header()[8..HEADER as usize - 4] {
            return Err(foreign_file_error());
        }
        writer.write_header()?;
        Ok(writer)
    }

    /// Appends interleaved samples, rounded to 16 bits.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] at 4 GiB; other I/O errors of the system.
    pub(super) fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        self.bytes.clear();
        for sample in samples {
            let rounded = (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16;
            self.bytes.extend_from_slice(&rounded.to_le_bytes());
        }
        if self.data_bytes + self.bytes.len() as u64 > MAX_DATA {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the wave file is full (4 GiB)"));
        }
        self.file.write_all(&self.bytes)?;
        self.data_bytes += self.bytes.len() as u64;
        Ok(())
    }

    /// Brings the header up to date.
    ///
    /// # Errors
    /// I/O errors of the system.
    pub(super) fn update_header(&mut self) -> io::Result<()> {
        if self.header_data_bytes == self.data_bytes {
            return Ok(());
        }
        self.write_header()
    }

    fn write_header(&mut self) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(&self.header())?;
        self.file.seek(SeekFrom::Start(HEADER + self.data_bytes))?;
        self.header_data_bytes = self.data_bytes;
        Ok(())
    }

    fn header(&self) -> [u8; HEADER as usize] {
        let data = u32::try_from(self.data_bytes).unwrap_or(u32::MAX);
        let frame = self.channels * 2;
        let mut head = [0; HEADER as usize];
        head[..4].copy_from_slice(b"RIFF");
        head[4..8].copy_from_slice(&data.saturating_add(HEADER as u32 - 8).to_le_bytes());
        head[8..22].copy_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
        head[22..24].copy_from_slice(&self.channels.to_le_bytes());
        head[24..28].copy_from_slice(&self.rate.to_le_bytes());
        head[28..32].copy_from_slice(&(self.rate * u32::from(frame)).to_le_bytes());
        head[32..34].copy_from_slice(&frame.to_le_bytes());
        head[34..MARK_OFFSET].copy_from_slice(b"\x10\0");
        let sound = MARK_OFFSET + MARK.len();
        head[MARK_OFFSET..sound].copy_from_slice(&MARK);
        head[sound..sound + 4].copy_from_slice(b"data");
        head[sound + 4..].copy_from_slice(&data.to_le_bytes());
        head
    }
}

/// Opens a file of loa's own for reading and writing, without following links or waiting for pipes.
fn open(path: &Path, create: bool) -> io::Result<File> {
    if !path.file_name().and_then(|name| name.to_str()).is_some_and(is_wav_name) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "its name does not end in .wav"));
    }
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file =
        OpenOptions::new().read(true).write(true).create(create).truncate(false).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(foreign_file_error()) }
}

/// Returns the header of a file of loa's own; empty for an empty file.
fn read_own_header(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    Read::by_ref(file).take(HEADER).read_to_end(&mut head)?;
    if head.is_empty() || wav::is_written_by_loa(&head) { Ok(head) } else { Err(foreign_file_error()) }
}

fn foreign_file_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is some other file")
}
