//! Formats that cannot be played, identified by the first bytes of a file.
use std::fs::File;
use std::io::{self, Read, Seek};

use super::mp4;
use crate::library::flaw::UnplayableFormat;

/// Maximum number of bytes that are read from the beginning of a file.
const MAX_FIRST_BYTES: u64 = 64 * 1024;

/// The first bytes of formats that cannot be played.
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

/// Returns the format of the file, if its first bytes show that it cannot be played.
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn identify_by_signature(file: &mut File) -> io::Result<Option<UnplayableFormat>> {
    let first_bytes = read_first_bytes(file)?;
    if first_bytes.is_empty() {
        return Ok(Some(UnplayableFormat::Empty));
    }
    if let Some((_, format)) = SIGNATURES.iter().find(|(signature, _)| first_bytes.starts_with(signature)) {
        return Ok(Some(format.clone()));
    }
    Ok(match (first_bytes.get(..4), first_bytes.get(8..12)) {
        (Some(b"FORM"), Some(b"AIFF" | b"AIFC")) => Some(UnplayableFormat::Aiff),
        (Some(b"RIFF"), Some(b"AVI ")) => Some(UnplayableFormat::Video),
        (Some(b"RIFF"), Some(b"WEBP")) => Some(UnplayableFormat::Picture),
        (Some(b"RIFF"), Some(b"RMID")) => Some(UnplayableFormat::Midi),
        // An MPEG transport stream has packets of 188 bytes, which begin with 0x47.
        _ if (0..5).all(|n| first_bytes.get(n * 188) == Some(&0x47)) => Some(UnplayableFormat::Video),
        _ if is_web_page(&first_bytes) => Some(UnplayableFormat::WebPage),
        _ if first_bytes.get(4..8) == Some(b"ftyp") => mp4::identify_unplayable(file)?,
        _ => None,
    })
}

/// Returns the probable format of a file that could not be played.
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn guess_after_failure(file: &mut File) -> io::Result<Option<UnplayableFormat>> {
    let first_bytes = read_first_bytes(file)?;
    if first_bytes.starts_with(b"OggS") {
        let contains =
            |signature: &[u8]| memchr::memmem::find(&first_bytes[..first_bytes.len().min(512)], signature).is_some();
        return Ok(if contains(b"OpusHead") {
            (!cfg!(feature = "opus")).then_some(UnplayableFormat::NoOpus)
        } else if contains(b"Speex   ") {
            Some(UnplayableFormat::Speex)
        } else {
            contains(b"theora").then_some(UnplayableFormat::Video)
        });
    }
    if first_bytes.starts_with(b"RIFF") && first_bytes.get(8..12) == Some(b"WAVE") {
        let tag_bytes = memchr::memmem::find(&first_bytes, b"fmt ").and_then(|fmt| first_bytes.get(fmt + 8..fmt + 10));
        let tag = tag_bytes.map_or(0, |b| u64::from(b[0]) | u64::from(b[1]) << 8);
        return Ok((!matches!(tag, 0 | 1 | 3 | 6 | 7 | 0xfffe)).then_some(UnplayableFormat::WavCodec { tag }));
    }
    // The first two bytes of a frame of MPEG audio, layer I or II.
    let is_layer_1_or_2 = matches!(first_bytes[..], [0xff, b, ..] if b & 0xe0 == 0xe0 && matches!(b >> 1 & 3, 2 | 3));
    Ok(is_layer_1_or_2.then_some(UnplayableFormat::MpegLayer1Or2))
}

/// Reads the first [`MAX_FIRST_BYTES`] bytes of a file.
fn read_first_bytes(file: &mut File) -> io::Result<Vec<u8>> {
    let mut first_bytes = Vec::new();
    file.rewind()?;
    file.take(MAX_FIRST_BYTES).read_to_end(&mut first_bytes)?;
    Ok(first_bytes)
}

/// Returns true when these are the first bytes of a web page.
fn is_web_page(first_bytes: &[u8]) -> bool {
    let text: Vec<u8> = first_bytes.iter().take(512).map(u8::to_ascii_lowercase).collect();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii_start();
    [b"<!doctype html".as_slice(), b"<html", b"<head", b"<?xml"].iter().any(|tag| text.starts_with(tag))
}
