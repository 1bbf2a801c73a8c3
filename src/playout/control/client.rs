//! The client's end of the control socket.
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::socket_path::{lock_metadata, socket_folders, socket_names, user_socket_folders};
use super::{ControlRequest, IO_TIMEOUT, MAX_LINE_BYTES};
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::playout::lock::is_station_locked;
use crate::playout::user::user_name;

/// The variable that names the device through which a user gives a command. The station's page sets it for the commands
/// that it runs.
pub const DEVICE_VARIABLE: &str = "LOA_DEVICE";

/// The reason why a command did not reach the daemon, or got no reply.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No process has locked this station.
    #[error("the station is not running")]
    NotRunning,
    /// The daemon runs as a different user, and accepts commands only from that user.
    #[error("the station runs as {user}, and accepts commands only from that user")]
    NotAllowed {
        /// Name or ID of that user.
        user: String,
    },
    /// A daemon is running the station, or a command is using its log, but no socket was found.
    #[error("the station is running, but cannot be reached")]
    Unreachable,
    /// The daemon is listening, but did not reply.
    #[error("the station does not answer: {0}")]
    NoAnswer(io::Error),
}

/// Sends a command to the daemon of this station, and returns the reply.
///
/// # Errors
/// Any [`ControlError`]. Only [`ControlError::NotRunning`] means that no process has locked the station.
pub fn request(station: &Path, command: OperatorCommand) -> Result<CommandReply, ControlError> {
    request_through(station, command, std::env::var(DEVICE_VARIABLE).ok())
}

/// Sends a command that was given through a device, whose code the log then has.
///
/// # Errors
/// Same as [`request`].
pub fn request_through(
    station: &Path,
    command: OperatorCommand,
    via: Option<String>,
) -> Result<CommandReply, ControlError> {
    let names = socket_names(station);
    let own_uid = rustix::process::getuid().as_raw();
    let owner_uid = lock_metadata(station).map(|lock| lock.uid());
    let mut folders = socket_folders();
    folders.extend(owner_uid.filter(|uid| own_uid == 0 && *uid != 0).into_iter().flat_map(user_socket_folders));
    // Another user might have put a socket into one of these folders. Root, above all, must not trust it.
    let is_trusted = |uid: u32| uid == own_uid || uid == 0 || (own_uid == 0 && Some(uid) == owner_uid);
    for path in folders.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name))) {
        if !fs::symlink_metadata(&path).is_ok_and(|meta| is_trusted(meta.uid())) {
            continue;
        }
        let Ok(stream) = UnixStream::connect(&path) else { continue };
        // The file might have been replaced after the check. The kernel reports the listener's user.
        let listener_uid = rustix::net::sockopt::socket_peercred(&stream).map(|peer| peer.uid.as_raw());
        if listener_uid.is_ok_and(is_trusted) {
            return exchange(&stream, command, via).map_err(ControlError::NoAnswer);
        }
    }
    match (is_station_locked(station), owner_uid) {
        (false, _) => Err(ControlError::NotRunning),
        (true, Some(uid)) if own_uid != 0 && own_uid != uid => {
            Err(ControlError::NotAllowed { user: user_name(uid).unwrap_or_else(|| uid.to_string()) })
        }
        (true, _) => Err(ControlError::Unreachable),
    }
}

fn exchange(stream: &UnixStream, command: OperatorCommand, via: Option<String>) -> io::Result<CommandReply> {
    stream.set_read_timeout(Some(IO_TIMEOUT * 2))?;
    stream.set_write_timeout(Some(IO_TIMEOUT))?;
    let mut bytes = serde_json::to_vec(&ControlRequest { command, via })?;
    bytes.push(b'\n');
    (&mut &*stream).write_all(&bytes)?;
    let mut line = Vec::new();
    BufReader::new(stream).take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}
