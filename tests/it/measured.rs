//! What `loa scan` measures, held against what was synthesised and against ffmpeg as the foreign judge.
use std::collections::BTreeSet;
use std::f64::consts::TAU;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::media;

/// Half of the last digit that ffmpeg prints of loudness and peak: what its rounding may hide.
const ROUNDING: f64 = 0.05;

/// What is told of every file.
const KEYS: [&str; 14] = [
    "file",
    "sha256",
    "codec",
    "sample_rate",
    "channels",
    "frames",
    "duration_ms",
    "integrated_lufs",
    "true_peak_dbtp",
    "lra_lu",
    "lead_silence_ms",
    "tail_silence_ms",
    "longest_silence_ms",
    "problems",
];

/// `loa scan` of all these at once: whether it found every file playable, and what it says of each.
fn scan(dir: &Path, names: &[String]) -> (bool, Vec<Value>) {
    let mut loa = Command::new(env!("CARGO_BIN_EXE_loa"));
    loa.arg("scan").args(names).args(["--format", "json"]).current_dir(dir).env("LANG", "C.UTF-8").env_remove("LC_ALL");
    loa.env("XDG_RUNTIME_DIR", dir).env("XDG_STATE_HOME", dir.join("state")).env_remove("STATE_DIRECTORY");
    let output = loa.output().expect("loa starts");
    let said = String::from_utf8_lossy(&output.stderr);
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("no JSON: {e}: {said}"));
    assert_eq!(found.len(), names.len(), "one object a file");
    for (object, name) in found.iter().zip(names) {
        assert_eq!(object["file"], **name, "in the order given");
        // What is not known is null, not absent.
        let absent: Vec<_> = KEYS.iter().filter(|key| object.get(**key).is_none()).collect();
        assert!(absent.is_empty(), "{name} has no {absent:?}");
    }
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1)), "{code:?}: {said}");
    (code == Some(0), found)
}

/// A number of an object; NaN for null, which is near nothing.
fn number(object: &Value, key: &str) -> f64 {
    match &object[key] {
        Value::Null => f64::NAN,
        value => value.as_f64().unwrap_or_else(|| panic!("{key} is {value}")),
    }
}

/// The codes of an object's problems, each of which must have its words.
fn codes(object: &Value) -> BTreeSet<&str> {
    let problems = object["problems"].as_array().expect("problems is an array");
    let mut codes = BTreeSet::new();
    for problem in problems {
        assert!(problem["message"].as_str().is_some_and(|message| !message.is_empty()), "{problem}");
        codes.insert(problem["code"].as_str().expect("a code"));
    }
    codes
}

/// How samples stand in a wave file.
#[derive(Clone, Copy)]
enum Format {
    S16,
    S24,
    F32,
}

