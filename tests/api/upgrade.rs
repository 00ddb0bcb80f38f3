//! Databases that earlier releases have filled: no row is lost, and people go on where they were.
//! `tests/data/upgrade/fill` makes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actix_web::rt::System;
use askit::clock::ManualClock;
use askit::config::DatabaseUrl;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::database::Database;
use crate::support::*;

/// Tables that a migration may add rows to or take rows from. Say why.
const CHANGED: [&str; 1] = [
    // Diesel's list of the migrations that were applied.
    "__diesel_schema_migrations",
];

/// A database of an earlier release.
struct Earlier {
    database: Database,
    facts: Value,
    clock: Arc<ManualClock>,
}

/// One for each release that is kept.
fn all_earlier(kind: Kind) -> impl Iterator<Item = Earlier> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/upgrade");
    let entries = fs::read_dir(root).unwrap().map(|it| it.unwrap().path());
    let mut releases: Vec<_> = entries.filter(|it| it.is_dir()).collect();
    releases.sort();
    assert!(!releases.is_empty());
    releases.into_iter().map(move |it| Earlier::load(kind, &it))
}

impl Earlier {
    fn load(kind: Kind, release: &Path) -> Self {
        let read = |name: &str| -> String {
            let file: PathBuf = release.join(name);
            fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
        };
        let (database, facts) = match kind {
            Kind::Sqlite => (Database::copy_of(&release.join("sqlite.db")), "sqlite.json"),
            Kind::Postgres => {
                let database = Database::empty(kind);
                database.execute(&read("postgres.sql"));
                (database, "postgres.json")
            }
        };
        let facts: Value = serde_json::from_str(&read(facts)).unwrap();
        let filled_at: DateTime<Utc> = text(&facts["filledAt"]).parse().unwrap();
        Self {
            database,
            facts,
            clock: Arc::new(ManualClock::new(filled_at + TimeDelta::minutes(1))),
        }
    }

    /// Migrates as the server does.
    fn migrate(&self) {
        let url = DatabaseUrl::parse(&self.database.url).unwrap();
        let migrated = System::new().block_on(askit::app::migrate(&url, self.clock.clone()));
        migrated.unwrap();
    }

