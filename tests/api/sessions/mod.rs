//! POST /api/sessions

mod abandoned;
mod audit;
mod by_code;
pub mod delete;
mod deleted_rows;
mod deletion_races;
mod description;
mod events;
mod expiry;
mod export;
mod export_xlsx;
mod hosts;
mod known_codes;
mod leave;
mod list;
mod participants;
mod permissions;
pub mod qr;
mod races;
mod reopen;
mod retention;
mod session;
mod storm;
mod super_host;
mod terminate;
mod unlisted;

use serde_json::{Value, json};

use crate::support::*;

const SESSIONS: &str = "/api/sessions";

fn open(host: &Client, body: &Value) -> Answer {
    host.post(SESSIONS, body.clone())
}

/// A session of mina's, with noah as another host, zoe and a guest as participants; and the four.
fn with_a_host(app: &App) -> (String, [Client; 4]) {
    let people = [
        app.user("mina"),
        app.user("noah"),
        app.user("zoe"),
        app.guest(),
    ];
    let [mina, noah, ..] = &people;
    let session = mina.opens("Lecture 7");
    for person in &people[1..] {
        person.enters(&session);
    }
    mina.makes_host(&session, noah);
    (session, people)
}

/// Everybody but the super host is refused, before the end and after it, and a refusal changes
/// nothing. Answers with the super host and the session, which is over.
#[track_caller]
fn expect_of_the_super_host_only(app: &App, act: fn(&Client, &str) -> Answer) -> (Client, String) {
    let (session, [mina, noah, zoe, guest]) = with_a_host(app);
    let others = [noah, zoe, guest, app.user("stranger"), app.guest()];
    for is_over in [false, true] {
        if is_over {
            mina.terminate(&session).expect(200);
        }
        let before = app.database.text(EVERYTHING);
        for other in &others {
            act(other, &session).expect_problem(403, "forbidden");
        }
        act(&app.anonymous(), &session).expect_problem(401, "missing_token");
        assert_eq!(app.database.text(EVERYTHING), before, "over: {is_over}");
    }
    (mina, session)
}

/// What is wrong with the one field of a request that is.
#[track_caller]
fn reason(answer: &Answer) -> (String, String) {
    let errors = answer
        .clone()
        .expect_problem(400, "validation_failed")
        .json()["errors"]
        .clone();
    assert_eq!(errors.as_array().unwrap().len(), 1, "{errors}");
    let text = |name: &str| errors[0][name].as_str().unwrap().to_owned();
    (text("field"), text("code"))
}

fn titles(page: &Value) -> Vec<String> {
    let sessions = page["sessions"].as_array().unwrap().iter();
    let titles = sessions.map(|it| it["title"].as_str().unwrap().to_owned());
    titles.collect()
}

/// Titles that are not kept, and why.
fn bad_titles() -> Vec<(Value, &'static str)> {
    let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
    vec![
        (json!("x".repeat(101)), "too_long"),
        (json!("e\u{301}".repeat(101)), "too_long"),
        (json!(family.repeat(15)), "too_long"),
        (json!(family.repeat(40)), "too_long"),
        (json!(""), "blank"),
        (json!(" \t\r\n\u{3000}\u{a0}\u{2028}"), "blank"),
        (json!("\u{3164}\u{200b}"), "blank"),
        (json!("a\u{7}b"), "control_character"),
        (json!("a\0b"), "null_character"),
        (json!(7), "wrong_type"),
        (json!(["Lecture"]), "wrong_type"),
        (json!({}), "wrong_type"),
        (json!(true), "wrong_type"),
    ]
}

/// Titles that are kept as they were typed.
fn good_titles() -> Vec<String> {
    vec![
        "x".repeat(100),
        "é".repeat(100),
        // 7 code points each.
        "👨\u{200d}👩\u{200d}👧\u{200d}👦".repeat(14),
        " <b onclick=\"x()\">&amp;</b>\n\t".into(),
        "\u{202e}שלום\u{200f} \u{2067}عالم\u{2069}\u{200b}".into(),
        "'; DROP TABLE sessions; --".into(),
        "강의 7 \u{10ffff}".into(),
    ]
}

