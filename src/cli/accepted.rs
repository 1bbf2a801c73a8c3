//! The registry against what this machine's people have accepted: what differs is said, and is nobody's log until then.
use std::io;

use super::key::hold_witness;
use super::table::plain;
use crate::airlog::seal::CHECKPOINT;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::archive::place::Place;
use crate::archive::witness::Witness;
use crate::proof::entry::station_of;
use crate::registry::Registry;
use crate::registry::accepted::{Beside, Difference};
use crate::text::department::Desk;
use crate::text::{Lang, Say, complain};

/// A registry, and what of it nobody on this machine has accepted.
pub struct Examined {
    /// As it stands in the store.
    pub registry: Registry,
    /// What is different.
    pub differences: Vec<Difference>,
    /// Logs that the witness remembers, of a store that nobody knows.
    pub strays: Vec<String>,
}

impl Examined {
    /// The registry without the logs that are in dispute.
    #[must_use]
    pub fn undisputed(&self) -> Registry {
        let disputed: Vec<&str> = self.differences.iter().filter_map(Difference::disputed).collect();
        self.registry.without(&disputed)
    }

    /// How a log is in dispute, if it is.
    #[must_use]
    pub fn dispute(&self, origin: &str) -> Option<&Difference> {
        self.differences.iter().find(|one| one.disputed() == Some(origin))
    }
}

/// The name under which a store's registry is remembered: where it is.
#[must_use]
pub fn store_name(store: &Place) -> String {
    let name = match store.folder() {
        Some(folder) => folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).display().to_string(),
        None => store.to_string(),
    };
    plain(name.trim_end_matches('/'))
}

/// Compares a store's registry with what is remembered, and says what differs. One that is seen for the first time is
/// taken as it is, as far as nothing here knows better; `holding` says whether the witness is held for it already.
///
/// # Errors
/// When the witness's memory fails.
pub fn examine(
    registry: Registry,
    store: &Place,
    witness: &mut Witness<FolderStorage>,
    holding: bool,
    lang: Lang,
) -> io::Result<Examined> {
    let name = store_name(store);
    let mut accepted = witness.accepted()?;
    if !accepted.knows(&name) {
        let known = accepted.first(&name, &registry, &witness.witnessed(&registry)?);
        let held = if holding { None } else { hold_witness()? };
        // While another collects, it will be remembered another time.
        if holding || held.is_some() {
            witness.accept(&accepted)?;
        }
        if registry.stations.keys().next().is_some() {
            let said = known.map_or(Desk::RegistryFirst {}, |known| Desk::RegistryMoved { known });
            complain!("{}", plain(&said.say(lang).to_string()));
        }
    }
    let lies_here = |origin: &str| store.below(origin).has(CHECKPOINT);
    let Beside { gone, strays } = accepted.beside(&name, witness.beside(&registry)?, lies_here);
    let differences = accepted.differences(&name, &registry, &gone);
    for one in &differences {
        complain!("{}", plain(&said(one).say(lang).to_string()));
    }
    if !differences.is_empty() {
        complain!("{}", plain(&Desk::RegistryHint { store: store.to_string() }.say(lang).to_string()));
    }
    if let Some(origin) = strays.first().cloned() {
        let said = Desk::RegistryStrays { count: strays.len(), origin, store: store.to_string() };
        complain!("{}", plain(&said.say(lang).to_string()));
    }
    Ok(Examined { registry, differences, strays })
}

/// Remembers what this machine itself has changed.
///
/// # Errors
/// When the witness's memory fails.
pub fn changed(
    store: &Place,
    witness: &mut Witness<FolderStorage>,
    before: &Registry,
    after: &Registry,
) -> io::Result<()> {
    let mut accepted = witness.accepted()?;
    accepted.changed(&store_name(store), before, after);
    witness.accept(&accepted)
}

/// A difference in words.
#[must_use]
pub fn said(one: &Difference) -> Desk {
    let station = |origin: &str| station_of(origin).unwrap_or_default().to_owned();
    match one {
        Difference::Log { origin } => Desk::RegistryLog { station: station(origin), origin: origin.clone() },
        Difference::Gone { origin } => Desk::RegistryGone { station: station(origin), origin: origin.clone() },
        Difference::Exposed { origin } => Desk::RegistryExposed { station: station(origin), origin: origin.clone() },
        Difference::Station { id } => Desk::RegistryStation { station: id.clone() },
        Difference::Department => Desk::RegistryOffice {},
    }
}
