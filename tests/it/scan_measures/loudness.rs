//! Loudness and true peak: fifty sounds compared with ffmpeg, and the cases of EBU Tech 3341.
use super::*;

/// Measures all of `SOUNDS` with ffmpeg, in two threads.
fn measure_all_with_ffmpeg(dir: &Path, names: &[String]) -> Vec<FfmpegMeasurements> {
    let measure_range = |range: std::ops::Range<usize>| {
        range.map(|n| measure_with_ffmpeg(&dir.join(&names[n]), SOUNDS[n].1)).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let second_half = scope.spawn(|| measure_range(names.len() / 2..names.len()));
        let mut measurements = measure_range(0..names.len() / 2);
        measurements.extend(second_half.join().unwrap());
        measurements
    })
}

/// The position of one sample to synthesise.
pub struct SamplePosition {
    /// The time of the sample in seconds.
    time_s: f64,
    /// The length of the whole sound in seconds.
    length_s: f64,
    frame: u64,
    rate: f64,
    channel: u16,
    /// A sample of white noise without the highest frequencies, at which interpolators disagree about the peaks.
    noise: f64,
}

impl SamplePosition {
    /// A tone at `numerator / denominator` of the sampling rate. Its phase is computed from the frame number, so it
    /// does not drift.
    fn tone_at_rate_fraction(&self, numerator: u64, denominator: u64, degrees: f64) -> f64 {
        let turn = (self.frame * numerator % denominator) as f64 / denominator as f64;
        (TAU * (turn + degrees / 360.0)).sin()
    }

    fn tone(&self, hertz: f64) -> f64 {
        (TAU * hertz * self.time_s).sin()
    }
}

pub type Shape = fn(&SamplePosition) -> f64;

/// A sweep up to a seventh of the sampling rate. Below that frequency, all methods of fitting the filters to a low rate
/// agree.
fn sweep(position: &SamplePosition) -> f64 {
    let (lowest_hz, ratio) = (60.0, (position.rate / 7.0).min(9000.0) / 60.0_f64);
    (TAU * lowest_hz * position.length_s / ratio.ln()
        * ((position.time_s / position.length_s * ratio.ln()).exp() - 1.0))
        .sin()
}

fn noise(position: &SamplePosition) -> f64 {
    position.noise
}

/// Nine tones without a common period: similar to noise, but only at the frequencies of the voice.
fn babble(position: &SamplePosition) -> f64 {
    let tone = |n: u32| position.tone(131.7 + 97.31 * f64::from(n) + 3.1 * f64::from(position.channel));
    (0..9).map(tone).sum::<f64>() / 9.0
}

/// A voice with syllables, and with pauses between sentences.
pub fn speech(position: &SamplePosition) -> f64 {
    let syllable = 0.5 - 0.5 * (TAU * 4.3 * position.time_s).cos();
    let is_in_sentence = (position.time_s * 0.61).fract() < 0.8;
    let voice = position.tone(180.0) * 0.5
        + position.tone(360.0 + f64::from(position.channel)) * 0.3
        + position.tone(905.0) * 0.2;
    voice * syllable * if is_in_sentence { 1.0 } else { 0.01 } + position.noise * 0.001
}

/// A sine that is clipped at a third of its amplitude.
fn clipped_sine(position: &SamplePosition) -> f64 {
    (position.tone(110.0) * 3.0).clamp(-1.0, 1.0)
}

/// Clicks of two adjacent frames, whose true peak is between them.
fn clicks(position: &SamplePosition) -> f64 {
    if position.frame % (position.rate as u64 / 4) < 2 { 0.7 } else { position.tone(300.0) * 0.02 }
}

/// A tone at a quarter of the sampling rate.
fn quarter(position: &SamplePosition) -> f64 {
    position.tone_at_rate_fraction(1, 4, 45.0)
}

/// A tone at a sixth of the sampling rate.
fn sixth(position: &SamplePosition) -> f64 {
    position.tone_at_rate_fraction(1, 6, 60.0)
}

/// A tone at a third of the sampling rate.
fn third(position: &SamplePosition) -> f64 {
    position.tone_at_rate_fraction(1, 3, 30.0)
}