/// Times at which no session ends, when it is 2026-03-01T12:00:00Z, and why.
fn bad_times() -> Vec<(Value, &'static str)> {
    let far = |time: &str| (json!(time), "not_within_a_year");
    let no_time = |time: &str| (json!(time), "not_a_time");
    vec![
        far("2026-03-01T12:00:00Z"),
        far("2026-03-01T21:00:00+09:00"),
        far("2026-03-01T11:59:59.999999Z"),
        // Less than a microsecond away.
        far("2026-03-01T12:00:00.0000009Z"),
        far("2027-03-01T12:01:00.000001Z"),
        far("2027-03-01T12:01:00-00:01"),
        far("1969-12-31T23:59:59Z"),
        far("0001-01-01T00:00:00Z"),
        far("2300-01-01T00:00:00Z"),
        far("9999-12-31T23:59:59Z"),
        no_time(""),
        no_time(" "),
        no_time("tomorrow"),
        no_time("1772452800"),
        no_time("2026-03-02"),
        no_time("2026-03-02T12:00:00"),
        no_time("2026-03-02T12:00Z"),
        no_time("2026-02-30T12:00:00Z"),
        no_time("2026-03-02T25:00:00Z"),
        no_time("2026-03-02T12:00:00+24:00"),
        no_time("2026-03-02T12:00:00Z; --"),
        no_time("+12026-03-02T12:00:00Z"),
        (json!("2026-03-02T12:00:00Z\0"), "null_character"),
        (json!(1_772_452_800), "wrong_type"),
        (json!(-1.5e300), "wrong_type"),
        (json!(true), "wrong_type"),
        (json!(["2026-03-02T12:00:00Z"]), "wrong_type"),
        (json!({}), "wrong_type"),
    ]
}

/// Times at which a session ends, as they are asked for and as they are given back.
const GOOD_TIMES: [(&str, &str); 8] = [
    ("2026-03-01T12:00:00.000001Z", "2026-03-01T12:00:00.000Z"),
    ("2027-03-01T12:00:00Z", "2027-03-01T12:00:00.000Z"),
    ("2027-03-01T12:01:00.0000009Z", "2027-03-01T12:01:00.000Z"),
    ("2027-03-01T21:01:00+09:00", "2027-03-01T12:01:00.000Z"),
    ("2026-03-01T12:00:00-00:30", "2026-03-01T12:30:00.000Z"),
    ("2026-03-02T00:00:00.1234567Z", "2026-03-02T00:00:00.123Z"),
    ("2026-03-02T00:00:00.999999Z", "2026-03-02T00:00:00.999Z"),
    ("2026-03-02t00:00:00.5z", "2026-03-02T00:00:00.500Z"),
];

/// SQL that opens so many sessions of the only account.
fn sessions_of_the_only_account(first: u32, last: u32) -> String {
    format!(
        "WITH RECURSIVE number(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM number WHERE i < {last}) \
         INSERT INTO sessions (session_id, join_code, title, created_at, expires_at, listed_count, \
         anonymous_count, question_count, opened_by) \
         SELECT 'AAAAAAAAAAAAAAAAA' || (1000 + i) || 'A', 'code ' || i, 'x', '2026-03-01 12:00:00', \
         '2026-03-08 12:00:00', 1, 0, 0, user_id FROM number, users; \
         INSERT INTO participants (session_id, user_id, role, listed, anonymous, session_created_at, \
         host_since) SELECT session_id, user_id, 'super_host', TRUE, FALSE, sessions.created_at, \
         sessions.created_at FROM sessions, users \
         WHERE session_id BETWEEN 'AAAAAAAAAAAAAAAAA' || {} AND 'AAAAAAAAAAAAAAAAA' || {}",
        1000 + first,
        1001 + last,
    )
}

/// What was recorded about sessions, one line for each entry of those that `condition` is true of.
fn entries(app: &App, condition: &str) -> Vec<String> {
    let sql = format!(
        "SELECT coalesce(string_agg(action || ' by ' || user_id || ' in ' || session_id || ' to ' \
         || coalesce(CAST(subject_id AS TEXT), 'nobody') || ' from ' || ip || ' ' \
         || CASE WHEN login_id IS NULL THEN 'without a login' ELSE 'logged in' END, '\n' \
         ORDER BY audit_event_id), '') AS text FROM audit_events WHERE {condition}"
    );
    app.database.text(&sql).lines().map(str::to_owned).collect()
}

fn ended_entries(app: &App) -> Vec<String> {
    entries(app, "action = 'session_ended'")
}

