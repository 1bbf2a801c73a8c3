//! Frames: those of the source, for every codec that can carry them.
use super::*;

/// Every encoder that keeps count of what it was given.
const EXACT: [(&str, &[&str]); 13] = [
    ("u8.wav", &["-c:a", "pcm_u8"]),
    ("s16.wav", &["-c:a", "pcm_s16le"]),
    ("s24.wav", &["-c:a", "pcm_s24le"]),
    ("s32.wav", &["-c:a", "pcm_s32le"]),
    ("f32.wav", &["-c:a", "pcm_f32le"]),
    ("alaw.wav", &["-c:a", "pcm_alaw"]),
    ("mulaw.wav", &["-c:a", "pcm_mulaw"]),
    ("a.flac", &["-c:a", "flac"]),
    ("cbr.mp3", &["-c:a", "libmp3lame", "-b:a", "64k"]),
    ("vbr.mp3", &["-c:a", "libmp3lame", "-q:a", "5"]),
    ("a.ogg", &["-c:a", "libvorbis"]),
    ("a.m4a", &["-c:a", "aac"]),
    ("front.m4a", &["-c:a", "aac", "-movflags", "+faststart"]),
];

/// Those that do not.
const LOOSE: [(&str, &[&str]); 3] = [
    ("parts.m4a", &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+delay_moov"]),
    ("bare.mp3", &["-c:a", "libmp3lame", "-b:a", "64k", "-write_xing", "0"]),
    ("bare.aac", &["-c:a", "aac"]),
];

/// Frames, rate, channels: of every rate, and around the sizes of the codecs' own blocks.
const SOURCES: [(usize, u32, u16); 13] = [
    (441_000, 44_100, 2),
    (123_457, 44_100, 1),
    (30_011, 22_050, 1),
    (48_017, 48_000, 2),
    (8003, 8000, 1),
    (11_111, 11_025, 1),
    (7919, 16_000, 2),
    (5000, 24_000, 1),
    (33_333, 32_000, 2),
    (1, 48_000, 1),
    (500, 44_100, 2),
    (1152, 44_100, 2),
    (1153, 48_000, 1),
];

/// The least and the most frames that are right for a file of so many frames.
fn right_frames(kind: &str, frames: u64) -> (u64, u64) {
    match kind {
        // ffmpeg's writer caps the padding in the header: of these two, the header itself claims 46 more.
        "cbr.mp3" | "vbr.mp3" if matches!(frames, 1 | 1153) => (frames + 46, frames + 46),
        // Written in parts: the priming is known, the padding is not.
        "parts.m4a" => (frames, frames + 1024),
        // Nothing in it says how much is the encoder's priming and padding.
        "bare.aac" => ((frames + 1024).next_multiple_of(1024), (frames + 1024).next_multiple_of(1024)),
        _ => (frames, frames),
    }
}

/// Asserts the frames, rate, channels and duration that are told of a file.
fn assert_length(name: &str, ours: &Value, right: (u64, u64), rate: u32, channels: u16) {
    let frames = ours["frames"].as_u64().unwrap_or_else(|| panic!("{name}: {ours}"));
    assert!((right.0..=right.1).contains(&frames), "{name}: {frames} frames, not {right:?}");
    assert_eq!((&ours["sample_rate"], &ours["channels"]), (&rate.into(), &channels.into()), "{name}");
    let rate = u64::from(rate);
    assert_eq!(ours["duration_ms"].as_u64(), Some((frames * 2000 + rate) / (2 * rate)), "{name}: {frames} frames");
}

/// The expectation is the source's own length. ffmpeg's decoder is not the judge of it: of Vorbis on a single page it
/// drops a block or keeps one more, of AAC it keeps the padding; the files themselves say the right length.
#[test]
fn durations_are_those_of_the_source() {
    let dir = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    let mut expected = Vec::new();
    for (frames, rate, channels) in SOURCES {
        media::write_wav(&dir.path().join("source"), &media::signal(frames, rate, channels), rate, channels);
        // Of one frame ffmpeg's edit list, which counts milliseconds, says that there is nothing; and what has no
        // header needs more than the two packets that it is then.
        let kinds = EXACT.iter().chain(&LOOSE);
        let kinds = kinds.filter(|(kind, _)| frames > 1 || !kind.ends_with("m4a") && !kind.starts_with("bare"));
        let outputs: Vec<_> = kinds.map(|(kind, args)| (format!("{frames}-{kind}"), *args)).collect();
        encode(dir.path(), "source", &outputs);
        for (name, _) in outputs {
            let kind = name.split_once('-').unwrap().1;
            let right = if kind == "bare.mp3" {
                // The delay and the padding stay in.
                let whole = media::oracle(&dir.path().join(&name), rate, channels).len() as u64 / u64::from(channels);
                (whole, whole)
            } else {
                right_frames(kind, frames as u64)
            };
            expected.push((right, rate, channels));
            names.push(name);
        }
    }
    let (fine, found) = scan(dir.path(), &names);
    for ((name, ours), (right, rate, channels)) in names.iter().zip(&found).zip(expected) {
        assert_length(name, ours, right, rate, channels);
    }
    assert!(fine, "every file can be played");
}

/// Opus is always at 48 kHz, and says how much of its end is padding.
#[test]
fn opus_is_as_long_as_its_source() {
    let dir = tempfile::tempdir().unwrap();
    let sources = [(48_017, 2), (1, 1), (1153, 1), (100_000, 1)];
    let names = sources.map(|(frames, channels)| {
        let name = format!("{frames}.opus");
        media::make(dir.path(), &name, frames, 48_000, channels, &["-c:a", "libopus"]);
        name
    });
    let (fine, found) = scan(dir.path(), &names);
    for ((name, ours), (frames, channels)) in names.iter().zip(&found).zip(sources) {
        assert_length(name, ours, (frames as u64, frames as u64), 48_000, channels);
    }
    assert!(fine, "every file can be played");
}

/// Without a length in the file nothing but decoding gives it: from the bitrate of its first frame this one is
/// minutes off.
#[test]
fn a_long_mp3_without_an_index_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["-c:a", "libmp3lame", "-q:a", "7", "-write_xing", "0"];
    let path = media::make(dir.path(), "long.mp3", 300 * 22_050, 22_050, 1, &args);
    let whole = media::oracle(&path, 22_050, 1).len() as u64;
    // Whole frames of 576, of which the first 1105 samples are the encoder's and the decoder's delay.
    assert!(whole.is_multiple_of(576) && (300 * 22_050 + 1105..300 * 22_050 + 1105 + 576).contains(&whole), "{whole}");
    let (fine, found) = scan(dir.path(), &["long.mp3".to_owned()]);
    assert!(fine);
    assert_length("long.mp3", &found[0], (whole - 1105, whole), 22_050, 1);
}

/// Cut without encoding anew: the file holds more than its edit list says is to be heard.
#[test]
fn an_edit_list_is_heeded() {
    let dir = tempfile::tempdir().unwrap();
    media::make(dir.path(), "whole.m4a", 441_000, 44_100, 2, &["-c:a", "aac"]);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.current_dir(dir.path()).args(["-v", "error", "-nostdin", "-ss", "1.5", "-t", "4", "-i", "whole.m4a"]);
    let cut = ffmpeg.args(["-map_metadata", "-1", "-c", "copy", "cut.m4a"]).status();
    assert!(cut.expect("ffmpeg is needed to cut a file").success());
    let heard = media::oracle(&dir.path().join("cut.m4a"), 44_100, 2).len() as u64 / 2;
    // Packets of 1024 frames, less where within the first the edit begins.
    assert_eq!(heard % 1024, 1024 - 614, "{heard}");
    let (fine, found) = scan(dir.path(), &["cut.m4a".to_owned()]);
    assert!(fine);
    // The list counts milliseconds, of 44.1 frames each.
    assert_length("cut.m4a", &found[0], (heard - 45, heard + 45), 44_100, 2);
}