/// The bytes of a wave file; with a mask of loudspeakers, in the extensible form.
fn wave(samples: &[f64], rate: u32, channels: u16, format: Format, mask: Option<u32>) -> Vec<u8> {
    let mut data = Vec::with_capacity(samples.len() * 4);
    let (tag, bits) = match format {
        Format::S16 => (1_u16, 16_u16),
        Format::S24 => (1, 24),
        Format::F32 => (3, 32),
    };
    for sample in samples {
        match format {
            Format::S16 => data.extend(((sample * 32768.0).round() as i16).to_le_bytes()),
            Format::S24 => data.extend(&((sample * 8_388_608.0).round().min(8_388_607.0) as i32).to_le_bytes()[..3]),
            Format::F32 => data.extend((*sample as f32).to_le_bytes()),
        }
    }
    let align = channels * bits / 8;
    let mut header = if mask.is_some() { 0xfffe_u16 } else { tag }.to_le_bytes().to_vec();
    header.extend(channels.to_le_bytes());
    header.extend(rate.to_le_bytes());
    header.extend((rate * u32::from(align)).to_le_bytes());
    header.extend(align.to_le_bytes());
    header.extend(bits.to_le_bytes());
    if let Some(mask) = mask {
        header.extend(22_u16.to_le_bytes());
        header.extend(bits.to_le_bytes());
        header.extend(mask.to_le_bytes());
        header.extend(tag.to_le_bytes());
        header.extend(b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    }
    let mut out = b"RIFF".to_vec();
    out.extend((20 + header.len() as u32 + data.len() as u32).to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend((header.len() as u32).to_le_bytes());
    out.extend(header);
    out.extend(b"data");
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    out
}

/// Puts one file into many, each by its own arguments, in one run of ffmpeg.
fn encode(dir: &Path, source: &str, outputs: &[(String, &[&str])]) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.current_dir(dir).args(["-v", "error", "-nostdin", "-y", "-i", source]);
    for (name, args) in outputs {
        ffmpeg.args(["-map_metadata", "-1"]).args(*args).arg(name);
    }
    let output = ffmpeg.output().expect("ffmpeg is needed to make test media");
    assert!(output.status.success(), "{source}: {}", String::from_utf8_lossy(&output.stderr));
}

/// What ffmpeg measures: LUFS, LU and dBTP, each to one digit after the point.
#[derive(Debug)]
struct Judged {
    /// By filters fitted to the file's own rate, and after resampling to 48 kHz.
    integrated: [f64; 2],
    range: f64,
    peak: f64,
}

fn judge(path: &Path, rate: u32) -> Judged {
    // One reading a chain: I, LRA and peak, as they stand in its summary.
    let read = |chain: &str| {
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-nostats", "-i"]).arg(path).args(["-af", chain, "-f", "null", "-"]);
        let output = ffmpeg.output().expect("ffmpeg is needed to judge loudness");
        let said = String::from_utf8_lossy(&output.stderr);
        let (_, summary) = said.rsplit_once("Summary:").unwrap_or_else(|| panic!("{}: {said}", path.display()));
        ["I:", "LRA:", "Peak:"].map(|key| {
            let value = summary.lines().find_map(|line| line.trim().strip_prefix(key));
            value.map_or(f64::NAN, |value| value.split_whitespace().next().unwrap().parse().unwrap())
        })
    };
    let [own, range, peak] = read("ebur128=peak=true:framelog=verbose");
    // From here up both are the same to 0.05 LU.
    let resampled = if rate < 24_000 { read("aresample=48000,ebur128=framelog=verbose")[0] } else { own };
    Judged { integrated: [own.min(resampled), own.max(resampled)], range, peak }
}

/// Judges all of `SOUNDS`, two at a time.
fn judge_all(dir: &Path, names: &[String]) -> Vec<Judged> {
    let work =
        |range: std::ops::Range<usize>| range.map(|n| judge(&dir.join(&names[n]), SOUNDS[n].1)).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| work(names.len() / 2..names.len()));
        let mut judged = work(0..names.len() / 2);
        judged.extend(other.join().unwrap());
        judged
    })
}

/// One sample to make.
struct At {
    /// Its instant, and the length of the whole, in seconds.
    t: f64,
    of: f64,
    frame: u64,
    rate: f64,
    channel: u16,
    /// Another one each time, white but for the end of the band: there no two interpolators agree on the peaks.
    noise: f64,
}

impl At {
    /// A tone of so many parts of the sampling rate. Counted in frames: its phase never drifts.
    fn part(&self, numerator: u64, denominator: u64, degrees: f64) -> f64 {
        let turn = (self.frame * numerator % denominator) as f64 / denominator as f64;
        (TAU * (turn + degrees / 360.0)).sin()
    }

    fn tone(&self, hertz: f64) -> f64 {
        (TAU * hertz * self.t).sin()
    }
}

type Shape = fn(&At) -> f64;

/// Up to a third of the band: filters fitted to a low rate by different methods agree below that.
fn sweep(at: &At) -> f64 {
    let (from, ratio) = (60.0, (at.rate / 7.0).min(9000.0) / 60.0_f64);
    (TAU * from * at.of / ratio.ln() * ((at.t / at.of * ratio.ln()).exp() - 1.0)).sin()
}

fn noise(at: &At) -> f64 {
    at.noise
}

/// Many tones that share no period: like noise, but of the voice's band only.
fn babble(at: &At) -> f64 {
    let tone = |n: u32| at.tone(131.7 + 97.31 * f64::from(n) + 3.1 * f64::from(at.channel));
    (0..9).map(tone).sum::<f64>() / 9.0
}

