//! The control socket: how `loa status`, `play`, `skip`, `stop`, `note` and `clock confirm` reach the daemon.
//!
//! One connection, one order, one answer, each a line of JSON. The socket lies in a folder that only its owner
//! may enter, and the kernel says who is at the other end.
use crate::base::platform::boot_now;
use std::fs::{self, DirBuilder};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::{Deserialize, Serialize};

use super::PlayoutCommand;
use super::clock::system::ClockWaker;
use super::engine::{CommandReply, OperatorCommand};
use super::lock::is_station_locked;
use crate::airlog::entry::PeerUser;
use crate::base::hash::sha256_hex;

/// An order is never longer.
const MAX_REQUEST_BYTES: u64 = 16 * 1024;
/// Neither side waits longer for the other.
const IO_TIMEOUT: Duration = Duration::from_secs(5);

/// Callers served at once.
const MAX_CLIENTS: usize = 16;
/// How long to wait before a place for the socket is looked for again.
const BIND_RETRY_INTERVAL: Duration = Duration::from_secs(60);
/// How long to wait when the system has no room for another caller.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(200);

#[derive(Serialize, Deserialize)]
struct ControlRequest {
    order: OperatorCommand,
}

/// Where a station's socket may lie, the first that can be used first: what systemd made, the user's own runtime
/// folder, the system's, and for want of all these one in the temporary folder.
fn socket_folders() -> Vec<PathBuf> {
    let uid = rustix::process::getuid().as_raw();
    let from = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let mut folders = Vec::new();
    folders.extend(from("RUNTIME_DIRECTORY"));
    folders.extend(from("XDG_RUNTIME_DIR").map(|dir| dir.join("loa")));
    let [own, temporary] = user_socket_folders(uid);
    folders.extend([own, PathBuf::from("/run/loa"), temporary]);
    folders
}

/// The folders that are this user's by their names.
fn user_socket_folders(uid: u32) -> [PathBuf; 2] {
    [PathBuf::from(format!("/run/user/{uid}/loa")), std::env::temp_dir().join(format!("loa-{uid}"))]
}

/// The socket's names, the station folder's path may be longer than a name can be: one for the path, and one for the
/// lock in `airlog/`, by which a folder is found again that was moved.
fn socket_names(station: &Path) -> Vec<String> {
    let whole = fs::canonicalize(station).unwrap_or_else(|_| station.to_owned());
    let mut names = vec![format!("{}.sock", &sha256_hex(whole.as_os_str().as_bytes())[..16])];
    if let Some(lock) = lock_metadata(station) {
        names.push(format!("{:x}-{:x}.sock", lock.dev(), lock.ino()));
    }
    names
}

fn lock_metadata(station: &Path) -> Option<fs::Metadata> {
    fs::symlink_metadata(station.join("airlog/lock")).ok()
}

/// Makes the folder ours alone, or says that it cannot be.
fn make_private_folder(folder: &Path) -> io::Result<()> {
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

/// The listening end; its files go with it.
pub struct ControlServer {
    paths: Arc<Mutex<Vec<PathBuf>>>,
}

impl Drop for ControlServer {
    fn drop(&mut self) {
        for path in self.paths.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = fs::remove_file(path);
        }
    }
}

impl ControlServer {
    /// Listens for the station in `station`, whose lock the caller holds, and hands orders to the loop. Where there
    /// is no place for the socket the station runs all the same: it is tried again, `heard` is told so, and when it
    /// is there.
    ///
    /// # Errors
    /// When the system has no threads left.
    pub fn start(
        station: &Path,
        commands: Sender<PlayoutCommand>,
        caller: ClockWaker,
        on_availability: impl Fn(io::Result<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let (names, paths) = (socket_names(station), Arc::new(Mutex::new(Vec::new())));
        let server = Self { paths: paths.clone() };
        let mut first = listen(&names, &paths);
        std::thread::Builder::new().name("control".to_owned()).spawn(move || {
            let mut told = false;
            let listener = loop {
                match first {
                    Ok(listener) => break listener,
                    Err(e) if !told => on_availability(Err(e)),
                    Err(_) => {}
                }
                told = true;
                std::thread::park_timeout(BIND_RETRY_INTERVAL);
                first = listen(&names, &paths);
            };
            if told {
                on_availability(Ok(()));
            }
            serve(&listener, &commands, &caller);
        })?;
        Ok(server)
    }
}

/// Listens in the first folder that can be used.
fn listen(names: &[String], paths: &Mutex<Vec<PathBuf>>) -> io::Result<UnixListener> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for folder in socket_folders() {
        let files: Vec<_> = names.iter().map(|name| folder.join(name)).collect();
        match make_private_folder(&folder).and_then(|()| bind(&files)) {
            Ok(listener) => {
                *paths.lock().unwrap_or_else(PoisonError::into_inner) = files;
                return Ok(listener);
            }
            Err(e) => last = io::Error::new(e.kind(), format!("{}: {e}", folder.display())),
        }
    }
    Err(last)
}

