//! The `loa` program: parses the command line, runs the command, returns the exit code.
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use loa::cli;
use loa::text::Localize;
use loa::text::cli::CliText;
use loa::text::system::SystemText;

fn main() -> ExitCode {
    #[cfg(feature = "playout")]
    loa::library::panic_guard::silence_caught_panics();
    let args: Vec<OsString> = std::env::args_os().collect();
    let printable_args: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let lang = cli::help_language(&printable_args);
    let command_line = match cli::parse(&args, lang) {
        Ok(command_line) => command_line,
        Err(error) => {
            let text = cli::usage_error(&error, lang);
            // If this write fails, there is no place left to report it.
            if error.use_stderr() {
                let _ = write!(std::io::stderr(), "{text}");
                return ExitCode::from(cli::exit::EXIT_USAGE);
            }
            let _ = write!(std::io::stdout(), "{text}");
            return ExitCode::SUCCESS;
        }
    };
    match std::panic::catch_unwind(|| cli::dispatch(command_line)) {
        Ok(Ok(code)) => ExitCode::from(code),
        // The program that read our output, for example `head`, has already exited.
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            let message = CliText::FailedHere { detail: SystemText::from(&error) };
            let _ = writeln!(std::io::stderr(), "{}", message.localized(lang));
            // A disk, a pipe or a server failed, so the command is incomplete. The configuration is not at fault, and
            // another attempt may succeed.
            ExitCode::from(cli::exit::EXIT_PROBLEMS)
        }
        Err(_) => {
            // The panic's message is already on standard error.
            let message = CliText::Bug { detail: env!("CARGO_PKG_VERSION").to_owned() };
            let _ = writeln!(std::io::stderr(), "{}", message.localized(lang));
            ExitCode::from(cli::exit::EXIT_BUG)
        }
    }
}