/// Syllables, and the pauses between sentences.
fn speech(at: &At) -> f64 {
    let syllable = 0.5 - 0.5 * (TAU * 4.3 * at.t).cos();
    let sentence = (at.t * 0.61).fract() < 0.8;
    let voice = at.tone(180.0) * 0.5 + at.tone(360.0 + f64::from(at.channel)) * 0.3 + at.tone(905.0) * 0.2;
    voice * syllable * if sentence { 1.0 } else { 0.01 } + at.noise * 0.001
}

/// A sine cut at a third of its height.
fn cut(at: &At) -> f64 {
    (at.tone(110.0) * 3.0).clamp(-1.0, 1.0)
}

/// Two frames side by side, whose peak is between them.
fn clicks(at: &At) -> f64 {
    if at.frame % (at.rate as u64 / 4) < 2 { 0.7 } else { at.tone(300.0) * 0.02 }
}

fn quarter(at: &At) -> f64 {
    at.part(1, 4, 45.0)
}

fn sixth(at: &At) -> f64 {
    at.part(1, 6, 60.0)
}

fn third(at: &At) -> f64 {
    at.part(1, 3, 30.0)
}

/// A low tone under one near the end of the band, each sample of which misses the crest.
fn high(at: &At) -> f64 {
    at.part(3, 8, 67.5) * 0.7 + at.tone(250.0) * 0.3
}

fn bass(at: &At) -> f64 {
    at.tone(41.0) * 0.6 + at.tone(55.0) * 0.4
}

fn opposed(at: &At) -> f64 {
    let babble = babble(&At { channel: 0, ..*at });
    if at.channel == 0 { babble } else { -babble }
}

fn one_side(at: &At) -> f64 {
    if at.channel == 0 { speech(at) } else { 0.0 }
}

/// Sound, then silence for longer than the window of short-term loudness.
fn gaps(at: &At) -> f64 {
    if at.t % 5.5 < 2.0 { babble(at) } else { 0.0 }
}

/// From 30 dB below to full, evenly.
fn swell(at: &At) -> f64 {
    babble(at) * 10_f64.powf(1.5 * (at.t / at.of - 1.0))
}

/// The frames of a shape, faded at both ends: an abrupt edge rings by the filter of who measures.
fn synthesise(shape: Shape, rate: u32, channels: u16, frames: u64, gain: f64) -> Vec<f64> {
    let mut random = 2_463_534_242_u32;
    let mut white = [[0.0; 5]; 2];
    let mut samples = Vec::with_capacity(frames as usize * usize::from(channels));
    let edge = f64::from(rate) * 0.05;
    for frame in 0..frames {
        let fade = ((frame + 1).min(frames - frame) as f64 / edge).min(1.0);
        for channel in 0..channels {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let white = &mut white[usize::from(channel)];
            white.rotate_right(1);
            white[0] = f64::from(random) / 2_147_483_648.0 - 1.0;
            let noise = white.iter().zip([1.0, 4.0, 6.0, 4.0, 1.0]).map(|(a, b)| a * b / 16.0).sum();
            let (t, of) = (frame as f64 / f64::from(rate), frames as f64 / f64::from(rate));
            let at = At { t, of, frame, rate: f64::from(rate), channel, noise };
            samples.push(shape(&at) * gain * fade);
        }
    }
    samples
}

