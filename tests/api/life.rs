//! The whole life of an account.

use chrono::TimeDelta;

use crate::support::*;

#[apply(on_both_databases!)]
fn from_registration_to_the_last_sign_out(app: &App) {
    let mina = app.stranger("mina");
    mina.log_in("json")
        .expect_problem(401, "invalid_credentials");
    let registered = mina.register().expect(201);
    mina.register().expect_problem(409, "email_taken");

    let phone = mina.signed_in();
    let laptop = mina.signed_in();
    for device in [&phone, &laptop] {
        let me = device.get("/api/users/me").expect(200).json();
        assert_eq!(me["userId"], registered.json()["userId"]);
    }

    // Ten days of daily use, each device on its own.
    let (mut phone, mut laptop) = (phone, laptop);
    for _ in 0..10 {
        app.advance(TimeDelta::days(1));
        phone
            .get("/api/users/me")
            .expect_problem(401, "token_expired");
        phone = phone.refreshed();
        laptop = laptop.refreshed();
        phone.get("/api/users/me").expect(200);
    }

    phone.log_out().expect(200);
    phone.refresh().expect_problem(401, "invalid_refresh_token");
    app.advance(TimeDelta::minutes(1));
    laptop = laptop.refreshed();
    laptop.get("/api/users/me").expect(200);

    app.advance(TimeDelta::days(15));
    laptop
        .refresh()
        .expect_problem(401, "invalid_refresh_token");
    laptop.signed_in().get("/api/users/me").expect(200);
}
