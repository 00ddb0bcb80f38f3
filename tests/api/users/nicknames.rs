//! GET /api/users/nicknames/{nickname}

use crate::support::*;

#[apply(on_both_databases!)]
fn a_nickname_is_looked_up_in_every_spelling(app: &App) {
    app.registered("mina");
    let exists = |nickname: &str| {
        let path = format!("/api/users/nicknames/{nickname}");
        app.anonymous().get(&path).expect(200).json()["exists"]
            .as_bool()
            .unwrap()
    };
    assert!(exists("mina"));
    assert!(exists("MiNa"));
    assert!(exists("%EF%BD%8D%EF%BD%89%EF%BD%8E%EF%BD%81"), "full width");
    assert!(!exists("minah"));
    assert!(!exists("%EB%AF%BC%EC%95%84%EC%95%BC"));
}

#[test]
fn what_can_be_no_nickname_is_told() {
    let app = App::start(Kind::Sqlite);
    for nickname in [
        "mi",
        "mi%20na",
        "%00%00%00",
        "xxxxxxxxxxxxxxxxxxxxx",
        "mi%E2%80%8Bna",
        "%ff%fe%fd",
    ] {
        let answer = app
            .anonymous()
            .get(&format!("/api/users/nicknames/{nickname}"));
        answer.expect_problem(400, "validation_failed");
    }
    app.anonymous()
        .get("/api/users/nicknames/")
        .expect_problem(404, "not_found");
}