fn bind(files: &[PathBuf]) -> io::Result<UnixListener> {
    for file in files {
        // What a killed daemon left; nobody else can hold this station's lock.
        match fs::remove_file(file) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    let (first, others) = files.split_first().ok_or(io::ErrorKind::NotFound)?;
    let listener = UnixListener::bind(first)?;
    // Where the file system knows no second name the first must do.
    others.iter().for_each(|other| drop(fs::hard_link(first, other)));
    Ok(listener)
}

fn serve(listener: &UnixListener, commands: &Sender<PlayoutCommand>, caller: &ClockWaker) {
    let busy = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // No file descriptors left, most likely: without a pause this would spin until there are.
            std::thread::park_timeout(ACCEPT_BACKOFF);
            continue;
        };
        if busy.load(Ordering::Relaxed) >= MAX_CLIENTS {
            continue;
        }
        busy.fetch_add(1, Ordering::Relaxed);
        let (commands, caller, done) = (commands.clone(), caller.clone(), busy.clone());
        // One that dawdles, goes away or talks nonsense has lost its turn, and holds up nobody else.
        let serving = std::thread::Builder::new().name("caller".to_owned()).spawn(move || {
            let _ = serve_client(&stream, &commands, &caller);
            done.fetch_sub(1, Ordering::Relaxed);
        });
        if serving.is_err() {
            busy.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

fn serve_client(stream: &UnixStream, commands: &Sender<PlayoutCommand>, caller: &ClockWaker) -> io::Result<()> {
    stream.set_write_timeout(Some(IO_TIMEOUT))?;
    let uid = rustix::net::sockopt::socket_peercred(stream)?.uid.as_raw();
    let who = PeerUser { uid, name: user_name(uid) };
    let request: ControlRequest = serde_json::from_slice(&read_line_within(stream, IO_TIMEOUT)?)?;
    if has_hung_up(stream) {
        // Whoever asked has been told that nothing came of it.
        return Ok(());
    }
    let (answer, answered) = mpsc::channel();
    if commands.send(PlayoutCommand::Operator(request.order, who, answer)).is_err() {
        return Ok(());
    }
    caller.wake();
    let Ok(answer) = answered.recv_timeout(IO_TIMEOUT) else {
        return Ok(());
    };
    let mut bytes = serde_json::to_vec(&answer)?;
    bytes.push(b'\n');
    (&mut &*stream).write_all(&bytes)
}

/// A whole line, however it dribbles in, within this time and [`MAX_LINE`].
fn read_line_within(mut stream: &UnixStream, patience: Duration) -> io::Result<Vec<u8>> {
    let until = boot_now().plus(i64::try_from(patience.as_micros()).unwrap_or(i64::MAX));
    let mut line = Vec::new();
    let mut piece = [0; 4096];
    while !line.ends_with(b"\n") {
        let left = u64::try_from(until.since(boot_now())).unwrap_or(0);
        if left == 0 || line.len() as u64 > MAX_REQUEST_BYTES {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(Duration::from_micros(left)))?;
        match stream.read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => line.extend_from_slice(&piece[..n]),
        }
    }
    Ok(line)
}

/// Whether the other side has hung up.
fn has_hung_up(stream: &UnixStream) -> bool {
    let mut fds = [PollFd::new(stream, PollFlags::RDHUP)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut fds, Some(&now)).is_ok_and(|n| n > 0)
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

/// Who runs this program.
#[must_use]
pub fn this_user() -> PeerUser {
    user_by_uid(rustix::process::getuid().as_raw())
}

/// The user with this number.
#[must_use]
pub fn user_by_uid(uid: u32) -> PeerUser {
    PeerUser { uid, name: user_name(uid) }
}

/// Why an order did not get through.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No daemon runs this station.
    #[error("the station is not running")]
    NotRunning,
    /// One runs it, as another user, who alone may ask it.
    #[error("the station runs as {user}, and this user may not ask it")]
    NotAllowed {
        /// That user's name, or number.
        user: String,
    },
    /// One runs it, or a command works on its log; no socket of it is found.
    #[error("the station runs, and cannot be reached")]
    Unreachable,
    /// It listens, but did not answer.
    #[error("the station does not answer: {0}")]
    NoAnswer(io::Error),
}

/// Gives an order to the daemon of this station.
///
/// # Errors
/// See [`ControlError`]. Only [`ControlError::NotRunning`] says that nobody has the station.
pub fn request(station: &Path, order: OperatorCommand) -> Result<CommandReply, ControlError> {
    let names = socket_names(station);
    let me = rustix::process::getuid().as_raw();
    // Whose daemon it is: the lock is made by it.
    let owner = lock_metadata(station).map(|lock| lock.uid());
    let mut folders = socket_folders();
    folders.extend(owner.filter(|owner| me == 0 && *owner != 0).into_iter().flat_map(user_socket_folders));
    // A socket that some third user put there would be believed otherwise, by root of all people.
    let trusted = |uid: u32| uid == me || uid == 0 || (me == 0 && Some(uid) == owner);
    for path in folders.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name))) {
        if !fs::symlink_metadata(&path).is_ok_and(|meta| trusted(meta.uid())) {
            continue;
        }
        let Ok(stream) = UnixStream::connect(&path) else { continue };
        // The file may be anybody's by now; who listens is what the kernel says.
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
    BufReader::new(stream).take(MAX_REQUEST_BYTES).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}
