//! Where the server listens, what it is called from outside, and whom it trusts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use url::{Host, Url};

use super::Profile;
use super::reader::Reader;
use super::site::is_same_site;

/// The HTTP server's settings.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Port 0 lets the system choose.
    pub listen: SocketAddr,
    /// What browsers call it; https in production, unless it is this machine.
    pub public_url: PublicUrl,
    /// Origins (`https://app.example.com`) whose pages may call with credentials.
    pub allowed_origins: Vec<String>,
    /// Whether the page is served.
    pub page: bool,
    /// Origins whose pages may frame a session; of the same site as the public URL.
    pub frame_ancestors: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections that are open at once; others wait until one ends.
    pub max_connections: u32,
    /// How long a client may take to send a body, to finish its next request and to take the next
    /// part of an answer.
    pub client_timeout: Duration,
    /// How long requests in flight may take once the server is told to stop.
    pub shutdown_timeout: Duration,
}

/// The address that browsers use: a scheme and a host. It decides cookies' attributes and names
/// the issuer and audience of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    https: bool,
}

impl PublicUrl {
    /// The URL as an origin, like `https://ask.example.com`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The page of the frontend that lets people into the session with this code.
    pub fn join_link(&self, join_code: &str) -> String {
        format!("{}/join/{join_code}", self.origin)
    }

    /// Whether browsers reach us by https, so that cookies are `Secure`.
    pub fn is_https(&self) -> bool {
        self.https
    }
}

/// Parses a range in CIDR notation, or a bare address: a range of one.
fn parse_network(text: &str) -> Option<IpNet> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

impl ServerSettings {
    /// Listens on every IPv4 address of this machine, and is called by this one of them, without
    /// https. The port stays.
    pub fn open_to_network(&mut self, address: Ipv4Addr) {
        let port = self.listen.port();
        self.listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        self.public_url = PublicUrl {
            origin: match port {
                80 => format!("http://{address}"),
                _ => format!("http://{address}:{port}"),
            },
            https: false,
        };
    }

    pub(super) fn read(reader: &mut Reader, profile: Profile) -> Self {
        let listen = reader.parsed(
            "server.listen",
            SocketAddr::from(([127, 0, 0, 1], 0)),
            "an address and port like 127.0.0.1:3000",
        );
        let seconds = Duration::from_secs;
        let public_url = read_public_url(reader, profile);
        Self {
            listen,
            page: reader.parsed("server.page", true, "true or false"),
            frame_ancestors: read_frame_ancestors(reader, &public_url),
            public_url,
            allowed_origins: reader.list(
                "server.allowed_origins",
                "an origin like https://app.example.com (no path, and no \"*\": \
                 every origin must be named)",
                |text| parse_origin(text).map(|url| url.origin().ascii_serialization()),
            ),
            trusted_proxies: reader.list(
                "server.trusted_proxies",
                "an address range like 10.0.0.0/8",
                parse_network,
            ),
            max_connections: reader.integer("server.max_connections", 16..=1_000_000),
            client_timeout: reader.duration("server.client_timeout", seconds(1)..=seconds(600)),
            shutdown_timeout: reader
                .duration("server.shutdown_timeout", seconds(0)..=seconds(3600)),
        }
    }
}

fn read_public_url(reader: &mut Reader, profile: Profile) -> PublicUrl {
    let key = "server.public_url";
    let wrong = PublicUrl {
        origin: String::new(),
        https: false,
    };
    let Some((text, origin)) = reader.named_text(key) else {
        return wrong;
    };
    let Some(url) = parse_origin(&text) else {
        reader.problem(
            key,
            &origin,
            format!("{text:?} is not a URL like https://ask.example.com (no path)"),
        );
        return wrong;
    };
    let https = url.scheme() == "https";
    if profile == Profile::Production && !https && !is_loopback(&url) {
        reader.problem(
            key,
            &origin,
            format!("must be an https:// URL in production: {text} would send tokens unencrypted"),
        );
    }
    let origin_text = url.origin().ascii_serialization();
    reader.record(key, &origin_text, &origin);
    PublicUrl {
        origin: origin_text,
        https,
    }
}

fn read_frame_ancestors(reader: &mut Reader, public_url: &PublicUrl) -> Vec<String> {
    let key = "server.frame_ancestors";
    let allowed = "an origin like https://www.example.com (no path, and no \"*\": every origin must \
                   be named)";
    let named = reader.list(key, allowed, |text| {
        parse_origin(text).map(|url| url.origin().ascii_serialization())
    });
    let Ok(own) = Url::parse(&public_url.origin) else {
        return named;
    };
    let source = reader.origin(key);
    for origin in &named {
        let Ok(url) = Url::parse(origin) else {
            continue;
        };
        let own_scheme = own.scheme();
        if url.scheme() != own_scheme {
            let message = format!(
                "{origin} must begin with {own_scheme}:// as server.public_url does: in a page of \
                 another scheme browsers keep no cookie of a frame"
            );
            reader.problem(key, &source, message);
        } else if !is_same_site(&url, &own) {
            let message = format!(
                "{origin} is of another site than server.public_url ({own_origin}): browsers keep \
                 no cookie of a frame there, so whoever loads it again would be another guest. \
                 Serve both under one domain",
                own_origin = public_url.origin,
            );
            reader.problem(key, &source, message);
        }
    }
    named
}

fn parse_origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let has_plain_host = url
        .host_str()
        .is_some_and(|host| !host.contains(is_no_host));
    let plain = has_plain_host
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && plain).then_some(url)
}

/// Whether a URL may have it in a host, and no host has it: a wildcard, or what ends a word in a
/// header. Brackets are those of an IPv6 address.
fn is_no_host(character: char) -> bool {
    !(character.is_ascii_alphanumeric() || "-._[]:".contains(character))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
