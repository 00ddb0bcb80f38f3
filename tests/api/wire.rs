//! What a request says of itself on the wire, and who believes it: framing, hosts, forwarding
//! headers.

use crate::paths;
use crate::support::*;

/// What a front may take for a part of the body, and a server for a request of its own.
const SMUGGLED: &str = "GET /api/users/nicknames/smuggled HTTP/1.1\r\nhost: x\r\n\r\n";

/// A sign-in that cannot succeed, framed in some way, and what follows it.
fn framed(headers: &str, body: &str) -> String {
    format!("POST /api/auth/token HTTP/1.1\r\nhost: x\r\n{headers}\r\n{body}")
}

/// Request smuggling (RFC 9112, section 11.2): what can be read in two ways is read in none.
#[test]
fn a_request_whose_end_is_in_doubt_is_the_last() {
    let app = App::start(Kind::Sqlite);
    let chunks = format!("0\r\n\r\n{SMUGGLED}");
    let chunked = "transfer-encoding: chunked\r\n";
    let rows = [
        (
            "CL and TE",
            framed(&format!("content-length: 5\r\n{chunked}"), &chunks),
        ),
        (
            "TE and CL",
            framed(&format!("{chunked}content-length: 5\r\n"), &chunks),
        ),
        (
            "two lengths",
            framed("content-length: 0\r\ncontent-length: 5\r\n", SMUGGLED),
        ),
        (
            "two lengths in one",
            framed("content-length: 0, 5\r\n", SMUGGLED),
        ),
        (
            "a length with a sign",
            framed("content-length: +0\r\n", SMUGGLED),
        ),
        (
            "a negative length",
            framed("content-length: -1\r\n", SMUGGLED),
        ),
        (
            "a hexadecimal length",
            framed("content-length: 0x0\r\n", SMUGGLED),
        ),
        ("an empty length", framed("content-length:\r\n", SMUGGLED)),
        (
            "a huge length",
            framed("content-length: 99999999999999999999\r\n", SMUGGLED),
        ),
        (
            "a space before the colon",
            framed("content-length : 0\r\n", SMUGGLED),
        ),
        (
            "a folded line",
            framed("x: 1\r\n content-length: 0\r\n", SMUGGLED),
        ),
        (
            "a folded length",
            framed("content-length:\r\n 0\r\n", SMUGGLED),
        ),
        (
            "an unknown encoding",
            framed("transfer-encoding: xchunked\r\n", &chunks),
        ),
        (
            "chunked before another",
            framed("transfer-encoding: chunked, identity\r\n", &chunks),
        ),
        ("chunked twice", framed(&chunked.repeat(2), &chunks)),
        (
            "a bare CR",
            framed("x: 1\rtransfer-encoding: chunked\r\n", &chunks),
        ),
        ("a NUL in a header", framed("x: \0\r\n", SMUGGLED)),
        (
            "a chunk of no number",
            framed(chunked, &format!("zz\r\n{SMUGGLED}")),
        ),
        (
            "a chunk of a negative size",
            framed(chunked, &format!("-1\r\n{SMUGGLED}")),
        ),
        (
            "a hexadecimal prefix",
            framed(chunked, &format!("0x0\r\n\r\n{SMUGGLED}")),
        ),
        (
            "a chunk beyond 64 bits",
            framed(chunked, &format!("fffffffffffffffff\r\n{SMUGGLED}")),
        ),
        (
            "a chunk longer than it says",
            framed(chunked, &format!("1\r\nab\r\n{chunks}")),
        ),
        (
            "a chunk that ends in LF",
            framed(chunked, &format!("0\n\n{SMUGGLED}")),
        ),
        (
            "an extension with a bare LF",
            framed(chunked, &format!("0;a\nb\r\n\r\n{SMUGGLED}")),
        ),
        (
            "HTTP/1.0 and TE",
            framed(chunked, &chunks)
                .replace("HTTP/1.1\r\nhost: x\r\ntr", "HTTP/1.0\r\nhost: x\r\ntr"),
        ),
    ];
    let mut wrong = Vec::new();
    for (what, request) in rows {
        let answer = app.send_bytes(request.as_bytes());
        let is_refused = answer.is_empty() || answer.starts_with("HTTP/1.1 400");
        if !is_refused || answer.contains("exists") {
            wrong.push(format!("{what}: {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
    app.anonymous().get("/health/live").expect(200);
}

/// What is framed as it should be is read as it is meant, and what follows is another request.
#[test]
fn a_request_that_ends_where_it_says_is_followed_by_the_next() {
    let app = App::start(Kind::Sqlite);
    let json = "content-type: application/json\r\n";
    let last = SMUGGLED.replace("host: x\r\n", "host: x\r\nconnection: close\r\n");
    let hidden = format!(
        "{{\"refreshToken\":\"{}\"}}",
        SMUGGLED.replace("\r\n", "\\r\\n")
    );
    let length = format!("{json}content-length: {}\r\n", hidden.len());
    let answer = app.send_bytes(framed(&length, &(hidden + &last)).as_bytes());
    assert_eq!(answer.matches("HTTP/1.1 401").count(), 1, "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 1, "{answer}");
    let chunks = "2;name=\"0\r\n\r\n\"\r\n{}\r\n0\r\n\r\n".replace("0\r\n\r\n\"", "0\"");
    let chunked = format!("{json}transfer-encoding: chunked\r\n");
    let answer = app.send_bytes(framed(&chunked, &chunks).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

/// Headers by which fronts tell servers things, and attackers tell servers lies.
const LIES: &[(&str, &str)] = &[
    ("x-forwarded-proto", "https"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-ssl", "on"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-port", "1"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-for", "203.0.113.9"),
    ("x-forwarded-user", "mina"),
    ("x-original-host", "evil.example"),
    ("x-host", "evil.example"),
    ("forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
    ("x-original-url", "/api/users/me"),
    ("x-rewrite-url", "/api/users/me"),
    ("x-http-method-override", "DELETE"),
    ("x-http-method", "DELETE"),
    ("x-method-override", "DELETE"),
    ("x-real-ip", "203.0.113.9"),
    ("x-client-ip", "203.0.113.9"),
    ("true-client-ip", "203.0.113.9"),
    ("cf-connecting-ip", "203.0.113.9"),
    ("remote-user", "mina"),
    ("x-user-id", "1"),
    ("host", "evil.example"),
    ("host", "user:secret@127.0.0.1"),
    ("host", "127.0.0.1:99999"),
];

/// What an answer is, without what differs in each.
fn shape(answer: &Answer) -> String {
    let mut shape = if answer.text.starts_with('{') && !answer.text.contains("openapi") {
        answer.snapshot()
    } else {
        format!("{} {}", answer.status, answer.text)
    };
    for name in [
        "location",
        "strict-transport-security",
        "access-control-allow-origin",
    ] {
        shape += &format!("\n{name}: {:?}", answer.header(name));
    }
    shape
}

/// Links, cookies, languages, routes and refusals are the same whatever a request says of its way
/// here.
#[test]
fn no_forwarding_header_changes_an_answer() {
    for public_url in ["http://localhost:3000", "https://ask.example.com"] {
        let app = Setup::default()
            .set("SERVER__PUBLIC_URL", public_url)
            .start(Kind::Sqlite);
        let mina = app.registered("mina");
        let ask = |client: &Client| {
            let body = serde_json::json!({ "email": mina.email, "password": mina.password });
            [
                client.post("/api/auth/login", body),
                client.get("/api/docs"),
                client.get("/api/openapi.json"),
                client.get("/api/users/me"),
                client.get("/.well-known/jwks.json"),
                client.send("POST", "/api/users/me", None),
                client.get("/api/nothing"),
            ]
            .map(|answer| shape(&answer))
        };
        let plain = ask(&app.anonymous());
        for (name, value) in LIES {
            let told = ask(&app.anonymous().with(name, value));
            for (plain, told) in plain.iter().zip(told) {
                assert_eq!(*plain, told, "with {name}: {value}, at {public_url}");
            }
        }
    }
}

/// A page's origin is compared with the host that the request was sent to, by one header alone.
#[test]
fn no_forwarding_header_makes_a_page_trusted() {
    let app = App::start(Kind::Sqlite);
    let evil = "https://evil.example";
    for (name, value) in LIES.iter().filter(|(name, _)| *name != "host") {
        let page = app.anonymous().with("origin", evil).with(name, value);
        page.send("POST", "/api/auth/logout", None)
            .expect_problem(403, "csrf_rejected");
    }
    let rows = [
        ("two hosts", "host: 127.0.0.1\r\nhost: evil.example\r\n"),
        (
            "two hosts, theirs first",
            "host: evil.example\r\nhost: 127.0.0.1\r\n",
        ),
        ("no host", ""),
        ("an empty host", "host:\r\n"),
        ("a path in the host", "host: 127.0.0.1/evil.example\r\n"),
        ("the host as a user", "host: evil.example@127.0.0.1\r\n"),
    ];
    for (what, host) in rows {
        let request = format!(
            "POST /api/auth/logout HTTP/1.1\r\n{host}origin: {evil}\r\ncontent-length: 0\r\n\
             connection: close\r\n\r\n"
        );
        let answer = app.send_bytes(request.as_bytes());
        let is_refused = answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 400");
        assert!(is_refused, "{what}: {answer}");
    }
}

/// Only `X-Forwarded-For`, and only where its sender is trusted.
#[test]
fn no_header_chooses_the_address_of_a_client() {
    let proxied = Setup::default().set("SERVER__TRUSTED_PROXIES", "127.0.0.1");
    for (setup, believed) in [(Setup::default(), None), (proxied, Some("x-forwarded-for"))] {
        let app = setup.start(Kind::Sqlite);
        for (name, value) in LIES.iter().filter(|(name, _)| *name != "host") {
            let client = app.guest_from(name, value);
            let logins = client.get("/api/users/me/logins").expect(200).json();
            let expected = if believed == Some(*name) {
                value
            } else {
                "127.0.0.1"
            };
            assert_eq!(logins["logins"][0]["ip"], expected, "{name}: {value}");
        }
    }
}

impl App {
    /// A guest who came with this header.
    fn guest_from(&self, name: &str, value: &str) -> Client {
        let body = serde_json::json!({ "mode": "json" });
        let client = self.anonymous();
        let answer = client
            .with(name, value)
            .post("/api/auth/guest", body)
            .expect(201);
        client.holding(&answer)
    }
}

/// A body of so many bytes that is JSON, and a text where one is asked for.
fn body_of(bytes: usize) -> String {
    let empty = "{\"email\":\"\"}".len();
    format!("{{\"email\":\"{}\"}}", "x".repeat(bytes - empty))
}

/// The figures of SECURITY.md, "Input and logs", at each bound and one byte beyond.
#[test]
fn bounds_hold_to_the_byte() {
    const KIB: usize = 1024;
    let app = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start(Kind::Sqlite);
    let get = |path: &str, headers: &str| paths::status_of(&app, "GET", path, headers);
    for (bytes, status) in [(8 * KIB - 1, 404), (8 * KIB, 404), (8 * KIB + 1, 414)] {
        assert_eq!(
            get(&format!("/{}", "x".repeat(bytes - 1)), ""),
            status,
            "a URL of {bytes}"
        );
        assert_eq!(
            get(&format!("/x?{}", "x".repeat(bytes - 3)), ""),
            status,
            "a query, {bytes}"
        );
    }
    for (bytes, status) in [(8 * KIB - 1, 200), (8 * KIB, 200), (8 * KIB + 1, 431)] {
        let header = format!("a: {}\r\n", "x".repeat(bytes - 1));
        assert_eq!(get("/health/live", &header), status, "a header of {bytes}");
    }
    // What `status_of` sends by itself.
    let sent = "hostx".len() + "connectionclose".len();
    for (bytes, status) in [(32 * KIB - 1, 200), (32 * KIB, 200), (32 * KIB + 1, 431)] {
        let rest = bytes - sent - 7 * 4 * KIB;
        let headers = format!("a: {}\r\n", "x".repeat(4 * KIB - 1)).repeat(7)
            + &format!("a: {}\r\n", "x".repeat(rest - 1));
        assert_eq!(get("/health/live", &headers), status, "headers of {bytes}");
    }
    let token = app.user("mina").access_token.unwrap();
    let bearer = format!("authorization: Bearer {token}\r\n");
    for (path, bound) in [
        ("/api/auth/login", 16 * KIB),
        ("/api/users", 16 * KIB),
        ("/api/auth/token", 16 * KIB),
        ("/api/auth/guest", 16 * KIB),
        ("/api/posts", 256 * KIB),
    ] {
        for (bytes, is_taken) in [(bound - 1, true), (bound, true), (bound + 1, false)] {
            let body = body_of(bytes);
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{bearer}\
                 content-type: application/json\r\n"
            );
            for (framing, framed) in [
                ("a length", format!("content-length: {bytes}\r\n\r\n{body}")),
                (
                    "chunks",
                    format!("transfer-encoding: chunked\r\n\r\n{bytes:x}\r\n{body}\r\n0\r\n\r\n"),
                ),
            ] {
                let answer = app.send_bytes((head.clone() + &framed).as_bytes());
                let expected = if is_taken {
                    "HTTP/1.1 400"
                } else {
                    "HTTP/1.1 413"
                };
                assert!(
                    answer.starts_with(expected),
                    "{path}, {bytes} bytes with {framing}: {answer}"
                );
            }
        }
    }
}

/// However many headers there are, the answer is an answer or a refusal, and the server goes on.
#[test]
fn many_headers_are_taken_or_refused() {
    let app = App::start(Kind::Sqlite);
    for (count, expected) in [(90, [200, 200]), (2_000, [400, 431]), (50_000, [400, 431])] {
        let status = paths::status_of(&app, "GET", "/health/live", &"a: b\r\n".repeat(count));
        assert!(expected.contains(&status), "{count} headers: {status}");
    }
    app.anonymous().get("/health/live").expect(200);
}
