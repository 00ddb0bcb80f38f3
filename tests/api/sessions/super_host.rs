//! PUT /api/sessions/{sessionId}/super-host

use serde_json::{Value, json};

use super::participants::listed;
use super::{EVERYTHING, entries, open, reason, sessions_of_the_only_account};
use crate::questions::counts::expect_true_counts;
use crate::support::*;

impl Client {
    /// Hands a session over, or tries to.
    pub fn hands_over(&self, session: &str, heir: &Client) -> Answer {
        self.hands_over_to(session, json!({ "userId": heir.user_id() }))
    }

    fn hands_over_to(&self, session: &str, body: Value) -> Answer {
        let client = self.with("content-type", "application/json");
        let url = format!("{session}/super-host");
        client.send("PUT", &url, Some(body.to_string().into_bytes()))
    }
}

/// A session with a super host and a sub host.
fn hosted(app: &App) -> (Client, Client, String) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    mina.makes_host(&session, &noah);
    (mina, noah, session)
}

fn role(person: &Client, session: &str) -> Value {
    person.get(session).expect(200).json()["role"].clone()
}

/// The names of the super hosts: one, if all is well.
fn super_hosts(reader: &Client, session: &str) -> Vec<String> {
    let (participants, _) = listed(reader, session);
    let hosts = participants.into_iter().filter(|it| it.1 == "super_host");
    hosts.map(|it| it.0).collect()
}

fn handed_over(app: &App) -> Vec<String> {
    entries(app, "action = 'host_handed_over'")
}

/// The words of an answer in each language.
fn details(person: &Client, send: impl Fn(&Client) -> Answer) -> [String; 2] {
    ["en", "ko"].map(|language| {
        let answer = send(&person.with("accept-language", language));
        answer.expect_problem(409, "conflict").field("detail")
    })
}

