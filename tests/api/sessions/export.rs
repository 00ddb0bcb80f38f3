//! GET /api/sessions/{sessionId}/export

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::support::*;

fn rows(csv: &str) -> Vec<Vec<String>> {
    let text = csv.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.unwrap());
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

/// The column `body` of each row.
fn bodies(csv: &str) -> Vec<String> {
    rows(csv)
        .into_iter()
        .skip(1)
        .map(|row| row[3].clone())
        .collect()
}

#[apply(on_both_databases!)]
fn a_host_gets_everything_as_json(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let first = guest.asks(&session, "Why?");
    let second = noah.asks(&session, "<b>왜?</b> \"\\\"\n");
    mina.put(&format!("{second}/pin")).expect(200);
    mina.put(&format!("{first}/close")).expect(200);
    mina.replies(&first, "Because.");
    let gone = noah.replies(&first, "I know!");
    noah.delete(&gone).expect(204);
    mina.likes(&first);
    let answer = mina.get(&format!("{session}/export")).expect(200);
    let code = mina.get(&session).expect(200).field("joinCode");
    let name = format!("attachment; filename=\"askit-{code}.json\"");
    assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
    let export = answer.json();
    assert_eq!(export["session"]["title"], "Lecture 7");
    assert_eq!(export["session"]["participantCount"], 3);
    let questions = export["questions"].as_array().unwrap();
    let texts: Vec<_> = questions
        .iter()
        .map(|it| it["body"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["Why?", "<b>왜?</b> \"\\\"\n"], "the oldest first");
    assert_eq!(questions[1]["author"]["nickname"], "noah");
    let nobody = json!({ "userId": null, "nickname": null, "isHost": false });
    assert_eq!(questions[0]["author"], nobody);
    assert_eq!(
        (&questions[0]["closed"], &questions[0]["likesCount"]),
        (&json!(true), &json!(1))
    );
    let replies = questions[0]["replies"].as_array().unwrap();
    assert_eq!(
        replies.len(),
        1,
        "a deleted one is no part of it: {replies:?}"
    );
    assert_eq!(replies[0]["body"], "Because.");
    assert_eq!(replies[0]["author"]["isHost"], true);
    assert!(!answer.text.contains("I know!"));
    assert!(!answer.text.contains("isOwner") && !answer.text.contains("\"liked\""));
    assert_eq!(
        mina.get(&format!("{session}/export?format=json"))
            .expect(200)
            .json(),
        export
    );
}

#[apply(on_both_databases!)]
fn a_host_gets_everything_as_csv(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("-noah-"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = guest.asks(&session, "One, \"two\",\nthree");
    noah.replies(&question, "=HYPERLINK(\"http://example.com\")");
    let url = format!("{session}/export?format=csv");
    let answer = mina.get(&url).expect(200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    let rows = rows(&answer.text);
    assert_eq!(
        rows[0].join(" "),
        "kind questionId replyId body nickname isHost likesCount \
        pinned closed createdAt updatedAt labels mergedInto"
    );
    assert_eq!(rows[1][0], "question");
    assert_eq!(rows[1][3], "One, \"two\",\nthree");
    assert_eq!((rows[1][4].as_str(), rows[1][8].as_str()), ("", "false"));
    assert_eq!(
        (rows[2][0].as_str(), rows[2][1].as_str()),
        ("reply", rows[1][1].as_str())
    );
    assert_eq!(rows[2][3], "'=HYPERLINK(\"http://example.com\")");
    assert_eq!(rows[2][4], "'-noah-");
    assert_eq!(rows[2][9], "2026-03-01T12:00:00.000Z");
    assert_eq!(rows.len(), 3);
    assert!(
        answer
            .text
            .lines()
            .next()
            .unwrap()
            .ends_with("\"mergedInto\"")
    );
    assert!(
        answer.text.contains("\"mergedInto\"\r\n"),
        "lines end as RFC 4180 has it"
    );
}

#[apply(on_both_databases!)]
fn an_empty_session_is_a_whole_file(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let json = mina.get(&format!("{session}/export")).expect(200).json();
    assert_eq!(json["questions"], json!([]));
    let csv = mina
        .get(&format!("{session}/export?format=csv"))
        .expect(200)
        .text;
    assert_eq!(rows(&csv).len(), 1);
}

/// More than is read at once, and more than is sent at once.
#[apply(on_both_databases!)]
fn a_large_session_is_exported_whole_and_in_order(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "0");
    let text = "long ".repeat(90);
    app.database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 450) \
         INSERT INTO questions (public_id, session_id, anonymous, body, pinned, closed, likes_count, \
             replies_count, created_at, updated_at) \
         SELECT NEW_ID, session_id, TRUE, i || ' {text}', i IN (7, 101, 449), FALSE, 0, 0, created_at, created_at \
         FROM number, sessions; \
         WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 1000) \
         INSERT INTO replies (public_id, question_id, session_id, anonymous, body, pinned, likes_count, \
             created_at, updated_at) SELECT NEW_ID, question_id, session_id, TRUE, i || ' reply', FALSE, 0, created_at, created_at \
         FROM number, questions WHERE body = '0'; \
         UPDATE questions SET replies_count = 1000 WHERE body = '0'"
    ));
    let number = |text: &str| text.split(' ').next().unwrap().parse::<u32>().unwrap();
    let expected: Vec<u32> = (0..=450).collect();
    let export = mina.get(&format!("{session}/export")).expect(200).json();
    let questions = export["questions"].as_array().unwrap();
    let seen = questions
        .iter()
        .map(|it| number(it["body"].as_str().unwrap()));
    assert_eq!(seen.collect::<Vec<_>>(), expected);
    assert_eq!(questions[0]["replies"].as_array().unwrap().len(), 1000);
    let csv = mina
        .get(&format!("{session}/export?format=csv"))
        .expect(200)
        .text;
    let seen: Vec<u32> = bodies(&csv).iter().map(|it| number(it)).collect();
    let replies = 1..=1000;
    let with_replies: Vec<u32> = expected[..1]
        .iter()
        .copied()
        .chain(replies)
        .chain(expected[1..].iter().copied())
        .collect();
    assert_eq!(seen, with_replies);
    mina.get(&question).expect(200);
}

