//! One connection of a client, without a runtime.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{bail, ensure};
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use socket2::{Domain, Socket, Type};

use crate::answer::Answer;

const RECEIVE_BYTES: usize = 16 * 1024;

/// Kept alive, with one request in flight.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects, from an address of this machine's where one is given, and waits for it.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(to: SocketAddr, from: Option<Ipv4Addr>) -> anyhow::Result<Self> {
        let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
        if let Some(from) = from {
            socket.bind(&SocketAddr::from((from, 0)).into())?;
        }
        socket.connect(&to.into())?;
        socket.set_tcp_nodelay(true)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            stream: TcpStream::from_std(socket.into()),
            received: Vec::with_capacity(RECEIVE_BYTES),
        })
    }

    /// Has events of this connection come with this number.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn register(&mut self, registry: &Registry, number: usize) -> anyhow::Result<()> {
        Ok(registry.register(&mut self.stream, Token(number), Interest::READABLE)?)
    }

    /// Sends one request.
    ///
    /// # Errors
    /// When the server has hung up, or does not take it at once.
    pub fn send(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.received.clear();
        let sent = self.stream.write(request)?;
        ensure!(sent == request.len(), "a request was cut short");
        Ok(())
    }

    /// Reads what is there and returns the answer when it is whole. The next event comes with the
    /// next bytes.
    ///
    /// # Errors
    /// When the server hangs up, or sends more than one answer.
    pub fn receive(&mut self) -> anyhow::Result<Option<Answer<'_>>> {
        let mut buffer = [0; RECEIVE_BYTES];
        loop {
            let length = match self.stream.read(&mut buffer) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(length) => length,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            };
            self.received
                .extend_from_slice(buffer.get(..length).unwrap_or_default());
            // There may be more only where all of the buffer was needed.
            if length < RECEIVE_BYTES {
                break;
            }
        }
        if self.received.is_empty() {
            return Ok(None);
        }
        let answer = Answer::parse(&self.received)?;
        if let Some(answer) = &answer {
            ensure!(
                answer.length == self.received.len(),
                "two answers to one request"
            );
        }
        Ok(answer)
    }
}