/// All that can be written in a session, as one text.
const EVERYTHING: &str = "SELECT \
    coalesce((SELECT string_agg(session_id || title || description || expires_at \
        || coalesce(CAST(ended_at AS TEXT), '-') || coalesce(CAST(deleted_at AS TEXT), '-') \
        || coalesce(CAST(delete_at AS TEXT), '-') || coalesce(CAST(opened_by AS TEXT), '-') \
        || ' ' || listed_count || ' ' || anonymous_count || ' ' || question_count \
        || ' ' || shown_count || ' ' || pending_count || coalesce(CAST(current_question AS TEXT), '-') \
        || labels || blocked_words || questions_setting || replies_setting || CAST(likes_setting AS TEXT) \
        || names_setting || slow_mode || CAST(use_instance_words AS TEXT), ',' ORDER BY session_id) \
        FROM sessions), '') || '; ' \
    || coalesce((SELECT string_agg(session_id || ' ' || user_id || role || CAST(listed AS TEXT) \
        || CAST(anonymous AS TEXT) || coalesce(CAST(host_since AS TEXT), '-') \
        || coalesce(CAST(left_at AS TEXT), '-') || coalesce(CAST(contributed_at AS TEXT), '-') \
        || CAST(muted_by_name AS TEXT) || CAST(muted_anonymously AS TEXT), ',' ORDER BY session_id, user_id) FROM participants), '') || '; ' \
    || coalesce((SELECT string_agg(question_id || body || CAST(pinned AS TEXT) || CAST(closed AS TEXT) || ' ' \
        || likes_count || ' ' || replies_count || updated_at || coalesce(CAST(edited_at AS TEXT), '-') \
        || revision || review || label_ids || coalesce(CAST(merged_into AS TEXT), '-'), ',' \
        ORDER BY question_id) FROM questions), '') \
    || '; ' || coalesce((SELECT string_agg(reply_id || coalesce(body, '-') || CAST(pinned AS TEXT) || ' ' \
        || likes_count || updated_at || coalesce(CAST(edited_at AS TEXT), '-') || revision || review, ',' \
        ORDER BY reply_id) FROM replies), '') || '; ' \
    || coalesce((SELECT string_agg(mute_id || ' ' || coalesce(CAST(question_id AS TEXT), '-') \
        || coalesce(CAST(reply_id AS TEXT), '-'), ',' ORDER BY mute_id) FROM mutes), '') || ' mutes, ' \
    || (SELECT count(*) FROM question_likes) || ' and ' || (SELECT count(*) FROM reply_likes) || ' likes, ' \
    || (SELECT count(*) FROM users WHERE contributed) || ' guests to keep, ' \
    || (SELECT count(*) FROM refresh_tokens WHERE brief) || ' brief logins, ' \
    || (SELECT count(*) FROM audit_events) || ' entries' AS text";

#[apply(on_both_databases!)]
fn whoever_opens_a_session_is_its_super_host_and_everybody_can_read_it(app: &App) {
    let mina = app.user("mina");
    let session = open(&mina, &json!({ "title": "Lecture 7" }))
        .expect(201)
        .session();
    let (id, code) = (
        session["sessionId"].as_str().unwrap(),
        session["joinCode"].as_str().unwrap(),
    );
    assert_eq!((id.len(), code.len()), (22, 6));
    let expected = json!({
        "sessionId": id, "joinCode": code, "title": "Lecture 7", "role": "super_host",
        "createdAt": "2026-03-01T12:00:00.000Z", "expiresAt": "2026-03-08T12:00:00.000Z", "endedAt": null,
        "expired": false, "participantCount": 1, "listedCount": 1, "anonymousCount": 0,
        "questionCount": 0, "description": "", "muted": false, "pendingCount": 0, "labels": [],
        "currentQuestionId": null, "settings": {
            "questions": "open", "replies": "open", "likes": true, "names": "optional", "slowMode": 0,
            "blockedWords": [], "useInstanceWords": true,
        },
    });
    assert_eq!(session, expected);
    let url = format!("{SESSIONS}/{id}");
    assert_eq!(mina.get(&url).expect(200).session(), session);
    let mut seen_by_others = session.clone();
    for field in ["role", "muted", "pendingCount"] {
        seen_by_others[field] = Value::Null;
    }
    seen_by_others["settings"]["blockedWords"] = Value::Null;
    for other in [app.anonymous(), app.guest(), app.user("noah")] {
        assert_eq!(other.get(&url).expect(200).session(), seen_by_others);
    }
    let other = open(&mina, &json!({ "title": "Lecture 7" }))
        .expect(201)
        .json();
    assert_ne!(other["sessionId"], session["sessionId"]);
    assert_ne!(other["joinCode"], session["joinCode"]);
}