#[apply(on_both_databases!)]
fn only_hosts_export_also_afterwards(app: &App) {
    let (mina, noah, zoe) = (app.user("mina"), app.user("noah"), app.user("zoe"));
    let session = mina.opens("Lecture 7");
    let url = format!("{session}/export?format=csv");
    noah.asks(&session, "Why?");
    app.anonymous()
        .get(&url)
        .expect_problem(401, "missing_token");
    for client in [&noah, &zoe, &app.guest()] {
        client.get(&url).expect_problem(403, "forbidden");
    }
    mina.makes_host(&session, &noah);
    noah.get(&url).expect(200);
    mina.post(&format!("{session}/terminate"), Value::Null)
        .expect(200);
    noah.get(&url).expect(200);
    mina.get("/api/sessions/AAAAAAAAAAAAAAAAAAAAAA/export")
        .expect_problem(404, "not_found");
    for query in ["format=xml", "format=CSV", "format=", "limit=3"] {
        let url = format!("{session}/export?{query}");
        mina.get(&url).expect_problem(400, "validation_failed");
    }
}

/// A file that looks whole is whole.
#[apply(on_both_databases!)]
fn an_export_that_fails_halfway_is_broken_off(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let text = "long ".repeat(90);
    app.database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 30000) \
         INSERT INTO questions (public_id, session_id, anonymous, body, pinned, closed, likes_count, \
             replies_count, created_at, updated_at) \
         SELECT NEW_ID, session_id, TRUE, '{text}', FALSE, FALSE, 0, 0, created_at, created_at \
         FROM number, sessions"
    ));
    let mut stream = TcpStream::connect(app.address).unwrap();
    let token = mina.access_token.as_ref().unwrap();
    write!(
        stream,
        "GET {session}/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    .unwrap();
    let mut begun = [0; 1000];
    stream.read_exact(&mut begun).unwrap();
    assert!(begun.starts_with(b"HTTP/1.1 200 OK"));
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
}
