//! Messages about concerns: delivered by mail and webhook, tried again after a cut, at most once a day for each cause.
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use loa::alarm::AlarmMessage;
use loa::alarm::message::AlarmNews;
use loa::alarm::queue::{enqueue, queued};
use serde_json::Value;
use tempfile::TempDir;

/// The servers, in a process of another language. They end when it is dropped.
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

    /// Servers that speak TLS with the certificate of an authority, which is written to `ca`.
    fn start_tls(deliveries: &Path, ca: &Path) -> Self {
        Self::start_with(deliveries, &[ca])
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

/// A station whose alarm goes to both servers.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = TempDir::new().expect("create a folder");
        std::fs::create_dir_all(folder.path().join("state/loa")).expect("create the state folder");
        std::fs::create_dir(folder.path().join("station")).expect("create the station");
        Self { folder }
    }

    fn station(&self) -> std::path::PathBuf {
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
        std::fs::write(self.station().join("station.toml"), settings).expect("write the settings");
    }

    fn send(&self) -> Output {
        self.send_trusting(None)
    }

    /// Runs the sender on a computer that trusts this authority, instead of those of the system.
    fn send_trusting(&self, ca: Option<&Path>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
        command.args(["alarm", "send"]).arg(self.station()).args(["--lang", "en"]);
        command.env("XDG_STATE_HOME", self.folder.path().join("state")).env("HOME", self.folder.path());
        if let Some(ca) = ca {
            command.env("SSL_CERT_FILE", ca);
        }
        command.output().expect("run loa alarm send")
    }

    fn queue(&self, number: u32, news: AlarmNews, day: u32) {
        let message = AlarmMessage {
            id: format!("{number:020}-device-lost"),
            station: crate::station::id("thu"),
            station_name: "Đài thử".to_owned(),
            at: format!("2026-03-{day:02}T05:15:00+07:00"),
            news,
            severity: "critical".to_owned(),
            code: "device-lost".to_owned(),
            subject: String::new(),
            text: "Mất thiết bị âm thanh.".to_owned(),
            advice: "Hãy kiểm tra dây.".to_owned(),
        };
        enqueue(&self.station(), &message).expect("queue the message");
    }

    fn deliveries(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.deliveries_file()).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("parse the delivery")).collect()
    }

    fn waiting(&self) -> usize {
        queued(&self.station()).expect("read the queue").len()
    }
}

