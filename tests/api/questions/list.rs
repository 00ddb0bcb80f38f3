//! GET /api/sessions/{sessionId}/questions

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::*;

const SORTS: [&str; 3] = ["top", "new", "old"];

fn bodies(page: &Value) -> Vec<String> {
    let questions = page["questions"].as_array().unwrap().iter();
    questions
        .map(|it| it["body"].as_str().unwrap().to_owned())
        .collect()
}

fn list(person: &Client, session: &str, query: &str) -> Value {
    let answer = person.get(&format!("{session}/questions?{query}"));
    answer.expect(200).json()
}

/// Walks through all pages; `between` happens after each.
fn walk(person: &Client, session: &str, query: &str, mut between: impl FnMut()) -> Vec<String> {
    let mut page = list(person, session, query);
    let mut seen = bodies(&page);
    while let Some(cursor) = page["nextCursor"].as_str() {
        between();
        page = list(person, session, &format!("{query}&cursor={cursor}"));
        assert!(!bodies(&page).is_empty(), "a page that is empty");
        seen.extend(bodies(&page));
    }
    seen
}

/// Five questions, of which the fourth is pinned, the second closed, the first liked twice, the
/// third once.
fn five_questions(app: &App) -> (Client, Client, String) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let asked: Vec<_> = ["1", "2", "3", "4", "5"]
        .iter()
        .map(|it| noah.asks(&session, it))
        .collect();
    mina.put(&format!("{}/pin", asked[3])).expect(200);
    mina.put(&format!("{}/close", asked[1])).expect(200);
    mina.likes(&asked[0]);
    noah.likes(&asked[0]);
    noah.likes(&asked[2]);
    (mina, noah, session)
}

#[apply(on_both_databases!)]
fn pinned_questions_come_first_and_the_others_in_the_order_that_is_wanted(app: &App) {
    let (_, noah, session) = five_questions(app);
    for (query, expected) in [
        ("", "41352"),
        ("sort=top", "41352"),
        ("sort=new", "45321"),
        ("sort=old", "41235"),
        ("state=all", "41352"),
        ("state=open", "4135"),
        ("state=closed", "2"),
        ("sort=old&state=open", "4135"),
        ("state=open&sort=new", "4531"),
    ] {
        assert_eq!(
            bodies(&list(&noah, &session, query)).concat(),
            expected,
            "{query}"
        );
    }
    let nothing = list(&noah, &noah.opens("Empty"), "");
    let change = &nothing["change"];
    let expected = json!({ "questions": [], "nextCursor": null, "change": change });
    assert_eq!(nothing, expected);
}

#[apply(on_both_databases!)]
fn each_sees_what_is_its_own_and_what_it_likes(app: &App) {
    let (mina, noah, session) = five_questions(app);
    for (person, owned, liked) in [
        (&noah, "12345", "13"),
        (&mina, "", "1"),
        (&app.guest(), "", ""),
        (&app.anonymous(), "", ""),
    ] {
        let page = list(person, &session, "sort=old");
        let with = |flag: &str| {
            let mut bodies: Vec<_> = page["questions"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|it| it[flag] == true)
                .map(|it| it["body"].as_str().unwrap())
                .collect();
            bodies.sort_unstable();
            bodies.concat()
        };
        assert_eq!(
            (with("isOwner"), with("liked")),
            (owned.into(), liked.into())
        );
        assert!(
            page["questions"][0]["replies"].is_null(),
            "replies are read one by one"
        );
    }
    let bad = app.anonymous().with("authorization", "Bearer junk");
    bad.get(&format!("{session}/questions"))
        .expect_problem(401, "invalid_token");
}

#[apply(on_both_databases!)]
fn pages_miss_and_repeat_nothing_in_any_order(app: &App) {
    let (mina, _, session) = five_questions(app);
    for sort in SORTS {
        for state in ["all", "open", "closed"] {
            let query = format!("sort={sort}&state={state}");
            let whole = bodies(&list(&mina, &session, &format!("{query}&limit=100")));
            for limit in [1, 2, 3, 5] {
                let paged = walk(&mina, &session, &format!("{query}&limit={limit}"), || ());
                assert_eq!(paged, whole, "{query}&limit={limit}");
            }
        }
    }
}

