//! Named accounts without a password, which another way to sign in may leave.

use serde_json::json;

use crate::support::*;

#[apply(on_both_databases!)]
fn an_account_without_a_password_is_no_guest(app: &App) {
    let (mina, noah) = (app.user("mina"), app.registered("noah"));
    let drop = "UPDATE users SET password_hash = NULL, password_scheme = NULL WHERE nickname = ";
    app.database.execute(&format!("{drop}'mina'"));
    let me = mina.get("/api/users/me").expect(200).json();
    assert_eq!(
        (&me["kind"], &me["nickname"]),
        (&json!("named"), &json!("mina"))
    );
    mina.post("/api/sessions", json!({ "title": "Databases" }))
        .expect(201);
    let claim = json!({
        "email": noah.email, "password": noah.password, "claimGuest": mina.access_token
    });
    noah.post("/api/auth/login", claim)
        .expect_problem(401, "invalid_token");
    app.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(mina.refreshed().get("/api/users/me").expect(200).json(), me);
}

#[apply(on_both_databases!)]
fn no_password_is_that_of_an_account_without_one(app: &App) {
    let mina = app.user("mina");
    app.database
        .execute("UPDATE users SET password_hash = NULL, password_scheme = NULL");
    mina.log_in("json")
        .expect_problem(401, "invalid_credentials");
    mina.change_password("another long enough one")
        .expect_problem(401, "invalid_credentials");
    mina.delete_account()
        .expect_problem(401, "invalid_credentials");
    mina.get("/api/users/me").expect(200);
}
