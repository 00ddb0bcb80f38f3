//! What the purge leaves of a session that was deleted.

use askit::purge::PurgeTimes;
use askit::questions::PURGE_CONTENTS;
use chrono::TimeDelta;

use super::delete::deleted_until;
use crate::questions::counts::expect_true_counts;
use crate::support::*;

const CONTENTS: [&str; 5] = [
    "participants",
    "questions",
    "replies",
    "question_likes",
    "reply_likes",
];

/// SQL: in the newest session a crowd of guests, questions without replies, one question with many
/// replies and one with many likes, many questions with a reply each, and a reply with many likes.
fn crowd(people: u32) -> String {
    let number = format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {people})"
    );
    let session = "(SELECT session_id FROM sessions WHERE title = 'big')";
    let question = |body: &str| {
        format!(
            "INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, \
             likes_count, replies_count, created_at, updated_at) \
             SELECT NEW_ID, {session}, 1000000 + i, TRUE, '{body}', i = 7, FALSE, 0, 0, \
             '2026-03-01 12:00:00', '2026-03-01 12:00:00' FROM number"
        )
    };
    let reply = |from: &str| {
        format!(
            "INSERT INTO replies (public_id, question_id, session_id, author_id, anonymous, body, pinned, \
             likes_count, created_at, updated_at) SELECT NEW_ID, question_id, session_id, author_id, TRUE, 'So.', FALSE, 0, \
             '2026-03-01 12:00:00', '2026-03-01 12:00:00' FROM {from}"
        )
    };
    let busy = "(SELECT min(question_id) FROM questions WHERE body = 'answered')";
    [
        format!(
            "{number} INSERT INTO users (user_id, active, created_at, admin, contributed, kind) \
             SELECT 1000000 + i, TRUE, '2026-03-01 12:00:00', FALSE, TRUE, 'guest' FROM number"
        ),
        format!(
            "{number} INSERT INTO participants (session_id, user_id, role, listed, anonymous, \
             session_created_at) SELECT {session}, 1000000 + i, 'participant', FALSE, TRUE, \
             '2026-03-01 12:00:00' FROM number"
        ),
        format!("{number} {}", question("unanswered")),
        format!("{number} {}", question("answered")),
        reply("questions WHERE body = 'answered'"),
        format!("{number} {}", reply(&format!("number, questions WHERE question_id = {busy}"))),
        "INSERT INTO question_likes SELECT (SELECT min(question_id) FROM questions), user_id \
         FROM users WHERE kind = 'guest'"
            .into(),
        "INSERT INTO question_likes SELECT (SELECT max(question_id) FROM questions), user_id \
         FROM users WHERE kind = 'guest'"
            .into(),
        "INSERT INTO reply_likes SELECT (SELECT min(reply_id) FROM replies), user_id \
         FROM users WHERE kind = 'guest'"
            .into(),
        "UPDATE questions SET likes_count = \
         (SELECT count(*) FROM question_likes WHERE question_likes.question_id = questions.question_id), \
         replies_count = (SELECT count(*) FROM replies WHERE replies.question_id = questions.question_id)"
            .into(),
        "UPDATE replies SET likes_count = \
         (SELECT count(*) FROM reply_likes WHERE reply_likes.reply_id = replies.reply_id)"
            .into(),
        format!(
            "UPDATE sessions SET question_count = 2 * {people}, \
             shown_count = 2 * {people}, anonymous_count = {people} \
             WHERE title = 'big'"
        ),
    ]
    .join("; ")
}

/// A small session, which stays, beside a big one.
fn two_sessions(app: &App, people: u32) -> (Client, String, String) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let (small, big) = (mina.opens("small"), mina.opens("big"));
    app.database.execute(&crowd(people));
    expect_true_counts(app);
    let question = guest.asks(&small, "Why?");
    noah.likes(&noah.replies(&question, "So."));
    mina.likes(&question);
    (mina, small, big)
}

/// What there is in the small session: a row of each kind, and two of guests or hosts more.
const SMALL: [i64; 5] = [3, 1, 1, 1, 1];

