//! `askit serve --lan`: phones of the same network come in.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::Child;
use std::sync::Arc;
use std::thread;

use serde_json::json;

use crate::commands::{Operator, text};
use crate::sessions::qr;
use crate::support::*;

/// Ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A port that nobody has.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Starts a server on this port, and tells what it says until it tells how it is opened.
fn serve(port: u16) -> (Server, String) {
    let operator = Operator::new()
        .set("ASKIT__SERVER__LISTEN", &format!("127.0.0.1:{port}"))
        .set("ASKIT__PASSWORD__MEMORY_KIB", "64");
    let mut child = operator.start(&["serve", "--lan"]);
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let server = Server(child);
    let mut told = String::new();
    while !told.contains("--lan") {
        assert!(log.read_line(&mut told).unwrap() > 0, "{told}");
    }
    // Nobody reads on, so the pipe must not fill up. The folder lives as long.
    thread::spawn(move || {
        log.read_to_end(&mut Vec::new()).ok();
        drop(operator);
    });
    (server, told)
}

fn url_after<'a>(told: &'a str, words: &str) -> &'a str {
    let (_, rest) = told.split_once(words).unwrap_or_else(|| panic!("{told}"));
    let end = rest.find([' ', '\n']).unwrap();
    rest[..end].trim_end_matches(':')
}

#[test]
fn a_page_of_either_address_signs_in_and_links_lead_to_the_network() {
    let port = free_port();
    let (_server, told) = serve(port);
    let here = url_after(&told, "open http").to_owned();
    assert_eq!(here, format!("://localhost:{port}"));
    let from_phones = format!("http{}", url_after(&told, "phones open http"));
    assert!(from_phones.ends_with(&format!(":{port}")), "{told}");
    assert!(
        !from_phones.contains("localhost") && !from_phones.contains("127."),
        "{told}"
    );
    assert!(told.contains("without encryption"), "{told}");

    for (name, base) in [("mina", &*format!("http{here}")), ("noah", &from_phones)] {
        let browser = Client::new(base, name, Arc::default()).with("origin", base);
        browser.register().expect(201);
        let body = json!({ "email": browser.email, "password": browser.password });
        let answer = browser.post("/api/authentication/log-in", body).expect(200);
        let browser = browser.holding_cookies(&answer);
        browser.get("/api/authentication").expect(200);
        let opened = browser
            .signed_in()
            .post("/api/sessions", json!({ "title": "Hall" }));
        let session = opened.expect(201).field("sessionId");
        let picture = browser.get(&format!("/api/sessions/{session}/qr.svg"));
        let link = qr::read(&picture.expect(200).text);
        let path = link.strip_prefix(&*from_phones);
        let path = path.unwrap_or_else(|| panic!("the QR code leads to {link}"));
        browser.get(path).expect(200);
        let elsewhere = Client::new(base, name, Arc::default());
        let elsewhere = elsewhere.with("origin", "http://elsewhere.example");
        let refused = elsewhere.post("/api/authentication/log-out", json!({}));
        refused.expect_problem(403, "csrf_rejected");
    }
}

#[test]
fn it_is_refused_with_a_sentence_where_it_makes_no_sense() {
    let operator = Operator::new()
        .set("ASKIT__PROFILE", "production")
        .set("ASKIT__SECRET", "0123456789abcdef0123456789abcdef")
        .set("ASKIT__SERVER__PUBLIC_URL", "https://ask.example.com");
    let output = operator.run(&["serve", "--lan"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "askit: --lan is for development alone: in production set server.listen and \
         server.public_url\n"
    );
    let operator = Operator::new().set("ASKIT__SERVER__LISTEN", "127.0.0.1:0");
    let output = operator.run(&["serve", "--lan"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "askit: --lan needs a port that is known before: set server.listen, which has port 0\n"
    );
}

#[test]
fn the_help_says_what_it_does() {
    let output = Operator::new().run(&["serve", "--help"]);
    let help = text(&output.stdout);
    assert!(help.contains("--lan") && help.contains("phones"), "{help}");
}
