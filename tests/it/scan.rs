//! The library scan: exact lengths, and honesty about files that are not what they seem.
use std::path::Path;

use loa::library::decode::Decoder;
use loa::library::scan::{ScanError, scan, scan_library};
use loa::library::{FileStatus, Library, file};

use crate::media;

/// Every encoding that loa plays: name, ffmpeg's arguments.
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

/// Frames that a codec's file must give, when the source had `frames`.
fn expected(name: &str, frames: u64) -> u64 {
    match name {
        // Nothing in it says how much of it is the encoder's priming and padding.
        "bare.aac" => (frames + 1024).next_multiple_of(1024),
        _ => frames,
    }
}

#[test]
fn lengths_are_exact() {
    let dir = tempfile::tempdir().unwrap();
    for (frames, rate, channels) in [(441_000, 44_100, 2), (123_457, 44_100, 1), (30_011, 22_050, 1)] {
        for (name, args) in CODECS {
            let path = media::make(dir.path(), name, frames, rate, channels, args);
            let scan = scan(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!((scan.length.rate, scan.channels), (rate, channels), "{name}");
            assert_eq!(scan.bytes, path.metadata().unwrap().len(), "{name}");
            let found = scan.length.frames;
            if *name == "parts.m4a" {
                // Written in parts: the priming is known, the padding is not.
                assert!(found.abs_diff(frames as u64) <= 1024, "{name}: {found} for {frames}");
            } else {
                assert_eq!(found, expected(name, frames as u64), "{name}");
            }
        }
    }
}

#[test]
fn a_variable_rate_mp3_without_a_length_is_not_cut() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["-c:a", "libmp3lame", "-q:a", "7", "-write_xing", "0"];
    let path = media::make(dir.path(), "a.mp3", 300 * 22_050, 22_050, 1, &args);
    let length = scan(&path).unwrap().length;
    assert_eq!(length.frames, media::oracle(&path, 22_050, 1).len() as u64);
    // The encoder's delay and padding stay in: two frames of 576 and the decoder's 529.
    assert!((300 * 22_050..300 * 22_050 + 1_700).contains(&length.frames), "{length:?}");
}

/// Everything a decoder gives, interleaved.
fn decoded(path: &Path) -> Vec<f32> {
    let mut decoder = Decoder::open(file::open(path).unwrap()).unwrap();
    let mut samples = Vec::new();
    while let Some(block) = decoder.next_block() {
        samples.extend_from_slice(block);
    }
    samples
}

/// Root of the mean square of the difference, over that of the judge.
fn deviation(ours: &[f32], judge: &[f32]) -> f64 {
    let sum = |f: &dyn Fn(f32, f32) -> f32| {
        let pairs = ours.iter().zip(judge);
        pairs.map(|(a, b)| f64::from(f(*a, *b)).powi(2)).sum::<f64>()
    };
    (sum(&|a, b| a - b) / sum(&|_, b| b)).sqrt()
}

#[test]
fn every_frame_stands_where_another_decoder_puts_it() {
    let dir = tempfile::tempdir().unwrap();
    for (name, args) in CODECS {
        let path = media::make(dir.path(), name, 100_000, 44_100, 2, args);
        let (ours, judge) = (decoded(&path), media::oracle(&path, 44_100, 2));
        // ffmpeg's fragmented files keep the priming when ffmpeg itself reads them.
        let judge = if *name == "parts.m4a" { &judge[judge.len() - ours.len()..] } else { &judge[..] };
        let deviation = deviation(&ours, judge);
        assert!(deviation < 1e-3, "{name} differs by {deviation}");
    }
}

fn damage(path: &Path) -> String {
    match scan(path) {
        Err(ScanError::Damaged { detail, .. }) => detail,
        other => panic!("{}: {other:?}", path.display()),
    }
}

#[test]
fn what_is_no_sound_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::write(at("empty.mp3"), b"").unwrap();
    std::fs::write(at("text.wav"), "loa ".repeat(50_000)).unwrap();
    let mut n = 1_u32;
    let garbage = (0..300_000).map(|_| {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (n >> 24) as u8
    });
    std::fs::write(at("garbage.flac"), garbage.collect::<Vec<u8>>()).unwrap();
    media::write_wav(&at("no-frames.wav"), &[], 48_000, 2);
    for name in ["empty.mp3", "text.wav", "garbage.flac", "no-frames.wav"] {
        let detail = damage(&at(name));
        assert!(detail.starts_with("it ") && !detail.contains("gave up"), "{name}: {detail}");
    }
    assert_eq!(scan(&at("nothing.mp3")), Err(ScanError::Missing));
    assert_eq!(damage(dir.path()), "it is a folder, not a file");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        at("fifo.wav"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    assert_eq!(damage(&at("fifo.wav")), "it is a device, a socket or a pipe, not a file");
    assert_eq!(damage(Path::new("/dev/zero")), "it is a device, a socket or a pipe, not a file");
}

#[test]
fn a_file_that_was_cut_off_is_as_long_as_what_is_left() {
    let dir = tempfile::tempdir().unwrap();
    for (name, args) in CODECS {
        let path = media::make(dir.path(), name, 220_500, 44_100, 2, args);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() * 3 / 5 + 1]).unwrap();
        if matches!(*name, "a.m4a") {
            // Its table of contents stood at the end.
            damage(&path);
            continue;
        }
        let found = scan(&path).unwrap_or_else(|e| panic!("{name}: {e}")).length.frames;
        assert!((80_000..160_000).contains(&found), "{name}: {found}");
    }
}

