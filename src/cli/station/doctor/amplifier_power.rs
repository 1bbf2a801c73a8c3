//! Switches the amplifier on before the test tone and off after it, as in a session.
use std::ffi::c_int;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::base::instant::SECOND_US;
use crate::cli::words::switch_error_text;
use crate::playout::amplifier::{is_permitted, run_switch_command};
use crate::playout::engine::Power;
use crate::playout::error::DaemonError;
use crate::playout::lock::StationLock;
use crate::playout::signals::unignored_shutdown_signals;
use crate::schedule::settings::AmplifierSettings;
use crate::text::{Lang, Localize, print_stderr};

/// The maximum time from the operator's answer until the amplifier is switched off, in microseconds.
const MAX_TAIL_US: i64 = 3 * SECOND_US;

/// Returns `true` if the sound test switches the amplifier. Commands that nobody has tried on this machine are not run;
/// the sheet says so, with the command to type.
pub(super) fn is_switched_for_test(amplifier: &AmplifierSettings) -> bool {
    amplifier.is_controlled() && is_permitted(amplifier)
}

/// Runs `play` while the amplifier is on. Returns `None`, and switches nothing, if another process has locked the
/// station. While this process holds the `lock`, no daemon can start and switch the amplifier off. A failure of the
/// commands is printed, and the tone is played anyway. The amplifier is also switched off when a signal ends the
/// program.
pub(super) fn run_with_amplifier_on<T>(
    station: &Path,
    lock: Result<StationLock, DaemonError>,
    settings: &AmplifierSettings,
    lang: Lang,
    play: impl FnOnce() -> T,
) -> Option<T> {
    let _lock = match lock {
        Err(DaemonError::AlreadyRunning) => return None,
        other => other.ok(),
    };
    let amplifier = Arc::new(TestedAmplifier {
        station: station.to_owned(),
        settings: settings.clone(),
        lang,
        needs_switch_off: Mutex::new(false),
    });
    // If the thread cannot start, the tone still plays, but a signal would leave the amplifier on.
    let _ = switch_off_at_signals(amplifier.clone());
    let guard = SwitchOnGuard::new(&amplifier);
    wait(settings.warm_up_us);
    let result = play();
    wait(settings.tail_us.min(MAX_TAIL_US));
    drop(guard);
    Some(result)
}

/// The amplifier, which both the main thread and the signal thread switch.
struct TestedAmplifier {
    station: PathBuf,
    settings: AmplifierSettings,
    lang: Lang,
    /// True from the command that switches the amplifier on until the one that switches it off.
    needs_switch_off: Mutex<bool>,
}

impl TestedAmplifier {
    fn switch_on(&self) {
        let mut needs_switch_off = self.needs_switch_off.lock().unwrap_or_else(PoisonError::into_inner);
        // A command can fail and still have switched the amplifier on.
        *needs_switch_off = true;
        self.switch(Power::On);
    }

    fn switch_off(&self) {
        let mut needs_switch_off = self.needs_switch_off.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut *needs_switch_off) {
            self.switch(Power::Off);
        }
    }

    fn switch(&self, power: Power) {
        if let Some(error) = run_switch_command(&self.station, &self.settings, power).error {
            print_stderr!("{}", switch_error_text(power, &error).to_plain(self.lang));
        }
    }
}

/// Keeps the amplifier on until this value is dropped, even by a panic.
struct SwitchOnGuard<'a> {
    amplifier: &'a TestedAmplifier,
}

impl<'a> SwitchOnGuard<'a> {
    fn new(amplifier: &'a TestedAmplifier) -> Self {
        let guard = Self { amplifier };
        amplifier.switch_on();
        guard
    }
}

impl Drop for SwitchOnGuard<'_> {
    fn drop(&mut self) {
        self.amplifier.switch_off();
    }
}

/// Starts a thread that switches the amplifier off at a signal, and then lets the signal end the program. The thread
/// runs until the program ends, because a handled signal no longer ends the program by itself.
fn switch_off_at_signals(amplifier: Arc<TestedAmplifier>) -> io::Result<()> {
    let handled_signals: Vec<c_int> = unignored_shutdown_signals();
    let mut signals = Signals::new(handled_signals)?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            amplifier.switch_off();
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

fn wait(us: i64) {
    thread::park_timeout(Duration::from_micros(u64::try_from(us).unwrap_or(0)));
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// The steps of a test, in a file: the commands of the amplifier, and the tone.
    struct RecordedSteps {
        file: tempfile::NamedTempFile,
    }

    impl RecordedSteps {
        fn new() -> Self {
            Self { file: tempfile::NamedTempFile::new().expect("create a file") }
        }

        fn run<T>(&self, lock_error: DaemonError, play: impl FnOnce() -> T) -> Option<T> {
            let command = |step: &str| {
                let script = format!("echo {step} >> {}", self.file.path().display());
                ["sh", "-c", &script].map(str::to_owned).to_vec()
            };
            let (on, off) = (command("on"), command("off"));
            let settings = AmplifierSettings { on, off, warm_up_us: 0, tail_us: 0, ..AmplifierSettings::default() };
            run_with_amplifier_on(Path::new("/nowhere"), Err(lock_error), &settings, Lang::En, play)
        }

        fn record(&self, step: &str) {
            let earlier_steps = self.steps();
            fs::write(self.file.path(), earlier_steps + step + "\n").expect("write the file");
        }

        fn steps(&self) -> String {
            fs::read_to_string(self.file.path()).expect("read the file")
        }
    }

    #[test]
    fn the_amplifier_is_on_during_the_tone_and_off_after_it_even_if_the_tone_fails() {
        let steps = RecordedSteps::new();
        let play = || {
            steps.record("tone");
            Err::<(), _>("no device")
        };
        assert_eq!(steps.run(DaemonError::AirlogIsLink, play), Some(Err("no device")));
        assert_eq!(steps.steps(), "on\ntone\noff\n");
    }

    #[test]
    fn a_panic_during_the_tone_switches_the_amplifier_off() {
        let steps = RecordedSteps::new();
        let play = || panic!("the tone fails");
        assert!(catch_unwind(AssertUnwindSafe(|| steps.run::<()>(DaemonError::AirlogIsLink, play))).is_err());
        assert_eq!(steps.steps(), "on\noff\n");
    }

    #[test]
    fn the_amplifier_of_a_running_station_is_not_switched() {
        let steps = RecordedSteps::new();
        assert_eq!(steps.run(DaemonError::AlreadyRunning, || steps.record("tone")), None);
        assert_eq!(steps.steps(), "");
    }
}
