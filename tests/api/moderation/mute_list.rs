//! GET and DELETE /api/sessions/{sessionId}/mutes, who may mute, what is refused, and what the
//! audit trail holds.

use serde_json::{Value, json};

use crate::support::moderation::id_of;
use crate::support::*;

fn session_of<const N: usize>(mina: &Client, people: [&Client; N]) -> String {
    let session = mina.opens("Lecture 7");
    for person in people {
        person.enters(&session);
    }
    session
}

#[apply(on_both_databases!)]
fn a_mute_is_told_by_its_item_alone(app: &App) {
    let [mina, subin, noah] = ["mina", "subin", "noah"].map(|it| app.user(it));
    let session = session_of(&mina, [&subin, &noah]);
    mina.makes_host(&session, &subin);
    let long = "ab바👩".repeat(30);
    let named = noah.asks(&session, "Named?");
    let hidden = noah.asks_anonymously(&session, &long);
    let reply = app
        .guest()
        .replies(&named, &long[..long.find("👩").unwrap()]);
    for (host, entry) in [(&mina, &named), (&subin, &hidden), (&mina, &reply)] {
        host.mutes(entry);
        app.advance(chrono::TimeDelta::seconds(1));
    }
    let host = |person: &Client| json!({ "userId": person.user_id(), "nickname": person.nickname });
    let excerpt: String = long.chars().take(100).chain(['…']).collect();
    let expected = [
        json!([null, "ab바", host(&mina), "2026-03-01T12:00:02.000Z"]),
        json!([null, excerpt, host(&subin), "2026-03-01T12:00:01.000Z"]),
        json!(["noah", "Named?", host(&mina), "2026-03-01T12:00:00.000Z"]),
    ];
    let mutes = mina.lists_mutes(&session);
    assert_eq!(subin.lists_mutes(&session), mutes);
    for (mute, expected) in mutes.iter().zip(&expected) {
        let fields = mute.as_object().unwrap();
        let told = ["nickname", "excerpt", "mutedBy", "mutedAt"].map(|it| &fields[it]);
        assert_eq!(json!(told), *expected);
        assert_eq!(fields.len(), 5, "and the id");
    }
    assert_eq!(mutes.len(), 3);
}

#[apply(on_both_databases!)]
fn what_a_mute_tells_changes_with_what_it_is_about(app: &App) {
    let [mina, subin, noah] = ["mina", "subin", "noah"].map(|it| app.user(it));
    let session = session_of(&mina, [&subin, &noah]);
    mina.makes_host(&session, &subin);
    let question = noah.asks(&session, "Why?");
    let reply = noah.replies(&question, "So.");
    for entry in [&question, &reply] {
        subin.mutes(entry);
    }
    let told = |field: &str| {
        let mutes = mina.lists_mutes(&session);
        json!(mutes.iter().map(|it| it[field].clone()).collect::<Vec<_>>())
    };
    assert_eq!(told("excerpt"), json!(["So.", "Why?"]));
    noah.patch("/api/users/me", json!({ "nickname": "noah-new" }))
        .expect(200);
    assert_eq!(told("nickname"), json!(["noah-new", "noah-new"]));
    noah.delete(&reply).expect(204);
    assert_eq!(
        told("excerpt"),
        json!([null, "Why?"]),
        "deleted by its author"
    );
    mina.delete(&question).expect(204);
    assert_eq!(told("excerpt"), json!([null, null]));
    assert_eq!(told("nickname"), json!(["noah-new", "noah-new"]));
    subin.delete_account().expect(204);
    app.purge().unwrap();
    assert_eq!(told("mutedBy"), json!([null, null]));
    noah.delete_account().expect(204);
    app.purge().unwrap();
    assert_eq!(told("nickname"), json!([null, null]));
    mina.unmutes_last(&session);
}

