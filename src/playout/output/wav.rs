//! 16-bit wave files that grow while they are written, and that other programs can read at any moment.
#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use crate::schedule::settings::is_wav_name;
use crate::station::wav::{self, MARK, MARK_OFFSET_BYTES};

/// Length of the header, bytes.
const HEADER_LEN_BYTES: u64 = wav::HEADER_BYTES as u64;
/// Maximum length of the audio data, bytes. The 32-bit sizes in the header limit the file to 4 GiB. The length is a
/// whole number of stereo frames.
const MAX_DATA_BYTES: u64 = (u32::MAX as u64 - HEADER_LEN_BYTES) / 4 * 4;

/// A writer that appends to a wave file.
pub(super) struct WavWriter {
    file: File,
    rate: u32,
    channels: u16,
    /// Length of the audio data in the file, bytes.
    data_bytes: u64,
    /// Length of the audio data according to the header, bytes.
    header_data_bytes: u64,
    /// Buffer for the conversion of samples.
    bytes: Vec<u8>,
}

impl WavWriter {
    /// Creates a file without frames. It replaces an older file that loa wrote, but not a file of another program.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if the path is a file of another program; other I/O errors from the system.
    pub(super) fn create(path: &Path, rate: u32, channels: u16) -> io::Result<Self> {
        let mut file = open(path, true)?;
        read_own_header(&mut file)?;
        file.set_len(0)?;
        let mut writer = Self { file, rate, channels, data_bytes: 0, header_data_bytes: 0, bytes: Vec::new() };
        writer.write_header()?;
        Ok(writer)
    }

    /// Opens a file that loa wrote before, to append to it. Creates the file if it is missing.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if another program wrote the file, or it has a different rate or number of
    /// channels; other I/O errors from the system.
    pub(super) fn append(path: &Path, rate: u32, channels: u16) -> io::Result<Self> {
        let mut file = match open(path, false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::create(path, rate, channels),
            result => result?,
        };
        let len = file.metadata()?.len();
        let frame_bytes = u64::from(channels) * 2;
        let data_bytes = len.saturating_sub(HEADER_LEN_BYTES) / frame_bytes * frame_bytes;
        let header = read_own_header(&mut file)?;
        let mut writer = Self { file, rate, channels, data_bytes, header_data_bytes: data_bytes, bytes: Vec::new() };
        // The lengths, at offset 4 and at the end of the header, are allowed to differ.
        if !header.is_empty()
            && header[8..HEADER_LEN_BYTES as usize - 4] != writer.header()[8..HEADER_LEN_BYTES as usize - 4]
        {
            return Err(foreign_file_error());
        }
        writer.write_header()?;
        Ok(writer)
    }

    /// Appends interleaved samples, rounded to 16 bits.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] if the file would exceed 4 GiB; other I/O errors from the system.
    pub(super) fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        self.bytes.clear();
        for sample in samples {
            let rounded = (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16;
            self.bytes.extend_from_slice(&rounded.to_le_bytes());
        }
        if self.data_bytes + self.bytes.len() as u64 > MAX_DATA_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the wave file is full (4 GiB)"));
        }
        self.file.write_all(&self.bytes)?;
        self.data_bytes += self.bytes.len() as u64;
        Ok(())
    }

    /// Writes the current length into the header, if it has changed.
    ///
    /// # Errors
    /// I/O errors from the system.
    pub(super) fn update_header(&mut self) -> io::Result<()> {
        if self.header_data_bytes == self.data_bytes {
            return Ok(());
        }
        self.write_header()
    }

    fn write_header(&mut self) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(&self.header())?;
        self.file.seek(SeekFrom::Start(HEADER_LEN_BYTES + self.data_bytes))?;
        self.header_data_bytes = self.data_bytes;
        Ok(())
    }

    fn header(&self) -> [u8; HEADER_LEN_BYTES as usize] {
        let data_bytes = u32::try_from(self.data_bytes).unwrap_or(u32::MAX);
        let frame_bytes = self.channels * 2;
        let mut header = [0; HEADER_LEN_BYTES as usize];
        header[..4].copy_from_slice(b"RIFF");
        header[4..8].copy_from_slice(&data_bytes.saturating_add(HEADER_LEN_BYTES as u32 - 8).to_le_bytes());
        header[8..22].copy_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
        header[22..24].copy_from_slice(&self.channels.to_le_bytes());
        header[24..28].copy_from_slice(&self.rate.to_le_bytes());
        header[28..32].copy_from_slice(&(self.rate * u32::from(frame_bytes)).to_le_bytes());
        header[32..34].copy_from_slice(&frame_bytes.to_le_bytes());
        header[34..MARK_OFFSET_BYTES].copy_from_slice(b"\x10\0");
        let data_chunk = MARK_OFFSET_BYTES + MARK.len();
        header[MARK_OFFSET_BYTES..data_chunk].copy_from_slice(&MARK);
        header[data_chunk..data_chunk + 4].copy_from_slice(b"data");
        header[data_chunk + 4..].copy_from_slice(&data_bytes.to_le_bytes());
        header
    }
}

/// Opens a regular file for reading and writing, without following links or waiting for pipes.
fn open(path: &Path, create: bool) -> io::Result<File> {
    if !path.file_name().and_then(|name| name.to_str()).is_some_and(is_wav_name) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "its name does not end in .wav"));
    }
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file =
        OpenOptions::new().read(true).write(true).create(create).truncate(false).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(foreign_file_error()) }
}

/// Returns the header of a file that loa wrote. The header of an empty file is empty.
fn read_own_header(file: &mut File) -> io::Result<Vec<u8>> {
    let mut header = Vec::new();
    Read::by_ref(file).take(HEADER_LEN_BYTES).read_to_end(&mut header)?;
    if header.is_empty() || wav::is_written_by_loa(&header) { Ok(header) } else { Err(foreign_file_error()) }
}

fn foreign_file_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is some other file")
}