#[test]
fn messages_are_delivered_once_by_every_way_and_wait_while_a_server_is_away() {
    let bench = Bench::new();
    let servers = Servers::start(&bench.deliveries_file());
    // The mail server is away: the port is free, and nothing listens there.
    bench.configure(1, servers.http_port);
    bench.queue(1, AlarmNews::Raised, 12);
    let output = bench.send();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!((bench.deliveries().len(), bench.waiting()), (1, 1), "the webhook has taken it");

    bench.configure(servers.smtp_port, servers.http_port);
    for _ in 0..3 {
        let output = bench.send();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let deliveries = bench.deliveries();
    let ways: Vec<&str> = deliveries.iter().filter_map(|delivery| delivery["way"].as_str()).collect();
    assert_eq!((ways, bench.waiting()), (vec!["webhook", "smtp"], 0), "{deliveries:?}");
    assert_eq!(deliveries[1]["to"][0], "so@example.vn");
    assert!(deliveries[1]["text"].as_str().is_some_and(|text| text.contains("Hãy kiểm tra dây.")), "{deliveries:?}");
    assert_eq!(deliveries[0]["message"]["code"], "device-lost");
}

/// The sender is started every five minutes. The servers are away for an hour, in which more messages come.
#[test]
fn an_hour_without_servers_loses_no_message_and_repeats_none() {
    let bench = Bench::new();
    bench.configure(1, 1);
    for attempt in 0..12_u32 {
        bench.queue(attempt + 1, AlarmNews::Raised, attempt + 1);
        assert_eq!(bench.send().status.code(), Some(1));
        assert_eq!(bench.waiting(), attempt as usize + 1, "nothing is lost");
    }
    let servers = Servers::start(&bench.deliveries_file());
    bench.configure(servers.smtp_port, servers.http_port);
    for _ in 0..3 {
        assert_eq!(bench.send().status.code(), Some(0));
    }
    let deliveries = bench.deliveries();
    for way in ["smtp", "webhook"] {
        let ids: Vec<&str> =
            deliveries.iter().filter(|one| one["way"] == way).filter_map(|one| one["id"].as_str()).collect();
        let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!((ids.len(), distinct.len()), (12, 12), "{way}: {ids:?}");
    }
    assert_eq!(bench.waiting(), 0);
}

#[test]
fn mail_and_webhook_use_tls_and_refuse_an_unknown_authority() {
    let bench = Bench::new();
    let ca = bench.folder.path().join("ca.pem");
    let servers = Servers::start_tls(&bench.deliveries_file(), &ca);
    let webhook = format!("https://127.0.0.2:{}/loa", servers.http_port);
    let mail_routes =
        [format!("smtp://127.0.0.2:{}", servers.smtp_port), format!("smtps://127.0.0.2:{}", servers.smtps_port)];
    for (index, route) in mail_routes.iter().enumerate() {
        bench.configure_urls(route, &webhook);
        bench.queue(index as u32 + 1, AlarmNews::Raised, index as u32 + 1);
        let refused = bench.send();
        assert_eq!((refused.status.code(), bench.waiting()), (Some(1), 1), "{route}: {refused:?}");
        let accepted = bench.send_trusting(Some(&ca));
        assert_eq!((accepted.status.code(), bench.waiting()), (Some(0), 0), "{route}: {accepted:?}");
    }
    let deliveries = bench.deliveries();
    let count = |way: &str| deliveries.iter().filter(|delivery| delivery["way"] == way).count();
    assert_eq!((count("smtp"), count("webhook")), (2, 2), "{deliveries:?}");
    // Plain HTTP goes to no other machine: `loa check` refuses such an address, and nothing is sent to it.
    bench.configure_urls(&mail_routes[0], &webhook.replace("https", "http"));
    bench.queue(9, AlarmNews::Raised, 9);
    bench.send_trusting(Some(&ca));
    let webhooks = bench.deliveries().iter().filter(|delivery| delivery["way"] == "webhook").count();
    assert_eq!(webhooks, 2);
}

#[test]
fn a_cause_is_told_once_a_day_and_once_when_it_is_over() {
    let bench = Bench::new();
    let servers = Servers::start(&bench.deliveries_file());
    bench.configure(servers.smtp_port, servers.http_port);
    // What was never told is not over either.
    bench.queue(1, AlarmNews::Cleared, 12);
    for (number, news, day) in [
        (2, AlarmNews::Raised, 12),
        (3, AlarmNews::Cleared, 12),
        (4, AlarmNews::Raised, 12),
        (5, AlarmNews::Cleared, 12),
        (6, AlarmNews::Raised, 13),
    ] {
        bench.queue(number, news, day);
    }
    assert_eq!(bench.send().status.code(), Some(0));
    let deliveries = bench.deliveries();
    let mails = deliveries.iter().filter(|delivery| delivery["way"] == "smtp");
    let ids: Vec<&str> = mails.filter_map(|mail| mail["id"].as_str()).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    for (id, number) in ids.iter().zip([2, 3, 6]) {
        assert!(id.starts_with(&format!("<{number:020}-")), "{ids:?}");
    }
}

#[test]
fn the_token_of_the_webhook_comes_from_a_file_that_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    let servers = Servers::start(&bench.deliveries_file());
    bench.configure(servers.smtp_port, servers.http_port);
    let secrets = bench.folder.path().join("state/loa/alarm.toml");
    std::fs::write(&secrets, "webhook-token = \"bí-mật\"\n").expect("write the secrets");
    bench.queue(1, AlarmNews::Raised, 12);
    let mode = |bits| std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(bits)).expect("set the mode");
    mode(0o644);
    let output = bench.send();
    assert_eq!((output.status.code(), bench.waiting()), (Some(1), 1), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("bí-mật"));
    std::fs::write(&secrets, "webhook-token = \"s3cret\"\n").expect("write the secrets");
    mode(0o600);
    assert_eq!(bench.send().status.code(), Some(0));
    assert_eq!(bench.deliveries()[0]["authorization"], "Bearer s3cret");
    let metrics = std::fs::read_to_string(bench.folder.path().join("loa.prom")).expect("read the metrics");
    assert!(metrics.contains("loa_up 0\n"), "no daemon runs: {metrics}");
    assert!(!bench.folder.path().join("heartbeat").exists(), "no heart beats");
}

#[test]
fn a_link_in_the_stations_folder_leads_no_message_elsewhere() {
    let bench = Bench::new();
    let elsewhere = bench.folder.path().join("elsewhere");
    std::fs::create_dir_all(elsewhere.join("queue")).expect("create the other folder");
    std::os::unix::fs::symlink(&elsewhere, bench.station().join("alarm")).expect("make the link");
    let message = AlarmMessage {
        id: "1-test".to_owned(),
        station: crate::station::id("thu"),
        station_name: "Đài thử".to_owned(),
        at: "2026-03-12T05:15:00+07:00".to_owned(),
        news: AlarmNews::Test,
        severity: "notice".to_owned(),
        code: "test".to_owned(),
        subject: String::new(),
        text: "Thử.".to_owned(),
        advice: String::new(),
    };
    assert!(enqueue(&bench.station(), &message).is_err());
    assert_eq!(std::fs::read_dir(elsewhere.join("queue")).expect("list the folder").count(), 0);
    // An id that would break a header is no message.
    std::fs::remove_file(bench.station().join("alarm")).expect("remove the link");
    let hostile = AlarmMessage { id: "1\r\nBcc: x@example.vn".to_owned(), ..message };
    std::fs::create_dir_all(bench.station().join("alarm/queue")).expect("create the queue");
    let json = serde_json::to_vec(&hostile).expect("write JSON");
    std::fs::write(bench.station().join("alarm/queue/1.json"), json).expect("write the file");
    let queue = queued(&bench.station()).expect("read the queue");
    assert!(queue.len() == 1 && queue[0].message.is_none(), "{queue:?}");
}
