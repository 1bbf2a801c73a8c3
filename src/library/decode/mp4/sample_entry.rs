//! The kind of sound in an MP4 file, from the handlers and sample entries of its tracks (ISO/IEC 14496-12, 8.4.3 and
//! 8.5.2), and for AAC from the first bits of its configuration (ISO/IEC 14496-3, 1.6.2.1).
use std::fs::File;
use std::io;
use std::ops::Range;

use super::box_reader::BoxReader;
use crate::library::flaw::UnplayableFormat;

/// Bytes of a sound sample entry in front of its boxes.
const FIXED: usize = 28;
/// Tag of the descriptor with the decoder's configuration.
const DECODER_SPECIFIC: u8 = 5;

/// Returns the format of the file, if it cannot be played.
///
/// # Errors
/// Errors of reading and seeking; a box that ends too early is not one.
pub(in super::super) fn foreign(file: &mut File) -> io::Result<Option<UnplayableFormat>> {
    let len = file.metadata()?.len();
    let mut walk = BoxReader::new(file);
    match find_unplayable(&mut walk, 0..len) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        found => Ok(found.unwrap_or_default()),
    }
}

fn find_unplayable(walk: &mut BoxReader<'_>, file: Range<u64>) -> io::Result<Option<UnplayableFormat>> {
    let brand: [u8; 12] = walk.bytes(&file)?;
    let (mut video, mut sound) = (false, None);
    for moov in walk.children(file, b"moov")?.into_iter().take(1) {
        for trak in walk.children(moov, b"trak")? {
            for mdia in walk.children(trak, b"mdia")? {
                let inner = walk.boxes(mdia)?;
                let part = |name: &[u8; 4]| inner.iter().find(|(kind, _)| kind == name).map(|(_, r)| r.clone());
                let handler = match part(b"hdlr") {
                    Some(hdlr) => walk.bytes::<12>(&hdlr)?,
                    None => continue,
                };
                // A video track with one picture is a cover.
                let pictures = match part(b"minf") {
                    Some(minf) if handler.ends_with(b"vide") => walk.table_sizes(minf)?.1,
                    _ => 0,
                };
                video |= handler.ends_with(b"vide") && pictures != 1;
                if let (true, None, Some(minf)) = (handler.ends_with(b"soun"), &sound, part(b"minf")) {
                    sound = sample_entry(walk, minf)?;
                }
            }
        }
    }
    // Music programs put the cover into a track of its own.
    let music = matches!(&brand[8..], b"M4A " | b"M4B ");
    Ok(if video && !music {
        Some(UnplayableFormat::Video)
    } else {
        sound.and_then(|(kind, entry)| entry_kind(kind, &entry))
    })
}

/// Returns type and first bytes of the first sample entry.
fn sample_entry(walk: &mut BoxReader<'_>, minf: Range<u64>) -> io::Result<Option<([u8; 4], Vec<u8>)>> {
    for stbl in walk.children(minf, b"stbl")? {
        for stsd in walk.children(stbl, b"stsd")? {
            let entries = stsd.start.saturating_add(8).min(stsd.end)..stsd.end;
            if let Some((kind, range)) = walk.boxes(entries)?.into_iter().next() {
                return Ok(Some((kind, walk.small_box(&range, 0)?)));
            }
        }
    }
    Ok(None)
}

fn entry_kind(kind: [u8; 4], entry: &[u8]) -> Option<UnplayableFormat> {
    match &kind {
        b"drms" | b"enca" => Some(UnplayableFormat::Drm),
        b"alac" => Some(UnplayableFormat::Alac),
        b"ac-3" | b"ec-3" => Some(UnplayableFormat::Ac3),
        b"samr" | b"sawb" => Some(UnplayableFormat::Amr),
        b"mp4a" => aac_kind(configuration(entry)?),
        _ => None,
    }
}

/// Returns the decoder's configuration in an `esds` box.
fn configuration(entry: &[u8]) -> Option<&[u8]> {
    let esds = FIXED + memchr::memmem::find(entry.get(FIXED..)?, b"esds")?;
    // Descriptors nest, and their lengths are in groups of seven bits: go down by tags to the one with the
    // configuration.
    let mut at = esds + 8;
    loop {
        let tag = *entry.get(at)?;
        let size = entry.get(at + 1..)?.iter().take(4).position(|b| b & 0x80 == 0)? + 1;
        let inside = at + 1 + size;
        at = match tag {
            3 => inside + 3,
            4 => inside + 13,
            DECODER_SPECIFIC => return entry.get(inside..),
            _ => return None,
        };
    }
}

/// Returns the kind of AAC, if it cannot be played.
fn aac_kind(configuration: &[u8]) -> Option<UnplayableFormat> {
    let bits = u64::from_be_bytes({
        let mut bytes = [0; 8];
        let n = configuration.len().min(8);
        bytes[..n].copy_from_slice(&configuration[..n]);
        bytes
    });
    let take = |from: u32, n: u32| bits << from >> (64 - n);
    let kind = take(0, 5);
    let channels = if take(5, 4) == 15 { take(33, 4) } else { take(9, 4) };
    match (kind, channels) {
        (5 | 29, _) => Some(UnplayableFormat::HeAac),
        (_, 3..=6) => Some(UnplayableFormat::Surround { channels }),
        (_, 7) => Some(UnplayableFormat::Surround { channels: 8 }),
        _ => None,
    }
}