/// Shape, rate, channels, seconds, gain, and how it is put into a file. Lossy ones have headroom: what a decoder
/// does with samples beyond full scale is its own affair.
#[rustfmt::skip]
const SOUNDS: [(Shape, u32, u16, u64, f64, &str); 50] = [
    (sweep, 8000, 1, 5, 0.5, "s16.wav"), (sweep, 44_100, 2, 4, 0.9, "flac"), (sweep, 48_000, 2, 6, 0.5, "mp3"),
    (sweep, 96_000, 1, 4, 0.8, "s24.wav"), (sweep, 16_000, 2, 5, 0.4, "ogg"), (sweep, 32_000, 1, 4, 0.4, "m4a"),
    (noise, 48_000, 2, 4, 0.95, "s16.wav"), (noise, 44_100, 1, 5, 0.3, "f32.wav"), (noise, 48_000, 1, 4, 0.4, "flac"),
    (babble, 8000, 1, 4, 0.9, "f32.wav"), (babble, 11_025, 1, 5, 0.7, "mp3"), (babble, 22_050, 2, 6, 0.6, "ogg"),
    (babble, 24_000, 1, 4, 0.7, "m4a"), (babble, 96_000, 2, 4, 0.7, "flac"),
    (speech, 8000, 1, 11, 0.8, "s16.wav"), (speech, 11_025, 1, 10, 0.8, "s24.wav"), (speech, 16_000, 1, 12, 0.6, "mp3"),
    (speech, 22_050, 1, 10, 0.7, "mp3"), (speech, 24_000, 2, 8, 0.6, "ogg"), (speech, 32_000, 1, 8, 0.9, "flac"),
    (speech, 44_100, 2, 12, 0.6, "m4a"), (speech, 48_000, 2, 10, 0.8, "s24.wav"),
    (cut, 44_100, 2, 4, 0.5, "s16.wav"), (cut, 48_000, 1, 5, 0.7, "f32.wav"), (cut, 22_050, 1, 4, 0.6, "flac"),
    (clicks, 44_100, 1, 4, 1.0, "f32.wav"), (clicks, 48_000, 2, 4, 0.9, "s16.wav"), (clicks, 16_000, 1, 5, 0.9, "flac"),
    (quarter, 44_100, 2, 4, 0.5, "s16.wav"), (quarter, 48_000, 1, 4, 0.9, "s24.wav"), (quarter, 48_000, 2, 4, 0.4, "mp3"),
    (sixth, 32_000, 1, 4, 0.5, "f32.wav"), (sixth, 44_100, 2, 4, 0.4, "m4a"), (third, 44_100, 1, 4, 0.6, "s16.wav"),
    (third, 48_000, 2, 4, 0.6, "flac"), (high, 48_000, 1, 4, 0.7, "s16.wav"), (high, 44_100, 2, 4, 0.8, "f32.wav"),
    (bass, 48_000, 2, 5, 0.9, "s16.wav"), (bass, 44_100, 1, 5, 0.5, "mp3"), (bass, 8000, 1, 5, 0.5, "flac"),
    (opposed, 44_100, 2, 4, 0.6, "s16.wav"), (opposed, 48_000, 2, 4, 0.5, "ogg"),
    (one_side, 44_100, 2, 6, 0.8, "s16.wav"), (one_side, 48_000, 2, 6, 0.6, "m4a"),
    (speech, 48_000, 1, 8, 0.025, "s24.wav"), (babble, 44_100, 2, 5, 0.018, "f32.wav"),
    (gaps, 44_100, 1, 9, 0.8, "s16.wav"), (gaps, 24_000, 2, 9, 0.6, "mp3"),
    (swell, 48_000, 2, 12, 0.9, "flac"), (swell, 22_050, 1, 12, 0.9, "s16.wav"),
];

/// ffmpeg's arguments for what is no wave file. The AAC encoder's noise substitution is off: each decoder
/// would put its own noise in.
fn encoder(kind: &str) -> &'static [&'static str] {
    match kind {
        "flac" => &["-c:a", "flac"],
        "mp3" => &["-c:a", "libmp3lame", "-q:a", "3"],
        "ogg" => &["-c:a", "libvorbis", "-q:a", "5"],
        "m4a" => &["-c:a", "aac", "-aac_pns", "0", "-b:a", "128k"],
        _ => unreachable!("{kind}"),
    }
}

/// Writes every one of `SOUNDS`; their names.
fn write_sounds(dir: &Path) -> Vec<String> {
    let sounds = SOUNDS.iter().enumerate().map(|(n, (shape, rate, channels, seconds, gain, kind))| {
        // No whole number of seconds, nor of anybody's blocks.
        let frames = seconds * u64::from(*rate) + 137;
        let samples = synthesise(*shape, *rate, *channels, frames, *gain);
        let name = format!("{n:02}-{rate}-{channels}.{kind}");
        let format = match *kind {
            "s16.wav" => Format::S16,
            "f32.wav" => Format::F32,
            _ => Format::S24,
        };
        let bytes = wave(&samples, *rate, *channels, format, None);
        if kind.ends_with("wav") {
            std::fs::write(dir.join(&name), bytes).unwrap();
        } else {
            std::fs::write(dir.join("source"), bytes).unwrap();
            encode(dir, "source", &[(name.clone(), encoder(kind))]);
        }
        name
    });
    sounds.collect()
}

