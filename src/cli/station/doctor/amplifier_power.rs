//! The amplifier during the test tone: on before it, off after it, as in a session.
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::cli::words::switch_error_text;
use crate::playout::amplifier::{is_permitted, run_switch_command};
use crate::playout::engine::Power;
use crate::playout::lock::lock_station;
use crate::schedule::settings::AmplifierSettings;
use crate::text::{Lang, Localize, print_stderr};

/// Runs `play` while the amplifier is on. If nobody has tried the amplifier's commands on this machine, they are not
/// run; the sheet says so, with the command to type. A failure of the commands is printed, and the tone is played
/// anyway.
pub(super) fn with_amplifier<T>(
    station: &Path,
    amplifier: &AmplifierSettings,
    lang: Lang,
    play: impl FnOnce() -> T,
) -> T {
    if !amplifier.is_controlled() || !is_permitted(amplifier) {
        return play();
    }
    // No daemon may start and switch it off in the meantime.
    let _lock = lock_station(station);
    switch(station, amplifier, Power::On, lang);
    wait(amplifier.warm_up_us);
    let result = play();
    wait(amplifier.tail_us);
    switch(station, amplifier, Power::Off, lang);
    result
}

fn switch(station: &Path, amplifier: &AmplifierSettings, power: Power, lang: Lang) {
    if let Some(error) = run_switch_command(station, amplifier, power).error {
        print_stderr!("{}", switch_error_text(power, &error).to_plain(lang));
    }
}

fn wait(us: i64) {
    thread::park_timeout(Duration::from_micros(u64::try_from(us).unwrap_or(0)));
}
