//! Sends a message by mail.
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport};

use super::AlarmMessage;
use crate::schedule::settings::MailRoute;

/// The maximum time for one step of a delivery.
const STEP_TIMEOUT: Duration = Duration::from_secs(30);

/// Delivers a message. Its `Message-ID` is the same in every attempt.
///
/// # Errors
/// If the server cannot be reached or does not accept the message. The error is one line without secrets.
pub fn send(route: &MailRoute, account: Option<(String, String)>, message: &AlarmMessage) -> Result<(), String> {
    let mail = build_mail(route, message)?;
    let mut transport = build_transport(&route.server)?.timeout(Some(STEP_TIMEOUT));
    if let Some((user, password)) = account {
        transport = transport.credentials(Credentials::new(user, password));
    }
    transport.build().send(&mail).map(|_| ()).map_err(|error| error.to_string())
}

fn build_mail(route: &MailRoute, message: &AlarmMessage) -> Result<Message, String> {
    let address = |text: &str| text.parse::<Mailbox>().map_err(|error| format!("{text}: {error}"));
    let domain = route.from.rsplit_once('@').map_or("loa", |(_, domain)| domain.trim_end_matches('>'));
    let mut builder = Message::builder()
        .from(address(&route.from)?)
        .subject(message.heading())
        .message_id(Some(format!("<{}.{}@{domain}>", message.id, message.station)))
        .header(ContentType::TEXT_PLAIN);
    for recipient in &route.to {
        builder = builder.to(address(recipient)?);
    }
    builder.body(message.body()).map_err(|error| error.to_string())
}

fn build_transport(server: &str) -> Result<lettre::transport::smtp::SmtpTransportBuilder, String> {
    let (scheme, rest) =
        server.split_once("://").ok_or_else(|| format!("{server}: expected smtps://host or smtp://host"))?;
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|error| format!("{server}: {error}"))?)),
        None => (rest, None),
    };
    let builder = match scheme {
        "smtps" => SmtpTransport::relay(host).map_err(|error| error.to_string())?,
        // A mail server on this machine has no certificate and needs none, because the connection stays on this
        // machine.
        "smtp" if ["localhost", "127.0.0.1"].contains(&host) => SmtpTransport::builder_dangerous(host).port(25),
        "smtp" => SmtpTransport::starttls_relay(host).map_err(|error| error.to_string())?,
        _ => return Err(format!("{server}: expected smtps://host or smtp://host")),
    };
    Ok(port.map_or(builder.clone(), |port| builder.port(port)))
}
