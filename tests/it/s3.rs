//! Object stores: a real S3 API (moto's server), reached through a way that can be cut, and that can strip what it must not.
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::NaiveDate;
use loa::airlog::storage::Storage;

use crate::program;
use crate::province::maker::Life;

/// moto's server, and a bucket in it.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let port = free_port();
        let code = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])";
        let python = crate::foreign::python_with("moto");
        let mut command = Command::new(python);
        command.args(["-c", code, &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("python starts");
        let server = Self { child, port };
        for _ in 0..600 {
            if server.bucket() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("moto's server does not answer");
    }

    fn bucket(&self) -> bool {
        self.ask("PUT", "/nhat-ky").is_some_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }

    fn ask(&self, method: &str, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        // moto looks at who asks, and not at whether he is it.
        let who =
            "AWS4-HMAC-SHA256 Credential=test/20230101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {who}\r\n");
        write!(stream, "{head}Content-Length: 0\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    /// How many objects there are.
    fn objects(&self, prefix: &str) -> usize {
        let listed =
            self.ask("GET", &format!("/nhat-ky?list-type=2&max-keys=1000&prefix={prefix}")).unwrap_or_default();
        listed.matches("<Key>").count()
    }

    fn get(&self, key: &str) -> String {
        self.ask("GET", &format!("/nhat-ky/{key}")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    listener.local_addr().expect("bound").port()
}

/// The way to the server: it counts uploads, can be cut after some of them, and can strip "only if it is not there".
struct Way {
    port: u16,
    puts: Arc<AtomicUsize>,
}

impl Way {
    fn to(server: &Server, cut_after: Option<usize>, strips: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let port = listener.local_addr().expect("bound").port();
        let (puts, open) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
        let target = server.port;
        let (counted, opened) = (puts.clone(), open);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if !opened.load(Ordering::SeqCst) {
                    continue;
                }
                let (counted, opened) = (counted.clone(), opened.clone());
                std::thread::spawn(move || carry(&stream, target, &counted, &opened, cut_after, strips));
            }
        });
        Self { port, puts }
    }
}

/// Carries one connection. Everything that the client sends in one go is looked at as text.
fn carry(
    client: &TcpStream,
    target: u16,
    puts: &AtomicUsize,
    open: &AtomicBool,
    cut_after: Option<usize>,
    strips: bool,
) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else { return };
    let (Ok(mut back), Ok(mut from_server)) = (client.try_clone(), server.try_clone()) else { return };
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut back);
        let _ = back.shutdown(std::net::Shutdown::Both);
    });
    let (mut from, mut to) = (client, &server);
    let mut piece = vec![0; 1 << 16];
    while let Ok(n) = from.read(&mut piece) {
        if n == 0 || !open.load(Ordering::SeqCst) {
            break;
        }
        if piece.starts_with(b"PUT ") {
            let count = puts.fetch_add(1, Ordering::SeqCst) + 1;
            if cut_after.is_some_and(|after| count > after) {
                open.store(false, Ordering::SeqCst);
                break;
            }
        }
        if strips {
            let at = piece[..n].windows(13).position(|w| w.eq_ignore_ascii_case(b"if-none-match"));
            if let Some(at) = at {
                piece[at..at + 2].copy_from_slice(b"xx");
            }
        }
        if to.write_all(&piece[..n]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(std::net::Shutdown::Both);
    let _ = server.shutdown(std::net::Shutdown::Both);
}

fn loa(dir: &Path, port: u16, words: &[&str]) -> Output {
    let mut command = program::loa(dir);
    command.args(words).current_dir(dir).env("LC_ALL", "C");
    command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")).env("AWS_REGION", "us-east-1");
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.output().expect("the program starts")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A station's folder with the log of so many days.
fn station(dir: &Path, days: i64) -> (Life, std::path::PathBuf) {
    let first = NaiveDate::from_ymd_opt(2023, 3, 20).expect("a date");
    let life = Life::begin("xa-mau", "Đài mẫu (hư cấu)", first, 5).days(days);
    let folder = dir.join("station");
    write_log(&life, &folder);
    (life, folder)
}

fn write_log(life: &Life, folder: &Path) {
    for name in life.disk().names() {
        let path = folder.join("airlog").join(&name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, life.disk().bytes(&name)).expect("a folder");
    }
    std::fs::write(folder.join("station.toml"), "[station]\nid = \"xa-mau\"\nlanguage = \"en\"\n").expect("a folder");
}

#[test]
fn a_log_goes_to_the_store_and_the_answer_comes_back() {
    let (server, dir) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let (life, folder) = station(dir.path(), 20);
    let port = server.port;
    let run = |words: &[&str]| loa(dir.path(), port, words);
    let pushed = run(&["push", "station", "--to", "s3://nhat-ky/den"]);
    assert!(pushed.status.success(), "{}", text(&pushed));
    let enrolled = run(&["enrol", &life.vkey(), "--store", "s3://nhat-ky/kho", "--yes"]);
    assert!(enrolled.status.success(), "{}", text(&enrolled));
    let words = ["collect", "s3://nhat-ky/den", "--into", "s3://nhat-ky/kho", "--silent-days", "60000"];
    let collected = run(&words);
    assert!(collected.status.success(), "{}", text(&collected));
    assert!(!text(&collected).contains("WARNING"), "moto keeps the first: {}", text(&collected));
    let origin = life.vkey().split('+').next().expect("a name").to_owned();
    let cosigned = server.get(&format!("den/{origin}/cosigned"));
    assert!(cosigned.contains("loa-witness/"), "the answer is there: {cosigned}");
    // The next push brings the answer home, and sends only what is new.
    let life = life.days(3);
    write_log(&life, &folder);
    let way = Way::to(&server, None, false);
    let pushed = loa(dir.path(), way.port, &["push", "station", "--to", "s3://nhat-ky/den"]);
    assert!(pushed.status.success(), "{}", text(&pushed));
    let cosigned = std::fs::read_to_string(folder.join("airlog/cosigned")).expect("the answer came home");
    assert!(cosigned.contains("loa-witness/"));
    let sent = way.puts.load(Ordering::SeqCst);
    assert!((3..20).contains(&sent), "{sent} uploads for three days");
    let again = run(&words);
    assert!(again.status.success(), "{}", text(&again));
    let report =
        run(&["report", "s3://nhat-ky/kho", "--from", "2023-03-20", "--until", "2023-04-11", "--format", "csv"]);
    let report = String::from_utf8(report.stdout).expect("UTF-8");
    // 23 days of 16.
    assert!(report.contains("\r\nxa-mau,Đài mẫu (hư cấu),368,"), "{report}");
}

#[test]
fn an_upload_that_is_cut_goes_on_where_it_was() {
    let (server, dir) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let (life, _) = station(dir.path(), 60);
    let push = |port: u16| loa(dir.path(), port, &["push", "station", "--to", "s3://nhat-ky/den", "--patience", "1"]);
    let way = Way::to(&server, Some(30), false);
    let cut = push(way.port);
    let said = text(&cut);
    assert_eq!(cut.status.code(), Some(1), "{said}");
    assert!(said.contains("error: s3://nhat-ky/den cannot be used: "), "{said}");
    assert!(said.contains("hint: check the network"), "{said}");
    let origin = life.vkey().split('+').next().expect("a name").to_owned();
    let there = server.objects(&format!("den/{origin}"));
    assert!((10..40).contains(&there), "{there} objects had arrived");
    let head = server.get(&format!("den/{origin}/checkpoint"));
    assert!(head.starts_with("HTTP/1.1 404"), "no head before what it covers: {head}");
    let way = Way::to(&server, None, false);
    let resumed = push(way.port);
    assert!(resumed.status.success(), "{}", text(&resumed));
    let told = format!("{} entries", life.entries());
    assert!(text(&resumed).contains(&told), "{}", text(&resumed));
    let files: usize =
        text(&resumed).split(" new files").next().and_then(|t| t.rsplit(' ').next()?.parse().ok()).expect("a number");
    let all = server.objects(&format!("den/{origin}"));
    assert!(files + there <= all + 3, "{files} were new of {all}, {there} had been there");
}

#[test]
fn a_server_that_dies_or_is_not_there_gets_one_sentence() {
    let (mut server, dir) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let (_, _) = station(dir.path(), 3);
    let words = ["push", "station", "--to", "s3://nhat-ky/den", "--patience", "1"];
    assert!(loa(dir.path(), server.port, &words).status.success());
    server.child.kill().expect("it runs");
    server.child.wait().expect("it ran");
    for port in [server.port, 1] {
        let output = loa(dir.path(), port, &words);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        let errors = said.lines().filter(|line| line.starts_with("error:")).count();
        assert_eq!(errors, 1, "{said}");
        assert!(said.contains("hint: check the network and AWS_ENDPOINT_URL"), "{said}");
    }
    let server = Server::start();
    assert!(loa(dir.path(), server.port, &words).status.success(), "the next one takes it");
}

#[test]
fn a_store_that_lets_objects_be_overwritten_is_told_of() {
    let (server, dir) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let (life, _) = station(dir.path(), 2);
    let way = Way::to(&server, None, true);
    let enrolled = loa(dir.path(), way.port, &["enrol", &life.vkey(), "--store", "s3://nhat-ky/kho", "--yes"]);
    assert!(enrolled.status.success(), "{}", text(&enrolled));
    life.export(&dir.path().join("stick"));
    let words = ["collect", "stick", "--into", "s3://nhat-ky/kho", "--silent-days", "60000"];
    let collected = loa(dir.path(), way.port, &words);
    assert!(
        text(&collected).contains("WARNING: the store s3://nhat-ky/kho allows an object to be overwritten"),
        "{}",
        text(&collected)
    );
    // Through the straight way it keeps the first.
    let straight = loa(dir.path(), server.port, &words);
    assert!(!text(&straight).contains("WARNING"), "{}", text(&straight));
}

#[test]
fn what_is_no_store_is_a_clear_error() {
    let dir = tempfile::tempdir().expect("a folder");
    station(dir.path(), 1);
    let mut command = program::loa(dir.path());
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        command.env_remove(name);
    }
    command.current_dir(dir.path()).args(["push", "station", "--to", "s3://nhat-ky/den"]);
    let without = command.output().expect("the program starts");
    assert_eq!(without.status.code(), Some(2), "{}", text(&without));
    assert!(text(&without).contains("AWS_ACCESS_KEY_ID"), "{}", text(&without));
    let bad = loa(dir.path(), 1, &["push", "station", "--to", "s3:///x"]);
    assert_eq!(bad.status.code(), Some(2), "{}", text(&bad));
    let nowhere = loa(dir.path(), 1, &["push", "station"]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", text(&nowhere));
    // A folder needs no client.
    let folder = loa(dir.path(), 1, &["push", "station", "--to", "out"]);
    assert!(folder.status.success(), "{}", text(&folder));
    let mut storage = loa::airlog::storage::FolderStorage::new(dir.path().join("out"));
    assert!(storage.sync_created().is_ok());
}
