//! Checks that every error text that loa itself writes has its own sentence.
use super::*;
use crate::text::{Lang, Localize};

fn vi(text: &impl Localize) -> String {
    text.localized(Lang::Vi).to_string()
}

fn en(text: &impl Localize) -> String {
    text.localized(Lang::En).to_string()
}

#[test]
fn decoder_errors_become_sentences() {
    for (detail, expected) in [
        ("it is not in a format that loa can play", "không nhận ra loại tệp"),
        ("its beginning is broken: malformed stream: riff: missing fmt chunk", "phần đầu tệp bị hỏng"),
        ("it holds no sound that can be decoded", "không có âm thanh nào"),
        ("34 of its blocks cannot be decoded: mpa: invalid main_data", "nhiều đoạn"),
        ("end of stream", "bị cụt"),
        ("it has 12 channels; 1 to 8 can be played", "kiểu âm thanh"),
        ("it cannot be read: Input/output error (os error 5)", "không đọc được tệp"),
        ("something new", "không đọc được âm thanh"),
    ] {
        let text = vi(&DecoderText::of(detail.to_owned()));
        assert!(text.contains(expected) && text.ends_with(&format!("(chi tiết cho kỹ thuật: {detail})")), "{text}");
    }
}

#[test]
fn device_errors_become_sentences() {
    for (detail, expected) in [
        (
            "The requested audio device is not available. It may have been disconnected. \
             (snd_pcm_open_noupdate: Unknown PCM default)",
            "bị rút",
        ),
        ("Device or resource busy", "chương trình khác"),
        ("Permission denied", "không được dùng"),
        ("the requested configuration is not supported", "không nhận kiểu"),
        ("\u{7}?", "báo lỗi"),
    ] {
        let text = vi(&DeviceText::of(detail.to_owned()));
        assert!(text.contains(expected) && text.ends_with(&format!("{detail})")), "{text}");
    }
}

/// Asserts that the longest fixed part of each detail is still in its source file. If a source is reworded, change the
/// detail in this file and the words in `cause.rs`.
fn assert_sources_contain_details(phrases: &[(&str, &str, &str)]) {
    for (source, detail, _) in phrases {
        let fixed_words = detail.split(['<', '>']).max_by_key(|part| part.len()).expect("a split has a part");
        assert!(source.contains(fixed_words), "the source no longer contains `{fixed_words}`");
    }
}

/// Returns the detail with `x` in place of each `<>`, which marks an inserted value.
fn with_values(detail: &str) -> String {
    detail.replace("<>", "x")
}

#[test]
fn every_device_error_of_loa_has_a_sentence_of_its_own() {
    let (device, names) =
        (include_str!("../../playout/output/device.rs"), include_str!("../../playout/output/device/device_name.rs"));
    let (line, wav) = (include_str!("../../playout/output/open_line.rs"), include_str!("../../playout/output/wav.rs"));
    let phrases = [
        (names, "there is no default device", "không có thiết bị này"),
        (names, "there is no device `<>`, nor any other", "chọn thiết bị “x”, nhưng máy không có, cũng không"),
        (names, "there is no device behind this name", "máy không có thiết bị này"),
        (
            names,
            "there is no device `<>`; there are: <busy-config>",
            "ghi được vào station.toml: device = \"<busy-config>\"",
        ),
        (
            include_str!("../../playout/output/device/config.rs"),
            "it supports no usable sample format",
            "không nhận kiểu",
        ),
        (
            include_str!("../../playout/output/device/callback.rs"),
            "its sample format <> is not supported",
            "không nhận kiểu",
        ),
        (device, "the device takes frames much faster than they sound", "nhanh hơn tốc độ phát"),
        (device, "the device has taken nothing for <> s", "bị treo"),
        (device, "the sound system gave <> errors at once", "hệ thống âm thanh của máy bị lỗi"),
        (
            include_str!("../../playout/player/line_control.rs"),
            "the sound system gave up",
            "hệ thống âm thanh của máy bị lỗi",
        ),
        (include_str!("../../playout/player/deck_output.rs"), "no thread for the sound: <>", "không còn đủ tài nguyên"),
        (include_str!("../../playout/engine/preflight.rs"), "the device did not open within <> s", "bị treo"),
        (include_str!("../../playout/output/paced.rs"), "its thread has ended", "bị treo"),
        (line, "the one before it took nothing", "bị treo"),
        (line, "it is not the name of a wave file at the top of the station's folder", "tệp wav"),
        (wav, "the wave file is full (4 GiB)", "tệp wav"),
        (wav, "its name does not end in .wav", "tệp wav"),
        (wav, "it is some other file", "tệp wav"),
    ];
    assert_sources_contain_details(&phrases);
    for (_, detail, expected) in phrases {
        let text = DeviceText::of(with_values(detail));
        assert!(vi(&text).contains(expected), "{}", vi(&text));
        assert!(!en(&text).starts_with("it reports an error"), "{}", en(&text));
    }
}

#[test]
fn every_switch_error_of_loa_has_a_sentence_of_its_own() {
    let switch_command = include_str!("../../playout/amplifier/switch_command.rs");
    let command = include_str!("../../playout/external_command.rs");
    let phrases = [
        (switch_command, "<> lies in the station's folder; put it elsewhere, as in /usr/local/bin", "để ở chỗ khác"),
        (command, "no command", "không có chương trình này"),
        (command, "it did not end within <> s", "10 giây"),
        (include_str!("../../playout/engine/amplifier.rs"), "no answer", "10 giây"),
    ];
    assert_sources_contain_details(&phrases);
    for (_, detail, expected) in phrases {
        let text = SwitchText::of(with_values(detail));
        assert!(vi(&text).contains(expected), "{}", vi(&text));
        assert!(!en(&text).starts_with("the command failed"), "{}", en(&text));
    }
}

#[test]
fn failures_of_the_amplifiers_command_become_sentences() {
    for (detail, expected) in [
        ("exit status: 1", "lệnh báo lỗi, mã 1"),
        ("exit status: 3: rời", "mã 3"),
        ("/no/relay: No such file or directory (os error 2)", "không có chương trình này"),
        ("it did not end within 10 s", "10 giây"),
        ("signal: 9 (SIGKILL)", "không chạy được"),
    ] {
        let text = vi(&SwitchText::of(detail.to_owned()));
        assert!(text.contains(expected) && text.ends_with(&format!("{detail})")), "{text}");
    }
}
