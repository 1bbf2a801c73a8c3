//! Reads `[output]`.
use std::ops::RangeInclusive;

use toml::de::DeValue;

use super::fields::TableReader;
use super::times::{parse_time_range, range_fault};
use super::values::{as_list, as_number, read_choice, read_number};
use crate::schedule::finding::Finding;
use crate::schedule::settings::{DEFAULT_BUFFER_MS, Device, OutputSettings, is_wav_name};
use crate::text::problem::{Hint, ProblemText};

/// The lowest and the highest value of `loudness`, in LUFS. At a higher value, the limiter would act on all sound.
const LOUDNESS_BOUNDS_LUFS: (i64, i64) = (-40, -8);
/// The maximum number of devices of one station.
const MAX_DEVICES: usize = 4;
/// The allowed values of `buffer`, in milliseconds. With a shorter buffer, an old machine could not keep up; with a
/// longer one, a cut item would keep playing for too long.
const BUFFER_RANGE_MS: RangeInclusive<u32> = 40..=1000;
/// The maximum number of ranges in `volume-at`.
const MAX_VOLUME_RANGES: usize = 48;

/// Reads the keys of `[output]`.
pub fn read(fields: &mut TableReader<'_, '_>, output: &mut OutputSettings) {
    read_devices(fields, output);
    if let Some(buffer_ms) = read_buffer(fields) {
        output.buffer_ms = buffer_ms;
    }
    read_loudness(fields, output);
    if let Some(is_mono) = read_choice(fields, "channels", &[("mono", true), ("stereo", false)]) {
        output.is_mono = is_mono;
    }
    if let Some(volume) = read_number(fields, "volume", 0, 100).and_then(|n| u8::try_from(n).ok()) {
        output.volume = volume;
    }
    read_volume_ranges(fields, output);
}

/// Reads `device`: one device, or several sound devices in the order in which they are tried.
fn read_devices(fields: &mut TableReader<'_, '_>, output: &mut OutputSettings) {
    let example = "device = \"default\"";
    let Some(value) = fields.take("device") else { return };
    let names: Option<Vec<_>> = match value.get_ref() {
        DeValue::String(_) | DeValue::Array(_) => {
            as_list(value).into_iter().map(|item| item.get_ref().as_str().map(|text| (text, item.span()))).collect()
        }
        _ => None,
    };
    let Some(names) = names else {
        fields.report_wrong_type("device", value.span(), ProblemText::TextOrList, example);
        return;
    };
    let is_single = names.len() == 1;
    let mut devices = Vec::new();
    for (text, span) in names {
        let parsed_device = parse_device(text).filter(|device| is_single || device.is_real());
        if let Some(Device::Wav(file)) = &parsed_device
            && !is_wav_name(file)
        {
            // The device is kept although opening it will fail: otherwise a sound device could take its place.
            fields.report_structural_problem(span.clone(), Finding::WavName { text: file.clone() }, Hint::WavTop);
        }
        match parsed_device.filter(|device| !devices.contains(device) && devices.len() < MAX_DEVICES) {
            Some(device) => devices.push(device),
            None => {
                let choices = "\"default\", \"null\", \"wav:FILE.wav\"".to_owned();
                let list_hint = Hint::Write { example: "device = [\"USB Audio\", \"default\"]".to_owned() };
                let hint = if is_single { Hint::OneOf { values: choices } } else { list_hint };
                fields.report_structural_problem(span, Finding::BadDevice { text: text.to_owned() }, hint);
                return;
            }
        }
    }
    let mut devices = devices.into_iter();
    match devices.next() {
        Some(main_device) => (output.device, output.fallback_devices) = (main_device, devices.collect()),
        None => {
            let hint = Hint::Write { example: example.to_owned() };
            fields.report_structural_problem(value.span(), Finding::BadDevice { text: "[]".to_owned() }, hint);
        }
    }
}

/// Reads `buffer`: milliseconds, as in `"200ms"`.
fn read_buffer(fields: &mut TableReader<'_, '_>) -> Option<u32> {
    let example = format!("buffer = \"{DEFAULT_BUFFER_MS}ms\"");
    let (text, span) = fields.take_text("buffer", &example)?;
    let digits = text.trim().strip_suffix("ms").filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let buffer_ms = digits.and_then(|digits| digits.parse().ok()).filter(|ms| BUFFER_RANGE_MS.contains(ms));
    if buffer_ms.is_none() {
        let (min, max) = (format!("{}ms", BUFFER_RANGE_MS.start()), format!("{}ms", BUFFER_RANGE_MS.end()));
        fields.report_structural_problem(span, Finding::BadDuration { text, min, max }, Hint::Write { example });
    }
    buffer_ms
}