/// BS.1770 gives its filters for 48 kHz only. ffmpeg fits them to the file's own rate, and at 8 kHz so reads up to 0.2
/// LU more than after resampling: neither is wrong, and between the two everything is right. Its peaks are those of
/// 192 kHz at every rate.
#[test]
fn loudness_and_true_peak_agree_with_ffmpeg() {
    let dir = tempfile::tempdir().unwrap();
    let names = write_sounds(dir.path());
    let (fine, found) = scan(dir.path(), &names);
    assert!(fine, "every file can be played");
    let mut wrong = Vec::new();
    let mut exact = false;
    for (((name, ours), judged), sound) in names.iter().zip(&found).zip(judge_all(dir.path(), &names)).zip(SOUNDS) {
        let [integrated, range, peak] = ["integrated_lufs", "lra_lu", "true_peak_dbtp"].map(|key| number(ours, key));
        let near = |a: f64, b: f64, tolerance: f64| (a - b).abs() <= tolerance + ROUNDING + 1e-9;
        let [least, most] = judged.integrated;
        let mut good = near(integrated, integrated.clamp(least, most), 0.1) && near(peak, judged.peak, 0.2);
        // In less than 10 s there are too few short-term windows for a range that means anything.
        if sound.3 >= 10 && judged.range > 0.0 {
            good &= near(range, judged.range, 1.0);
        }
        eprintln!("{name}: {integrated} LUFS, {range} LU, {peak} dBTP; {judged:?}");
        exact |= (integrated * 10.0).fract().abs() > 0.05;
        if !good {
            wrong.push(format!("{name}: {integrated} LUFS, {range} LU, {peak} dBTP; ffmpeg has {judged:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(exact, "loudness has two digits after the point at least");
}

/// Stretches of a 1 kHz tone, of so many dBFS and seconds, in both channels.
fn tones(stretches: &[(f64, f64)]) -> Vec<f64> {
    let mut samples = Vec::new();
    for (level, seconds) in stretches {
        for _ in 0..(seconds * 48_000.0).round() as usize {
            let frame = samples.len() / 2;
            let sample = (TAU * (frame % 48) as f64 / 48.0).sin() * 10_f64.powf(level / 20.0);
            samples.extend([sample, sample]);
        }
    }
    samples
}

/// Left, right, centre and both surrounds at 1 kHz.
fn surround() -> Vec<f64> {
    let levels = [-28.0, -28.0, -24.0, -30.0, -30.0].map(|level| 10_f64.powf(level / 20.0));
    (0..20 * 48_000).flat_map(|frame| levels.map(|level| (TAU * f64::from(frame % 48) / 48.0).sin() * level)).collect()
}

/// The cases of EBU Tech 3341 that are tones: 1 to 6 for integrated loudness. The surrounds of case 6 are those at the
/// side in one file and those at the back in the other: WAVE has both for the same loudspeakers.
fn write_loudness_cases(dir: &Path) -> Vec<(String, f64)> {
    type Case<'a> = (&'a str, f64, &'a [(f64, f64)]);
    let cases: [Case; 5] = [
        ("1", -23.0, &[(-23.0, 20.0)]),
        ("2", -33.0, &[(-33.0, 20.0)]),
        ("3", -23.0, &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)]),
        ("4", -23.0, &[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)]),
        ("5", -23.0, &[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)]),
    ];
    let mut written = Vec::new();
    for (name, expected, stretches) in cases {
        let name = format!("{name}.wav");
        std::fs::write(dir.join(&name), wave(&tones(stretches), 48_000, 2, Format::S24, None)).unwrap();
        written.push((name, expected));
    }
    for (name, mask) in [("6-side.wav", 0x607), ("6-back.wav", 0x37)] {
        std::fs::write(dir.join(name), wave(&surround(), 48_000, 5, Format::S24, Some(mask))).unwrap();
        written.push((name.to_owned(), -23.0));
    }
    written
}

