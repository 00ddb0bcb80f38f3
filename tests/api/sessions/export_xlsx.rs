//! GET /api/sessions/{sessionId}/export?format=xlsx

use std::io::{Cursor, Read, Write};
use std::net::TcpStream;

use calamine::{Data, Range, Reader, Xlsx};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::support::*;

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn sheets(answer: &Answer) -> Vec<(String, Range<Data>)> {
    let mut workbook = Xlsx::new(Cursor::new(answer.bytes.clone())).expect("a workbook");
    workbook.worksheets()
}

/// The row of a sheet as text, number, flag or time.
fn row(sheet: &Range<Data>, number: usize) -> Vec<Value> {
    let cells = sheet.rows().nth(number).expect("a row").iter();
    let values = cells.map(|cell| match cell {
        Data::Empty => Value::Null,
        Data::String(text) => text.as_str().into(),
        Data::Float(number) => (*number).into(),
        Data::Bool(flag) => (*flag).into(),
        Data::DateTime(time) => {
            let seconds = (time.as_f64() - 25_569.0) * 86_400.0;
            let time = DateTime::<Utc>::from_timestamp_millis((seconds * 1e3).round() as i64);
            time.expect("a time").to_rfc3339().into()
        }
        other => panic!("a cell of another type: {other:?}"),
    });
    values.collect()
}

#[apply(on_both_databases!)]
fn a_host_gets_typed_cells(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = guest.asks(&session, " <b>왜?</b>;\n=1+1\n_x0041_ 👩‍💻 ");
    let reply = noah.replies(&question, "=HYPERLINK(\"http://example.com\")");
    mina.likes(&reply);
    let gone = noah.replies(&question, "I know!");
    noah.delete(&gone).expect(204);
    let answer = mina
        .get(&format!("{session}/export?format=xlsx"))
        .expect(200);
    assert_eq!(answer.header("content-type"), Some(MEDIA_TYPE));
    let code = mina.get(&session).expect(200).field("joinCode");
    let name = format!("attachment; filename=\"askit-{code}.xlsx\"");
    assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
    let sheets = sheets(&answer);
    let names: Vec<_> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Questions and replies", "Session"]);
    let contents = &sheets[0].1;
    assert_eq!(contents.height(), 3, "a deleted reply is no part of it");
    let id = |url: &str| url.rsplit('/').next().unwrap().to_owned();
    let time = "2026-03-01T12:00:00+00:00";
    assert_eq!(
        serde_json::json!([row(contents, 0), row(contents, 1), row(contents, 2)]),
        serde_json::json!([
            [
                "kind",
                "questionId",
                "replyId",
                "body",
                "nickname",
                "isHost",
                "likesCount",
                "pinned",
                "closed",
                "createdAt",
                "updatedAt",
                "labels",
                "mergedInto"
            ],
            [
                "question",
                id(&question),
                null,
                " <b>왜?</b>;\n=1+1\n_x0041_ 👩‍💻 ",
                null,
                false,
                0.0,
                false,
                false,
                time,
                time,
                null,
                null
            ],
            [
                "reply",
                id(&question),
                id(&reply),
                "=HYPERLINK(\"http://example.com\")",
                "noah",
                false,
                1.0,
                false,
                null,
                time,
                time,
                null,
                null
            ],
        ])
    );
    let of_session = &sheets[1].1;
    assert_eq!(row(of_session, 0)[..3], ["sessionId", "joinCode", "title"]);
    let values = row(of_session, 1);
    assert_eq!(values[..3], [id(&session), code, "Lecture 7".into()]);
    assert_eq!(
        values[4..],
        serde_json::json!([time, "2026-03-08T12:00:00+00:00", null, 3.0, 1.0])
            .as_array()
            .unwrap()[..]
    );
}

/// More than is read at once, and more than is sent at once.
#[apply(on_both_databases!)]
fn a_large_workbook_has_every_row_in_order(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    mina.asks(&session, "0");
    fill(app, 3_000);
    let answer = mina
        .get(&format!("{session}/export?format=xlsx"))
        .expect(200);
    let (_, contents) = sheets(&answer).swap_remove(0);
    let bodies: Vec<_> = contents
        .rows()
        .skip(1)
        .map(|row| row[3].to_string())
        .collect();
    let expected: Vec<_> = (0..=3_000).map(|number| number.to_string()).collect();
    assert_eq!(bodies, expected);
}

/// Asks as many more questions.
fn fill(app: &App, count: u32) {
    app.database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {count}) \
         INSERT INTO questions (public_id, session_id, anonymous, body, pinned, closed, likes_count, \
             replies_count, created_at, updated_at) \
         SELECT NEW_ID, session_id, TRUE, i || '', FALSE, FALSE, 0, 0, created_at, created_at \
         FROM number, sessions"
    ));
}

/// Clients that do not read on, and one that hangs up.
#[apply(on_both_databases!)]
fn a_third_workbook_waits_until_one_is_over(kind: Kind) {
    // Those that do not read on are not cut off.
    let setup = Setup::default().set("SERVER__CLIENT_TIMEOUT", "5m");
    let app = &setup.start(kind);
    let (mina, zoe) = (app.user("mina"), app.user("zoe"));
    let session = mina.opens("Lecture 7");
    fill(app, 30_000);
    let url = format!("{session}/export?format=xlsx");
    let token = mina.access_token.as_ref().unwrap();
    let begin = || {
        let mut stream = TcpStream::connect(app.address).unwrap();
        let head =
            format!("GET {url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut begun = [0; 1000];
        stream.read_exact(&mut begun).unwrap();
        assert!(begun.starts_with(b"HTTP/1.1 200 OK"));
        stream
    };
    let (first, _second) = (begin(), begin());
    let refused = mina.get(&url).expect_problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), Some("5"));
    zoe.get(&url).expect_problem(403, "forbidden");
    let other = format!("{session}/export?format=csv");
    mina.send("HEAD", &other, None).expect(200);
    drop(first);
    let head = || mina.send("HEAD", &url, None);
    eventually("a place is given back", || head().status == 200);
    head().expect(200);
    let small = format!("{}/export?format=xlsx", mina.opens("Lecture 8"));
    mina.get(&small).expect(200);
    mina.get(&small).expect(200);
}
