//! What a session is about, in more words than its title.

use serde_json::json;

use crate::support::*;

#[apply(on_both_databases!)]
fn a_description_is_told_wherever_the_session_is(app: &App) {
    let mina = app.user("mina");
    let body =
        json!({ "title": "Lecture 7", "description": "About e\u{301}t\u{e9},\n100 % \"live\"." });
    let opened = mina.post("/api/sessions", body).expect(201).json();
    let words = "About \u{e9}t\u{e9},\n100 % \"live\".";
    let session = format!("/api/sessions/{}", opened["sessionId"].as_str().unwrap());
    let code = opened["joinCode"].as_str().unwrap();
    assert_eq!(opened["description"], words, "in NFC");
    let by_code = format!("/api/sessions/by-code/{code}");
    for url in [&session, &by_code] {
        assert_eq!(
            app.anonymous().get(url).expect(200).json()["description"],
            words
        );
    }
    let list = mina.get("/api/sessions").expect(200).json();
    assert_eq!(list["sessions"][0]["description"], words);
    let export = mina.get(&format!("{session}/export")).expect(200).json();
    assert_eq!(export["session"]["description"], words);
    let mine = mina.get("/api/users/me/export").expect(200).json();
    assert_eq!(mine["contributions"]["sessions"][0]["description"], words);
}

#[apply(on_both_databases!)]
fn a_description_is_changed_alone_and_may_say_nothing(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    assert_eq!(mina.get(&session).expect(200).json()["description"], "");
    for words in ["About the proof.", "", " ", "왜?"] {
        let changed = mina.patch(&session, json!({ "description": words }));
        assert_eq!(changed.expect(200).json()["description"], words);
        let seen = mina.get(&session).expect(200).json();
        assert_eq!(
            (&seen["description"], &seen["title"]),
            (&json!(words), &json!("Lecture 7"))
        );
    }
    let renamed = mina.patch(&session, json!({ "title": "Lecture 8" }));
    assert_eq!(renamed.expect(200).json()["description"], "왜?");
}

#[apply(on_both_databases!)]
fn a_description_has_up_to_a_thousand_characters(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let longest = "👩‍💻é".repeat(250);
    let body = json!({ "title": "Lecture 8", "description": longest });
    mina.post("/api/sessions", body).expect(201);
    mina.patch(&session, json!({ "description": longest }))
        .expect(200);
    for (words, code) in [
        (json!("é".repeat(1_001)), "too_long"),
        (json!("a\u{7}b"), "control_character"),
        (json!("a\0b"), "null_character"),
        (json!(7), "wrong_type"),
        (json!(["x"]), "wrong_type"),
    ] {
        let body = json!({ "title": "Lecture 8", "description": words });
        for refused in [
            mina.post("/api/sessions", body),
            mina.patch(&session, json!({ "description": words })),
        ] {
            let refused = refused.expect_problem(400, "validation_failed").json();
            let error = &refused["errors"][0];
            assert_eq!(
                (&error["field"], &error["code"]),
                (&json!("description"), &json!(code))
            );
        }
    }
    assert_eq!(
        mina.get(&session).expect(200).json()["description"],
        longest
    );
}

/// `conflict` says what is in the way.
#[apply(on_both_databases!)]
fn a_conflict_tells_what_is_in_the_way(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let myself = format!("{session}/hosts/{}", mina.user_id());
    for (language, detail) in [
        (
            "en",
            "You are the super host. Hand the session over to a sub host instead.",
        ),
        (
            "ko",
            "지금 이 세션의 대표 호스트예요. 대신 다른 호스트에게 세션을 넘겨 주세요.",
        ),
    ] {
        let speaking = mina.with("accept-language", language);
        for refused in [speaking.put(&myself), speaking.delete(&myself)] {
            let refused = refused.expect_problem(409, "conflict");
            assert_eq!(refused.field("detail"), detail);
        }
    }
}
