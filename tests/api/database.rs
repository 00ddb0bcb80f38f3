//! The database behind the server: its tables, its migrations, its transactions.

use std::fs;
use std::path::Path;

use actix_web::rt::System;
use askit::config::{MasterSecret, MasterSecrets, Settings, Sources};
use askit::db::schema::{
    attempts, audit_events, data_steps, epochs, idempotency_keys, known_codes, participants,
    password_schemes, posts, question_likes, questions, refresh_tokens, replies, reply_likes,
    secret_checks, session_changes, session_listeners, sessions, signing_keys, users,
};
use askit::db::{DbConn, DbError};
use askit::keys::SigningKeys;
use askit::random::Random;
use askit::users::{UserId, repository};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::support::database::Database;
use crate::support::*;

#[apply(on_both_databases!)]
fn every_table_has_the_columns_of_the_schema(app: &App) {
    app.user("mina");
    let conn = &mut app.database.connect();
    macro_rules! load {
        ($($table:ident),*) => {
            $(let rows = $table::table.select($table::all_columns).execute(conn);
            rows.unwrap_or_else(|error| panic!("{}: {error}", stringify!($table)));)*
        };
    }
    load!(
        attempts,
        audit_events,
        data_steps,
        epochs,
        idempotency_keys,
        known_codes,
        participants,
        password_schemes,
        posts,
        question_likes,
        questions,
        refresh_tokens,
        replies,
        reply_likes,
        secret_checks,
        session_changes,
        session_listeners,
        sessions,
        signing_keys,
        users
    );
}

#[apply(on_both_databases!)]
fn accounts_from_before_schemes_were_counted_are_counted(app: &App) {
    app.registered("mina");
    app.registered("noah");
    app.guest();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let folder = folder.join(if app.database.is_postgres() {
        "postgres"
    } else {
        "sqlite"
    });
    for file in ["down.sql", "up.sql"] {
        let file = folder.join("2026-11-22-000005_password_schemes").join(file);
        app.database.execute(&fs::read_to_string(file).unwrap());
    }
    let counted = "SELECT scheme || ' ' || accounts AS text FROM password_schemes";
    assert_eq!(app.database.text(counted), "$argon2id$v=19$m=64,t=2,p=1 2");
    let of_mina = "SELECT password_scheme AS text FROM users WHERE nickname = 'mina'";
    assert_eq!(app.database.text(of_mina), "$argon2id$v=19$m=64,t=2,p=1");
}

#[apply(on_both_databases!)]
fn an_account_is_named_in_every_respect_or_in_none(app: &App) {
    let conn = &mut app.database.connect();
    let halves = [
        "email",
        "email_folded",
        "nickname",
        "nickname_folded",
        "password_hash",
    ];
    for half in halves {
        for kind in ["guest", "named"] {
            let insert = format!(
                "INSERT INTO users (user_id, active, created_at, kind, {half}) \
                VALUES (7, TRUE, '2026-03-01 12:00:00', '{kind}', 'x')"
            );
            assert!(
                conn.batch_execute(&insert).is_err(),
                "a {kind} with nothing but {half}"
            );
        }
    }
    let other = "INSERT INTO users (user_id, active, created_at, kind) \
        VALUES (7, TRUE, '2026-03-01 12:00:00', 'robot')";
    assert!(
        conn.batch_execute(other).is_err(),
        "an account of another kind"
    );
}

