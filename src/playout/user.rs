//! Users of the system, by their numbers.
use std::fs;

use crate::airlog::entry::PeerUser;

/// Returns the user with this number, with the name that `/etc/passwd` gives it.
pub(super) fn user_by_uid(uid: u32) -> PeerUser {
    PeerUser { uid, name: user_name(uid) }
}

/// Returns the name that `/etc/passwd` gives to this user.
pub(super) fn user_name(uid: u32) -> Option<String> {
    let list = fs::read_to_string("/etc/passwd").ok()?;
    list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}
