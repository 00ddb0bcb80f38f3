//! Tokens that were replaced or ended, presented again to a server that has restarted.

use chrono::TimeDelta;

use crate::support::*;

/// CVE-2026-9802: what is known of replaced tokens is in the database, not in a process.
#[apply(on_both_databases!)]
fn a_replaced_refresh_token_is_known_after_a_restart(app: &App) {
    let stolen = app.user("mina");
    let mut latest = stolen.clone();
    for _ in 0..2 {
        app.advance(TimeDelta::seconds(31));
        latest = latest.refreshed();
    }
    let again = Setup::default().clock(&app.clock).start_on(&app.database);
    stolen
        .at(&again)
        .refresh()
        .expect_problem(401, "refresh_token_reused");
    latest
        .at(&again)
        .refresh()
        .expect_problem(401, "invalid_refresh_token");
    latest
        .refresh()
        .expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn an_ended_login_stays_ended_after_a_restart(app: &App) {
    let mina = app.user("mina");
    mina.log_out().expect(200);
    let again = Setup::default().clock(&app.clock).start_on(&app.database);
    mina.at(&again)
        .refresh()
        .expect_problem(401, "invalid_refresh_token");
    mina.at(&again)
        .get("/api/users/me")
        .expect_problem(401, "login_ended");
}
