//! Telephones in the office's network: how they are paired, what they may, and what waits for the station's computer.
use std::fs;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use crate::daemon::{Folder, write_wav};
use crate::served_page::{ServedPage, Visitor, location};

/// An address of this machine in a network, which a telephone would use. Nothing is sent.
fn network_address() -> IpAddr {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("bind a socket");
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).expect("this test needs a network interface");
    socket.local_addr().expect("read the address").ip()
}

/// A station whose page telephones can reach.
fn station(network: &str) -> Folder {
    let folder = Folder::new().segment("a", 60);
    let session = "[[session]]\nid = \"sang\"\nat = \"05:15\"\nplay = [\"a\"]\n";
    folder.write(&format!("{}{session}", folder.playlist()));
    let settings = folder.station().join("station.toml");
    let text = fs::read_to_string(&settings).expect("read the file");
    fs::write(&settings, format!("{text}[page]\nnetwork = \"{network}\"\n")).expect("write the file");
    folder
}

/// A station whose page telephones can reach, a browser of its computer, and a paired telephone.
struct Office {
    folder: Folder,
    page: ServedPage,
    browser: String,
    phone: Visitor,
    cookie: String,
}

fn cookie_of(answer: &str) -> String {
    let cookie =
        answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("{answer}"));
    assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    format!("Cookie: {}\r\n", cookie.split(';').next().unwrap_or_default())
}

impl Office {
    fn new() -> Self {
        let folder = station("http");
        let page = ServedPage::start_command(&mut folder.command(&["page", "--listen", "0.0.0.0:0"]));
        let browser = page.browser(&page.link);
        let phone = page.in_network(network_address());
        let shown = page.post_form("/dien-thoai/ghep", &browser, &[]);
        let link = shown.split(&format!("http://{}/ghep/", phone.address)).nth(1).unwrap_or_else(|| panic!("{shown}"));
        let pairing = format!("/ghep/{}", link.split('<').next().unwrap_or_default());
        assert!(shown.contains("<svg class=\"qr\""), "{shown}");
        // Looking at the address does not use it up; the form does.
        for _ in 0..2 {
            assert!(phone.get(&pairing, "").contains("Whose telephone is it?"));
        }
        let answer = phone.post_form(&pairing, "", &[("ten", "Máy <b>trực</b>")]);
        assert_eq!(location(&answer), "/");
        let cookie = cookie_of(&answer);
        let again = phone.post_form(&pairing, "", &[("ten", "x")]);
        assert!(again.starts_with("HTTP/1.1 401 ") && again.contains("was used already"), "{again}");
        Self { folder, page, browser, phone, cookie }
    }

    fn playlist(&self) -> String {
        fs::read_to_string(self.folder.station().join("playlists/thu.toml")).expect("read the playlist")
    }

