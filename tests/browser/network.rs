//! A network between browser and server that can be cut.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::{io, thread};

/// It carries connections to a server until it is cut.
pub struct Network {
    pub port: u16,
    /// The port of the server; 0 while there is none.
    server: Arc<AtomicU16>,
    /// Those that are open; `None` while it is cut.
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl Network {
    /// One that leads to this port, until the process ends.
    pub fn to(server: u16) -> Self {
        let network = Self::new();
        network.lead_to(server);
        network
    }

    /// One that leads nowhere yet, so that a server can be told its address.
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Arc::new(Mutex::new(Some(Vec::new())));
        let server = Arc::new(AtomicU16::new(0));
        let (shared, leads_to) = (Arc::clone(&open), Arc::clone(&server));
        thread::spawn(move || {
            for client in listener.incoming() {
                if let (Some(open), Ok(client)) = (shared.lock().unwrap().as_mut(), client) {
                    carry(open, client, leads_to.load(Ordering::Relaxed));
                }
            }
        });
        Self { port, server, open }
    }

    /// Carries new connections to this port.
    pub fn lead_to(&self, server: u16) {
        self.server.store(server, Ordering::Relaxed);
    }

    /// Ends every connection, and each new one at once.
    pub fn cut(&self) {
        for end in self.open.lock().unwrap().take().into_iter().flatten() {
            // It may have ended by itself.
            drop(end.shutdown(Shutdown::Both));
        }
    }

    /// Carries new connections again.
    pub fn mend(&self) {
        *self.open.lock().unwrap() = Some(Vec::new());
    }
}

fn carry(open: &mut Vec<TcpStream>, client: TcpStream, server: u16) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else {
        return;
    };
    for (from, to) in [(&client, &server), (&server, &client)] {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        open.push(from.try_clone().unwrap());
        thread::spawn(move || {
            drop(io::copy(&mut from, &mut to));
            drop(to.shutdown(Shutdown::Write));
        });
    }
}
