//! Stores and sources as people name them, and what is said when they cannot be used.
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::table::plain;
use super::{PROBLEMS, USAGE};
use crate::archive::place::{Place, PlaceError};
use crate::durable;
use crate::text::department::Desk;
use crate::text::{Lang, Say, complain};

/// For so long a request to an object store is tried again.
pub const PATIENCE: Duration = Duration::from_secs(180);
/// In a store: what was found out about it at first contact.
#[cfg(feature = "s3")]
const TESTED: &str = "create-only";

/// The place of this name; else the exit code, and it has been said.
///
/// # Errors
/// The result is the exit code.
pub fn place_of(name: &Path, patience: Duration, lang: Lang) -> Result<Place, u8> {
    Place::parse(name, patience).map_err(|error| {
        let said = match error {
            PlaceError::NoClient => Desk::NoClient {},
            #[cfg(feature = "s3")]
            PlaceError::Objects(error) => refused(error, name.display().to_string()),
        };
        complain!("{}", plain(&said.say(lang).to_string()));
        USAGE
    })
}

#[cfg(feature = "s3")]
fn refused(error: crate::archive::objects::ObjectsError, text: String) -> Desk {
    use crate::archive::objects::ObjectsError;
    match error {
        ObjectsError::Address => Desk::BadAddress { text },
        ObjectsError::Keys => Desk::KeysMissing {},
        ObjectsError::Client(detail) => Desk::StoreFails { place: text, detail },
    }
}

/// Says that a place failed, with a hint; gives the exit code.
#[must_use]
pub fn failed(place: &str, error: &io::Error, lang: Lang) -> u8 {
    let said = Desk::StoreFails { place: place.to_owned(), detail: error.to_string() };
    complain!("{}", plain(&said.say(lang).to_string()));
    let hint = match error.kind() {
        io::ErrorKind::NotConnected if place.starts_with("s3://") => Some(Desk::ReachHint {}),
        io::ErrorKind::PermissionDenied => Some(Desk::RightsHint {}),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Desk::SpaceHint {}),
        _ => None,
    };
    if let Some(hint) = hint {
        complain!("{}", hint.say(lang));
    }
    PROBLEMS
}

/// What keeps other collections out of a store in a folder, as long as it lives. Object stores need none: nothing in
/// them is overwritten.
pub struct Hold {
    _file: Option<File>,
}

/// Holds the store; none when another collection does.
///
/// # Errors
/// When the folder cannot be made or opened.
pub fn hold(store: &Place) -> io::Result<Option<Hold>> {
    let Some(folder) = store.folder() else { return Ok(Some(Hold { _file: None })) };
    let file = durable::open_lock(&folder.join("lock"), durable::SHARED)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Hold { _file: Some(file) })),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(e)) => Err(e),
    }
}

/// At first contact: whether an object store keeps the first of two that are created under one name. Says so when it does
/// not. A folder does: nobody else writes while it is held.
///
/// # Errors
/// What the store says.
#[cfg(feature = "s3")]
pub fn first_contact(store: &Place, lang: Lang) -> io::Result<()> {
    use crate::airlog::storage::Storage;
    let Place::Objects { address, objects } = store else {
        return Ok(());
    };
    let mut objects = objects.clone();
    if objects.read_all(TESTED, 64)?.is_some_and(|said| said == b"yes\n") {
        return Ok(());
    }
    let chance = crate::airlog::keys::system_chance()?;
    let kept = objects.keeps_the_first(&crate::proof::note::hex(&chance[..16]))?;
    if !kept {
        complain!("{}", Desk::NotCreateOnly { place: address.clone() }.say(lang));
    }
    objects.replace(TESTED, if kept { b"yes\n" } else { b"no\n" })
}

/// A folder keeps the first: nobody else writes while it is held.
///
/// # Errors
/// Never.
#[cfg(not(feature = "s3"))]
pub fn first_contact(_: &Place, _: Lang) -> io::Result<()> {
    Ok(())
}
