//! Finds the format of an MP4 file's sound in the handlers and sample entries of its tracks (ISO/IEC 14496-12, 8.4.3
//! and 8.5.2), and for AAC in the first bits of its configuration (ISO/IEC 14496-3, 1.6.2.1).
use std::fs::File;
use std::io;
use std::ops::Range;

use super::box_reader::BoxReader;
use crate::library::flaw::UnplayableFormat;

/// Size in bytes of the fixed fields of a sound sample entry, which precede its boxes.
const FIXED_FIELD_BYTES: usize = 28;
/// Tag of the descriptor that contains the decoder's configuration.
const DECODER_CONFIGURATION_TAG: u8 = 5;

/// Returns the format of the file, if it cannot be played.
///
/// # Errors
/// If reading or seeking fails. A box that is too short is not an error.
pub(in super::super) fn identify_unplayable(file: &mut File) -> io::Result<Option<UnplayableFormat>> {
    let len = file.metadata()?.len();
    let mut reader = BoxReader::new(file);
    match find_unplayable(&mut reader, 0..len) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        format => Ok(format.unwrap_or_default()),
    }
}

/// Returns the format of the first sound track or of the whole file, if it cannot be played.
fn find_unplayable(reader: &mut BoxReader<'_>, file: Range<u64>) -> io::Result<Option<UnplayableFormat>> {
    let brand: [u8; 12] = reader.bytes(&file)?;
    let (mut has_video, mut sound) = (false, None);
    for moov in reader.children(file, b"moov")?.into_iter().take(1) {
        for trak in reader.children(moov, b"trak")? {
            for mdia in reader.children(trak, b"mdia")? {
                let boxes = reader.boxes(mdia)?;
                let find = |name: &[u8; 4]| boxes.iter().find(|(kind, _)| kind == name).map(|(_, range)| range.clone());
                let handler = match find(b"hdlr") {
                    Some(hdlr) => reader.bytes::<12>(&hdlr)?,
                    None => continue,
                };
                // A video track with a single picture is a cover.
                let picture_count = match find(b"minf") {
                    Some(minf) if handler.ends_with(b"vide") => reader.table_sizes(minf)?.1,
                    _ => 0,
                };
                has_video |= handler.ends_with(b"vide") && picture_count != 1;
                if let (true, None, Some(minf)) = (handler.ends_with(b"soun"), &sound, find(b"minf")) {
                    sound = sample_entry(reader, minf)?;
                }
            }
        }
    }
    // In files from music programs, the video track is the cover.
    let is_music = matches!(&brand[8..], b"M4A " | b"M4B ");
    Ok(if has_video && !is_music {
        Some(UnplayableFormat::Video)
    } else {
        sound.and_then(|(kind, entry)| unplayable_format(kind, &entry))
    })
}

/// Returns the type and the first bytes of the first sample entry.
fn sample_entry(reader: &mut BoxReader<'_>, minf: Range<u64>) -> io::Result<Option<([u8; 4], Vec<u8>)>> {
    for stbl in reader.children(minf, b"stbl")? {
        for stsd in reader.children(stbl, b"stsd")? {
            let entries = stsd.start.saturating_add(8).min(stsd.end)..stsd.end;
            if let Some((kind, range)) = reader.boxes(entries)?.into_iter().next() {
                return Ok(Some((kind, reader.read_up_to_256_bytes(&range, 0)?)));
            }
        }
    }
    Ok(None)
}

/// Returns the format of a sample entry, if it cannot be played.
fn unplayable_format(kind: [u8; 4], entry: &[u8]) -> Option<UnplayableFormat> {
    match &kind {
        b"drms" | b"enca" => Some(UnplayableFormat::Drm),
        b"alac" => Some(UnplayableFormat::Alac),
        b"ac-3" | b"ec-3" => Some(UnplayableFormat::Ac3),
        b"samr" | b"sawb" => Some(UnplayableFormat::Amr),
        b"mp4a" => unplayable_aac(decoder_configuration(entry)?),
        _ => None,
    }
}

/// Returns the decoder's configuration in the `esds` box of a sample entry.
fn decoder_configuration(entry: &[u8]) -> Option<&[u8]> {
    let esds = FIXED_FIELD_BYTES + memchr::memmem::find(entry.get(FIXED_FIELD_BYTES..)?, b"esds")?;
    // Descriptors are nested. Each has a tag, and a length in groups of seven bits. Descend to the descriptor with the
    // configuration.
    let mut offset = esds + 8;
    loop {
        let tag = *entry.get(offset)?;
        let length_bytes = entry.get(offset + 1..)?.iter().take(4).position(|b| b & 0x80 == 0)? + 1;
        let content = offset + 1 + length_bytes;
        offset = match tag {
            3 => content + 3,
            4 => content + 13,
            DECODER_CONFIGURATION_TAG => return entry.get(content..),
            _ => return None,
        };
    }
}

/// Returns the format of an AAC configuration, if it cannot be played.
fn unplayable_aac(decoder_configuration: &[u8]) -> Option<UnplayableFormat> {
    let bits = u64::from_be_bytes({
        let mut bytes = [0; 8];
        let n = decoder_configuration.len().min(8);
        bytes[..n].copy_from_slice(&decoder_configuration[..n]);
        bytes
    });
    let field = |first_bit: u32, bit_count: u32| bits << first_bit >> (64 - bit_count);
    let object_type = field(0, 5);
    let channels = if field(5, 4) == 15 { field(33, 4) } else { field(9, 4) };
    match (object_type, channels) {
        (5 | 29, _) => Some(UnplayableFormat::HeAac),
        (_, 3..=6) => Some(UnplayableFormat::Surround { channels }),
        (_, 7) => Some(UnplayableFormat::Surround { channels: 8 }),
        _ => None,
    }
}
