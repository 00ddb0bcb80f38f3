//! `askit demo`: a session that looks alive.

use std::process::Output;
use std::sync::Arc;

use askit::clock::{Clock, ManualClock, SystemClock};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::commands::{Operator, text};
use crate::support::app::SECRET;
use crate::support::database::Database;
use crate::support::*;

fn demonstrate(url: &str) -> Output {
    let operator = Operator::new()
        .set("DATABASE_URL", url)
        .set("ASKIT__SECRET", SECRET)
        .set("ASKIT__PASSWORD__MEMORY_KIB", "64");
    operator.run(&["demo"])
}

/// What stands behind these words, in each line that begins with them.
fn told<'a>(printed: &'a str, words: &str) -> Vec<&'a str> {
    let lines = printed.lines().filter_map(|line| line.strip_prefix(words));
    lines.map(str::trim).collect()
}

/// The hosts, signed in as what was printed says.
fn hosts(app: &App, printed: &str) -> Vec<Client> {
    let names = told(printed, "sign in as");
    let passwords = told(printed, "with password");
    let hosts = names.iter().zip(passwords).map(|(line, password)| {
        let (nickname, email) = line.split_once(": ").unwrap();
        let host = Client {
            email: email.into(),
            password: password.into(),
            ..app.stranger(nickname)
        };
        host.signed_in()
    });
    hosts.collect()
}

fn questions(client: &Client, session_id: &str, sort: &str) -> Vec<Value> {
    let path = format!("/api/sessions/{session_id}/questions?sort={sort}&limit=100");
    let answer = client.get(&path).expect(200).json();
    answer["questions"].as_array().unwrap().clone()
}

fn time(question: &Value) -> DateTime<Utc> {
    question["createdAt"].as_str().unwrap().parse().unwrap()
}

#[apply(on_both_databases!)]
fn an_empty_database_is_filled_with_a_session_that_looks_alive(kind: Kind) {
    let database = Database::empty(kind);
    let output = demonstrate(&database.url);
    assert_eq!(text(&output.stderr).matches("ERROR").count(), 0);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert_eq!(
        told(&printed, "the page"),
        ["http://localhost:3000 (askit serve)"]
    );
    let code = told(&printed, "join code")[0];

    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let app = App::start_at(database, Setup::default().clock(&clock));
    let guest = app.guest();
    let session = guest.get(&format!("/api/sessions/by-code/{code}"));
    let session = session.expect(200).json();
    assert_eq!(session["expired"], false);
    assert_eq!(session["listedCount"], 8);
    let others = session["anonymousCount"].as_i64().unwrap();
    assert!((50..=60).contains(&others), "{others} guests");
    let session_id = session["sessionId"].as_str().unwrap();

    let roles = hosts(&app, &printed).into_iter().map(|host| {
        let session = host.get(&format!("/api/sessions/{session_id}"));
        session.expect(200).json()["role"].clone()
    });
    assert_eq!(roles.collect::<Vec<_>>(), ["super_host", "sub_host"]);

    let asked = questions(&guest, session_id, "old");
    assert_eq!(asked.len(), 40);
    let count = |is: &dyn Fn(&Value) -> bool| asked.iter().filter(|it| is(it)).count();
    assert_eq!(count(&|it| it["pinned"] == true), 1);
    assert!(count(&|it| it["closed"] == true) >= 6);
    assert!(count(&|it| it["author"]["nickname"].is_string()) >= 8);
    assert!(count(&|it| it["author"]["nickname"].is_null()) >= 20);
    assert!(count(&|it| it["repliesCount"] != 0) >= 10);
    let bodies: Vec<_> = asked
        .iter()
        .map(|it| it["body"].as_str().unwrap())
        .collect();
    let is_long = |it: &&str| (350..=500).contains(&it.chars().count());
    assert!(bodies.iter().any(is_long) && bodies.iter().any(|it| it.chars().count() < 30));
    assert!(
        bodies.iter().any(|it| it.contains('؟')),
        "one from right to left"
    );
    assert!(bodies.iter().any(|it| it.contains('🍜')), "one with emoji");

    let unpinned = asked.iter().filter(|it| it["pinned"] == false);
    let times: Vec<_> = unpinned.map(time).collect();
    assert!(times.is_sorted());
    let (first, last) = (times[0], times[times.len() - 1]);
    assert!(last - first > TimeDelta::minutes(35), "{first} to {last}");
    let now = clock.now();
    assert!(
        last < now && first > now - TimeDelta::minutes(45),
        "{first} to {last}"
    );

    let liked = questions(&guest, session_id, "top");
    let likes: Vec<_> = liked
        .iter()
        .map(|it| it["likesCount"].as_i64().unwrap())
        .collect();
    assert!(
        likes[1] > 40 && likes[20] < 15 && likes[39] < 3,
        "{likes:?}"
    );
}

#[apply(on_both_databases!)]
fn where_anybody_has_an_account_nothing_is_done(app: &App) {
    app.registered("mina");
    let before = app.database.count("users");
    let output = demonstrate(&app.database.url);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    assert!(
        text(&output.stderr).ends_with(
            "askit: the database has accounts already: a demonstration needs an empty one\n"
        ),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(app.database.count("users"), before);
    assert_eq!(app.database.count("sessions"), 0);
}

/// Its clock is 42 minutes behind that of the server, which has made the keys.
#[apply(on_both_databases!)]
fn it_works_beside_a_server(kind: Kind) {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let app = Setup::default().clock(&clock).start(kind);
    let output = demonstrate(&app.database.url);
    assert!(output.status.success(), "{}", text(&output.stderr));
    hosts(&app, &text(&output.stdout));
    assert_eq!(
        demonstrate(&app.database.url).status.code(),
        Some(1),
        "once"
    );
}

#[test]
fn production_is_no_place_for_it() {
    let operator = Operator::new()
        .set("ASKIT__PROFILE", "production")
        .set("ASKIT__SECRET", SECRET)
        .set("ASKIT__SERVER__PUBLIC_URL", "https://ask.example.com");
    let output = operator.run(&["demo"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "askit: a demonstration is for development alone: its hosts' passwords are printed\n"
    );
    let help = text(&operator.run(&["--help"]).stdout);
    assert!(help.contains("demo"), "{help}");
}
