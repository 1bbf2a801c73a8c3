//! `[alarm]`: the recipients of alarms, and the ways to reach them.
use std::path::PathBuf;

/// The settings in `[alarm]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlarmSettings {
    /// A program and its arguments, run without a shell; it gets each message as JSON on standard input. Empty: none.
    pub command: Vec<String>,
    /// The URL to which messages are posted as JSON.
    pub webhook: Option<String>,
    /// The mail server, and the addresses of a message.
    pub mail: Option<MailRoute>,
    /// The file with passwords and tokens; `None`: `alarm.toml` in loa's state folder.
    pub secrets: Option<PathBuf>,
    /// The URL that is requested, or the file that is touched, every five minutes while the station runs.
    pub heartbeat: Option<String>,
    /// The file for the textfile collector of Prometheus' node_exporter.
    pub metrics: Option<PathBuf>,
}

/// A mail server, and the addresses of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRoute {
    /// `smtps://host[:465]`, or `smtp://host[:587]` with STARTTLS; on this machine `smtp://localhost[:25]`, without
    /// TLS.
    pub server: String,
    /// The sender's address.
    pub from: String,
    /// The addresses of the recipients, at least one.
    pub to: Vec<String>,
}

impl AlarmSettings {
    /// Returns true when at least one way to send messages is set.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        !self.channel_keys().is_empty()
    }

    /// Returns the keys of the ways to send messages that are set.
    #[must_use]
    pub fn channel_keys(&self) -> Vec<&'static str> {
        let channels =
            [(!self.command.is_empty(), "command"), (self.webhook.is_some(), "webhook"), (self.mail.is_some(), "smtp")];
        channels.into_iter().filter(|(is_set, _)| *is_set).map(|(_, key)| key).collect()
    }
}