    /// Answers the only order that waits.
    fn answer(&self, is_yes: bool) {
        let waiting = self.page.get("/xin-phep", &self.browser);
        let number = waiting.split("name=\"so\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let number = number.unwrap_or_else(|| panic!("{waiting}"));
        let fields: &[(&str, &str)] = if is_yes { &[("so", number), ("co", "1")] } else { &[("so", number)] };
        assert_eq!(location(&self.page.post_form("/xin-phep", &self.browser, fields)), "/xin-phep");
    }
}

#[test]
fn a_telephone_prepares_a_recording_and_the_stations_computer_says_yes() {
    let office = Office::new();
    let (phone, cookie) = (&office.phone, office.cookie.as_str());
    let before = office.playlist();
    let path = office.folder.dir.path().join("sound.wav");
    write_wav(&path, 2);
    let sound = fs::read(&path).expect("read the file");
    let head = "--x\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"tin.wav\"\r\n\r\n";
    let body = [head.as_bytes(), &sound, b"\r\n--x--\r\n"].concat();
    let draft = location(&phone.post("/them-tin/gui", cookie, "multipart/form-data; boundary=x", &body));
    while phone.get(&draft, cookie).contains("Examining the file") {}
    phone.post_form(&format!("{draft}/ten"), cookie, &[("ten", "Tin mới")]);
    phone.post_form(&format!("{draft}/khi-nao"), cookie, &[("cach", "cat-kho")]);
    let preview = phone.get(&format!("{draft}/xem-truoc"), cookie);
    let schedule = preview.split("name=\"lich\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let save = || phone.post_form(&format!("{draft}/luu"), cookie, &[("lich", schedule.unwrap_or_default())]);
    let waits = location(&save());
    assert!(waits.starts_with("/xin-phep/") && location(&save()) == waits, "two taps are one order");
    assert!(phone.get(&waits, cookie).contains("Waiting until somebody") && office.playlist() == before);
    let today = office.page.get("/", &office.browser);
    assert!(
        today.contains("Máy &lt;b&gt;trực&lt;/b&gt;") && today.contains("to save a new recording, “Tin mới”"),
        "{today}"
    );
    // The telephone cannot answer for the station's computer.
    for (path, fields) in [("/xin-phep", &[("so", "1"), ("co", "1")][..]), ("/dien-thoai/ghep", &[])] {
        phone.post_form(path, cookie, fields);
    }
    assert_eq!(office.playlist(), before);
    office.answer(true);
    assert_eq!(location(&phone.get(&waits, cookie)), format!("{draft}/xong"));
    assert!(office.playlist().contains("title = \"Tin mới\""), "{}", office.playlist());
    // A no, and nobody else sees or repeats it.
    let waits = location(&phone.post_form("/kho-tin/bo", cookie, &[("muc", "a")]));
    office.answer(false);
    assert!(phone.get(&waits, cookie).contains("said no") && office.playlist().contains("id = \"a\""));
    assert!(office.page.get(&waits, &office.browser).contains("Nobody answered"));
}

#[test]
fn what_a_telephone_orders_is_in_the_log_with_its_code() {
    let office = Office::new();
    let (phone, cookie) = (&office.phone, office.cookie.as_str());
    let daemon = office.folder.run();
    let waits = location(&phone.post_form("/kho-tin/phat", cookie, &[("muc", "a")]));
    office.answer(true);
    daemon.wait_for("Started `Mục a`");
    assert!(phone.get(&waits, cookie).contains("role=\"status\""));
    // Silence may be ordered at once.
    let question = phone.get("/dung", cookie);
    let seen = question.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    phone.post_form("/dung", cookie, &[("seen", seen.unwrap_or_default())]);
    daemon.wait_for("stopped by the operator");
    let own = office.page.get("/dien-thoai", &office.browser);
    let code =
        own.split("</strong> · ").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_else(|| panic!("{own}"));
    let log = fs::read_to_string(office.folder.station().join("airlog/log.jsonl")).expect("read the log");
    let orders: Vec<&str> = log.lines().filter(|line| line.contains("\"type\":\"operator\"")).collect();
    assert_eq!(orders.len(), 2, "{log}");
    assert!(orders.iter().all(|line| line.contains(&format!("\"via\":\"phone:{code}\""))), "{orders:#?}");
    let verified = office.folder.loa(&["verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[test]
fn the_rights_of_the_stations_computer_count_nowhere_else() {
    let office = Office::new();
    let (phone, cookie) = (&office.phone, office.cookie.as_str());
    assert!(phone.get("/", cookie).starts_with("HTTP/1.1 200 "));
    assert!(phone.get("/", "").starts_with("HTTP/1.1 401 "));
    assert!(phone.get("/", &office.browser).starts_with("HTTP/1.1 401 "), "a stolen cookie of the station's computer");
    let output = office.folder.loa(&["page", "--listen", &format!("0.0.0.0:{}", phone.address.port())]);
    let link = crate::served_page::link_in(&String::from_utf8_lossy(&output.stdout));
    let path = crate::served_page::path_of(&link);
    assert!(phone.get(&path, "").starts_with("HTTP/1.1 401 "), "a link works at the station's computer only");
    assert!(office.page.get(&path, "").starts_with("HTTP/1.1 303 "));
    let address = phone.address;
    for host in ["evil.example", &format!("evil.example:{}", address.port()), &format!("localhost:{}", address.port())]
    {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\n{cookie}Connection: close\r\n\r\n");
        assert!(phone.send(&request).starts_with("HTTP/1.1 421 "), "{host}");
    }
    for pairing in ["/ghep/x", "/ghep/..", &format!("/ghep/{}", "a".repeat(100))] {
        assert!(phone.get(pairing, "").starts_with("HTTP/1.1 401 "), "{pairing}");
        assert!(phone.post_form(pairing, "", &[("ten", "x")]).starts_with("HTTP/1.1 401 "), "{pairing}");
    }
    // A telephone that is lost.
    let shown = office.page.get("/dien-thoai", &office.browser);
    let key = shown.split("name=\"may\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    phone.post_form("/dien-thoai/bo", cookie, &[("may", key)]);
    assert!(phone.get("/", cookie).starts_with("HTTP/1.1 200 "), "it cannot remove itself or others");
    office.page.post_form("/dien-thoai/bo", &office.browser, &[("may", key)]);
    assert!(phone.get("/", cookie).starts_with("HTTP/1.1 401 "));
}

/// Pairs over TLS as a telephone does, orders a segment, and prints what it got. Python's ssl shares no code with rustls.
const TELEPHONE: &str = r#"
import hashlib, http.client, ssl, sys, urllib.parse
host, pairing = sys.argv[1:]
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
def ask(method, path, fields=None, cookie=None):
    connection = http.client.HTTPSConnection(host, context=context, timeout=30)
    headers = {"Origin": f"https://{host}", "Content-Type": "application/x-www-form-urlencoded"}
    if cookie:
        headers["Cookie"] = cookie
    connection.request(method, path, urllib.parse.urlencode(fields or {}), headers)
    certificate = connection.sock.getpeercert(True)
    answer = connection.getresponse()
    return answer, answer.read().decode(), hashlib.sha256(certificate).hexdigest()
answer, page, fingerprint = ask("GET", pairing)
print("certificate", fingerprint, answer.status)
answer, page, _ = ask("POST", pairing, {"ten": "Máy trực"})
cookie = answer.getheader("set-cookie")
print("paired", answer.status, "Secure" in cookie)
answer, page, _ = ask("POST", "/kho-tin/bo", {"muc": "a"}, cookie.split(";")[0])
print("removed", answer.status, "id" in page)
answer, page, _ = ask("GET", "/", None, cookie.split(";")[0])
print("today", answer.status)
"#;

#[test]
fn over_tls_a_telephone_orders_at_once_and_sees_the_certificate_of_the_pairing_screen() {
    let folder = station("tls");
    let second = "[[segment]]\nid = \"b\"\ntitle = \"Mục b\"\nfile = \"a.wav\"\n";
    let playlist = fs::read_to_string(folder.station().join("playlists/thu.toml")).expect("read the playlist");
    folder.write(&format!("{second}{}", playlist.replace("play = [\"a\"]", "play = [\"a\", \"b\"]")));
    let page = ServedPage::start_command(&mut folder.command(&["page", "--listen", "0.0.0.0:0"]));
    let browser = page.browser(&page.link);
    let phone = page.in_network(network_address());
    let shown = page.post_form("/dien-thoai/ghep", &browser, &[]);
    let link = shown.split(&format!("https://{}", phone.address)).nth(1).and_then(|rest| rest.split('<').next());
    let link = link.unwrap_or_else(|| panic!("{shown}"));
    let fingerprint = shown.split("class=\"address\">").nth(2).and_then(|rest| rest.split('<').next());
    let fingerprint = fingerprint.unwrap_or_else(|| panic!("{shown}")).replace(':', "").to_lowercase();
    let mut python = std::process::Command::new(crate::foreign::python_program());
    python.args(["-c", TELEPHONE, &phone.address.to_string(), link]).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = python.output().expect("python starts");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        printed.contains(&format!("certificate {fingerprint} 200")),
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(printed.contains("paired 303 True") && printed.contains("today 200"), "{printed}");
    assert!(printed.contains("removed 200"), "{printed}");
    let after = fs::read_to_string(folder.station().join("playlists/thu.toml")).expect("read the playlist");
    assert!(!after.contains("id = \"a\"") && after.contains("id = \"b\""), "without asking at the station: {after}");
    // Plain HTTP gets nothing from the network, and the station's own browser needs no TLS.
    assert!(!phone.get("/", "").contains("HTTP/"), "a TLS alert at most");
    assert!(page.get("/", &browser).starts_with("HTTP/1.1 200 "));
    let key = folder.dir.path().join("state/loa/page/tls/key.der");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(key).expect("the key is there").permissions());
    assert_eq!(mode & 0o777, 0o600);
}
