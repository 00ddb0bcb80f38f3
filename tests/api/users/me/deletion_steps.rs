//! DELETE /api/users/me: what holds at once, and what the purge does later, step by step.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::questions::counts::expect_true_counts;
use crate::sessions::delete::deleted_until;
use crate::support::database::Database;
use crate::support::*;

/// Lets the purge take nobody out of any session, so that it fails where it begins.
fn hold_purge(database: &Database) {
    database.execute(if database.is_postgres() {
        // A sequence keeps what is rolled back, too.
        "CREATE SEQUENCE held; CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM nextval('held'); RAISE EXCEPTION 'held'; END $$; \
         CREATE TRIGGER hold BEFORE DELETE ON participants FOR EACH ROW EXECUTE FUNCTION hold()"
    } else {
        // A fault of this statement alone: with RAISE, which looks like one of the database, writes
        // of others in the same transaction would fail.
        "CREATE TABLE held (it TEXT NOT NULL); \
         CREATE TRIGGER hold BEFORE DELETE ON participants \
         BEGIN INSERT INTO held VALUES (NULL); END"
    });
}

fn release_purge(database: &Database) {
    database.execute(if database.is_postgres() {
        "DROP TRIGGER hold ON participants"
    } else {
        "DROP TRIGGER hold; DROP TABLE held"
    });
}

/// Nothing names the account, and every count is true.
#[track_caller]
pub fn expect_nothing_of(database: &Database, user_id: i64) {
    for (table, column) in [
        ("users", "user_id"),
        ("account_deletions", "user_id"),
        ("participants", "user_id"),
        ("questions", "author_id"),
        ("replies", "author_id"),
        ("question_likes", "user_id"),
        ("reply_likes", "user_id"),
        ("refresh_tokens", "user_id"),
        ("posts", "author_id"),
        ("sessions", "opened_by"),
    ] {
        let left = format!("{table} WHERE {column} = {user_id}");
        assert_eq!(database.count(&left), 0, "{left}");
    }
}

/// SQL: someone asks, replies and likes so often, in the sessions that there are.
pub fn contributions(user_id: i64, each: u32) -> String {
    let number = format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {each})"
    );
    [
        format!(
            "{number} INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, \
             closed, likes_count, replies_count, created_at, updated_at) SELECT NEW_ID, session_id, \
             {user_id}, i % 2 = 0, 'many', FALSE, FALSE, 1, 1, created_at, created_at \
             FROM number, sessions"
        ),
        format!(
            "INSERT INTO replies (public_id, question_id, session_id, author_id, anonymous, body, pinned, \
             likes_count, created_at, updated_at) SELECT NEW_ID, question_id, session_id, {user_id}, FALSE, 'many', FALSE, 1, \
             created_at, created_at FROM questions WHERE body = 'many'"
        ),
        format!(
            "INSERT INTO question_likes SELECT question_id, {user_id} FROM questions WHERE body = 'many'"
        ),
        format!("INSERT INTO reply_likes SELECT reply_id, {user_id} FROM replies WHERE body = 'many'"),
        "UPDATE sessions SET question_count = \
         (SELECT count(*) FROM questions WHERE questions.session_id = sessions.session_id)"
            .into(),
        "UPDATE sessions SET shown_count = question_count".into(),
    ]
    .join("; ")
}

