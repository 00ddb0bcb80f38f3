//! GET /api/sessions/{sessionId}/participants and PUT /api/sessions/{sessionId}/participants/me

use serde_json::{Value, json};

use crate::support::*;

/// Who is listed, with their roles, and how many others there are.
#[track_caller]
pub fn listed(participant: &Client, session: &str) -> (Vec<(String, String)>, i64) {
    let page = participant
        .get(&format!("{session}/participants?limit=100"))
        .expect(200)
        .json();
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let participants = page["participants"].as_array().unwrap().iter();
    let participants = participants.map(|it| (text(it, "nickname"), text(it, "role")));
    (
        participants.collect(),
        page["anonymousCount"].as_i64().unwrap(),
    )
}

fn participant_count(session: &str, app: &App) -> i64 {
    let session = app.anonymous().get(session).expect(200).json();
    session["participantCount"].as_i64().unwrap()
}

/// Those who are listed but for their roles, in the order of their names.
fn names(participant: &Client, session: &str) -> Vec<String> {
    let mut names: Vec<_> = listed(participant, session)
        .0
        .into_iter()
        .map(|it| it.0)
        .collect();
    names.sort();
    names
}

#[apply(on_both_databases!)]
fn whoever_enters_is_told_as_whom(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let named = json!({ "userId": noah.user_id(), "nickname": "noah", "role": "participant" });
    let nobody = json!({ "userId": null, "nickname": null, "role": "participant" });
    let host = json!({ "userId": mina.user_id(), "nickname": "mina", "role": "super_host" });
    for _ in 0..2 {
        assert_eq!(noah.enters(&session), named);
        assert_eq!(guest.enters(&session), nobody);
        assert_eq!(mina.enters(&session), host);
    }
    assert_eq!(app.database.count("participants"), 3);
    mina.makes_host(&session, &noah);
    assert_eq!(
        noah.enters(&session)["role"],
        "sub_host",
        "coming in again changes no role"
    );
    assert_eq!(noah.get(&session).expect(200).field("role"), "sub_host");
    assert_eq!(participant_count(&session, app), 3);
    let stranger = app.anonymous().put(&format!("{session}/participants/me"));
    stranger.expect_problem(401, "missing_token");
}

