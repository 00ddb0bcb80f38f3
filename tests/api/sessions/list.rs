//! GET /api/sessions

use chrono::TimeDelta;
use serde_json::json;

use super::{SESSIONS, open, titles};
use crate::support::*;

#[apply(on_both_databases!)]
fn my_sessions_are_those_i_take_part_in_the_newest_first(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let mut urls = Vec::new();
    for title in ["opened", "entered", "liked", "host", "asked", "read"] {
        urls.push(if title == "opened" {
            noah.opens(title)
        } else {
            mina.opens(title)
        });
        app.advance(TimeDelta::seconds(1));
    }
    // The order is that of the sessions, however late someone comes in.
    noah.enters(&urls[3]);
    mina.makes_host(&urls[3], &noah);
    noah.asks_anonymously(&urls[4], "Why?");
    noah.enters(&urls[1]);
    noah.likes(&mina.asks(&urls[2], "Why?"));
    noah.get(&urls[5]).expect(200);
    let page = noah.get(SESSIONS).expect(200).json();
    assert_eq!(
        titles(&page),
        ["asked", "host", "liked", "entered", "opened"]
    );
    let sessions = page["sessions"].as_array().unwrap().iter();
    let roles: Vec<_> = sessions.map(|it| it["role"].as_str().unwrap()).collect();
    assert_eq!(
        roles,
        [
            "participant",
            "sub_host",
            "participant",
            "participant",
            "super_host"
        ]
    );
    assert!(page["nextCursor"].is_null());
    for session in page["sessions"].as_array().unwrap() {
        let url = format!("{SESSIONS}/{}", session["sessionId"].as_str().unwrap());
        assert_eq!(
            &noah.get(&url).expect(200).json(),
            session,
            "as it is alone"
        );
    }
    let none = json!({ "sessions": [], "nextCursor": null });
    assert_eq!(guest.get(SESSIONS).expect(200).json(), none);
    guest.enters(&urls[1]);
    assert_eq!(titles(&guest.get(SESSIONS).expect(200).json()), ["entered"]);
}

#[apply(on_both_databases!)]
fn a_list_comes_in_pages_that_miss_and_repeat_nothing(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let mut opened = Vec::new();
    for number in 0..25 {
        // Some at the same time.
        app.advance(TimeDelta::microseconds(number / 3 % 2));
        let session = open(&mina, &json!({ "title": number.to_string() })).expect(201);
        // An answer has the milliseconds of the time alone; the list is in the order of the whole.
        opened.push((app.now(), session.field("sessionId"), number.to_string()));
    }
    let read = |cursor: &str, limit: usize| {
        let page = mina
            .get(&format!("{SESSIONS}?limit={limit}{cursor}"))
            .expect(200)
            .json();
        assert!(titles(&page).len() <= limit);
        page
    };
    let first = mina.get(SESSIONS).expect(200).json();
    assert_eq!(titles(&first).len(), 20);
    let mut page = read("", 3);
    let mut seen = titles(&page);
    while let Some(cursor) = page["nextCursor"].as_str() {
        mina.opens("opened meanwhile");
        page = read(&format!("&cursor={cursor}"), 3);
        seen.extend(titles(&page));
    }
    opened.sort();
    let expected: Vec<_> = opened.into_iter().rev().map(|it| it.2).collect();
    assert_eq!(seen, expected);
    let cursor = first["nextCursor"].as_str().unwrap();
    // Nobody else's cursor is taken.
    noah.get(&format!("{SESSIONS}?cursor={cursor}"))
        .expect_problem(400, "invalid_cursor");
}

#[apply(on_both_databases!)]
fn what_is_no_page_is_refused(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("one");
    mina.opens("two");
    noah.enters(&session);
    let get = |query: &str| mina.get(&format!("{SESSIONS}?{query}"));
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=abc",
        "limit=",
        "limit=1e1",
        "offset=1",
    ] {
        get(query).expect_problem(400, "validation_failed");
    }
    let cursor = |url: &str, name: &str| {
        let page = mina.get(&format!("{url}limit=1")).expect(200).json();
        page[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {page}"))
            .to_owned()
    };
    let own = cursor(&format!("{SESSIONS}?"), "nextCursor");
    get(&format!("cursor={own}")).expect(200);
    for number in 0..2 {
        mina.asks(&session, &number.to_string());
        mina.post("/api/posts", json!({ "title": "x", "content": "x" }))
            .expect(201);
    }
    for cursor in [
        String::new(),
        "x".into(),
        "%F0%9F%99%82".into(),
        format!("{own}A"),
        own[..own.len() - 2].into(),
        cursor("/api/posts?", "nextCursor"),
        cursor(&format!("{session}/participants?"), "nextCursor"),
        cursor(&format!("{session}/questions?"), "nextCursor"),
    ] {
        get(&format!("cursor={cursor}")).expect_problem(400, "invalid_cursor");
    }
}
