//! Every write of the contract: those who follow are told exactly what GET says differently.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::walk_hosts::walk_moderation;
use super::walker::{Seen, Walk};
use crate::support::contract::DOCUMENT;
use crate::support::*;

/// Writes that nobody who follows a session sees.
const SEEN_BY_NOBODY: [&str; 15] = [
    "change_password",
    "end_login",
    "end_other_logins",
    "sign_in_guest",
    "refresh",
    "sign_out",
    "register_by_cookie",
    "sign_in_by_cookie",
    "refresh_by_cookie",
    "sign_out_by_cookie",
    "open_session",
    "create_post",
    "update_post",
    "delete_post",
    // Its stream ends, and is tested where streams are.
    "delete_session",
];

fn patch(client: &Client, path: &str, body: Value) {
    client.patch(path, body).expect(200);
}

fn delete(client: &Client, path: &str) {
    client.delete(path).expect(204);
}

#[apply(on_both_databases!)]
fn what_is_told_of_each_write_is_what_get_says_differently(kind: Kind) {
    let app = App::start(kind);
    let [mina, joon, sora] = ["mina", "joon", "sora"].map(|name| app.user(name));
    let session = mina.opens("Hall");
    let mut walk = Walk::new(&app, &mina, &session);
    let me = format!("{session}/participants/me");

    walk.step("enter_session", || joon.enters(&session));
    walk.step("enter_session", || {
        sora.put_json(&me, json!({ "listed": false })).expect(200)
    });
    walk.step("grant_host", || mina.makes_host(&session, &joon));
    let question = walk.step("ask_question", || sora.asks(&session, "Why?"));
    let hidden = walk.step("ask_question", || {
        sora.asks_anonymously(&session, "And how?")
    });
    walk_items(&mut walk, &mina, &sora, &question);
    walk_moderation(&mut walk, &mina, &sora);
    walk.step("change_nickname", || {
        patch(&sora, "/api/users/me", json!({ "nickname": "sora-2" }))
    });
    walk.step("leave_session", || delete(&sora, &me));
    walk.step("change_nickname", || {
        patch(&sora, "/api/users/me", json!({ "nickname": "sora-3" }))
    });
    walk.step("hand_over_session", || {
        let heir = json!({ "userId": joon.user_id() });
        mina.put_json(&format!("{session}/super-host"), heir)
            .expect(200)
    });
    walk.step("hand_over_session", || {
        let heir = json!({ "userId": mina.user_id() });
        joon.put_json(&format!("{session}/super-host"), heir)
            .expect(200)
    });
    walk.step("revoke_host", || {
        mina.delete(&format!("{session}/hosts/{}", joon.user_id()))
            .expect(200)
    });
    walk_claims(&mut walk, &question, &hidden);
    walk.step("update_session", || {
        patch(
            &mina,
            &session,
            json!({ "title": "Hall 2", "description": "Upstairs" }),
        )
    });
    walk.step("update_session", || {
        patch(&mina, &session, json!({ "title": "Hall 2" }))
    });
    walk.step("end_session", || {
        mina.post(&format!("{session}/terminate"), json!({}))
            .expect(200)
    });
    walk.step("delete_question", || delete(&mina, &hidden));
    walk.step("reopen_session", || {
        mina.post(&format!("{session}/reopen"), json!({}))
            .expect(200)
    });
    walk.step("delete_account", || {
        sora.delete_account().expect(204);
        app.purge().unwrap();
    });
    expect_every_write(&walk.walked);
}

/// What is done to a question and to replies. `mina` is a host, `sora` has asked.
fn walk_items(walk: &mut Walk, mina: &Client, sora: &Client, question: &str) {
    let guest = walk.app.guest();
    let part = |name: &str| format!("{question}/{name}");
    walk.step("edit_question", || {
        patch(sora, question, json!({ "body": "Why not?" }))
    });
    walk.step("like_question", || guest.likes(question));
    walk.step("like_question", || guest.likes(question));
    walk.step("edit_question", || {
        patch(sora, question, json!({ "body": "Why then?" }))
    });
    walk.step("unlike_question", || {
        guest.delete(&part("like")).expect(200)
    });
    walk.step("pin_question", || mina.put(&part("pin")).expect(200));
    walk.step("pin_question", || mina.put(&part("pin")).expect(200));
    walk.step("unpin_question", || mina.delete(&part("pin")).expect(200));
    walk.step("close_question", || mina.put(&part("close")).expect(200));
    walk.step("reopen_question", || {
        mina.delete(&part("close")).expect(200)
    });

    let reply = walk.step("reply_to_question", || sora.replies(question, "Because."));
    let other = walk.step("reply_to_question", || guest.replies(question, "So."));
    let part = |name: &str| format!("{reply}/{name}");
    walk.step("edit_reply", || {
        patch(sora, &reply, json!({ "body": "Because of it." }))
    });
    walk.step("like_reply", || guest.likes(&reply));
    walk.step("unlike_reply", || guest.delete(&part("like")).expect(200));
    walk.step("like_reply", || guest.likes(&reply));
    walk.step("edit_reply", || {
        patch(sora, &reply, json!({ "body": "For that." }))
    });
    walk.step("pin_reply", || mina.put(&part("pin")).expect(200));
    walk.step("unpin_reply", || mina.delete(&part("pin")).expect(200));
    walk.step("delete_reply", || delete(sora, &reply));
    walk.step("delete_reply", || delete(mina, &other));
}

