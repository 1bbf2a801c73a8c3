//! Alarm messages are sent by mail and webhook, wait while a server is unreachable, and are sent at most once a day for
//! each cause.
mod results;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use loa::alarm::AlarmMessage;
use loa::alarm::message::AlarmReason;
use loa::alarm::queue::{enqueue, queued};
use serde_json::Value;
use tempfile::TempDir;

/// A mail server and a webhook server in one Python process, which ends when this is dropped.
struct Servers {
    child: Child,
    smtp_port: u16,
    http_port: u16,
    smtps_port: u16,
}

impl Servers {
    fn start(deliveries: &Path) -> Self {
        Self::start_with(deliveries, &[])
    }

    /// Starts servers that speak TLS, and writes the certificate of their authority to `ca_file`.
    fn start_tls(deliveries: &Path, ca_file: &Path) -> Self {
        Self::start_with(deliveries, &[ca_file])
    }

    fn start_with(deliveries: &Path, arguments: &[&Path]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/alarm_servers.py");
        let python = crate::foreign::python_with("aiosmtpd");
        let mut command = Command::new(python);
        command
            .arg(script)
            .arg(deliveries)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("start the servers");
        let output = child.stdout.take().expect("the output is piped");
        let ready = BufReader::new(output).lines().next().expect("the servers print a line").expect("read the line");
        let ports: Vec<u16> = ready.split(' ').skip(1).map(|port| port.parse().expect("parse the port")).collect();
        Self { child, smtp_port: ports[0], http_port: ports[1], smtps_port: ports[2] }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// A station that sends its alarms to both servers.
struct AlarmStation {
    folder: TempDir,
}

impl AlarmStation {
    fn new() -> Self {
        let folder = TempDir::new().expect("create a folder");
        std::fs::create_dir_all(folder.path().join("state/loa")).expect("create the state folder");
        std::fs::create_dir(folder.path().join("station")).expect("create the station");
        Self { folder }
    }

    fn station_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("station")
    }

    fn deliveries_file(&self) -> std::path::PathBuf {
        self.folder.path().join("deliveries")
    }

    fn configure(&self, smtp_port: u16, http_port: u16) {
        let webhook = format!("http://127.0.0.1:{http_port}/loa");
        self.configure_urls(&format!("smtp://127.0.0.1:{smtp_port}"), &webhook);
    }

    fn configure_urls(&self, smtp: &str, webhook: &str) {
        let settings = format!(
            "[station]\nid = \"thu\"\nname = \"Đài thử\"\n[alarm]\nsmtp = \"{smtp}\"\n\
             from = \"dai@example.vn\"\nto = [\"so@example.vn\"]\nwebhook = \"{webhook}\"\n\
             heartbeat = \"{}\"\nmetrics = \"{}\"\n",
            self.folder.path().join("heartbeat").display(),
            self.folder.path().join("loa.prom").display(),
        );
        std::fs::write(self.station_dir().join("station.toml"), settings).expect("write the settings");
    }

    fn send(&self) -> Output {
        self.send_trusting(None)
    }

    /// Runs the sender. With a `ca_file`, the sender trusts only that authority, not those of the system.
    fn send_trusting(&self, ca_file: Option<&Path>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
        command.args(["alarm", "send"]).arg(self.station_dir()).args(["--lang", "en"]);
        command.env("XDG_STATE_HOME", self.folder.path().join("state")).env("HOME", self.folder.path());
        if let Some(ca_file) = ca_file {
            command.env("SSL_CERT_FILE", ca_file);
        }
        command.output().expect("run loa alarm send")
    }

    fn enqueue(&self, number: u32, news: AlarmReason, day: u32) {
        self.enqueue_at(number, news, format!("2026-03-{day:02}T05:15:00+07:00"));
    }

    fn enqueue_at(&self, number: u32, news: AlarmReason, at: String) {
        let message = AlarmMessage {
            id: format!("{number:020}-device-lost"),
            station: crate::station::id("thu"),
            station_name: "Đài thử".to_owned(),
            at,
            news,
            severity: "critical".to_owned(),
            code: "device-lost".to_owned(),
            subject: String::new(),
            text: "Mất thiết bị âm thanh.".to_owned(),
            advice: "Hãy kiểm tra dây.".to_owned(),
        };
        enqueue(&self.station_dir(), &message).expect("queue the message");
    }

    fn deliveries(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.deliveries_file()).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("parse the delivery")).collect()
    }

    fn waiting_count(&self) -> usize {
        queued(&self.station_dir()).expect("read the queue").len()
    }
}