/// Cases 15 to 19: tones of which every sample misses the crest by as much as it can. 20 to 23 go through a filter
/// that the document does not give.
fn write_peak_cases(dir: &Path) -> Vec<(String, f64)> {
    let cases: [(&str, f64, f64, Shape); 5] = [
        ("15", -6.0, 0.5, |at| at.part(1, 4, 0.0)),
        ("16", -6.0, 0.5, |at| at.part(1, 4, 45.0)),
        ("17", -6.0, 0.5, |at| at.part(1, 6, 60.0)),
        ("18", -6.0, 0.5, |at| at.part(1, 8, 67.5)),
        ("19", 3.0, 1.41, |at| at.part(1, 4, 45.0)),
    ];
    let cases = cases.into_iter().map(|(name, expected, gain, shape)| {
        let name = format!("{name}.wav");
        let samples = synthesise(shape, 48_000, 2, 2 * 48_000, gain);
        std::fs::write(dir.join(&name), wave(&samples, 48_000, 2, Format::S24, None)).unwrap();
        (name, expected)
    });
    cases.collect()
}

#[test]
fn tech_3341_cases() {
    let dir = tempfile::tempdir().unwrap();
    let loudness = write_loudness_cases(dir.path());
    let peaks = write_peak_cases(dir.path());
    let (names, expected): (Vec<_>, Vec<_>) = loudness.iter().chain(&peaks).cloned().unzip();
    // Another's reading of the same files: that they are what the document describes.
    for (name, expected) in loudness.iter().filter(|(name, _)| matches!(&**name, "4.wav" | "5.wav" | "6-side.wav")) {
        let judged = judge(&dir.path().join(name), 48_000).integrated[0];
        assert!((judged - expected).abs() <= 0.1 + 1e-9, "{name}: ffmpeg has {judged}");
    }
    for (name, expected) in &peaks {
        let judged = judge(&dir.path().join(name), 48_000).peak;
        assert!((expected - 0.4..=expected + 0.2).contains(&judged), "{name}: ffmpeg has {judged}");
    }
    let (fine, found) = scan(dir.path(), &names);
    assert!(fine, "every file can be played");
    for (n, ((name, expected), ours)) in names.iter().zip(&expected).zip(&found).enumerate() {
        if n < loudness.len() {
            let integrated = number(ours, "integrated_lufs");
            assert!((integrated - expected).abs() <= 0.1 + 1e-9, "{name}: {integrated} LUFS");
        } else {
            let peak = number(ours, "true_peak_dbtp");
            assert!((expected - 0.4..=expected + 0.2).contains(&peak), "{name}: {peak} dBTP");
        }
    }
}

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

/// Milliseconds, and the level of both channels throughout them.
type Piece = (f64, f64, f64);

/// Levels that are silence, and that are not quite; and a common one.
const HUSH: f64 = 0.0009;
const FAINT: f64 = 0.0012;
const SOUND: f64 = 0.25;

/// Square waves, which are above or below the threshold at every frame. Mono has the first level.
fn squares(pieces: &[Piece], rate: u32, channels: u16) -> Vec<f64> {
    let mut samples = Vec::new();
    for (ms, first, second) in pieces {
        for frame in 0..(ms * f64::from(rate) / 1000.0).round() as usize {
            let sign = if frame / 20 % 2 == 0 { 1.0 } else { -1.0 };
            samples.extend([first * sign, second * sign].into_iter().take(usize::from(channels)));
        }
    }
    samples
}

