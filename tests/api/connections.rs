//! Clients that are slow, greedy or many: connections are bounded, and so is what each may wait
//! for.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use askit::clock::Stopwatch;
use diesel::connection::SimpleConnection;

use crate::support::*;

/// Far beyond any limit that is set here: who is held so long is held for good.
const FOREVER: Duration = Duration::from_secs(30);

const LIVE: &str = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";

const PATIENCE: Duration = Duration::from_secs(1);

/// A server that gives its clients a second.
fn impatient() -> App {
    Setup::default()
        .set(
            "SERVER__CLIENT_TIMEOUT",
            &format!("{}s", PATIENCE.as_secs()),
        )
        .set("LIMITS__GUESTS_BURST", "1")
        .start(Kind::Sqlite)
}

fn connect(app: &App) -> TcpStream {
    let stream = TcpStream::connect(app.address).unwrap();
    let blink = Some(Duration::from_millis(20));
    stream.set_read_timeout(blink).unwrap();
    stream.set_write_timeout(blink).unwrap();
    stream
}

fn would_wait(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// What has come so far is added to `got`; false once the connection has ended.
fn listen(stream: &mut TcpStream, got: &mut String) -> bool {
    let mut buffer = [0; 65_536];
    match stream.read(&mut buffer) {
        Ok(0) => false,
        Ok(count) => {
            got.push_str(&String::from_utf8_lossy(&buffer[..count]));
            true
        }
        Err(error) => would_wait(error.kind()),
    }
}

/// Sends `start`, then `more` for ever, and tells what was answered until the server had enough.
#[track_caller]
fn until_cut_off(app: &App, name: &str, start: &str, more: &str) -> String {
    let mut stream = connect(app);
    stream.write_all(start.as_bytes()).unwrap();
    let (mut got, waiting) = (String::new(), Stopwatch::start());
    while listen(&mut stream, &mut got) {
        assert!(
            waiting.elapsed() < FOREVER,
            "{name}: held for good, after {got:?}"
        );
        match stream.write(more.as_bytes()) {
            Ok(_) => {}
            Err(error) if would_wait(error.kind()) => {}
            Err(_) => break,
        }
    }
    while listen(&mut stream, &mut got) && waiting.elapsed() < FOREVER {}
    got
}

/// The head of a request with a body, and how the body begins.
fn post(path: &str, headers: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\n{headers}\r\n")
}

/// Slowloris and its like (RFC 9112, section 9.5 leaves timeouts to servers).
#[test]
fn a_client_that_does_not_go_on_is_cut_off() {
    let app = impatient();
    let slow_json = "content-type: application/json\r\ncontent-length: 1000\r\n";
    let rows = [
        ("nothing is sent", String::new(), "", 408),
        (
            "a first head, byte by byte",
            "GET / HTTP/1.1\r\na: ".into(),
            "b",
            408,
        ),
        ("rest after an answer", LIVE.into(), "", 200),
        (
            "a second head, byte by byte",
            format!("{LIVE}GET / HTTP/1.1\r\na: "),
            "b",
            200,
        ),
        (
            "a body, byte by byte",
            post("/api/auth/login", slow_json),
            " ",
            400,
        ),
        (
            "a chunked body, byte by byte",
            post(
                "/api/auth/login",
                "content-type: application/json\r\ntransfer-encoding: chunked\r\n",
            ),
            "1\r\n \r\n",
            400,
        ),
        (
            "a body that never comes",
            post("/api/auth/login", slow_json),
            "",
            400,
        ),
    ];
    thread::scope(|scope| {
        for (name, start, more, status) in &rows {
            let app = &app;
            scope.spawn(move || {
                let got = until_cut_off(app, name, start, more);
                let expected = format!("HTTP/1.1 {status}");
                assert!(got.starts_with(&expected), "{name}: {got:?}");
            });
        }
    });
}

/// Whatever a request is refused for before its body is read, the body is read to no end.
#[test]
fn a_body_that_nobody_reads_is_not_read_for_ever() {
    let app = impatient();
    app.guest();
    let long = "x".repeat(9_000);
    let (long_path, long_header) = (format!("/{long}"), format!("a: {long}\r\n"));
    let json = "content-type: application/json\r\n";
    let evil = "origin: https://evil.example\r\n";
    let rows = [
        ("200", "GET", "/health/live", ""),
        ("401", "DELETE", "/api/users/me", ""),
        ("403", "POST", "/api/auth/login", evil),
        ("404", "POST", "/api/nothing", ""),
        ("405", "PUT", "/api/users", ""),
        ("413", "POST", "/api/auth/login", json),
        ("413", "POST", "/api/users", "content-type: text/plain\r\n"),
        ("414", "POST", &long_path, ""),
        ("429", "POST", "/api/auth/guest", json),
        ("431", "POST", "/api/users", &long_header),
    ];
    thread::scope(|scope| {
        for (status, method, path, headers) in &rows {
            for (name, framing, more) in [
                (
                    "chunked",
                    "transfer-encoding: chunked",
                    format!("ff0\r\n{}\r\n", "x".repeat(0xff0)),
                ),
                (
                    "with a length",
                    "content-length: 99999999999",
                    "x".repeat(4_000),
                ),
            ] {
                let app = &app;
                let start =
                    format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}{framing}\r\n\r\n");
                scope.spawn(move || {
                    let name = format!("{status} {name}");
                    let got = until_cut_off(app, &name, &start, &more);
                    assert!(
                        got.contains(&format!("HTTP/1.1 {status}")),
                        "{name}: {got:?}"
                    );
                    assert_eq!(got.matches("HTTP/1.1 ").count(), 1, "{name}: {got:?}");
                });
            }
        }
    });
}

