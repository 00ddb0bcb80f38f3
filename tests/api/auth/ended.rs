//! An access token ends with its login, on every instance.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;

use actix_web::rt::System;
use askit::auth::service::ended_logins::{EndedLogins, Ending};
use askit::clock::SharedClock;
use askit::db::{DbConn, DbError};
use askit::users::LoginId;
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;

use crate::support::{self, *};

fn has_ended(client: &Client) -> bool {
    let answer = client.get("/api/users/me");
    answer.status == 401 && answer.code() == "login_ended"
}

/// What an instance without a server knows.
fn ended_logins(app: &App) -> EndedLogins {
    let clock: SharedClock = Arc::clone(&app.clock) as SharedClock;
    let settings = Setup::default().load(&app.database).auth;
    EndedLogins::new(app.database.open(), clock, &settings)
}

/// Ends every login behind the servers' backs, without notice.
const END_ALL: &str = "UPDATE refresh_tokens SET ended_at = '2026-03-01 12:00:00'";

/// An access token outlives no logout (CWE-613).
#[apply(on_both_databases!)]
fn a_logout_is_known_before_it_is_answered(app: &App) {
    let mina = app.user("mina");
    mina.log_out().expect(200);
    mina.get("/api/users/me").expect_problem(401, "login_ended");
}

#[apply(on_both_databases!)]
fn reuse_ends_the_access_tokens_too(app: &App) {
    let mina = app.user("mina");
    let mut latest = mina.clone();
    for _ in 0..2 {
        app.advance(TimeDelta::seconds(31));
        latest = latest.refreshed();
    }
    mina.refresh().expect_problem(401, "refresh_token_reused");
    latest
        .get("/api/users/me")
        .expect_problem(401, "login_ended");
}

#[apply(on_both_databases!)]
fn what_ends_without_notice_is_seen_all_the_same(app: &App) {
    let mina = app.user("mina");
    mina.get("/api/users/me").expect(200);
    app.database.execute(END_ALL);
    eventually("the server sees it", || has_ended(&mina));
}

#[apply(on_both_databases!)]
fn a_transaction_that_commits_late_is_seen(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let mut late = app.database.connect();
    if app.database.is_postgres() {
        let end = format!(
            "BEGIN; {END_ALL} \
            WHERE user_id = (SELECT user_id FROM users WHERE nickname = 'mina')"
        );
        late.batch_execute(&end).unwrap();
    }
    // The server reads past the time at which mina's login ends.
    app.advance(TimeDelta::seconds(29));
    let end = END_ALL.replace("12:00:00", "12:00:29")
        + " WHERE user_id = (SELECT user_id FROM users WHERE nickname = 'noah')";
    app.database.execute(&end);
    eventually("the server reads the table", || has_ended(&noah));
    mina.get("/api/users/me").expect(200);
    // SQLite has one writer: the row comes late in another way.
    let comes_late = if app.database.is_postgres() {
        "COMMIT"
    } else {
        END_ALL
    };
    late.batch_execute(comes_late).unwrap();
    eventually("the server looks back", || has_ended(&mina));
}

#[apply(on_both_databases!)]
fn a_restarted_server_knows_what_ended_before(app: &App) {
    let mina = app.user("mina");
    mina.log_out().expect(200);
    let again = Setup::default().clock(&app.clock).start_on(&app.database);
    mina.at(&again)
        .get("/api/users/me")
        .expect_problem(401, "login_ended");
}

#[apply(on_both_databases!)]
fn neither_purge_nor_deletion_forget_while_a_token_could_live(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    app.advance(TimeDelta::minutes(9));
    let (mina, noah) = (mina.refreshed(), noah.refreshed());
    mina.log_out().expect(200);
    noah.delete_account().expect(204);
    app.advance(TimeDelta::minutes(10));
    app.purge().unwrap();
    let again = Setup::default().clock(&app.clock).start_on(&app.database);
    again.purge().unwrap();
    for client in [mina, noah] {
        client
            .at(&again)
            .get("/api/users/me")
            .expect_problem(401, "login_ended");
        client
            .get("/api/users/me")
            .expect_problem(401, "login_ended");
    }
    app.advance(TimeDelta::minutes(3));
    app.purge().unwrap();
    assert_eq!(app.database.count("refresh_tokens"), 0);
}