#[test]
fn a_message_reaches_each_channel_once_and_waits_for_an_unreachable_server() {
    let station = AlarmStation::new();
    let servers = Servers::start(&station.deliveries_file());
    // The mail server is unreachable: nothing listens on port 1.
    station.configure(1, servers.http_port);
    station.enqueue(1, AlarmReason::Raised, 12);
    let output = station.send();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(
        (station.deliveries().len(), station.waiting_count()),
        (1, 1),
        "the webhook has received the message, and the mail server has not"
    );

    station.configure(servers.smtp_port, servers.http_port);
    for _ in 0..3 {
        let output = station.send();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let deliveries = station.deliveries();
    let channels: Vec<&str> = deliveries.iter().filter_map(|delivery| delivery["way"].as_str()).collect();
    assert_eq!((channels, station.waiting_count()), (vec!["webhook", "smtp"], 0), "{deliveries:?}");
    assert_eq!(deliveries[1]["to"][0], "so@example.vn");
    assert!(deliveries[1]["text"].as_str().is_some_and(|text| text.contains("Hãy kiểm tra dây.")), "{deliveries:?}");
    assert_eq!(deliveries[0]["message"]["code"], "device-lost");
}

/// The sender runs every five minutes. The servers are unreachable for an hour, while more messages are queued.
#[test]
fn an_hour_without_servers_loses_no_message_and_repeats_none() {
    let station = AlarmStation::new();
    station.configure(1, 1);
    for attempt in 0..12_u32 {
        station.enqueue(attempt + 1, AlarmReason::Raised, attempt + 1);
        assert_eq!(station.send().status.code(), Some(1));
        assert_eq!(station.waiting_count(), attempt as usize + 1, "nothing is lost");
    }
    let servers = Servers::start(&station.deliveries_file());
    station.configure(servers.smtp_port, servers.http_port);
    for _ in 0..3 {
        assert_eq!(station.send().status.code(), Some(0));
    }
    let deliveries = station.deliveries();
    for channel in ["smtp", "webhook"] {
        let ids: Vec<&str> = deliveries
            .iter()
            .filter(|delivery| delivery["way"] == channel)
            .filter_map(|delivery| delivery["id"].as_str())
            .collect();
        let distinct_ids: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!((ids.len(), distinct_ids.len()), (12, 12), "{channel}: {ids:?}");
    }
    assert_eq!(station.waiting_count(), 0);
}

#[test]
fn mail_and_webhook_use_tls_and_refuse_a_certificate_from_an_unknown_authority() {
    let station = AlarmStation::new();
    let ca_file = station.folder.path().join("ca.pem");
    let servers = Servers::start_tls(&station.deliveries_file(), &ca_file);
    let webhook = format!("https://127.0.0.2:{}/loa", servers.http_port);
    let mail_urls =
        [format!("smtp://127.0.0.2:{}", servers.smtp_port), format!("smtps://127.0.0.2:{}", servers.smtps_port)];
    for (index, url) in mail_urls.iter().enumerate() {
        station.configure_urls(url, &webhook);
        station.enqueue(index as u32 + 1, AlarmReason::Raised, index as u32 + 1);
        let output_without_ca = station.send();
        assert_eq!(
            (output_without_ca.status.code(), station.waiting_count()),
            (Some(1), 1),
            "{url}: {output_without_ca:?}"
        );
        let output_with_ca = station.send_trusting(Some(&ca_file));
        assert_eq!((output_with_ca.status.code(), station.waiting_count()), (Some(0), 0), "{url}: {output_with_ca:?}");
    }
    let deliveries = station.deliveries();
    let count = |channel: &str| deliveries.iter().filter(|delivery| delivery["way"] == channel).count();
    assert_eq!((count("smtp"), count("webhook")), (2, 2), "{deliveries:?}");
    // Plain HTTP is allowed only to 127.0.0.1 and `localhost`. `loa check` refuses any other address, and nothing is
    // sent to it.
    station.configure_urls(&mail_urls[0], &webhook.replace("https", "http"));
    station.enqueue(9, AlarmReason::Raised, 9);
    station.send_trusting(Some(&ca_file));
    let webhooks = station.deliveries().iter().filter(|delivery| delivery["way"] == "webhook").count();
    assert_eq!(webhooks, 2);
}

#[test]
fn a_cause_is_reported_at_most_once_a_day_and_once_when_it_ends() {
    let station = AlarmStation::new();
    let servers = Servers::start(&station.deliveries_file());
    station.configure(servers.smtp_port, servers.http_port);
    // If a cause was never reported, its end is not reported either.
    station.enqueue(1, AlarmReason::Cleared, 12);
    for (number, news, day) in [
        (2, AlarmReason::Raised, 12),
        (3, AlarmReason::Cleared, 12),
        (4, AlarmReason::Raised, 12),
        (5, AlarmReason::Cleared, 12),
        (6, AlarmReason::Raised, 13),
    ] {
        station.enqueue(number, news, day);
    }
    assert_eq!(station.send().status.code(), Some(0));
    let deliveries = station.deliveries();
    let mail_deliveries = deliveries.iter().filter(|delivery| delivery["way"] == "smtp");
    let ids: Vec<&str> = mail_deliveries.filter_map(|delivery| delivery["id"].as_str()).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    for (id, number) in ids.iter().zip([2, 3, 6]) {
        assert!(id.starts_with(&format!("<{number:020}-")), "{ids:?}");
    }
}

#[test]
fn a_concern_that_begins_again_is_reported_on_the_next_day_unless_it_ends_before() {
    let station = AlarmStation::new();
    let servers = Servers::start(&station.deliveries_file());
    station.configure(servers.smtp_port, servers.http_port);
    let mails = || station.deliveries().iter().filter(|delivery| delivery["way"] == "smtp").count();
    // The day of these messages is long past, so the third one is sent.
    for (number, news) in [(1, AlarmReason::Raised), (2, AlarmReason::Cleared), (3, AlarmReason::Raised)] {
        station.enqueue(number, news, 12);
    }
    assert_eq!((station.send().status.code(), station.waiting_count(), mails()), (Some(0), 0, 3));
    // Today's third one waits. It is dropped when the concern ends.
    station.enqueue(4, AlarmReason::Cleared, 12);
    let now = chrono::Utc::now().to_rfc3339();
    for (number, news) in [(5, AlarmReason::Raised), (6, AlarmReason::Cleared), (7, AlarmReason::Raised)] {
        station.enqueue_at(number, news, now.clone());
    }
    assert_eq!((station.send().status.code(), station.waiting_count(), mails()), (Some(0), 1, 6));
    station.enqueue_at(8, AlarmReason::Cleared, now);
    assert_eq!((station.send().status.code(), station.waiting_count(), mails()), (Some(0), 0, 6));
}

#[test]
fn the_token_of_the_webhook_comes_from_a_file_that_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let station = AlarmStation::new();
    let servers = Servers::start(&station.deliveries_file());
    station.configure(servers.smtp_port, servers.http_port);
    let secrets = station.folder.path().join("state/loa/alarm.toml");
    std::fs::write(&secrets, "webhook-token = \"bí-mật\"\n").expect("write the secrets");
    station.enqueue(1, AlarmReason::Raised, 12);
    let set_mode =
        |bits| std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(bits)).expect("set the mode");
    set_mode(0o644);
    let output = station.send();
    assert_eq!((output.status.code(), station.waiting_count()), (Some(1), 1), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("bí-mật"));
    std::fs::write(&secrets, "webhook-token = \"s3cret\"\n").expect("write the secrets");
    set_mode(0o600);
    assert_eq!(station.send().status.code(), Some(0));
    assert_eq!(station.deliveries()[0]["authorization"], "Bearer s3cret");
    let metrics = std::fs::read_to_string(station.folder.path().join("loa.prom")).expect("read the metrics");
    assert!(metrics.contains("loa_up 0\n"), "no daemon is running: {metrics}");
    assert!(!station.folder.path().join("heartbeat").exists(), "without a daemon there is no heartbeat");
}