/// Answers of 0.4 MB each, together more than the system keeps for a client.
fn many_large_answers() -> String {
    let large = "GET /api/docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n";
    format!("{large}\r\n").repeat(47) + large + "connection: close\r\n\r\n"
}

#[test]
fn an_answer_that_nobody_takes_is_given_up() {
    let app = impatient();
    let mut stream = connect(&app);
    // It sends and sends and reads nothing, until the server has shut the connection.
    let (requests, waiting) = (many_large_answers(), Stopwatch::start());
    let error = loop {
        match stream.write(requests.as_bytes()) {
            Ok(_) => {}
            Err(error) if would_wait(error.kind()) => {}
            Err(error) => break error,
        }
        assert!(waiting.elapsed() < FOREVER, "held for good");
    };
    assert!(
        matches!(
            error.kind(),
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
        ),
        "{error}"
    );
}

/// Everything that comes, taken with pauses: for longer in all than a client may pause once.
fn take_slowly(app: &App, requests: &str) -> String {
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.write_all(requests.as_bytes()).unwrap();
    let (mut answers, mut buffer) = (Vec::new(), [0; 65_536]);
    let taking = Stopwatch::start();
    loop {
        let count = stream.read(&mut buffer).unwrap();
        if count == 0 {
            break;
        }
        answers.extend_from_slice(&buffer[..count]);
        thread::sleep(Duration::from_millis(8));
    }
    assert!(taking.elapsed() > PATIENCE, "it was not slow");
    String::from_utf8_lossy(&answers).into_owned()
}

#[test]
fn answers_that_are_taken_slowly_come_whole() {
    let answers = take_slowly(&impatient(), &many_large_answers());
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 48);
}

/// A request for 30 MB, with these headers and this body.
fn large_export(app: &App, headers: &str, body: &str) -> String {
    let mina = app.user("mina");
    let user_id = app.database.number("SELECT user_id AS number FROM users");
    app.database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 100) \
         INSERT INTO posts (author_id, title, content, created_at, updated_at) \
         SELECT {user_id}, 'large', printf('%.300000c', 'x'), '2026-03-01 12:00:00', \
         '2026-03-01 12:00:00' FROM number"
    ));
    let token = mina.access_token.unwrap();
    format!(
        "GET /api/users/me/export HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         {headers}\r\n\r\n{body}"
    )
}

/// Also after a request whose connection ends with the answer.
#[test]
fn one_large_answer_that_is_taken_slowly_comes_whole() {
    for (headers, body) in [
        ("connection: close", ""),
        ("transfer-encoding: chunked", "0\r\n\r\n"),
    ] {
        let app = impatient();
        let answer = take_slowly(&app, &large_export(&app, headers, body));
        let length = answer.len();
        assert!(length > 30_000_000, "{headers}: cut off after {length}");
        assert!(answer.ends_with("}\r\n0\r\n\r\n"), "{headers}");
    }
}

