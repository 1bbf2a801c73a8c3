//! Serves the page: one thread, few connections, and a limit on everything that a browser sends.
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::connection_end::ConnectionEnd;
use super::network::ConnectionEnds;
use super::routes::router;
use super::state::PageState;
use super::tls::PageCertificate;

/// The maximum number of connections. Further ones wait until one ends.
const MAX_CONNECTIONS: usize = 32;
/// The maximum number of threads that ask the daemon, read the log or wait for a command.
const MAX_READERS: usize = 4;
/// The time in which a browser must send the head of its request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// The time without a new connection after which a page that can be started again ends. A screen that is looked at asks
/// every few seconds.
const IDLE_TIME: Duration = Duration::from_secs(600);
/// The maximum size of the head of a request, in bytes. hyper allows no less than 8 KiB.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Serves the page until the process ends; if `ends_when_idle` is true, until nobody has looked for a while.
///
/// # Errors
/// If the system gives no more connections.
pub(super) fn serve(listener: std::net::TcpListener, state: PageState, ends_when_idle: bool) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(MAX_READERS)
        .build()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (certificate, is_open) = (state.certificate.clone(), state.is_open);
        let (router, slots) = (router(Arc::new(state)), Arc::new(Semaphore::new(MAX_CONNECTIONS)));
        loop {
            let Ok(slot) = slots.clone().acquire_owned().await else { return Ok(()) };
            let accepted = match tokio::time::timeout(IDLE_TIME, listener.accept()).await {
                Ok(accepted) => accepted,
                // The service manager keeps the address, and starts the page again for the next browser.
                Err(_) if ends_when_idle && slots.available_permits() + 1 == MAX_CONNECTIONS => return Ok(()),
                Err(_) => continue,
            };
            // A connection that is gone already, or a lack of file descriptors, ends no page.
            let Ok((stream, peer)) = accepted else { continue };
            let Ok(local) = stream.local_addr() else { continue };
            // The service manager may listen on more addresses than station.toml allows.
            if !is_open && !peer.ip().to_canonical().is_loopback() {
                continue;
            }
            // A browser of this computer needs no encryption, and no warning about a certificate.
            let certificate = certificate.clone().filter(|_| !peer.ip().to_canonical().is_loopback());
            let ends = ConnectionEnds { peer, local, is_encrypted: certificate.is_some() };
            let (router, end) = (router.clone(), ConnectionEnd::new());
            tokio::spawn(async move {
                let mut connection = tokio::spawn(answer_peer(stream, certificate, router, end.clone(), ends));
                while tokio::time::timeout_at(end.at(), &mut connection).await.is_err() {
                    if end.at() <= Instant::now() {
                        connection.abort();
                        break;
                    }
                }
                drop(slot);
            });
        }
    })
}

async fn answer_peer(
    stream: TcpStream,
    certificate: Option<PageCertificate>,
    router: Router,
    end: ConnectionEnd,
    ends: ConnectionEnds,
) {
    let Some(certificate) = certificate else { return answer_connection(stream, router, end, ends).await };
    // What speaks no TLS in time, or refuses the certificate, gets nothing.
    if let Ok(Ok(stream)) = tokio::time::timeout(HEADER_TIMEOUT, certificate.acceptor.accept(stream)).await {
        answer_connection(stream, router, end, ends).await;
    }
}

async fn answer_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    end: ConnectionEnd,
    ends: ConnectionEnds,
) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(MAX_HEAD_BYTES);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(end.clone());
        request.extensions_mut().insert(ends);
        router.call(request)
    });
    // A browser that hangs up is no error of the page.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}
