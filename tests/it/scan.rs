//! The scan of audio files: exact lengths, and the refusal of files that are damaged or contain no audio.
use std::path::Path;

use loa::library::decode::Decoder;
use loa::library::scan::{ScanError, scan, scan_library};
use loa::library::{FileStatus, Library, file};

use crate::media;

/// Encodings that loa plays: the file name, and the arguments of ffmpeg.
const CODECS: &[(&str, &[&str])] = &[
    ("u8.wav", &["-c:a", "pcm_u8"]),
    ("s16.wav", &["-c:a", "pcm_s16le"]),
    ("s24.wav", &["-c:a", "pcm_s24le"]),
    ("s32.wav", &["-c:a", "pcm_s32le"]),
    ("f32.wav", &["-c:a", "pcm_f32le"]),
    ("a.flac", &["-c:a", "flac"]),
    ("cbr.mp3", &["-c:a", "libmp3lame", "-b:a", "128k"]),
    ("vbr.mp3", &["-c:a", "libmp3lame", "-q:a", "5"]),
    ("a.ogg", &["-c:a", "libvorbis"]),
    ("a.m4a", &["-c:a", "aac"]),
    ("front.m4a", &["-c:a", "aac", "-movflags", "+faststart"]),
    ("parts.m4a", &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+delay_moov"]),
    ("bare.aac", &["-c:a", "aac"]),
];

/// The number of frames that the scan must find in a file whose source has `frames`.
fn expected_frames(name: &str, frames: u64) -> u64 {
    match name {
        // A bare stream does not store the encoder's delay and padding, so the scan counts both.
        "bare.aac" => (frames + 1024).next_multiple_of(1024),
        _ => frames,
    }
}

#[test]
fn lengths_are_exact() {
    let dir = tempfile::tempdir().unwrap();
    for (frames, rate, channels) in [(441_000, 44_100, 2), (123_457, 44_100, 1), (30_011, 22_050, 1)] {
        for (name, args) in CODECS {
            let path = media::encode_signal(dir.path(), name, frames, rate, channels, args);
            let scan = scan(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!((scan.length.rate, scan.channels), (rate, channels), "{name}");
            assert_eq!(scan.bytes, path.metadata().unwrap().len(), "{name}");
            let scanned_frames = scan.length.frames;
            if *name == "parts.m4a" {
                // A fragmented file stores the encoder's delay, but not its padding.
                assert!(scanned_frames.abs_diff(frames as u64) <= 1024, "{name}: {scanned_frames} for {frames}");
            } else {
                assert_eq!(scanned_frames, expected_frames(name, frames as u64), "{name}");
            }
        }
    }
}

#[test]
fn a_variable_bit_rate_mp3_without_a_length_is_not_cut() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["-c:a", "libmp3lame", "-q:a", "7", "-write_xing", "0"];
    let path = media::encode_signal(dir.path(), "a.mp3", 300 * 22_050, 22_050, 1, &args);
    let length = scan(&path).unwrap().length;
    assert_eq!(length.frames, media::decode_with_ffmpeg(&path, 22_050, 1).len() as u64);
    // The delay and padding are counted: two blocks of 576 frames, and 529 frames of the decoder.
    assert!((300 * 22_050..300 * 22_050 + 1_700).contains(&length.frames), "{length:?}");
}

/// The interleaved samples that loa's decoder returns for a file.
fn decode(path: &Path) -> Vec<f32> {
    let mut decoder = Decoder::open(file::open(path).unwrap()).unwrap();
    let mut samples = Vec::new();
    while let Some(block) = decoder.next_block() {
        samples.extend_from_slice(block);
    }
    samples
}

/// The root mean square of the difference, divided by the root mean square of the reference.
fn deviation(samples: &[f32], reference: &[f32]) -> f64 {
    let sum = |f: &dyn Fn(f32, f32) -> f32| {
        let pairs = samples.iter().zip(reference);
        pairs.map(|(a, b)| f64::from(f(*a, *b)).powi(2)).sum::<f64>()
    };
    (sum(&|a, b| a - b) / sum(&|_, b| b)).sqrt()
}

#[test]
fn every_frame_is_at_the_same_position_as_in_ffmpegs_output() {
    let dir = tempfile::tempdir().unwrap();
    for (name, args) in CODECS {
        let path = media::encode_signal(dir.path(), name, 100_000, 44_100, 2, args);
        let (samples, reference) = (decode(&path), media::decode_with_ffmpeg(&path, 44_100, 2));
        // When ffmpeg reads its own fragmented files, it keeps the encoder's delay.
        let reference =
            if *name == "parts.m4a" { &reference[reference.len() - samples.len()..] } else { &reference[..] };
        let deviation = deviation(&samples, reference);
        assert!(deviation < 1e-3, "{name} differs by {deviation}");
    }
}

fn damage_detail(path: &Path) -> String {
    match scan(path) {
        Err(ScanError::Damaged { detail, .. }) => detail,
        other => panic!("{}: {other:?}", path.display()),
    }
}

#[test]
fn a_file_without_audio_is_reported_as_damaged_with_a_detail() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::write(path("empty.mp3"), b"").unwrap();
    std::fs::write(path("text.wav"), "loa ".repeat(50_000)).unwrap();
    let mut random = 1_u32;
    let garbage = (0..300_000).map(|_| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 24) as u8
    });
    std::fs::write(path("garbage.flac"), garbage.collect::<Vec<u8>>()).unwrap();
    media::write_wav(&path("no-frames.wav"), &[], 48_000, 2);
    for name in ["empty.mp3", "text.wav", "garbage.flac", "no-frames.wav"] {
        let detail = damage_detail(&path(name));
        assert!(detail.starts_with("it ") && !detail.contains("gave up"), "{name}: {detail}");
    }
    assert_eq!(scan(&path("nothing.mp3")), Err(ScanError::Missing));
    assert_eq!(damage_detail(dir.path()), "it is a folder, not a file");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        path("fifo.wav"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    assert_eq!(damage_detail(&path("fifo.wav")), "it is a device, a socket or a pipe, not a file");
    // A file that cannot be read is neither missing nor damaged. The first page of a process is never readable.
    match scan(Path::new("/proc/self/mem")) {
        Err(ScanError::Unreadable { detail }) => assert!(detail.starts_with("it cannot be read: "), "{detail}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(damage_detail(Path::new("/dev/zero")), "it is a device, a socket or a pipe, not a file");
}

#[test]
fn a_truncated_file_has_the_length_of_its_remaining_frames() {
    let dir = tempfile::tempdir().unwrap();
    for (name, args) in CODECS {
        let path = media::encode_signal(dir.path(), name, 220_500, 44_100, 2, args);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() * 3 / 5 + 1]).unwrap();
        if matches!(*name, "a.m4a") {
            // The index of this file is at its end, so the cut removes it.
            damage_detail(&path);
            continue;
        }
        let frames = scan(&path).unwrap_or_else(|e| panic!("{name}: {e}")).length.frames;
        assert!((80_000..160_000).contains(&frames), "{name}: {frames}");
    }
}

