//! Ten thousand sessions, one of which is large, written by SQL that generates the rows.

use askit::clock::SystemClock;
use askit::config::DatabaseUrl;
use askit::db::{BUSY_TIMEOUT, migrations};
use askit::questions::QuestionId;
use diesel::connection::SimpleConnection;

use crate::postgres::connect;

/// The large session.
pub const SESSION: &str = "SSSSSSSSSSSSS10000001A";
/// A session with as many questions as one may have, in which is searched.
pub const SEARCHED: &str = "SSSSSSSSSSSSS10000002A";
/// The question of the large session with the most likes and replies.
pub const QUESTION: u32 = 5_000;

const NOW: &str = "'2026-03-01 12:00:00'";
const LATER: &str = "'2100-01-01 00:00:00'";
/// The likes of the most liked question of the large session; the next one has half as many, the
/// next a third, which makes 50,000.
const MOST_LIKES: u32 = 5_700;
/// The columns of a participant.
const PARTICIPANTS: &str =
    "session_id, user_id, role, listed, anonymous, session_created_at, host_since";
/// From 1 to 5,000, another one for each question of the large session; 1 for [`QUESTION`].
const RANK: &str = "(1 + (i * 1777) % 5000)";

/// Makes the tables and fills them.
pub fn fill(url: &str) -> anyhow::Result<()> {
    let parsed = DatabaseUrl::parse(url).map_err(anyhow::Error::msg)?;
    migrations::run(&parsed, BUSY_TIMEOUT, &[], &SystemClock)?;
    let sql = [people(), sessions(), questions(), replies()].concat();
    let (begin, end) = if url.starts_with("postgres") {
        ("convert_to(", ", 'UTF8')")
    } else {
        ("CAST(", " AS BLOB)")
    };
    let sql = sql.replace("BYTES[", begin).replace(']', end);
    Ok(connect(url)?.batch_execute(&format!("BEGIN; {sql} COMMIT;"))?)
}

/// Lets an account take part in a thousand sessions, in the large one among them as a host. On
/// PostgreSQL the statistics are made then that it makes by itself before long.
pub fn let_in(url: &str, user_id: i64) -> anyhow::Result<()> {
    let columns = PARTICIPANTS;
    let values = format!(
        "{}, {user_id}, 'participant', TRUE, FALSE, {NOW}, NULL",
        id("i")
    );
    let host = format!(
        "UPDATE participants SET role = 'sub_host', host_since = {NOW}
            WHERE session_id = '{SESSION}' AND user_id = {user_id};"
    );
    let sql = rows(1_000, "participants", columns, &values) + &host;
    let mut connection = connect(url)?;
    connection.batch_execute(&sql)?;
    if url.starts_with("postgres") {
        connection.batch_execute("ANALYZE")?;
    }
    Ok(())
}

/// The URL of a question of the large session.
pub fn question(number: u32) -> String {
    let mut id = *b"question10000000";
    let digits = (10_000_000 + number).to_string();
    id[8..].copy_from_slice(digits.as_bytes());
    format!("/api/questions/{}", QuestionId::from_bytes(id).to_text())
}

/// An INSERT of so many rows, in which `i` is the number of the row.
fn rows(count: u32, table: &str, columns: &str, values: &str) -> String {
    format!(
        "INSERT INTO {table} ({columns})
            WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {count})
            SELECT {values} FROM number;"
    )
}

fn id(number: &str) -> String {
    format!("'SSSSSSSSSSSSS' || (10000000 + {number}) || 'A'")
}

/// 6,000, of whom every third is a guest.
fn people() -> String {
    let named = |value: &str| format!("CASE WHEN i % 3 > 0 THEN {value} END");
    let (email, nickname) = (
        named("'n' || i || '@example.com'"),
        named("'nickname' || i"),
    );
    let hash = named("'x'");
    let kind = "CASE WHEN i % 3 > 0 THEN 'named' ELSE 'guest' END";
    let columns = "user_id, email, email_folded, nickname, nickname_folded, password_hash, active, \
                   created_at, kind";
    let values =
        format!("i, {email}, {email}, {nickname}, {nickname}, {hash}, TRUE, {NOW}, {kind}");
    rows(6_000, "users", columns, &values)
}