#[apply(on_both_databases!)]
fn mutes_come_in_pages_the_newest_first(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for number in 0..7 {
        let question = app.guest().asks(&session, &number.to_string());
        mina.mutes(&question);
    }
    let (mut seen, mut query) = (Vec::new(), String::new());
    loop {
        let page = mina.get(&format!("{session}/mutes?limit=3{query}"));
        let page = page.expect(200).json();
        let mutes = page["mutes"].as_array().unwrap();
        seen.extend(
            mutes
                .iter()
                .map(|it| it["excerpt"].as_str().unwrap().to_owned()),
        );
        match page["nextCursor"].as_str() {
            Some(cursor) => query = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
    let other = mina.opens("Lecture 8");
    let page = mina.get(&format!("{session}/mutes?limit=3")).expect(200);
    let cursor = page.field("nextCursor");
    mina.get(&format!("{other}/mutes?cursor={cursor}"))
        .expect_problem(400, "invalid_cursor");
    for query in ["limit=0", "limit=101", "limit=x", "all=true"] {
        mina.get(&format!("{session}/mutes?{query}"))
            .expect_problem(400, "validation_failed");
    }
}

#[apply(on_both_databases!)]
fn hosts_alone_mute_and_see_mutes(app: &App) {
    let [mina, subin, noah] = ["mina", "subin", "noah"].map(|it| app.user(it));
    let session = session_of(&mina, [&subin, &noah]);
    mina.makes_host(&session, &subin);
    let guest = app.guest();
    let question = guest.asks(&session, "Why?");
    let reply = guest.replies(&question, "So.");
    subin.mutes(&question);
    let mute = subin.lists_mutes(&session).remove(0);
    let mine = app.user("zoe");
    mine.opens("Of my own");
    for other in [&noah, &guest, &mine] {
        for entry in [&question, &reply] {
            other.mute(entry).expect_problem(403, "forbidden");
            other.remove_all(entry).expect_problem(403, "forbidden");
        }
        other
            .get(&format!("{session}/mutes"))
            .expect_problem(403, "forbidden");
        other
            .unmute(&session, &mute)
            .expect_problem(403, "forbidden");
    }
    let nobody = app.anonymous();
    nobody.mute(&question).expect_problem(401, "missing_token");
    nobody
        .unmute(&session, &mute)
        .expect_problem(401, "missing_token");
    mina.delete(&format!("{session}/hosts/{}", subin.user_id()))
        .expect(200);
    subin.mute(&question).expect_problem(403, "forbidden");
    subin
        .get(&format!("{session}/mutes"))
        .expect_problem(403, "forbidden");
    assert_eq!(mina.lists_mutes(&session), [mute]);
}

#[apply(on_both_databases!)]
fn what_is_not_there_or_no_request_is_refused(app: &App) {
    let mina = app.user("mina");
    let [session, other] = ["One", "Two"].map(|it| mina.opens(it));
    let guest = app.guest();
    let question = guest.asks(&session, "Why?");
    let reply = guest.replies(&question, "So.");
    let gone = guest.replies(&question, "Gone.");
    guest.delete(&gone).expect(204);
    let path = format!("{question}/author/mute");
    for (body, field, code) in [
        (json!({ "removeAll": "yes" }), "removeAll", "not_a_boolean"),
        (json!({ "removeAll": 1 }), "removeAll", "not_a_boolean"),
        (json!({ "remove_all": true }), "remove_all", "unknown_field"),
        (json!({ "reason": "x" }), "reason", "unknown_field"),
    ] {
        let problem = mina.post(&path, body);
        let problem = problem.expect_problem(400, "validation_failed").json();
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code))
        );
    }
    mina.post(&path, json!([]))
        .expect_problem(400, "malformed_json");
    for entry in [
        gone.as_str(),
        "/api/questions/AAAAAAAAAAAAAAAAAAAAAA",
        "/api/replies/AAAAAAAAAAAAAAAAAAAAAA",
        "/api/questions/1",
        &question.replace("questions", "replies"),
        &reply.replace("replies", "questions"),
    ] {
        mina.mute(entry).expect_problem(404, "not_found");
        mina.remove_all(entry).expect_problem(404, "not_found");
    }
    assert_eq!(mina.lists_mutes(&session), Vec::<Value>::new());
    for body in [
        json!({}),
        json!({ "removeAll": null }),
        json!({ "removeAll": false }),
    ] {
        assert_eq!(mina.post(&path, body).expect(204).text, "");
    }
    let mute = mina.lists_mutes(&session).remove(0);
    mina.unmute(&other, &mute).expect_problem(404, "not_found");
    for id in ["AAAAAAAAAAAAAAAAAAAAAA", "1", "x", id_of(&question)] {
        mina.delete(&format!("{session}/mutes/{id}"))
            .expect_problem(404, "not_found");
    }
    assert_eq!(
        mina.lists_mutes(&session),
        [mute],
        "of one item there is one"
    );
    mina.get(&question).expect(200);
}