#[track_caller]
fn expect_left(app: &App, rows: [i64; 5]) {
    assert_eq!(
        CONTENTS.map(|table| app.database.count(table)),
        rows,
        "{CONTENTS:?}"
    );
}

#[apply(on_both_databases!)]
fn of_a_deleted_session_its_id_and_its_code_stay(app: &App) {
    let (mina, small, big) = two_sessions(app, 1_300);
    let question = app.anonymous().get(&format!("{small}/questions"));
    let before = question.expect(200).text;
    mina.patch(
        &big,
        serde_json::json!({ "description": "What it is about" }),
    )
    .expect(200);
    let code = mina.get(&big).expect(200).field("joinCode");
    mina.delete(&big).expect(204);
    let purged = app.purge().unwrap();
    assert!(purged.failed.is_empty(), "{purged:?}");
    expect_left(app, SMALL);
    expect_true_counts(app);
    let id = big.rsplit('/').next().unwrap();
    let row = |with: &str| {
        let row = format!(
            "sessions WHERE session_id = '{id}' AND join_code = '{code}' AND title = '' \
             AND description = '' AND deleted_at IS NOT NULL AND {with}"
        );
        app.database.count(&row)
    };
    assert_eq!(row("opened_by IS NOT NULL AND question_count = 0"), 1);
    let nothing = app.purge().unwrap();
    for name in [
        "contents of deleted sessions",
        "participants of deleted sessions",
        "sessions",
    ] {
        assert_eq!(nothing.removed[name], 0, "{name}");
    }
    app.advance(TimeDelta::days(1));
    app.purge().unwrap();
    assert_eq!(
        row("opened_by IS NULL AND delete_at IS NULL"),
        1,
        "who opened it is forgotten"
    );
    let after = app.anonymous().get(&format!("{small}/questions"));
    assert_eq!(
        after.expect(200).text,
        before,
        "another session stays as it is"
    );
    assert_eq!(app.database.count("sessions"), 2);
}

#[apply(on_both_databases!)]
fn two_that_purge_at_once_remove_everything_once(app: &App) {
    two_sessions(app, 1_100);
    app.database
        .execute(&(deleted_until("2026-03-01 12:00:00") + " WHERE title = 'big'"));
    let purged = race(3, |number| match number {
        0 => app.purge().unwrap(),
        _ => app.purge_beside(&app.database),
    });
    assert!(purged.iter().all(|it| it.failed.is_empty()), "{purged:?}");
    expect_left(app, SMALL);
    expect_true_counts(app);
    // Questions, replies and likes: 2,200, 2,200 and three times those of 1,101 guests.
    let removed = purged
        .iter()
        .map(|it| it.removed["contents of deleted sessions"]);
    assert_eq!(removed.sum::<usize>(), 4_400 + 3 * 1_101);
    let removed = purged
        .iter()
        .map(|it| it.removed["participants of deleted sessions"]);
    assert_eq!(removed.sum::<usize>(), 1_101);
}

/// Each step is a transaction with a pause behind it, and takes a thousand rows, however small the
/// questions are.
#[apply(on_both_databases!)]
fn many_questions_with_a_reply_each_go_in_few_steps(app: &App) {
    app.user("mina").opens("big");
    app.database.execute(&crowd(400));
    app.purge().unwrap();
    app.database.execute(&deleted_until("2026-03-01 12:00:00"));
    let times = PurgeTimes {
        now: app.now(),
        oldest_token: app.now(),
        oldest_session: None,
    };
    let mut conn = app.database.connect();
    let step = || (PURGE_CONTENTS.remove)(&mut conn, times, 1_000).unwrap();
    let steps: Vec<_> = std::iter::repeat_with(step)
        .take_while(|it| it.has_more)
        .map(|it| it.rows)
        .collect();
    assert_eq!(steps.iter().sum::<usize>(), 4 * 400 + 3 * 400);
    assert!(steps.iter().all(|rows| *rows <= 1_000), "{steps:?}");
    assert!(steps.len() <= 8, "{} steps", steps.len());
    expect_left(app, [401, 0, 0, 0, 0]);
}
