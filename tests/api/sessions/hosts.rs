//! PUT and DELETE /api/sessions/{sessionId}/hosts/{userId}

use chrono::TimeDelta;
use serde_json::json;

use super::participants::listed;
use super::{EVERYTHING, entries, with_a_host};
use crate::support::*;

/// The URL under which someone is made a host.
fn host(session: &str, participant: &Client) -> String {
    format!("{session}/hosts/{}", participant.user_id())
}

/// The entries about hosts.
fn changes(app: &App) -> Vec<String> {
    entries(app, "action IN ('host_granted', 'host_revoked')")
}

#[apply(on_both_databases!)]
fn a_grant_and_a_revoke_hold_with_the_next_request(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = guest.asks(&session, "Why?");
    let pin = format!("{question}/pin");
    noah.enters(&session);
    let (user_id, mina_id) = (noah.user_id(), mina.user_id());
    let url = host(&session, &noah);
    let id = session.rsplit('/').next().unwrap().to_owned();
    let mut expected = Vec::new();
    for _ in 0..2 {
        noah.put(&pin).expect_problem(403, "forbidden");
        for _ in 0..2 {
            let granted = mina.put(&url).expect(200).json();
            assert_eq!(
                granted,
                json!({ "userId": user_id, "nickname": "noah", "role": "sub_host" })
            );
            noah.put(&pin).expect(200);
            assert_eq!(noah.get(&session).expect(200).field("role"), "sub_host");
            assert_eq!(
                listed(&guest, &session).0[1],
                ("noah".into(), "sub_host".into())
            );
        }
        expected.push(format!(
            "host_granted by {mina_id} in {id} to {user_id} from 127.0.0.1 logged in"
        ));
        assert_eq!(changes(app), expected);
        for _ in 0..2 {
            let revoked = mina.delete(&url).expect(200).json();
            assert_eq!(
                revoked,
                json!({ "userId": user_id, "nickname": "noah", "role": "participant" })
            );
            noah.delete(&pin).expect_problem(403, "forbidden");
            assert_eq!(noah.get(&session).expect(200).field("role"), "participant");
            assert_eq!(
                listed(&guest, &session).0[1],
                ("noah".into(), "participant".into())
            );
        }
        expected.push(format!(
            "host_revoked by {mina_id} in {id} to {user_id} from 127.0.0.1 logged in"
        ));
        assert_eq!(changes(app), expected);
    }
}

#[apply(on_both_databases!)]
fn who_is_not_listed_becomes_no_host(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let elsewhere = mina.opens("Lecture 8");
    noah.enters(&elsewhere);
    guest.enters(&session);
    let question = guest.asks(&session, "Why?");
    let (likes, hides) = (app.user("likes"), app.user("hides"));
    likes.likes(&question);
    hides.asks_anonymously(&session, "Who?");
    let reads = app.user("reads");
    let before = app.database.text(EVERYTHING);
    for person in [&noah, &guest, &likes, &hides, &reads] {
        mina.put(&host(&session, person))
            .expect_problem(404, "not_found");
        mina.delete(&host(&session, person))
            .expect_problem(404, "not_found");
    }
    assert_eq!(changes(app), Vec::<String>::new());
    assert_eq!(app.database.text(EVERYTHING), before);
    likes.enters(&session);
    hides.replies(&question, "Because.");
    for person in [&likes, &hides] {
        mina.put(&host(&session, person)).expect(200);
    }
}

#[apply(on_both_databases!)]
fn what_is_no_account_becomes_no_host(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for user_id in [
        "0",
        "-1",
        "1",
        "+7",
        "007",
        "7.0",
        "1e3",
        "me",
        "x",
        "%00",
        "9007199254740991",
        "9007199254740992",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "99999999999999999999999999999999",
        "NaN",
        "null",
        "%2E%2E",
    ] {
        let url = format!("{session}/hosts/{user_id}");
        mina.put(&url).expect_problem(404, "not_found");
        mina.delete(&url).expect_problem(404, "not_found");
    }
    assert_eq!(changes(app), Vec::<String>::new());
}

#[apply(on_both_databases!)]
fn the_super_host_stays_what_it_is(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let url = host(&session, &mina);
    mina.put(&url).expect_problem(409, "conflict");
    mina.delete(&url).expect_problem(409, "conflict");
    assert_eq!(mina.get(&session).expect(200).field("role"), "super_host");
    assert_eq!(changes(app), Vec::<String>::new());
}

#[apply(on_both_databases!)]
fn nobody_else_changes_hosts(app: &App) {
    let (session, [mina, noah, zoe, guest]) = with_a_host(app);
    let strangers = (app.user("stranger"), app.guest());
    let before = app.database.text(EVERYTHING);
    for person in [&noah, &zoe, &guest, &strangers.0, &strangers.1] {
        for other in [&mina, &noah, &zoe, &guest] {
            let url = host(&session, other);
            person.put(&url).expect_problem(403, "forbidden");
            person.delete(&url).expect_problem(403, "forbidden");
        }
    }
    app.anonymous()
        .put(&host(&session, &zoe))
        .expect_problem(401, "missing_token");
    app.anonymous()
        .delete(&host(&session, &noah))
        .expect_problem(401, "missing_token");
    assert_eq!(app.database.text(EVERYTHING), before);
}

#[apply(on_both_databases!)]
fn hosts_of_one_session_are_none_in_another(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let (one, other) = (mina.opens("one"), mina.opens("other"));
    for session in [&one, &other] {
        noah.enters(session);
    }
    mina.makes_host(&one, &noah);
    let question = mina.asks(&other, "Why?");
    noah.put(&format!("{question}/pin"))
        .expect_problem(403, "forbidden");
    noah.delete(&question).expect_problem(403, "forbidden");
    let own = noah.opens("noah's");
    mina.enters(&own);
    mina.put(&host(&own, &noah))
        .expect_problem(403, "forbidden");
    noah.makes_host(&own, &mina);
    mina.terminate(&own).expect_problem(403, "forbidden");
}

#[apply(on_both_databases!)]
fn a_host_writes_as_one_and_no_more_after_a_revoke(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = noah.asks(&session, "Why?");
    let is_host = || app.anonymous().get(&question).expect(200).json()["author"]["isHost"].clone();
    assert_eq!(is_host(), false);
    mina.makes_host(&session, &noah);
    assert_eq!(is_host(), true);
    mina.delete(&host(&session, &noah)).expect(200);
    assert_eq!(is_host(), false);
}

#[apply(on_both_databases!)]
fn a_grant_that_waited_for_the_end_is_refused(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    app.advance(TimeDelta::minutes(1));
    let url = host(&session, &noah);
    let end = "UPDATE sessions SET ended_at = '2026-03-01 12:00:30'";
    let answer = app.database.change_during(end, || mina.put(&url));
    answer.expect_problem(403, "session_ended");
    assert_eq!(changes(app), Vec::<String>::new());
}
