//! `loa play`, `skip` and `stop`: sends a command to the running daemon.
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use clap::Args;

use crate::cli::args::{StationOption, parse_segment_id};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::table::{format_date, strip_unprintable};
use crate::playout::control::{ControlError, request};
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::schedule::Id;
use crate::text::run::RunText;
use crate::text::{Lang, Localize, print_stderr};

/// Arguments of `loa play`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct PlayArgs {
    #[arg(value_parser = parse_segment_id)]
    pub segment: Id,
    #[command(flatten)]
    pub station: StationOption,
}

/// Sends a command to the daemon and prints the reply.
///
/// # Errors
/// If standard output cannot be written.
pub fn send_command(station: &Path, lang: Lang, command: OperatorCommand) -> io::Result<u8> {
    match request(station, command) {
        Ok(reply) => {
            let message = reply_text(&reply);
            if matches!(reply, CommandReply::Done | CommandReply::DoneNotLogged) {
                writeln!(io::stdout(), "{}", message.localized(lang))?;
                return Ok(EXIT_OK);
            }
            Ok(fail(message.localized(lang), EXIT_PROBLEMS))
        }
        Err(e) => Ok(report_unreachable(&e, lang)),
    }
}

/// Prints why the daemon cannot be reached, and returns the exit code.
pub(super) fn report_unreachable(error: &ControlError, lang: Lang) -> u8 {
    let message = match error {
        ControlError::NotRunning => RunText::NotRunning {},
        ControlError::NotAllowed { user } => RunText::NotAllowed { user: strip_unprintable(user) },
        ControlError::Unreachable => RunText::Unreachable {},
        ControlError::NoAnswer(e) => RunText::NoAnswer { detail: e.to_string() },
    };
    print_stderr!("{}", message.localized(lang));
    EXIT_PROBLEMS
}

/// Returns the sentence for a reply of the daemon.
pub(super) fn reply_text(reply: &CommandReply) -> RunText {
    match reply {
        CommandReply::Done => RunText::Done {},
        CommandReply::DoneNotLogged => RunText::DoneNotLogged {},
        CommandReply::NothingPlays => RunText::NothingPlays {},
        CommandReply::Busy(title) => RunText::Busy { title: strip_unprintable(title) },
        CommandReply::NoSuchSegment(id) => RunText::NoSuchSegment { id: id.to_string() },
        CommandReply::Expired(title) => RunText::Expired { title: strip_unprintable(title) },
        CommandReply::NotApproved(title) => RunText::NotApproved { title: strip_unprintable(title) },
        CommandReply::Quiet => RunText::Quiet {},
        CommandReply::ClockDoubted => RunText::DoubtedNow {},
        CommandReply::ClockImpossible => RunText::ClockImpossible {},
        CommandReply::Ending => RunText::Ending {},
        CommandReply::BadText => RunText::BadText {},
        CommandReply::TooMany => RunText::TooManyUrgent {},
        CommandReply::NoAmplifier => RunText::NoAmplifier {},
        CommandReply::NoSuspectFiles => RunText::NothingAway {},
        CommandReply::FilesStillDamaged(files) => RunText::StillAway { files: strip_unprintable(&files.join(", ")) },
        CommandReply::Status(_) => RunText::Done {},
    }
}

/// Formats an RFC 3339 instant from the daemon for people. Other text is returned without unprintable characters.
pub(super) fn format_instant(rfc3339: &str, lang: Lang) -> String {
    let Ok(at) = rfc3339.parse::<DateTime<FixedOffset>>() else {
        return strip_unprintable(rfc3339);
    };
    let date = format_date(at.date_naive(), lang);
    RunText::Moment { time: at.format("%H:%M:%S").to_string(), date }.localized(lang).to_string()
}
