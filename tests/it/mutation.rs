//! Reading a damaged schedule never panics, and every finding has a span.
use loa::schedule::{SourceFile, read};
use proptest::prelude::*;

use crate::check::{problems_in, render_in_both_languages};

/// Marsaglia's xorshift generator, which gives the same mutations on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

fn mutate(random: &mut Random, text: &[u8]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=random.next(3) {
        let position = random.next(bytes.len());
        let len = random.next(40.min(bytes.len() - position));
        match random.next(6) {
            0 => bytes[position] = random.next(256) as u8,
            1 => bytes[position] ^= 1 << random.next(8),
            2 => bytes.insert(position, b"\"[]=.#\n{}',"[random.next(11)]),
            3 => drop(bytes.drain(position..position + len)),
            4 => {
                let moved_bytes = bytes[position..position + len].to_vec();
                let target = random.next(bytes.len());
                bytes.splice(target..target, moved_bytes);
            }
            _ => bytes.truncate(position + 1),
        }
    }
    bytes
}

#[test]
fn a_mutated_playlist_never_loses_a_segment_without_a_finding() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/playlists");
    let mut random = Random(0x5eed_0f10_a000_0001);
    let mut playlist_count = 0;
    for entry in std::fs::read_dir(folder).expect("list the folder").flatten() {
        let text = std::fs::read(entry.path()).expect("read the playlist");
        playlist_count += 1;
        let intact_files = [SourceFile::new("playlists/a.toml", &text)];
        let schedule = read(&intact_files).schedule;
        for n in 0..200 {
            let bytes = mutate(&mut random, &text);
            let files = [SourceFile::new("playlists/a.toml", &bytes)];
            let problems = problems_in(&files);
            render_in_both_languages(&files, &problems);
            let parsed = read(&files);
            let has_lost_segment = parsed.schedule.segments.len() < schedule.segments.len();
            assert!(!has_lost_segment || !problems.is_empty(), "mutation {n} lost a segment without a finding");
        }
    }
    assert!(playlist_count >= 2);
}

/// Each of these files once took minutes, because the line number of each finding was counted from the beginning of the
/// text.
#[test]
fn a_file_with_an_error_in_each_line_is_reported_quickly() {
    for line in ["a\n", "a=\n", "x\n[\n", "\"\n", "a=[\n", "=\n"] {
        let text = line.repeat(1_000_000 / line.len());
        let files = [SourceFile::new("playlists/a.toml", text.as_bytes())];
        let problems = read(&files).problems;
        assert!((1..=100).contains(&problems.len()), "{line:?}: {} findings", problems.len());
        render_in_both_languages(&files, &problems);
    }
}

/// Tries an id that fills its file, and a file name with a character that reverses the writing direction.
#[test]
fn printed_findings_are_short_and_have_no_direction_marks() {
    let long_id = format!("[[segment]]\nid = '{}'\ntitle = 'A'\nfile = 'a.mp3'\n", "Á".repeat(200_000));
    let files = [SourceFile::new("playlists/a.toml", long_id.as_bytes())];
    for text in render_in_both_languages(&files, &problems_in(&files)) {
        assert!(text.len() < 4000, "{} bytes", text.len());
    }
    let reversing_file_name = "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 'a\u{202e}3pm.exe'\n";
    let files = [SourceFile::new("playlists/a.toml", reversing_file_name.as_bytes())];
    for text in render_in_both_languages(&files, &problems_in(&files)) {
        assert!(text.contains("audio") && !text.contains('\u{202e}'), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let files = [SourceFile::new("station.toml", &bytes), SourceFile::new("playlists/a.toml", &bytes)];
        render_in_both_languages(&files, &problems_in(&files));
    }

    #[test]
    fn any_mix_of_schedule_lines_is_read_without_a_panic(
        fragments in prop::collection::vec(prop::sample::select(FRAGMENTS), 0..40)
    ) {
        let text = fragments.concat();
        let files = [SourceFile::new("station.toml", text.as_bytes()), SourceFile::new("playlists/a.toml", text.as_bytes())];
        render_in_both_languages(&files, &problems_in(&files));
    }
}

const FRAGMENTS: &[&str] = &[
    "[[segment]]\n",
    "[[session]]\n",
    "[campaign]\n",
    "[campaign.topics]\n",
    "[station]\n",
    "[output]\n",
    "id = \"a\"\n",
    "title = \"Á\"\n",
    "file = \"s-5.mp3\"\n",
    "at = \"05:15\"\n",
    "at = [\"05:15\", 5]\n",
    "play = [\"a\"]\n",
    "play = [{ segment = \"a\", dates = [2023-03-20, \"2023-05-01..2023-04-01\"], until = 2023-03-20 }]\n",
    "from = 2023-03-20\n",
    "until = 2023-02-30\n",
    "topic = 1\n",
    "1 = \"một\"\n",
    "days = [\"sun..mon\"]\n",
    "late = \"join\"\n",
    "\"",
    "[",
    "]",
    "=",
    "\n",
    "\r\n",
    "#",
    ".",
    "{",
    "}",
    "'''",
    "\u{7}",
    "đ",
    "\\",
    "0x",
    "1e9",
    "true",
    " ",
    "volume = 99999999999999999999\n",
    "valid-until = 0000-01-01\n",
    "from = 9999-12-31\n",
    "until = 0001-01-01\n",
];
