//! Bundles as ZIP files.
//!
//! A ZIP file comes from anywhere: nothing in it is unpacked to a disk, and its names and sizes are judged before any byte
//! is decompressed.
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::verify::BundleFault;
use super::{BundleFiles, MAX_BYTES, MAX_FILES, is_bundle_path};

/// The maximum size of a ZIP file, in bytes.
pub const MAX_ZIP_BYTES: u64 = MAX_BYTES;
/// The maximum ratio of a file's size to its compressed size. Lists of many equal rows reach about 20.
const MAX_RATIO: u64 = 200;
/// The size below which the ratio does not matter, in bytes.
const SMALL_BYTES: u64 = 1024;
/// The size of the record at the end of a ZIP file without a comment, in bytes (APPNOTE.TXT, section 4.3.16).
const END_RECORD_BYTES: usize = 22;
/// The size of the record that points to the directory of a ZIP64 file, in bytes (section 4.3.15).
const ZIP64_LOCATOR_BYTES: usize = 20;
/// The maximum size of a file's entry in the directory, in bytes: its fixed part, the longest name, and what packers add.
const MAX_DIRECTORY_ENTRY_BYTES: u64 = 46 + 131 + 256;

/// Packs the files. The same files always give the same bytes: they are in the order of their paths, and their time is the
/// first that the format has.
///
/// # Errors
/// If the library fails.
pub fn write_zip(files: &BundleFiles) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Reads the files of a bundle.
///
/// # Errors
/// The first thing that no bundle has.
pub fn read_zip<R: Read + Seek>(mut reader: R) -> Result<BundleFiles, BundleFault> {
    check_directory(&mut reader)?;
    let unreadable = |error: ZipError| BundleFault::Zip { detail: error.to_string() };
    let mut archive = ZipArchive::new(reader).map_err(unreadable)?;
    if archive.len() > MAX_FILES {
        return Err(BundleFault::TooMany);
    }
    if archive.has_duplicate_names() {
        return Err(BundleFault::Twice { path: "ZIP".to_owned() });
    }
    let (mut files, mut total) = (BundleFiles::new(), 0_u64);
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(unreadable)?;
        let path = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if !is_bundle_path(&path) {
            return Err(BundleFault::BadPath { path });
        }
        if entry.is_symlink() || !entry.is_file() {
            return Err(BundleFault::Link { path });
        }
        let (size, compressed_size) = (entry.size(), entry.compressed_size());
        if size > SMALL_BYTES && size > compressed_size.saturating_mul(MAX_RATIO) {
            return Err(BundleFault::Bomb { path });
        }
        total = total.saturating_add(size);
        if total > MAX_BYTES {
            return Err(BundleFault::TooLarge);
        }
        let file = archive.by_index(index).map_err(unreadable)?;
        let mut bytes = Vec::new();
        // The size in the directory can lie: no more than that is read.
        file.take(size + 1).read_to_end(&mut bytes).map_err(|error| BundleFault::Zip { detail: error.to_string() })?;
        if bytes.len() as u64 != size {
            return Err(BundleFault::Zip { detail: path });
        }
        if files.insert(path.clone(), bytes).is_some() {
            return Err(BundleFault::Twice { path });
        }
    }
    Ok(files)
}

/// Judges the directory by the record at the end of the file, before the library reads and stores it: 20 bytes of a file
/// can claim millions of entries.
fn check_directory<R: Read + Seek>(reader: &mut R) -> Result<(), BundleFault> {
    let mut end = [0; ZIP64_LOCATOR_BYTES + END_RECORD_BYTES];
    let mut read_end = || {
        let size = reader.seek(SeekFrom::End(0))?;
        let from = size.saturating_sub(end.len() as u64);
        let length = usize::try_from(size - from).unwrap_or(0);
        reader.seek(SeekFrom::Start(from))?;
        let start = end.len() - length;
        reader.read_exact(&mut end[start..])?;
        io::Result::Ok(size)
    };
    let size = read_end().map_err(|error| BundleFault::Zip { detail: error.to_string() })?;
    let (locator, record) = end.split_at(ZIP64_LOCATOR_BYTES);
    let short = |at: usize| u64::from(u16::from_le_bytes([record[at], record[at + 1]]));
    let long = |at: usize| short(at) | short(at + 2) << 16;
    let is_whole = record.starts_with(b"PK\x05\x06") && short(20) == 0;
    let is_plain = !locator.starts_with(b"PK\x06\x07") && short(4) == 0 && short(6) == 0 && short(8) == short(10);
    if !is_whole || !is_plain {
        return Err(BundleFault::ZipDirectory);
    }
    let (count, directory_bytes, directory_at) = (short(10), long(12), long(16));
    if count > MAX_FILES as u64 {
        return Err(BundleFault::TooMany);
    }
    let is_in_place = directory_at + directory_bytes + END_RECORD_BYTES as u64 == size;
    if !is_in_place || directory_bytes > count * MAX_DIRECTORY_ENTRY_BYTES {
        return Err(BundleFault::ZipDirectory);
    }
    Ok(())
}
