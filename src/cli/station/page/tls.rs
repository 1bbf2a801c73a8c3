//! The page's own certificate, for telephones in the network. It is made once, and telephones are told its fingerprint.
//!
//! No authority signs it, so a browser warns once; the person compares the fingerprint on both screens.
use std::io;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use super::network::network_address;
use crate::base::durable;
use crate::base::hash::sha256_hex;
use crate::base::state_dirs::find_or_create;

/// The file of the certificate, in the page's state folder.
const CERTIFICATE: &str = "tls/cert.der";
/// The file of its secret key.
const KEY: &str = "tls/key.der";
/// The maximum size of either, in bytes.
const MAX_FILE_BYTES: u64 = 64 * 1024;
/// The first day on which the certificate is valid, and the first on which it is not. Clocks at stations are wrong, so it
/// begins before the page existed.
const VALID: [(i32, u8, u8); 2] = [(2025, 1, 1), (2036, 1, 1)];

/// The page's certificate, ready for connections.
#[derive(Clone)]
pub(super) struct PageCertificate {
    /// Takes the connections of telephones.
    pub(super) acceptor: TlsAcceptor,
    /// The SHA-256 of the certificate, as browsers show it: `AB:CD:…`.
    pub(super) fingerprint: String,
}

impl PageCertificate {
    /// Reads the certificate of this user's page. Makes it first, if there is none.
    ///
    /// # Errors
    /// If the files cannot be read or written, or hold something else.
    pub(super) fn of_this_user() -> io::Result<Self> {
        let folder = find_or_create("page", None)?;
        let (certificate, key) = match (read(&folder.join(CERTIFICATE))?, read(&folder.join(KEY))?) {
            (Some(certificate), Some(key)) => (certificate, key),
            _ => make(&folder)?,
        };
        let fingerprint = with_colons(&sha256_hex(&certificate));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certificate)],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key)),
            )
            .map_err(io::Error::other)?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint })
    }
}

/// Reads a file; `None` if it is missing.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    use std::io::Read;
    match durable::open_nofollow(path) {
        Ok(file) => {
            let mut bytes = Vec::new();
            file.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Makes a certificate and its key, and keeps them. The key comes first: a certificate without its key would be of no use.
fn make(folder: &Path) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let names: Vec<String> = network_address().map(|address| address.to_string()).into_iter().collect();
    let mut parameters = CertificateParams::new(names).map_err(io::Error::other)?;
    let [(year, month, day), (last_year, last_month, last_day)] = VALID;
    parameters.not_before = date_time_ymd(year, month, day);
    parameters.not_after = date_time_ymd(last_year, last_month, last_day);
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, "loa");
    parameters.distinguished_name = subject;
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate = parameters.self_signed(&key).map_err(io::Error::other)?;
    durable::create_private_dir(&folder.join("tls"))?;
    durable::replace_private(&folder.join(KEY), &key.serialize_der())?;
    durable::replace_private(&folder.join(CERTIFICATE), certificate.der())?;
    Ok((certificate.der().to_vec(), key.serialize_der()))
}

/// Writes a hash as browsers do: pairs of capital letters and digits, with colons between them.
fn with_colons(hex: &str) -> String {
    let upper = hex.to_ascii_uppercase();
    upper.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair)).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_written_as_browsers_write_it() {
        assert_eq!(with_colons("0a1bff"), "0A:1B:FF");
    }
}
