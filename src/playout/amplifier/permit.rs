//! Permissions to run switching commands. They are stored in this machine's state folder, not in the station's folder.
use std::io;
use std::path::PathBuf;

use crate::base::hash::sha256_hex;
use crate::base::{durable, state_dirs};
use crate::schedule::settings::AmplifierSettings;

/// Returns the file name of the permission, which is a hash of both commands.
fn permit_file_name(amplifier: &AmplifierSettings) -> String {
    let commands = serde_json::json!([amplifier.on, amplifier.off]);
    sha256_hex(commands.to_string().as_bytes())
}

/// Returns whether the operator has run these commands on this machine.
#[must_use]
pub fn is_permitted(amplifier: &AmplifierSettings) -> bool {
    let name = permit_file_name(amplifier);
    state_dirs::candidates().iter().any(|folder| folder.join("amplifier").join(&name).is_file())
}

/// Permits this user to run these commands on this machine. Returns the path of the file that records the permission.
///
/// # Errors
/// If the file cannot be written.
pub fn permit(amplifier: &AmplifierSettings) -> io::Result<PathBuf> {
    let path = state_dirs::find_or_create("amplifier", None)?.join(permit_file_name(amplifier));
    let commands = format!("{}\n{}\n", amplifier.on.join(" "), amplifier.off.join(" "));
    durable::replace_private(&path, commands.as_bytes())?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_permission_is_the_hash_of_both_commands_as_json() {
        let split_words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let amplifier =
            AmplifierSettings { on: split_words("relay 1 \"on\" à"), off: Vec::new(), ..AmplifierSettings::default() };
        let commands = serde_json::to_vec(&(&amplifier.on, &amplifier.off)).expect("serialise the commands");
        assert_eq!(permit_file_name(&amplifier), sha256_hex(&commands));
    }
}
