//! DELETE /api/sessions/{sessionId}/participants/me

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::participants::listed;
use super::{EVERYTHING, SESSIONS, entries, titles};
use crate::questions::counts::expect_true_counts;
use crate::support::*;

impl Client {
    /// Leaves a session, or tries to.
    pub fn leave(&self, session: &str) -> Answer {
        self.delete(&format!("{session}/participants/me"))
    }
}

/// Of a session: the listed, the anonymous, and the two together.
fn counts(app: &App, session: &str) -> [i64; 3] {
    let session = app.anonymous().get(session).expect(200).json();
    ["listedCount", "anonymousCount", "participantCount"].map(|it| session[it].as_i64().unwrap())
}

fn role(person: &Client, session: &str) -> Value {
    person.get(session).expect(200).json()["role"].clone()
}

fn host_entries(app: &App) -> Vec<String> {
    entries(
        app,
        "action IN ('host_granted', 'host_revoked', 'host_handed_over')",
    )
}

#[apply(on_both_databases!)]
fn whoever_has_left_takes_part_no_longer_and_the_words_stay(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = noah.asks(&session, "Why?");
    let reply = guest.replies(&question, "So.");
    noah.likes(&reply);
    assert_eq!(counts(app, &session), [2, 1, 3]);
    for (person, after) in [(&noah, [1, 1, 2]), (&guest, [1, 1, 2])] {
        for _ in 0..2 {
            assert_eq!(person.leave(&session).expect(204).text, "");
            assert_eq!(counts(app, &session), after, "the anonymous stay counted");
        }
        assert_eq!(role(person, &session), Value::Null);
        let mine = person.get(SESSIONS).expect(200).json();
        assert_eq!(titles(&mine), Vec::<String>::new());
        let export = person.get("/api/users/me/export").expect(200).json();
        let left = &export["contributions"]["sessions"][0];
        assert_eq!(left["role"], Value::Null);
        assert_ne!(
            left["leftAt"],
            Value::Null,
            "it is stored, and told to its owner"
        );
        person
            .get(&format!("{session}/participants"))
            .expect_problem(403, "forbidden");
        let host = format!("{session}/hosts/{}", person.user_id());
        mina.put(&host).expect_problem(404, "not_found");
        mina.delete(&host).expect_problem(404, "not_found");
    }
    assert_eq!(
        listed(&mina, &session),
        (vec![("mina".into(), "super_host".into())], 1)
    );
    let seen = noah.get(&question).expect(200).json();
    assert_eq!(
        (
            &seen["author"]["nickname"],
            &seen["isOwner"],
            &seen["replies"][0]["likesCount"]
        ),
        (&json!("noah"), &json!(true), &json!(1))
    );
    guest
        .patch(&reply, json!({ "body": "Because." }))
        .expect(200);
    guest.delete(&reply).expect(204);
    assert_eq!(
        role(&guest, &session),
        Value::Null,
        "deleting lets nobody in"
    );
    assert_eq!(host_entries(app), Vec::<String>::new());
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_sub_host_who_leaves_gives_the_role_up(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    noah.enters(&session);
    mina.makes_host(&session, &noah);
    let own = noah.asks(&session, "As a host?");
    let is_host = || mina.get(&own).expect(200).json()["author"]["isHost"].clone();
    assert_eq!(is_host(), true);
    noah.leave(&session).expect(204);
    noah.leave(&session).expect(204);
    assert_eq!(is_host(), false);
    let (id, noah_id) = (session.rsplit('/').next().unwrap(), noah.user_id());
    let revoked =
        format!("host_revoked by {noah_id} in {id} to {noah_id} from 127.0.0.1 logged in");
    assert_eq!(host_entries(app)[1..], [revoked]);
    for (method, url) in [
        ("PUT", format!("{question}/pin")),
        ("DELETE", question.clone()),
        ("GET", format!("{session}/export")),
    ] {
        noah.send(method, &url, None)
            .expect_problem(403, "forbidden");
    }
    assert_eq!(noah.enters(&session)["role"], "participant");
    noah.put(&format!("{question}/pin"))
        .expect_problem(403, "forbidden");
    mina.makes_host(&session, &noah);
    noah.put(&format!("{question}/pin")).expect(200);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn the_session_of_who_leaves_goes_to_the_longest_serving_sub_host(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let names = ["disabled", "gone", "again", "oldest", "newest"];
    let people = names.map(|name| app.user(name));
    for person in &people {
        person.enters(&session);
        mina.makes_host(&session, person);
        app.advance(TimeDelta::seconds(1));
    }
    let [disabled, gone, again, oldest, _] = &people;
    // Who is made a host again serves anew.
    mina.delete(&format!("{session}/hosts/{}", again.user_id()))
        .expect(200);
    mina.makes_host(&session, again);
    gone.delete_account().expect(204);
    app.purge().unwrap();
    app.database.execute(&format!(
        "UPDATE users SET active = FALSE WHERE user_id = {}",
        disabled.user_id()
    ));
    mina.leave(&session).expect(204);
    let (participants, _) = listed(oldest, &session);
    let expected = [
        ("again", "sub_host"),
        ("disabled", "sub_host"),
        ("newest", "sub_host"),
        ("oldest", "super_host"),
    ];
    let mut participants: Vec<_> = participants.iter().map(|it| (&*it.0, &*it.1)).collect();
    participants.sort_unstable();
    assert_eq!(participants, expected);
    let (id, mina_id) = (session.rsplit('/').next().unwrap(), mina.user_id());
    let by_mina = format!("by {mina_id} in {id} to");
    let entries = host_entries(app);
    assert_eq!(
        entries[entries.len() - 2..],
        [
            format!(
                "host_handed_over {by_mina} {} from 127.0.0.1 logged in",
                oldest.user_id()
            ),
            format!("host_revoked {by_mina} {mina_id} from 127.0.0.1 logged in"),
        ]
    );
    assert_eq!(mina.enters(&session)["role"], "participant");
    mina.terminate(&session).expect_problem(403, "forbidden");
    oldest.terminate(&session).expect(200);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn without_a_sub_host_the_super_host_stays(app: &App) {
    let (mina, noah, guest, disabled) = (
        app.user("mina"),
        app.user("noah"),
        app.guest(),
        app.user("disabled"),
    );
    let session = mina.opens("Lecture 7");
    for person in [&noah, &guest, &disabled] {
        person.enters(&session);
    }
    mina.makes_host(&session, &disabled);
    app.database
        .execute("UPDATE users SET active = FALSE WHERE nickname = 'disabled'");
    for is_over in [false, true] {
        if is_over {
            mina.terminate(&session).expect(200);
        }
        let before = app.database.text(EVERYTHING);
        let details = ["en", "ko"].map(|language| {
            let left = mina.with("accept-language", language).leave(&session);
            left.expect_problem(409, "conflict").field("detail")
        });
        assert!(
            details[0].contains("no sub host to take over"),
            "{details:?}"
        );
        assert!(
            details[1].contains("넘겨받을 호스트가 없어요"),
            "{details:?}"
        );
        assert_eq!(app.database.text(EVERYTHING), before, "over: {is_over}");
    }
    assert_eq!(role(&mina, &session), "super_host");
}

#[apply(on_both_databases!)]
fn a_stranger_leaves_nothing_behind(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let strangers = [app.user("stranger"), app.guest()];
    let before = app.database.text(EVERYTHING);
    for stranger in &strangers {
        stranger.leave(&session).expect(204);
    }
    app.anonymous()
        .leave(&session)
        .expect_problem(401, "missing_token");
    let nowhere = format!("{SESSIONS}/{}", "A".repeat(22));
    mina.leave(&nowhere).expect_problem(404, "not_found");
    assert_eq!(app.database.text(EVERYTHING), before);
}

#[apply(on_both_databases!)]
fn people_leave_after_the_end_and_do_not_come_back(app: &App) {
    let (mina, noah, sub, guest) = (
        app.user("mina"),
        app.user("noah"),
        app.user("subin"),
        app.guest(),
    );
    let session = mina.opens("Lecture 7");
    for person in [&noah, &sub, &guest] {
        person.enters(&session);
    }
    mina.makes_host(&session, &sub);
    mina.terminate(&session).expect(200);
    for person in [&noah, &guest, &mina] {
        person.leave(&session).expect(204);
        person
            .put(&format!("{session}/participants/me"))
            .expect_problem(403, "session_ended");
    }
    assert_eq!(counts(app, &session), [1, 1, 2]);
    assert_eq!(role(&sub, &session), "super_host");
    sub.reopen(&session).expect(200);
    noah.enters(&session);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn who_comes_back_takes_the_row_up_and_is_not_counted_anew(app: &App) {
    let (mina, noah, hides, guest) = (
        app.user("mina"),
        app.user("noah"),
        app.user("hides"),
        app.guest(),
    );
    let session = mina.opens("Lecture 7");
    let question = hides.asks_anonymously(&session, "Why?");
    guest.likes(&question);
    noah.enters(&session);
    noah.replies(&question, "So.");
    assert_eq!(counts(app, &session), [2, 2, 4]);
    for number in 0..20 {
        for person in [&noah, &hides, &guest] {
            person.leave(&session).expect(204);
        }
        assert_eq!(counts(app, &session), [1, 2, 3], "away, round {number}");
        noah.enters(&session);
        match number % 3 {
            0 => drop(guest.enters(&session)),
            1 => drop(guest.asks(&session, "Again?")),
            _ => drop(guest.likes(&question)),
        }
        match number % 2 {
            0 => drop(hides.asks_anonymously(&session, "Again?")),
            _ => drop(hides.likes(&question)),
        }
        assert_eq!(counts(app, &session), [2, 2, 4], "back, round {number}");
    }
    assert_eq!(app.database.count("participants"), 4);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn leaving_and_coming_back_unlisted_counts_once(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    let mut seen = Vec::new();
    for _ in 0..20 {
        noah.leave(&session).expect(204);
        noah.enters_unlisted(&session).expect(200);
        seen.push(counts(app, &session));
    }
    assert_eq!(seen, [[1, 1, 2]; 20]);
    noah.enters(&session);
    assert_eq!(counts(app, &session), [2, 1, 3]);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn leaving_against_a_grant_leaves_no_host(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let host = format!("{session}/hosts/{}", noah.user_id());
    for _ in 0..8 {
        noah.enters(&session);
        let answers = race(2, |number| match number {
            0 => mina.put(&host),
            _ => noah.leave(&session),
        });
        assert!([200, 404].contains(&answers[0].status), "{answers:?}");
        answers[1].clone().expect(204);
        assert_eq!(role(&noah, &session), Value::Null);
        assert_eq!(listed(&mina, &session).0.len(), 1);
        assert_eq!(
            app.database.count("participants WHERE role = 'sub_host'"),
            0
        );
        expect_true_counts(app);
    }
    noah.enters(&session);
    let leave = "UPDATE sessions SET listed_count = listed_count - 1; UPDATE participants SET \
        listed = FALSE, left_at = '2026-03-01 12:00:00' WHERE role = 'participant'";
    app.database
        .change_during(leave, || mina.put(&host))
        .expect_problem(404, "not_found");
}

#[apply(on_both_databases!)]
fn eight_departures_and_entries_at_once_keep_counts_true(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    guest.enters(&session);
    for _ in 0..6 {
        let answers = race(8, |number| match number {
            0 | 1 => noah.leave(&session),
            2 => noah.put(&format!("{session}/participants/me")),
            3 => noah.post(&format!("{session}/questions"), json!({ "body": "Why?" })),
            4 | 5 => guest.leave(&session),
            6 => guest.put(&format!("{question}/like")),
            _ => guest.put(&format!("{session}/participants/me")),
        });
        assert!(answers.iter().all(|it| it.status < 300), "{answers:?}");
        assert_eq!(counts(app, &session)[1], 1);
        expect_true_counts(app);
    }
}
