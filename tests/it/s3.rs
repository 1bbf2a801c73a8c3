//! Object stores: a real S3 API (moto's server), reached through a proxy that can break connections and remove a
//! header.
mod store;

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
use crate::province::maker::SimulatedStation;

/// moto's server with one bucket.
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
            if server.create_bucket() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("moto's server does not answer");
    }

    fn create_bucket(&self) -> bool {
        self.request("PUT", "/nhat-ky").is_some_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }

    fn request(&self, method: &str, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        // moto reads the name of the key, but does not verify the signature.
        let authorization =
            "AWS4-HMAC-SHA256 Credential=test/20230101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
        let header = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization}\r\n");
        write!(stream, "{header}Content-Length: 0\r\nConnection: close\r\n\r\n").ok()?;
        let mut response = Vec::new();
        stream.read_to_end(&mut response).ok()?;
        Some(String::from_utf8_lossy(&response).into_owned())
    }

    /// The number of objects with this prefix.
    fn object_count(&self, prefix: &str) -> usize {
        let listing =
            self.request("GET", &format!("/nhat-ky?list-type=2&max-keys=1000&prefix={prefix}")).unwrap_or_default();
        listing.matches("<Key>").count()
    }

    fn get(&self, key: &str) -> String {
        self.request("GET", &format!("/nhat-ky/{key}")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind the socket");
    listener.local_addr().expect("read the port").port()
}

/// A proxy to the server. It counts uploads, can break all connections after `max_puts` uploads, and can remove the
/// header `If-None-Match`.
struct Proxy {
    port: u16,
    put_count: Arc<AtomicUsize>,
}

impl Proxy {
    fn start(server: &Server, max_puts: Option<usize>, removes_header: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bind the socket");
        let port = listener.local_addr().expect("read the port").port();
        let (put_count, is_open) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
        let server_port = server.port;
        let (thread_put_count, thread_is_open) = (put_count.clone(), is_open);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if !thread_is_open.load(Ordering::SeqCst) {
                    continue;
                }
                let (thread_put_count, thread_is_open) = (thread_put_count.clone(), thread_is_open.clone());
                std::thread::spawn(move || {
                    forward(&stream, server_port, &thread_put_count, &thread_is_open, max_puts, removes_header)
                });
            }
        });
        Self { port, put_count }
    }
}