#[apply(on_both_databases!)]
fn nobody_opens_a_session_without_a_named_account(app: &App) {
    let body = json!({ "title": "Lecture 7" });
    open(&app.guest(), &body).expect_problem(403, "login_required");
    open(&app.anonymous(), &body).expect_problem(401, "missing_token");
    app.anonymous()
        .get(SESSIONS)
        .expect_problem(401, "missing_token");
    assert_eq!(app.database.count("sessions"), 0);
}

#[apply(on_both_databases!)]
fn a_session_ends_when_it_is_told_to_within_a_year(app: &App) {
    let mina = app.user("mina");
    for (asked, given) in GOOD_TIMES {
        let body = json!({ "title": "x", "expiresAt": asked });
        let session = open(&mina, &body).expect(201).json();
        assert_eq!(session["expiresAt"], given, "{asked}");
        let url = format!("{SESSIONS}/{}", session["sessionId"].as_str().unwrap());
        assert_eq!(mina.get(&url).expect(200).json(), session);
    }
    let body = json!({ "title": "x", "expiresAt": null });
    assert_eq!(
        open(&mina, &body).expect(201).field("expiresAt"),
        "2026-03-08T12:00:00.000Z"
    );
}

#[apply(on_both_databases!)]
fn a_leap_second_is_a_time_like_others(app: &App) {
    let mina = app.user("mina");
    let body = json!({ "title": "x", "expiresAt": "2026-06-30T23:59:60Z" });
    let session = open(&mina, &body).expect(201).json();
    let url = format!("{SESSIONS}/{}", session["sessionId"].as_str().unwrap());
    assert_eq!(mina.get(&url).expect(200).json(), session);
    assert_eq!(session["expiresAt"], "2026-07-01T00:00:00.000Z");
}

#[apply(on_both_databases!)]
fn a_session_that_could_never_be_is_not_opened(app: &App) {
    let mina = app.user("mina");
    for (time, code) in bad_times() {
        let answer = open(&mina, &json!({ "title": "x", "expiresAt": time }));
        assert_eq!(reason(&answer), ("expiresAt".into(), code.into()), "{time}");
    }
    for (title, code) in bad_titles() {
        let answer = open(&mina, &json!({ "title": title }));
        assert_eq!(reason(&answer), ("title".into(), code.into()), "{title}");
    }
    let of = |body: Value| reason(&open(&mina, &body));
    assert_eq!(of(json!({})), ("title".into(), "missing".into()));
    assert_eq!(
        of(json!({ "title": null })),
        ("title".into(), "wrong_type".into())
    );
    assert_eq!(
        of(json!({ "title": "x", "role": "x" })),
        ("role".into(), "unknown_field".into())
    );
    open(&mina, &json!(["x"])).expect_problem(400, "malformed_json");
    mina.send("POST", SESSIONS, None)
        .expect_problem(415, "unsupported_media_type");
    assert_eq!(
        (
            app.database.count("sessions"),
            app.database.count("participants")
        ),
        (0, 0)
    );
}

#[apply(on_both_databases!)]
fn a_title_is_given_back_as_it_was_typed(app: &App) {
    let mina = app.user("mina");
    for title in good_titles() {
        let url = mina.opens(&title);
        assert_eq!(mina.get(&url).expect(200).field("title"), title);
    }
    let url = mina.opens(&"e\u{301}".repeat(100));
    assert_eq!(mina.get(&url).expect(200).field("title"), "é".repeat(100));
}

#[apply(on_both_databases!)]
fn an_account_opens_a_thousand_sessions_and_no_more(app: &App) {
    let mina = app.user("mina");
    app.database.execute(&sessions_of_the_only_account(1, 999));
    let answers = race(8, |_| open(&mina, &json!({ "title": "one more" })));
    assert_eq!(answers.iter().filter(|it| it.status == 201).count(), 1);
    assert_eq!(
        answers.iter().filter(|it| it.code() == "conflict").count(),
        7
    );
    assert_eq!(app.database.count("participants"), 1_000);
    open(&app.user("noah"), &json!({ "title": "someone else's" })).expect(201);
}

#[apply(on_both_databases!)]
fn a_session_that_waited_for_the_thousandth_is_refused(app: &App) {
    let mina = app.user("mina");
    app.database.execute(&sessions_of_the_only_account(1, 999));
    let last = "UPDATE users SET contributed = contributed; ".to_owned()
        + &sessions_of_the_only_account(1_000, 1_000);
    let answer = app
        .database
        .change_during(&last, || open(&mina, &json!({ "title": "x" })));
    answer.expect_problem(409, "conflict");
}
