//! Reads `[alarm]`.
use std::ops::Range;
use std::path::PathBuf;

use super::amplifier::read_command;
use super::fields::TableReader;
use super::values::as_list;
use crate::schedule::finding::Finding;
use crate::schedule::settings::{AlarmSettings, MailRoute};
use crate::text::problem::{Hint, ProblemText};

/// The maximum number of recipients.
const MAX_RECIPIENTS: usize = 20;
/// The maximum length of a URL or an address, in characters.
const MAX_ADDRESS_CHARS: usize = 400;

const WEBHOOK_EXAMPLE: &str = "webhook = \"https://so.example.vn/loa\"";
const SMTP_EXAMPLE: &str = "smtp = \"smtps://mail.example.vn\"";
const FROM_EXAMPLE: &str = "from = \"dai@example.vn\"";
const TO_EXAMPLE: &str = "to = [\"so@example.vn\"]";

/// Reads the keys of `[alarm]`.
pub fn read(fields: &mut TableReader<'_, '_>, alarm: &mut AlarmSettings) {
    if let Some(Some(command)) = read_command(fields, "command", "command = \"/usr/local/bin/nhan-tin\"") {
        alarm.command = command;
    }
    alarm.webhook = read_address(fields, "webhook", WEBHOOK_EXAMPLE, is_web_address);
    alarm.heartbeat = read_address(fields, "heartbeat", "heartbeat = \"https://hc.example.vn/uuid\"", |text| {
        is_web_address(text) || text.starts_with('/')
    });
    alarm.mail = read_mail(fields);
    alarm.secrets = read_path(fields, "secrets", "secrets = \"/etc/loa/alarm.toml\"");
    alarm.metrics = read_path(fields, "metrics", "metrics = \"/var/lib/node_exporter/loa.prom\"");
}

fn read_mail(fields: &mut TableReader<'_, '_>) -> Option<MailRoute> {
    let server = read_address(fields, "smtp", SMTP_EXAMPLE, is_mail_server);
    let from = read_address(fields, "from", FROM_EXAMPLE, is_mail_address);
    let to = read_recipients(fields);
    // A server without addresses, or addresses without a server, send nothing.
    if server.is_some() || from.is_some() || to.is_some() {
        fields.require("smtp", SMTP_EXAMPLE);
        fields.require("from", FROM_EXAMPLE);
        fields.require("to", TO_EXAMPLE);
    }
    Some(MailRoute { server: server?, from: from?, to: to? })
}

fn read_recipients(fields: &mut TableReader<'_, '_>) -> Option<Vec<String>> {
    let value = fields.take("to")?;
    let span = value.span();
    let addresses = as_list(value);
    if addresses.len() > MAX_RECIPIENTS {
        let finding = Finding::TooMany { what: ProblemText::Recipients, limit: MAX_RECIPIENTS };
        fields.report_warning(span, finding, Hint::RemoveSome);
    }
    let mut recipients = Vec::new();
    for address in addresses.into_iter().take(MAX_RECIPIENTS) {
        let (text, span) = fields.as_text("to", address, TO_EXAMPLE)?;
        recipients.push(check_address(fields, text, span, TO_EXAMPLE, is_mail_address)?);
    }
    (!recipients.is_empty()).then_some(recipients)
}

fn read_path(fields: &mut TableReader<'_, '_>, key: &'static str, example: &str) -> Option<PathBuf> {
    read_address(fields, key, example, |text| text.starts_with('/')).map(PathBuf::from)
}

fn read_address(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    example: &str,
    is_valid: impl Fn(&str) -> bool,
) -> Option<String> {
    let (text, span) = fields.take_text(key, example)?;
    check_address(fields, text, span, example, is_valid)
}

fn check_address(
    fields: &mut TableReader<'_, '_>,
    text: String,
    span: Range<usize>,
    example: &str,
    is_valid: impl Fn(&str) -> bool,
) -> Option<String> {
    let is_plain =
        text.chars().count() <= MAX_ADDRESS_CHARS && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if is_plain && is_valid(&text) {
        return Some(text);
    }
    let text: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    fields.report_structural_problem(span, Finding::BadAddress { text }, Hint::Write { example: example.to_owned() });
    None
}

/// Returns true for HTTPS, and for plain HTTP to this machine.
fn is_web_address(text: &str) -> bool {
    let is_this_machine =
        ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|prefix| text.starts_with(prefix));
    is_this_machine || text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.contains('@'))
}

/// Returns true for a mail server without an account. The account is a secret, but `station.toml` is kept with the log
/// and exported.
fn is_mail_server(text: &str) -> bool {
    let rest = text.strip_prefix("smtps://").or_else(|| text.strip_prefix("smtp://"));
    rest.is_some_and(|host| !host.is_empty() && !host.contains(['@', '/']))
}

fn is_mail_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{SourceFile, read as read_sources};

    #[test]
    fn recipients_beyond_the_limit_are_reported() {
        let problems = |count: usize| {
            let to: Vec<String> = (0..count).map(|n| format!("\"a{n}@example.vn\"")).collect();
            let settings = format!(
                "[station]\nid = \"thu\"\n[alarm]\nsmtp = \"smtps://mail.example.vn\"\nfrom = \"dai@example.vn\"\n\
                 to = [{}]\n",
                to.join(", ")
            );
            let parsed = read_sources(&[SourceFile::new("station.toml", settings.as_bytes())]);
            let recipients = parsed.schedule.station.alarm.mail.map(|mail| mail.to.len());
            (recipients, parsed.problems.iter().map(|problem| problem.finding.clone()).collect::<Vec<_>>())
        };
        assert_eq!(problems(MAX_RECIPIENTS), (Some(MAX_RECIPIENTS), Vec::new()));
        let finding = Finding::TooMany { what: ProblemText::Recipients, limit: MAX_RECIPIENTS };
        assert_eq!(problems(MAX_RECIPIENTS + 1), (Some(MAX_RECIPIENTS), vec![finding]));
    }
}
