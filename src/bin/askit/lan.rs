//! `askit serve --lan`: lets phones of the same network in.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use anyhow::{Context, bail, ensure};
use askit::config::{Profile, Settings};

/// An address of a network that nobody has (RFC 5737). Nothing is sent there: asked for the way to
/// it, the system names the address that this machine has towards others.
const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);

/// Makes the server listen everywhere and call itself by this machine's address.
pub fn open(settings: &mut Settings) -> anyhow::Result<()> {
    if settings.profile == Profile::Production {
        bail!(
            "--lan is for development alone: in production set server.listen and server.public_url"
        );
    }
    let server = &mut settings.server;
    ensure!(
        server.listen.port() != 0,
        "--lan needs a port that is known before: set server.listen, which has port 0"
    );
    let address = own_address().context(
        "--lan finds no network: connect this machine to the one that the phones are in",
    )?;
    server.open_to_network(address);
    Ok(())
}

fn own_address() -> Option<Ipv4Addr> {
    towards_others().or_else(first_of_interfaces)
}

fn towards_others() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(ELSEWHERE).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) => leads_here(address).then_some(address),
        IpAddr::V6(_) => None,
    }
}

/// Where there is no way to others, as between two machines on one cable.
fn first_of_interfaces() -> Option<Ipv4Addr> {
    let interfaces = if_addrs::get_if_addrs().ok()?;
    let mut addresses = interfaces.iter().map(|interface| interface.ip());
    addresses.find_map(|address| match address {
        IpAddr::V4(address) => leads_here(address).then_some(address),
        IpAddr::V6(_) => None,
    })
}

fn leads_here(address: Ipv4Addr) -> bool {
    !address.is_loopback() && !address.is_unspecified()
}
