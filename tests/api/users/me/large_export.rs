//! GET /api/users/me/export of an account that has much: in small steps, whole, and in order.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use actix_web::rt::System;
use askit::auth::AuthService;
use askit::keys::access_token::AccessTokenText;
use askit::services::ACCOUNT_DATA;
use askit::users::LoginId;
use serde_json::Value;

use crate::keys::quiet_instance;
use crate::support::statements::Logging;
use crate::support::*;

/// Rows of each table that get to stay; a tenth as many are deleted while they are exported.
const STAYING: i64 = 2_500;
/// Logins, sessions and posts.
const OTHERS: u32 = 330;

/// Gives an account much of everything, in the one session that there is.
fn fill(app: &App, user_id: i64) {
    let numbers = format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {})",
        STAYING * 11 / 10
    );
    let doomed = "CASE WHEN i % 11 = 0 THEN 'doomed ' ELSE 'stays ' END";
    let body = format!("{doomed} || i || ' {}'", "long ".repeat(20));
    let time = "'2026-03-01 12:00:00'";
    app.database.execute(&format!(
        "{numbers} INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, \
             likes_count, replies_count, created_at, updated_at) \
         SELECT NEW_ID, session_id, {user_id}, FALSE, {body}, FALSE, FALSE, 1, 0, {time}, {time} \
         FROM number, sessions; \
         INSERT INTO question_likes SELECT question_id, {user_id} FROM questions; \
         {numbers} INSERT INTO replies (public_id, question_id, session_id, author_id, anonymous, body, pinned, \
             likes_count, created_at, updated_at) \
         SELECT NEW_ID, (SELECT min(question_id) FROM questions), \
             (SELECT min(session_id) FROM sessions), {user_id}, FALSE, {body}, FALSE, 1, \
             {time}, {time} FROM number; \
         INSERT INTO reply_likes SELECT reply_id, {user_id} FROM replies; \
         {numbers} INSERT INTO posts (author_id, title, content, created_at, updated_at) \
         SELECT {user_id}, {doomed} || i, {body}, {time}, {time} FROM number WHERE i <= {OTHERS}; \
         {numbers} INSERT INTO audit_events (occurred_at, action, user_id) \
         SELECT {time}, i || '', {user_id} FROM number"
    ));
    for number in 0..OTHERS {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let id = LoginId::from_bytes(bytes).to_text();
        app.database.execute(&format!(
            "INSERT INTO refresh_tokens (login_id, user_id, generation, rotated_at, created_at, \
                 idle_expires_at, expires_at) \
             VALUES ('{id}', {user_id}, 0, {time}, {time}, {time}, {time}); \
             INSERT INTO sessions (session_id, join_code, title, created_at, expires_at, listed_count, \
                 anonymous_count, question_count) \
             VALUES ('{id}', '{number}', 'Lecture', {time}, {time}, 0, 0, 0); \
             INSERT INTO participants (session_id, user_id, role, listed, anonymous, session_created_at) \
             VALUES ('{id}', {user_id}, 'participant', TRUE, FALSE, {time})"
        ));
    }
}

/// What someone may do between two steps: write, change, delete, and use a login.
fn change(app: &App, user_id: i64) {
    let doomed = |table: &str, key: &str| {
        let some = format!("SELECT {key} FROM {table} WHERE body LIKE 'doomed%' LIMIT 7");
        format!("DELETE FROM {table} WHERE {key} IN ({some})")
    };
    app.database.execute(&format!(
        "{}; {}; \
         UPDATE questions SET likes_count = likes_count + 1, pinned = TRUE WHERE body LIKE 'stays 1%'; \
         UPDATE replies SET updated_at = '2026-03-01 13:00:00' WHERE body LIKE 'stays 2%'; \
         UPDATE refresh_tokens SET rotated_at = '2026-03-01 13:00:00' WHERE login_id LIKE 'AAAB%'; \
         INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, \
             likes_count, replies_count, created_at, updated_at) \
         SELECT NEW_ID, session_id, {user_id}, FALSE, 'new', FALSE, FALSE, 0, 0, created_at, created_at \
         FROM sessions LIMIT 1",
        doomed("questions", "question_id"),
        doomed("replies", "reply_id"),
    ));
}

