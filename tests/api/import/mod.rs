//! `askit users import`: accounts of another program, with their password hashes.

mod elsewhere;
mod lines;
mod programs;

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Output;

use serde_json::{Value, json};

use crate::commands::{Operator, text};
use crate::support::*;

/// Of "the password of mina", by libxcrypt.
const MINAS_HASH: &str = "$2b$04$abcdefghijklmnopqrstuu.0NcJAykE3VtCnLTLguQpmLpVjHEiKm";
/// What one of our own hashes costs in tests.
const OWN: &str = "$argon2id$v=19$m=64,t=2,p=1";
/// Parameters of hashes that are secret.
const SECRET_PARAMETERS: [&str; 2] = ["/hashParameters/base64_signer_key", "/hashParameters/salt"];
/// As many as one transaction makes.
const BATCH: i64 = 500;

/// What an import said.
struct Said {
    code: Option<i32>,
    /// On the standard output.
    summary: String,
    /// The lines that were refused, and why.
    refused: Vec<String>,
}

fn account(email: &str, nickname: &str, hash: &str) -> String {
    json!({ "email": email, "nickname": nickname, "passwordHash": hash }).to_string()
}

/// The same with what the other program keeps beside the hash; null where it keeps nothing.
fn account_with(email: &str, nickname: &str, hash: &str, parameters: &Value) -> String {
    json!({
        "email": email,
        "nickname": nickname,
        "passwordHash": hash,
        "hashParameters": parameters,
    })
    .to_string()
}

/// Lines of so many people of no other name.
fn people(count: i64) -> String {
    let line = |number| {
        let name = format!("person{number}");
        account(&format!("{name}@example.com"), &name, MINAS_HASH) + "\n"
    };
    (0..count).map(line).collect()
}

fn operator(app: &App) -> Operator {
    Operator::new().set("DATABASE_URL", &app.database.url)
}

fn write(app: &App, file: &[u8]) -> PathBuf {
    let path = app.database.folder.path().join("accounts.jsonl");
    std::fs::write(&path, file).unwrap();
    path
}

/// Imports a file with this in it, which must not be quoted.
fn import(app: &App, file: &[u8], options: &[&str]) -> Said {
    let path = write(app, file);
    let arguments = [&["users", "import", path.to_str().unwrap()], options].concat();
    let output = operator(app).run(&arguments);
    for line in String::from_utf8_lossy(file).lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_default();
        let secrets = ["/email", "/passwordHash"]
            .into_iter()
            .chain(SECRET_PARAMETERS);
        let secrets = secrets.filter_map(|it| line.pointer(it).and_then(Value::as_str));
        for secret in secrets.filter(|it| !it.is_empty()) {
            let is_quoted = [&output.stdout, &output.stderr].map(|it| text(it).contains(secret));
            assert_eq!(is_quoted, [false, false], "{secret}");
        }
    }
    said(&output)
}

fn said(output: &Output) -> Said {
    let errors = text(&output.stderr);
    let (refused, others) = errors
        .lines()
        .map(str::to_owned)
        .partition(|it: &String| it.starts_with("line "));
    let refused: Vec<_> = refused;
    let others: Vec<_> = others;
    let end = "askit: some lines were refused";
    if refused.is_empty() {
        assert_eq!(others, [""; 0])
    } else {
        assert_eq!(others, [end])
    }
    Said {
        code: output.status.code(),
        summary: text(&output.stdout),
        refused,
    }
}

fn audited(app: &App) -> i64 {
    app.database
        .number("SELECT count(*) AS number FROM audit_events WHERE action = 'accounts_imported'")
}

/// How many accounts the counts of schemes know of.
fn counted(app: &App) -> i64 {
    let counted =
        "SELECT CAST(coalesce(sum(accounts), 0) AS BIGINT) AS number FROM password_schemes";
    app.database.number(counted)
}

