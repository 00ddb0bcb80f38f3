//! `askit users …` and `askit logins end`, beside a running server.

use serde_json::Value;

use crate::commands::{Operator, text};
use crate::support::*;

fn operator(app: &App) -> Operator {
    Operator::new()
        .set("DATABASE_URL", &app.database.url)
        .set("ASKIT__PASSWORD__MEMORY_KIB", "64")
}

/// Runs a command that must succeed and returns what it says.
fn say(app: &App, arguments: &[&str]) -> String {
    let output = operator(app).run(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command that must fail and returns why.
fn refuse(operator: &Operator, arguments: &[&str], input: &str) -> String {
    let output = operator.run_with(arguments, input);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    text(&output.stderr)
}

fn sees_itself(client: &Client) -> bool {
    client.get("/api/users/me").status == 200
}

fn audited(app: &App, action: &str) -> i64 {
    let count = format!("SELECT count(*) AS number FROM audit_events WHERE action = '{action}'");
    app.database.number(&count)
}

fn create<'a>(email: &'a str, nickname: &'a str) -> [&'a str; 6] {
    ["users", "create", "--email", email, "--nickname", nickname]
}

#[apply(on_both_databases!)]
fn an_account_made_by_the_command_line_signs_in(app: &App) {
    let mina = app.stranger("mina");
    let with_admin = [&create(&mina.email, "mina")[..], &["--admin"]].concat();
    let output = operator(app).run_with(&with_admin, &format!("{}\n", mina.password));
    assert!(
        text(&output.stdout).starts_with("created account "),
        "{}",
        text(&output.stderr)
    );
    let mina = mina.signed_in();
    let export: Value = mina.get("/api/users/me/export").expect(200).json();
    assert_eq!(export["account"]["admin"], true);
    assert_eq!(audited(app, "registered"), 1);
    assert!(!text(&output.stderr).contains(&mina.password));
}

#[apply(on_both_databases!)]
fn what_cannot_be_an_account_is_refused_with_the_reason(app: &App) {
    app.registered("mina");
    let refusals = [
        (
            "mina@example.com",
            "other",
            "a long enough one",
            "the e-mail address already has an account",
        ),
        (
            "other@example.com",
            "MINA",
            "a long enough one",
            "the nickname is taken",
        ),
        (
            "nobody",
            "other",
            "a long enough one",
            "the e-mail address must look like name@example.com",
        ),
        (
            "other@example.com",
            "x",
            "a long enough one",
            "the nickname must have at least 3 characters",
        ),
        (
            "other@example.com",
            "other",
            "short",
            "the password must have at least 8 characters",
        ),
        (
            "other@example.com",
            "other",
            "",
            "the password must have at least 8 characters",
        ),
        (
            "other@example.com",
            "other",
            "password1!",
            "the password is easy to guess: it is common",
        ),
        (
            "other@example.com",
            "other",
            "Other2024!",
            "the password is too close to the e-mail address",
        ),
    ];
    for (email, nickname, password, reason) in refusals {
        let why = refuse(
            &operator(app),
            &create(email, nickname),
            &format!("{password}\n"),
        );
        assert!(why.contains(reason), "{why}");
    }
    assert_eq!(app.database.count("users"), 1);
}

#[apply(on_both_databases!)]
fn a_disabled_account_is_out_at_once_and_an_enabled_one_signs_in_again(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let said = say(app, &["users", "disable", "--email", "MINA@example.com"]);
    assert_eq!(said, "disabled; 1 login(s) ended\n");
    eventually("the server sees it", || !sees_itself(&mina));
    mina.refresh().expect_problem(401, "invalid_refresh_token");
    mina.log_in("json")
        .expect_problem(401, "invalid_credentials");
    assert!(sees_itself(&noah));
    assert_eq!(
        say(app, &["users", "enable", "--email", "mina@example.com"]),
        "enabled\n"
    );
    mina.refresh().expect_problem(401, "invalid_refresh_token");
    eventually("the server sees that the old login has ended", || {
        !sees_itself(&mina)
    });
    assert!(sees_itself(&mina.signed_in()));
    assert_eq!(
        (
            audited(app, "account_disabled"),
            audited(app, "account_enabled")
        ),
        (1, 1)
    );
    let why = refuse(
        &operator(app),
        &["users", "disable", "--email", "who@example.com"],
        "",
    );
    assert!(why.contains("no account has this e-mail address"), "{why}");
}

#[apply(on_both_databases!)]
fn a_sign_in_against_disabling_leaves_no_living_login(app: &App) {
    for round in 0..3 {
        let mina = app.user(&format!("mina-{round}"));
        let answers = race(4, |number| match number {
            0 => {
                say(app, &["users", "disable", "--email", &mina.email]);
                None
            }
            1 => Some(mina.refresh()),
            _ => Some(mina.log_in("json")),
        });
        for answer in answers.into_iter().flatten().filter(|it| it.status == 200) {
            let holder = mina.holding(&answer);
            holder
                .refresh()
                .expect_problem(401, "invalid_refresh_token");
            eventually("the server sees it", || !sees_itself(&holder));
        }
    }
}

#[apply(on_both_databases!)]
fn every_login_ends_and_everybody_may_sign_in_again(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    assert_eq!(say(app, &["logins", "end", "--all"]), "2 login(s) ended\n");
    eventually("the server sees it", || {
        !sees_itself(&mina) && !sees_itself(&guest)
    });
    for client in [&mina, &guest] {
        client
            .get("/api/users/me")
            .expect_problem(401, "login_ended");
        client
            .refresh()
            .expect_problem(401, "invalid_refresh_token");
    }
    assert!(sees_itself(&mina.signed_in()));
    assert_eq!(audited(app, "all_logins_ended"), 1);
    assert_eq!(
        text(&operator(app).run(&["logins", "end"]).stdout),
        "",
        "without --all"
    );
}

#[apply(on_both_databases!)]
fn more_logins_than_one_transaction_ends_all_end(app: &App) {
    app.registered("mina");
    let rows: Vec<_> = (0..1_201)
        .map(|row| {
            format!(
                "('{row:0>21}A', (SELECT user_id FROM users), 0, '2026-03-01 12:00:00', \
             '2026-03-01 12:00:00', '2026-03-15 12:00:00', '2026-06-01 12:00:00')"
            )
        })
        .collect();
    app.database.execute(&format!(
        "INSERT INTO refresh_tokens (login_id, user_id, generation, \
        rotated_at, created_at, idle_expires_at, expires_at) VALUES {}",
        rows.join(",")
    ));
    assert_eq!(
        say(app, &["logins", "end", "--all"]),
        "1201 login(s) ended\n"
    );
    let living = "SELECT count(*) AS number FROM refresh_tokens WHERE ended_at IS NULL";
    assert_eq!(app.database.number(living), 0);
}

/// Two who end every login at once leave none, and neither says so before it is true.
#[test]
fn two_commands_at_once_end_every_login_on_postgres() {
    let app = App::start(Kind::Postgres);
    app.registered("mina");
    for round in 0..3 {
        let rows: Vec<_> = (0..1_500)
            .map(|row| {
                format!(
                    "('{round}{row:0>20}A', (SELECT user_id FROM users), 0, '2026-03-01 12:00:00', \
                     '2026-03-01 12:00:00', '2026-03-15 12:00:00', '2026-06-01 12:00:00')"
                )
            })
            .collect();
        app.database.execute(&format!(
            "INSERT INTO refresh_tokens (login_id, user_id, generation, rotated_at, created_at, \
             idle_expires_at, expires_at) VALUES {}",
            rows.join(",")
        ));
        let living = "SELECT count(*) AS number FROM refresh_tokens WHERE ended_at IS NULL";
        let left = race(2, |_| {
            say(&app, &["logins", "end", "--all"]);
            app.database.number(living)
        });
        assert_eq!(left, [0, 0]);
    }
}

/// A server that cannot know which logins have ended does not start.
#[test]
fn no_request_is_served_before_ended_logins_are_known() {
    let app = App::start(Kind::Sqlite);
    app.database
        .execute("ALTER TABLE refresh_tokens RENAME COLUMN ended_at TO over_at");
    let operator = operator(&app)
        .set("ASKIT__SECRET", crate::support::app::SECRET)
        .set("ASKIT__SERVER__LISTEN", "127.0.0.1:0");
    let why = refuse(&operator, &["serve"], "");
    assert!(why.contains("cannot read which logins have ended"), "{why}");
    assert!(!why.contains("listening on"), "{why}");
}
