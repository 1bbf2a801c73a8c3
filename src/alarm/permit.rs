//! The permission to run the alarm's command. It is given once somebody has run the command by hand on this machine.
use std::io;

use crate::base::hash::sha256_hex;
use crate::base::{durable, state_dirs};

/// The folder of the permissions, below the state folder of this machine. `station.toml` travels on USB sticks with its
/// folder, so the file alone must not be able to start programs.
const PERMIT_FOLDER: &str = "alarm";

/// Returns true when somebody has run this command by hand on this machine.
#[must_use]
pub fn is_permitted(command: &[String]) -> bool {
    let name = permit_file_name(command);
    state_dirs::candidates().iter().any(|folder| folder.join(PERMIT_FOLDER).join(&name).is_file())
}

/// Permits a command on this machine.
///
/// # Errors
/// If the file cannot be written.
pub fn permit(command: &[String]) -> io::Result<()> {
    let path = state_dirs::find_or_create(PERMIT_FOLDER, None)?.join(permit_file_name(command));
    durable::replace_private(&path, format!("{}\n", command.join(" ")).as_bytes())
}

fn permit_file_name(command: &[String]) -> String {
    sha256_hex(serde_json::json!(command).to_string().as_bytes())
}
