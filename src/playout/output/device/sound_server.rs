//! The sink that a sound server gave to this process. The server's own tool is asked, in a thread and a process of
//! their own, while the sound plays.
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

/// Paths of the tool. A tool elsewhere in the search path is not run.
const TOOLS: [&str; 2] = ["/usr/bin/pactl", "/usr/local/bin/pactl"];
/// Longest wait for the tool, microseconds.
const QUERY_TIMEOUT_US: i64 = 3 * SECOND_US;
/// Longest answer, bytes.
const MAX_ANSWER: usize = 1 << 20;

/// Starts a thread that asks which sink this process plays to. It calls `tell` with the answer, if there is one.
pub(in crate::playout) fn identify_sink(tell: impl FnOnce(SinkInfo) + Send + 'static) {
    // Without a thread the sink stays unknown.
    let _ = std::thread::Builder::new().name("sink".to_owned()).spawn(move || {
        let until = boot_now().plus(QUERY_TIMEOUT_US);
        let list = |words: &[&str]| run_pactl(words, until).unwrap_or_default();
        let (inputs, sinks, server) = (list(&["list", "sink-inputs"]), list(&["list", "sinks"]), list(&["info"]));
        if let Some(sink) = sink_of_process(&inputs, &sinks, &server, std::process::id()) {
            tell(sink);
        }
    });
}

fn run_pactl(words: &[&str], until: BootTime) -> Option<String> {
    let tool = TOOLS.into_iter().find(|tool| std::path::Path::new(tool).exists())?;
    let mut command = Command::new(tool);
    command.args(words).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let text = read(&mut child, until);
    // The tool has answered, or its time is over.
    let _ = child.kill();
    let _ = child.wait();
    text
}

fn read(child: &mut Child, until: BootTime) -> Option<String> {
    let mut output = child.stdout.take()?;
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    while bytes.len() < MAX_ANSWER {
        let left = until.since(boot_now());
        if left < 0 || !wait_for(&output, PollFlags::IN, left).ok()? {
            return None;
        }
        match output.read(&mut part).ok()? {
            0 => return String::from_utf8(bytes).ok(),
            count => bytes.extend_from_slice(&part[..count]),
        }
    }
    None
}

/// Returns the sink of the process `pid`, or the server's default sink if the server does not know the process.
fn sink_of_process(inputs: &str, sinks: &str, server: &str, pid: u32) -> Option<SinkInfo> {
    let ours = |input: &PactlBlock<'_>| input.get("application.process.id") == Some(&pid.to_string().as_str());
    let number = parse_blocks(inputs, "Sink Input #").into_iter().find(|(_, input)| ours(input));
    let number = number.and_then(|(_, input)| input.get("Sink").copied());
    let usual = server.lines().find_map(|line| line.strip_prefix("Default Sink: ")).map(str::trim);
    let sinks = parse_blocks(sinks, "Sink #");
    let (_, sink) = match number {
        Some(number) => sinks.into_iter().find(|(of, _)| *of == number)?,
        None => sinks.into_iter().find(|(_, sink)| sink.get("Name").copied() == usual)?,
    };
    Some(SinkInfo { name: sink.get("Name").map(|name| (*name).to_owned()), hardware: is_hardware(&sink) })
}

/// Returns whether a sink is hardware. Modules that feed other sinks (filters, a network) do not say.
fn is_hardware(sink: &PactlBlock<'_>) -> Option<bool> {
    let is = |key: &str, words: &[&str]| sink.get(key).is_some_and(|value| words.contains(value));
    let nowhere = is("Driver", &["module-null-sink.c", "module-pipe-sink.c"])
        || is("factory.name", &["support.null-audio-sink"])
        || is("alsa.driver_name", &["snd_aloop", "snd_dummy"])
        || is("Name", &["auto_null"]);
    let flagged = sink.get("Flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "HARDWARE"));
    match (nowhere, flagged) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}

type PactlBlock<'a> = BTreeMap<&'a str, &'a str>;

/// Returns the objects of a list, each with its number and its keys. The first value of a key counts.
fn parse_blocks<'a>(list: &'a str, heading: &str) -> Vec<(&'a str, PactlBlock<'a>)> {
    let mut found: Vec<(&str, PactlBlock<'_>)> = Vec::new();
    for line in list.lines() {
        if let Some(number) = line.strip_prefix(heading) {
            found.push((number.trim(), BTreeMap::new()));
        } else if let Some((_, block)) = found.last_mut()
            && let Some((key, value)) = line.trim().split_once(": ").or_else(|| line.trim().split_once(" = "))
        {
            block.entry(key).or_insert(value.trim().trim_matches('"'));
        }
    }
    found
}
