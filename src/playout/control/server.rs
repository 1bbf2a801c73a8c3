//! The daemon's end of the control socket.
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::event::PollFlags;

use super::client_slots::ClientSlots;
use super::socket_path::{make_private_folder, socket_folders, socket_names};
use super::{ControlRequest, IO_TIMEOUT, MAX_LINE_BYTES};
use crate::base::platform::boot_now;
use crate::playout::command::PlayoutCommand;
use crate::playout::fd_wait::wait_for;
use crate::playout::loop_handle::LoopHandle;
use crate::playout::user::user_by_uid;

/// Clients served at once.
const MAX_CLIENTS: usize = 16;
/// Wait before another try to find a place for the socket.
const BIND_RETRY_INTERVAL: Duration = Duration::from_secs(60);
/// Wait when the system has no room for another client.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(200);

/// The listening socket. Dropping it removes the socket's files; the threads run until the process ends.
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
    /// Starts a thread that listens for the station in `station`, whose lock the caller holds, and passes orders to the
    /// loop. Where there is no place for the socket, the station runs all the same: the thread tries again, reports the
    /// failure once to `on_availability`, and reports when the socket is there.
    ///
    /// # Errors
    /// An I/O error when the system has no threads left.
    pub fn start(
        station: &Path,
        to_loop: LoopHandle,
        on_availability: impl Fn(io::Result<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let (names, paths) = (socket_names(station), Arc::new(Mutex::new(Vec::new())));
        let server = Self { paths: paths.clone() };
        let mut result = listen(&names, &paths);
        std::thread::Builder::new().name("control".to_owned()).spawn(move || {
            let mut failed_before = false;
            let listener = loop {
                match result {
                    Ok(listener) => break listener,
                    Err(e) if !failed_before => on_availability(Err(e)),
                    Err(_) => {}
                }
                failed_before = true;
                std::thread::park_timeout(BIND_RETRY_INTERVAL);
                result = listen(&names, &paths);
            };
            if failed_before {
                on_availability(Ok(()));
            }
            serve(&listener, &to_loop);
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
        // A daemon that was killed left this file: the station's lock is ours, so nobody listens on it.
        match fs::remove_file(file) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    let (first, others) = files.split_first().ok_or(io::ErrorKind::NotFound)?;
    let listener = UnixListener::bind(first)?;
    // On a file system without hard links the first name must do.
    others.iter().for_each(|other| drop(fs::hard_link(first, other)));
    Ok(listener)
}

fn serve(listener: &UnixListener, to_loop: &LoopHandle) {
    let slots = ClientSlots::new(MAX_CLIENTS);
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Most likely there are no file descriptors left. Without a pause this would spin until there are.
            std::thread::park_timeout(ACCEPT_BACKOFF);
            continue;
        };
        let Some(slot) = slots.take() else {
            continue;
        };
        let to_loop = to_loop.clone();
        // A thread for each client: one that is slow, or sends nonsense, holds up nobody else. Without a thread left
        // the connection and its slot are dropped.
        let _ = std::thread::Builder::new().name("caller".to_owned()).spawn(move || {
            let _slot = slot;
            let _ = serve_client(&stream, &to_loop);
        });
    }
}

fn serve_client(stream: &UnixStream, to_loop: &LoopHandle) -> io::Result<()> {
    stream.set_write_timeout(Some(IO_TIMEOUT))?;
    let user = user_by_uid(rustix::net::sockopt::socket_peercred(stream)?.uid.as_raw());
    let request: ControlRequest = serde_json::from_slice(&read_line_within(stream, IO_TIMEOUT)?)?;
    if has_hung_up(stream) {
        // The client has reported a failure: the order must not take effect.
        return Ok(());
    }
    let (reply_to, replies) = mpsc::channel();
    if !to_loop.send(PlayoutCommand::Operator(request.order, user, reply_to)) {
        return Ok(());
    }
    let Ok(reply) = replies.recv_timeout(IO_TIMEOUT) else {
        return Ok(());
    };
    let mut bytes = serde_json::to_vec(&reply)?;
    bytes.push(b'\n');
    (&mut &*stream).write_all(&bytes)
}

/// Reads a whole line, however slowly it comes, within a time limit and [`MAX_LINE_BYTES`].
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] beyond either limit; [`io::ErrorKind::UnexpectedEof`] when the client closes the
/// connection before the end of the line; other I/O errors of the system.
fn read_line_within(mut stream: &UnixStream, time_limit: Duration) -> io::Result<Vec<u8>> {
    let until = boot_now().plus(i64::try_from(time_limit.as_micros()).unwrap_or(i64::MAX));
    let mut line = Vec::new();
    let mut piece = [0; 4096];
    while !line.ends_with(b"\n") {
        let left = u64::try_from(until.since(boot_now())).unwrap_or(0);
        if left == 0 || line.len() as u64 > MAX_LINE_BYTES {
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

/// Returns whether the client has closed the connection.
fn has_hung_up(stream: &UnixStream) -> bool {
    wait_for(stream, PollFlags::RDHUP, 0).unwrap_or(false)
}
