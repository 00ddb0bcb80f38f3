//! Thousands of rows, written behind the server's back.

use super::Client;
use super::database::Database;
use super::numbers::{FIRST_QUESTION, FIRST_REPLY};

const NOW: &str = "'2026-03-01 12:00:00'";

/// The id of a label that every fourth question of a crowd has.
pub const LABEL: &str = "LLLLLLLLLLLLLLLLLLLLLA";

impl Database {
    /// Lets a crowd into a session: beside a thousand other sessions it has 2,000 questions and
    /// 1,500 participants, one of its questions has 1,000 replies, and `member` takes part in
    /// every session, and has asked 300 questions that wait for review.
    pub fn crowd(&self, member: &Client, session: &str, question: &str) {
        let (_, session_id) = session.rsplit_once('/').unwrap();
        let number = self.row_number(question).to_string();
        let member = member.user_id();
        self.execute(&format!(
            "BEGIN; {} {} {} {} {} {} {} COMMIT; ANALYZE;",
            people(),
            sessions(session_id, member),
            questions(session_id),
            replies(&number),
            reviewed(session_id, member),
            mutes(session_id),
            counts(session_id)
        ));
    }
}

/// An INSERT of so many rows, in which `i` is the number of the row.
fn rows(count: u32, table: &str, columns: &str, values: &str) -> String {
    format!(
        "INSERT INTO {table} ({columns})
            WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {count})
            SELECT {values} FROM number;"
    )
}

/// Every fourth one is a guest.
fn people() -> String {
    let named = |value: &str| format!("CASE WHEN i % 4 > 0 THEN {value} END");
    let (email, nickname) = (
        named("'crowd' || i || '@example.com'"),
        named("'crowd' || i"),
    );
    let hash = named("'x'");
    let columns = "user_id, email, email_folded, nickname, nickname_folded, password_hash, active, created_at, \
        kind";
    let kind = "CASE WHEN i % 4 > 0 THEN 'named' ELSE 'guest' END";
    let values =
        format!("i, {email}, {email}, {nickname}, {nickname}, {hash}, TRUE, {NOW}, {kind}");
    let people = rows(2_000, "users", columns, &values);
    let columns =
        "login_id, user_id, generation, rotated_at, created_at, idle_expires_at, expires_at";
    let values =
        format!("'login' || i, i, 0, {NOW}, {NOW}, '2027-01-01 00:00:00', '2027-01-01 00:00:00'");
    let logins = rows(2_000, "refresh_tokens", columns, &values);
    let values = format!("i, 'x', 'x', {NOW}, {NOW}");
    let posts = rows(
        2_000,
        "posts",
        "author_id, title, content, created_at, updated_at",
        &values,
    );
    let events = rows(
        2_000,
        "audit_events",
        "occurred_at, action, user_id",
        &format!("{NOW}, 'x', i"),
    );
    people + &logins + &posts + &events
}

fn sessions(crowded: &str, member: i64) -> String {
    // Digits that no join code has are letters in it.
    let code = "replace(replace(replace(replace(replace('' || (100000 + i),
        '0', 'C'), '1', 'D'), '2', 'F'), '5', 'G'), '8', 'H')";
    let id = "'SSSSSSSSSSSSS' || (10000000 + i) || 'A'";
    let columns = "session_id, join_code, title, created_at, expires_at, listed_count, anonymous_count, \
        question_count";
    let values = format!("{id}, {code}, 'x', {NOW}, '2027-01-01 00:00:00', 3, 1, 1");
    let sessions = rows(1_000, "sessions", columns, &values);
    let columns = "session_id, user_id, role, listed, anonymous, session_created_at, host_since";
    let values = format!("'{crowded}', i, 'participant', i % 4 > 0, i % 4 = 0, {NOW}, NULL");
    let crowd = rows(1_500, "participants", columns, &values);
    let values = format!("{id}, 1 + 4 * (i % 300), 'super_host', TRUE, FALSE, {NOW}, {NOW}");
    let hosts = rows(1_000, "participants", columns, &values);
    let values = format!("{id}, 2 + 4 * (i % 400), 'sub_host', TRUE, FALSE, {NOW}, {NOW}");
    let sub_hosts = rows(1_000, "participants", columns, &values);
    let values = format!("{id}, 4 + 4 * (i % 450), 'participant', FALSE, TRUE, {NOW}, NULL");
    let guests = rows(1_000, "participants", columns, &values);
    let values = format!("{id}, {member}, 'participant', TRUE, FALSE, {NOW}, NULL");
    let member = rows(1_000, "participants", columns, &values);
    sessions + &crowd + &hosts + &sub_hosts + &guests + &member
}

