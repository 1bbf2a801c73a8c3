//! What a file is that is no audio file of ours: by the marks that such files begin with.
use std::fs::File;
use std::io::{self, Read, Seek};

use super::mp4;
use crate::text::library::Foreign;

/// Bytes that are looked at.
const LOOK: u64 = 64 * 1024;

/// What begins like this is something else, whatever a search for sound might find in it.
const MARKS: [(&[u8], Foreign); 24] = [
    (&[0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], Foreign::Wma),
    (b"#!AMR", Foreign::Amr),
    (&[0x0b, 0x77], Foreign::Ac3),
    (b"caff", Foreign::Caf),
    (&[0x1a, 0x45, 0xdf, 0xa3], Foreign::Matroska),
    (b"MAC ", Foreign::Ape),
    (b"wvpk", Foreign::WavPack),
    (b".RMF", Foreign::RealAudio),
    (b".ra\xfd", Foreign::RealAudio),
    (b"MThd", Foreign::Midi),
    (b"FLV\x01", Foreign::Video),
    (&[0, 0, 1, 0xba], Foreign::Video),
    (&[0, 0, 1, 0xb3], Foreign::Video),
    (&[0xff, 0xd8, 0xff], Foreign::Picture),
    (b"\x89PNG", Foreign::Picture),
    (b"GIF8", Foreign::Picture),
    (b"BM6", Foreign::Picture),
    (b"%PDF", Foreign::Document),
    (b"{\\rtf", Foreign::Document),
    (&[0xd0, 0xcf, 0x11, 0xe0], Foreign::Document),
    (b"PK\x03\x04", Foreign::Archive),
    (b"Rar!", Foreign::Archive),
    (b"7z\xbc\xaf", Foreign::Archive),
    (&[0x1f, 0x8b], Foreign::Archive),
];

/// What the file certainly is, if that is nothing that can be played.
///
/// # Errors
/// Those of reading and seeking.
pub(super) fn certainly(file: &mut File) -> io::Result<Option<Foreign>> {
    let head = head(file)?;
    if head.is_empty() {
        return Ok(Some(Foreign::Empty));
    }
    if let Some((_, foreign)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return Ok(Some(foreign.clone()));
    }
    Ok(match (head.get(..4), head.get(8..12)) {
        (Some(b"FORM"), Some(b"AIFF" | b"AIFC")) => Some(Foreign::Aiff),
        (Some(b"RIFF"), Some(b"AVI ")) => Some(Foreign::Video),
        (Some(b"RIFF"), Some(b"WEBP")) => Some(Foreign::Picture),
        (Some(b"RIFF"), Some(b"RMID")) => Some(Foreign::Midi),
        // Packets of 188 bytes: a transport stream.
        _ if (0..5).all(|n| head.get(n * 188) == Some(&0x47)) => Some(Foreign::Video),
        _ if is_page(&head) => Some(Foreign::Page),
        _ if head.get(4..8) == Some(b"ftyp") => mp4::foreign(file)?,
        _ => None,
    })
}

/// What the file probably is, now that it could not be played.
///
/// # Errors
/// Those of reading and seeking.
pub(super) fn perhaps(file: &mut File) -> io::Result<Option<Foreign>> {
    let head = head(file)?;
    if head.starts_with(b"OggS") {
        let holds = |mark: &[u8]| memchr::memmem::find(&head[..head.len().min(512)], mark).is_some();
        return Ok(if holds(b"OpusHead") {
            (!cfg!(feature = "opus")).then_some(Foreign::NoOpus)
        } else if holds(b"Speex   ") {
            Some(Foreign::Speex)
        } else {
            holds(b"theora").then_some(Foreign::Video)
        });
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE") {
        let tag = memchr::memmem::find(&head, b"fmt ").and_then(|at| head.get(at + 8..at + 10));
        let tag = tag.map_or(0, |b| u64::from(b[0]) | u64::from(b[1]) << 8);
        return Ok((!matches!(tag, 0 | 1 | 3 | 6 | 7 | 0xfffe)).then_some(Foreign::WavCodec { tag }));
    }
    // The first two bytes of a frame of layer I or II.
    let layered = matches!(head[..], [0xff, b, ..] if b & 0xe0 == 0xe0 && matches!(b >> 1 & 3, 2 | 3));
    Ok(layered.then_some(Foreign::Mpeg12))
}

fn head(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.rewind()?;
    file.take(LOOK).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether this is the beginning of a web page.
fn is_page(head: &[u8]) -> bool {
    let text: Vec<u8> = head.iter().take(512).map(u8::to_ascii_lowercase).collect();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii_start();
    [b"<!doctype html".as_slice(), b"<html", b"<head", b"<?xml"].iter().any(|mark| text.starts_with(mark))
}