#[apply(on_both_databases!)]
fn an_account_that_is_there_stays_as_it_is_and_names_are_given_once(app: &App) {
    let mina = app.registered("mina");
    let mut noah = app.registered("noah");
    noah.password = "the password of mina".into();
    let there = [
        account("mina@example.com", "mina", MINAS_HASH),
        account("Noah@Example.COM", "ＮＯＡＨ", MINAS_HASH),
        account("mina@example.com", "other", MINAS_HASH),
        account("mina@example.com", "noah", MINAS_HASH),
        account("other@example.com", "noah", MINAS_HASH),
        account("jun@example.com", "jun", MINAS_HASH),
        account("jun@example.com", "Jun", MINAS_HASH),
        account("JUN@example.com", "juno", MINAS_HASH),
        account("juno@example.com", "JUN", MINAS_HASH),
    ]
    .join("\n");
    let file = format!("{there}\n{}{there}", people(BATCH));
    let other_nickname = "the e-mail address already has an account with another nickname";
    let refused: Vec<_> = [0, 9 + BATCH]
        .into_iter()
        .flat_map(|start| {
            [
                format!("line {}: {other_nickname}", start + 3),
                format!("line {}: {other_nickname}", start + 4),
                format!("line {}: the nickname is taken", start + 5),
                format!("line {}: {other_nickname}", start + 8),
                format!("line {}: the nickname is taken", start + 9),
            ]
        })
        .collect();
    let before = (
        app.database.count("users"),
        app.database.count("audit_events"),
        counted(app),
    );
    for (options, first_words, imported, there) in [
        (&["--dry-run"][..], "would import", 501, 7),
        (&[], "imported", 501, 7),
        (&[], "imported", 0, 508),
        (&["--dry-run"], "would import", 0, 508),
    ] {
        let said = import(app, file.as_bytes(), options);
        assert_eq!(said.refused, refused, "{options:?}");
        let summary =
            format!("{first_words} {imported} account(s), {there} already there, 10 refused\n");
        assert_eq!((said.code, said.summary), (Some(1), summary), "{options:?}");
        let is_first = options.len() == 1 && imported > 0;
        if is_first {
            let users = app.database.count("users");
            assert_eq!(
                (users, app.database.count("audit_events"), counted(app)),
                before
            );
        }
    }
    assert_eq!(
        (app.database.count("users"), audited(app), counted(app)),
        (503, 1, 503)
    );
    mina.log_in("json").expect(200);
    noah.log_in("json")
        .expect_problem(401, "invalid_credentials");
}

#[apply(on_both_databases!)]
fn a_server_beside_it_compares_unknown_addresses_with_what_was_imported(app: &App) {
    import(app, people(20).as_bytes(), &[]);
    let strangers = Cell::new(0);
    eventually("an unknown address costs what a known one does", || {
        strangers.set(strangers.get() + 1);
        let stranger = app.stranger(&format!("stranger{}", strangers.get()));
        app.schemes_for(&stranger.log_in("json").expect(401)) == ["$2b$4"]
    });
}

#[apply(on_both_databases!)]
fn a_killed_import_leaves_whole_batches_and_goes_on(app: &App) {
    const ALL: i64 = 20 * BATCH;
    let file = people(ALL);
    let path = write(app, file.as_bytes());
    let operator = operator(app);
    let mut killed = operator.start(&["users", "import", path.to_str().unwrap()]);
    eventually("three batches are there", || {
        app.database.count("users") >= 3 * BATCH
    });
    killed.kill().unwrap();
    killed.wait().unwrap();
    // PostgreSQL may be about to undo what was not committed.
    let there = app.database.count("users");
    assert!(
        there < ALL && there % BATCH == 0,
        "{there} of {ALL} are there"
    );
    assert!(
        counted(app) >= BATCH,
        "decoys know nothing of those that are there"
    );
    let said = import(app, file.as_bytes(), &[]);
    assert_eq!((said.code, said.refused.len()), (Some(0), 0));
    assert_eq!((app.database.count("users"), counted(app)), (ALL, ALL));
    let whole = "SELECT count(*) AS number FROM users WHERE active AND email_folded = \
        nickname || '@example.com' AND nickname_folded = nickname AND password_scheme = '$2b$4'";
    assert_eq!(app.database.number(whole), ALL);
    let mut last = app.stranger(&format!("person{}", ALL - 1));
    last.password = "the password of mina".into();
    last.log_in("json").expect(200);
}

