//! What one who wants to spoil a hall takes from the others: forged tokens, and many guests that
//! write as fast as they can. The limits are on, but for those of single accounts.

use std::cell::RefCell;
use std::time::Duration;

use super::{Bench, Comparison, Row, folder, sqlite_url};
use crate::clients::{self, Group, Home, Pace};
use crate::load::Request;
use crate::rounds::Slice;
use crate::server::{Server, settings};

/// Those who go on with what they did: each in a network of its own.
const OTHERS: usize = 8;
/// Connections of a flood from one network.
const CONNECTIONS: usize = 32;
/// Guests of one person.
const GUESTS: usize = 1_000;
/// Forged tokens a second, and as many requests without one.
const TOKENS: u32 = 20_000;
/// Questions a second, of all guests together.
const QUESTIONS: u32 = 5_000;

/// Requests of one person.
struct Flood {
    requests: Vec<Request>,
    home: Home,
    per_second: u32,
}

/// A server, and those who go on with what they did.
struct Scene {
    server: Server,
    others: Vec<Request>,
}

/// A flood of forged tokens beside one of requests without a token; floods of questions from one
/// address and from a thousand, beside none.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let folder = folder()?;
    let url = sqlite_url(&folder);
    let server = Server::start(&[&bench.askit()], folder.path(), limits(&url))?;
    let (_, session_id) = server.open_session()?;
    let questions = format!("/api/sessions/{session_id}/questions");
    let tokens = server.guests(GUESTS)?;
    let others = server.guests(OTHERS)?;
    let mut scene = Scene {
        others: others.iter().map(|token| me(token)).collect(),
        server,
    };
    let ask = |token: &String| Request::post_as(&questions, r#"{"body": "x"}"#, token);
    let of_guests = |home| Flood::of(tokens.iter().map(ask).collect(), home, QUESTIONS);
    let repeated = |request: &dyn Fn() -> Request| {
        Flood::of(
            (0..CONNECTIONS).map(|_| request()).collect(),
            Home::Shared,
            TOKENS,
        )
    };
    let forged = repeated(&|| forged(&tokens));
    let plain = repeated(&|| Request::get("/api/users/me", None));
    let none = || Flood::of(Vec::new(), Home::Shared, QUESTIONS);
    let without = "beside as many requests without a token";
    let mut compare =
        |name, floods, beside, wanted| scene.compare(bench, name, floods, beside, wanted);
    let [shared, own] = [Home::Shared, Home::Own].map(|home| [of_guests(home), none()]);
    Ok(vec![
        compare(
            "20,000 forged tokens a second",
            [forged, plain],
            without,
            0.9,
        )?,
        compare("1,000 guests of one address", shared, "alone", 0.5)?,
        compare("1,000 guests of 1,000 addresses", own, "alone", 0.5)?,
    ])
}

impl Flood {
    fn of(requests: Vec<Request>, home: Home, per_second: u32) -> Self {
        Self {
            requests,
            home,
            per_second,
        }
    }
}

impl Scene {
    /// The others beside the first flood, and beside the second.
    fn compare(
        &mut self,
        bench: &Bench,
        name: &str,
        [mut one, mut other]: [Flood; 2],
        beside: &str,
        wanted: f64,
    ) -> anyhow::Result<Row> {
        let scene = RefCell::new(self);
        let rounds = bench.schedule.interleave(
            name,
            &mut |duration| scene.borrow_mut().beside(&mut one, duration),
            &mut |duration| scene.borrow_mut().beside(&mut other, duration),
        )?;
        Ok(Row::Comparison(Comparison {
            name: format!("floods, {name}"),
            a: "GET /api/users/me of 8 others, beside them".into(),
            b: format!("the same, {beside}"),
            wanted,
            rounds,
        }))
    }

    /// The others as fast as they can, and the flood at its pace.
    fn beside(&mut self, flood: &mut Flood, duration: Duration) -> anyhow::Result<Slice> {
        self.server.process.empty_log()?;
        let clients = u32::try_from(flood.requests.len())?;
        let groups = [
            Group {
                requests: &mut self.others[..],
                pace: Pace::AtOnce,
                home: Home::Own,
            },
            Group {
                requests: &mut flood.requests[..],
                pace: Pace::Flood(Duration::from_secs(1) * clients / flood.per_second),
                home: flood.home,
            },
        ];
        let seen = clients::run(self.server.address, groups, duration)?;
        let [others, flood] = seen.groups;
        let rate = flood.latencies.len() as f64 / seen.seconds;
        eprintln!("floods: {rate:.0}/s of the flood");
        Ok(Slice::timed(others.latencies, seen.seconds, seen.generator))
    }
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

fn me(token: &str) -> Request {
    Request::get("/api/users/me", Some(token))
}

/// A genuine token with the signature of another: it costs as much to refuse as any.
fn forged(tokens: &[String]) -> Request {
    let parts = |token: Option<&String>| {
        let token = token.map(String::as_str).unwrap_or_default();
        let (said, signature) = token.rsplit_once('.').unwrap_or_default();
        [said.to_owned(), signature.to_owned()]
    };
    let ([said, _], [_, signature]) = (parts(tokens.first()), parts(tokens.last()));
    me(&format!("{said}.{signature}"))
}
