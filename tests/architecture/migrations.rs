//! The rules of migrations. Each is proved by an example that breaks it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What a migration does to the database, without comments, in lower case, word by word.
struct Migration {
    name: String,
    words: Vec<String>,
}

impl Migration {
    fn new(name: &str, sql: &str) -> Self {
        let lines = sql
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default());
        let sql = lines.collect::<Vec<_>>().join(" ").to_lowercase();
        let words = sql
            .replace(['(', ')'], " ")
            .replace(',', " , ")
            .replace(';', " ; ");
        let words = words
            .split_whitespace()
            .map(|word| word.replace(['"', '`'], ""));
        Self {
            name: name.into(),
            words: words.collect(),
        }
    }

    /// The words that follow `phrase`, up to the end of the statement, for each place where it
    /// stands.
    fn after<'a>(&'a self, phrase: &'a [&'a str]) -> impl Iterator<Item = &'a [String]> {
        let places = self.words.windows(phrase.len()).enumerate();
        places
            .filter(move |(_, words)| *words == phrase)
            .map(|(at, _)| {
                let rest = self.words.get(at + phrase.len()..).unwrap_or_default();
                rest.split(|word| word == ";").next().unwrap_or_default()
            })
    }

    /// The tables that it refers to.
    fn referred(&self) -> impl Iterator<Item = &str> {
        self.after(&["references"])
            .filter_map(|words| words.first().map(String::as_str))
    }

    fn dropped(&self) -> impl Iterator<Item = &str> {
        let words = self.after(&["drop", "table"]).flatten();
        words.map(String::as_str)
    }

    /// The old and the new name of each table that it renames.
    fn renamed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.after(&["alter", "table"])
            .filter_map(|words| match words {
                [old, rename, to, new] if rename == "rename" && to == "to" => {
                    Some((&**old, &**new))
                }
                _ => None,
            })
    }
}

/// `DROP TABLE` on SQLite deletes the rows first. That empties every table that refers to this one
/// with `ON DELETE CASCADE`, and foreign keys cannot be switched off inside a transaction.
fn replaces_what_others_refer_to(all: &[Migration]) -> Vec<String> {
    let referred: BTreeSet<&str> = all.iter().flat_map(Migration::referred).collect();
    let renamed = all.iter().flat_map(Migration::renamed);
    // What refers to a table refers to it under its new name as well.
    let known_as = renamed
        .filter(|(old, _)| referred.contains(old))
        .map(|(_, new)| new);
    let kept: BTreeSet<&str> = known_as.chain(referred.iter().copied()).collect();
    let replaced = |migration: &Migration| -> Vec<String> {
        let dropped = migration.dropped().filter(|table| kept.contains(table));
        let rebuilt = migration.renamed().map(|(_, new)| new);
        let rebuilt = rebuilt.filter(|table| referred.contains(table));
        dropped
            .chain(rebuilt)
            .map(|table| format!("{} drops or rebuilds {table}", migration.name))
            .collect()
    };
    all.iter().flat_map(replaced).collect()
}

fn migrations() -> Vec<Migration> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut migrations = Vec::new();
    for database in ["sqlite", "postgres"] {
        for entry in fs::read_dir(root.join(database)).expect("a folder") {
            let file = entry.expect("an entry").path().join("up.sql");
            let sql = fs::read_to_string(&file).expect("text");
            migrations.push(Migration::new(&file.display().to_string(), &sql));
        }
    }
    migrations
}

#[test]
fn no_migration_drops_or_rebuilds_a_table_that_others_refer_to() {
    let all = migrations();
    let referred: BTreeSet<&str> = all.iter().flat_map(Migration::referred).collect();
    assert!(referred.contains("users"), "{referred:?}");
    assert_eq!(replaces_what_others_refer_to(&all), Vec::<String>::new());
}

#[test]
fn a_migration_that_drops_or_rebuilds_such_a_table_is_seen() {
    let made = "CREATE TABLE posts (author_id BIGINT REFERENCES users(user_id));";
    let seen = |sql| {
        let all = [Migration::new("made", made), Migration::new("changed", sql)];
        replaces_what_others_refer_to(&all).len()
    };
    assert_eq!(seen("DROP TABLE users;"), 1);
    assert_eq!(seen("drop table if exists posts, \"users\";"), 1);
    assert_eq!(seen("ALTER TABLE new_users\n    RENAME TO users;"), 1);
    assert_eq!(
        seen("ALTER TABLE users RENAME TO old_users; DROP TABLE old_users;"),
        1
    );
    assert_eq!(seen("ALTER TABLE users RENAME TO accounts;"), 0);
    assert_eq!(
        seen("DROP TABLE posts; ALTER TABLE new_posts RENAME TO posts;"),
        0
    );
    assert_eq!(
        seen("-- DROP TABLE users;\nALTER TABLE users DROP COLUMN admin;"),
        0
    );
    assert_eq!(seen("ALTER TABLE users RENAME COLUMN admin TO users;"), 0);
}
