//! What no question or reply can be: refused with the right code, and nothing is written.

use serde_json::json;

use crate::support::*;

/// Seven code points that are seen as one character.
const FAMILY: &str = "👨‍👩‍👧‍👦";

/// A thread, and every way to write words.
struct Desk {
    mina: Client,
    session: String,
    question: String,
    writes: [(&'static str, String); 4],
}

fn desk(app: &App) -> Desk {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    // Of another question, so that the first can be changed.
    let reply = mina.replies(&mina.asks(&session, "Why not?"), "Because.");
    let writes = [
        ("POST", format!("{session}/questions")),
        ("PATCH", question.clone()),
        ("POST", format!("{question}/replies")),
        ("PATCH", reply),
    ];
    Desk {
        mina,
        session,
        question,
        writes,
    }
}

impl Desk {
    fn send(&self, method: &str, url: &str, body: &str) -> Answer {
        let mina = self.mina.with("content-type", "application/json");
        mina.send(method, url, Some(body.into()))
    }

    /// Everything that can be read.
    fn everything(&self) -> Vec<String> {
        let list = format!("{}/questions", self.session);
        let urls = [&self.session, &self.question, &list];
        let answers = urls.map(|url| self.mina.get(url).expect(200).text);
        answers.into()
    }
}

#[apply(on_both_databases!)]
fn what_is_no_contribution_is_refused_and_writes_nothing(app: &App) {
    let desk = desk(app);
    let before = desk.everything();
    let words = |text: &str| json!({ "body": text }).to_string();
    for (body, code) in [
        (words(""), "blank"),
        (words(" \t\r\n\u{3000}\u{a0}\u{2028}"), "blank"),
        (words(&"x".repeat(501)), "too_long"),
        (words(&FAMILY.repeat(500)), "too_long"),
        (words(&FAMILY.repeat(72)), "too_long"),
        (words(&"e\u{301}".repeat(501)), "too_long"),
        (words("\u{2800}\u{200b}\u{301}"), "blank"),
        (words("a\u{7}b"), "control_character"),
        (words("a\0b"), "null_character"),
        (words("\0"), "null_character"),
        ("{}".into(), "missing"),
        (r#"{"body":null}"#.into(), "wrong_type"),
        (r#"{"body":1}"#.into(), "wrong_type"),
        (r#"{"body":true}"#.into(), "wrong_type"),
        (r#"{"body":["x"]}"#.into(), "wrong_type"),
        (r#"{"body":{"x":1}}"#.into(), "wrong_type"),
        (r#"{"body":"x","author":1}"#.into(), "unknown_field"),
        (r#"{"body":"x","pinned":true}"#.into(), "unknown_field"),
        (r#"{"body":"x","Body":"x"}"#.into(), "unknown_field"),
        (r#"{"body":"x","body":"x"}"#.into(), "duplicate"),
        (r#"{"body":"\ud800"}"#.into(), "lone_surrogate"),
    ] {
        for (method, url) in &desk.writes {
            let answer = desk.send(method, url, &body);
            let problem = answer.expect_problem(400, "validation_failed").json();
            let codes: Vec<_> = problem["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["code"].as_str().unwrap())
                .collect();
            assert_eq!(codes, [code], "{method} {url} {body:.100}");
        }
    }
    // Whether words are anonymous is said once.
    for (method, url) in desk.writes.iter().filter(|(method, _)| *method == "PATCH") {
        let answer = desk.send(method, url, r#"{"body":"x","anonymous":true}"#);
        let problem = answer.expect_problem(400, "validation_failed").json();
        assert_eq!(problem["errors"][0]["code"], "unknown_field");
    }
    assert_eq!(desk.everything(), before);
}

#[apply(on_both_databases!)]
fn what_is_no_json_object_is_refused_and_writes_nothing(app: &App) {
    let desk = desk(app);
    let before = desk.everything();
    for (method, url) in &desk.writes {
        for body in [
            "",
            "x",
            "[]",
            "null",
            "\"x\"",
            r#"{"body":"x""#,
            "{}{}",
            "\u{feff}{}",
        ] {
            desk.send(method, url, body)
                .expect_problem(400, "malformed_json");
        }
        let body = json!({ "body": "x" }).to_string();
        for media_type in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
        ] {
            let mina =
                media_type.map_or(desk.mina.clone(), |it| desk.mina.with("content-type", it));
            let answer = mina.send(method, url, Some(body.clone().into()));
            answer.expect_problem(415, "unsupported_media_type");
        }
        let large = format!("{}{body}", " ".repeat(64 * 1024));
        desk.send(method, url, &large)
            .expect_problem(413, "body_too_large");
    }
    assert_eq!(desk.everything(), before);
}

#[apply(on_both_databases!)]
fn what_is_well_formed_is_given_back_unchanged(app: &App) {
    let desk = desk(app);
    let (family, letters) = (FAMILY.repeat(40), "각".repeat(500));
    for text in [
        "<script>alert(1)</script> &amp; \"'",
        "\u{202e}txt\u{202c} \u{200f}שלום\u{200e}",
        " two  spaces\nand\ttabs ",
        "'; DROP TABLE questions; --",
        "\u{2028}x\u{feff}",
        "%s %00 \\u0000 \\",
        "\u{10ffff}\u{e000}\u{200b}",
        family.as_str(),
        letters.as_str(),
    ] {
        for (method, url) in &desk.writes {
            let answer = desk.send(method, url, &json!({ "body": text }).to_string());
            assert!(matches!(answer.status, 200 | 201 | 403), "{}", answer.text);
            if answer.status != 403 {
                assert_eq!(answer.field("body"), text);
            }
        }
    }
    // Counted, kept and given back as composed, however it is escaped.
    let composing = "e\u{301}".repeat(500);
    let escaped = format!(r#"{{"body":"{}"}}"#, r"e\u0301".repeat(500));
    for body in [json!({ "body": composing }).to_string(), escaped] {
        let (method, url) = &desk.writes[0];
        assert_eq!(
            desk.send(method, url, &body).expect(201).field("body"),
            "é".repeat(500)
        );
    }
    let letters = r"\uac01".repeat(500);
    let (method, url) = &desk.writes[3];
    desk.send(method, url, &format!(r#"{{"body":"{letters}"}}"#))
        .expect(200);
}

#[apply(on_both_databases!)]
fn what_can_be_no_number_of_a_question_or_a_reply_is_not_found(app: &App) {
    let desk = desk(app);
    let mina = &desk.mina;
    let before = desk.everything();
    let body = || json!({ "body": "x" });
    for id in [
        "0",
        "-1",
        "007",
        "+1",
        "%2B1",
        "1e3",
        "1.0",
        "0x1",
        "1%20",
        "%201",
        "%D9%A1",
        "",
        "x",
        "null",
        "%00",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999999",
        "1/",
    ] {
        for kind in ["questions", "replies"] {
            let url = format!("/api/{kind}/{id}");
            let mut answers = vec![mina.patch(&url, body()), mina.delete(&url)];
            for what in ["like", "pin"] {
                answers.push(mina.put(&format!("{url}/{what}")));
                answers.push(mina.delete(&format!("{url}/{what}")));
            }
            if kind == "questions" {
                answers.push(mina.get(&url));
                answers.push(mina.put(&format!("{url}/close")));
                answers.push(mina.post(&format!("{url}/replies"), body()));
            }
            for answer in answers {
                answer.expect_problem(404, "not_found");
            }
        }
        app.advance(chrono::TimeDelta::seconds(1));
    }
    assert_eq!(desk.everything(), before);
}

#[apply(on_both_databases!)]
fn a_session_that_cannot_be_takes_no_question(app: &App) {
    let desk = desk(app);
    let id = desk.session.trim_start_matches("/api/sessions/");
    for id in [
        &id[1..],
        &id.to_uppercase(),
        &format!("{id}="),
        &format!("{id}A"),
        "1",
        "x",
    ] {
        if *id != *desk.session.trim_start_matches("/api/sessions/") {
            let url = format!("/api/sessions/{id}/questions");
            let answer = desk.mina.post(&url, json!({ "body": "x" }));
            answer.expect_problem(404, "not_found");
        }
    }
    assert_eq!(app.database.count("questions"), 2);
}

#[apply(on_both_databases!)]
fn a_thread_takes_a_page_and_nothing_else(app: &App) {
    let desk = desk(app);
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "sort=new",
        "state=open",
        "page=1",
    ] {
        let answer = desk.mina.get(&format!("{}?{query}", desk.question));
        answer.expect_problem(400, "validation_failed");
    }
    // [true,0], [true,7]=, {"id":1} and [true,7], which earlier releases gave.
    let bad = [
        "x",
        "",
        "W3RydWUsMF0",
        "W3RydWUsN10%3D",
        "eyJpZCI6MX0",
        "W3RydWUsN10",
    ];
    for cursor in bad {
        let answer = desk.mina.get(&format!("{}?cursor={cursor}", desk.question));
        answer.expect_problem(400, "invalid_cursor");
    }
    // A cursor of another question's replies.
    let other = desk.mina.asks(&desk.session, "Another?");
    for body in ["one", "two"] {
        desk.mina.replies(&other, body);
    }
    let page = desk.mina.get(&format!("{other}?limit=1")).expect(200);
    let cursor = page.field("nextCursor");
    desk.mina
        .get(&format!("{other}?cursor={cursor}"))
        .expect(200);
    let answer = desk.mina.get(&format!("{}?cursor={cursor}", desk.question));
    answer.expect_problem(400, "invalid_cursor");
}

/// An id is one text, of one thing, as long as that is there.
#[apply(on_both_databases!)]
fn what_is_no_id_of_a_living_question_or_reply_finds_nothing(app: &App) {
    let desk = desk(app);
    let mina = &desk.mina;
    let reply = mina.replies(&desk.question, "Because.");
    let gone = mina.asks(&desk.session, "Gone?");
    mina.delete(&gone).expect(204);
    let id_of = |url: &str| url.rsplit('/').next().unwrap().to_owned();
    let (question, reply, session) = (id_of(&desk.question), id_of(&reply), id_of(&desk.session));
    let number = app.database.row_number(&desk.question).to_string();
    let no_ids = [
        number,
        "1".into(),
        "0".into(),
        "-1".into(),
        session.clone(),
        question[..21].into(),
        format!("{question}A"),
        format!("{question}="),
        format!("{question}%00"),
        question.to_lowercase() + "a",
        "A".repeat(22),
        "_".repeat(22),
        "%F0%9F%99%82".into(),
    ];
    let here = (id_of(&gone), reply.clone(), question.clone());
    for id in no_ids.iter().chain([&here.0, &here.1]) {
        mina.get(&format!("/api/questions/{id}"))
            .expect_problem(404, "not_found");
        for (method, path) in [
            ("DELETE", ""),
            ("PUT", "/pin"),
            ("PUT", "/close"),
            ("PUT", "/like"),
            ("DELETE", "/like"),
        ] {
            mina.send(method, &format!("/api/questions/{id}{path}"), None)
                .expect_problem(404, "not_found");
        }
        let words = json!({ "body": "x" });
        mina.patch(&format!("/api/questions/{id}"), words.clone())
            .expect_problem(404, "not_found");
        mina.post(&format!("/api/questions/{id}/replies"), words)
            .expect_problem(404, "not_found");
    }
    for id in no_ids.iter().chain([&here.2]) {
        for (method, path) in [
            ("DELETE", ""),
            ("PUT", "/pin"),
            ("PUT", "/like"),
            ("DELETE", "/pin"),
        ] {
            mina.send(method, &format!("/api/replies/{id}{path}"), None)
                .expect_problem(404, "not_found");
        }
    }
    mina.get(&desk.question).expect(200);
    assert_eq!(
        app.database.count("question_likes") + app.database.count("reply_likes"),
        0
    );
}