/// Reads `loudness`: a number of LUFS, or `"off"`.
fn read_loudness(fields: &mut TableReader<'_, '_>, output: &mut OutputSettings) {
    let Some(value) = fields.take("loudness") else { return };
    let number = match value.get_ref() {
        DeValue::String(text) if text == "off" => {
            output.loudness_target_centi_lufs = None;
            return;
        }
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(n) => n.as_str().parse::<f64>().ok(),
        _ => {
            fields.report_wrong_type("loudness", value.span(), ProblemText::Number, "loudness = -16");
            return;
        }
    };
    let (min, max) = LOUDNESS_BOUNDS_LUFS;
    match number.filter(|n| (min as f64..=max as f64).contains(n)) {
        Some(lufs) => output.loudness_target_centi_lufs = Some((lufs * 100.0).round() as i32),
        None => {
            let finding = Finding::BadNumber { key: "loudness".to_owned(), min, max };
            fields.report_structural_problem(
                value.span(),
                finding,
                Hint::Write { example: "loudness = -16".to_owned() },
            );
        }
    }
}

/// Reads `[output.volume-at]`: volumes for times of day.
fn read_volume_ranges(fields: &mut TableReader<'_, '_>, output: &mut OutputSettings) {
    let Some(value) = fields.take("volume-at") else { return };
    let example = "\"05:00..06:00\" = 60";
    let DeValue::Table(table) = value.get_ref() else {
        fields.report_wrong_type("volume-at", value.span(), ProblemText::Table, "[output.volume-at]");
        return;
    };
    for (key, value) in table.iter().take(MAX_VOLUME_RANGES) {
        let text = key.get_ref().to_string();
        let Some((from, until)) = parse_time_range(&text) else {
            let (finding, hint) = range_fault(text, example);
            fields.report_structural_problem(key.span(), finding, hint);
            continue;
        };
        let volume = as_number(fields, &text, value, 0, 100).and_then(|n| u8::try_from(n).ok());
        output.volume_ranges.extend(volume.map(|volume| (from, until, volume)));
    }
    if table.len() > MAX_VOLUME_RANGES {
        let finding = Finding::TooMany { what: ProblemText::Times, limit: MAX_VOLUME_RANGES };
        fields.report_structural_problem(value.span(), finding, Hint::RemoveSome);
    }
    output.volume_ranges.sort();
}

/// Parses the name of a device, without the spaces around it; `None` when it is invalid. The built-in names match in
/// any letter case: no sound device is called `Default`, so the station would otherwise be silent.
fn parse_device(text: &str) -> Option<Device> {
    if text.trim().is_empty() || text.chars().any(char::is_control) || text.len() > 200 {
        return None;
    }
    let text = text.trim();
    Some(match text.split_at_checked("wav:".len()) {
        _ if text.eq_ignore_ascii_case("default") => Device::Default,
        _ if text.eq_ignore_ascii_case("null") => Device::Null,
        Some((prefix, file)) if prefix.eq_ignore_ascii_case("wav:") => Device::Wav(file.to_owned()),
        _ => Device::Named(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_around_a_device_are_ignored() {
        assert_eq!(parse_device(" default"), Some(Device::Default));
        assert_eq!(parse_device("null "), Some(Device::Null));
        assert_eq!(parse_device("  USB Audio "), Some(Device::Named("USB Audio".to_owned())));
        assert_eq!(parse_device(" wav:a.wav"), Some(Device::Wav("a.wav".to_owned())));
        assert_eq!(parse_device("  "), None);
    }

    #[test]
    fn the_built_in_device_names_match_in_any_letter_case() {
        for text in ["Default", "DEFAULT"] {
            assert_eq!(parse_device(text), Some(Device::Default), "{text}");
        }
        for text in ["Null", "NULL"] {
            assert_eq!(parse_device(text), Some(Device::Null), "{text}");
        }
        assert_eq!(parse_device("WAV:Thử.wav"), Some(Device::Wav("Thử.wav".to_owned())));
        for text in ["null:1", "default:CARD=x", "đĩa", "wav"] {
            assert_eq!(parse_device(text), Some(Device::Named(text.to_owned())), "{text}");
        }
    }
}
