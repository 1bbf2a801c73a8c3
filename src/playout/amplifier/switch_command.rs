//! Runs one command that switches the amplifier.
use std::path::Path;

use crate::base::instant::SECOND_US;
use crate::base::platform::boot_now;
use crate::playout::engine::{Power, SwitchError, SwitchResult};
use crate::playout::external_command::run_command;
use crate::schedule::settings::AmplifierSettings;

/// Time limit for a command, microseconds. A relay switches within milliseconds.
const COMMAND_TIMEOUT_US: i64 = 10 * SECOND_US;

/// Runs the command that switches the amplifier on or off, and waits until it ends.
#[must_use]
pub fn run_switch_command(station: &Path, amplifier: &AmplifierSettings, power: Power) -> SwitchResult {
    let command_line = match power {
        Power::On => &amplifier.on,
        Power::Off => &amplifier.off,
    };
    let start = boot_now();
    let result =
        refuse_station_files(station, command_line).and_then(|()| run_command(command_line, &[], COMMAND_TIMEOUT_US));
    let error = result.err().map(SwitchError::Failed);
    SwitchResult { serial: 0, power, duration_ms: boot_now().since(start) / 1000, error }
}

/// Refuses a command that names a file in the station's folder. The folder travels on USB sticks, and the next stick
/// can bring a different file under the name that the operator has tried.
fn refuse_station_files(station: &Path, command_line: &[String]) -> Result<(), String> {
    let Ok(station) = station.canonicalize() else { return Ok(()) };
    let is_in_station =
        |word: &&String| Path::new("/").join(word).canonicalize().is_ok_and(|path| path.starts_with(&station));
    match command_line.iter().find(is_in_station) {
        Some(word) => Err(format!("{word} lies in the station's folder; put it elsewhere, as in /usr/local/bin")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch_error(command_line: &[&str]) -> Option<SwitchError> {
        let on = command_line.iter().map(|word| (*word).to_owned()).collect();
        run_switch_command(Path::new("/nowhere"), &AmplifierSettings { on, ..AmplifierSettings::default() }, Power::On)
            .error
    }

    #[test]
    fn a_failed_command_reports_the_cause() {
        assert_eq!(switch_error(&["true"]), None);
        let Some(SwitchError::Failed(detail)) = switch_error(&["false"]) else { panic!("expected false to fail") };
        assert_eq!(detail, "exit status: 1");
        let Some(SwitchError::Failed(detail)) = switch_error(&["ls", "/no such folder"]) else {
            panic!("expected ls to fail")
        };
        assert!(detail.contains("no such folder") && !detail.contains('\n'), "{detail}");
        let Some(SwitchError::Failed(detail)) = switch_error(&["/no/such/program"]) else {
            panic!("expected the program to be missing")
        };
        assert!(detail.starts_with("/no/such/program: "), "{detail}");
    }

    #[test]
    fn arguments_are_not_interpreted_by_a_shell() {
        let folder = tempfile::tempdir().expect("create a temporary folder");
        let file = folder.path().join("x; touch y && $(z)");
        assert_eq!(switch_error(&["touch", file.to_str().expect("the path is UTF-8")]), None);
        assert!(file.exists());
    }

    #[test]
    fn a_command_with_a_file_in_the_station_folder_is_refused() {
        let folder = tempfile::tempdir().expect("create a temporary folder");
        let script = folder.path().join("relay.sh");
        std::fs::write(&script, "exit 0").expect("write the script");
        let shell_command = |script: &Path| vec!["sh".to_owned(), script.display().to_string()];
        assert!(
            refuse_station_files(folder.path(), &shell_command(&script))
                .is_err_and(|detail| detail.contains("relay.sh lies in the station"))
        );
        let indirect_path =
            folder.path().join("../").join(folder.path().file_name().expect("the folder has a name")).join("relay.sh");
        assert!(refuse_station_files(folder.path(), &shell_command(&indirect_path)).is_err());
        assert_eq!(refuse_station_files(&folder.path().join("other"), &shell_command(&script)), Ok(()));
        assert_eq!(refuse_station_files(folder.path(), &shell_command(Path::new("/bin/true"))), Ok(()));
    }

    #[test]
    fn a_background_process_of_a_command_does_not_delay_the_result() {
        let start = boot_now();
        let Some(SwitchError::Failed(detail)) = switch_error(&["sh", "-c", "sleep 30 & echo rời >&2; exit 3"]) else {
            panic!("expected the command to fail")
        };
        assert_eq!(detail, "exit status: 3: rời");
        assert!(boot_now().since(start) < 25 * SECOND_US);
    }
}
