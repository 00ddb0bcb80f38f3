//! Guests of whom nothing is left go.

use chrono::TimeDelta;

use crate::support::*;

/// Hour after hour the purge looks at its part of the guests. Each day the parts come an hour later,
/// so this takes an hour more. Tells how many guests are left.
fn purge_for_a_day(app: &App) -> i64 {
    for _ in 0..25 {
        app.advance(TimeDelta::hours(1));
        app.purge().unwrap();
    }
    app.database.count("users WHERE kind = 'guest'")
}

#[apply(on_both_databases!)]
fn within_a_day_guests_go_of_whom_nothing_is_left(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let deleted = mina.opens("Lecture 8");
    let question = mina.asks(&session, "Why?");
    let reply = mina.replies(&question, "So.");
    let [asked, replied, liked, liked_reply] = [(); 4].map(|()| app.guest());
    let [unliked, removed, took_back, elsewhere] = [(); 4].map(|()| app.guest());
    asked.asks(&session, "Why?");
    replied.replies(&question, "So.");
    liked.likes(&question);
    liked_reply.likes(&reply);
    let kept = [&asked, &replied, &liked, &liked_reply].map(Client::user_id);
    unliked.likes(&question);
    unliked.delete(&format!("{question}/like")).expect(200);
    mina.delete(&removed.asks(&session, "x")).expect(204);
    took_back
        .delete(&took_back.replies(&question, "x"))
        .expect(204);
    let question = elsewhere.asks(&deleted, "x");
    elsewhere.likes(&question);
    mina.delete(&deleted).expect(204);
    let before = mina.get(&session).expect(200).json()["anonymousCount"].clone();
    assert_eq!(purge_for_a_day(app), 8, "somebody can still be them");
    app.advance(TimeDelta::days(15));
    assert_eq!(purge_for_a_day(app), 4);
    for guest in kept {
        let row = format!("users WHERE user_id = {guest} AND contributed");
        assert_eq!(app.database.count(&row), 1);
    }
    let after = app.anonymous().get(&session).expect(200).json();
    assert_eq!(after["anonymousCount"], before, "it never falls");
    let mina = mina.signed_in();
    mina.delete(&session).expect(204);
    assert_eq!(purge_for_a_day(app), 0);
}

#[apply(on_both_databases!)]
fn a_guest_that_comes_back_is_kept_again(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let guest = app.guest();
    let question = guest.asks(&session, "Why?");
    guest.delete(&question).expect(204);
    purge_for_a_day(app);
    let contributed = "users WHERE contributed";
    assert_eq!(app.database.count(contributed), 0, "nothing is left of it");
    let guest = guest.refreshed();
    guest.asks(&session, "Why not?");
    assert_eq!(app.database.count(contributed), 1);
    app.advance(TimeDelta::days(15));
    assert_eq!(purge_for_a_day(app), 1);
    assert_eq!(app.database.count(contributed), 1);
}

#[apply(on_both_databases!)]
fn a_guest_that_writes_while_the_purge_looks_is_kept(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let guest = app.guest();
    let question = guest.asks(&session, "Why?");
    guest.delete(&question).expect(204);
    // Of the part that has its turn now: each day the parts come an hour later.
    let hours = app.now().timestamp() / 3_600;
    let guest_id = (hours - hours / 24) % 24 * (((1_i64 << 53) - 1) / 24) + 7;
    app.database.execute(&format!(
        "DELETE FROM participants WHERE user_id = {id}; DELETE FROM refresh_tokens WHERE user_id = {id}; \
         UPDATE users SET user_id = {guest_id} WHERE user_id = {id}",
        id = guest.user_id()
    ));
    let asks = format!(
        "UPDATE users SET contributed = TRUE WHERE user_id = {guest_id}; \
         INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, likes_count, \
         replies_count, created_at, updated_at) SELECT NEW_ID, session_id, {guest_id}, TRUE, 'Why?', FALSE, \
         FALSE, 0, 0, created_at, created_at FROM sessions; UPDATE sessions SET question_count = 1, shown_count = 1"
    );
    app.database.change_during(&asks, || app.purge().unwrap());
    let row = format!("users WHERE user_id = {guest_id} AND contributed");
    assert_eq!(app.database.count(&row), 1);
}

#[apply(on_both_databases!)]
fn where_the_purge_runs_once_a_day_they_go_within_a_month(app: &App) {
    app.purge().unwrap();
    app.database.execute(
        "WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < 47) \
         INSERT INTO users (user_id, active, created_at, admin, contributed, kind) \
         SELECT 1 + i * 190000000000000, TRUE, '2026-03-01 12:00:00', FALSE, TRUE, 'guest' FROM number",
    );
    for _ in 0..24 {
        app.advance(TimeDelta::days(1));
        app.purge().unwrap();
    }
    assert_eq!(app.database.count("users"), 0);
}
