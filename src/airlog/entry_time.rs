//! Finds the time of an entry without reading the entries before it.
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use chrono::{DateTime, FixedOffset};

use super::files::part_name;
use super::parts::count_parts;
use super::storage::FolderStorage;
use crate::base::instant::WallTime;
use crate::proof::tiles::MAX_ENTRY_BYTES;

/// Number of bytes at the beginning of a line that always contain `seq` and `at`.
const HEADER_BYTES: usize = 160;
/// Maximum number of bytes that are read from one line: the longest entry with its newline.
const MAX_LINE_BYTES: u64 = MAX_ENTRY_BYTES as u64 + 1;

/// Returns the time in the header of entry `seq`; `None` if the log has no such entry, or its line is damaged.
///
/// The entry numbers increase from line to line, so a binary search finds the line. It reads only a few dozen lines,
/// even of a very long log.
///
/// # Errors
/// If the log cannot be read.
pub fn time_of_entry(log: &FolderStorage, seq: u64) -> io::Result<Option<WallTime>> {
    // A later file continues the log from the number of its first entry.
    for part in (0..count_parts(log)).rev() {
        let Some(file) = log.open(&part_name(part))? else { continue };
        let length = file.metadata()?.len();
        let mut lines = LineFinder { input: BufReader::with_capacity(4096, file), length };
        match lines.line_from(0)? {
            Some(first) if first.seq <= seq => return lines.find(seq),
            _ => {}
        }
    }
    Ok(None)
}

/// The header of a line.
struct LineHeader {
    start: u64,
    seq: u64,
    at: WallTime,
}

struct LineFinder {
    input: BufReader<File>,
    length: u64,
}

impl LineFinder {
    fn find(&mut self, seq: u64) -> io::Result<Option<WallTime>> {
        // All lines before `low` have smaller numbers. The first line from `high` on has this number or a greater one.
        let (mut low, mut high) = (0, self.length);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.line_from(middle)? {
                Some(line) if line.seq < seq => low = line.start + 1,
                _ => high = middle,
            }
        }
        Ok(self.line_from(low)?.filter(|line| line.seq == seq).map(|line| line.at))
    }

    /// Returns the first line that begins at `offset` or after it; `None` if there is none, or it is damaged.
    fn line_from(&mut self, offset: u64) -> io::Result<Option<LineHeader>> {
        let mut start = offset;
        self.input.seek(SeekFrom::Start(offset.saturating_sub(1)))?;
        if offset > 0 {
            let mut skipped = Vec::new();
            (&mut self.input).take(MAX_LINE_BYTES).read_until(b'\n', &mut skipped)?;
            if skipped.last() != Some(&b'\n') {
                return Ok(None);
            }
            start = offset - 1 + skipped.len() as u64;
        }
        let mut header = Vec::with_capacity(HEADER_BYTES);
        (&mut self.input).take(HEADER_BYTES as u64).read_to_end(&mut header)?;
        Ok(parse_header(&header).map(|(seq, at)| LineHeader { start, seq, at }))
    }
}

/// Parses the fixed beginning of a line (docs/airlog-format.md): `{"v":1,"seq":N,"type":"T","at":"…"`.
fn parse_header(bytes: &[u8]) -> Option<(u64, WallTime)> {
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    // The header may be cut off within a character of a later value.
    let text = std::str::from_utf8(line).or_else(|e| std::str::from_utf8(&line[..e.valid_up_to()])).ok()?;
    let (seq, remainder) = text.strip_prefix("{\"v\":1,\"seq\":")?.split_once(",\"type\":\"")?;
    let (_, remainder) = remainder.split_once("\",\"at\":\"")?;
    let at: DateTime<FixedOffset> = remainder.split_once('"')?.0.parse().ok()?;
    Some((seq.parse().ok()?, WallTime(at.timestamp_micros())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_of(parts: &[&str]) -> (tempfile::TempDir, FolderStorage) {
        let folder = tempfile::tempdir().expect("create the folder");
        for (number, text) in parts.iter().enumerate() {
            std::fs::write(folder.path().join(part_name(number)), text).expect("write the file");
        }
        let storage = FolderStorage::for_airlog(folder.path().to_owned());
        (folder, storage)
    }

    /// Returns lines of very different lengths. Entry `n` was written in minute `n`.
    fn lines(seqs: std::ops::Range<u64>) -> String {
        let line = |seq: u64| {
            let at = format!("2023-03-{:02}T{:02}:{:02}:00.000000+07:00", 1 + seq / 1440, seq / 60 % 24, seq % 60);
            let rest = "ạ".repeat((seq * seq % 977) as usize);
            format!("{{\"v\":1,\"seq\":{seq},\"type\":\"note\",\"at\":\"{at}\",\"text\":\"{rest}\"}}\n")
        };
        seqs.map(line).collect()
    }

    fn minutes(time: Option<WallTime>) -> Option<i64> {
        let first: DateTime<FixedOffset> = "2023-03-01T00:00:00+07:00".parse().expect("parse the time");
        time.map(|time| (time.0 - first.timestamp_micros()) / 60_000_000)
    }

    #[test]
    fn only_the_entries_of_the_log_are_found() {
        let (_folder, log) = log_of(&[&lines(0..500), "", &lines(300..400)]);
        for seq in [0, 1, 2, 37, 298, 299, 300, 301, 399] {
            assert_eq!(minutes(time_of_entry(&log, seq).expect("read the log")), Some(seq as i64), "{seq}");
        }
        // The later file continues the log from entry 300, so lines 300 to 499 of the first file do not count.
        assert_eq!(time_of_entry(&log, 400).expect("read the log"), None);
        assert_eq!(time_of_entry(&log, u64::MAX).expect("read the log"), None);
    }

    #[test]
    fn no_time_is_found_in_a_damaged_or_empty_log() {
        for text in [
            "",
            "\n",
            "x",
            "{\"v\":1,\"seq\":",
            &"x".repeat(1 << 20),
            "{\"v\":1,\"seq\":0,\"type\":\"a\",\"at\":\"nie\",\"b\":1}\n",
        ] {
            let (_folder, log) = log_of(&[text]);
            assert_eq!(time_of_entry(&log, 0).expect("read the log"), None);
        }
        let (_folder, log) = log_of(&[]);
        assert_eq!(time_of_entry(&log, 0).expect("read the log"), None);
    }
}