/// With three participants each, and the large one with 3,000 more.
fn sessions() -> String {
    let columns = "session_id, join_code, title, created_at, expires_at, listed_count, anonymous_count, \
        question_count";
    let values = format!(
        "{}, 'code' || i, 'A lecture', {NOW}, {LATER}, 2, 1, 3",
        id("i")
    );
    let sessions = rows(10_000, "sessions", columns, &values);
    let columns = PARTICIPANTS;
    let participant = |number: &str, role: &str, listed: &str| {
        let anonymous = format!("NOT ({listed})");
        let since = if role == "super_host" { NOW } else { "NULL" };
        format!(
            "{}, {number}, '{role}', {listed}, {anonymous}, {NOW}, {since}",
            id("i")
        )
    };
    let hosts = participant("5002 + 3 * (i % 300)", "super_host", "TRUE");
    let named = participant("4001 + 3 * (i % 300)", "participant", "TRUE");
    let guests = participant("4002 + 3 * (i % 300)", "participant", "FALSE");
    let crowd = format!("'{SESSION}', i, 'participant', i % 3 > 0, i % 3 = 0, {NOW}, NULL");
    let participants = [
        (10_000, hosts),
        (10_000, named),
        (10_000, guests),
        (3_000, crowd),
    ];
    let participants =
        participants.map(|(count, values)| rows(count, "participants", columns, &values));
    sessions + &participants.concat()
}

/// 5,000 in the large session, three in each other one and 10,000 more in the one that is searched.
fn questions() -> String {
    let columns = "public_id, session_id, author_id, anonymous, body, pinned, closed, likes_count, replies_count, \
        created_at, updated_at";
    let question = |kind: &str, session: &str, likes: &str| {
        format!(
            "BYTES['{kind}' || (10000000 + i)], {session}, 1 + i % 6000, (1 + i % 6000) % 3 = 0 OR i % 5 = 0,
                'What does the proof on slide ' || i || ' need the second condition for?',
                i % 1000 = 1, i % 10 = 0, {likes}, 0, {NOW}, {NOW}"
        )
    };
    let likes = format!("{MOST_LIKES} / {RANK}");
    let large = rows(
        5_000,
        "questions",
        columns,
        &question("question", &format!("'{SESSION}'"), &likes),
    );
    let others = question("another_", &id("(2 + i % 9999)"), "0");
    let others = rows(30_000, "questions", columns, &others);
    let searched = question("searched", &format!("'{SEARCHED}'"), "0");
    let searched = rows(10_000, "questions", columns, &searched);
    let rank = RANK.replace('i', "question_id");
    let likes = format!(
        "INSERT INTO question_likes (question_id, user_id)
            SELECT question_id, user_id FROM questions JOIN users ON user_id <= {MOST_LIKES} / {rank}
            WHERE session_id = '{SESSION}';"
    );
    let count = "UPDATE sessions SET question_count =
        (SELECT count(*) FROM questions WHERE questions.session_id = sessions.session_id);
        UPDATE sessions SET shown_count = question_count;";
    large + &others + &searched + &likes + count
}

/// 20,000 in the large session, of which 1,000 are to one question.
fn replies() -> String {
    let columns = "public_id, question_id, session_id, author_id, anonymous, body, pinned, likes_count, \
        created_at, updated_at";
    let reply = |kind: &str, question: &str| {
        format!(
            "BYTES['{kind}' || (10000000 + i)], {question}, (SELECT session_id FROM questions WHERE question_id = {question}), 1 + i % 6000, (1 + i % 6000) % 3 = 0, 'For the last step, in line ' || i || '.',
                i % 500 = 1, 0, {NOW}, {NOW}"
        )
    };
    let many = rows(
        1_000,
        "replies",
        columns,
        &reply("replying", &QUESTION.to_string()),
    );
    let others = rows(
        19_000,
        "replies",
        columns,
        &reply("replied_", "1 + i % 4999"),
    );
    let count = "UPDATE questions SET replies_count =
        (SELECT count(*) FROM replies WHERE replies.question_id = questions.question_id);";
    many + &others + count
}
