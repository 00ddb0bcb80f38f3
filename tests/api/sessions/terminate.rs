//! POST /api/sessions/{sessionId}/terminate

use chrono::TimeDelta;
use serde_json::json;

use super::ended_entries;
use crate::support::*;

impl Client {
    /// Ends a session, or tries to.
    pub fn terminate(&self, session: &str) -> Answer {
        self.send("POST", &format!("{session}/terminate"), None)
    }
}

#[apply(on_both_databases!)]
fn an_ended_session_can_be_ended_again(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut expected = mina.get(&session).expect(200).session();
    app.advance(TimeDelta::minutes(1));
    expected["endedAt"] = "2026-03-01T12:01:00.000Z".into();
    assert_eq!(mina.terminate(&session).expect(200).session(), expected);
    app.advance(TimeDelta::minutes(1));
    assert_eq!(
        mina.terminate(&session).expect(200).session(),
        expected,
        "it ended then"
    );
    assert_eq!(
        mina.post(&format!("{session}/terminate"), json!({ "now": 1 }))
            .expect(200)
            .session(),
        expected
    );
    assert_eq!(
        app.anonymous().get(&session).expect(200).field("endedAt"),
        "2026-03-01T12:01:00.000Z"
    );
    let [entry] = &ended_entries(app)[..] else {
        panic!("one entry")
    };
    let id = session.rsplit('/').next().unwrap();
    let mina_id = mina.user_id();
    assert_eq!(
        *entry,
        format!("session_ended by {mina_id} in {id} to nobody from 127.0.0.1 logged in")
    );
}

#[apply(on_both_databases!)]
fn a_session_whose_time_has_passed_stays_as_it_is(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    app.advance(TimeDelta::days(7));
    let mina = mina.refreshed();
    let before = mina.get(&session).expect(200).json();
    assert_eq!(
        (&before["expired"], before["endedAt"].is_null()),
        (&true.into(), true)
    );
    assert_eq!(mina.terminate(&session).expect(200).json(), before);
    assert_eq!(ended_entries(app), Vec::<String>::new());
}

#[apply(on_both_databases!)]
fn nobody_ends_the_session_of_another(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    guest.enters(&session);
    mina.makes_host(&session, &noah);
    for other in [&noah, &guest, &app.user("zoe"), &app.guest()] {
        other.terminate(&session).expect_problem(403, "forbidden");
    }
    app.anonymous()
        .terminate(&session)
        .expect_problem(401, "missing_token");
    assert!(mina.get(&session).expect(200).json()["endedAt"].is_null());
    mina.terminate(&session).expect(200);
    noah.terminate(&session).expect_problem(403, "forbidden");
    assert_eq!(ended_entries(app).len(), 1);
}

#[apply(on_both_databases!)]
fn of_eight_that_end_it_at_once_one_does(app: &App) {
    let mina = app.user("mina");
    for round in 0..4 {
        let session = mina.opens("Lecture 7");
        let answers = race(8, |number| {
            app.advance(TimeDelta::milliseconds(number as i64));
            mina.terminate(&session).expect(200).field("endedAt")
        });
        assert!(
            answers.iter().all(|ended_at| *ended_at == answers[0]),
            "{answers:?}"
        );
        assert_eq!(ended_entries(app).len(), round + 1);
    }
}
