//! A page that is served for a station, and a browser in a few lines: no HTTP client is among the test dependencies.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::ops::Deref;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::daemon::Folder;

/// A page that is served for a station.
pub struct ServedPage {
    child: Child,
    /// A browser of the station's computer.
    here: Visitor,
    /// The link that lets one browser in.
    pub link: String,
}

impl ServedPage {
    /// Serves the page, in English, on a free port.
    pub fn start(folder: &Folder) -> Self {
        Self::start_command(&mut folder.command(&["page", "--listen", "127.0.0.1:0"]))
    }

    /// Serves the page with this command.
    pub fn start_command(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("loa starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("the output is piped")).read_line(&mut line).expect("read the link");
        let link = link_in(&line);
        let address = link.trim_start_matches("http://").split('/').next().and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("{line}"));
        Self { child, here: Visitor { address }, link }
    }

    /// A browser that reaches the page at another address of this computer.
    pub fn in_network(&self, ip: IpAddr) -> Visitor {
        Visitor { address: SocketAddr::new(ip, self.here.address.port()) }
    }
}

impl Deref for ServedPage {
    type Target = Visitor;
    fn deref(&self) -> &Visitor {
        &self.here
    }
}

/// A browser.
pub struct Visitor {
    /// The address at which it reaches the page.
    pub address: SocketAddr,
}

impl Visitor {
    /// Sends a request, and returns the whole answer.
    pub fn send(&self, request: &str) -> String {
        self.send_bytes(request.as_bytes())
    }

    fn send_bytes(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).expect("connect to the page");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set the limit");
        // The page may refuse the request before it has read all of it.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks for a screen. `headers` are whole lines.
    pub fn get(&self, path: &str, headers: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}Connection: close\r\n\r\n", self.address))
    }

    /// Sends a form or another body from the page itself. Returns the whole answer.
    pub fn post(&self, path: &str, browser: &str, kind: &str, body: &[u8]) -> String {
        let (host, length) = (self.address, body.len());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{browser}Connection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        );
        self.send_bytes(&[head.as_bytes(), body].concat())
    }

    /// Sends a form, as a browser encodes it.
    pub fn post_form(&self, path: &str, browser: &str, fields: &[(&str, &str)]) -> String {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.post(path, browser, "application/x-www-form-urlencoded", pairs.join("&").as_bytes())
    }

    /// Opens a link, and returns the header with the browser's cookie.
    pub fn browser(&self, link: &str) -> String {
        let answer = self.get(&path_of(link), "");
        assert!(answer.starts_with("HTTP/1.1 303 ") && answer.contains("location: /\r\n"), "{answer}");
        let cookie =
            answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("the answer has a cookie");
        assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
        format!("Cookie: other=1; {}\r\n", cookie.split(';').next().expect("the cookie has a value"))
    }
}

impl Drop for ServedPage {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The link in what `loa page` prints.
pub fn link_in(text: &str) -> String {
    let start = text.find("http://").unwrap_or_else(|| panic!("no link: {text}"));
    text[start..].split_whitespace().next().unwrap_or_default().to_owned()
}

/// The path of a link.
pub fn path_of(link: &str) -> String {
    format!("/{}", link.trim_start_matches("http://").split_once('/').expect("the link has a path").1)
}

/// The path to which an answer sends the browser.
pub fn location(answer: &str) -> String {
    let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
    location.unwrap_or_else(|| panic!("no redirect: {answer}")).to_owned()
}

/// Encodes a value for a form (RFC 3986, section 2.1).
fn encoded(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value.bytes().map(|b| if is_plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