#[apply(on_both_databases!)]
fn first_starts_at_once_make_one_signing_key(app: &App) {
    let db = app.database.open();
    let settings = Settings::load(&Sources::default()).settings.unwrap();
    let secrets = MasterSecrets {
        current: MasterSecret::new(vec![7; 32]).unwrap(),
        previous: None,
    };
    for _ in 0..5 {
        // In this order: the running server would make a key in place of those that are gone.
        app.database.execute("DELETE FROM secret_checks");
        app.database.execute("DELETE FROM signing_keys");
        let ids = race(4, |_| {
            let (clock, random) = (app.clock.clone(), Random::from_system());
            let made = SigningKeys::open(db.clone(), &secrets, &settings.auth, clock, random);
            System::new().block_on(made).unwrap().published()[0]
                .id
                .clone()
        });
        assert_eq!(app.database.count("signing_keys"), 1);
        assert_eq!(app.database.count("secret_checks"), 1);
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
}

/// Without a server, whose locks would be in the way.
fn undo_each_migration(kind: Kind, name: &str) {
    let database = Database::new(kind);
    let conn = &mut database.connect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let migrations = fs::read_dir(folder.join(name)).unwrap();
    let mut migrations: Vec<_> = migrations.map(|it| it.unwrap().path()).collect();
    migrations.sort();
    for migration in migrations.iter().rev() {
        let down = fs::read_to_string(migration.join("down.sql")).unwrap();
        conn.batch_execute(&down).unwrap();
        let again = format!("{down}\n");
        assert!(
            conn.batch_execute(&again).is_err(),
            "something is left to remove"
        );
    }
}

#[test]
fn each_migration_can_be_undone_on_sqlite() {
    undo_each_migration(Kind::Sqlite, "sqlite");
}

#[test]
fn each_migration_can_be_undone_on_postgres() {
    undo_each_migration(Kind::Postgres, "postgres");
}

/// Two transactions that lock two rows in opposite order: PostgreSQL ends one of them, which is
/// repeated.
#[test]
fn a_deadlock_is_repeated_and_nobody_hears_of_it_on_postgres() {
    let app = App::start(Kind::Postgres);
    app.registered("mina");
    app.registered("noah");
    let db = app.database.open();
    let both_have_one = std::sync::Barrier::new(2);
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let (both_have_one, tries) = (
        &*Box::leak(Box::new(both_have_one)),
        &*Box::leak(Box::new(tries)),
    );
    let outcomes = race(2, |number| {
        let names = if number == 0 {
            ["mina", "noah"]
        } else {
            ["noah", "mina"]
        };
        let mut is_first_try = true;
        System::new().block_on(db.write(move |conn: &mut DbConn| {
            tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            // Then in one order, or both could wait for each other again, and again.
            let names = if is_first_try {
                names
            } else {
                ["mina", "noah"]
            };
            for (step, name) in names.into_iter().enumerate() {
                if step == 1 && is_first_try {
                    both_have_one.wait();
                    is_first_try = false;
                }
                diesel::update(users::table.filter(users::nickname.eq(name)))
                    .set(users::active.eq(true))
                    .execute(conn)?;
            }
            Ok::<_, DbError>(())
        }))
    });
    for outcome in outcomes {
        outcome.unwrap();
    }
    let tries = tries.load(std::sync::atomic::Ordering::Relaxed);
    assert!(tries > 2, "there was no deadlock");
}

/// Who holds the account's row may wait for whoever inserts: so the insert must not wait for the
/// row.
#[test]
fn what_refers_to_a_locked_account_does_not_wait_for_it_on_postgres() {
    let app = App::start(Kind::Postgres);
    let mina = UserId::new(app.user("mina").user_id()).unwrap();
    let mut other = app.database.connect();
    other.batch_execute("SET lock_timeout = '100ms'").unwrap();
    let write = move |conn: &mut DbConn| {
        repository::lock_row(conn, mina)?;
        let change = format!(
            "UPDATE users SET admin = TRUE WHERE user_id = {}",
            mina.get()
        );
        let changed = other.batch_execute(&change);
        assert!(changed.is_err(), "the row is not locked");
        let refer = format!(
            "INSERT INTO posts (author_id, title, content, created_at, updated_at) \
             VALUES ({}, 'a', 'b', '2026-03-01 12:00:00', '2026-03-01 12:00:00')",
            mina.get()
        );
        Ok::<_, DbError>(other.batch_execute(&refer)?)
    };
    let written = System::new().block_on(app.database.open().write(write));
    written.unwrap();
    assert_eq!(app.database.count("posts"), 1);
}

#[test]
fn a_panic_in_a_transaction_leaves_no_trace_and_harms_no_other_on_postgres() {
    let app = App::start(Kind::Postgres);
    app.registered("mina");
    let db = app.database.open();
    let outcome = System::new().block_on(db.write(|conn: &mut DbConn| {
        diesel::delete(users::table).execute(conn)?;
        if true {
            panic!("a defect");
        }
        Ok::<_, DbError>(())
    }));
    assert!(matches!(outcome, Err(DbError::Panicked)), "{outcome:?}");
    assert_eq!(app.database.count("users"), 1);
    for _ in 0..8 {
        System::new().block_on(db.ping()).unwrap();
    }
}