/// A low tone, and a tone near the upper end of the band, whose samples all miss the crest.
fn near_band_end(position: &SamplePosition) -> f64 {
    position.tone_at_rate_fraction(3, 8, 67.5) * 0.7 + position.tone(250.0) * 0.3
}

fn bass(position: &SamplePosition) -> f64 {
    position.tone(41.0) * 0.6 + position.tone(55.0) * 0.4
}

/// The same sound in both channels, with opposite signs.
pub fn opposed(position: &SamplePosition) -> f64 {
    let babble = babble(&SamplePosition { channel: 0, ..*position });
    if position.channel == 0 { babble } else { -babble }
}

pub fn one_side(position: &SamplePosition) -> f64 {
    if position.channel == 0 { speech(position) } else { 0.0 }
}

/// Sound, then silence for longer than the window of short-term loudness.
fn gaps(position: &SamplePosition) -> f64 {
    if position.time_s % 5.5 < 2.0 { babble(position) } else { 0.0 }
}

/// A sound that rises evenly from -30 dB to its full level.
fn swell(position: &SamplePosition) -> f64 {
    babble(position) * 10_f64.powf(1.5 * (position.time_s / position.length_s - 1.0))
}

/// The interleaved samples of a shape. Both ends are faded, because filters ring at an abrupt edge, each in its own
/// way.
pub fn synthesise(shape: Shape, rate: u32, channels: u16, frames: u64, gain: f64) -> Vec<f64> {
    let mut random = 2_463_534_242_u32;
    let mut white = [[0.0; 5]; 2];
    let mut samples = Vec::with_capacity(frames as usize * usize::from(channels));
    let fade_frames = f64::from(rate) * 0.05;
    for frame in 0..frames {
        let fade = ((frame + 1).min(frames - frame) as f64 / fade_frames).min(1.0);
        for channel in 0..channels {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let white = &mut white[usize::from(channel)];
            white.rotate_right(1);
            white[0] = f64::from(random) / 2_147_483_648.0 - 1.0;
            let noise = white.iter().zip([1.0, 4.0, 6.0, 4.0, 1.0]).map(|(a, b)| a * b / 16.0).sum();
            let (time_s, length_s) = (frame as f64 / f64::from(rate), frames as f64 / f64::from(rate));
            let position = SamplePosition { time_s, length_s, frame, rate: f64::from(rate), channel, noise };
            samples.push(shape(&position) * gain * fade);
        }
    }
    samples
}

/// Shape, rate, channels, seconds, gain and file type of each sound. Sounds in lossy files have headroom, because
/// decoders differ in their treatment of samples beyond full scale.
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
    (clipped_sine, 44_100, 2, 4, 0.5, "s16.wav"), (clipped_sine, 48_000, 1, 5, 0.7, "f32.wav"), (clipped_sine, 22_050, 1, 4, 0.6, "flac"),
    (clicks, 44_100, 1, 4, 1.0, "f32.wav"), (clicks, 48_000, 2, 4, 0.9, "s16.wav"), (clicks, 16_000, 1, 5, 0.9, "flac"),
    (quarter, 44_100, 2, 4, 0.5, "s16.wav"), (quarter, 48_000, 1, 4, 0.9, "s24.wav"), (quarter, 48_000, 2, 4, 0.4, "mp3"),
    (sixth, 32_000, 1, 4, 0.5, "f32.wav"), (sixth, 44_100, 2, 4, 0.4, "m4a"), (third, 44_100, 1, 4, 0.6, "s16.wav"),
    (third, 48_000, 2, 4, 0.6, "flac"), (near_band_end, 48_000, 1, 4, 0.7, "s16.wav"), (near_band_end, 44_100, 2, 4, 0.8, "f32.wav"),
    (bass, 48_000, 2, 5, 0.9, "s16.wav"), (bass, 44_100, 1, 5, 0.5, "mp3"), (bass, 8000, 1, 5, 0.5, "flac"),
    (opposed, 44_100, 2, 4, 0.6, "s16.wav"), (opposed, 48_000, 2, 4, 0.5, "ogg"),
    (one_side, 44_100, 2, 6, 0.8, "s16.wav"), (one_side, 48_000, 2, 6, 0.6, "m4a"),
    (speech, 48_000, 1, 8, 0.025, "s24.wav"), (babble, 44_100, 2, 5, 0.018, "f32.wav"),
    (gaps, 44_100, 1, 9, 0.8, "s16.wav"), (gaps, 24_000, 2, 9, 0.6, "mp3"),
    (swell, 48_000, 2, 12, 0.9, "flac"), (swell, 22_050, 1, 12, 0.9, "s16.wav"),
];

