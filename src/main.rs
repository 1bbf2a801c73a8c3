//! The `loa` command: parse, call, exit code.
use std::ffi::OsString;
use std::process::ExitCode;

use loa::cli;
use loa::text::Say;
use loa::text::cli::Usage;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let readable: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let lang = cli::help_language(&readable);
    let typed = match cli::parse(&args, lang) {
        Ok(typed) => typed,
        Err(error) => {
            let text = cli::usage_error(&error, lang);
            if error.use_stderr() {
                eprint!("{text}");
                return ExitCode::from(cli::USAGE);
            }
            print!("{text}");
            return ExitCode::SUCCESS;
        }
    };
    match std::panic::catch_unwind(|| cli::perform(typed)) {
        Ok(Ok(code)) => ExitCode::from(code),
        // Whoever read our output has gone.
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            eprintln!("{}", Usage::Failed { what: "loa".to_owned(), detail: error.to_string() }.say(lang));
            ExitCode::from(cli::CONFIG)
        }
        Err(_) => {
            // The panic's own words are on standard error already.
            eprintln!("{}", Usage::Bug { detail: env!("CARGO_PKG_VERSION").to_owned() }.say(lang));
            ExitCode::from(cli::BUG)
        }
    }
}