#[apply(on_both_databases!)]
fn what_is_known_is_told_without_asking_and_what_is_old_not_at_all(app: &App) {
    let mina = app.user("mina");
    mina.log_out().expect(200);
    let login_id = "SELECT login_id AS text FROM refresh_tokens";
    let login_id = LoginId::parse(&app.database.text(login_id)).unwrap();
    let logins = ended_logins(app);
    let contains = |login_id| System::new().block_on(logins.contains(login_id));
    let unknown = LoginId::from_bytes([7; 16]);
    assert!(
        matches!(contains(login_id), Ok(true)),
        "the first question reads the table"
    );
    app.database
        .execute("ALTER TABLE refresh_tokens RENAME TO hidden");
    app.advance(TimeDelta::seconds(30));
    assert!(matches!(contains(login_id), Ok(true)));
    assert!(matches!(contains(unknown), Ok(false)));
    app.advance(TimeDelta::seconds(1));
    for login_id in [login_id, unknown] {
        let answer = contains(login_id);
        assert!(answer.is_err(), "{answer:?}");
    }
    app.database
        .execute("ALTER TABLE hidden RENAME TO refresh_tokens");
    eventually("it asks again", || matches!(contains(login_id), Ok(true)));
}

#[apply(on_both_databases!)]
fn a_transaction_that_ends_logins_too_late_ends_none(app: &App) {
    let mina = app.user("mina");
    let logins = ended_logins(app);
    let end = |seconds| {
        let clock = Arc::clone(&app.clock);
        System::new().block_on(logins.write(move |conn: &mut DbConn, _| {
            conn.batch_execute(END_ALL)?;
            clock.advance(TimeDelta::seconds(seconds));
            Ok::<_, DbError>(Ending::nothing(()))
        }))
    };
    let late = end(21);
    assert!(matches!(late, Err(DbError::Unavailable(_))), "{late:?}");
    mina.refresh().expect(200);
    end(20).unwrap();
    mina.refresh().expect_problem(401, "invalid_refresh_token");
}

/// Whoever hangs up while the logout waits for the database is signed out here at once, not when
/// the table is next read.
#[apply(on_both_databases!)]
fn a_client_that_hangs_up_in_the_middle_of_a_logout_is_signed_out(app: &App) {
    for round in 0..5 {
        let mina = app.user(&format!("mina-{round}"));
        let mut other = app.database.connect();
        other
            .batch_execute(if app.database.is_postgres() {
                "BEGIN"
            } else {
                "BEGIN IMMEDIATE"
            })
            .unwrap();
        other
            .batch_execute("UPDATE refresh_tokens SET ip = NULL")
            .unwrap();
        let body = format!(
            "{{\"refreshToken\":\"{}\"}}",
            mina.refresh_token.clone().unwrap()
        );
        let request = format!(
            "POST /api/auth/logout HTTP/1.1\r\nhost: x\r\n\
            content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(app.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        if app.database.is_postgres() {
            eventually("the logout waits", || {
                app.database.waiting_transactions() > 0
            })
        } else {
            std::thread::sleep(std::time::Duration::from_millis(100))
        }
        drop(stream);
        std::thread::sleep(std::time::Duration::from_millis(50));
        other.batch_execute("COMMIT").unwrap();
        let ended = "SELECT count(*) AS number FROM refresh_tokens WHERE ended_at IS NOT NULL";
        eventually("the login ends", || app.database.number(ended) == round + 1);
        // Sooner than the table is read again, which is every two seconds.
        assert!(
            (0..5).any(|_| has_ended(&mina)),
            "this instance was not told"
        );
    }
}

