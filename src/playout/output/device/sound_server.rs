//! Finds the sink that a sound server has assigned to this process. A separate thread runs the server's tool `pactl`
//! while the sound plays.
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Child, Command, Stdio};

use rustix::event::PollFlags;

use crate::base::instant::{BootTime, SECOND_US};
use crate::base::platform::boot_now;
use crate::playout::fd_wait::wait_for;
use crate::playout::output::SinkInfo;

/// Possible paths of `pactl`. A `pactl` at any other path is not run.
const PACTL_PATHS: [&str; 2] = ["/usr/bin/pactl", "/usr/local/bin/pactl"];
/// Time limit for all queries together, microseconds.
const QUERY_TIMEOUT_US: i64 = 3 * SECOND_US;
/// Maximum length of the output of one query, bytes.
const MAX_OUTPUT_BYTES: usize = 1 << 20;

/// Starts a thread that looks for the sink to which this process plays, and calls `on_sink` with the sink if it finds
/// one.
pub(in crate::playout) fn identify_sink(on_sink: impl FnOnce(SinkInfo) + Send + 'static) {
    // If no thread can be started, the sink stays unknown.
    let _ = std::thread::Builder::new().name("sink".to_owned()).spawn(move || {
        let deadline = boot_now().plus(QUERY_TIMEOUT_US);
        let query = |arguments: &[&str]| run_pactl(arguments, deadline).unwrap_or_default();
        let (inputs, sinks, server) = (query(&["list", "sink-inputs"]), query(&["list", "sinks"]), query(&["info"]));
        if let Some(sink) = sink_of_process(&inputs, &sinks, &server, std::process::id()) {
            on_sink(sink);
        }
    });
}

/// Returns the volume of the sound server's default sink in per cent, and whether the sink is muted. `None` if there is
/// no server, or it does not answer.
#[must_use]
pub fn default_sink_level() -> Option<(Option<u8>, bool)> {
    let deadline = boot_now().plus(QUERY_TIMEOUT_US);
    let mute = run_pactl(&["get-sink-mute", "@DEFAULT_SINK@"], deadline)?;
    let volume = run_pactl(&["get-sink-volume", "@DEFAULT_SINK@"], deadline)?;
    parse_sink_level(&mute, &volume)
}

/// Parses `Mute: no` and `Volume: front-left: 65536 / 100% / 0.00 dB, …`. The loudest channel counts.
fn parse_sink_level(mute: &str, volume: &str) -> Option<(Option<u8>, bool)> {
    let is_muted = match mute.trim().strip_prefix("Mute: ")? {
        "yes" => true,
        "no" => false,
        _ => return None,
    };
    let percents = volume.split('/').filter_map(|part| part.trim().strip_suffix('%')?.trim().parse::<u32>().ok());
    Some((percents.max().map(|percent| u8::try_from(percent).unwrap_or(u8::MAX)), is_muted))
}

fn run_pactl(arguments: &[&str], deadline: BootTime) -> Option<String> {
    let program = PACTL_PATHS.into_iter().find(|path| std::path::Path::new(path).exists())?;
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let output = read_output(&mut child, deadline);
    // `pactl` has finished its output, or has run out of time. Killing it makes sure that `wait` returns.
    let _ = child.kill();
    let _ = child.wait();
    output
}

/// Reads the complete output of a process. Returns `None` if the output is too long, not UTF-8, or not complete before
/// `deadline`.
fn read_output(child: &mut Child, deadline: BootTime) -> Option<String> {
    let mut stdout = child.stdout.take()?;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    while bytes.len() < MAX_OUTPUT_BYTES {
        let remaining_us = deadline.since(boot_now());
        if remaining_us < 0 || !wait_for(&stdout, PollFlags::IN, remaining_us).ok()? {
            return None;
        }
        match stdout.read(&mut buffer).ok()? {
            0 => return String::from_utf8(bytes).ok(),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    None
}

/// Returns the sink of the process `pid`, or the server's default sink if the server does not know the process.
/// `inputs`, `sinks` and `server` are outputs of `pactl`.
fn sink_of_process(inputs: &str, sinks: &str, server: &str, pid: u32) -> Option<SinkInfo> {
    let is_own = |input: &PactlBlock<'_>| input.get("application.process.id") == Some(&pid.to_string().as_str());
    let own_input = parse_blocks(inputs, "Sink Input #").into_iter().find(|(_, input)| is_own(input));
    let sink_number = own_input.and_then(|(_, input)| input.get("Sink").copied());
    let default_name = server.lines().find_map(|line| line.strip_prefix("Default Sink: ")).map(str::trim);
    let sinks = parse_blocks(sinks, "Sink #");
    let (_, sink) = match sink_number {
        Some(sink_number) => sinks.into_iter().find(|(number, _)| *number == sink_number)?,
        None => sinks.into_iter().find(|(_, sink)| sink.get("Name").copied() == default_name)?,
    };
    Some(SinkInfo { name: sink.get("Name").map(|name| (*name).to_owned()), is_hardware: is_hardware(&sink) })
}

/// Returns whether a sink is hardware. `None` for a sink that feeds a different sink, such as a filter or a network
/// sink.
fn is_hardware(sink: &PactlBlock<'_>) -> Option<bool> {
    let has = |key: &str, values: &[&str]| sink.get(key).is_some_and(|value| values.contains(value));
    let is_software = has("Driver", &["module-null-sink.c", "module-pipe-sink.c"])
        || has("factory.name", &["support.null-audio-sink"])
        || has("alsa.driver_name", &["snd_aloop", "snd_dummy"])
        || has("Name", &["auto_null"]);
    let has_hardware_flag = sink.get("Flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "HARDWARE"));
    match (is_software, has_hardware_flag) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}

/// The keys and values of one object in the output of `pactl list`.
type PactlBlock<'a> = BTreeMap<&'a str, &'a str>;

/// Returns the objects under `heading` in a list, each with its number. If a key occurs twice, its first value is used.
fn parse_blocks<'a>(list: &'a str, heading: &str) -> Vec<(&'a str, PactlBlock<'a>)> {
    let mut blocks: Vec<(&str, PactlBlock<'_>)> = Vec::new();
    for line in list.lines() {
        if let Some(number) = line.strip_prefix(heading) {
            blocks.push((number.trim(), BTreeMap::new()));
        } else if let Some((_, block)) = blocks.last_mut()
            && let Some((key, value)) = line.trim().split_once(": ").or_else(|| line.trim().split_once(" = "))
        {
            block.entry(key).or_insert(value.trim().trim_matches('"'));
        }
    }
    blocks
}