#[apply(on_both_databases!)]
fn the_roles_of_super_host_and_sub_host_change_places(app: &App) {
    let (mina, noah, session) = hosted(app);
    let question = app.guest().asks(&session, "Why?");
    let id = session.rsplit('/').next().unwrap().to_owned();
    let mut expected = Vec::new();
    for is_over in [false, true] {
        for (from, to, name) in [(&mina, &noah, "noah"), (&noah, &mina, "mina")] {
            let answer = from.hands_over(&session, to).expect(200).json();
            assert_eq!(
                answer,
                json!({ "userId": to.user_id(), "nickname": name, "role": "super_host" })
            );
            assert_eq!(role(from, &session), "sub_host");
            assert_eq!(role(to, &session), "super_host");
            assert_eq!(super_hosts(from, &session), [name]);
            expected.push(format!(
                "host_handed_over by {} in {id} to {} from 127.0.0.1 logged in",
                from.user_id(),
                to.user_id()
            ));
            assert_eq!(handed_over(app), expected);
            from.terminate(&session).expect_problem(403, "forbidden");
            from.delete(&session).expect_problem(403, "forbidden");
            from.hands_over(&session, from)
                .expect_problem(403, "forbidden");
            if !is_over {
                to.patch(&session, json!({ "title": "Lecture 8" }))
                    .expect(200);
                from.put(&format!("{question}/pin")).expect(200);
            }
        }
        mina.terminate(&session).expect(200);
    }
    assert_eq!(listed(&mina, &session).0.len(), 2);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn what_is_in_the_way_of_a_hand_over_is_said_in_both_languages(app: &App) {
    let (mina, _, session) = hosted(app);
    let zoe = app.user("zoe");
    zoe.enters(&session);
    let before = app.database.text(EVERYTHING);
    let own = details(&mina, |mina| mina.hands_over(&session, mina));
    assert!(own[0].contains("You are the super host"), "{own:?}");
    assert!(own[1].contains("대표 호스트"), "{own:?}");
    let other = details(&mina, |mina| mina.hands_over(&session, &zoe));
    assert!(other[0].contains("no sub host"), "{other:?}");
    assert!(other[1].contains("호스트가 아니에요"), "{other:?}");
    assert_eq!(app.database.text(EVERYTHING), before);
}

#[apply(on_both_databases!)]
fn who_is_not_listed_takes_no_session_over(app: &App) {
    let (mina, noah, session) = hosted(app);
    let (guest, hides, left, gone) = (
        app.guest(),
        app.user("hides"),
        app.user("left"),
        app.user("gone"),
    );
    guest.enters(&session);
    hides.asks_anonymously(&session, "Who?");
    for person in [&left, &gone] {
        person.enters(&session);
        mina.makes_host(&session, person);
    }
    left.delete(&format!("{session}/participants/me"))
        .expect(204);
    let gone_id = gone.user_id();
    gone.delete_account().expect(204);
    let (elsewhere, stranger) = (app.user("elsewhere"), app.user("stranger"));
    let other = noah.opens("Lecture 8");
    elsewhere.enters(&other);
    noah.makes_host(&other, &elsewhere);
    app.purge().unwrap();
    let before = app.database.text(EVERYTHING);
    for person in [&guest, &hides, &left, &elsewhere, &stranger] {
        mina.hands_over(&session, person)
            .expect_problem(404, "not_found");
    }
    mina.hands_over_to(&session, json!({ "userId": gone_id }))
        .expect_problem(404, "not_found");
    assert_eq!(app.database.text(EVERYTHING), before);
    assert_eq!(super_hosts(&mina, &session), ["mina"]);
}

#[apply(on_both_databases!)]
fn what_is_no_account_takes_no_session_over(app: &App) {
    let (mina, _, session) = hosted(app);
    for user_id in [
        json!(0),
        json!(-1),
        json!(1.5),
        json!(9_007_199_254_740_992_i64),
        json!(i64::MIN),
        json!(1e300),
        json!("7"),
        json!(true),
        json!(null),
        json!([7]),
        json!({}),
    ] {
        let answer = mina.hands_over_to(&session, json!({ "userId": user_id }));
        let (field, _) = reason(&answer);
        assert_eq!(field, "userId", "{user_id}");
    }
    assert_eq!(
        reason(&mina.hands_over_to(&session, json!({}))),
        ("userId".into(), "missing".into())
    );
    mina.put(&format!("{session}/super-host"))
        .expect_problem(415, "unsupported_media_type");
    mina.hands_over_to(&session, json!({ "userId": 7 }))
        .expect_problem(404, "not_found");
    assert_eq!(handed_over(app), Vec::<String>::new());
}

#[apply(on_both_databases!)]
fn nobody_else_hands_a_session_over(app: &App) {
    let (mina, noah, session) = hosted(app);
    let (zoe, guest) = (app.user("zoe"), app.guest());
    for person in [&zoe, &guest] {
        person.enters(&session);
    }
    let others = [&noah, &zoe, &guest, &app.user("stranger"), &app.guest()];
    let before = app.database.text(EVERYTHING);
    for other in others {
        for heir in [&noah, &zoe, &mina] {
            other
                .hands_over(&session, heir)
                .expect_problem(403, "forbidden");
        }
    }
    app.anonymous()
        .hands_over_to(&session, json!({ "userId": 7 }))
        .expect_problem(401, "missing_token");
    assert_eq!(app.database.text(EVERYTHING), before);
}

#[apply(on_both_databases!)]
fn of_two_hand_overs_at_once_one_is_done(app: &App) {
    let (mina, noah, session) = hosted(app);
    let zoe = app.user("zoe");
    zoe.enters(&session);
    mina.makes_host(&session, &zoe);
    let heirs = [&noah, &zoe];
    for _ in 0..6 {
        let answers = race(4, |number| mina.hands_over(&session, heirs[number % 2]));
        let done: Vec<_> = (0..4).filter(|it| answers[*it].status == 200).collect();
        assert_eq!(done.len(), 1, "{answers:?}");
        let refused = answers.iter().filter(|it| it.code() == "forbidden").count();
        assert_eq!(refused, 3, "{answers:?}");
        let heir = heirs[done[0] % 2];
        assert_eq!(super_hosts(&mina, &session), [heir.nickname.as_str()]);
        heir.hands_over(&session, &mina).expect(200);
    }
    assert_eq!(handed_over(app).len(), 12);
}

#[apply(on_both_databases!)]
fn a_hand_over_against_a_revoke_leaves_one_super_host(app: &App) {
    let (mina, noah, session) = hosted(app);
    let host = format!("{session}/hosts/{}", noah.user_id());
    for _ in 0..6 {
        let answers = race(2, |number| match number {
            0 => mina.hands_over(&session, &noah),
            _ => mina.delete(&host),
        });
        let statuses = (answers[0].status, answers[1].status);
        match statuses {
            (200, 403) => {
                assert_eq!(super_hosts(&mina, &session), ["noah"]);
                noah.hands_over(&session, &mina).expect(200);
            }
            (409, 200) => {
                assert_eq!(super_hosts(&mina, &session), ["mina"]);
                mina.put(&host).expect(200);
            }
            _ => panic!("{answers:?}"),
        }
    }
}

#[apply(on_both_databases!)]
fn a_hand_over_against_ones_own_leaving_leaves_one_super_host(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    for _ in 0..6 {
        let session = mina.opens("Lecture 7");
        noah.enters(&session);
        mina.makes_host(&session, &noah);
        let answers = race(2, |number| match number {
            0 => mina.hands_over(&session, &noah),
            _ => mina.delete(&format!("{session}/participants/me")),
        });
        answers[1].clone().expect(204);
        assert!([200, 403].contains(&answers[0].status), "{answers:?}");
        assert_eq!(super_hosts(&noah, &session), ["noah"]);
        assert_eq!(role(&mina, &session), Value::Null);
        expect_true_counts(app);
    }
    assert_eq!(handed_over(app).len(), 6, "each session changed hands once");
}

#[apply(on_both_databases!)]
fn a_hand_over_against_the_heirs_deletion_leaves_the_super_host(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for round in 0..6 {
        let noah = app.user(&format!("noah-{round}"));
        noah.enters(&session);
        mina.makes_host(&session, &noah);
        let user_id = json!({ "userId": noah.user_id() });
        let answers = race(2, |number| match number {
            0 => mina.hands_over_to(&session, user_id.clone()),
            _ => noah.delete_account(),
        });
        answers[1].clone().expect(204);
        assert!([200, 404].contains(&answers[0].status), "{answers:?}");
        app.purge().unwrap();
        assert_eq!(super_hosts(&mina, &session), ["mina"], "it came back");
        assert_eq!(
            mina.get(&session).expect(200).json()["endedAt"],
            Value::Null
        );
        expect_true_counts(app);
    }
}

#[apply(on_both_databases!)]
fn a_hand_over_that_waited_for_the_revoke_is_refused(app: &App) {
    let (mina, noah, session) = hosted(app);
    let revoke = "UPDATE sessions SET title = title; \
        UPDATE participants SET role = 'participant', host_since = NULL WHERE role = 'sub_host'";
    let body = json!({ "userId": noah.user_id() });
    let hand_over = || mina.hands_over_to(&session, body);
    app.database
        .change_during(revoke, hand_over)
        .expect_problem(409, "conflict");
    assert_eq!(super_hosts(&mina, &session), ["mina"]);
}

#[apply(on_both_databases!)]
fn a_session_counts_for_whoever_opened_it(app: &App) {
    let mina = app.user("mina");
    app.database.execute(&sessions_of_the_only_account(1, 999));
    let session = mina.opens("the thousandth");
    let noah = app.user("noah");
    noah.enters(&session);
    mina.makes_host(&session, &noah);
    mina.hands_over(&session, &noah).expect(200);
    mina.delete(&format!("{session}/participants/me"))
        .expect(204);
    let one_more = json!({ "title": "one more" });
    open(&mina, &one_more).expect_problem(409, "conflict");
    app.database.execute(&format!(
        "UPDATE sessions SET opened_by = {} WHERE title = 'x'",
        noah.user_id()
    ));
    open(&mina, &one_more).expect(201);
    open(&noah, &one_more).expect(201);
    open(&noah, &one_more).expect_problem(409, "conflict");
}