/// Two guests become accounts, each of which likes the same as its guest.
fn walk_claims(walk: &mut Walk, question: &str, hidden: &str) {
    let claiming = |client: &Client, guest: &Client, path: &str| {
        client.secrets.lock().unwrap().add(&client.password);
        client.secrets.lock().unwrap().add(&client.email);
        let token = guest.access_token.as_ref().unwrap();
        let body = json!({
            "email": client.email, "password": client.password, "claimGuest": token
        });
        let mut body = body.as_object().unwrap().clone();
        if path == "/api/users" {
            body.insert("nickname".into(), client.nickname.as_str().into());
        }
        client.post(path, body.into());
    };
    let (haru, guest) = (walk.app.registered("haru"), walk.app.guest());
    walk.step("ask_question", || {
        guest.asks(&walk_session(question, &guest), "From a guest?")
    });
    walk.step("like_question", || guest.likes(hidden));
    walk.step("like_question", || haru.signed_in().likes(hidden));
    walk.step("sign_in", || claiming(&haru, &guest, "/api/auth/login"));
    let (bora, guest) = (walk.app.stranger("bora"), walk.app.guest());
    walk.step("like_question", || guest.likes(hidden));
    walk.step("register_account", || claiming(&bora, &guest, "/api/users"));
}

/// The URL of the session in which a question was asked.
fn walk_session(question: &str, reader: &Client) -> String {
    let question = reader.get(question).expect(200).json();
    format!("/api/sessions/{}", question["sessionId"].as_str().unwrap())
}

/// Stops the test where the contract has a write that nobody has looked at.
fn expect_every_write(walked: &BTreeSet<&str>) {
    let paths = DOCUMENT["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap());
    let writes = operations
        .filter(|(method, _)| ["post", "put", "patch", "delete"].contains(&method.as_str()));
    let writes: BTreeSet<_> = writes
        .map(|(_, it)| it["operationId"].as_str().unwrap())
        .collect();
    let looked_at: BTreeSet<_> = walked.iter().copied().chain(SEEN_BY_NOBODY).collect();
    assert_eq!(looked_at, writes);
}

/// One person with an anonymous and a named question: whatever happens to the person, nobody who
/// follows sees that the two are of one.
#[apply(on_both_databases!)]
fn nothing_that_happens_to_a_person_touches_what_is_anonymous(kind: Kind) {
    let app = App::start(kind);
    let [mina, sora] = ["mina", "sora"].map(|name| app.user(name));
    let session = mina.opens("Hall");
    let walk = Walk::new(&app, &mina, &session);
    sora.asks(&session, "Why?");
    let hidden = sora.asks_anonymously(&session, "And how?");
    let hidden = hidden.rsplit('/').next().unwrap();
    let hidden_reply = {
        let body = json!({ "body": "So.", "anonymous": true });
        let question = format!("/api/questions/{hidden}/replies");
        sora.post(&question, body).expect(201).field("replyId")
    };
    let guest = app.guest();
    guest.likes(&format!("/api/questions/{hidden}"));
    let hosts = format!("{session}/hosts/{}", sora.user_id());
    let me = format!("{session}/participants/me");
    let acts: [(&str, &dyn Fn()); 7] = [
        ("rename", &|| {
            patch(&sora, "/api/users/me", json!({ "nickname": "sora-2" }))
        }),
        ("grant", &|| drop(mina.put(&hosts).expect(200))),
        ("revoke", &|| drop(mina.delete(&hosts).expect(200))),
        ("removal of the guest", &|| delete(&guest, "/api/users/me")),
        ("leaving", &|| delete(&sora, &me)),
        ("rename after leaving", &|| {
            patch(&sora, "/api/users/me", json!({ "nickname": "sora-3" }))
        }),
        ("deletion", &|| drop(sora.delete_account().expect(204))),
    ];
    for (what, act) in acts {
        let (_, seen) = walk.around(what, || {
            act();
            app.purge().unwrap();
        });
        for Seen { events, .. } in &seen {
            let told = events.iter().find(|event| {
                let is_hidden = |key: &str, id: &str| event.data[key] == id;
                is_hidden("questionId", hidden) || is_hidden("replyId", &hidden_reply)
            });
            assert!(
                told.is_none(),
                "{what} tells of what is anonymous: {told:?}"
            );
            let counted = events
                .iter()
                .any(|it| !it.data["questions"][hidden].is_null());
            let took_a_like_back = what == "removal of the guest";
            assert_eq!(counted, took_a_like_back, "{what}: {events:?}");
        }
    }
}
