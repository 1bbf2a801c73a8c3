//! The `loa` command: parse, call, exit code.
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use loa::cli;
use loa::text::Say;
use loa::text::cli::Usage;

fn main() -> ExitCode {
    #[cfg(feature = "playout")]
    loa::library::guard::hush();
    let args: Vec<OsString> = std::env::args_os().collect();
    let readable: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let lang = cli::help_language(&readable);
    let typed = match cli::parse(&args, lang) {
        Ok(typed) => typed,
        Err(error) => {
            let text = cli::usage_error(&error, lang);
            // Where nobody listens there is nobody to complain to.
            if error.use_stderr() {
                let _ = write!(std::io::stderr(), "{text}");
                return ExitCode::from(cli::USAGE);
            }
            let _ = write!(std::io::stdout(), "{text}");
            return ExitCode::SUCCESS;
        }
    };
    match std::panic::catch_unwind(|| cli::perform(typed)) {
        Ok(Ok(code)) => ExitCode::from(code),
        // Whoever read our output has gone.
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            let failed = Usage::Failed { what: "loa".to_owned(), detail: error.to_string() };
            let _ = writeln!(std::io::stderr(), "{}", failed.say(lang));
            ExitCode::from(cli::CONFIG)
        }
        Err(_) => {
            // The panic's own words are on standard error already.
            let bug = Usage::Bug { detail: env!("CARGO_PKG_VERSION").to_owned() };
            let _ = writeln!(std::io::stderr(), "{}", bug.say(lang));
            ExitCode::from(cli::BUG)
        }
    }
}
