//! The address of the client, seen through trusted proxies.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, SocketAddr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use ipnet::IpNet;

use crate::client_network::Network;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    /// The first address that is no trusted proxy: the peer's, then those of `X-Forwarded-For` from
    /// right to left. What is no address ends the search: nobody vouches for what stands before.
    pub fn client_address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let mut client = request.peer_addr()?.ip().to_canonical();
        let lines: Vec<_> = request.headers().get_all(X_FORWARDED_FOR).collect();
        let hops = lines
            .iter()
            .rev()
            .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        for hop in hops {
            if !self.trusts(client) {
                break;
            }
            match parse_hop(hop) {
                Some(address) => client = address.to_canonical(),
                None => break,
            }
        }
        Some(client)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The address of the client that a request comes from, for handlers. `None` where nobody knows.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Option<IpAddr>);

impl ClientAddress {
    /// As the trusted proxies tell it.
    pub fn of(request: &HttpRequest) -> Self {
        let proxies = request.app_data::<web::Data<TrustedProxies>>();
        Self(proxies.and_then(|proxies| proxies.client_address(request)))
    }

    /// The client network that it belongs to.
    pub fn network(&self) -> Network {
        Network::of(self.0)
    }
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// An address as proxies write it: bare, or with a port.
fn parse_hop(hop: &[u8]) -> Option<IpAddr> {
    let hop = str::from_utf8(hop).ok()?.trim();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|it| it.ip());
    hop.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let networks = ["10.0.0.0/8", "fd00::/8"];
        let trusted = networks.iter().map(|it| it.parse().expect("a network"));
        let mut request = TestRequest::default().peer_addr(peer.parse().expect("an address"));
        for value in forwarded {
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
            request = request.append_header((X_FORWARDED_FOR, value));
        }
        let proxies = TrustedProxies(trusted.collect());
        let address = proxies.client_address(&request.to_http_request());
        address.expect("there is a peer").to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(seen("203.0.113.9:1", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn trusted_proxies_are_read_from_right_to_left() {
        assert_eq!(seen("10.0.0.1:1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            seen("10.0.0.1:1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(
            seen("10.0.0.1:1", &["6.6.6.6", "é, 203.0.113.9"]),
            "203.0.113.9"
        );
        assert_eq!(
            seen("10.0.0.1:1", &["6.6.6.6", "198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(seen("[fd00::1]:1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(
            seen("[::ffff:10.0.0.1]:1", &["198.51.100.1:5000"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_is_no_address_ends_the_search() {
        assert_eq!(seen("10.0.0.1:1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1:1", &[""]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1:1", &["6.6.6.6", "é"]), "10.0.0.1");
    }

    proptest! {
        #[test]
        fn what_a_client_sends_before_its_proxy_counts_for_nothing(
            line in "[ -~é]{0,60}", before in "[ -~é]{0,60}", address: [u8; 4], port: Option<u16>
        ) {
            let address = IpAddr::from(address);
            prop_assume!(!address.to_string().starts_with("10."));
            let hop = port.map_or(address.to_string(), |port| format!("{address}:{port}"));
            let forwarded = [line, format!("{before},{hop}")];
            let forwarded = forwarded.each_ref().map(String::as_str);
            prop_assert_eq!(seen("10.0.0.1:1", &forwarded), address.to_string());
            prop_assert_eq!(seen("203.0.113.9:1", &forwarded), "203.0.113.9");
        }
    }
}
