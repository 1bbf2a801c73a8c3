//! Which requests the page answers. Other pages in the browser, and names that an attacker's name server points at this
//! machine (DNS rebinding), get nothing.
use std::net::SocketAddr;

/// The name of the cookie of a browser that may look.
pub(super) const COOKIE: &str = "loa";

/// The headers of every answer: nothing but the page's own style and script, no frame, and nothing is kept in a cache.
pub(super) const ANSWER_HEADERS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    // Not `no-referrer`: with it, browsers send `Origin: null` with the page's own forms.
    ("referrer-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// The content security policy of a page of the log book, whose style is in it.
pub(super) const BOOK_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

/// Returns true if a `Host` header names this machine and the port of the page. `address` is the address to which the
/// browser has connected: a telephone must name it in numbers, so that no foreign name that points here is answered.
pub(super) fn is_own_host(host: Option<&str>, address: SocketAddr) -> bool {
    let Some(host) = host else { return false };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
        _ => (host, Some(80)),
    };
    let is_loopback_name = ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| own.eq_ignore_ascii_case(name));
    let ip = address.ip().to_canonical();
    let is_own_name = match ip.is_loopback() {
        true => is_loopback_name,
        false => name.trim_start_matches('[').trim_end_matches(']').parse() == Ok(ip),
    };
    is_own_name && port == Some(address.port())
}

/// Returns true if the browser says that another page, or a program that is no page, has sent the request. Following a
/// link and typing the address are fine (Fetch Metadata, W3C).
pub(super) fn is_from_elsewhere(fetch_site: Option<&str>, fetch_mode: Option<&str>) -> bool {
    match fetch_site {
        None | Some("same-origin" | "none") => false,
        Some(_) => fetch_mode != Some("navigate"),
    }
}

/// Returns true if a form was sent by the page itself. Browsers name the sender of every `POST` in `Origin`.
pub(super) fn is_own_form(origin: Option<&str>, host: Option<&str>, is_encrypted: bool) -> bool {
    let scheme = if is_encrypted { "https://" } else { "http://" };
    origin.and_then(|origin| origin.strip_prefix(scheme)).is_some_and(|sender| Some(sender) == host)
}

/// Returns the value of the page's cookie in a `Cookie` header (RFC 6265, section 4.2.1).
pub(super) fn cookie_in(header: &str) -> Option<&str> {
    header.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE).map(|(_, v)| v)
}

/// Returns the `Set-Cookie` header of a browser that may look: scripts cannot read it, other sites cannot use it.
/// An encrypted one never goes over a plain connection.
pub(super) fn set_cookie(value: &str, is_encrypted: bool) -> String {
    let secure = if is_encrypted { "; Secure" } else { "" };
    // 400 days, the longest time that browsers allow.
    format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_this_machine_are_answered() {
        let address: SocketAddr = "127.0.0.1:8468".parse().expect("the address is valid");
        for host in ["127.0.0.1:8468", "localhost:8468", "LOCALHOST:8468", "[::1]:8468"] {
            assert!(is_own_host(Some(host), address), "{host}");
        }
        for host in
            ["", "127.0.0.1", "localhost:80", "evil.example:8468", "127.0.0.1.evil.example:8468", "127.0.0.1:", "[::1]"]
        {
            assert!(!is_own_host(Some(host), address), "{host}");
        }
        assert!(!is_own_host(None, address));
        let port_80: SocketAddr = "127.0.0.1:80".parse().expect("the address is valid");
        assert!(is_own_host(Some("localhost"), port_80) && is_own_host(Some("[::1]"), port_80));
        // A telephone names the address of the station's computer, and nothing else.
        let in_network: SocketAddr = "[::ffff:192.168.1.7]:8468".parse().expect("the address is valid");
        assert!(is_own_host(Some("192.168.1.7:8468"), in_network));
        for host in ["192.168.1.8:8468", "localhost:8468", "127.0.0.1:8468", "evil.example:8468", "192.168.1.7"] {
            assert!(!is_own_host(Some(host), in_network), "{host}");
        }
    }

    #[test]
    fn other_pages_get_nothing_but_links_work() {
        for (site, mode, expected) in [
            (None, None, false),
            (Some("same-origin"), Some("no-cors"), false),
            (Some("none"), Some("navigate"), false),
            (Some("cross-site"), Some("navigate"), false),
            (Some("cross-site"), Some("no-cors"), true),
            (Some("same-site"), Some("cors"), true),
            (Some("cross-site"), None, true),
        ] {
            assert_eq!(is_from_elsewhere(site, mode), expected, "{site:?} {mode:?}");
        }
    }

    #[test]
    fn forms_of_other_pages_are_refused() {
        let host = Some("127.0.0.1:8468");
        assert!(is_own_form(Some("http://127.0.0.1:8468"), host, false));
        for origin in [None, Some(""), Some("null"), Some("http://localhost:8468"), Some("https://127.0.0.1:8468")] {
            assert!(!is_own_form(origin, host, false), "{origin:?}");
        }
        assert!(!is_own_form(Some("http://"), None, false) && !is_own_form(None, None, false));
    }

    #[test]
    fn an_encrypted_form_comes_from_an_encrypted_page() {
        let host = Some("192.168.1.7:8468");
        assert!(is_own_form(Some("https://192.168.1.7:8468"), host, true));
        assert!(!is_own_form(Some("http://192.168.1.7:8468"), host, true));
        assert!(!is_own_form(Some("https://192.168.1.7:8468"), host, false));
        assert!(set_cookie("x", true).ends_with("; Secure"));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(cookie_in("a=b; loa=xyz; c=d"), Some("xyz"));
        assert_eq!(cookie_in("loa=xyz"), Some("xyz"));
        for header in ["", "loa", "xloa=1", "a=loa=2"] {
            assert_eq!(cookie_in(header), None, "{header}");
        }
        assert!(set_cookie("xyz", false).contains("HttpOnly; SameSite=Strict"));
    }
}
