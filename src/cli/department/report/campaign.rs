//! The campaign that `--campaign` names.
use std::collections::BTreeSet;

use super::build::ReportError;
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::target::documents::{StoredTargets, stored_targets};
use crate::department::report::campaign::CampaignHead;

/// Finds a campaign among those that the department defines and those that the logs name. Returns the known ids if it is
/// not among them. The title and the document are the department's, or else those of the newest schedule.
pub(super) fn find_campaign(
    store: &IndexedStore,
    id: &str,
) -> Result<Result<CampaignHead, BTreeSet<String>>, ReportError> {
    let defined = match stored_targets(&store.store)? {
        StoredTargets::Accepted { campaigns, .. } => campaigns,
        StoredTargets::Absent | StoredTargets::NotAccepted | StoredTargets::Removed => Vec::new(),
    };
    if let Some(campaign) = defined.iter().find(|campaign| campaign.id.as_str() == id) {
        let (title, reference) = (campaign.title.clone(), campaign.reference.clone());
        return Ok(Ok(CampaignHead { id: id.to_owned(), title, reference }));
    }
    if let Some(logged) = store.index.logged_campaign(id)? {
        return Ok(Ok(logged));
    }
    // This reads every airing, so it comes last: few campaigns are named only by airings.
    let mut known = store.index.logged_labels()?.campaigns;
    known.remove("");
    if known.contains(id) {
        return Ok(Ok(CampaignHead { id: id.to_owned(), ..CampaignHead::default() }));
    }
    known.extend(defined.iter().map(|campaign| campaign.id.to_string()));
    Ok(Err(known))
}
