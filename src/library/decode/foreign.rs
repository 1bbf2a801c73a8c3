//! Formats that cannot be played, identified by the first bytes of a file.
use std::fs::File;
use std::io::{self, Read, Seek};

use super::mp4;
use crate::library::flaw::UnplayableFormat;

/// Bytes read from the beginning.
const LOOK: u64 = 64 * 1024;

/// First bytes of formats that are not searched for sound.
const SIGNATURES: [(&[u8], UnplayableFormat); 24] = [
    (&[0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], UnplayableFormat::Wma),
    (b"#!AMR", UnplayableFormat::Amr),
    (&[0x0b, 0x77], UnplayableFormat::Ac3),
    (b"caff", UnplayableFormat::Caf),
    (&[0x1a, 0x45, 0xdf, 0xa3], UnplayableFormat::Matroska),
    (b"MAC ", UnplayableFormat::Ape),
    (b"wvpk", UnplayableFormat::WavPack),
    (b".RMF", UnplayableFormat::RealAudio),
    (b".ra\xfd", UnplayableFormat::RealAudio),
    (b"MThd", UnplayableFormat::Midi),
    (b"FLV\x01", UnplayableFormat::Video),
    (&[0, 0, 1, 0xba], UnplayableFormat::Video),
    (&[0, 0, 1, 0xb3], UnplayableFormat::Video),
    (&[0xff, 0xd8, 0xff], UnplayableFormat::Picture),
    (b"\x89PNG", UnplayableFormat::Picture),
    (b"GIF8", UnplayableFormat::Picture),
    (b"BM6", UnplayableFormat::Picture),
    (b"%PDF", UnplayableFormat::Document),
    (b"{\\rtf", UnplayableFormat::Document),
    (&[0xd0, 0xcf, 0x11, 0xe0], UnplayableFormat::Document),
    (b"PK\x03\x04", UnplayableFormat::Archive),
    (b"Rar!", UnplayableFormat::Archive),
    (b"7z\xbc\xaf", UnplayableFormat::Archive),
    (&[0x1f, 0x8b], UnplayableFormat::Archive),
];

/// Returns the format of the file, if its first bytes prove that it cannot be played.
///
/// # Errors
/// Errors of reading and seeking.
pub(super) fn identify_by_signature(file: &mut File) -> io::Result<Option<UnplayableFormat>> {
    let head = head(file)?;
    if head.is_empty() {
        return Ok(Some(UnplayableFormat::Empty));
    }
    if let Some((_, foreign)) = SIGNATURES.iter().find(|(mark, _)| head.starts_with(mark)) {
        return Ok(Some(foreign.clone()));
    }
    Ok(match (head.get(..4), head.get(8..12)) {
        (Some(b"FORM"), Some(b"AIFF" | b"AIFC")) => Some(UnplayableFormat::Aiff),
        (Some(b"RIFF"), Some(b"AVI ")) => Some(UnplayableFormat::Video),
        (Some(b"RIFF"), Some(b"WEBP")) => Some(UnplayableFormat::Picture),
        (Some(b"RIFF"), Some(b"RMID")) => Some(UnplayableFormat::Midi),
        // Packets of 188 bytes are a transport stream.
        _ if (0..5).all(|n| head.get(n * 188) == Some(&0x47)) => Some(UnplayableFormat::Video),
        _ if is_page(&head) => Some(UnplayableFormat::Page),
        _ if head.get(4..8) == Some(b"ftyp") => mp4::foreign(file)?,
        _ => None,
    })
}

/// Returns the probable format of a file that could not be played.
///
/// # Errors
/// Errors of reading and seeking.
pub(super) fn guess_after_failure(file: &mut File) -> io::Result<Option<UnplayableFormat>> {
    let head = head(file)?;
    if head.starts_with(b"OggS") {
        let holds = |mark: &[u8]| memchr::memmem::find(&head[..head.len().min(512)], mark).is_some();
        return Ok(if holds(b"OpusHead") {
            (!cfg!(feature = "opus")).then_some(UnplayableFormat::NoOpus)
        } else if holds(b"Speex   ") {
            Some(UnplayableFormat::Speex)
        } else {
            holds(b"theora").then_some(UnplayableFormat::Video)
        });
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE") {
        let tag = memchr::memmem::find(&head, b"fmt ").and_then(|at| head.get(at + 8..at + 10));
        let tag = tag.map_or(0, |b| u64::from(b[0]) | u64::from(b[1]) << 8);
        return Ok((!matches!(tag, 0 | 1 | 3 | 6 | 7 | 0xfffe)).then_some(UnplayableFormat::WavCodec { tag }));
    }
    // The first two bytes of a frame of layer I or II.
    let layered = matches!(head[..], [0xff, b, ..] if b & 0xe0 == 0xe0 && matches!(b >> 1 & 3, 2 | 3));
    Ok(layered.then_some(UnplayableFormat::Mpeg12))
}

fn head(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.rewind()?;
    file.take(LOOK).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether these bytes begin a web page.
fn is_page(head: &[u8]) -> bool {
    let text: Vec<u8> = head.iter().take(512).map(u8::to_ascii_lowercase).collect();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii_start();
    [b"<!doctype html".as_slice(), b"<html", b"<head", b"<?xml"].iter().any(|mark| text.starts_with(mark))
}
