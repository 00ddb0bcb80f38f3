//! Reading a large session among ten thousand, and liking and pinning in it.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::{Bench, Row, Timed, folder, sqlite_url};
use crate::clients::{self, Group, Home, Pace};
use crate::crowd::{self, QUESTION, SEARCHED, SESSION, question};
use crate::load::{self, Request, call};
use crate::postgres::Cluster;
use crate::rounds::Slice;
use crate::server::{Server, quick_sign_ins, settings};
use crate::statistics::Spread;

/// Readers, and those who like beside them.
const READERS: usize = 16;
/// 99 of 100 first pages.
const LIMIT_MS: f64 = 15.0;
/// Pages of 100 before the deep one.
const DEPTH: usize = 40;
/// The question that a host pins.
const PINNED: u32 = 100;

/// One kind of request, and what was seen of it.
struct Kind {
    row: Timed,
    requests: Vec<Request>,
}

/// On both databases.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let here = folder()?;
    let mut rows = measure_on(bench, "SQLite", &sqlite_url(&here))?;
    let cluster = Cluster::start()?;
    rows.extend(measure_on(bench, "PostgreSQL", &cluster.create("askit")?)?);
    Ok(rows)
}

/// All kinds in turn; another one begins in each round. There are half as many rounds as in other
/// rows, and the slices are half as long.
fn measure_on(bench: &Bench, database: &str, url: &str) -> anyhow::Result<Vec<Row>> {
    crowd::fill(url)?;
    let folder = folder()?;
    let mut settings = settings(url);
    settings.extend(quick_sign_ins());
    let server = Server::start(&[&bench.askit()], folder.path(), settings)?;
    let logins = server.sign_in(READERS)?;
    let first = logins.first().context("no login")?;
    crowd::let_in(url, first.user_id)?;
    let tokens: Vec<_> = logins.iter().map(|it| it.access.as_str()).collect();
    let mut kinds = kinds(&server, database, &tokens)?;
    let mut likers = likers(&server)?;
    let pin = Request::put_and_delete(&format!("{}/pin", question(PINNED)), &first.access);
    kinds.push(Kind {
        row: timed(database, "a pin, or one taken back, by a host"),
        requests: vec![pin],
    });
    kinds.push(Kind {
        row: timed(database, "a like, or one taken back, by 16 alone"),
        requests: self::likers(&server)?,
    });
    let mut beside = [
        timed(database, "first page, while 16 people like"),
        timed(database, "a like, or one taken back, by 16"),
    ];
    let slice = bench.schedule.slice / 2;
    for round in 0..=bench.schedule.rounds.div_ceil(2) {
        take_turns(&server, &mut kinds, slice, round)?;
        server.process.empty_log()?;
        let seen = like(&server, first_page(&tokens), &mut likers, slice)?;
        for (row, seen) in beside.iter_mut().zip(seen) {
            note(round, row, seen);
        }
    }
    let rows = kinds.into_iter().map(|kind| kind.row).chain(beside);
    Ok(rows.map(Row::Timed).collect())
}

/// A row without anything seen yet.
fn timed(database: &str, what: &str) -> Timed {
    Timed {
        name: format!("sessions, {database}"),
        what: what.to_owned(),
        slices: Vec::new(),
        limit: None,
    }
}

fn take_turns(
    server: &Server,
    kinds: &mut [Kind],
    slice: Duration,
    round: u32,
) -> anyhow::Result<()> {
    let first = round as usize % kinds.len().max(1);
    kinds.rotate_left(first);
    for kind in kinds.iter_mut() {
        server.process.empty_log()?;
        let seen = load::run(server.address, &mut kind.requests, slice)?;
        note(round, &mut kind.row, seen);
    }
    kinds.rotate_right(first);
    Ok(())
}

/// The first round warms up.
fn note(round: u32, row: &mut Timed, slice: Slice) {
    let p99 = Spread::of(slice.p99).median / 1e3;
    eprintln!(
        "{}, {}: round {round}: {:.0}/s, p99 {p99:.1} ms",
        row.name, row.what, slice.per_second
    );
    if round > 0 {
        row.slices.push(slice);
    }
}

fn questions(query: &str) -> String {
    format!("/api/sessions/{SESSION}/questions{query}")
}

fn first_page(tokens: &[&str]) -> Vec<Request> {
    let request = |token: &&str| Request::get(&questions(""), Some(token));
    tokens.iter().map(request).collect()
}

