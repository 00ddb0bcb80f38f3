//! Which clients count as one.

use std::net::IpAddr;

/// One client, as far as its address tells: an IPv4 address, or the IPv6 /64 that a household or a
/// machine has to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// All whose address is not known. Over TCP there is none.
    Unknown,
    /// An IPv4 address, also one that is written as IPv6.
    Address([u8; 4]),
    /// An IPv6 /64.
    Subnet([u8; 8]),
    /// An IPv6 /48, of which providers give whole ones to one customer.
    Site([u8; 6]),
}

impl Network {
    /// The one that an address belongs to.
    pub fn of(address: Option<IpAddr>) -> Self {
        match address.map(|it| it.to_canonical()) {
            None => Self::Unknown,
            Some(IpAddr::V4(address)) => Self::Address(address.octets()),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::Subnet([a, b, c, d, e, f, g, h])
            }
        }
    }

    /// The /48 around an IPv6 /64.
    pub fn site(self) -> Option<Self> {
        match self {
            Self::Subnet([a, b, c, d, e, f, ..]) => Some(Self::Site([a, b, c, d, e, f])),
            Self::Unknown | Self::Address(_) | Self::Site(_) => None,
        }
    }

    /// Bytes that no other network has; none are the beginning of another's.
    pub fn to_bytes(self) -> Vec<u8> {
        let (kind, prefix): (u8, &[u8]) = match &self {
            Self::Unknown => (0, &[]),
            Self::Address(address) => (4, address),
            Self::Subnet(prefix) => (64, prefix),
            Self::Site(prefix) => (48, prefix),
        };
        [&[kind], prefix].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Network {
        Network::of(Some(address.parse().expect("an address")))
    }

    #[test]
    fn an_ipv4_address_is_alone() {
        assert_eq!(network("203.0.113.9"), network("::ffff:203.0.113.9"));
        assert_ne!(network("203.0.113.9"), network("203.0.113.8"));
        assert_eq!(network("203.0.113.9").site(), None);
    }

    #[test]
    fn an_ipv6_64_is_one_client_in_a_48() {
        assert_eq!(network("2001:db8:1:2::3"), network("2001:db8:1:2:ffff::"));
        assert_ne!(network("2001:db8:1:2::"), network("2001:db8:1:3::"));
        let site = network("2001:db8:1:2::").site();
        assert!(site.is_some());
        assert_eq!(site, network("2001:db8:1:3::").site());
        assert_ne!(site, network("2001:db8:2:2::").site());
    }

    #[test]
    fn each_has_bytes_of_its_own() {
        let networks = [
            Network::Unknown,
            network("203.0.113.9"),
            network("2001:db8::"),
            Network::Site([0; 6]),
        ];
        for (index, one) in networks.iter().enumerate() {
            for other in networks.iter().skip(index + 1) {
                let (one, other) = (one.to_bytes(), other.to_bytes());
                assert!(!one.starts_with(&other) && !other.starts_with(&one));
            }
        }
    }
}