#[test]
fn a_hole_in_the_middle_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    for (name, args) in CODECS.iter().filter(|(name, _)| !name.ends_with("wav")) {
        let path = media::make(dir.path(), name, 882_000, 44_100, 2, args);
        let mut bytes = std::fs::read(&path).unwrap();
        let (from, to) = (bytes.len() * 2 / 5, bytes.len() / 2 + 20_000);
        bytes[from..to].fill(0);
        std::fs::write(&path, bytes).unwrap();
        let detail = damage(&path);
        let told = detail.contains("of its blocks cannot be decoded") || detail.contains("are no sound");
        assert!(told, "{name}: {detail}");
    }
}

#[test]
fn wave_headers_that_lie_do_not_matter() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    let samples = media::signal(48_000, 48_000, 2);
    media::write_wav(&path, &samples, 48_000, 2);
    let honest = std::fs::read(&path).unwrap();
    for (riff, data) in [(0, 0), (u32::MAX, u32::MAX), (36, 0), (7, u32::MAX), (500, 3_000_000_000)] {
        let mut bytes = honest.clone();
        bytes[4..8].copy_from_slice(&u32::to_le_bytes(riff));
        bytes[40..44].copy_from_slice(&u32::to_le_bytes(data));
        std::fs::write(&path, bytes).unwrap();
        assert!(decoded(&path) == samples, "RIFF {riff}, data {data}");
    }
    // A proper chunk after the sound is no sound.
    let mut bytes = honest;
    bytes.extend_from_slice(b"LIST\x04\0\0\0INFO");
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(scan(&path).unwrap().length.frames, 48_000);
}

#[test]
fn streams_one_after_the_other_are_one_sound_or_told_not_to_be() {
    let dir = tempfile::tempdir().unwrap();
    let vorbis = ["-c:a", "libvorbis"];
    let joined = |name: &str, rates: [u32; 2], args: &[&str]| {
        let parts = rates.map(|rate| {
            let path = media::make(dir.path(), &format!("{rate}-{name}"), 44_100, rate, 2, args);
            std::fs::read(path).unwrap()
        });
        let path = dir.path().join(name);
        std::fs::write(&path, parts.concat()).unwrap();
        path
    };
    let same = joined("same.ogg", [44_100, 44_100], &vorbis);
    assert_eq!(scan(&same).unwrap().length.frames, 88_200);
    for path in
        [joined("other.ogg", [44_100, 48_000], &vorbis), joined("other.mp3", [44_100, 48_000], &["-c:a", "libmp3lame"])]
    {
        let detail = damage(&path);
        assert!(detail.contains("its blocks cannot be decoded"), "{detail}");
        eprintln!("{detail}");
    }
}

#[test]
fn pictures_in_front_of_an_mp3_are_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = media::make(dir.path(), "a.mp3", 44_100, 44_100, 2, &["-c:a", "libmp3lame", "-id3v2_version", "0"]);
    let sound = std::fs::read(&path).unwrap();
    // An ID3v2 tag of 2 MiB, full of what looks like the beginning of MP3 frames.
    let picture = [0xff, 0xfb, 0x90, 0x44].repeat(512 * 1024);
    let size = picture.len();
    let mut bytes = b"ID3\x04\0\0".to_vec();
    bytes.extend([21, 14, 7, 0].map(|shift| (size >> shift) as u8 & 0x7f));
    bytes.extend(picture);
    bytes.extend(sound);
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(scan(&path).unwrap().length.frames, 44_100);
}

#[test]
fn samples_that_would_hurt_are_tamed() {
    let dir = tempfile::tempdir().unwrap();
    let path = media::make(dir.path(), "a.wav", 5, 48_000, 1, &["-c:a", "pcm_f32le"]);
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.len() - 20;
    for (i, sample) in [f32::NAN, f32::INFINITY, 100.0, -7.0, 0.25].into_iter().enumerate() {
        bytes[at + 4 * i..at + 4 * i + 4].copy_from_slice(&sample.to_le_bytes());
    }
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(decoded(&path), [0.0, 0.0, 8.0, -7.0, 0.25]);
}

#[test]
fn the_extension_does_not_matter() {
    let dir = tempfile::tempdir().unwrap();
    let path = media::make(dir.path(), "a.flac", 44_100, 44_100, 2, &[]);
    let wrong = path.with_extension("mp3");
    std::fs::rename(&path, &wrong).unwrap();
    assert_eq!(scan(&wrong).unwrap().codec, "flac");
}

#[test]
fn a_library_remembers_what_files_were() {
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
    let first = scan_library(&audio, names.into_iter(), &Library::default());
    assert_eq!(first.files.len(), names.len());
    for name in ["../audio/a.wav", "/etc/passwd", "link", ""] {
        assert!(matches!(first.files[name], FileStatus::Damaged { last: None, .. }), "{name}");
    }
    assert_eq!(first.planning_length("deep/b.wav").frames, 200);

    std::fs::remove_file(audio.join("a.wav")).unwrap();
    std::fs::write(audio.join("c.wav"), "gone").unwrap();
    let second = scan_library(&audio, names.into_iter(), &first);
    assert!(matches!(second.files["a.wav"], FileStatus::Missing { .. }));
    assert!(matches!(second.files["c.wav"], FileStatus::Damaged { .. }));
    assert!(matches!(second.files["deep/b.wav"], FileStatus::Good(_)));
    assert_eq!((second.planning_length("a.wav").frames, second.planning_length("c.wav").frames), (100, 300));
}