/// The time belongs to the client's turns; what the database takes is no turn of its.
#[test]
fn whoever_waits_for_us_is_not_cut_off() {
    let app = impatient();
    let mina = app.registered("mina");
    let mut lock = app.database.connect();
    lock.batch_execute("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        let signing_in = scope.spawn(|| mina.log_in("json"));
        thread::sleep(Duration::from_millis(1_500));
        lock.batch_execute("COMMIT").unwrap();
        signing_in.join().unwrap().expect(200);
    });
}

#[test]
fn a_body_of_unknown_length_is_read_and_its_connection_ends() {
    let app = App::start(Kind::Sqlite);
    let head = post(
        "/api/auth/guest",
        "content-type: application/json\r\ntransfer-encoding: chunked\r\n",
    );
    let answer = app.send_bytes(format!("{head}2\r\n{{}}\r\n0\r\n\r\n").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(
        answer.to_lowercase().contains("\r\nconnection: close\r\n"),
        "{answer}"
    );
}

#[test]
fn while_hundreds_of_slow_clients_hang_health_checks_and_people_are_answered() {
    let app = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .set("SERVER__CLIENT_TIMEOUT", "10m")
        .start(Kind::Sqlite);
    let starts = [
        String::new(),
        "GET /health/live HTTP/1.1\r\n".into(),
        format!("{LIVE}GET "),
        post("/api/nothing", "transfer-encoding: chunked\r\n") + "5\r\nab",
        many_large_answers(),
    ];
    let begin = |start: &String| {
        let mut stream = connect(&app);
        stream.write_all(start.as_bytes()).unwrap();
        stream
    };
    let _slow: Vec<_> = (0..40).flat_map(|_| &starts).map(begin).collect();
    // Most of them owe a body, for which the server waits as long as it is told to.
    let json = "content-type: application/json\r\ncontent-length: 9\r\n";
    let body = post("/api/auth/login", json);
    let mut owing: Vec<_> = (0..400).map(|_| begin(&body)).collect();
    for path in ["/health/live", "/health/ready"] {
        app.anonymous().get(path).expect(200);
    }
    app.user("mina").get("/api/users/me").expect(200);
    owing.retain_mut(|stream| {
        let mut got = String::new();
        stream.set_nonblocking(true).unwrap();
        listen(stream, &mut got) && got.is_empty()
    });
    assert_eq!(owing.len(), 400, "so many still hang");
}

/// Those that are too many are not refused: they wait until others have gone.
#[test]
fn so_many_connections_are_served_at_once_and_the_others_wait() {
    // Each core takes the same share, and no more cores than connections take one.
    let cores = thread::available_parallelism().unwrap().get().min(16);
    let bound = cores * (16 / cores);
    let app = Setup::default()
        .set("SERVER__MAX_CONNECTIONS", "16")
        .set("SERVER__CLIENT_TIMEOUT", "10m")
        .start(Kind::Sqlite);
    let mut waiting: Vec<_> = (0..2 * bound + bound / 2)
        .map(|_| {
            let mut stream = connect(&app);
            stream.write_all(LIVE.as_bytes()).unwrap();
            stream
        })
        .collect();
    let is_answered = |stream: &mut TcpStream| {
        let mut got = String::new();
        let is_answered = listen(stream, &mut got) && !got.is_empty();
        if is_answered {
            // A second head that keeps the connection; sent with the first, it would not.
            stream.write_all(b"GET ").unwrap();
        }
        is_answered
    };
    for expected in [bound, bound, bound / 2] {
        let (mut served, since) = (Vec::new(), Stopwatch::start());
        while served.len() < expected {
            served.extend(waiting.extract_if(.., |it| is_answered(it)));
            assert!(since.elapsed() < FOREVER, "{} of {expected}", served.len());
        }
        // Whoever waits is looked at once more.
        served.extend(waiting.extract_if(.., |it| is_answered(it)));
        assert_eq!(served.len(), expected);
    }
}
