//! POST /api/auth/login

use askit::db::schema::users;
use diesel::prelude::*;
use serde_json::json;

use crate::support::*;

#[apply(on_both_databases!)]
fn in_mode_cookie_no_script_sees_the_refresh_token(app: &App) {
    let mina = app.registered("mina");
    for mode in [json!("cookie"), json!(null)] {
        let body = json!({ "email": mina.email, "password": mina.password, "mode": mode });
        let answer = mina.post("/api/auth/login", body).expect(200);
        insta::assert_snapshot!("cookie", answer.snapshot());
        let cookie = answer.cookie("refreshToken").unwrap();
        assert!(!answer.text.contains(&cookie));
        assert_eq!(
            answer.cookie("Authentication"),
            Some(answer.field("accessToken"))
        );
    }
}

#[apply(on_both_databases!)]
fn in_mode_json_no_cookie_is_set(app: &App) {
    let answer = app.registered("mina").log_in("json").expect(200);
    insta::assert_snapshot!("json", answer.snapshot());
}

#[apply(on_both_databases!)]
fn any_spelling_of_the_address_signs_in(app: &App) {
    let mut mina = app.registered("mina");
    for email in [
        "MINA@EXAMPLE.COM",
        "  mina@example.com ",
        "ｍｉｎａ@example.com",
    ] {
        mina.email = email.into();
        mina.log_in("json").expect(200);
    }
}

#[apply(on_both_databases!)]
fn a_password_is_compared_in_composed_form(app: &App) {
    let mut mina = app.stranger("mina");
    mina.password = "cafe\u{301} au lait".into();
    mina.register().expect(201);
    mina.password = "caf\u{e9} au lait".into();
    mina.log_in("json").expect(200);
}

#[apply(on_both_databases!)]
fn whatever_is_wrong_the_answer_and_the_work_are_the_same(app: &App) {
    let mina = app.registered("mina");
    let disabled = app.registered("disabled");
    app.database
        .execute("UPDATE users SET active = FALSE WHERE nickname = 'disabled'");
    let correct = mina.log_in("json").expect(200);
    assert_eq!(app.hashes_for(&correct), [64]);

    let attempts = [
        ("a wrong password", mina.email.as_str(), "not the password"),
        (
            "an unknown address",
            "nobody@example.com",
            "not the password",
        ),
        ("a disabled account", &disabled.email, &disabled.password),
        ("no address", "", "not the password"),
        ("what is no address", "mina", "not the password"),
        ("an empty password", &mina.email, ""),
        ("an empty password of nobody", "nobody@example.com", ""),
        ("an overlong password", &mina.email, &"x".repeat(5_000)),
        (
            "an overlong address",
            &"x".repeat(5_000),
            "not the password",
        ),
    ];
    let mut answers = attempts.map(|(what, email, password)| {
        let body = json!({ "email": email, "password": password });
        let answer = app.anonymous().post("/api/auth/login", body);
        assert_eq!(app.hashes_for(&answer), [64], "{what} costs another work");
        (what, answer.snapshot())
    });
    let (_, first) = answers[0].clone();
    insta::assert_snapshot!("refused", first);
    for (what, snapshot) in &mut answers {
        assert_eq!(*snapshot, first, "{what} is answered in another way");
    }
}

#[apply(on_both_databases!)]
fn a_password_change_during_the_sign_in_wins(app: &App) {
    let mina = app.registered("mina");
    // Whatever the race gives, a sign-in with the old password must not write it back.
    let outcomes = race(5, |number| match number {
        0 => {
            app.database
                .execute("UPDATE users SET password_hash = '$changed$'");
            None
        }
        _ => Some(mina.log_in("json").status),
    });
    let stored: Option<String> = users::table
        .select(users::password_hash)
        .first(&mut app.database.connect())
        .unwrap();
    assert_eq!(stored.as_deref(), Some("$changed$"), "{outcomes:?}");
    mina.log_in("json")
        .expect_problem(401, "invalid_credentials");
}

/// Another connection changes the password between the comparison and the transaction of a
/// sign-in: its lock makes the sign-in wait just there.
#[apply(on_both_databases!)]
fn a_sign_in_that_verified_the_old_password_is_refused_after_the_change(app: &App) {
    let mina = app.registered("mina");
    let change = "UPDATE users SET password_hash = '$changed$'";
    // On SQLite the lock would stop it where its attempt is counted, before the comparison.
    let unlimited = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start_on(&app.database);
    let mina = Client {
        base: unlimited.anonymous().base,
        ..mina
    };
    let answer = app.database.change_during(change, || mina.log_in("json"));
    answer.expect_problem(401, "invalid_credentials");
    let failed = "SELECT count(*) AS number FROM audit_events WHERE action = 'sign_in_failed'";
    assert_eq!(app.database.number(failed), 1);
    let logins = app.database.count("refresh_tokens");
    assert_eq!(logins, 0, "a login was made with the old password");
}

#[test]
fn a_hash_grows_with_the_settings_at_the_next_sign_in() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    let stored = |app: &App| -> String {
        let hash: Option<String> = users::table
            .select(users::password_hash)
            .first(&mut app.database.connect())
            .unwrap();
        hash.unwrap()
    };
    let small = stored(&app);
    assert!(small.contains("m=64,t=2,p=1"), "{small}");

    let setup = Setup::default().set("PASSWORD__MEMORY_KIB", "128");
    let grown = setup.start_on(&app.database);
    let mina = Client {
        base: grown.anonymous().base,
        ..mina
    };
    let answer = mina.log_in("json").expect(200);
    assert_eq!(grown.hashes_for(&answer), [64, 128]);
    let large = stored(&app);
    assert!(large.contains("m=128,t=2,p=1"), "{large}");
    let answer = mina.log_in("json").expect(200);
    assert_eq!(grown.hashes_for(&answer), [128]);
    assert_eq!(stored(&app), large);
}

#[test]
fn under_https_the_cookies_are_secure_and_host_only() {
    let setup = Setup::default().set("SERVER__PUBLIC_URL", "https://ask.example.com");
    let app = setup.start(Kind::Sqlite);
    let answer = app.registered("mina").log_in("cookie").expect(200);
    let set = |name: &str| {
        answer
            .set_cookie(name)
            .unwrap()
            .split_once(';')
            .unwrap()
            .1
            .to_owned()
    };
    let attributes = " HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=";
    assert_eq!(set("__Host-refreshToken"), format!("{attributes}1209600"));
    assert_eq!(set("__Host-Authentication"), format!("{attributes}600"));
    assert_eq!(
        answer.header("strict-transport-security"),
        Some("max-age=63072000")
    );

    let planted = format!(
        "refreshToken={}",
        answer.cookie("__Host-refreshToken").unwrap()
    );
    let planted = app.anonymous().with("cookie", &planted);
    planted
        .send("POST", "/api/auth/token", None)
        .expect_problem(401, "missing_token");
}