/// The reading every two seconds would do in time: the log tells which of them it was.
#[test]
fn an_instance_is_told_by_a_notice_on_postgres() {
    with_another_instance(|app, other| {
        let told = || app.log().matches("\"waited.missed\":false").count();
        eventually("both listen", || app.database.number(LISTENING) == 2);
        let mina = app.user("mina");
        let before = told();
        mina.log_out().expect(200);
        eventually("the other instance hears of it", || {
            has_ended(&mina.at(other))
        });
        eventually("a notice came", || told() > before);
    });
}

const LISTENING: &str = "SELECT count(*) AS number FROM pg_stat_activity \
     WHERE datname = current_database() AND application_name = 'askit notices'";

/// A second instance on the same PostgreSQL.
fn with_another_instance(check: impl Fn(&App, &RunningServer)) {
    let app = App::start(Kind::Postgres);
    let other = Setup::default().clock(&app.clock).start_on(&app.database);
    check(&app, &other);
}

#[test]
fn another_instance_hears_of_each_way_a_login_ends_on_postgres() {
    with_another_instance(|app, other| {
        let endings: [fn(&Client); 5] = [
            |it| drop(it.log_out().expect(200)),
            |it| drop(it.change_password("another long enough one").expect(200)),
            |it| drop(it.delete_account().expect(204)),
            |it| drop(it.signed_in().delete("/api/users/me/logins").expect(204)),
            |it| {
                let id = it.get("/api/users/me/logins").json()["logins"][0]["loginId"].clone();
                let id = id.as_str().unwrap().to_owned();
                it.delete(&format!("/api/users/me/logins/{id}")).expect(204);
            },
        ];
        for (number, end) in endings.iter().enumerate() {
            let mina = app.user(&format!("mina-{number}"));
            let there = mina.at(other);
            there.get("/api/users/me").expect(200);
            end(&mina);
            mina.get("/api/users/me").expect_problem(401, "login_ended");
            eventually("the other instance hears of it", || has_ended(&there));
        }
    });
}

#[test]
fn an_instance_whose_listener_was_killed_listens_again_on_postgres() {
    with_another_instance(|app, other| {
        eventually("both listen", || app.database.number(LISTENING) == 2);
        app.database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = 'askit notices'",
        );
        let mina = app.user("mina");
        mina.log_out().expect(200);
        eventually("the other instance sees it", || has_ended(&mina.at(other)));
        eventually("both listen again", || app.database.number(LISTENING) == 2);
        assert!(app.log().contains("no notices of other instances"));
    });
}

/// However an instance stands still in the middle, PostgreSQL gives its transaction up in time.
#[test]
fn postgres_limits_the_pauses_of_a_transaction_that_ends_logins() {
    let app = App::start(Kind::Postgres);
    let limits = |conn: &mut DbConn, _| {
        let limits = "DO $$ BEGIN ASSERT current_setting('statement_timeout') = '10s'; \
             ASSERT current_setting('idle_in_transaction_session_timeout') = '10s'; END $$";
        conn.batch_execute(limits)?;
        Ok::<_, DbError>(Ending::nothing(()))
    };
    System::new()
        .block_on(ended_logins(&app).write(limits))
        .unwrap();
}

/// Thirty who ask at once do not wait for each other's questions: together they would take longer
/// than these clients wait.
#[test]
fn while_nobody_knows_which_logins_have_ended_bearers_are_told_503_with_own_postgres() {
    let mut cluster = postgres::Cluster::own();
    let folder = tempfile::tempdir().unwrap();
    let database = support::database::Database::at(cluster.url("postgres"), folder);
    let setup = Setup::default().set("DATABASE__ACQUIRE_TIMEOUT", "3s");
    let app = App::start_at(database, setup);
    let mina = app.user("mina");
    cluster.stop();
    app.advance(TimeDelta::seconds(31));
    for answer in race(30, |_| mina.get("/api/users/me")) {
        answer.expect_problem(503, "database_unavailable");
    }
    cluster.resume();
    eventually("it recovers", || mina.get("/api/users/me").status == 200);
}
