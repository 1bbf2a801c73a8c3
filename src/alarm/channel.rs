//! The channels through which messages are delivered.
use serde_json::json;

use super::permit::is_permitted;
use super::secrets::AlarmSecrets;
use super::{AlarmMessage, smtp, webhook};
use crate::base::hash::sha256_hex;
use crate::base::instant::SECOND_US;
use crate::playout::external_command::run_command;
use crate::schedule::settings::AlarmSettings;

/// The maximum time that the command may run, in microseconds.
const COMMAND_TIMEOUT_US: i64 = 30 * SECOND_US;

/// The reason why a delivery channel did not deliver a message.
#[derive(Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// Nobody has run the command by hand on this machine.
    Untried {
        /// The command.
        command: String,
    },
    /// The channel failed. The text is its name and its error message.
    Failed(String),
}

/// A channel that delivers messages.
#[derive(Debug, Clone, Copy)]
pub(super) enum Channel {
    Command,
    Webhook,
    Mail,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Command, Self::Webhook, Self::Mail];

    /// Returns the name in the record and in errors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Webhook => "webhook",
            Self::Mail => "smtp",
        }
    }

    /// Returns a digest of the channel's settings; `None` if it is not configured. After a change of an address, the
    /// channel must prove again that it works.
    pub fn fingerprint(self, alarm: &AlarmSettings) -> Option<String> {
        let settings = match self {
            Self::Command if alarm.command.is_empty() => return None,
            Self::Command => json!(alarm.command),
            Self::Webhook => json!(alarm.webhook.as_ref()?),
            Self::Mail => {
                let mail = alarm.mail.as_ref()?;
                json!([mail.server, mail.from, mail.to])
            }
        };
        Some(sha256_hex(json!([self.name(), settings]).to_string().as_bytes()))
    }

    /// Delivers a message; `None` when this channel is not configured.
    pub fn deliver(
        self,
        alarm: &AlarmSettings,
        secrets: &AlarmSecrets,
        message: &AlarmMessage,
    ) -> Option<Result<(), SendFailure>> {
        let with_channel_name = |result: Result<(), String>| {
            result.map_err(|failure| SendFailure::Failed(format!("{}: {failure}", self.name())))
        };
        match self {
            Self::Command if alarm.command.is_empty() => None,
            Self::Command if !is_permitted(&alarm.command) => {
                Some(Err(SendFailure::Untried { command: alarm.command.join(" ") }))
            }
            Self::Command => {
                let json = serde_json::to_vec(message).map_err(|error| error.to_string());
                Some(with_channel_name(json.and_then(|json| run_command(&alarm.command, &json, COMMAND_TIMEOUT_US))))
            }
            Self::Webhook => {
                let url = alarm.webhook.as_ref()?;
                Some(with_channel_name(webhook::post(url, secrets.webhook_token.as_deref(), message)))
            }
            Self::Mail => {
                let account = secrets.smtp_user.clone().zip(secrets.smtp_password.clone());
                Some(with_channel_name(smtp::send(alarm.mail.as_ref()?, account, message)))
            }
        }
    }
}
