//! PUT /api/sessions/{sessionId}/participants/me with `listed`

use serde_json::{Value, json};

use super::participants::listed;
use crate::questions::counts::expect_true_counts;
use crate::support::*;

impl Client {
    /// Enters a session without being seen, or tries to.
    pub fn enters_unlisted(&self, session: &str) -> Answer {
        self.enters_as(session, false)
    }

    fn enters_as(&self, session: &str, is_listed: bool) -> Answer {
        let client = self.with("content-type", "application/json");
        let body = json!({ "listed": is_listed }).to_string();
        let url = format!("{session}/participants/me");
        client.send("PUT", &url, Some(body.into_bytes()))
    }
}

/// How many others than the super host are listed, and how many are not.
fn seen(host: &Client, session: &str) -> (usize, i64) {
    let (names, anonymous) = listed(host, session);
    (names.len() - 1, anonymous)
}

#[apply(on_both_databases!)]
fn who_enters_unlisted_is_counted_and_not_seen(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    for _ in 0..2 {
        let me = noah.enters_unlisted(&session).expect(200).json();
        assert_eq!(me["role"], "participant");
        let told = (&me["userId"], &me["nickname"]);
        assert_eq!(told, (&Value::Null, &Value::Null), "as others see noah");
        assert_eq!(seen(&mina, &session), (0, 1));
    }
    assert_eq!(noah.get(&session).expect(200).field("role"), "participant");
    let mine = noah.get("/api/sessions").expect(200).json();
    assert_eq!(mine["sessions"].as_array().unwrap().len(), 1);
    for is_listed in [false, true] {
        guest.enters_as(&session, is_listed).expect(200);
        assert_eq!(seen(&noah, &session), (0, 2), "a guest is never seen");
    }
    let host = format!("{session}/hosts/{}", noah.user_id());
    mina.put(&host).expect_problem(404, "not_found");
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn the_first_words_under_the_nickname_list_who_came_unlisted(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let people = ["asks", "replies", "chooses"].map(|name| app.user(name));
    for (number, person) in people.iter().enumerate() {
        let unseen = number as i64 + 1;
        person.enters_unlisted(&session).expect(200);
        person.likes(&question);
        person.asks_anonymously(&session, "Who?");
        assert_eq!(seen(&mina, &session), (number, unseen));
        match number {
            0 => drop(person.asks(&session, "When?")),
            1 => drop(person.replies(&question, "So.")),
            _ => drop(person.enters_as(&session, true).expect(200)),
        }
        assert_eq!(
            seen(&mina, &session),
            (number + 1, unseen),
            "it never falls"
        );
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn whoever_is_listed_stays_listed(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    for person in [&noah, &mina] {
        person.enters_unlisted(&session).expect(200);
        assert_eq!(seen(&mina, &session), (1, 0));
    }
    assert_eq!(mina.get(&session).expect(200).field("role"), "super_host");
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn entries_of_both_kinds_at_once_count_one_person_once(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    for _ in 0..6 {
        let session = mina.opens("Lecture 7");
        let answers = race(6, |number| noah.enters_as(&session, number % 2 == 0));
        assert!(answers.iter().all(|it| it.status == 200), "{answers:?}");
        let (names, anonymous) = seen(&mina, &session);
        assert_eq!(names, 1);
        assert!(anonymous <= 1, "{anonymous}");
    }
    expect_true_counts(app);
}
