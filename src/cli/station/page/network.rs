//! Where a request comes from, and where the page is in the network.
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// The two ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionEnds {
    /// The address of the browser.
    pub(super) peer: SocketAddr,
    /// True if the connection is encrypted.
    pub(super) is_encrypted: bool,
    /// The address of this computer to which the browser has connected.
    pub(super) local: SocketAddr,
}

impl ConnectionEnds {
    /// Returns true if the browser runs on this computer.
    pub(super) fn is_here(&self) -> bool {
        self.peer.ip().to_canonical().is_loopback()
    }
}

/// Returns the address of this computer in its network; `None` without a network. Nothing is sent.
pub(super) fn network_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address for documentation (RFC 5737): the system only chooses the route.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_unspecified())
}