    /// How many rows each table has.
    fn counts(&self) -> BTreeMap<String, i64> {
        let list = if self.database.is_postgres() {
            "SELECT string_agg(tablename, ' ') AS text FROM pg_tables WHERE schemaname = 'public'"
        } else {
            "SELECT group_concat(name, ' ') AS text FROM sqlite_schema \
             WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        };
        let tables = self.database.text(list);
        let tables = tables.split(' ').filter(|table| !CHANGED.contains(table));
        tables
            .map(|table| (table.to_owned(), self.database.count(table)))
            .collect()
    }

    /// How many rows refer to a row that is not there. PostgreSQL looks by itself when a key is
    /// made.
    fn dangling(&self) -> i64 {
        if self.database.is_postgres() {
            self.database.count("pg_constraint WHERE NOT convalidated")
        } else {
            self.database.count("pragma_foreign_key_check")
        }
    }

    /// Today's server on this database.
    fn start(self) -> (App, Value) {
        let setup = Setup::default().set("SECRET", text(&self.facts["secret"]));
        let app = App::start_at(self.database, setup.clock(&self.clock));
        (app, self.facts)
    }
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// Somebody who used the earlier release, with what the device holds.
fn person(app: &App, facts: &Value, name: &str) -> Client {
    let known = &facts["people"][name];
    let held = |what: &str| known[what].as_str().unwrap_or_default().to_owned();
    Client {
        email: held("email"),
        nickname: held("nickname"),
        password: held("password"),
        refresh_token: known["refreshToken"].as_str().map(str::to_owned),
        ..app.anonymous()
    }
}

#[apply(on_both_databases!)]
fn no_row_is_lost(kind: Kind) {
    for earlier in all_earlier(kind) {
        let before = earlier.counts();
        assert!(before.len() > 10, "{before:?}");
        earlier.migrate();
        let mut after = earlier.counts();
        after.retain(|table, _| before.contains_key(table));
        assert_eq!(after, before);
        assert_eq!(earlier.dangling(), 0);
    }
}

#[apply(on_both_databases!)]
fn everybody_signs_in_with_the_old_password(kind: Kind) {
    for earlier in all_earlier(kind) {
        let (app, facts) = earlier.start();
        for (name, known) in facts["people"].as_object().unwrap() {
            let person = person(&app, &facts, name);
            match name.as_str() {
                "guest" => {}
                "ida" => drop(
                    person
                        .log_in("json")
                        .expect_problem(401, "invalid_credentials"),
                ),
                _ => {
                    let me = person.signed_in().get("/api/users/me").expect(200).json();
                    assert_eq!(me["nickname"], known["nickname"]);
                    let is_same = known["userId"].is_null() || me["userId"] == known["userId"];
                    assert!(is_same, "{name} is another account");
                }
            }
        }
        assert_eq!(app.database.count("users WHERE admin"), 1);
    }
}

#[apply(on_both_databases!)]
fn old_logins_go_on(kind: Kind) {
    for earlier in all_earlier(kind) {
        let (app, facts) = earlier.start();
        for name in ["mina", "zoe", "guest"] {
            let person = person(&app, &facts, name).refreshed();
            assert_eq!(facts["people"][name]["userId"], person.user_id(), "{name}");
        }
        let disabled = person(&app, &facts, "ida");
        disabled
            .refresh()
            .expect_problem(401, "invalid_refresh_token");
    }
}

#[apply(on_both_databases!)]
fn old_sessions_are_read_and_written(kind: Kind) {
    for earlier in all_earlier(kind) {
        let (app, facts) = earlier.start();
        let [mina, noah, guest] =
            ["mina", "noah", "guest"].map(|it| person(&app, &facts, it).refreshed());
        let session = |state: &str| format!("/api/sessions/{}", text(&facts["sessions"][state]));
        // The first releases told the numbers of rows.
        let ids = app.database.row_numbers("questions");
        let id_of = |name: &str| {
            let told = &facts["questions"][name];
            if let Some(id) = told.as_str() {
                return id.to_owned();
            }
            let is_its = |it: &(&String, &i64)| Some(*it.1) == told.as_i64();
            ids.iter().find(is_its).map(|it| it.0.clone()).unwrap()
        };
        let question = |name: &str| format!("/api/questions/{}", id_of(name));
        let running = mina.get(&session("running")).expect(200).json();
        assert_eq!(running["role"], "super_host");
        let listed = mina
            .get(&format!("{}/participants", session("running")))
            .expect(200)
            .json();
        assert_eq!(
            listed["participants"].as_array().unwrap().len(),
            4,
            "{listed}"
        );
        for state in ["ended", "expired"] {
            let questions = format!("{}/questions", session(state));
            let read = app.anonymous().get(&questions).expect(200).json();
            assert_eq!(read["questions"][0]["body"], "Why?");
            mina.post(&questions, json!({ "body": "More?" }))
                .expect_problem(403, "session_ended");
        }

        let questions = app
            .anonymous()
            .get(&format!("{}/questions", session("running")));
        let questions = questions.expect(200).json();
        let questions = questions["questions"].as_array().unwrap();
        assert_eq!(running["questionCount"], questions.len());
        assert_eq!(
            questions.len(),
            facts["questions"].as_object().unwrap().len()
        );
        assert_eq!(questions[0]["questionId"], id_of("pinned"));
        let closed = mina.get(&question("closed")).expect(200).json();
        assert_eq!(
            (&closed["body"], &closed["closed"]),
            (&json!("이사는 언제인가요?"), &json!(true))
        );
        for name in ["anonymous", "guests", "nobodys"] {
            let asked = mina.get(&question(name)).expect(200).json();
            let author = &asked["author"];
            assert_eq!(
                (&author["userId"], &author["nickname"]),
                (&Value::Null, &Value::Null),
                "{name}"
            );
        }
        assert_eq!(
            guest.get(&question("guests")).expect(200).json()["isOwner"],
            true
        );

        let thread = app.anonymous().get(&question("open")).expect(200).json();
        let bodies: Vec<_> = thread["replies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["body"])
            .collect();
        let expected = [
            json!("In March."),
            json!("In April?"),
            json!("In May?"),
            Value::Null,
            json!("In June."),
        ];
        assert_eq!(bodies, expected.iter().collect::<Vec<_>>());
        // Whoever deletes an account likes nothing any more.
        assert_eq!(
            (&thread["likesCount"], &thread["replies"][0]["likesCount"]),
            (&json!(3), &json!(3))
        );

        let new = guest.asks(&session("running"), "And now?");
        noah.put(&format!("{new}/pin")).expect(200);
        assert_eq!(mina.likes(&new), 1);
        let posts = app.anonymous().get("/api/posts").expect(200).json();
        let authors = [0, 1].map(|it| posts["posts"][it]["author"]["nickname"].clone());
        assert_eq!(authors, [Value::Null, json!("mina")]);
    }
}

#[apply(on_both_databases!)]
fn old_rows_have_what_is_new(kind: Kind) {
    for earlier in all_earlier(kind) {
        let (app, facts) = earlier.start();
        for table in ["questions", "replies"] {
            let wrong = format!("{table} WHERE length(public_id) <> 16");
            assert_eq!(app.database.count(&wrong), 0, "{table}");
            let ids = app.database.row_numbers(table).len() as i64;
            assert_eq!(
                ids,
                app.database.count(table),
                "each of {table} has its own id"
            );
        }
        let hosts = "participants WHERE role <> 'participant' AND host_since IS NULL";
        assert_eq!(app.database.count(hosts), 0);
        let mina = &facts["people"]["mina"]["userId"];
        let running = text(&facts["sessions"]["running"]);
        let opened = format!("sessions WHERE session_id = '{running}' AND opened_by = {mina}");
        assert_eq!(app.database.count(&opened), 1);
        let session = app.anonymous().get(&format!("/api/sessions/{running}"));
        assert_eq!(session.expect(200).json()["description"], "");
        // The numbers of before find nothing.
        for told in facts["questions"].as_object().unwrap().values() {
            if let Some(number) = told.as_i64() {
                let old = format!("/api/questions/{number}");
                app.anonymous().get(&old).expect_problem(404, "not_found");
            }
        }
    }
}
