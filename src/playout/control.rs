//! The control socket: how `loa status`, `play`, `skip`, `stop`, `note` and `clock confirm` reach the daemon.
//!
//! One connection, one order, one answer, each a line of JSON. The socket lies in a folder that only its owner
//! may enter, and the kernel says who is at the other end.
use std::fs::{self, DirBuilder};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Command;
use super::adoption::sha256_hex;
use super::clock::system::Caller;
use super::engine::{Answer, Order};
use crate::airlog::entry::Who;

/// An order is never longer.
const MAX_LINE: u64 = 16 * 1024;
/// Neither side waits longer for the other.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Serialize, Deserialize)]
struct Request {
    order: Order,
}

/// Where a station's socket may lie, the first that can be used first: what systemd made, the user's own runtime
/// folder, the system's, and for want of all these one in the temporary folder.
fn folders() -> Vec<PathBuf> {
    let uid = rustix::process::getuid().as_raw();
    let from = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let mut folders = Vec::new();
    folders.extend(from("RUNTIME_DIRECTORY"));
    folders.extend(from("XDG_RUNTIME_DIR").map(|dir| dir.join("loa")));
    folders.push(PathBuf::from(format!("/run/user/{uid}/loa")));
    folders.push(PathBuf::from("/run/loa"));
    folders.push(std::env::temp_dir().join(format!("loa-{uid}")));
    folders
}

/// The socket's name: the station folder's path may be longer than a socket's name can be.
fn name(station: &Path) -> io::Result<String> {
    use std::os::unix::ffi::OsStrExt;
    let whole = fs::canonicalize(station)?;
    Ok(format!("{}.sock", &sha256_hex(whole.as_os_str().as_bytes())[..16]))
}

/// Makes the folder ours alone, or says that it cannot be.
fn own(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    let meta = fs::symlink_metadata(folder)?;
    if !meta.is_dir() || meta.uid() != rustix::process::getuid().as_raw() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// The listening end; its file goes with it.
pub struct Server {
    path: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Server {
    /// Listens for the station in `station`, whose lock the caller holds, and hands orders to the loop.
    ///
    /// # Errors
    /// When none of the folders can be used.
    pub fn start(station: &Path, commands: Sender<Command>, caller: Caller) -> io::Result<Self> {
        let name = name(station)?;
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for folder in folders() {
            match own(&folder).and_then(|()| bind(&folder.join(&name))) {
                Ok(listener) => {
                    let path = folder.join(&name);
                    std::thread::Builder::new()
                        .name("control".to_owned())
                        .spawn(move || serve(&listener, &commands, &caller))?;
                    return Ok(Self { path });
                }
                Err(e) => last = e,
            }
        }
        Err(last)
    }
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    // What a killed daemon left; nobody else can hold this station's lock.
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    UnixListener::bind(path)
}

fn serve(listener: &UnixListener, commands: &Sender<Command>, caller: &Caller) {
    for stream in listener.incoming() {
        // One order at a time; a caller that dawdles loses its turn after PATIENCE, and one that goes away or
        // talks nonsense has lost it already.
        let _ = stream.and_then(|stream| serve_one(&stream, commands, caller));
    }
}

fn serve_one(stream: &UnixStream, commands: &Sender<Command>, caller: &Caller) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let uid = rustix::net::sockopt::socket_peercred(stream)?.uid.as_raw();
    let who = Who { uid, name: user_name(uid) };
    let mut line = Vec::new();
    BufReader::new(stream).take(MAX_LINE).read_until(b'\n', &mut line)?;
    let request: Request = serde_json::from_slice(&line)?;
    let (answer, answered) = mpsc::channel();
    if commands.send(Command::Order(request.order, who, answer)).is_err() {
        return Ok(());
    }
    caller.call();
    let Ok(answer) = answered.recv_timeout(PATIENCE) else {
        return Ok(());
    };
    let mut bytes = serde_json::to_vec(&answer)?;
    bytes.push(b'\n');
    (&mut &*stream).write_all(&bytes)
}

/// The user's name by the system's own list.
fn user_name(uid: u32) -> Option<String> {
    let list = fs::read_to_string("/etc/passwd").ok()?;
    list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

/// Why an order did not get through.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No daemon listens for this station.
    #[error("the station is not running")]
    NotRunning,
    /// It listens, but did not answer.
    #[error("the station does not answer: {0}")]
    NoAnswer(io::Error),
}

/// Gives an order to the daemon of this station.
///
/// # Errors
/// See [`ControlError`].
pub fn ask(station: &Path, order: Order) -> Result<Answer, ControlError> {
    let name = name(station).map_err(|_| ControlError::NotRunning)?;
    let me = rustix::process::getuid().as_raw();
    for folder in folders() {
        let path = folder.join(&name);
        // A socket that some third user put there would be believed otherwise.
        let trusted = fs::metadata(&path).is_ok_and(|m| me == 0 || m.uid() == me || m.uid() == 0);
        if !trusted {
            continue;
        }
        if let Ok(stream) = UnixStream::connect(&path) {
            return talk(&stream, order).map_err(ControlError::NoAnswer);
        }
    }
    Err(ControlError::NotRunning)
}

fn talk(stream: &UnixStream, order: Order) -> io::Result<Answer> {
    stream.set_read_timeout(Some(PATIENCE * 2))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut bytes = serde_json::to_vec(&Request { order })?;
    bytes.push(b'\n');
    (&mut &*stream).write_all(&bytes)?;
    let mut line = Vec::new();
    BufReader::new(stream).take(MAX_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}