/// The numbers in the texts of a list that stay, each of which has come once, in order.
#[track_caller]
fn expect_all_that_stay(list: &Value, field: &str, count: i64) {
    let texts = list.as_array().unwrap().iter();
    let texts = texts.map(|it| it[field].as_str().unwrap().split(' '));
    let staying = texts.filter_map(|mut words| match words.next() {
        Some("stays") => words.next()?.parse::<i64>().ok(),
        _ => None,
    });
    let expected: Vec<_> = (1..=count).filter(|it| it % 11 != 0).collect();
    assert_eq!(staying.collect::<Vec<_>>(), expected);
}

/// Reads an export step by step, with `between` two of them. Gives its pieces.
fn read(instance: &AuthService, client: &Client, between: impl Fn()) -> Vec<Vec<u8>> {
    let token = AccessTokenText::new(client.access_token.clone().unwrap());
    System::new().block_on(async {
        let me = instance.authenticate(&token).await.unwrap();
        let (piece, mut left) = instance.begin_export(me).await.unwrap();
        let mut pieces = vec![piece];
        while let Some(export) = left {
            between();
            let step = instance.continue_export(export).await.unwrap();
            pieces.push(step.0);
            left = step.1;
        }
        pieces
    })
}

/// Begins an export and reads of it no more than the head.
fn begin(app: &RunningServer, client: &Client) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(app.address).unwrap();
    let token = client.access_token.as_ref().unwrap();
    let head = format!("host: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n");
    write!(stream, "GET /api/users/me/export HTTP/1.1\r\n{head}").unwrap();
    let mut begun = [0; 1000];
    stream.read_exact(&mut begun).unwrap();
    let begun = String::from_utf8_lossy(&begun).into_owned();
    assert!(begun.starts_with("HTTP/1.1 200 OK"), "{begun}");
    (stream, begun)
}

/// How often the answer with this head has read the database.
fn reads(app: &RunningServer, head: &str) -> usize {
    let (_, rest) = head.split_once("x-request-id: ").unwrap();
    let id = rest.lines().next().unwrap();
    let log = app.log();
    let reads = log
        .lines()
        .filter(|line| line.contains(id) && line.contains("SELECT"));
    reads.count()
}

/// More than the buffers of a connection take.
fn write_much(app: &App, user_id: i64) {
    app.database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 40000) \
         INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, \
             likes_count, replies_count, created_at, updated_at) \
         SELECT NEW_ID, session_id, {user_id}, FALSE, '{}', FALSE, FALSE, 0, 0, created_at, created_at \
         FROM number, sessions",
        "long ".repeat(90)
    ));
}

