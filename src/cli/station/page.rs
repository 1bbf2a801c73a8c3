//! `loa page`: the station's page for a browser, served by a process of its own. If it fails or is flooded, the station
//! plays on: the page asks the daemon through the control socket, as `loa status` does.
mod access;
mod add;
mod child;
mod condition;
mod connection_end;
mod consent;
mod daemon_answer;
mod day_answer;
mod day_log;
mod drafts;
mod frame;
mod guard;
mod hand_in;
mod library;
mod month;
mod more;
mod network;
mod note;
mod orders;
mod pending_urgent;
mod phones;
mod routes;
mod said;
mod server;
mod session_editor;
mod sound;
mod state;
mod tls;
mod today;
mod undo;
mod upload;
mod urgent;
mod waiting_order;
mod week;

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use clap::Args;
use tokio::sync::Semaphore;

use crate::base::platform::inherited_listener;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::no_station::{is_station, report_no_station};
use crate::schedule::settings::PageNetwork;
use crate::station::read_settings_only;
use crate::text::page::PageText;
use crate::text::{Lang, Localize, print_stderr};
use access::PageAccess;
use drafts::Drafts;
use routes::HEALTH_MARK;
use server::serve;
use state::PageState;
use tls::PageCertificate;

/// The port of the page, unless another one is given.
const DEFAULT_PORT: u16 = 8468;
/// The time limit for asking whether the page is served already.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Arguments of `loa page`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct PageArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    #[arg(long)]
    pub open: bool,
}

/// Runs `loa page`.
///
/// # Errors
/// If the records of browsers cannot be written, or the server fails.
pub fn run(args: &PageArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    if !is_station(station) {
        return Ok(report_no_station(station, lang));
    }
    let network = read_settings_only(station).unwrap_or_default().page.network;
    let listen = match (args.listen, network) {
        (Some(address), PageNetwork::ThisComputer) if !address.ip().is_loopback() => {
            let text = PageText::OnlyThisMachine { address: address.to_string() };
            return Ok(fail(text.localized(lang), EXIT_USAGE));
        }
        (Some(address), _) => address,
        (None, PageNetwork::ThisComputer) => SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
        (None, PageNetwork::Http | PageNetwork::Tls) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, DEFAULT_PORT)),
    };
    let access = PageAccess::of_this_user()?;
    let inherited = inherited_listener();
    let is_inherited = inherited.is_some();
    let listener = match inherited.map_or_else(|| TcpListener::bind(listen), Ok) {
        Ok(listener) => listener,
        Err(e) if e.kind() == io::ErrorKind::AddrInUse => return show_served_page(args, listen, &access, lang),
        Err(e) => return Err(e),
    };
    let address = listener.local_addr()?;
    print_stderr!("{}", PageText::Serving { address: here(address).to_string() }.localized(lang));
    // Nobody reads what a service prints.
    if !is_inherited {
        announce(args, here(address), &access, lang)?;
    }
    let state = PageState {
        station: station.to_owned(),
        lang,
        access,
        address,
        is_open: network != PageNetwork::ThisComputer,
        certificate: if network == PageNetwork::Tls { Some(PageCertificate::of_this_user()?) } else { None },
        screens: OnceLock::new(),
        waiting_orders: Mutex::default(),
        drafts: Drafts::of_station(station)?,
        examined: Mutex::default(),
        examiner: Semaphore::new(1),
        last_day: Mutex::default(),
        pending_urgent: Mutex::default(),
    };
    if let Some(link) = state.network_link("/").filter(|_| state.is_in_network()) {
        print_stderr!("{}", PageText::ForPhones { link }.localized(lang));
    }
    if let Some(certificate) = &state.certificate {
        let fingerprint = certificate.fingerprint.clone();
        print_stderr!("{}", PageText::CertificateOf { fingerprint }.localized(lang));
    }
    serve(listener, state, is_inherited)?;
    Ok(EXIT_OK)
}

/// Returns the address at which a browser of this computer reaches the page: a link never works from elsewhere.
fn here(address: SocketAddr) -> SocketAddr {
    let ip = if address.is_ipv4() { IpAddr::from(Ipv4Addr::LOCALHOST) } else { IpAddr::from(Ipv6Addr::LOCALHOST) };
    let is_everywhere = address.ip().is_unspecified();
    SocketAddr::new(if is_everywhere { ip } else { address.ip() }, address.port())
}

/// Gives a new link to a page that is served already.
fn show_served_page(args: &PageArgs, listen: SocketAddr, access: &PageAccess, lang: Lang) -> io::Result<u8> {
    let listen = here(listen);
    let address = listen.to_string();
    if !is_page_served(listen) {
        return Ok(fail(PageText::PortTaken { address }.localized(lang), EXIT_PROBLEMS));
    }
    print_stderr!("{}", PageText::ServedAlready { address }.localized(lang));
    announce(args, listen, access, lang)?;
    Ok(EXIT_OK)
}

/// Prints a one-time link, and opens it if that is wanted.
fn announce(args: &PageArgs, address: SocketAddr, access: &PageAccess, lang: Lang) -> io::Result<()> {
    let link = format!("http://{address}/mo/{}", access.new_link()?);
    writeln!(io::stdout(), "{}", PageText::Link { link: link.clone() }.localized(lang))?;
    io::stdout().flush()?;
    if args.open && !open_in_browser(&link) {
        print_stderr!("{}", PageText::NoBrowser {}.localized(lang));
    }
    Ok(())
}

/// Opens a link in the user's browser. Returns false if that failed.
fn open_in_browser(link: &str) -> bool {
    let mut command = Command::new("xdg-open");
    command.arg(link).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Asks whether what listens at an address is this page.
fn is_page_served(address: SocketAddr) -> bool {
    let ask = || -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&address, PROBE_TIMEOUT)?;
        stream.set_read_timeout(Some(PROBE_TIMEOUT))?;
        stream.set_write_timeout(Some(PROBE_TIMEOUT))?;
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| String::from_utf8_lossy(&answer).contains(HEALTH_MARK))
}