#[apply(on_both_databases!)]
fn a_body_says_whether_one_is_listed_and_nothing_else(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let noah = noah.with("content-type", "application/json");
    let enter = |body: &str| {
        let url = format!("{session}/participants/me");
        noah.send("PUT", &url, Some(body.to_owned().into()))
    };
    for (body, code) in [
        (r#"{"role":"super_host","userId":1}"#, "validation_failed"),
        (r#"{"listed":"yes"}"#, "validation_failed"),
        (r#"{"listed":0}"#, "validation_failed"),
        ("{", "malformed_json"),
        ("\0", "malformed_json"),
        ("[7]", "malformed_json"),
    ] {
        enter(body).expect_problem(400, code);
    }
    assert_eq!(listed(&mina, &session).0.len(), 1, "nobody came in");
    for body in ["", "{}", r#"{"listed":null}"#, r#"{"listed":true}"#] {
        assert_eq!(enter(body).expect(200).field("role"), "participant");
    }
    let of_another = noah.put(&format!("{session}/participants/{}", mina.user_id()));
    of_another.expect_problem(404, "not_found");
    assert_eq!(listed(&mina, &session).0.len(), 2);
}

#[apply(on_both_databases!)]
fn one_person_who_enters_twelve_times_at_once_is_one(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    for _ in 0..4 {
        let session = mina.opens("Lecture 7");
        let before = app.database.count("participants");
        for (person, listed_ones, others) in [(&noah, 2, 0), (&guest, 2, 1)] {
            for entered in race(12, |_| person.put(&format!("{session}/participants/me"))) {
                assert_eq!(entered.expect(200).field("role"), "participant");
            }
            let (participants, anonymous) = listed(&mina, &session);
            assert_eq!((participants.len(), anonymous), (listed_ones, others));
            assert_eq!(
                participant_count(&session, app),
                listed_ones as i64 + others
            );
        }
        assert_eq!(app.database.count("participants"), before + 2);
    }
}

#[apply(on_both_databases!)]
fn twelve_people_who_enter_at_once_are_twelve(app: &App) {
    let mina = app.user("mina");
    let people: Vec<_> = (0..12)
        .map(|number| match number % 2 {
            0 => app.guest(),
            _ => app.user(&format!("person-{number}")),
        })
        .collect();
    for _ in 0..3 {
        let session = mina.opens("Lecture 7");
        race(12, |number| people[number].enters(&session));
        let (participants, anonymous) = listed(&mina, &session);
        assert_eq!((participants.len(), anonymous), (7, 6));
        assert_eq!(participant_count(&session, app), 13);
    }
}

#[apply(on_both_databases!)]
fn an_entry_that_waited_for_ones_own_is_not_counted_again(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let entry = format!(
        "UPDATE sessions SET listed_count = 2; \
         INSERT INTO participants (session_id, user_id, role, listed, anonymous, session_created_at) \
         SELECT session_id, {}, 'participant', TRUE, FALSE, created_at FROM sessions",
        noah.user_id()
    );
    app.database.change_during(&entry, || noah.enters(&session));
    assert_eq!(
        (
            listed(&mina, &session).0.len(),
            participant_count(&session, app)
        ),
        (2, 2)
    );
}

#[apply(on_both_databases!)]
fn only_those_who_take_part_see_who_does(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let url = format!("{session}/participants");
    app.anonymous()
        .get(&url)
        .expect_problem(401, "missing_token");
    for stranger in [&noah, &guest] {
        stranger.get(&session).expect(200);
        stranger.get(&url).expect_problem(403, "forbidden");
    }
    noah.enters(&session);
    guest.likes(&mina.asks(&session, "Why?"));
    for participant in [&noah, &guest, &mina] {
        assert_eq!(listed(participant, &session).1, 1);
    }
    let other = mina.opens("Lecture 8");
    noah.get(&format!("{other}/participants"))
        .expect_problem(403, "forbidden");
}

#[apply(on_both_databases!)]
fn listed_are_those_who_came_or_wrote_under_a_name(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = guest.asks(&session, "Why?");
    app.user("reader").get(&session).expect(200);
    app.user("enters").enters(&session);
    app.user("asks").asks(&session, "When?");
    app.user("replies").replies(&question, "Because.");
    app.user("likes").likes(&question);
    app.user("hides").asks_anonymously(&session, "Who?");
    app.user("unlikes")
        .delete(&format!("{question}/like"))
        .expect(200);
    assert_eq!(
        names(&mina, &session),
        ["asks", "enters", "mina", "replies"]
    );
    // Taking back a like that was never given lets nobody in.
    assert_eq!(
        (listed(&mina, &session).1, participant_count(&session, app)),
        (3, 7)
    );
}

#[apply(on_both_databases!)]
fn who_is_seen_later_stays_counted_among_the_unseen(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let noah = app.user("noah");
    noah.likes(&question);
    assert_eq!(
        (names(&mina, &session).len(), listed(&mina, &session).1),
        (1, 1)
    );
    noah.enters(&session);
    assert_eq!(
        (names(&mina, &session).len(), listed(&mina, &session).1),
        (2, 1)
    );
    let zoe = app.user("zoe");
    zoe.enters(&session);
    zoe.likes(&question);
    assert_eq!(
        (names(&mina, &session).len(), listed(&mina, &session).1),
        (3, 1),
        "a name likes"
    );
    for person in [&zoe, &zoe, &mina] {
        person.asks_anonymously(&session, "Who?");
        let seen = (names(&mina, &session).len(), listed(&mina, &session).1);
        assert_eq!(seen, (3, 1), "it could be the one who is unseen");
    }
    assert_eq!(participant_count(&session, app), 4);
}

#[apply(on_both_databases!)]
fn the_first_anonymous_words_of_a_listed_person_look_like_a_newcomers(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = noah.asks(&session, "Why?");
    assert_eq!(
        (names(&mina, &session).len(), listed(&mina, &session).1),
        (2, 0)
    );
    for person in [&noah, &noah, &mina] {
        let reply = json!({ "body": "Who?", "anonymous": true });
        person
            .post(&format!("{question}/replies"), reply)
            .expect(201);
        assert_eq!(
            (names(&mina, &session).len(), listed(&mina, &session).1),
            (2, 1)
        );
    }
    assert_eq!(participant_count(&session, app), 3);
}

#[apply(on_both_databases!)]
fn hosts_are_listed_first_and_guests_never(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let people: Vec<_> = (0..9)
        .map(|number| app.user(&format!("person-{number}")))
        .collect();
    for person in &people {
        person.enters(&session);
        app.guest().asks(&session, "Why?");
    }
    let hosts = [&people[2], &people[5], &people[7]];
    for host in hosts {
        mina.makes_host(&session, host);
    }
    let (participants, anonymous) = listed(&people[0], &session);
    let roles: Vec<_> = participants.iter().map(|it| it.1.as_str()).collect();
    let expected = [&["super_host"][..], &["sub_host"; 3], &["participant"; 6]].concat();
    assert_eq!((roles, anonymous), (expected, 9));
    assert_eq!(participants[0].0, "mina");
    for limit in [1, 3, 4] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = mina
                .get(&format!("{session}/participants?limit={limit}{cursor}"))
                .expect(200)
                .json();
            let names = page["participants"].as_array().unwrap().iter();
            let names: Vec<_> = names
                .map(|it| it["nickname"].as_str().unwrap().to_owned())
                .collect();
            assert!(names.len() <= limit);
            assert_eq!(page["anonymousCount"], 9);
            seen.extend(names);
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let expected: Vec<_> = participants.iter().map(|it| it.0.clone()).collect();
        assert_eq!(seen, expected, "in pages of {limit}");
    }
}

#[apply(on_both_databases!)]
fn a_participant_is_called_as_the_account_is_now(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    noah.patch("/api/users/me", json!({ "nickname": "noah-b" }))
        .expect(200);
    assert_eq!(names(&mina, &session), ["mina", "noah-b"]);
    noah.delete_account().expect(204);
    assert_eq!(names(&mina, &session), ["mina"], "at once");
    app.purge().unwrap();
    assert_eq!(
        (names(&mina, &session), participant_count(&session, app)),
        (vec!["mina".into()], 1)
    );
}

#[apply(on_both_databases!)]
fn what_is_no_page_is_refused(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let other = mina.opens("Lecture 8");
    noah.enters(&session);
    noah.enters(&other);
    let get = |query: &str| mina.get(&format!("{session}/participants?{query}"));
    for query in ["limit=0", "limit=101", "limit=-1", "limit=abc", "sort=top"] {
        get(query).expect_problem(400, "validation_failed");
    }
    let of_sessions = noah
        .get("/api/sessions?limit=1")
        .expect(200)
        .field("nextCursor");
    let own = get("limit=1").expect(200).field("nextCursor");
    get(&format!("cursor={own}")).expect(200);
    for cursor in ["", "x", &of_sessions, &own[1..], &format!("{own}%3D")] {
        get(&format!("cursor={cursor}")).expect_problem(400, "invalid_cursor");
    }
    noah.get(&format!("{other}/participants?cursor={own}"))
        .expect_problem(400, "invalid_cursor");
}