/// Forwards one connection. Looks for `PUT` and `If-None-Match` in each block that the client sends.
fn forward(
    client: &TcpStream,
    server_port: u16,
    put_count: &AtomicUsize,
    is_open: &AtomicBool,
    max_puts: Option<usize>,
    removes_header: bool,
) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server_port)) else { return };
    let (Ok(mut to_client), Ok(mut from_server)) = (client.try_clone(), server.try_clone()) else { return };
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(std::net::Shutdown::Both);
    });
    let (mut client_reader, mut server_writer) = (client, &server);
    let mut block = vec![0; 1 << 16];
    while let Ok(n) = client_reader.read(&mut block) {
        if n == 0 || !is_open.load(Ordering::SeqCst) {
            break;
        }
        if block.starts_with(b"PUT ") {
            let count = put_count.fetch_add(1, Ordering::SeqCst) + 1;
            if max_puts.is_some_and(|limit| count > limit) {
                is_open.store(false, Ordering::SeqCst);
                break;
            }
        }
        if removes_header {
            let position = block[..n].windows(13).position(|w| w.eq_ignore_ascii_case(b"if-none-match"));
            if let Some(position) = position {
                block[position..position + 2].copy_from_slice(b"xx");
            }
        }
        if server_writer.write_all(&block[..n]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(std::net::Shutdown::Both);
    let _ = server.shutdown(std::net::Shutdown::Both);
}

fn loa(dir: &Path, port: u16, arguments: &[&str]) -> Output {
    let mut command = program::loa(dir);
    command.args(arguments).current_dir(dir).env("LC_ALL", "C");
    command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")).env("AWS_REGION", "us-east-1");
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.output().expect("the program starts")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Writes a station folder whose log covers this number of days. Returns the station and the folder.
fn write_station(dir: &Path, days: i64) -> (SimulatedStation, std::path::PathBuf) {
    let first_date = NaiveDate::from_ymd_opt(2023, 3, 20).expect("the date is valid");
    let station = SimulatedStation::begin("xa-mau", "Đài mẫu (hư cấu)", first_date, 5).days(days);
    let folder = dir.join("station");
    write_log(&station, &folder);
    (station, folder)
}

fn write_log(station: &SimulatedStation, folder: &Path) {
    for name in station.disk().names() {
        let path = folder.join("airlog").join(&name);
        std::fs::create_dir_all(path.parent().expect("the path has a parent")).expect("make the folder");
        std::fs::write(path, station.disk().bytes(&name)).expect("write the file");
    }
    std::fs::write(folder.join("station.toml"), "[station]\nid = \"xa-mau\"\nlanguage = \"en\"\n")
        .expect("write the file");
}

#[test]
fn a_log_is_pushed_and_its_countersignature_comes_back() {
    let (server, dir) = (Server::start(), tempfile::tempdir().expect("make a temporary folder"));
    let (station, folder) = write_station(dir.path(), 20);
    let port = server.port;
    let run_loa = |arguments: &[&str]| loa(dir.path(), port, arguments);
    let push = run_loa(&["push", "station", "--to", "s3://nhat-ky/den"]);
    assert!(push.status.success(), "{}", printed(&push));
    let enrolment = run_loa(&["enrol", &station.vkey(), "--store", "s3://nhat-ky/kho", "--yes"]);
    assert!(enrolment.status.success(), "{}", printed(&enrolment));
    let collect_arguments = ["collect", "s3://nhat-ky/den", "--into", "s3://nhat-ky/kho", "--silent-days", "60000"];
    let collection = run_loa(&collect_arguments);
    assert!(collection.status.success(), "{}", printed(&collection));
    assert!(
        !printed(&collection).contains("WARNING"),
        "no warning, because moto refuses to overwrite: {}",
        printed(&collection)
    );
    let origin = station.vkey().split('+').next().expect("find a name").to_owned();
    let cosigned = server.get(&format!("den/{origin}/cosigned"));
    assert!(cosigned.contains("loa-witness/"), "the countersignature is there: {cosigned}");
    // The next push fetches the countersignature, and sends only new entries.
    let station = station.days(3);
    write_log(&station, &folder);
    let proxy = Proxy::start(&server, None, false);
    let push = loa(dir.path(), proxy.port, &["push", "station", "--to", "s3://nhat-ky/den"]);
    assert!(push.status.success(), "{}", printed(&push));
    let cosigned = std::fs::read_to_string(folder.join("airlog/cosigned")).expect("read the countersignature");
    assert!(cosigned.contains("loa-witness/"));
    let upload_count = proxy.put_count.load(Ordering::SeqCst);
    assert!((3..20).contains(&upload_count), "{upload_count} uploads for three days");
    let second_collection = run_loa(&collect_arguments);
    assert!(second_collection.status.success(), "{}", printed(&second_collection));
    let report =
        run_loa(&["report", "s3://nhat-ky/kho", "--from", "2023-03-20", "--until", "2023-04-11", "--format", "csv"]);
    let report = String::from_utf8(report.stdout).expect("the text is UTF-8");
    // 23 days with 16 airings each.
    assert!(report.contains("\r\nxa-mau,Đài mẫu (hư cấu),368,"), "{report}");
}

#[test]
fn an_interrupted_push_continues_where_it_stopped() {
    let (server, dir) = (Server::start(), tempfile::tempdir().expect("make a temporary folder"));
    let (station, _) = write_station(dir.path(), 60);
    let push = |port: u16| loa(dir.path(), port, &["push", "station", "--to", "s3://nhat-ky/den", "--patience", "1"]);
    let proxy = Proxy::start(&server, Some(30), false);
    let interrupted_push = push(proxy.port);
    let text = printed(&interrupted_push);
    assert_eq!(interrupted_push.status.code(), Some(1), "{text}");
    assert!(text.contains("error: s3://nhat-ky/den cannot be used: "), "{text}");
    assert!(text.contains("hint: check the network"), "{text}");
    let origin = station.vkey().split('+').next().expect("find a name").to_owned();
    let object_count = server.object_count(&format!("den/{origin}"));
    assert!((10..40).contains(&object_count), "{object_count} objects were uploaded");
    let head = server.get(&format!("den/{origin}/checkpoint"));
    assert!(head.starts_with("HTTP/1.1 404"), "the head is uploaded last: {head}");
    let proxy = Proxy::start(&server, None, false);
    let second_push = push(proxy.port);
    assert!(second_push.status.success(), "{}", printed(&second_push));
    let expected_entries = format!("{} entries", station.entries());
    assert!(printed(&second_push).contains(&expected_entries), "{}", printed(&second_push));
    let report = printed(&second_push);
    let words: Vec<&str> = report.split_whitespace().collect();
    // The report says "1 file new there", or "12 files new there".
    let new_file_count = words.windows(3).find(|words| words[1].starts_with("file") && words[2] == "new");
    let new_file_count: usize =
        new_file_count.and_then(|words| words[0].parse().ok()).expect("find the number of new files");
    let total_count = server.object_count(&format!("den/{origin}"));
    assert!(
        new_file_count + object_count <= total_count + 3,
        "{new_file_count} of {total_count} files were new, {object_count} were there before"
    );
}

#[test]
fn a_dead_or_missing_server_causes_exactly_one_error() {
    let (mut server, dir) = (Server::start(), tempfile::tempdir().expect("make a temporary folder"));
    write_station(dir.path(), 3);
    let arguments = ["push", "station", "--to", "s3://nhat-ky/den", "--patience", "1"];
    assert!(loa(dir.path(), server.port, &arguments).status.success());
    server.child.kill().expect("kill the process");
    server.child.wait().expect("wait for the process");
    for port in [server.port, 1] {
        let output = loa(dir.path(), port, &arguments);
        let text = printed(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        let error_count = text.lines().filter(|line| line.starts_with("error:")).count();
        assert_eq!(error_count, 1, "{text}");
        assert!(text.contains("hint: check the network and AWS_ENDPOINT_URL"), "{text}");
    }
    let server = Server::start();
    assert!(loa(dir.path(), server.port, &arguments).status.success(), "a new server accepts the log");
}

#[test]
fn a_store_that_allows_overwriting_gives_a_warning() {
    let (server, dir) = (Server::start(), tempfile::tempdir().expect("make a temporary folder"));
    let (station, _) = write_station(dir.path(), 2);
    let proxy = Proxy::start(&server, None, true);
    let enrolment = loa(dir.path(), proxy.port, &["enrol", &station.vkey(), "--store", "s3://nhat-ky/kho", "--yes"]);
    assert!(enrolment.status.success(), "{}", printed(&enrolment));
    station.export(&dir.path().join("stick"));
    let arguments = ["collect", "stick", "--into", "s3://nhat-ky/kho", "--silent-days", "60000"];
    let collection = loa(dir.path(), proxy.port, &arguments);
    assert!(
        printed(&collection).contains("WARNING: the store s3://nhat-ky/kho allows an object to be overwritten"),
        "{}",
        printed(&collection)
    );
    // Without the proxy, the store does not overwrite.
    let direct_collection = loa(dir.path(), server.port, &arguments);
    assert!(!printed(&direct_collection).contains("WARNING"), "{}", printed(&direct_collection));
}

#[test]
fn a_missing_key_or_bad_url_is_a_usage_error() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    write_station(dir.path(), 1);
    let mut command = program::loa(dir.path());
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        command.env_remove(name);
    }
    command.current_dir(dir.path()).args(["push", "station", "--to", "s3://nhat-ky/den"]);
    let push_without_key = command.output().expect("the program starts");
    assert_eq!(push_without_key.status.code(), Some(2), "{}", printed(&push_without_key));
    assert!(printed(&push_without_key).contains("AWS_ACCESS_KEY_ID"), "{}", printed(&push_without_key));
    let push_to_bad_url = loa(dir.path(), 1, &["push", "station", "--to", "s3:///x"]);
    assert_eq!(push_to_bad_url.status.code(), Some(2), "{}", printed(&push_to_bad_url));
    let push_without_target = loa(dir.path(), 1, &["push", "station"]);
    assert_eq!(push_without_target.status.code(), Some(2), "{}", printed(&push_without_target));
    // A push to a folder needs no S3 client.
    let folder_push = loa(dir.path(), 1, &["push", "station", "--to", "out"]);
    assert!(folder_push.status.success(), "{}", printed(&folder_push));
    let mut storage = loa::airlog::storage::FolderStorage::new(dir.path().join("out"));
    assert!(storage.sync_created().is_ok());
}
