//! GET and PATCH /api/sessions/{sessionId}

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{GOOD_TIMES, bad_times, bad_titles, good_titles, reason};
use crate::support::*;

/// Ids that no session has, though the last two could be one's.
const NO_IDS: [&str; 10] = [
    "1",
    "x",
    "AAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAA",
    // The last character has bits that nobody writes.
    "AAAAAAAAAAAAAAAAAAAAAB",
    "AAAAAAAAAAAAAAAAAAAA==",
    "AAAAAAAAAAAAAAAAAAAA%2BA",
    "%00AAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAA",
    "zzzzzzzzzzzzzzzzzzzzzw",
];

#[apply(on_both_databases!)]
fn what_is_no_session_is_not_found(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let user_id = mina.user_id();
    for id in NO_IDS
        .map(str::to_owned)
        .into_iter()
        .chain([format!("{}A", &session[14..])])
    {
        let url = format!("/api/sessions/{id}");
        for answer in [
            mina.get(&url),
            mina.patch(&url, json!({ "title": "x" })),
            mina.get(&format!("{url}/qr.svg")),
            mina.post(&format!("{url}/terminate"), json!({})),
            mina.put(&format!("{url}/participants/me")),
            mina.get(&format!("{url}/participants")),
            mina.put(&format!("{url}/hosts/{user_id}")),
            mina.delete(&format!("{url}/hosts/{user_id}")),
            mina.get(&format!("{url}/questions")),
            mina.post(&format!("{url}/questions"), json!({ "body": "Why?" })),
        ] {
            answer.expect_problem(404, "not_found");
        }
    }
    assert_eq!(
        (
            app.database.count("participants"),
            app.database.count("questions")
        ),
        (1, 0)
    );
}

#[apply(on_both_databases!)]
fn a_bad_token_is_not_taken_for_none(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    let junk = app.anonymous().with("authorization", "Bearer junk");
    junk.get(&session).expect_problem(401, "invalid_token");
    app.anonymous()
        .with("cookie", "Authentication=junk")
        .get(&session)
        .expect(200);
}

#[apply(on_both_databases!)]
fn the_super_host_changes_the_title_and_the_end(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut expected = mina.get(&session).expect(200).session();
    app.advance(TimeDelta::minutes(1));
    let mut patch = |change: Value| {
        for (field, value) in change.as_object().unwrap() {
            expected[field] = value.clone();
        }
        let changed = mina.patch(&session, change).expect(200).session();
        assert_eq!(changed, expected);
        assert_eq!(mina.get(&session).expect(200).session(), expected);
    };
    patch(json!({ "title": "Lecture 8" }));
    patch(json!({ "expiresAt": "2026-03-02T12:00:00.000Z" }));
    patch(json!({ "title": "Lecture 9", "expiresAt": "2027-03-01T12:02:00.000Z" }));
    patch(json!({}));
    let same = mina
        .patch(&session, json!({ "title": null, "expiresAt": null }))
        .expect(200)
        .session();
    assert_eq!(same, expected);
    assert_eq!(
        mina.send("PATCH", &session, None).expect(200).session(),
        expected
    );
}

#[apply(on_both_databases!)]
fn a_change_takes_what_a_new_session_takes(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for title in good_titles() {
        let changed = mina.patch(&session, json!({ "title": title })).expect(200);
        assert_eq!(changed.field("title"), title);
    }
    for (asked, given) in GOOD_TIMES {
        let changed = mina
            .patch(&session, json!({ "expiresAt": asked }))
            .expect(200);
        assert_eq!(changed.field("expiresAt"), given);
    }
    let before = mina.get(&session).expect(200).json();
    for (title, code) in bad_titles() {
        let answer = mina.patch(&session, json!({ "title": title }));
        assert_eq!(reason(&answer), ("title".into(), code.into()), "{title}");
    }
    for (time, code) in bad_times() {
        // Nothing of a request is done if anything of it cannot be.
        let answer = mina.patch(&session, json!({ "title": "x", "expiresAt": time }));
        assert_eq!(reason(&answer), ("expiresAt".into(), code.into()), "{time}");
    }
    for field in ["joinCode", "endedAt", "createdAt", "role", "sessionId"] {
        let answer = mina.patch(&session, json!({ field: "2026-03-02T12:00:00Z" }));
        assert_eq!(reason(&answer), (field.into(), "unknown_field".into()));
    }
    assert_eq!(mina.get(&session).expect(200).json(), before);
}

#[apply(on_both_databases!)]
fn others_change_nothing(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    guest.enters(&session);
    mina.makes_host(&session, &noah);
    let before = mina.get(&session).expect(200).json();
    for other in [noah, guest, app.user("zoe"), app.guest()] {
        other
            .patch(&session, json!({ "title": "x" }))
            .expect_problem(403, "forbidden");
        other
            .send("PATCH", &session, None)
            .expect_problem(403, "forbidden");
    }
    let stranger = app.anonymous();
    stranger
        .patch(&session, json!({ "title": "x" }))
        .expect_problem(401, "missing_token");
    assert_eq!(mina.get(&session).expect(200).json(), before);
}

#[apply(on_both_databases!)]
fn what_has_ended_is_not_brought_back(app: &App) {
    let mina = app.user("mina");
    let (ended, expired) = (mina.opens("ended"), mina.opens("expired"));
    mina.post(&format!("{ended}/terminate"), json!({}))
        .expect(200);
    app.advance(TimeDelta::days(7));
    let mina = mina.refreshed();
    for session in [ended, expired] {
        let before = mina.get(&session).expect(200).json();
        for change in [
            json!({ "expiresAt": "2026-03-20T12:00:00Z" }),
            json!({ "title": "x" }),
            json!({}),
        ] {
            mina.patch(&session, change)
                .expect_problem(403, "session_ended");
        }
        assert_eq!(mina.get(&session).expect(200).json(), before);
    }
}