#[test]
fn a_hole_in_the_middle_is_found() {
    let dir = tempfile::tempdir().unwrap();
    for (name, args) in CODECS.iter().filter(|(name, _)| !name.ends_with("wav")) {
        let path = media::encode_signal(dir.path(), name, 882_000, 44_100, 2, args);
        let mut bytes = std::fs::read(&path).unwrap();
        let (from, to) = (bytes.len() * 2 / 5, bytes.len() / 2 + 20_000);
        bytes[from..to].fill(0);
        std::fs::write(&path, bytes).unwrap();
        let detail = damage_detail(&path);
        let is_reported = detail.contains("of its blocks cannot be decoded") || detail.contains("are not sound");
        assert!(is_reported, "{name}: {detail}");
    }
}

#[test]
fn wrong_sizes_in_wave_headers_are_ignored() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    let samples = media::signal(48_000, 48_000, 2);
    media::write_wav(&path, &samples, 48_000, 2);
    let intact = std::fs::read(&path).unwrap();
    for (riff, data) in [(0, 0), (u32::MAX, u32::MAX), (36, 0), (7, u32::MAX), (500, 3_000_000_000)] {
        let mut bytes = intact.clone();
        bytes[4..8].copy_from_slice(&u32::to_le_bytes(riff));
        bytes[40..44].copy_from_slice(&u32::to_le_bytes(data));
        std::fs::write(&path, bytes).unwrap();
        assert!(decode(&path) == samples, "RIFF {riff}, data {data}");
    }
    // A valid chunk after the audio data does not count as audio.
    let mut bytes = intact;
    bytes.extend_from_slice(b"LIST\x04\0\0\0INFO");
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(scan(&path).unwrap().length.frames, 48_000);
}

