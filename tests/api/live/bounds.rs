//! How many streams there may be, and what becomes of those whose client does not play along.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use askit::clock::Stopwatch;
use socket2::SockRef;

use crate::support::stream::{EventStream, Next};
use crate::support::*;

/// Far longer than anything takes that is waited for, and less than a server waits that stops.
const LONG: Duration = Duration::from_secs(20);

fn opens(app: &App) -> (Client, String) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    (mina, format!("{session}/events"))
}

/// Waits until so many follow the session of a stream.
#[track_caller]
fn until_listeners(stream: &mut EventStream, count: u64) {
    while stream.event_named("listeners").data["count"] != count {}
}

#[track_caller]
fn expect_retry(answer: &Answer) {
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=10).contains(&wait), "{wait} s");
}

#[apply(on_both_databases!)]
fn an_account_has_at_most_twenty_streams(app: &App) {
    let (mina, events) = opens(app);
    let mut streams: Vec<_> = (0..20).map(|_| mina.follow(&events)).collect();
    assert_eq!(streams[19].event().name, "ready");
    let refused = mina.get(&events).expect_problem(429, "too_many_requests");
    expect_retry(&refused);
    app.user("noah").follow(&events).event();
    streams.pop();
    eventually("a stream that has ended leaves its place", || {
        mina.follow(&events).answer.status == 200
    });
}

/// Twelve places: three quarters of sixteen connections.
fn crowded() -> App {
    Setup::default()
        .usual_limits()
        .set("SERVER__MAX_CONNECTIONS", "16")
        .start(Kind::Sqlite)
}

#[test]
fn a_network_has_all_streams_until_another_one_comes() {
    let app = crowded();
    let (_, events) = opens(&app);
    let hall = app.anonymous().calling_from("203.0.113.7");
    let mut streams: Vec<_> = (0..12).map(|_| hall.follow(&events)).collect();
    streams.iter_mut().for_each(|it| drop(it.event()));
    let refused = hall.get(&events).expect_problem(503, "overloaded");
    expect_retry(&refused);
    // Another network of the same site is no other one.
    let neighbour = app.anonymous().calling_from("198.51.100.9");
    assert_eq!(neighbour.follow(&events).event().name, "ready");
    let newest = streams.last_mut().unwrap();
    while newest.next(LONG) != Next::End {}
    let mut others = streams.iter_mut().rev().skip(1);
    assert!(others.all(|it| it.next(Duration::from_millis(1)) != Next::End));
}

#[test]
fn streams_have_a_limit_of_their_own_for_each_network() {
    let app = Setup::default()
        .usual_limits()
        .set("LIMITS__STREAMS_BURST", "3")
        .set("LIMITS__EVERYTHING_BURST", "10")
        .start(Kind::Sqlite);
    let (_, events) = opens(&app);
    let hall = app.anonymous().calling_from("203.0.113.7");
    for _ in 0..3 {
        hall.follow(&events).event();
    }
    hall.get(&events).expect_problem(429, "too_many_requests");
    for _ in 0..10 {
        hall.get("/api/posts").expect(200);
    }
    let other = app.anonymous().calling_from("198.51.100.9");
    assert_eq!(other.follow(&events).event().name, "ready");
}

/// A connection that has asked for a stream and got the beginning of one.
fn raw(app: &App, events: &str, more: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(app.address).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    let head = format!("GET {events} HTTP/1.1\r\nhost: x\r\n\r\n");
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(more).unwrap();
    let mut beginning = [0; 32];
    socket.read_exact(&mut beginning).unwrap();
    assert!(beginning.starts_with(b"HTTP/1.1 200"), "{beginning:?}");
    socket
}

#[test]
fn a_client_that_does_not_read_is_cut_off() {
    let app = Setup::default()
        .set("SERVER__CLIENT_TIMEOUT", "1s")
        .start(Kind::Sqlite);
    let (mina, events) = opens(&app);
    let session = events.trim_end_matches("/events");
    let mut watching = app.anonymous().follow(&events);
    let lazy = raw(&app, &events, b"");
    SockRef::from(&lazy).set_recv_buffer_size(4 * 1024).unwrap();
    until_listeners(&mut watching, 2);
    // It would not be read either while this test asks.
    drop(watching);
    for number in 0..250 {
        mina.asks(session, &format!("{number}: {}", "왜 ".repeat(240)));
    }
    let mut watching = app.anonymous().follow(&events);
    if watching.event().data["listeners"] != 1 {
        until_listeners(&mut watching, 1);
    }
    drop(lazy);
}

#[apply(on_both_databases!)]
fn a_client_that_is_gone_is_forgotten(app: &App) {
    let (_, events) = opens(app);
    let mut watching = app.anonymous().follow(&events);
    let gone = raw(app, &events, b"");
    let half_closed = raw(app, &events, b"");
    until_listeners(&mut watching, 3);
    drop(gone);
    until_listeners(&mut watching, 2);
    // One that says that it sends nothing more: actix would keep its answer.
    half_closed.shutdown(Shutdown::Write).unwrap();
    until_listeners(&mut watching, 1);
}

/// actix asks for more of a body again and again while many requests wait behind it.
#[test]
fn requests_that_wait_behind_a_stream_end_it() {
    let app = App::start(Kind::Sqlite);
    let (_, events) = opens(&app);
    let mut watching = app.anonymous().follow(&events);
    let ahead = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n".repeat(300 * 1024 / 40);
    let mut socket = raw(&app, &events, ahead.as_bytes());
    until_listeners(&mut watching, 1);
    // What was sent ahead is answered, as of any connection, and then it is closed.
    drop(socket.read_to_end(&mut Vec::new()));
    socket.write_all(b"GET").unwrap_or_default();
    assert_eq!(socket.read(&mut [0]).unwrap_or_default(), 0, "it is closed");
}

#[test]
fn a_server_with_a_thousand_streams_stops_at_once_and_all_come_back() {
    let app = Setup::default()
        .usual_limits()
        .set("SERVER__SHUTDOWN_TIMEOUT", "30s")
        .start(Kind::Sqlite);
    let (mina, events) = opens(&app);
    let path = format!(
        "{events}?after={}",
        app.anonymous()
            .get(events.trim_end_matches("/events"))
            .expect(200)
            .field("change")
    );
    let follow = |app: &App| -> Vec<EventStream> {
        let hall = app.anonymous().calling_from("203.0.113.7");
        (0..1_000).map(|_| hall.follow(&path)).collect()
    };
    let streams = follow(&app);
    mina.asks(events.trim_end_matches("/events"), "Why?");
    let stopping = Stopwatch::start();
    let app = app.restart_with(Setup::default().usual_limits());
    let stopped = stopping.elapsed();
    assert!(stopped < LONG, "it waited for streams: {stopped:?}");
    drop(streams);
    for mut stream in follow(&app) {
        assert_eq!(stream.answer.status, 200, "none is refused");
        stream.event_named("question");
    }
}