#[test]
fn silences_are_measured() {
    let click = 1000.0 / 48_000.0;
    // Rate, channels, format, pieces; lead, tail and longest silence.
    type Case<'a> = (u32, u16, Format, &'a [Piece], [f64; 3]);
    #[rustfmt::skip]
    let cases: [Case; 7] = [
        (48_000, 2, Format::S16, &[(700.0, 0.0, 0.0), (1000.0, SOUND, SOUND), (1500.0, 0.0, 0.0), (800.0, SOUND, SOUND),
            (400.0, 0.0, 0.0)], [700.0, 400.0, 1500.0]),
        // What is below -60 dBFS is silence.
        (44_100, 1, Format::F32, &[(123.4, HUSH, 0.0), (500.0, SOUND, 0.0), (2000.3, HUSH, 0.0), (500.0, SOUND, 0.0)],
            [123.4, 0.0, 2000.3]),
        // What is above is none.
        (8000, 1, Format::S16, &[(500.0, FAINT, 0.0), (900.0, 0.0, 0.0), (300.0, FAINT, 0.0), (250.5, 0.0, 0.0)],
            [0.0, 250.5, 900.0]),
        // Only what is silent on both sides.
        (44_100, 2, Format::S24, &[(200.0, 0.0, 0.0), (600.0, 0.0, SOUND), (700.0, 0.0, 0.0), (600.0, SOUND, 0.0),
            (333.0, 0.0, 0.0)], [200.0, 333.0, 700.0]),
        // A single frame ends one silence and begins another.
        (48_000, 1, Format::F32, &[(300.0, 0.0, 0.0), (click, SOUND, 0.0), (800.0, 0.0, 0.0), (400.0, SOUND, 0.0),
            (777.0, 0.0, 0.0), (click, SOUND, 0.0), (100.0, 0.0, 0.0)], [300.0, 100.0, 800.0]),
        (22_050, 2, Format::S16, &[(2000.0, SOUND, SOUND)], [0.0, 0.0, 0.0]),
        // Longer than anybody's buffer.
        (16_000, 1, Format::S16, &[(45_000.0, 0.0, 0.0), (200.0, SOUND, 0.0), (70_000.0, 0.0, 0.0), (200.0, SOUND, 0.0),
            (30_000.0, 0.0, 0.0)], [45_000.0, 30_000.0, 70_000.0]),
    ];
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..cases.len()).map(|n| format!("{n}.wav")).collect();
    for (name, (rate, channels, format, pieces, _)) in names.iter().zip(cases) {
        let bytes = wave(&squares(pieces, rate, channels), rate, channels, format, None);
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    let (fine, found) = scan(dir.path(), &names);
    assert!(fine, "every file can be played");
    for ((name, ours), (.., expected)) in names.iter().zip(&found).zip(cases) {
        for (key, expected) in ["lead_silence_ms", "tail_silence_ms", "longest_silence_ms"].into_iter().zip(expected) {
            let found = number(ours, key);
            assert!((found - expected).abs() <= 1.0, "{name}: {key} is {found}, not {expected}");
        }
    }
}