fn questions(crowded: &str) -> String {
    let columns = "public_id, session_id, author_id, anonymous, body, pinned, closed, likes_count, replies_count, \
        created_at, updated_at";
    let question = |session: &str| {
        format!(
            "NEW_ID, {session}, i, i % 3 = 0, 'x', i % 400 = 0, i % 10 = 0, 2000 / i, 0, {NOW}, {NOW}"
        )
    };
    let many = rows(
        2_000,
        "questions",
        columns,
        &question(&format!("'{crowded}'")),
    );
    let others = question("'SSSSSSSSSSSSS' || (10000000 + i) || 'A'");
    let others = rows(1_000, "questions", columns, &others);
    let numbers = format!("{FIRST_QUESTION} + 1 + i % 2000, 1 + i % 1999");
    let likes = rows(6_000, "question_likes", "question_id, user_id", &numbers);
    // Someone who likes a thousand things.
    many + &others
        + &likes
        + &rows(
            1_000,
            "question_likes",
            "question_id, user_id",
            &format!("{FIRST_QUESTION} + 2000 + i, 2000"),
        )
}

/// What waits for review and what was dismissed, as many of each, and every fourth question under
/// [`LABEL`].
fn reviewed(crowded: &str, member: i64) -> String {
    let columns = "public_id, session_id, author_id, anonymous, body, pinned, closed, likes_count, replies_count, \
        created_at, updated_at, review, shown";
    let question = |author: &str, review: &str| {
        let values = format!(
            "NEW_ID, '{crowded}', {author}, FALSE, 'x', FALSE, FALSE, 0, 0, {NOW}, {NOW}, '{review}', FALSE"
        );
        rows(300, "questions", columns, &values)
    };
    let columns = "public_id, question_id, session_id, author_id, anonymous, body, pinned, likes_count, \
        created_at, updated_at, review";
    let reply = |review: &str| {
        let values = format!(
            "NEW_ID, {FIRST_QUESTION} + 2, '{crowded}', i, FALSE, 'x', FALSE, 0, {NOW}, {NOW}, '{review}'"
        );
        rows(300, "replies", columns, &values)
    };
    let label = format!(
        "UPDATE questions SET label_ids = '{LABEL}' WHERE session_id = '{crowded}' AND question_id % 4 = 0;"
    );
    question(&member.to_string(), "pending")
        + &question("i", "dismissed")
        + &reply("pending")
        + &reply("dismissed")
        + &label
}

fn mutes(crowded: &str) -> String {
    let columns = "public_id, session_id, user_id, anonymous, question_id, muted_at";
    let here = format!("NEW_ID, '{crowded}', i, i % 3 = 0, {FIRST_QUESTION} + i, {NOW}");
    let elsewhere = format!(
        "NEW_ID, 'SSSSSSSSSSSSS' || (10000000 + i) || 'A', i, TRUE, {FIRST_QUESTION} + 2000 + i, {NOW}"
    );
    rows(300, "mutes", columns, &here) + &rows(1_000, "mutes", columns, &elsewhere)
}

fn counts(crowded: &str) -> String {
    let count = |of: &str, what: &str| {
        format!("(SELECT count(*) FROM {of} WHERE session_id = '{crowded}' AND {what})")
    };
    let waiting = "review = 'pending'";
    format!(
        "UPDATE sessions SET question_count = {}, shown_count = {}, pending_count = {} + {} \
            WHERE session_id = '{crowded}';",
        count("questions", "TRUE"),
        count("questions", "shown"),
        count("questions", waiting),
        count("replies", waiting)
    )
}

fn replies(to: &str) -> String {
    let columns = "public_id, question_id, session_id, author_id, anonymous, body, pinned, likes_count, \
        created_at, updated_at";
    let session = |to: &str| format!("(SELECT session_id FROM questions WHERE question_id = {to})");
    let reply = |to: &str| {
        format!(
            "NEW_ID, {to}, {}, i, i % 3 = 0, 'x', i % 400 = 0, 1, {NOW}, {NOW}",
            session(to)
        )
    };
    let many = rows(1_000, "replies", columns, &reply(to));
    let others = rows(
        2_000,
        "replies",
        columns,
        &reply(&format!("{FIRST_QUESTION} + 1 + i")),
    );
    let numbers = format!("{FIRST_REPLY} + 1 + i % 2000, 1 + i % 1999");
    let likes = rows(4_000, "reply_likes", "reply_id, user_id", &numbers);
    many + &others
        + &likes
        + &rows(
            1_000,
            "reply_likes",
            "reply_id, user_id",
            &format!("{FIRST_REPLY} + 2000 + i, 2000"),
        )
}