/// Others ask, like, pin and delete what is new while someone reads: what was there is seen once.
#[apply(on_both_databases!)]
fn while_others_ask_between_two_pages_what_was_there_is_seen_once(app: &App) {
    let (mina, noah, session) = five_questions(app);
    for number in 6..20 {
        let asked = noah.asks(&session, &number.to_string());
        if number % 3 == 0 {
            mina.likes(&asked);
        }
        if number % 7 == 0 {
            mina.put(&format!("{asked}/pin")).expect(200);
        }
    }
    let mut before: Vec<String> = (1..20).map(|number| number.to_string()).collect();
    before.sort();
    for limit in [1, 7, 100] {
        for sort in SORTS {
            let mut news = 0;
            let seen = walk(
                &mina,
                &session,
                &format!("sort={sort}&limit={limit}"),
                || {
                    let asked = noah.asks(&session, "new");
                    match news % 4 {
                        0 => drop(mina.likes(&asked)),
                        1 => drop(mina.put(&format!("{asked}/pin")).expect(200)),
                        2 => drop(mina.delete(&asked).expect(204)),
                        _ => {}
                    }
                    news += 1;
                    // More pages than questions would never end.
                    assert!(news < 60, "sort={sort}&limit={limit} goes round and round");
                },
            );
            let mut old: Vec<_> = seen.into_iter().filter(|it| it != "new").collect();
            old.sort();
            assert_eq!(old, before, "sort={sort}&limit={limit}");
            app.database
                .execute("DELETE FROM questions WHERE body = 'new'");
            app.advance(chrono::TimeDelta::seconds(5));
        }
    }
}

#[apply(on_both_databases!)]
fn questions_that_are_liked_alike_are_paged_the_newest_first(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut expected: Vec<String> = (0..9).map(|number| number.to_string()).collect();
    for body in &expected {
        let asked = mina.asks(&session, body);
        mina.likes(&asked);
    }
    expected.reverse();
    assert_eq!(walk(&mina, &session, "limit=2", || ()), expected);
}

#[apply(on_both_databases!)]
fn a_question_that_was_deleted_does_not_end_the_list_behind_it(app: &App) {
    let (mina, noah, session) = five_questions(app);
    let first = list(&noah, &session, "sort=new&limit=2");
    let last = first["questions"][1]["questionId"].as_str().unwrap();
    mina.delete(&format!("/api/questions/{last}")).expect(204);
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = list(&noah, &session, &format!("sort=new&cursor={cursor}"));
    assert_eq!(bodies(&second).concat(), "321");
}

#[apply(on_both_databases!)]
fn replies_are_paged_pinned_ones_first_then_the_oldest(app: &App) {
    let (mina, noah) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let replies: Vec<_> = (0..7)
        .map(|it| noah.replies(&question, &it.to_string()))
        .collect();
    mina.put(&format!("{}/pin", replies[4])).expect(200);
    noah.delete(&replies[2]).expect(204);
    for limit in [1, 2, 3, 7, 100] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = mina
                .get(&format!("{question}?limit={limit}{cursor}"))
                .expect(200)
                .json();
            let replies = page["replies"].as_array().unwrap();
            assert!(replies.len() <= limit && page["body"] == "Why?");
            seen.extend(
                replies
                    .iter()
                    .map(|it| it["body"].as_str().unwrap_or("-").to_owned()),
            );
            let Some(next) = page["nextCursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
            mina.likes(&question);
        }
        assert_eq!(seen.concat(), "401-356", "limit={limit}");
    }
}

#[apply(on_both_databases!)]
fn a_question_comes_with_a_hundred_replies_if_nobody_asks_for_less(app: &App) {
    let mina = app.user("mina");
    let question = mina.asks(&mina.opens("Lecture 7"), "Why?");
    app.database.execute("WITH RECURSIVE number(i) AS \
        (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 101) \
        INSERT INTO replies (public_id, question_id, session_id, anonymous, body, pinned, likes_count, \
        created_at, updated_at) SELECT NEW_ID, question_id, session_id, TRUE, 'Because.', FALSE, 0, created_at, created_at FROM number, questions");
    let first = mina.get(&question).expect(200).json();
    assert_eq!(first["replies"].as_array().unwrap().len(), 100);
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = mina
        .get(&format!("{question}?cursor={cursor}"))
        .expect(200)
        .json();
    assert_eq!(rest["replies"].as_array().unwrap().len(), 1);
}

