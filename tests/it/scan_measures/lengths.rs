//! The scan finds the number of frames of the source in every format that stores it.
use super::*;

/// Encoders whose files store the exact length.
const EXACT_ENCODERS: [(&str, &[&str]); 13] = [
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

/// Encoders whose files do not store the exact length.
const INEXACT_ENCODERS: [(&str, &[&str]); 3] = [
    ("parts.m4a", &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+delay_moov"]),
    ("bare.mp3", &["-c:a", "libmp3lame", "-b:a", "64k", "-write_xing", "0"]),
    ("bare.aac", &["-c:a", "aac"]),
];

/// Frames, rate and channels of each source: all rates, and lengths around the block sizes of the codecs.
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

/// The minimum and maximum number of frames that a scan is allowed to find in a file whose source has `frames`.
fn expected_frames(kind: &str, frames: u64) -> (u64, u64) {
    match kind {
        // ffmpeg limits the padding in the header, so for these two lengths the header itself claims 46 frames more.
        "cbr.mp3" | "vbr.mp3" if matches!(frames, 1 | 1153) => (frames + 46, frames + 46),
        // A fragmented file stores the encoder's delay but not its padding.
        "parts.m4a" => (frames, frames + 1024),
        // A bare stream stores neither delay nor padding.
        "bare.aac" => ((frames + 1024).next_multiple_of(1024), (frames + 1024).next_multiple_of(1024)),
        _ => (frames, frames),
    }
}

/// Asserts the frames, rate, channels and duration in a file's object.
fn assert_length(name: &str, object: &Value, expected: (u64, u64), rate: u32, channels: u16) {
    let frames = object["frames"].as_u64().unwrap_or_else(|| panic!("{name}: {object}"));
    assert!((expected.0..=expected.1).contains(&frames), "{name}: {frames} frames, not {expected:?}");
    assert_eq!((&object["sample_rate"], &object["channels"]), (&rate.into(), &channels.into()), "{name}");
    let rate = u64::from(rate);
    assert_eq!(object["duration_ms"].as_u64(), Some((frames * 2000 + rate) / (2 * rate)), "{name}: {frames} frames");
}

/// The expected length is that of the source, not of ffmpeg's decoder: for Vorbis on a single page the decoder drops or
/// adds a block, and for AAC it keeps the padding. The files themselves store the right length.
#[test]
fn the_scanned_length_equals_that_of_the_source() {
    let dir = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    let mut expected = Vec::new();
    for (frames, rate, channels) in SOURCES {
        media::write_wav(&dir.path().join("source"), &media::signal(frames, rate, channels), rate, channels);
        // For a source of one frame, ffmpeg's edit list has length 0, because it counts milliseconds. A bare stream of
        // one frame has only two packets, which is too few.
        let kinds = EXACT_ENCODERS.iter().chain(&INEXACT_ENCODERS);
        let kinds = kinds.filter(|(kind, _)| frames > 1 || !kind.ends_with("m4a") && !kind.starts_with("bare"));
        let outputs: Vec<_> = kinds.map(|(kind, args)| (format!("{frames}-{kind}"), *args)).collect();
        encode(dir.path(), "source", &outputs);
        for (name, _) in outputs {
            let kind = name.split_once('-').unwrap().1;
            let frame_range = if kind == "bare.mp3" {
                // The file stores neither delay nor padding, so both are counted.
                let decoded_frames = media::decode_with_ffmpeg(&dir.path().join(&name), rate, channels).len() as u64
                    / u64::from(channels);
                (decoded_frames, decoded_frames)
            } else {
                expected_frames(kind, frames as u64)
            };
            expected.push((frame_range, rate, channels));
            names.push(name);
        }
    }
    let (all_playable, objects) = scan(dir.path(), &names);
    for ((name, object), (frame_range, rate, channels)) in names.iter().zip(&objects).zip(expected) {
        assert_length(name, object, frame_range, rate, channels);
    }
    assert!(all_playable, "every file can be played");
}

/// Opus always uses 48 kHz, and its last page stores the amount of padding at the end.
#[test]
fn an_opus_file_has_the_length_of_its_source() {
    let dir = tempfile::tempdir().unwrap();
    let sources = [(48_017, 2), (1, 1), (1153, 1), (100_000, 1)];
    let names = sources.map(|(frames, channels)| {
        let name = format!("{frames}.opus");
        media::encode_signal(dir.path(), &name, frames, 48_000, channels, &["-c:a", "libopus"]);
        name
    });
    let (all_playable, objects) = scan(dir.path(), &names);
    for ((name, object), (frames, channels)) in names.iter().zip(&objects).zip(sources) {
        assert_length(name, object, (frames as u64, frames as u64), 48_000, channels);
    }
    assert!(all_playable, "every file can be played");
}

/// A file without an index must be decoded to find its length: an estimate from the bit rate of its first frame would
/// be wrong by minutes.
#[test]
fn a_long_mp3_without_an_index_is_measured_by_decoding() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["-c:a", "libmp3lame", "-q:a", "7", "-write_xing", "0"];
    let path = media::encode_signal(dir.path(), "long.mp3", 300 * 22_050, 22_050, 1, &args);
    let decoded_frames = media::decode_with_ffmpeg(&path, 22_050, 1).len() as u64;
    // Whole blocks of 576 frames. The first 1105 frames are the delay of the encoder and the decoder.
    assert!(
        decoded_frames.is_multiple_of(576)
            && (300 * 22_050 + 1105..300 * 22_050 + 1105 + 576).contains(&decoded_frames),
        "{decoded_frames}"
    );
    let (all_playable, objects) = scan(dir.path(), &["long.mp3".to_owned()]);
    assert!(all_playable);
    assert_length("long.mp3", &objects[0], (decoded_frames - 1105, decoded_frames), 22_050, 1);
}

/// The file is cut without being encoded again, so it holds more frames than its edit list selects.
#[test]
fn an_edit_list_limits_the_length() {
    let dir = tempfile::tempdir().unwrap();
    media::encode_signal(dir.path(), "whole.m4a", 441_000, 44_100, 2, &["-c:a", "aac"]);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.current_dir(dir.path()).args(["-v", "error", "-nostdin", "-ss", "1.5", "-t", "4", "-i", "whole.m4a"]);
    let status = ffmpeg.args(["-map_metadata", "-1", "-c", "copy", "cut.m4a"]).status();
    assert!(status.expect("ffmpeg is needed to cut a file").success());
    let decoded_frames = media::decode_with_ffmpeg(&dir.path().join("cut.m4a"), 44_100, 2).len() as u64 / 2;
    // The packets have 1024 frames. The edit begins at 1.5 s, which is 614 frames into the first packet that is kept.
    assert_eq!(decoded_frames % 1024, 1024 - 614, "{decoded_frames}");
    let (all_playable, objects) = scan(dir.path(), &["cut.m4a".to_owned()]);
    assert!(all_playable);
    // The edit list counts milliseconds of 44.1 frames each.
    assert_length("cut.m4a", &objects[0], (decoded_frames - 45, decoded_frames + 45), 44_100, 2);
}
