//! User names of the system, looked up by user ID.
use std::fs;

use crate::airlog::entry::PeerUser;

/// Returns the user with this ID, and the user's name if `/etc/passwd` lists it.
pub(super) fn user_by_uid(uid: u32) -> PeerUser {
    PeerUser { uid, name: user_name(uid), via: None }
}

/// Returns the name of the user who runs this program, or the user's ID if there is no name.
#[must_use]
pub fn own_user() -> String {
    let uid = rustix::process::getuid().as_raw();
    user_name(uid).unwrap_or_else(|| uid.to_string())
}

/// Returns a user's name from `/etc/passwd`; `None` if the file cannot be read or does not list the user.
#[must_use]
pub fn user_name(uid: u32) -> Option<String> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}
