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
use super::{ControlRequest, IO_TIMEOUT, MAX_LINE_BYTES, is_device_code};
use crate::base::platform::boot_now;
use crate::playout::command::PlayoutCommand;
use crate::playout::fd_wait::wait_for;
use crate::playout::loop_handle::LoopHandle;
use crate::playout::user::user_by_uid;

/// Maximum number of clients that are served at the same time.
const MAX_CLIENTS: usize = 16;
/// Delay before the next attempt to create the socket.
const BIND_RETRY_INTERVAL: Duration = Duration::from_secs(60);
/// Delay before the next attempt after the system could not accept a client.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(200);

/// The listening socket. Dropping it removes the socket's files. The threads run until the process ends.
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
    /// Starts a thread that listens for commands to the station, and passes them to the main loop. The caller must hold
    /// the station's lock.
    ///
    /// If the socket cannot be created, the station runs without it. The thread keeps trying. It calls
    /// `on_availability` with the first error, and again when the socket exists.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub fn start(
        station: &Path,
        loop_handle: LoopHandle,
        on_availability: impl Fn(io::Result<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let (names, paths) = (socket_names(station), Arc::new(Mutex::new(Vec::new())));
        let server = Self { paths: paths.clone() };
        let mut result = listen(&names, &paths);
        std::thread::Builder::new().name("control".to_owned()).spawn(move || {
            let mut has_failed = false;
            let listener = loop {
                match result {
                    Ok(listener) => break listener,
                    Err(e) if !has_failed => on_availability(Err(e)),
                    Err(_) => {}
                }
                has_failed = true;
                std::thread::park_timeout(BIND_RETRY_INTERVAL);
                result = listen(&names, &paths);
            };
            if has_failed {
                on_availability(Ok(()));
            }
            serve(&listener, &loop_handle);
        })?;
        Ok(server)
    }
}

/// Creates the socket in the first usable folder, and adds its paths to `paths`.
fn listen(names: &[String], paths: &Mutex<Vec<PathBuf>>) -> io::Result<UnixListener> {
    let mut last_error = io::Error::from(io::ErrorKind::NotFound);
    for folder in socket_folders() {
        let files: Vec<_> = names.iter().map(|name| folder.join(name)).collect();
        match make_private_folder(&folder).and_then(|()| bind(&files)) {
            Ok(listener) => {
                *paths.lock().unwrap_or_else(PoisonError::into_inner) = files;
                return Ok(listener);
            }
            Err(e) => last_error = io::Error::new(e.kind(), format!("{}: {e}", folder.display())),
        }
    }
    Err(last_error)
}

/// Creates a socket under all of these names.
fn bind(files: &[PathBuf]) -> io::Result<UnixListener> {
    for file in files {
        // A killed daemon might have left this file behind. This process has the station's lock, so no other process
        // listens there.
        match fs::remove_file(file) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    let (first_file, other_files) = files.split_first().ok_or(io::ErrorKind::NotFound)?;
    let listener = UnixListener::bind(first_file)?;
    // On a file system without hard links, the socket has only the first name.
    other_files.iter().for_each(|file| drop(fs::hard_link(first_file, file)));
    Ok(listener)
}

fn serve(listener: &UnixListener, loop_handle: &LoopHandle) {
    let slots = ClientSlots::new(MAX_CLIENTS);
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Most likely, no file descriptor is free. The pause keeps this loop from spinning until one is.
            std::thread::park_timeout(ACCEPT_BACKOFF);
            continue;
        };
        let Some(slot) = slots.take() else {
            continue;
        };
        let loop_handle = loop_handle.clone();
        // Each client has its own thread, so that a slow client does not delay the others. If no thread can be started,
        // the connection and its slot are dropped.
        let _ = std::thread::Builder::new().name("caller".to_owned()).spawn(move || {
            let _slot = slot;
            let _ = serve_client(&stream, &loop_handle);
        });
    }
}

fn serve_client(stream: &UnixStream, loop_handle: &LoopHandle) -> io::Result<()> {
    stream.set_write_timeout(Some(IO_TIMEOUT))?;
    let mut user = user_by_uid(rustix::net::sockopt::socket_peercred(stream)?.uid.as_raw());
    let request: ControlRequest = serde_json::from_slice(&read_line_within(stream, IO_TIMEOUT)?)?;
    // The kernel vouches for the user; the user vouches for the device.
    user.via = request.via.filter(|code| is_device_code(code));
    if has_hung_up(stream) {
        // The client has given up and reported a failure, so the command must not take effect.
        return Ok(());
    }
    let (reply_sender, replies) = mpsc::channel();
    if !loop_handle.send(PlayoutCommand::Operator(request.command, user, reply_sender)) {
        return Ok(());
    }
    let Ok(reply) = replies.recv_timeout(IO_TIMEOUT) else {
        return Ok(());
    };
    let mut bytes = serde_json::to_vec(&reply)?;
    bytes.push(b'\n');
    (&mut &*stream).write_all(&bytes)
}

/// Reads one line of at most [`MAX_LINE_BYTES`] within `time_limit`. The line can arrive in several pieces.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] if either limit is exceeded; [`io::ErrorKind::UnexpectedEof`] if the client closes the
/// connection before the end of the line; other I/O errors from the system.
fn read_line_within(mut stream: &UnixStream, time_limit: Duration) -> io::Result<Vec<u8>> {
    let deadline = boot_now().plus(i64::try_from(time_limit.as_micros()).unwrap_or(i64::MAX));
    let mut line = Vec::new();
    let mut buffer = [0; 4096];
    while !line.ends_with(b"\n") {
        let remaining_us = u64::try_from(deadline.since(boot_now())).unwrap_or(0);
        if remaining_us == 0 || line.len() as u64 > MAX_LINE_BYTES {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(Duration::from_micros(remaining_us)))?;
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => line.extend_from_slice(&buffer[..length]),
        }
    }
    Ok(line)
}

/// Returns whether the client has closed the connection.
fn has_hung_up(stream: &UnixStream) -> bool {
    wait_for(stream, PollFlags::RDHUP, 0).unwrap_or(false)
}