#[apply(on_both_databases!)]
fn what_is_no_cursor_of_this_list_is_refused(app: &App) {
    let (mina, _, session) = five_questions(app);
    for number in 0..2 {
        mina.post(
            "/api/posts",
            json!({ "title": number.to_string(), "content": "x" }),
        )
        .expect(201);
    }
    let cursor = |query: &str| {
        let page = list(&mina, &session, query);
        page["nextCursor"].as_str().unwrap().to_owned()
    };
    let good = cursor("sort=new&limit=2");
    let of_posts = mina
        .get("/api/posts?limit=1")
        .expect(200)
        .field("nextCursor");
    let encode = |json: &str| URL_SAFE_NO_PAD.encode(json);
    for bad in [
        String::new(),
        "x".into(),
        of_posts,
        good[..good.len() - 2].into(),
        format!("{good}%3D"),
        format!("{good}="),
        format!("{good}A"),
        cursor("sort=top&limit=2"),
        cursor("sort=old&limit=2"),
        encode("{}"),
        encode("null"),
        encode("[]"),
        "_".repeat(2_000),
        encode(r#"{"id":0,"likes":0,"pinned":false,"sort":"new"}"#),
        encode(r#"{"id":-1,"likes":0,"pinned":false,"sort":"new"}"#),
        encode(r#"{"id":1,"likes":0,"pinned":false,"sort":"new","x":1}"#),
        encode(r#"{"id":1,"likes":0,"pinned":1,"sort":"new"}"#),
        encode(r#"{"id":99999999999999999999,"likes":0,"pinned":false,"sort":"new"}"#),
    ] {
        let answer = mina.get(&format!("{session}/questions?sort=new&cursor={bad}"));
        answer.expect_problem(400, "invalid_cursor");
    }
    list(&mina, &session, &format!("sort=new&cursor={good}"));
    list(&mina, &session, &format!("sort=new&limit=1&cursor={good}"));
}

#[apply(on_both_databases!)]
fn what_is_no_query_of_this_list_is_refused(app: &App) {
    let (mina, _, session) = five_questions(app);
    for (query, field, code) in [
        ("limit=0", "limit", "out_of_range"),
        ("limit=101", "limit", "out_of_range"),
        ("limit=-1", "limit", "out_of_range"),
        ("limit=007", "limit", "out_of_range"),
        ("limit=1e1", "limit", "out_of_range"),
        ("limit=", "limit", "out_of_range"),
        ("sort=Top", "sort", "not_one_of"),
        ("sort=", "sort", "not_one_of"),
        ("sort=likes", "sort", "not_one_of"),
        ("state=OPEN", "state", "not_one_of"),
        ("state=deleted", "state", "not_one_of"),
        ("page=2", "page", "unknown_field"),
        ("offset=1", "offset", "unknown_field"),
    ] {
        let answer = mina.get(&format!("{session}/questions?{query}"));
        let error = answer.expect_problem(400, "validation_failed").json()["errors"][0].clone();
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{query}"
        );
    }
    for id in [
        "x".into(),
        "A".repeat(22),
        "A".repeat(2_000),
        "%00".into(),
        "1".into(),
    ] {
        mina.get(&format!("/api/sessions/{id}/questions"))
            .expect_problem(404, "not_found");
    }
}

#[apply(on_both_databases!)]
fn a_list_has_the_questions_of_its_session_alone(app: &App) {
    let (mina, noah, session) = five_questions(app);
    let other = mina.opens("Another");
    noah.asks(&other, "x");
    assert_eq!(bodies(&list(&mina, &other, "")), ["x"]);
    let all: BTreeSet<_> = bodies(&list(&mina, &session, "")).into_iter().collect();
    assert!(!all.contains("x"));
    let first = list(&mina, &session, "sort=old&limit=1");
    let cursor = first["nextCursor"].as_str().unwrap();
    mina.get(&format!("{other}/questions?sort=old&cursor={cursor}"))
        .expect_problem(400, "invalid_cursor");
}
