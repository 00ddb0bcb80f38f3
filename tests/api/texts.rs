//! What texts and nicknames may hold, wherever they are written.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::*;

/// A way to write a text.
struct TextField {
    method: &'static str,
    url: String,
    name: &'static str,
    /// The fields beside it.
    rest: &'static str,
    may_be_blank: bool,
}

/// Every way to write a text of a post, a session, a question or a reply.
fn text_fields(mina: &Client) -> Vec<TextField> {
    let post = json!({ "title": "Room", "content": "Hello." });
    let post = mina.post("/api/posts", post).expect(201).json();
    let post = format!("/api/posts/{}", post["postId"]);
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let other = mina.asks(&session, "Why not?");
    let reply = mina.replies(&other, "Because.");
    let field = |method, url: &str, name, rest| TextField {
        method,
        url: url.to_owned(),
        name,
        rest,
        may_be_blank: name == "description",
    };
    vec![
        field("POST", "/api/posts", "title", r#","content":"x""#),
        field("POST", "/api/posts", "content", r#","title":"x""#),
        field("PATCH", &post, "title", ""),
        field("PATCH", &post, "content", ""),
        field("POST", "/api/sessions", "title", ""),
        field("POST", "/api/sessions", "description", r#","title":"x""#),
        field("PATCH", &session, "title", ""),
        field("PATCH", &session, "description", ""),
        field("POST", &format!("{session}/questions"), "body", ""),
        field("PATCH", &question, "body", ""),
        field("POST", &format!("{other}/replies"), "body", ""),
        field("PATCH", &reply, "body", ""),
    ]
}

impl TextField {
    /// Sends a text as it is written in JSON.
    fn send(&self, client: &Client, json: &str) -> Answer {
        let body = format!(r#"{{"{}":{json}{}}}"#, self.name, self.rest);
        let client = client.with("content-type", "application/json");
        client.send(self.method, &self.url, Some(body.into()))
    }
}

/// The fields that were refused, and why.
#[track_caller]
fn refusals(answer: Answer) -> Vec<String> {
    let problem = answer.expect_problem(400, "validation_failed").json();
    let errors = problem["errors"].as_array().unwrap().iter();
    let told = errors.map(|it| format!("{} {}", it["field"], it["code"]).replace('"', ""));
    told.collect()
}

#[apply(on_both_databases!)]
fn a_text_is_refused_if_it_cannot_be_seen_or_controls(app: &App) {
    let mina = app.user("mina");
    for field in text_fields(&mina) {
        for (text, code) in [
            ("", "blank"),
            (" \n\t\r\n\u{3000}\u{2028}", "blank"),
            ("\u{2800}\u{2800}", "blank"),
            ("\u{3164}\u{115f}\u{ffa0}", "blank"),
            ("\u{200b}\u{200d}\u{feff}\u{202e}\u{ad}", "blank"),
            ("\u{fe0f}\u{e0067}", "blank"),
            ("\u{1d159}\u{13441}", "blank"),
            (" \u{301}\u{20dd}", "blank"),
            ("a\u{1}", "control_character"),
            ("a\u{7f}", "control_character"),
            ("a\u{85}b", "control_character"),
            ("a\rb", "control_character"),
            ("a\u{1b}[31m", "control_character"),
            ("a\0", "null_character"),
        ] {
            let answer = field.send(&mina, &json!(text).to_string());
            if field.may_be_blank && code == "blank" {
                assert!(answer.status < 300, "{} {text:?}", field.name);
            } else {
                assert_eq!(
                    refusals(answer),
                    [format!("{} {code}", field.name)],
                    "{text:?}"
                );
            }
        }
        for (json, code) in [
            (r#""\ud83d""#, "lone_surrogate"),
            (r#""a\ude42\ud83db""#, "lone_surrogate"),
            (r#"["\ud83d"]"#, "wrong_type"),
            ("1e400", "wrong_type"),
        ] {
            let refused = refusals(field.send(&mina, json));
            assert_eq!(refused, [format!("{} {code}", field.name)], "{json}");
        }
        let name = field.name;
        for other in [
            name.to_owned(),
            format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]),
        ] {
            let refused = refusals(field.send(&mina, &format!(r#""a","{other}":"b""#)));
            assert_eq!(refused, [format!("{name} duplicate")]);
        }
        app.advance(TimeDelta::seconds(30));
    }
}

#[apply(on_both_databases!)]
fn a_text_that_can_be_seen_is_kept_as_it_was_typed(app: &App) {
    let mina = app.user("mina");
    for field in text_fields(&mina) {
        // What has a reply, or is answered otherwise, has its own tests.
        for (typed, kept) in [
            ("👩\u{200d}👩\u{200d}👧 1\u{fe0f}\u{20e3} 🇰🇷", None),
            ("می\u{200c}خواهم क्\u{200d}ष", None),
            ("\u{202e}txt\u{202c}\u{feff}", None),
            ("\u{f8ff}", None),
            ("\u{2800}\u{2801}", None),
            (" \ta\n\n b ", None),
            ("a\r\nb\r\n", Some("a\nb\n")),
        ] {
            let answer = field.send(&mina, &json!(typed).to_string());
            assert!(answer.status < 300, "{} {typed:?}", field.name);
            assert_eq!(answer.field(field.name), kept.unwrap_or(typed));
        }
        app.advance(TimeDelta::seconds(30));
    }
}

/// What an earlier version took stays as it is; what is written anew keeps the rules.
#[apply(on_both_databases!)]
fn texts_and_nicknames_of_earlier_versions_stay_readable(app: &App) {
    let mina = app.user("mina");
    let post = json!({ "title": "Room", "content": "Hello." });
    let post = mina.post("/api/posts", post).expect(201).json();
    let post = format!("/api/posts/{}", post["postId"]);
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let reply = mina.replies(&question, "Because.");
    let (text, nickname) = ("\u{2800}\u{1}\r\n", "mi\u{13441}na");
    for change in [
        "posts SET title = 'TEXT', content = 'TEXT'",
        "sessions SET title = 'TEXT', description = 'TEXT'",
        "questions SET body = 'TEXT'",
        "replies SET body = 'TEXT'",
        "users SET nickname = 'NAME', nickname_folded = 'NAME'",
    ] {
        let change = change.replace("TEXT", text).replace("NAME", nickname);
        app.database.execute(&format!("UPDATE {change}"));
    }
    let read = |url: &str| app.anonymous().get(url).expect(200).json();
    assert_eq!(read(&post)["title"], text);
    assert_eq!(read(&post)["content"], text);
    assert_eq!(read(&post)["author"]["nickname"], nickname);
    assert_eq!(read(&session)["title"], text);
    assert_eq!(read(&session)["description"], text);
    assert_eq!(read(&question)["body"], text);
    assert_eq!(read(&question)["replies"][0]["body"], text);
    let mina = mina.signed_in();
    assert_eq!(
        mina.get("/api/users/me").expect(200).field("nickname"),
        nickname
    );
    mina.get("/api/users/me/export").expect(200);
    mina.get(&format!("{session}/export")).expect(200);
    let changed = mina.patch(&post, json!({ "content": "Hello." }));
    assert_eq!(changed.expect(200).field("title"), text);
    for (url, field) in [(&post, "title"), (&session, "title"), (&reply, "body")] {
        let again: Value = json!({ field: text });
        assert_eq!(
            refusals(mina.patch(url, again)),
            [format!("{field} control_character")]
        );
    }
}

#[apply(on_both_databases!)]
fn a_nickname_is_refused_if_something_in_it_cannot_be_seen(app: &App) {
    let mina = app.user("mina");
    let rename = |nickname: &str| mina.patch("/api/users/me", json!({ "nickname": nickname }));
    for nickname in ["1\u{fe0f}\u{20e3}st", "👩🏽\u{200d}💻", "❤\u{fe0f}ab", "नमस्ते"]
    {
        assert_eq!(rename(nickname).expect(200).field("nickname"), nickname);
    }
    for character in [
        '\u{3164}',
        '\u{115f}',
        '\u{ffa0}',
        '\u{13441}',
        '\u{13442}',
        '\u{16fe4}',
        '\u{2800}',
        '\u{200c}',
        '\u{200d}',
        '\u{202e}',
        '\u{2066}',
        '\u{61c}',
        '\u{feff}',
        '\u{fe0f}',
        '\u{e0067}',
        '\u{ad}',
        '\u{7}',
        '\r',
        '\u{85}',
        ' ',
        '\u{3000}',
    ] {
        let answer = rename(&format!("mi{character}na"));
        let problem = answer.json();
        assert_eq!(
            refusals(answer),
            ["nickname character_not_allowed"],
            "{character:?}"
        );
        let number = format!("\"U+{:04X}\"", u32::from(character));
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(&number), "{detail}");
    }
    let client = mina.with("content-type", "application/json");
    for (body, refused) in [
        (r#"{"nickname":"mi\ud83dna"}"#, "nickname lone_surrogate"),
        (
            r#"{"nickname":"mina","nickname":"noah"}"#,
            "nickname duplicate",
        ),
    ] {
        let answer = client.send("PATCH", "/api/users/me", Some(body.into()));
        assert_eq!(refusals(answer), [refused]);
    }
}

#[test]
fn a_parameter_that_is_sent_twice_is_refused() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for (url, field) in [
        ("/api/posts?limit=1&limit=1".to_owned(), "limit"),
        (format!("{session}/questions?sort=top&%73ort=new"), "sort"),
        (format!("{session}/export?format=csv&format=json"), "format"),
    ] {
        assert_eq!(refusals(mina.get(&url)), [format!("{field} duplicate")]);
    }
}