/// Codes that a file may have, of which one at least; none else of those that stand here.
type Odd = (&'static str, &'static [&'static str]);

const ODD: [Odd; 8] = [
    ("one-side.wav", &["silent-channel"]),
    ("opposed.wav", &["out-of-phase"]),
    ("offset.wav", &["dc-offset"]),
    ("loud.wav", &["clipped"]),
    ("nan.wav", &["not-a-number"]),
    ("no-index.mp3", &["no-index"]),
    ("short.wav", &["header-lies", "cut-off"]),
    ("silent.wav", &["silent"]),
];

/// Writes every one of `ODD`.
fn write_odd(dir: &Path) {
    let write = |name: &str, samples: &[f64], channels: u16, format: Format| {
        let bytes = wave(samples, 44_100, channels, format, None);
        // Its header tells of more than is there.
        let there = if name == "short.wav" { bytes.len() * 3 / 5 } else { bytes.len() };
        std::fs::write(dir.join(name), &bytes[..there]).unwrap();
    };
    let frames = 6 * 44_100;
    let sounds = |shape, channels, gain| synthesise(shape, 44_100, channels, frames, gain);
    write("one-side.wav", &sounds(one_side, 2, 0.4), 2, Format::S16);
    write("opposed.wav", &sounds(opposed, 2, 0.4), 2, Format::S16);
    let offset: Vec<f64> = sounds(speech, 1, 0.4).iter().map(|sample| sample + 0.1).collect();
    write("offset.wav", &offset, 1, Format::S16);
    let loud: Vec<f64> = sounds(speech, 2, 6.0).iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
    write("loud.wav", &loud, 2, Format::S16);
    let mut nan = sounds(speech, 1, 0.4);
    nan[100_000..100_003].fill(f64::NAN);
    write("nan.wav", &nan, 1, Format::F32);
    write("short.wav", &sounds(speech, 2, 0.4), 2, Format::S16);
    write("silent.wav", &vec![0.0; 3 * 44_100], 1, Format::S16);
    std::fs::write(dir.join("source"), wave(&sounds(speech, 1, 0.4), 44_100, 1, Format::S16, None)).unwrap();
    encode(dir, "source", &[("no-index.mp3".to_owned(), &["-c:a", "libmp3lame", "-q:a", "5", "-write_xing", "0"])]);
}

/// Writes speech in which there is nothing to find fault with, in every container.
fn write_clean(dir: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for channels in [1, 2] {
        let speech = synthesise(speech, 44_100, channels, 8 * 44_100, 0.4);
        std::fs::write(dir.join("source"), wave(&speech, 44_100, channels, Format::S24, None)).unwrap();
        let name = |kind: &str| format!("clean-{channels}.{kind}");
        let mut outputs: Vec<(String, &[&str])> = vec![(name("wav"), &["-c:a", "pcm_s16le"])];
        outputs.extend(["flac", "mp3", "ogg", "m4a"].map(|kind| (name(kind), encoder(kind))));
        encode(dir, "source", &outputs);
        names.extend(outputs.into_iter().map(|(name, _)| name));
    }
    names
}

#[test]
fn what_is_odd_is_told() {
    let dir = tempfile::tempdir().unwrap();
    write_odd(dir.path());
    let clean = write_clean(dir.path());
    let names: Vec<String> = ODD.iter().map(|(name, _)| (*name).to_owned()).chain(clean).collect();
    let (fine, found) = scan(dir.path(), &names);
    assert!(fine, "odd is not unplayable");
    for ((name, right), ours) in ODD.iter().zip(&found) {
        let told = codes(ours);
        assert!(right.iter().any(|code| told.contains(code)), "{name}: {told:?}");
        let others = ODD.iter().flat_map(|(_, codes)| *codes).filter(|code| !right.contains(code));
        let wrong: Vec<_> = others.filter(|code| told.contains(*code)).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
    for (name, ours) in names.iter().zip(&found).skip(ODD.len()) {
        assert_eq!(ours["problems"], Value::Array(Vec::new()), "{name}");
    }
    let silent = &found[names.iter().position(|name| name == "silent.wav").unwrap()];
    assert_eq!((&silent["integrated_lufs"], &silent["true_peak_dbtp"]), (&Value::Null, &Value::Null));
    assert_eq!(silent["frames"], 3 * 44_100);
    // Three frames that are no numbers do not spoil the others.
    let nan = &found[names.iter().position(|name| name == "nan.wav").unwrap()];
    assert!((-24.0..-16.0).contains(&number(nan, "integrated_lufs")), "{nan}");
}

#[test]
fn what_cannot_be_played_is_told_among_what_can() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("text.wav"), "loa ".repeat(5000)).unwrap();
    std::fs::write(dir.path().join("empty.mp3"), "").unwrap();
    let good = synthesise(speech, 48_000, 1, 48_000, 0.4);
    std::fs::write(dir.path().join("good.wav"), wave(&good, 48_000, 1, Format::S16, None)).unwrap();
    let names = ["text.wav", "./good.wav", "missing.flac", "empty.mp3"].map(str::to_owned);
    let (fine, found) = scan(dir.path(), &names);
    assert!(!fine, "the exit code tells it");
    for (name, ours) in names.iter().zip(&found).filter(|(name, _)| *name != "./good.wav") {
        assert!(!codes(ours).is_empty(), "{name}");
        for key in ["codec", "frames", "duration_ms", "integrated_lufs", "true_peak_dbtp", "lra_lu"] {
            assert_eq!(ours[key], Value::Null, "{name}: {key}");
        }
    }
    assert_eq!(found[1]["frames"], 48_000);
}
