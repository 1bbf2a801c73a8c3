//! The station's page: who is let in, what it says, and what it does with hostile requests.
use std::io::Write;
use std::net::TcpStream;

use crate::daemon::Folder;
use crate::served_page::{ServedPage, link_in, path_of};

fn folder() -> Folder {
    Folder::new().segment("a", 1).write_playlist()
}

#[test]
fn a_link_of_the_stations_computer_lets_one_browser_in() {
    let folder = folder();
    let page = ServedPage::start(&folder);
    for path in ["/", "/nhat-ky", "/nhat-ky/in", "/api/v1/status"] {
        let answer = page.get(path, "");
        assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("loa page --open"), "{path}: {answer}");
        let answer = page.get(path, "Cookie: loa=../../etc/passwd\r\n");
        assert!(answer.starts_with("HTTP/1.1 401 "), "{path}: {answer}");
    }
    let browser = page.browser(&page.link);
    assert!(page.get("/", &browser).starts_with("HTTP/1.1 200 "));
    let answer = page.get(&path_of(&page.link), "");
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("was used already"), "{answer}");
    // A second command finds the page, and gives a link for another browser.
    let address = page.address.to_string();
    let output = folder.loa(&["page", "--listen", &address]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    let other = page.browser(&link_in(&text));
    assert!(other != browser && page.get("/", &other).starts_with("HTTP/1.1 200 "));
    // Whoever has opened the page once may look again after it was ended.
    drop(page);
    let page = ServedPage::start(&folder);
    assert!(page.get("/", &browser).starts_with("HTTP/1.1 200 "));
    let stored = std::fs::read_dir(folder.dir.path().join("state/loa/page/browsers"));
    assert_eq!(stored.map(Iterator::count).ok(), Some(2), "in the state folder, with the keys of the station");
}

#[test]
fn requests_from_elsewhere_get_nothing() {
    let folder = folder();
    let page = ServedPage::start(&folder);
    let browser = page.browser(&page.link);
    let address = page.address;
    for host in ["evil.example", &format!("evil.example:{}", address.port()), "127.0.0.1", "127.0.0.1:1"] {
        let answer = page.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n{browser}Connection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 421 "), "{host}: {answer}");
    }
    let answer = page.send(&format!("GET / HTTP/1.1\r\n{browser}Connection: close\r\n\r\n"));
    assert!(answer.starts_with("HTTP/1.1 421 "), "no host: {answer}");
    let answer =
        page.get("/api/v1/status", &format!("{browser}Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n"));
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n{browser}Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
        assert!(page.send(&request).starts_with("HTTP/1.1 405 "), "{method}");
    }
    for path in ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/mo/", "/mo/a/b", "/style.css/x"] {
        let answer = page.get(path, &browser);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
    for path in ["/", "/nowhere", "/style.css", "/healthz", "/mo/x"] {
        let answer = page.get(path, &browser).to_lowercase();
        for header in ["content-security-policy: default-src 'none'", "x-content-type-options: nosniff", "no-store"] {
            assert!(answer.contains(header), "{path} {header}: {answer}");
        }
        assert!(!answer.contains("<script>") && !answer.contains("access-control-allow"), "{path}: {answer}");
    }
    let long = "x".repeat(200_000);
    for request in [
        format!("GET /{long} HTTP/1.1\r\nHost: {address}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {address}\r\nX: {long}\r\n\r\n"),
        "\0\u{1}\u{2}garbage\r\n\r\n".to_owned(),
    ] {
        let answer = page.send(&request);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert!(page.get("/", &browser).starts_with("HTTP/1.1 200 "), "the page lives on");
}

