//! The receipts of selected airings.
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::base::platform::available_threads;
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::selection::SelectedAiring;
use crate::cli::exit::{EXIT_PROBLEMS, fail};
use crate::department::bundle::ProvedAiring;
use crate::logstore::receipt::{HeadKeys, extract_receipts};
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::note::VerifierKey;
use crate::proof::receipt::Receipt;
use crate::proof::verify::{VerifyError, fault_text};
use crate::text::bundle::BundleText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The folder of a log in a store with all countersigned heads.
const HEADS_FOLDER: &str = "heads";

/// The receipt of an airing.
pub(in crate::cli) struct SelectedReceipt {
    /// The facts that the receipt proves.
    pub proved: ProvedAiring,
    /// The receipt.
    pub receipt: Receipt,
    /// The key of its log.
    pub key: VerifierKey,
}

/// Makes the receipt of each of these airings, in their order, and verifies it. If a log of the store is not whole, or an
/// airing has no receipt, prints the reason and returns the exit code.
///
/// # Errors
/// If the store cannot be read.
pub(in crate::cli) fn receipts_of(
    store: &IndexedStore,
    airings: &[SelectedAiring],
    witness: &VerifierKey,
    lang: Lang,
) -> io::Result<Result<Vec<SelectedReceipt>, u8>> {
    let mut entries: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for airing in airings {
        entries.entry(&airing.origin).or_default().insert(airing.seq);
    }
    let mut receipts: BTreeMap<(&str, u64), SelectedReceipt> = BTreeMap::new();
    for (origin, seqs) in entries {
        match receipts_of_log(store, origin, &seqs, witness)? {
            Ok(of_log) => receipts.extend(of_log.into_iter().map(|receipt| ((origin, receipt.receipt.seq), receipt))),
            Err(error) => {
                let text = BundleText::NotExtracted { origin: origin.to_owned(), fault: fault_text(&error) };
                return Ok(Err(fail(text.to_plain(lang), EXIT_PROBLEMS)));
            }
        }
    }
    let in_order = airings.iter().map(|airing| {
        receipts.remove(&(airing.origin.as_str(), airing.seq)).ok_or_else(|| {
            let text = BundleText::NoReceipt { airing: strip_unprintable(&airing.id) };
            fail(text.localized(lang), EXIT_PROBLEMS)
        })
    });
    Ok(in_order.collect())
}

fn receipts_of_log(
    store: &IndexedStore,
    origin: &str,
    entries: &BTreeSet<u64>,
    witness: &VerifierKey,
) -> io::Result<Result<Vec<SelectedReceipt>, VerifyError>> {
    let Some(log) = store.registry.log(origin) else { return Ok(Err(VerifyError::NoLog)) };
    let source = LogSource { storage: store.store.child_storage(origin), form: LogForm::Export };
    let keys = HeadKeys { log: &log.key, witness, folder: HEADS_FOLDER };
    let receipts = match extract_receipts(&source, entries, keys, available_threads())? {
        Ok(receipts) => receipts,
        Err(error) => return Ok(Err(error)),
    };
    // The store could have changed between two reads, so nothing leaves that does not verify.
    let verified = receipts.into_iter().map(|receipt| {
        let proved = ProvedAiring::new(&receipt, &log.key, witness)?;
        Ok(SelectedReceipt { proved, receipt, key: log.key.clone() })
    });
    Ok(verified.collect())
}
