//! Passwords that other programs have hashed.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use super::{OWN, account_with, counted, import};
use crate::support::*;

/// Made by the programs that they name.
const VECTORS: &str = include_str!("../../data/password_hashes.json");

#[derive(Deserialize)]
struct Vector {
    scheme: String,
    made_by: String,
    password: String,
    hash: String,
    #[serde(default)]
    parameters: Value,
}

impl Vector {
    /// Which program made it, by which scheme.
    fn made_by(&self) -> String {
        format!("{} by {}", self.scheme, self.made_by)
    }
}

#[apply(on_both_databases!)]
fn who_had_a_password_elsewhere_signs_in_with_it_and_it_is_hashed_anew(app: &App) {
    let mut vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    // A hash takes as long on either database: on the second one, one of each program.
    if app.database.is_postgres() {
        let mut programs = HashSet::new();
        vectors.retain(|it| programs.insert(it.made_by()));
    }
    let count = vectors.len();
    assert!(app.database.is_postgres() || count == 93);
    let people: Vec<_> = (0..count)
        .map(|it| app.stranger(&format!("person{it}")))
        .collect();
    let lines = people.iter().zip(&vectors);
    let lines = lines.map(
        |(
            it,
            Vector {
                hash, parameters, ..
            },
        )| { account_with(&it.email, &it.nickname, hash, parameters) + "\n" },
    );
    let said = import(app, lines.collect::<String>().as_bytes(), &[]);
    assert_eq!(
        said.summary,
        format!("imported {count} account(s), 0 already there, 0 refused\n")
    );
    assert_eq!((said.code, counted(app)), (Some(0), count as i64));
    let mut tried = HashSet::new();
    for (mut person, vector) in people.into_iter().zip(vectors) {
        let made_by = vector.made_by();
        // Of each program once: a wrong password takes as long as the right one.
        if tried.insert(made_by.clone()) {
            person.password = format!("{}.", vector.password);
            person
                .log_in("json")
                .expect_problem(401, "invalid_credentials");
        }
        person.password = vector.password;
        let first = app.schemes_for(&person.log_in("json").expect(200));
        assert!(
            first.len() == 2 && first[0] != OWN && first[1] == OWN,
            "{made_by}: {first:?}"
        );
        let second = app.schemes_for(&person.log_in("json").expect(200));
        assert_eq!(second, [OWN], "{made_by}");
    }
    let own = format!(
        "SELECT count(*) AS number FROM users WHERE password_hash LIKE '{OWN}$%' \
        AND password_scheme = '{OWN}'"
    );
    assert_eq!(app.database.number(&own), count as i64);
}