#[test]
fn a_session_is_stopped_with_two_taps_and_only_by_the_page_itself() {
    let folder = Folder::new().segment("a", 120).segment("b", 5).session_after(2, "[\"a\", \"b\"]");
    let page = ServedPage::start(&folder);
    let browser = page.browser(&page.link);
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0, item 1");
    let today = page.get("/", &browser);
    assert!(today.contains("href=\"/bo-qua\"") && today.contains("href=\"/dung\""), "{today}");
    let question = page.get("/dung", &browser);
    assert!(question.contains("Its other items will not play") && question.contains("method=\"post\""), "{question}");
    let seen = question.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let seen = seen.unwrap_or_else(|| panic!("{question}")).to_owned();
    let form = format!("seen={}", seen.replace('@', "%40").replace('#', "%23").replace(':', "%3A"));
    let post = |path: &str, headers: &str, form: &str| {
        let head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\n{headers}Connection: close\r\n", page.address);
        let kind = "Content-Type: application/x-www-form-urlencoded";
        page.send(&format!("{head}{kind}\r\nContent-Length: {}\r\n\r\n{form}", form.len()))
    };
    let own = format!("Origin: http://{}\r\n", page.address);
    for (headers, code) in [
        (browser.clone(), 403),
        (format!("{browser}Origin: null\r\n"), 403),
        (format!("{browser}Origin: http://evil.example\r\n"), 403),
        (format!("{browser}{own}Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"), 403),
        (own.clone(), 401),
    ] {
        let answer = post("/dung", &headers, &form);
        assert!(answer.starts_with(&format!("HTTP/1.1 {code} ")), "{headers}: {answer}");
    }
    let own = format!("{browser}{own}");
    let answer = post("/dung", &own, &format!("seen={}", "x".repeat(9000)));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let answer = post("/bo-qua", &own, "seen=sang%402020-01-01T05%3A15%3A00%231");
    assert!(answer.contains("has gone on to another item meanwhile"), "it was another item: {answer}");
    // An airing that is being cut ends in a moment.
    let sounds_on = || {
        let status = page.get("/api/v1/status", &browser);
        status.contains("\"on_air\":{") && !status.contains("\"is_being_cut\":true")
    };
    assert!(sounds_on(), "nothing was ended so far");
    let answer = post("/dung", &own, &form);
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("role=\"status\""), "{answer}");
    daemon.wait_for("stopped by the operator");
    assert!(!sounds_on());
    let answer = post("/dung", &own, &form);
    assert!(answer.contains("There is nothing to end now"), "{answer}");
    // A note about the item that was cut goes into the log.
    let day = page.get("/nhat-ky", &browser);
    let link = day.split("href=\"/ghi-chu?").nth(1).and_then(|rest| rest.split('"').next());
    let link = format!("/ghi-chu?{}", link.unwrap_or_else(|| panic!("{day}")).replace("&amp;", "&"));
    let asked = page.get(&link, &browser);
    assert!(asked.contains("A note about “Mục ") && asked.contains("name=\"noi-dung\""), "{asked}");
    let note = format!("{}&noi-dung=Loa+th%C3%B4n+3+%3Cb%3E", link.trim_start_matches("/ghi-chu?"));
    assert!(post("/ghi-chu", &browser, &note).starts_with("HTTP/1.1 403 "), "only from the page itself");
    let answer = post("/ghi-chu", &own, &note);
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("is in the log"), "{answer}");
    let answer = post("/ghi-chu", &own, "muc=sang%402020-01-01T05%3A15%3A00%231&noi-dung=x");
    assert!(answer.starts_with("HTTP/1.1 200 ") && !answer.contains("is in the log"), "no such airing: {answer}");
    let log = String::from_utf8_lossy(&folder.loa(&["log"]).stdout).into_owned();
    assert!(log.contains("stopped by the operator") && log.contains("Loa thôn 3 <b>"), "{log}");
}

#[test]
fn browsers_that_send_nothing_do_not_keep_others_out() {
    let folder = folder();
    let page = ServedPage::start(&folder);
    let browser = page.browser(&page.link);
    let idle: Vec<TcpStream> = (0..100).filter_map(|_| TcpStream::connect(page.address).ok()).collect();
    assert!(idle.len() > 50);
    assert!(page.get("/", &browser).starts_with("HTTP/1.1 200 "));
    drop(idle);
}

