//! Sends a message to a webhook: HTTPS POST of its JSON.
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use super::AlarmMessage;

/// The maximum time for one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Delivers a message. The header `Idempotency-Key` is the same in every attempt, so that the server recognises a
/// second delivery after its first answer was lost.
///
/// # Errors
/// If the server cannot be reached or does not accept the message. The error is one line without secrets.
pub fn post(url: &str, token: Option<&str>, message: &AlarmMessage) -> Result<(), String> {
    let json = serde_json::to_string(message).map_err(|error| error.to_string())?;
    let mut request = agent(url).post(url).header("Content-Type", "application/json");
    request = request.header("Idempotency-Key", &message.id);
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    request.send(json).map(|_| ()).map_err(|error| error.to_string())
}

/// Requests a URL. Monitoring services expect such a request as a heartbeat.
///
/// # Errors
/// If the server cannot be reached or refuses the request.
pub fn ping(url: &str) -> Result<(), String> {
    agent(url).get(url).call().map(|_| ()).map_err(|error| error.to_string())
}

fn agent(url: &str) -> Agent {
    // The certificates of the system are used, because an office may have its own certificate authority.
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let is_loopback =
        ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"].iter().any(|prefix| url.starts_with(prefix));
    Agent::config_builder()
        .timeout_global(Some(REQUEST_TIMEOUT))
        .https_only(!is_loopback)
        .max_redirects(0)
        .tls_config(tls)
        .build()
        .into()
}
