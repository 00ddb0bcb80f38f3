//! A master secret that is replaced, and one that is another.

use actix_web::rt::System;
use askit::auth::AuthService;
use askit::keys::SigningKeyError;
use chrono::TimeDelta;

use crate::commands::text;
use crate::keys::{
    accepts, at, operator, published, quiet_instance, quiet_instance_with, rotated, token,
};
use crate::support::app::SECRET;
use crate::support::database::Database;
use crate::support::*;

const OTHER_SECRET: &str = "another secret of the tests, as long as that";

#[apply(on_both_databases!)]
fn a_fleet_changes_its_secret_and_nobody_is_logged_out(app: &App) {
    let start = |secret: &str, previous: Option<&str>| {
        let setup = Setup::default().clock(&app.clock).set("SECRET", secret);
        let setup = match previous {
            Some(previous) => setup.set("SECRET_PREVIOUS", previous),
            None => setup,
        };
        setup.start_on(&app.database)
    };
    let (old, new) = (SECRET, OTHER_SECRET);
    let mut person = app.user("mina");
    // Each accepts what each gives, by way of a rotation and of the same token once more.
    let mut all_accept_all = |instances: [&RunningServer; 2]| {
        for giver in instances.into_iter().chain(instances) {
            app.advance(TimeDelta::seconds(20));
            person = at(giver, &person).refreshed();
            for taker in instances {
                let person = at(taker, &person);
                person.get("/api/users/me").expect(200);
                person.refresh().expect(200);
            }
        }
    };
    let here = start(old, None);
    let there = start(old, None);
    all_accept_all([&here, &there]);
    drop(here);
    let here = start(old, Some(new));
    all_accept_all([&here, &there]);
    drop(there);
    let there = start(old, Some(new));
    all_accept_all([&here, &there]);

    drop(here);
    let here = start(new, Some(old));
    all_accept_all([&here, &there]);
    drop(there);
    let there = start(old, Some(new));
    all_accept_all([&here, &there]);
    drop(here);
    let here = start(new, Some(old));
    all_accept_all([&here, &there]);
    drop(there);
    let there = start(new, Some(old));
    all_accept_all([&here, &there]);

    drop(here);
    let here = start(new, None);
    all_accept_all([&here, &there]);
    drop(there);
    let there = start(new, None);
    all_accept_all([&here, &there]);
    assert_eq!(published(&here), published(app), "a key was made");
    let output = operator(&app.database).run(&["serve"]);
    assert!(text(&output.stderr).contains("under another secret"));
}

#[apply(on_both_databases!)]
fn an_instance_that_cannot_read_a_key_says_so_once_and_goes_on(app: &App) {
    let mina = app.user("mina");
    let before = published(app);
    let new = Setup::default().clock(&app.clock);
    let new = new
        .set("SECRET", OTHER_SECRET)
        .set("SECRET_PREVIOUS", SECRET);
    let new = new.start_on(&app.database);
    let operator = operator(&app.database)
        .set("ASKIT__SECRET", OTHER_SECRET)
        .set("ASKIT__SECRET_PREVIOUS", SECRET);
    let (id, _) = rotated(&operator, &[]);
    eventually("the server reads its keys again", || {
        published(&new).len() == 2
    });
    let warnings_of = |id: &str| {
        let log = app.log();
        let lines = log
            .lines()
            .filter(|line| line.contains("cannot be read with"));
        lines.filter(|line| line.contains(id)).count()
    };
    eventually("the log tells it", || warnings_of(&id) == 1);
    let elsewhere = App::start(Kind::Sqlite);
    let stranger = at(app, &elsewhere.user("noah"));
    for _ in 0..3 {
        app.advance(TimeDelta::seconds(1));
        stranger
            .get("/api/users/me")
            .expect_problem(401, "invalid_token");
    }
    assert_eq!(warnings_of(&id), 1);
    // Encrypted anew, it is not read again.
    assert_eq!(warnings_of(&before[0]), 0);
    assert_eq!(published(app), before);
    mina.get("/api/users/me").expect(200);
    mina.signed_in().get("/api/users/me").expect(200);
}

#[apply(on_both_databases!)]
fn an_instance_that_can_read_none_of_the_keys_accepts_none_that_was_removed(app: &App) {
    let old = quiet_instance(app);
    let new = quiet_instance_with(app, OTHER_SECRET, Some(SECRET));
    let stolen = token(&new);
    assert!(accepts(&old, &stolen));
    let operator = operator(&app.database)
        .set("ASKIT__SECRET", OTHER_SECRET)
        .set("ASKIT__SECRET_PREVIOUS", SECRET);
    rotated(&operator, &["--compromised"]);
    let reload = |instance: &AuthService| System::new().block_on(instance.signing_keys.reload());
    assert!(matches!(reload(&old), Err(SigningKeyError::NoneReadable)));
    reload(&new).unwrap();
    for instance in [&old, &new] {
        assert!(!accepts(instance, &stolen));
    }
    assert!(!accepts(&old, &token(&old)));
    assert!(accepts(&new, &token(&new)));
}

#[apply(on_both_databases!)]
fn an_instance_makes_no_key_once_its_secret_was_replaced(app: &App) {
    let old = quiet_instance(app);
    let new = quiet_instance_with(app, OTHER_SECRET, Some(SECRET));
    app.advance(TimeDelta::days(90));
    let reload = |instance: &AuthService| {
        System::new()
            .block_on(instance.signing_keys.reload())
            .unwrap();
        app.database.count("signing_keys")
    };
    assert_eq!(reload(&old), 1);
    assert_eq!(reload(&new), 2);
}

/// Starts once with the secret of the tests, and then with another one.
fn another_secret_stops_the_start(kind: Kind) {
    let database = Database::new(kind);
    drop(Setup::default().start_on(&database));
    let other = operator(&database).set("ASKIT__SECRET", OTHER_SECRET);
    let refused = |commands: &[&str]| {
        let output = other.run(commands);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        let sentence = "askit: the database was used under another secret: set secret to that \
             one; to replace it, set it as secret_previous";
        assert!(said.contains(sentence), "{said}");
    };
    let both_refused = || {
        refused(&["serve"]);
        refused(&["keys", "rotate", "--compromised"]);
    };
    both_refused();
    // A version that knew no check value had only its key.
    database.execute("DELETE FROM secret_checks");
    both_refused();
    assert_eq!(database.count("secret_checks"), 0);
    drop(Setup::default().start_on(&database));
    assert_eq!(database.count("secret_checks"), 1);
    database.execute("DELETE FROM signing_keys");
    both_refused();
    assert_eq!(database.count("signing_keys"), 0);
}

#[test]
fn another_secret_stops_the_start_even_without_a_key_on_sqlite() {
    another_secret_stops_the_start(Kind::Sqlite);
}

#[test]
fn another_secret_stops_the_start_even_without_a_key_on_postgres() {
    another_secret_stops_the_start(Kind::Postgres);
}