/// ffmpeg's arguments for a compressed file type. The noise substitution of AAC is off, because each decoder
/// would insert different noise.
pub fn encoder(kind: &str) -> &'static [&'static str] {
    match kind {
        "flac" => &["-c:a", "flac"],
        "mp3" => &["-c:a", "libmp3lame", "-q:a", "3"],
        "ogg" => &["-c:a", "libvorbis", "-q:a", "5"],
        "m4a" => &["-c:a", "aac", "-aac_pns", "0", "-b:a", "128k"],
        _ => unreachable!("{kind}"),
    }
}

/// Writes each of `SOUNDS`; returns the file names.
fn write_sounds(dir: &Path) -> Vec<String> {
    let sounds = SOUNDS.iter().enumerate().map(|(n, (shape, rate, channels, seconds, gain, kind))| {
        // Neither a whole number of seconds nor of any codec's blocks.
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

/// BS.1770 defines its filters for 48 kHz only. ffmpeg fits them to the file's own rate, and at 8 kHz it reads up to
/// 0.2 LU more than after resampling. Neither value is wrong, so any value between them is right. ffmpeg measures the
/// peaks at 192 kHz for every rate.
#[test]
fn loudness_and_true_peak_agree_with_ffmpeg() {
    let dir = tempfile::tempdir().unwrap();
    let names = write_sounds(dir.path());
    let (all_playable, objects) = scan(dir.path(), &names);
    assert!(all_playable, "every file can be played");
    let mut failures = Vec::new();
    let mut has_second_decimal_place = false;
    for (((name, object), ffmpeg), sound) in
        names.iter().zip(&objects).zip(measure_all_with_ffmpeg(dir.path(), &names)).zip(SOUNDS)
    {
        let [integrated, range, peak] = ["integrated_lufs", "lra_lu", "true_peak_dbtp"].map(|key| number(object, key));
        let is_near = |a: f64, b: f64, tolerance: f64| (a - b).abs() <= tolerance + MAX_ROUNDING_ERROR_DB + 1e-9;
        let [min_loudness, max_loudness] = ffmpeg.integrated_lufs;
        let mut is_within_tolerance = is_near(integrated, integrated.clamp(min_loudness, max_loudness), 0.1)
            && is_near(peak, ffmpeg.peak_dbtp, 0.2);
        // A sound of less than 10 s has too few short-term windows for a meaningful range.
        if sound.3 >= 10 && ffmpeg.range_lu > 0.0 {
            is_within_tolerance &= is_near(range, ffmpeg.range_lu, 1.0);
        }
        eprintln!("{name}: {integrated} LUFS, {range} LU, {peak} dBTP; {ffmpeg:?}");
        has_second_decimal_place |= (integrated * 10.0).fract().abs() > 0.05;
        if !is_within_tolerance {
            failures.push(format!("{name}: {integrated} LUFS, {range} LU, {peak} dBTP; ffmpeg has {ffmpeg:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(has_second_decimal_place, "at least one loudness has a second decimal place");
}

/// Sections of a 1 kHz tone in both channels; each section is (dBFS, seconds).
fn tones(sections: &[(f64, f64)]) -> Vec<f64> {
    let mut samples = Vec::new();
    for (level, seconds) in sections {
        for _ in 0..(seconds * 48_000.0).round() as usize {
            let frame = samples.len() / 2;
            let sample = (TAU * (frame % 48) as f64 / 48.0).sin() * 10_f64.powf(level / 20.0);
            samples.extend([sample, sample]);
        }
    }
    samples
}

/// A tone of 1 kHz for 20 s in five channels: left, right, centre and both surrounds.
fn surround() -> Vec<f64> {
    let levels = [-28.0, -28.0, -24.0, -30.0, -30.0].map(|level| 10_f64.powf(level / 20.0));
    (0..20 * 48_000).flat_map(|frame| levels.map(|level| (TAU * f64::from(frame % 48) / 48.0).sin() * level)).collect()
}

/// Writes cases 1 to 6 of EBU Tech 3341, for integrated loudness. Case 6 is written twice, with side and with back
/// surrounds, because WAVE defines both positions for the same loudspeakers. Returns the file names and the expected
/// loudness in LUFS.
fn write_loudness_cases(dir: &Path) -> Vec<(String, f64)> {
    type Case<'a> = (&'a str, f64, &'a [(f64, f64)]);
    let cases: [Case; 5] = [
        ("1", -23.0, &[(-23.0, 20.0)]),
        ("2", -33.0, &[(-33.0, 20.0)]),
        ("3", -23.0, &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)]),
        ("4", -23.0, &[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)]),
        ("5", -23.0, &[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)]),
    ];
    let mut files = Vec::new();
    for (name, expected, sections) in cases {
        let name = format!("{name}.wav");
        std::fs::write(dir.join(&name), wave(&tones(sections), 48_000, 2, Format::S24, None)).unwrap();
        files.push((name, expected));
    }
    for (name, mask) in [("6-side.wav", 0x607), ("6-back.wav", 0x37)] {
        std::fs::write(dir.join(name), wave(&surround(), 48_000, 5, Format::S24, Some(mask))).unwrap();
        files.push((name.to_owned(), -23.0));
    }
    files
}

/// Writes cases 15 to 19: tones whose samples all miss the crest by as much as possible. Cases 20 to 23 need a filter
/// that the document does not define. Returns the file names and the expected true peaks in dBTP.
fn write_peak_cases(dir: &Path) -> Vec<(String, f64)> {
    let cases: [(&str, f64, f64, Shape); 5] = [
        ("15", -6.0, 0.5, |position| position.tone_at_rate_fraction(1, 4, 0.0)),
        ("16", -6.0, 0.5, |position| position.tone_at_rate_fraction(1, 4, 45.0)),
        ("17", -6.0, 0.5, |position| position.tone_at_rate_fraction(1, 6, 60.0)),
        ("18", -6.0, 0.5, |position| position.tone_at_rate_fraction(1, 8, 67.5)),
        ("19", 3.0, 1.41, |position| position.tone_at_rate_fraction(1, 4, 45.0)),
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
fn the_cases_of_ebu_tech_3341_are_within_tolerance() {
    let dir = tempfile::tempdir().unwrap();
    let loudness_cases = write_loudness_cases(dir.path());
    let peak_cases = write_peak_cases(dir.path());
    let (names, expected): (Vec<_>, Vec<_>) = loudness_cases.iter().chain(&peak_cases).cloned().unzip();
    // ffmpeg's readings confirm that the files are as the document describes them.
    for (name, expected) in
        loudness_cases.iter().filter(|(name, _)| matches!(&**name, "4.wav" | "5.wav" | "6-side.wav"))
    {
        let ffmpeg_reading = measure_with_ffmpeg(&dir.path().join(name), 48_000).integrated_lufs[0];
        assert!((ffmpeg_reading - expected).abs() <= 0.1 + 1e-9, "{name}: ffmpeg has {ffmpeg_reading}");
    }
    for (name, expected) in &peak_cases {
        let ffmpeg_reading = measure_with_ffmpeg(&dir.path().join(name), 48_000).peak_dbtp;
        assert!((expected - 0.4..=expected + 0.2).contains(&ffmpeg_reading), "{name}: ffmpeg has {ffmpeg_reading}");
    }
    let (all_playable, objects) = scan(dir.path(), &names);
    assert!(all_playable, "every file can be played");
    for (n, ((name, expected), object)) in names.iter().zip(&expected).zip(&objects).enumerate() {
        if n < loudness_cases.len() {
            let integrated = number(object, "integrated_lufs");
            assert!((integrated - expected).abs() <= 0.1 + 1e-9, "{name}: {integrated} LUFS");
        } else {
            let peak = number(object, "true_peak_dbtp");
            assert!((expected - 0.4..=expected + 0.2).contains(&peak), "{name}: {peak} dBTP");
        }
    }
}