#[test]
fn no_message_is_queued_through_a_link_in_the_stations_folder() {
    let station = AlarmStation::new();
    let elsewhere = station.folder.path().join("elsewhere");
    std::fs::create_dir_all(elsewhere.join("queue")).expect("create the other folder");
    std::os::unix::fs::symlink(&elsewhere, station.station_dir().join("alarm")).expect("make the link");
    let message = AlarmMessage {
        id: "1-test".to_owned(),
        station: crate::station::id("thu"),
        station_name: "Đài thử".to_owned(),
        at: "2026-03-12T05:15:00+07:00".to_owned(),
        news: AlarmReason::Test,
        severity: "notice".to_owned(),
        code: "test".to_owned(),
        subject: String::new(),
        text: "Thử.".to_owned(),
        advice: String::new(),
    };
    assert!(enqueue(&station.station_dir(), &message).is_err());
    assert_eq!(std::fs::read_dir(elsewhere.join("queue")).expect("list the folder").count(), 0);
    // A queued file whose id would inject a mail header is not a message.
    std::fs::remove_file(station.station_dir().join("alarm")).expect("remove the link");
    let hostile_message = AlarmMessage { id: "1\r\nBcc: x@example.vn".to_owned(), ..message };
    std::fs::create_dir_all(station.station_dir().join("alarm/queue")).expect("create the queue");
    let json = serde_json::to_vec(&hostile_message).expect("write JSON");
    std::fs::write(station.station_dir().join("alarm/queue/1.json"), json).expect("write the file");
    let queue = queued(&station.station_dir()).expect("read the queue");
    assert!(queue.len() == 1 && queue[0].message.is_none(), "{queue:?}");
}
