//! `askit health`: asks the server of the same settings whether it is ready. By the binary itself,
//! so that a container's health check needs no other program.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// For connecting, and again for the answer: a server waits up to 3 s for a connection to its
/// database before it says that there is none.
const TIMEOUT: Duration = Duration::from_secs(4);
/// More than any status line of ours.
const LONGEST_STATUS_LINE: u64 = 128;

/// Asks the server that listens on `listen` for `/health/ready`.
///
/// # Errors
/// When it cannot be reached, is silent for too long or gives any answer but 200.
pub fn ask(listen: SocketAddr) -> io::Result<()> {
    let address = reachable(listen);
    let told = |what: String| io::Error::other(format!("http://{address}/health/ready: {what}"));
    let line = status_line(address).map_err(|error| told(in_words(error)))?;
    match line.strip_prefix("HTTP/1.1 ") {
        Some(status) if status.starts_with("200") => Ok(()),
        Some(status) => Err(told(format!("status {}", status.trim_end()))),
        None => Err(told("no answer in HTTP".into())),
    }
}

/// The system's words for a time that ran out say nothing of time.
fn in_words(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock => format!("no answer within {} s", TIMEOUT.as_secs()),
        _ => error.to_string(),
    }
}

/// Whoever listens everywhere is asked on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let loopback: IpAddr = match listen {
        SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    if listen.ip().is_unspecified() {
        SocketAddr::new(loopback, listen.port())
    } else {
        listen
    }
}

fn status_line(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let request =
        format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut line = String::new();
    BufReader::new(stream.take(LONGEST_STATUS_LINE)).read_line(&mut line)?;
    Ok(line)
}