#[test]
fn joined_streams_are_one_sound_if_their_rates_are_equal_and_damaged_if_not() {
    let dir = tempfile::tempdir().unwrap();
    let vorbis = ["-c:a", "libvorbis"];
    let join_streams = |name: &str, rates: [u32; 2], args: &[&str]| {
        let parts = rates.map(|rate| {
            let path = media::encode_signal(dir.path(), &format!("{rate}-{name}"), 44_100, rate, 2, args);
            std::fs::read(path).unwrap()
        });
        let path = dir.path().join(name);
        std::fs::write(&path, parts.concat()).unwrap();
        path
    };
    let same_rates = join_streams("same.ogg", [44_100, 44_100], &vorbis);
    assert_eq!(scan(&same_rates).unwrap().length.frames, 88_200);
    for path in [
        join_streams("mixed.ogg", [44_100, 48_000], &vorbis),
        join_streams("mixed.mp3", [44_100, 48_000], &["-c:a", "libmp3lame"]),
    ] {
        let detail = damage_detail(&path);
        assert!(detail.contains("its blocks cannot be decoded"), "{detail}");
        eprintln!("{detail}");
    }
}

#[test]
fn a_picture_before_an_mp3_stream_is_skipped() {
    let dir = tempfile::tempdir().unwrap();
    let path =
        media::encode_signal(dir.path(), "a.mp3", 44_100, 44_100, 2, &["-c:a", "libmp3lame", "-id3v2_version", "0"]);
    let mp3_bytes = std::fs::read(&path).unwrap();
    // An ID3v2 tag of 2 MiB, full of bytes that look like the start of MP3 frames.
    let picture = [0xff, 0xfb, 0x90, 0x44].repeat(512 * 1024);
    let size = picture.len();
    let mut bytes = b"ID3\x04\0\0".to_vec();
    bytes.extend([21, 14, 7, 0].map(|shift| (size >> shift) as u8 & 0x7f));
    bytes.extend(picture);
    bytes.extend(mp3_bytes);
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(scan(&path).unwrap().length.frames, 44_100);
}

#[test]
fn samples_beyond_the_limit_are_clamped_and_nan_becomes_silence() {
    let dir = tempfile::tempdir().unwrap();
    let path = media::encode_signal(dir.path(), "a.wav", 5, 48_000, 1, &["-c:a", "pcm_f32le"]);
    let mut bytes = std::fs::read(&path).unwrap();
    let offset = bytes.len() - 20;
    for (i, sample) in [f32::NAN, f32::INFINITY, 100.0, -7.0, 0.25].into_iter().enumerate() {
        bytes[offset + 4 * i..offset + 4 * i + 4].copy_from_slice(&sample.to_le_bytes());
    }
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(decode(&path), [0.0, 0.0, 8.0, -7.0, 0.25]);
}

#[test]
fn the_file_extension_does_not_matter() {
    let dir = tempfile::tempdir().unwrap();
    let path = media::encode_signal(dir.path(), "a.flac", 44_100, 44_100, 2, &[]);
    let wrong_extension = path.with_extension("mp3");
    std::fs::rename(&path, &wrong_extension).unwrap();
    assert_eq!(scan(&wrong_extension).unwrap().codec, "flac");
}

#[test]
fn a_library_remembers_the_length_of_lost_files() {
    let dir = tempfile::tempdir().unwrap();
    let audio = dir.path().join("audio");
    std::fs::create_dir_all(audio.join("deep")).unwrap();
    let write = |name: &str, frames| {
        media::write_wav(&audio.join(name), &media::signal(frames, 48_000, 1), 48_000, 1);
    };
    for (name, frames) in [("a.wav", 100), ("deep/b.wav", 200), ("c.wav", 300)] {
        write(name, frames);
    }
    std::os::unix::fs::symlink(dir.path(), audio.join("link")).unwrap();
    let names = ["a.wav", "deep/b.wav", "c.wav", "../audio/a.wav", "/etc/passwd", "link", ""];
    let first_library = scan_library(&audio, names.into_iter(), &Library::default());
    assert_eq!(first_library.files.len(), names.len());
    for name in ["../audio/a.wav", "/etc/passwd", "link", ""] {
        assert!(matches!(first_library.files[name], FileStatus::Damaged { last: None, .. }), "{name}");
    }
    assert_eq!(first_library.planning_length("deep/b.wav").frames, 200);

    std::fs::remove_file(audio.join("a.wav")).unwrap();
    std::fs::write(audio.join("c.wav"), "gone").unwrap();
    let second_library = scan_library(&audio, names.into_iter(), &first_library);
    assert!(matches!(second_library.files["a.wav"], FileStatus::Missing { .. }));
    assert!(matches!(second_library.files["c.wav"], FileStatus::Damaged { .. }));
    assert!(matches!(second_library.files["deep/b.wav"], FileStatus::Good(_)));
    assert_eq!(
        (second_library.planning_length("a.wav").frames, second_library.planning_length("c.wav").frames),
        (100, 300)
    );
}
