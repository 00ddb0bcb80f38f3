//! What one who wants to spoil a hall takes from the others: forged tokens, and many guests that
//! write as fast as they can. The limits are on, but for those of single accounts.

use anyhow::Context;
use serde_json::Value;

use super::{Bench, Comparison, Row, folder, sqlite_url};
use crate::clients::{self, Group, Home, Pace};
use crate::load::{Request, call};
use crate::rounds::Slice;
use crate::server::{Server, settings};

/// Those who go on with what they did: each in a network of its own.
const OTHERS: usize = 8;
/// Connections of a flood from one network.
const CONNECTIONS: usize = 32;
/// Guests of one person.
const GUESTS: usize = 1_000;
/// Requests of a flood, a second.
const FLOOD: u32 = 20_000;

/// A flood of forged tokens beside one of requests without a token; floods of questions from one
/// address and from a thousand, beside none.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let folder = folder()?;
    let server = Server::start(
        &[&bench.askit()],
        folder.path(),
        limits(&sqlite_url(&folder)),
    )?;
    let questions = session(&server)?;
    let flood = |requests: Vec<Request>, home| Flood { requests, home };
    let tokens = server.guests(GUESTS)?;
    let ask = |token: &String| Request::post_as(&questions, r#"{"body": "x"}"#, token);
    let mut forged = flood(
        vec_of(CONNECTIONS, || forged_request(&tokens)),
        Home::Shared,
    );
    let mut plain = flood(
        vec_of(CONNECTIONS, || Request::get("/api/users/me", None)),
        Home::Shared,
    );
    let mut of_one = flood(tokens.iter().map(ask).collect(), Home::Shared);
    let mut of_many = flood(tokens.iter().map(ask).collect(), Home::Own);
    let mut others: Vec<_> = server.guests(OTHERS)?.iter().map(|it| me(it)).collect();
    let mut compare = |name: &str, a: &mut Flood, b: Option<&mut Flood>, b_is: &str, wanted| {
        let others = std::cell::RefCell::new(&mut others);
        let mut beside_b = b;
        let rounds = bench.schedule.interleave(
            name,
            &mut |duration| beside(&server, *others.borrow_mut(), Some(a), duration),
            &mut |duration| {
                beside(
                    &server,
                    *others.borrow_mut(),
                    beside_b.as_deref_mut(),
                    duration,
                )
            },
        )?;
        Ok::<_, anyhow::Error>(Row::Comparison(Comparison {
            name: format!("floods, {name}"),
            a: format!("GET /api/users/me of others, beside {name}"),
            b: format!("the same, {b_is}"),
            wanted,
            rounds,
        }))
    };
    Ok(vec![
        compare(
            "forged tokens",
            &mut forged,
            Some(&mut plain),
            "beside as many without a token",
            0.9,
        )?,
        compare(
            "1,000 guests of one address",
            &mut of_one,
            None,
            "alone",
            0.5,
        )?,
        compare(
            "1,000 guests of 1,000 addresses",
            &mut of_many,
            None,
            "alone",
            0.5,
        )?,
    ])
}

/// Requests of one person.
struct Flood {
    requests: Vec<Request>,
    home: Home,
}

/// The others as fast as they can, and the flood at its pace.
fn beside(
    server: &Server,
    others: &mut [Request],
    flood: Option<&mut Flood>,
    duration: std::time::Duration,
) -> anyhow::Result<Slice> {
    server.process.empty_log()?;
    let mut none = Flood {
        requests: Vec::new(),
        home: Home::Shared,
    };
    let flood = flood.unwrap_or(&mut none);
    let clients = u32::try_from(flood.requests.len()).unwrap_or(u32::MAX);
    let groups = [
        Group {
            requests: others,
            pace: Pace::AtOnce,
            home: Home::Own,
        },
        Group {
            requests: &mut flood.requests,
            pace: Pace::Flood(std::time::Duration::from_secs(1) * clients / FLOOD),
            home: flood.home,
        },
    ];
    let seen = clients::run(server.address, groups, duration)?;
    let [others, flood] = seen.groups;
    let rate = flood.latencies.len() as f64 / seen.seconds;
    eprintln!("floods: {rate:.0}/s of the flood");
    Ok(Slice::timed(others.latencies, seen.seconds, seen.generator))
}

fn limits(url: &str) -> Vec<(&'static str, String)> {
    let mut settings = settings(url);
    settings.extend([
        ("ASKIT__AUTH__ACCESS_TOKEN_LIFETIME", "1h".into()),
        (
            "ASKIT__LIMITS__ACCOUNT_EVERYTHING_PER_SECOND",
            "100000".into(),
        ),
        ("ASKIT__LIMITS__ACCOUNT_EVERYTHING_BURST", "100000".into()),
        ("ASKIT__LIMITS__BEARERS_PER_SECOND", "100000".into()),
        ("ASKIT__LIMITS__BEARERS_BURST", "100000".into()),
    ]);
    settings
}

/// Where questions are asked in a new session.
fn session(server: &Server) -> anyhow::Result<String> {
    let tokens = server.sign_in(1)?;
    let host = &tokens.first().context("no login")?.access;
    let open = Request::post_as("/api/sessions", r#"{"title": "All hands"}"#, host);
    let session: Value = serde_json::from_str(&call(server.address, &open, 201)?)?;
    let session_id = session.get("sessionId").and_then(Value::as_str);
    let session_id = session_id.context("no sessionId")?;
    Ok(format!("/api/sessions/{session_id}/questions"))
}

fn me(token: &str) -> Request {
    Request::get("/api/users/me", Some(token))
}

/// A genuine token whose signature is another's: as dear to refuse as any.
fn forged_request(tokens: &[String]) -> Request {
    let parts = |token: &String| {
        token
            .rsplit_once('.')
            .map(|(it, mac)| (it.to_owned(), mac.to_owned()))
    };
    let (said, _) = tokens.first().and_then(parts).unwrap_or_default();
    let (_, signature) = tokens.last().and_then(parts).unwrap_or_default();
    me(&format!("{said}.{signature}"))
}

fn vec_of(count: usize, make: impl Fn() -> Request) -> Vec<Request> {
    (0..count).map(|_| make()).collect()
}