#[apply(on_both_databases!)]
fn a_name_that_is_registered_meanwhile_refuses_its_line_and_no_other(app: &App) {
    let registered = "INSERT INTO users (user_id, email, email_folded, nickname, nickname_folded, \
        password_hash, active, created_at) VALUES (7, 'other@example.com', 'other@example.com', \
        'person3', 'person3', 'a hash', TRUE, '2026-01-01 00:00:00')";
    let said = app
        .database
        .change_during(registered, || import(app, people(10).as_bytes(), &[]));
    assert_eq!(said.refused, ["line 4: the nickname is taken"]);
    assert_eq!(
        said.summary,
        "imported 9 account(s), 0 already there, 1 refused\n"
    );
    assert_eq!((app.database.count("users"), audited(app)), (10, 1));
}

#[apply(on_both_databases!)]
fn people_of_the_file_register_meanwhile_and_each_has_one_account(app: &App) {
    const ALL: i64 = 4 * BATCH;
    let file = people(ALL);
    let outcomes = race(2, |number| match number {
        0 => import(app, file.as_bytes(), &[]).summary,
        _ => {
            let people = (0..ALL).rev().step_by(40);
            let mut registered = 0;
            for number in people {
                let answer = app.stranger(&format!("person{number}")).register();
                registered += u32::from(answer.status == 201);
            }
            registered.to_string()
        }
    });
    let registered: i64 = outcomes[1].parse().unwrap();
    let imported = match ALL - registered {
        2000 => "2,000".into(),
        imported @ 1000.. => format!("1,{:03}", imported - 1000),
        imported => imported.to_string(),
    };
    assert!(registered > 0, "nobody was fast enough");
    assert_eq!(
        outcomes[0],
        format!("imported {imported} account(s), {registered} already there, 0 refused\n")
    );
    assert_eq!(app.database.count("users"), ALL);
}

#[test]
fn a_dry_run_makes_no_database() {
    let operator = Operator::new().set("ASKIT__DATABASE__ACQUIRE_TIMEOUT", "100ms");
    let output = operator.run(&["users", "import", "/dev/null", "--dry-run"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("create it with askit migrate"));
    assert_eq!(
        text(&operator.run(&["users", "import", "/dev/null"]).stdout),
        "imported 0 account(s), 0 already there, 0 refused\n"
    );
}

#[test]
fn what_is_piped_into_it_is_imported() {
    let output = Operator::new().run_with(&["users", "import", "/dev/stdin"], &people(3));
    let summary = "imported 3 account(s), 0 already there, 0 refused\n";
    assert_eq!(text(&output.stdout), summary);
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let operator = Operator::new();
    for (file, why) in [
        ("nowhere.jsonl", "cannot open nowhere.jsonl"),
        (".", "the file cannot be read"),
    ] {
        let output = operator.run(&["users", "import", file]);
        assert_eq!(output.status.code(), Some(1));
        let errors = text(&output.stderr);
        assert!(
            errors
                .lines()
                .any(|it| it.starts_with(&format!("askit: {why}"))),
            "{errors}"
        );
    }
}

#[apply(on_both_databases!)]
fn a_line_says_each_field_once_and_in_whole_characters(app: &App) {
    let mina = account("mina@example.com", "mina", MINAS_HASH);
    let half = |text: &str| mina.replacen(text, &format!(r"\ud83d{text}"), 1);
    let lines = [
        mina.replacen('{', r#"{"\u0065mail":"noah@example.com","#, 1),
        half("mina@"),
        mina.replace(r#""mina""#, r#""mi\ude42\ud83dna""#),
        half("$2b$"),
        mina.clone(),
    ];
    let said = import(app, lines.join("\n").as_bytes(), &[]);
    let halves = "contains half a pair of surrogates";
    let refused = [
        "line 1: the line must be one JSON object with each field once".to_owned(),
        format!("line 2: the e-mail address {halves}"),
        format!("line 3: the nickname {halves}"),
        format!("line 4: the password hash {halves}"),
    ];
    assert_eq!(said.refused, refused);
    assert_eq!(app.database.count("users"), 1);
}
