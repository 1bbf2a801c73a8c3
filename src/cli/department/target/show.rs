//! `loa target show`: lists the targets of a store, and what they ask of whom.
use std::io::{self, Write};

use chrono_tz::Tz;

use super::TargetShowArgs;
use super::check::{has_errors, print_problems};
use super::documents::accepted_digest;
use super::source::read_targets_source;
use crate::cli::args::CliFormat;
use crate::cli::department::registry_file::read_registry;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::record::key::open_witness;
use crate::cli::table::{align_columns, strip_unprintable};
use crate::cli::today::today_in;
use crate::department::accepted_documents::document_digest;
use crate::department::registry::Registry;
use crate::department::report::labels::station_label;
use crate::department::target::read::read_targets;
use crate::department::target::wording::{amount_text, days_text, document_text, place_text, selection_text};
use crate::department::target::{TARGETS_FILE, Target};
use crate::text::problem::ProblemText;
use crate::text::target::TargetText;
use crate::text::{Lang, Localize};

/// Runs `loa target show`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read.
pub(super) fn run(args: &TargetShowArgs, lang: Lang) -> io::Result<u8> {
    let source = match read_targets_source(&args.store, lang) {
        Ok(source) => source,
        Err(code) => return Ok(code),
    };
    let parsed = read_targets(&source.file);
    if has_errors(&parsed.problems) {
        let good = ProblemText::GoodTargetsFile { targets: parsed.targets.len().into() };
        print_problems(&parsed.problems, &source.file, CliFormat::Text, &good, lang)?;
        return Ok(EXIT_PROBLEMS);
    }
    let registry = match &source.store {
        Some(store) => match read_registry(&store.storage(), lang) {
            Ok(registry) => registry,
            Err(code) => return Ok(code),
        },
        None => Registry::default(),
    };
    let headings = [
        TargetText::TargetId {},
        TargetText::Target {},
        TargetText::Content {},
        TargetText::Place {},
        TargetText::StationsNow {},
        TargetText::Amount {},
        TargetText::Days {},
        TargetText::Document {},
    ];
    let mut rows = vec![headings.map(|text| text.localized(lang).to_string()).to_vec()];
    rows.extend(parsed.targets.iter().map(|(target, _)| target_cells(target, &registry, lang)));
    let mut out = io::stdout().lock();
    if !parsed.targets.is_empty() {
        out.write_all(align_columns(&rows, &[4]).as_bytes())?;
    }
    for (campaign, _) in &parsed.campaigns {
        let text = TargetText::CampaignShown {
            title: strip_unprintable(&station_label(campaign.id.as_str(), &campaign.title)),
            reference: strip_unprintable(if campaign.reference.is_empty() { "–" } else { &campaign.reference }),
            topics: campaign.topics.len().to_string(),
        };
        writeln!(out, "{}", text.to_plain(lang))?;
    }
    let Some(store) = &source.store else { return Ok(EXIT_OK) };
    let digest = document_digest(&source.bytes);
    let is_accepted = accepted_digest(&open_witness()?, store, TARGETS_FILE)? == Some(digest);
    let state = if is_accepted {
        TargetText::StateAccepted {}
    } else {
        TargetText::StateNotAccepted { store: store.to_string() }
    };
    writeln!(out, "\n{}", state.to_plain(lang))?;
    Ok(if is_accepted { EXIT_OK } else { EXIT_PROBLEMS })
}

fn target_cells(target: &Target, registry: &Registry, lang: Lang) -> Vec<String> {
    let today = today_in(Tz::Asia__Ho_Chi_Minh);
    let station_count = registry.stations.values().filter(|station| target.asks_station(station, today)).count();
    let cells = [
        target.id.to_string(),
        target.title.clone(),
        selection_text(target, lang),
        place_text(target, registry, lang),
        station_count.to_string(),
        amount_text(target.amount, lang),
        days_text(target, lang),
        document_text(target, lang),
    ];
    cells.iter().map(|cell| strip_unprintable(cell)).collect()
}