#[test]
fn the_page_says_what_the_station_says_and_escapes_it() {
    let folder = Folder::new().segment("a", 1).session_after(3_000, "[\"a\"]");
    let settings = folder.station().join("station.toml");
    let text = std::fs::read_to_string(&settings).expect("read the file");
    let named = text.replace("[output]", "name = \"<script>alert('đài')</script>\"\n[output]");
    std::fs::write(&settings, named).expect("write the file");
    let page = ServedPage::start(&folder);
    let browser = page.browser(&page.link);
    let answer = page.get("/", &browser);
    assert!(answer.contains("The station is NOT RUNNING") && answer.contains("banner critical"), "{answer}");
    assert!(answer.contains("&lt;script&gt;alert('đài')&lt;/script&gt;") && !answer.contains("<script>"), "{answer}");
    assert!(page.get("/healthz", "").starts_with("HTTP/1.1 503 "));
    assert!(page.get("/api/v1/status", &browser).starts_with("HTTP/1.1 503 "));
    let daemon = folder.run();
    let answer = page.get("/", &browser);
    assert!(answer.contains("The station's time: ") && !answer.contains("NOT RUNNING"), "{answer}");
    let status = page.get("/api/v1/status", &browser);
    let (head, body) = status.split_once("\r\n\r\n").expect("the answer has a body");
    let status: serde_json::Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{head}\n{body}"));
    assert_eq!(status["station"], "thu");
    // What `loa status` says, the page says too.
    let said = String::from_utf8_lossy(&folder.loa(&["status"]).stdout).into_owned();
    let next = said.lines().find(|line| line.contains("buoi-0")).unwrap_or_else(|| panic!("{said}"));
    let session = next.split('“').nth(1).and_then(|rest| rest.split('”').next()).unwrap_or("buoi-0").to_owned();
    assert!(answer.contains(&session), "{session}: {answer}");
    assert!(answer.contains("href=\"/nhat-ky#buoi-0\"") && answer.contains("To come</strong>"), "{answer}");
    // The script gets the same parts as the screen has.
    assert!(answer.contains("<script src=\"/trang.js\">") && page.get("/trang.js", "").contains("\"use strict\""));
    let parts = page.get("/hom-nay", &browser);
    for part in ["gio", "bang", "lenh", "tinh-trang", "ngay"] {
        let mark = format!("data-part=\"{part}\"");
        assert!(answer.contains(&mark) && parts.contains(&mark), "{part}: {parts}");
    }
    assert!(!parts.contains("<html") && page.get("/hom-nay", "").starts_with("HTTP/1.1 401 "), "{parts}");
    let day = page.get("/nhat-ky", &browser);
    assert!(day.starts_with("HTTP/1.1 200 ") && day.contains("type=\"date\""), "{day}");
    assert!(day.contains("id=\"buoi-0\"") && day.contains("Mục a: ") && day.contains("1 item"), "{day}");
    let day = page.get("/nhat-ky?ngay=2020-01-01", &browser);
    assert!(day.contains("2020-01-01: not known yet") && day.contains("/nhat-ky?ngay=2019-12-31"), "{day}");
    for bad in ["x", "2020-02-30", "2020-01-01%27", "<b>"] {
        let answer = page.get(&format!("/nhat-ky?ngay={bad}"), &browser);
        assert!(answer.starts_with("HTTP/1.1 400 ") && !answer.contains("<b>"), "{bad}: {answer}");
    }
    let month = page.get("/nhat-ky/thang", &browser);
    assert!(month.contains("1 session still to come") && month.contains("class=\"day\""), "{month}");
    for (month, days) in [("2023-02", 28), ("2024-02-10", 29), ("x", 28)] {
        let shown = page.get(&format!("/nhat-ky/thang?thang={month}"), &browser).matches("class=\"day\"").count();
        assert!(shown >= days, "{month}: {shown}");
    }
    let pdf = page.get("/nhat-ky/thang.pdf", &browser);
    assert!(
        pdf.starts_with("HTTP/1.1 200 ") && pdf.contains("application/pdf") && pdf.contains("%PDF"),
        "{}",
        &pdf[..300]
    );
    let printed = page.get("/nhat-ky/in", &browser);
    assert!(printed.starts_with("HTTP/1.1 200 ") && printed.contains("style-src 'unsafe-inline'"), "{printed}");
    drop(daemon);
}

#[test]
fn the_page_is_served_on_this_computer_only() {
    let folder = folder();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let output = folder.loa(&["page", "--listen", address]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && text.contains("is not an address of this computer alone"), "{text}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bind the socket");
    let address = taken.local_addr().expect("read the port").to_string();
    let other = std::thread::spawn(move || {
        let (mut stream, _) = taken.accept().expect("accept the connection");
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    let output = folder.loa(&["page", "--listen", &address]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && text.contains("is used by another program"), "{text}");
    other.join().expect("the thread ends");
}

/// Opens a socket as systemd does, and becomes `loa page` with it as descriptor 3.
const SERVICE_MANAGER: &str = r#"
import os, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[1], sys.argv[1:])
"#;

#[test]
fn a_service_manager_can_open_the_address() {
    use std::io::BufRead;
    let folder = folder();
    let loa = folder.command(&["page"]);
    let mut python = std::process::Command::new(crate::foreign::python_program());
    python.args(["-c", SERVICE_MANAGER]).arg(loa.get_program()).args(loa.get_args());
    python.envs(loa.get_envs().filter_map(|(name, value)| Some((name, value?))));
    python.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let mut child = crate::sink::Process(python.spawn().expect("python starts"));
    let mut port = String::new();
    let output = child.0.stdout.take().expect("the output is piped");
    std::io::BufReader::new(output).read_line(&mut port).expect("read the port");
    let address = format!("127.0.0.1:{}", port.trim());
    let printed = folder.loa(&["page", "--listen", &address]);
    let text = String::from_utf8_lossy(&printed.stdout).into_owned();
    assert!(printed.status.success() && link_in(&text).contains(&address), "{text}");
}
