//! Finds the segment that a person names on the command line, by its id or by its title.
use super::messages::print_error;
use crate::base::fold::fold;
use crate::cli::exit::EXIT_PROBLEMS;
use crate::cli::table::strip_unprintable;
use crate::schedule::named::NameMatch;
use crate::schedule::{Id, Schedule, Segment};
use crate::text::Lang;
use crate::text::Localize;
use crate::text::library::ScanText;

/// The maximum number of candidates that an error lists.
const MAX_CANDIDATES: usize = 12;
/// The number of characters of the name that an error quotes.
const MAX_QUOTED: usize = 80;

/// Returns the id of the segment that is named. An id that the schedule does not have is returned too: its playlist
/// may be broken, or the station may play an earlier schedule that still has it.
///
/// # Errors
/// Returns the sentence that says why the name means no segment, or which ones it could mean.
pub(super) fn pick_segment(schedule: &Schedule, name: &str) -> Result<Id, ScanText> {
    let quoted_name = || strip_unprintable(name).chars().take(MAX_QUOTED).collect::<String>();
    match schedule.segment_named(name) {
        // What looks like an id is never taken for a part of another segment's title: that id may be broken, or in force.
        NameMatch::One(segment) => Ok(match Id::new(name) {
            Some(id) if !is_whole_name(segment, name) => id,
            _ => segment.id.clone(),
        }),
        NameMatch::Several(segments) => {
            Err(ScanText::SeveralSegments { name: quoted_name(), candidates: list_segments(&segments) })
        }
        NameMatch::Nothing => Id::new(name).ok_or_else(|| ScanText::NoSuchSegment { id: quoted_name() }),
    }
}

/// Returns true if this is the segment's id or its whole title, and no mere part of them.
pub(super) fn is_whole_name(segment: &Segment, name: &str) -> bool {
    segment.id.as_str() == name || fold(&segment.title) == fold(name)
}

/// Prints the sentence of [`pick_segment`] and returns the exit code.
pub(super) fn report_no_segment(text: &ScanText, lang: Lang) -> u8 {
    print_error(text.localized(lang), lang);
    EXIT_PROBLEMS
}

/// Lists titles. A title that several segments share is followed by the id.
fn list_segments(segments: &[&Segment]) -> String {
    let is_shared = |title: &str| segments.iter().filter(|segment| segment.title == title).count() > 1;
    let label = |segment: &&Segment| match is_shared(&segment.title) {
        true => format!("“{}” ({})", strip_unprintable(&segment.title), segment.id),
        false => format!("“{}”", strip_unprintable(&segment.title)),
    };
    let mut labels: Vec<String> = segments.iter().take(MAX_CANDIDATES).map(label).collect();
    if segments.len() > MAX_CANDIDATES {
        labels.push("…".to_owned());
    }
    labels.join(", ")
}