#[apply(on_both_databases!)]
fn at_once_nobody_sees_the_name_anywhere(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    mina.makes_host(&session, &noah);
    let question = noah.asks(&session, "Why?");
    let reply = noah.replies(&mina.asks(&session, "When?"), "So.");
    mina.likes(&reply);
    noah.likes(&question);
    noah.post(
        "/api/posts",
        json!({ "title": "A post", "content": "Words" }),
    )
    .expect(201);
    let noah_id = noah.user_id();
    hold_purge(&app.database);
    noah.delete_account().expect(204);
    assert_eq!(app.purge(), None, "it is held");

    let row = "users WHERE kind = 'guest' AND NOT active AND NOT admin AND email IS NULL \
         AND email_folded IS NULL AND nickname IS NULL AND nickname_folded IS NULL \
         AND password_hash IS NULL AND password_scheme IS NULL";
    assert_eq!(
        app.database
            .count(&format!("{row} AND user_id = {noah_id}")),
        1
    );
    let login = "refresh_tokens WHERE user_id IS NULL AND user_agent IS NULL AND ip IS NULL \
         AND ended_at IS NOT NULL";
    assert_eq!(app.database.count(login), 1);
    for url in [
        session.clone(),
        format!("{session}/questions"),
        format!("{session}/participants"),
        format!("{session}/export"),
        format!("{session}/export?format=csv"),
        question.clone(),
        "/api/posts".into(),
    ] {
        let seen = mina.get(&url).expect(200).text;
        assert!(!seen.contains("noah"), "{url}: {seen}");
        assert!(!seen.contains(&noah_id.to_string()), "{url}: {seen}");
    }
    let author = mina.get(&question).expect(200).json()["author"].clone();
    assert_eq!(
        author,
        json!({ "userId": null, "nickname": null, "isHost": false })
    );
    let host = format!("{session}/hosts/{noah_id}");
    mina.put(&host).expect_problem(404, "not_found");
    mina.delete(&host).expect_problem(404, "not_found");
    mina.leave(&session).expect_problem(409, "conflict");

    noah.get("/api/users/me").expect_problem(401, "login_ended");
    noah.refresh().expect_problem(401, "invalid_refresh_token");
    noah.log_in("json")
        .expect_problem(401, "invalid_credentials");
    let exists = app.anonymous().get("/api/users/nicknames/noah").expect(200);
    assert_eq!(exists.json()["exists"], false);
    noah.signed_out().register().expect(201);
    let again = noah.signed_in();
    assert_ne!(again.user_id(), noah_id);
    let seen = again.get(&question).expect(200).json();
    assert_eq!(
        (&seen["isOwner"], &seen["liked"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(again.get(&session).expect(200).json()["role"], Value::Null);
    again.enters(&session);

    release_purge(&app.database);
    assert!(app.purge().is_some());
    expect_nothing_of(&app.database, noah_id);
    expect_true_counts(app);
    let after = mina.get(&session).expect(200).json();
    assert_eq!(after["listedCount"], 2);
    assert_eq!(mina.get(&reply.replace("replies", "questions")).status, 404);
    assert_eq!(mina.get(&question).expect(200).json()["likesCount"], 0);
}

#[apply(on_both_databases!)]
fn the_sessions_of_a_deleted_account_go_to_the_longest_serving_sub_host(app: &App) {
    let (mina, zoe) = (app.user("mina"), app.user("zoe"));
    let (running, ended) = (mina.opens("running"), mina.opens("ended"));
    let names = ["disabled", "gone", "oldest", "newest"];
    let people = names.map(|name| app.user(name));
    for session in [&running, &ended] {
        for person in people.iter().chain([&zoe]) {
            person.enters(session);
        }
        for person in &people {
            mina.makes_host(session, person);
            app.advance(TimeDelta::seconds(1));
        }
    }
    mina.terminate(&ended).expect(200);
    app.database
        .execute("UPDATE users SET active = FALSE WHERE nickname = 'disabled'");
    let (mina_id, oldest) = (mina.user_id(), &people[2]);
    hold_purge(&app.database);
    people[1].delete_account().expect(204);
    mina.delete_account().expect(204);
    release_purge(&app.database);
    app.purge().unwrap();
    for (session, is_over) in [(&running, false), (&ended, true)] {
        let seen = oldest.get(session).expect(200).json();
        assert_eq!(
            (&seen["role"], &seen["listedCount"]),
            (&json!("super_host"), &json!(4))
        );
        assert_eq!(seen["endedAt"] != Value::Null, is_over);
    }
    oldest.reopen(&ended).expect(200);
    let handed_over = format!(
        "audit_events WHERE action = 'host_handed_over' AND user_id = {mina_id} \
         AND subject_id = {}",
        oldest.user_id()
    );
    assert_eq!(app.database.count(&handed_over), 2);
    expect_nothing_of(&app.database, mina_id);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_session_without_a_host_is_deleted_thirty_days_later(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let sessions = ["running", "ended", "expired"].map(|title| mina.opens(title));
    let question = noah.asks(&sessions[0], "Why?");
    mina.terminate(&sessions[1]).expect(200);
    app.database
        .execute("UPDATE sessions SET expires_at = '2026-03-01 11:00:00' WHERE title = 'expired'");
    mina.delete_account().expect(204);
    app.purge().unwrap();
    let over = |session: &String| {
        let seen = app.anonymous().get(session).expect(200).json();
        seen["endedAt"] != Value::Null || seen["expired"] == true
    };
    assert!(sessions.iter().all(over));
    noah.delete(&question).expect(204);
    app.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    app.purge().unwrap();
    assert!(sessions.iter().all(over));
    app.advance(TimeDelta::seconds(1));
    app.purge().unwrap();
    for session in &sessions {
        app.anonymous()
            .get(session)
            .expect_problem(404, "not_found");
    }
    assert_eq!(app.database.count("participants"), 0);
}

/// The session has no host any more, and nobody lets it stay for that.
#[apply(on_both_databases!)]
fn a_deleted_session_of_a_deleted_account_goes_at_once(app: &App) {
    let (mina, noah, zoe) = (app.user("mina"), app.user("noah"), app.user("zoe"));
    for is_hosted in [false, true] {
        let host = if is_hosted { &zoe } else { &mina };
        let session = host.opens("Lecture 7");
        noah.asks(&session, "Why?");
        if is_hosted {
            host.makes_host(&session, &noah);
        }
        app.database
            .execute(&(deleted_until("2026-03-01 12:00:00") + " WHERE deleted_at IS NULL"));
        host.delete_account().expect(204);
        app.purge().unwrap();
        app.purge().unwrap();
        for table in ["questions", "participants"] {
            assert_eq!(app.database.count(table), 0, "{table}, hosted: {is_hosted}");
        }
    }
    let entries = "audit_events WHERE action IN ('session_ended', 'host_handed_over')";
    assert_eq!(app.database.count(entries), 0, "it was no session any more");
    assert_eq!(app.database.count("sessions WHERE ended_at IS NOT NULL"), 0);
}

#[apply(on_both_databases!)]
fn thousands_of_contributions_go_with_one_run(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    for title in ["one", "other"] {
        let session = mina.opens(title);
        noah.enters(&session);
    }
    let noah_id = noah.user_id();
    app.database.execute(&contributions(noah_id, 650));
    app.database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 120) \
         INSERT INTO posts (author_id, title, content, created_at, updated_at) SELECT {noah_id}, 'x', \
         'x', '2026-03-01 12:00:00', '2026-03-01 12:00:00' FROM number"
    ));
    expect_true_counts(app);
    noah.delete_account().expect(204);
    app.purge().unwrap();
    expect_nothing_of(&app.database, noah_id);
    expect_true_counts(app);
    let words =
        ["questions", "replies"].map(|it| app.database.count(&format!("{it} WHERE anonymous")));
    assert_eq!(words, [1_300, 1_300]);
    assert_eq!(app.database.count("posts WHERE author_id IS NULL"), 120);
}

#[apply(on_both_databases!)]
fn two_that_purge_at_once_take_a_deleted_account_out_once(app: &App) {
    let mina = app.user("mina");
    let people = ["noah", "zoe"].map(|name| app.user(name));
    for title in ["one", "two", "three"] {
        let session = mina.opens(title);
        for person in &people {
            person.enters(&session);
            mina.makes_host(&session, person);
        }
    }
    let own = people[0].opens("own");
    let ids = people.each_ref().map(Client::user_id);
    for id in ids {
        app.database.execute(&contributions(id, 120));
        app.database
            .execute("UPDATE questions SET body = 'some'; UPDATE replies SET body = 'some'");
    }
    app.database.execute(&format!(
        "DELETE FROM participants WHERE user_id = {} AND role = 'participant'",
        ids[1]
    ));
    hold_purge(&app.database);
    for person in &people {
        person.delete_account().expect(204);
    }
    release_purge(&app.database);
    let purged = race(3, |number| match number {
        0 => app.purge().unwrap(),
        _ => app.purge_beside(&app.database),
    });
    assert!(purged.iter().all(|it| it.failed.is_empty()), "{purged:?}");
    for id in ids {
        expect_nothing_of(&app.database, id);
    }
    expect_true_counts(app);
    let seen = mina.get(&own).expect(200).json();
    assert_ne!(seen["endedAt"], Value::Null);
    let ended = "audit_events WHERE action = 'session_ended'";
    assert_eq!(app.database.count(ended), 1);
}

/// What it was about to take somebody out of is gone when its turn comes; the rest is still there.
#[apply(on_both_databases!)]
fn a_purge_that_waited_for_another_goes_on_with_what_is_left(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let (one, other) = (mina.opens("one"), mina.opens("other"));
    let question = noah.asks(&one, "Why?");
    noah.leave(&one).expect(204);
    app.database
        .execute("DELETE FROM participants WHERE left_at IS NOT NULL");
    let reply = noah.replies(&mina.asks(&other, "When?"), "So.");
    noah.likes(&reply);
    let noah_id = noah.user_id();
    hold_purge(&app.database);
    noah.delete_account().expect(204);
    if app.database.is_postgres() {
        // The run that the deletion asks for would finish before the words are locked. Once it has
        // begun, the next one comes behind it.
        let begun = "SELECT is_called::int::bigint AS number FROM held";
        eventually("the run has begun", || app.database.number(begun) == 1);
    }
    app.purge();
    release_purge(&app.database);
    app.database.execute(&format!(
        "UPDATE sessions SET listed_count = 1 WHERE title = 'other'; \
         DELETE FROM participants WHERE user_id = {noah_id}"
    ));
    let number = app.database.row_number(&question);
    let gone = format!(
        "UPDATE sessions SET question_count = 0, shown_count = 0 WHERE title = 'one'; \
         DELETE FROM questions WHERE question_id = {number}"
    );
    let purged = app.database.change_during(&gone, || app.purge());
    assert!(purged.is_some(), "it failed");
    expect_nothing_of(&app.database, noah_id);
    expect_true_counts(app);
}
