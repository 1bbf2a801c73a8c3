use super::*;

/// Output of `pactl list sink-inputs`.
const INPUTS: &str = "Sink Input #4\n\tDriver: protocol-native.c\n\tSink: 1\n\
    \tProperties:\n\t\tapplication.process.id = \"77\"\n\
    Sink Input #7\n\tDriver: protocol-native.c\n\tSink: 0\n\
    \tProperties:\n\t\tmedia.name = \"ALSA Playback\"\n\t\tapplication.process.id = \"4711\"\n";
/// Output of `pactl list sinks`.
const SINKS: &str = "Sink #0\n\tState: RUNNING\n\tName: alsa_output.pci-0000_00_1f.3.analog-stereo\n\
    \tDriver: module-alsa-card.c\n\tFlags: HARDWARE HW_MUTE_CTRL HW_VOLUME_CTRL DECIBEL_VOLUME LATENCY \n\
    \tProperties:\n\t\talsa.driver_name = \"snd_hda_intel\"\n\
    Sink #1\n\tName: out\n\tDriver: module-null-sink.c\n\tFlags: DECIBEL_VOLUME LATENCY SET_FORMATS \n\
    \tProperties:\n\t\tdevice.class = \"abstract\"\n\
    Sink #2\n\tName: tunnel\n\tDriver: module-tunnel.c\n\tFlags: NETWORK LATENCY \n";

fn sink(name: &str, is_hardware: Option<bool>) -> Option<SinkInfo> {
    Some(SinkInfo { name: Some(name.to_owned()), is_hardware })
}

#[test]
fn the_sink_of_the_process_is_found_or_else_the_default_sink() {
    let found_sink = |pid, default_name| {
        sink_of_process(INPUTS, SINKS, &format!("Server Name: x\nDefault Sink: {default_name}\n"), pid)
    };
    assert_eq!(found_sink(4711, "out"), sink("alsa_output.pci-0000_00_1f.3.analog-stereo", Some(true)));
    assert_eq!(found_sink(77, "tunnel"), sink("out", Some(false)));
    assert_eq!(found_sink(1, "tunnel"), sink("tunnel", None));
    assert_eq!(found_sink(1, "khac"), None);
    assert_eq!(sink_of_process("", "", "", 4711), None);
}

#[test]
fn software_sinks_are_recognised_by_their_driver_factory_or_name() {
    let hardware = |text: &str| is_hardware(&parse_blocks(&format!("Sink #0\n{text}"), "Sink #")[0].1);
    assert_eq!(hardware("\tName: auto_null\n\tDriver: PipeWire\n"), Some(false));
    assert_eq!(hardware("\tDriver: PipeWire\n\t\tfactory.name = \"support.null-audio-sink\"\n"), Some(false));
    assert_eq!(hardware("\tFlags: HARDWARE LATENCY \n\t\talsa.driver_name = \"snd_aloop\"\n"), Some(false));
    assert_eq!(hardware("\tDriver: PipeWire\n\tFlags: HARDWARE DECIBEL_VOLUME LATENCY \n"), Some(true));
    assert_eq!(hardware("\tDriver: module-ladspa-sink.c\n\tFlags: LATENCY \n"), None);
}

#[test]
fn the_level_of_a_sink_is_that_of_its_loudest_channel() {
    let volume =
        "Volume: front-left: 32768 /  50% / -18.06 dB,   front-right: 65536 / 100% / 0.00 dB\n        balance 0.00\n";
    assert_eq!(parse_sink_level("Mute: no\n", volume), Some((Some(100), false)));
    assert_eq!(parse_sink_level("Mute: yes\n", ""), Some((None, true)));
    assert_eq!(parse_sink_level("Failed", volume), None);
}