/// What is asked for: its name, its path, whether with a token, and the limit of its p99 in
/// milliseconds.
type Wanted = (&'static str, String, bool, Option<f64>);

/// In the session with as many questions as one may have: a page, and what a search costs beside it.
fn searches(newest: &str) -> Vec<Wanted> {
    let list = |query: &str| format!("/api/sessions/{SEARCHED}/questions?{query}");
    let kinds = [
        (
            "of 10,000: sort=new behind a cursor",
            format!("sort=new&cursor={newest}"),
        ),
        (
            "of 10,000: a search for what is nowhere",
            "search=xyzzy".to_owned(),
        ),
        (
            "of 10,000: a search for 1 in 100",
            "search=slide+77".to_owned(),
        ),
        (
            "of 10,000: a search for what is everywhere",
            "search=e".to_owned(),
        ),
    ];
    kinds
        .map(|(what, query)| (what, list(&query), true, None))
        .into()
}

/// In the large session, and beside it.
fn wanted(deep: &str) -> Vec<Wanted> {
    let replies = format!("{}?limit=20", question(QUESTION));
    let participants = format!("/api/sessions/{SESSION}/participants");
    let deep = questions(&format!("?cursor={deep}"));
    let first = |what, query, with_token| (what, questions(query), with_token, Some(LIMIT_MS));
    vec![
        first("first page, without a token", "", false),
        first("first page", "", true),
        first("first page, sort=new", "?sort=new", true),
        first("first page, sort=old", "?sort=old", true),
        first("first page, state=open", "?state=open", true),
        first("first page, state=closed", "?state=closed", true),
        ("first page, limit=100", questions("?limit=100"), true, None),
        ("a page behind 4,000 questions", deep, true, None),
        ("a question with 1,000 replies", replies, true, None),
        ("one's 1,000 sessions", "/api/sessions".into(), true, None),
        ("2,000 participants", participants, true, None),
    ]
}

fn kinds(server: &Server, database: &str, tokens: &[&str]) -> anyhow::Result<Vec<Kind>> {
    let token = tokens.first().copied();
    let mut kinds = wanted(&cursor_behind(server, SESSION, "limit=100", DEPTH)?);
    kinds.extend(searches(&cursor_behind(server, SEARCHED, "sort=new", 1)?));
    let kinds = kinds.into_iter().map(|(what, path, with_token, limit)| {
        let request = Request::get(&path, token.filter(|_| with_token));
        let answer = call(server.address, &request, 200)?;
        ensure!(
            what.contains("nowhere") || !answer.contains(r#""nextCursor":null"#),
            "{path} has too few entries"
        );
        let request = |token: &&str| Request::get(&path, with_token.then_some(token));
        Ok(Kind {
            row: Timed {
                limit,
                ..timed(database, what)
            },
            requests: tokens.iter().map(request).collect(),
        })
    });
    kinds.collect()
}

/// Follows so many pages of a list.
fn cursor_behind(
    server: &Server,
    session: &str,
    list: &str,
    pages: usize,
) -> anyhow::Result<String> {
    let path = format!("/api/sessions/{session}/questions?{list}");
    let mut cursor = String::new();
    for _ in 0..pages {
        let page = Request::get(&format!("{path}{cursor}"), None);
        let page = call(server.address, &page, 200)?;
        let page: Value = serde_json::from_str(&page)?;
        let next = page.get("nextCursor").and_then(Value::as_str);
        cursor = format!("&cursor={}", next.context("there is no next page")?);
    }
    Ok(cursor.replace("&cursor=", ""))
}

/// As many guests as there are readers; each likes another question.
fn likers(server: &Server) -> anyhow::Result<Vec<Request>> {
    let guests = server.guests(READERS)?;
    let like = |(number, token): (usize, &String)| {
        Request::put_and_delete(&format!("{}/like", question(number as u32 + 1)), token)
    };
    Ok(guests.iter().enumerate().map(like).collect())
}

/// The readers and the likers, both as fast as they can.
fn like(
    server: &Server,
    mut readers: Vec<Request>,
    likers: &mut [Request],
    duration: Duration,
) -> anyhow::Result<[Slice; 2]> {
    let group = |requests| Group {
        requests,
        pace: Pace::AtOnce,
        home: Home::Own,
    };
    let groups = [group(&mut readers[..]), group(likers)];
    let seen = clients::run(server.address, groups, duration)?;
    for answers in &seen.groups {
        ensure!(answers.overloaded == 0, "the server was overloaded");
    }
    let slice =
        |answers: clients::Answers| Slice::timed(answers.latencies, seen.seconds, seen.generator);
    Ok(seen.groups.map(slice))
}