/// Each entry: what, who did it, which item, and everything else that could tell whose it is.
fn entries(app: &App) -> Vec<String> {
    let sql = "SELECT coalesce(string_agg(action || ' by ' || coalesce(CAST(user_id AS TEXT), '-') \
        || ' of ' || coalesce(item_id, '-') || ' in ' || coalesce(session_id, '-') || ' from ' \
        || coalesce(ip, '-') || ' to ' || coalesce(CAST(subject_id AS TEXT), '-') || ' at ' \
        || coalesce(address_hash, '-'), '\n' ORDER BY audit_event_id), '') AS text \
        FROM audit_events WHERE action LIKE '%mute%' OR action LIKE '%remove%'";
    app.database.text(sql).lines().map(str::to_owned).collect()
}

#[apply(on_both_databases!)]
fn mutes_are_recorded_by_their_item_and_never_by_whose_it_is(app: &App) {
    let [mina, subin, noah] = ["mina", "subin", "noah"].map(|it| app.user(it));
    let session = session_of(&mina, [&subin, &noah]);
    mina.makes_host(&session, &subin);
    let named = noah.asks(&session, "Named?");
    let hidden = subin.asks_anonymously(&session, "Hidden?");
    let reply = app.guest().replies(&named, "So.");
    let mut expected = Vec::new();
    let mut expect = |action: &str, host: &Client, item: &str| {
        let (user_id, session) = (host.user_id(), id_of(&session));
        expected.push(format!(
            "{action} by {user_id} of {item} in {session} from 127.0.0.1 to - at -"
        ));
        assert_eq!(entries(app), expected);
    };
    for (host, item) in [(&mina, &named), (&subin, &hidden), (&mina, &reply)] {
        host.mutes(item);
        expect("author_muted", host, id_of(item));
    }
    let mute = mina.lists_mutes(&session).remove(0);
    subin.unmute(&session, &mute).expect(204);
    expect("author_unmuted", &subin, mute["muteId"].as_str().unwrap());
    // Nothing was done.
    noah.mute(&hidden).expect_problem(403, "forbidden");
    mina.unmute(&session, &mute)
        .expect_problem(404, "not_found");
    mina.remove_all(&hidden).expect(204);
    let before = entries(app);
    let removed = before[4..]
        .iter()
        .map(|it| it.split(" by ").next().unwrap());
    assert_eq!(removed.collect::<Vec<_>>(), ["author_muted", "all_removed"]);
    assert!(before[4..].iter().all(|it| it.contains(id_of(&hidden))
        && it.ends_with(" to - at -")
        && it.contains(&format!(" by {} ", mina.user_id()))));
    // It is the host's to read, and nobody else's.
    let export = mina.get("/api/users/me/export").expect(200).text;
    assert!(export.contains("author_muted") && export.contains(id_of(&named)));
    for other in [&noah, &subin.refreshed()] {
        let export = other.get("/api/users/me/export").expect(200).text;
        assert!(!export.contains("all_removed"), "{export}");
    }
}
