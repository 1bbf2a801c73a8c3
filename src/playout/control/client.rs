//! The end of the control socket that commands use.
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

/// Why an order did not reach the daemon, or got no reply.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No daemon runs this station.
    #[error("the station is not running")]
    NotRunning,
    /// A daemon runs it as another user, who alone may give it orders.
    #[error("the station runs as {user}, and this user may not ask it")]
    NotAllowed {
        /// Name of that user, or number.
        user: String,
    },
    /// A daemon runs it, or a command works on its log; no socket is found.
    #[error("the station runs, and cannot be reached")]
    Unreachable,
    /// The daemon listens, but did not reply.
    #[error("the station does not answer: {0}")]
    NoAnswer(io::Error),
}

/// Gives an order to the daemon of this station.
///
/// # Errors
/// Every [`ControlError`]. Only [`ControlError::NotRunning`] says that nobody has the station.
pub fn request(station: &Path, order: OperatorCommand) -> Result<CommandReply, ControlError> {
    let names = socket_names(station);
    let me = rustix::process::getuid().as_raw();
    let owner = lock_metadata(station).map(|lock| lock.uid());
    let mut folders = socket_folders();
    folders.extend(owner.filter(|owner| me == 0 && *owner != 0).into_iter().flat_map(user_socket_folders));
    // A third user may have put a socket there, and root above all must not believe it.
    let trusted = |uid: u32| uid == me || uid == 0 || (me == 0 && Some(uid) == owner);
    for path in folders.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name))) {
        if !fs::symlink_metadata(&path).is_ok_and(|meta| trusted(meta.uid())) {
            continue;
        }
        let Ok(stream) = UnixStream::connect(&path) else { continue };
        // The file may have been replaced since; the kernel says who listens.
        let listens = rustix::net::sockopt::socket_peercred(&stream).map(|peer| peer.uid.as_raw());
        if listens.is_ok_and(trusted) {
            return exchange(&stream, order).map_err(ControlError::NoAnswer);
        }
    }
    match (is_station_locked(station), owner) {
        (false, _) => Err(ControlError::NotRunning),
        (true, Some(owner)) if me != 0 && me != owner => {
            Err(ControlError::NotAllowed { user: user_name(owner).unwrap_or_else(|| owner.to_string()) })
        }
        (true, _) => Err(ControlError::Unreachable),
    }
}

fn exchange(stream: &UnixStream, order: OperatorCommand) -> io::Result<CommandReply> {
    stream.set_read_timeout(Some(IO_TIMEOUT * 2))?;
    stream.set_write_timeout(Some(IO_TIMEOUT))?;
    let mut bytes = serde_json::to_vec(&ControlRequest { order })?;
    bytes.push(b'\n');
    (&mut &*stream).write_all(&bytes)?;
    let mut line = Vec::new();
    BufReader::new(stream).take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}