#[apply(on_both_databases!)]
fn what_stays_comes_once_and_in_order_while_the_account_is_changed(app: &App) {
    let mina = app.user("mina");
    mina.opens("Lecture 7");
    let user_id = mina.user_id();
    fill(app, user_id);
    let instance = AuthService {
        account_data: ACCOUNT_DATA,
        ..quiet_instance(app)
    };
    let pieces = read(&instance, &mina, || change(app, user_id));
    let longest = pieces.iter().map(Vec::len).max().unwrap();
    assert!(longest < 128 * 1024, "a step of {longest} bytes");
    // Of numbers there are many in few bytes.
    let place = |name: &str| {
        let begins = |piece: &Vec<u8>| String::from_utf8_lossy(piece).contains(name);
        pieces.iter().position(begins).unwrap()
    };
    let (first, second) = (place("likedQuestions"), place("likedReplies"));
    assert!(second - first >= 2, "a step of more than 1,000 numbers");
    assert!(pieces.len() > 10, "{} steps", pieces.len());
    let export: Value = serde_json::from_slice(&pieces.concat()).unwrap();
    let all = &export["contributions"];
    let count = STAYING * 11 / 10;
    expect_all_that_stay(&all["questions"]["questions"], "body", count);
    expect_all_that_stay(&all["questions"]["replies"], "body", count);
    expect_all_that_stay(&all["posts"], "title", OTHERS.into());
    for list in ["likedQuestions", "likedReplies"] {
        let liked = all["questions"][list].as_array().unwrap().iter();
        let table = if list == "likedReplies" {
            "replies"
        } else {
            "questions"
        };
        let numbers = app.database.row_numbers(table);
        // What was deleted meanwhile has no number any more.
        let number = |it: &Value| numbers.get(it.as_str().unwrap()).copied();
        let liked: Vec<_> = liked.filter_map(number).collect();
        assert!(liked.is_sorted_by(|one, other| one < other), "{list}");
        assert!(liked.len() as i64 >= STAYING, "{} {list}", liked.len());
    }
    let actions = export["auditEvents"].as_array().unwrap().iter();
    let actions = actions.filter_map(|it| it["action"].as_str().unwrap().parse::<i64>().ok());
    assert_eq!(actions.collect::<Vec<_>>(), (1..=count).collect::<Vec<_>>());
    for (list, id) in [
        (&export["logins"], "loginId"),
        (&all["sessions"], "sessionId"),
    ] {
        let ids = list
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it[id].as_str().unwrap());
        let ids: Vec<_> = ids.collect();
        let different: BTreeSet<_> = ids.iter().collect();
        assert_eq!((ids.len(), different.len()), (331, 331), "{id}");
    }
    assert!(
        app.database.count("questions WHERE body = 'new'") > 10,
        "nothing was changed"
    );
    let answer = mina.get("/api/users/me/export").expect(200);
    let again = read(&instance, &mina, || ()).concat();
    assert!(
        answer.text.as_bytes() == again,
        "the answer is something else"
    );
}

#[apply(on_both_databases!)]
fn clients_that_stop_reading_or_are_killed_hold_nothing(app: &App) {
    let _logging = Logging::begin();
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    mina.opens("Lecture 7");
    write_much(app, mina.user_id());
    let app = Setup::default()
        .clock(&app.clock)
        .set("DATABASE__POOL_SIZE", "1")
        .start_on(&app.database);
    let (mina, noah) = (mina.at(&app), noah.at(&app));
    let stalled: Vec<_> = (0..6).map(|_| begin(&app, &mina)).collect();
    // There is one connection to the database, for everybody.
    noah.get("/api/users/me").expect(200);
    noah.get("/api/sessions").expect(200);
    let heads: Vec<_> = stalled.into_iter().map(|(_, head)| head).collect();
    let (mut stream, head) = begin(&app, &mina);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(
        rest.ends_with(b"}\r\n0\r\n\r\n"),
        "it ends after {} bytes",
        rest.len()
    );
    let whole = reads(&app, &head);
    assert!(whole > 1_250, "{whole} statements for 40,000 questions");
    for head in heads {
        let statements = reads(&app, &head);
        assert!(statements < whole, "{statements} statements for nobody");
    }
}

/// What looks whole is whole.
#[apply(on_both_databases!)]
fn an_export_that_fails_halfway_is_broken_off(app: &App) {
    let mina = app.user("mina");
    mina.opens("Lecture 7");
    write_much(app, mina.user_id());
    let (mut stream, _) = begin(app, &mina);
    app.database.execute("ALTER TABLE questions RENAME TO gone");
    let mut rest = Vec::new();
    // A reset ends it, too.
    let _ = stream.read_to_end(&mut rest);
    assert!(
        !rest.ends_with(b"0\r\n\r\n"),
        "it looks whole, with {} bytes",
        rest.len()
    );
    assert!(app.log().contains("an export was broken off"));
    let refused = mina.get("/api/users/me/export");
    assert!(
        refused.status >= 500,
        "the first step fails before the status is sent"
    );
}
