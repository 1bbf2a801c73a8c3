//! `loa close`: closes a reporting period, and shows, recounts and amends closed periods.
mod addendum;
mod freeze;
mod inputs;
mod kept;
mod list;
pub(super) mod note;
mod open_points;
mod period;
mod recount;
mod show;
mod write_files;

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::report::args::{ReportFormat, RowsBy};
use crate::cli::args::DateArg;
use crate::cli::table::strip_unprintable;
use crate::department::journal::entry::MAX_TEXT_CHARS;
use crate::department::registry::is_same_name;
use crate::department::report::period::Period;
use crate::text::Lang;
use crate::text::closing::ClosingText;

/// Arguments of `loa close`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct CloseArgs {
    pub store: PathBuf,
    #[arg(long, value_enum)]
    pub period: Option<Period>,
    #[arg(long)]
    pub from: Option<DateArg>,
    #[arg(long)]
    pub until: Option<DateArg>,
    #[arg(long = "made-by", value_name = "TEXT")]
    pub made_by: Option<String>,
    #[arg(long = "checked-by", value_name = "TEXT")]
    pub checked_by: Option<String>,
    #[arg(long)]
    pub yes: bool,
    #[arg(long = "list", group = "mode", conflicts_with_all = ["period", "from", "until"])]
    pub list_closings: bool,
    #[arg(long = "show", group = "mode", value_name = "DATES", num_args = 0..=1, default_missing_value = "")]
    pub show_closing: Option<String>,
    #[arg(long, group = "mode", value_name = "DATES", num_args = 0..=1, default_missing_value = "")]
    pub recount: Option<String>,
    #[arg(long, group = "mode", value_name = "DATES", num_args = 0..=1, default_missing_value = "")]
    pub addendum: Option<String>,
    #[arg(long = "record", requires = "addendum")]
    pub record_addendum: bool,
    #[arg(long, value_enum, requires = "show_closing")]
    pub by: Option<RowsBy>,
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The posts of who has made a report and who has checked it.
#[derive(Debug, Clone)]
struct Posts {
    made_by: String,
    checked_by: String,
}

impl CloseArgs {
    /// Returns the posts, or the reason why they cannot be used.
    fn posts(&self) -> Result<Posts, ClosingText> {
        let post = |text: &Option<String>| strip_unprintable(text.as_deref().unwrap_or_default()).trim().to_owned();
        let posts = Posts { made_by: post(&self.made_by), checked_by: post(&self.checked_by) };
        if posts.made_by.is_empty() || posts.checked_by.is_empty() {
            return Err(ClosingText::Usage {});
        }
        if posts.made_by.chars().count().max(posts.checked_by.chars().count()) > MAX_TEXT_CHARS {
            return Err(ClosingText::PostTooLong { limit: MAX_TEXT_CHARS as u64 });
        }
        // The second person must be able to find what the first one has overlooked.
        if is_same_name(&posts.made_by, &posts.checked_by) {
            return Err(ClosingText::SamePost {});
        }
        Ok(posts)
    }
}

/// Runs `loa close`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(args: &CloseArgs, lang: Lang) -> io::Result<u8> {
    match (args.list_closings, &args.show_closing, &args.recount, &args.addendum) {
        (true, ..) => list::run(args, lang),
        (_, Some(period), ..) => show::run(args, period, lang),
        (_, _, Some(period), _) => recount::run(args, period, lang),
        (.., Some(period)) => addendum::run(args, period, lang),
        (false, None, None, None) => freeze::run(args, lang),
    }
}
