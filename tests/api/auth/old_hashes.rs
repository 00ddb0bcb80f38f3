//! POST /api/auth/login of accounts whose password another program hashed.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::rt::System;
use askit::config::{Settings, Sources};
use askit::password::service::{keep_up, recount};
use askit::password::{Passwords, StoredHash};
use askit::random::Random;
use serde_json::{Value, json};

use crate::support::*;

/// Of `correct horse battery staple`, with the least cost.
const BCRYPT: &str = "$2b$04$......................DunJ0NhOinbZprl1sCtuSWfJkZJJgCO";
const OWN: &str = "$argon2id$v=19$m=64,t=2,p=1";
/// The same password as WordPress 6.8 hashes it, by PHP.
const WORDPRESS: &str = "$wp$2y$04$UydjVPKQXu0rMPknzcgh8eelrHiOjIAyMA0PrXqMm3gkcGMUnroHG";
/// Of `ｃｏｒｒｅｃｔ horse battery staple ①`, by better-auth 1.7.25.
const BETTER_AUTH: &str = "53857e818723046f6693ecd7d454dab5:\
    ef8374ab8b80fd237e69c7f01322bdf9d46d91203f1943a0205e3c40ef8ec1ed\
    87a8093f417a04c42720292132af78a528db910d058a1ffa83a2859ed43d04a6";

/// An account as an import leaves it.
fn imported(app: &App, name: &str, hash: &str, scheme: &str) -> Client {
    let mut client = app.registered(name);
    app.database.execute(&format!(
        "UPDATE users SET password_hash = '{hash}', password_scheme = '{scheme}' \
         WHERE nickname = '{name}'"
    ));
    client.password = "correct horse battery staple".into();
    client
}

fn by_bcrypt(app: &App, name: &str) -> Client {
    imported(app, name, BCRYPT, "$2b$4")
}

fn stored(app: &App, column: &str) -> String {
    let sql = format!("SELECT {column} AS text FROM users WHERE nickname = 'mina'");
    app.database.text(&sql)
}

#[apply(on_both_databases!)]
fn the_first_sign_in_replaces_the_hash_and_no_other_does(app: &App) {
    let mina = by_bcrypt(app, "mina");
    let wrong = Client {
        password: "Correct horse battery staple".into(),
        ..mina.clone()
    };
    let answer = wrong
        .log_in("json")
        .expect_problem(401, "invalid_credentials");
    assert_eq!(app.schemes_for(&answer), ["$2b$4"]);
    assert_eq!(stored(app, "password_hash"), BCRYPT);

    let answer = mina.log_in("json").expect(200);
    assert_eq!(app.schemes_for(&answer), ["$2b$4", OWN]);
    let renewed = stored(app, "password_hash");
    assert!(renewed.starts_with(&format!("{OWN}$")), "{renewed}");
    assert_eq!(stored(app, "password_scheme"), OWN);

    let answer = mina.log_in("json").expect(200);
    assert_eq!(app.schemes_for(&answer), [OWN]);
    assert_eq!(stored(app, "password_hash"), renewed);
    wrong
        .log_in("json")
        .expect_problem(401, "invalid_credentials");
}

/// Two tabs: both verify the old hash, one replaces it. The password of the other is no less right.
#[apply(on_both_databases!)]
fn of_several_first_sign_ins_at_once_all_succeed(app: &App) {
    let mina = by_bcrypt(app, "mina");
    let answers = race(4, |_| mina.log_in("json"));
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let failed = "SELECT count(*) AS number FROM audit_events WHERE action = 'sign_in_failed'";
    assert_eq!(app.database.number(failed), 0);
    assert_eq!(app.database.count("refresh_tokens"), 4);
    mina.log_in("json").expect(200);
}

#[apply(on_both_databases!)]
fn whatever_is_wrong_with_such_an_account_costs_one_hash_of_its_scheme(app: &App) {
    let mina = by_bcrypt(app, "mina");
    let disabled = by_bcrypt(app, "disabled");
    app.database
        .execute("UPDATE users SET active = FALSE WHERE nickname = 'disabled'");
    let overlong = "x".repeat(5_000);
    let attempts = [
        ("a wrong password", &mina, "wrong"),
        ("an empty password", &mina, ""),
        ("an overlong password", &mina, overlong.as_str()),
        ("a disabled account", &disabled, "wrong"),
        (
            "a disabled account with its password",
            &disabled,
            &disabled.password,
        ),
    ];
    for (what, whose, password) in attempts {
        let body = json!({ "email": whose.email, "password": password });
        let answer = app.anonymous().post("/api/auth/login", body);
        let answer = answer.expect_problem(401, "invalid_credentials");
        assert_eq!(app.schemes_for(&answer), ["$2b$4"], "{what}");
    }
    assert_eq!(stored(app, "password_hash"), BCRYPT);
}

#[apply(on_both_databases!)]
fn decoys_follow_the_hashes_there_are(app: &App) {
    let nobody = |number: usize| {
        let email = format!("nobody{number}@example.com");
        let answer = app.anonymous().post(
            "/api/auth/login",
            json!({ "email": email, "password": "?" }),
        );
        app.schemes_for(&answer.expect_problem(401, "invalid_credentials"))
    };
    let number = AtomicUsize::new(100);
    let somebody_new = || nobody(number.fetch_add(1, Ordering::Relaxed));
    assert_eq!(somebody_new(), [OWN]);
    for name in ["mina", "noah", "lena"] {
        by_bcrypt(app, name);
    }
    // Accounts are counted at the start, now and then, and by an import.
    let count = || {
        System::new()
            .block_on(recount(&app.database.open()))
            .unwrap()
    };
    count();
    eventually("every decoy is of the only scheme", || {
        somebody_new() == ["$2b$4"]
    });
    app.registered("ours");
    count();
    eventually("some decoys are ours again", || somebody_new() == [OWN]);
    let drawn: Vec<_> = (0..40).flat_map(nobody).collect();
    let of_bcrypt = drawn.iter().filter(|it| *it == "$2b$4").count();
    // Three quarters of 40; what lies outside has a probability of about one in 100,000.
    assert!((15..=39).contains(&of_bcrypt), "{of_bcrypt} of 40");
    assert_eq!(
        drawn,
        (0..40).flat_map(nobody).collect::<Vec<_>>(),
        "an address changed its decoy"
    );
}

/// As it was typed, which is what other programs hashed; ours is of the composed form.
#[apply(on_both_databases!)]
fn a_password_is_compared_as_it_was_typed_and_then_in_any_form(app: &App) {
    // Of `cafe`, U+0301, ` au lait`, by Argon2id of the least cost.
    let scheme = "argon2$argon2id$v=19$m=64,t=1,p=1";
    let hash = format!("{scheme}$c2FsdHNhbHQ$AE986mV2qhVb0+22zcfB21ASGUGGX9D3ke/jc5Ityrk");
    let mut mina = imported(app, "mina", &hash, scheme);
    mina.password = "caf\u{e9} au lait".into();
    mina.log_in("json")
        .expect_problem(401, "invalid_credentials");
    mina.password = "cafe\u{301} au lait".into();
    mina.log_in("json").expect(200);
    mina.password = "caf\u{e9} au lait".into();
    mina.log_in("json").expect(200);
}

#[apply(on_both_databases!)]
fn a_password_of_one_character_signs_in(app: &App) {
    let scheme = "argon2$argon2id$v=19$m=64,t=1,p=1";
    let hash = format!("{scheme}$c2FsdHNhbHQ$5FL69M8b6ZcOmtjaiB9VIMSklkF63I0EVQLLXKCgGag");
    let mut mina = imported(app, "mina", &hash, scheme);
    mina.password = "x".into();
    mina.log_in("json").expect(200);
    mina.log_in("json").expect(200);
}

#[apply(on_both_databases!)]
fn while_other_hashes_are_left_accounts_are_counted_again(app: &App) {
    let mut settings = Settings::load(&Sources::default()).settings.unwrap();
    settings.password.memory_kib = 64;
    let random = Random::from_seed(7);
    let public_url = &settings.server.public_url;
    let passwords = Passwords::start(&settings.password, public_url, [7; 32], random).unwrap();
    let (db, decoys) = (app.database.open(), passwords.decoys);
    let keep_up = || System::new().block_on(keep_up(&db, &decoys, true)).unwrap();
    let counted = || {
        app.database
            .number("SELECT coalesce(max(accounts), 0) AS number FROM password_schemes")
    };
    app.registered("mina");
    // The server itself counts once, when it starts.
    let before = counted();
    keep_up();
    assert_eq!(counted(), before, "there are no other hashes");
    by_bcrypt(app, "noah");
    app.registered("lena");
    System::new().block_on(recount(&db)).unwrap();
    keep_up();
    assert_eq!(counted(), 2);
    app.registered("theo");
    keep_up();
    assert_eq!(counted(), 3);
}

#[apply(on_both_databases!)]
fn a_password_longer_than_bcrypt_sees_does_not_become_what_was_typed_behind(app: &App) {
    // Of 72 times x and more.
    let hash = "$2b$04$......................SZFhVdUK5wGKY4lx/QrgUMHG0XsWjbi";
    let mut mina = imported(app, "mina", hash, "$2b$4");
    let begin = "x".repeat(72);
    for end in ["", "-a mistake", "-right"] {
        mina.password = format!("{begin}{end}");
        mina.log_in("json").expect(200);
        let is_kept = stored(app, "password_hash") == hash;
        assert_eq!(is_kept, !end.is_empty(), "{end}");
        app.database
            .execute(&format!("UPDATE users SET password_hash = '{hash}'"));
    }
}

/// Who typed it in another form knows no other one.
fn replaced_only_as_it_was_hashed(app: &App, hash: &str, as_hashed: &str, others: [&str; 2]) {
    let scheme = StoredHash::import(hash, None).unwrap().scheme().to_owned();
    let mut mina = imported(app, "mina", hash, &scheme);
    for password in others {
        mina.password = password.into();
        let answer = mina.log_in("json").expect(200);
        assert_eq!(app.schemes_for(&answer), [scheme.as_str()]);
        assert_eq!(stored(app, "password_hash"), hash);
    }
    mina.password = as_hashed.into();
    let answer = mina.log_in("json").expect(200);
    assert_eq!(app.schemes_for(&answer), [scheme.as_str(), OWN]);
    assert_eq!(stored(app, "password_scheme"), OWN);
    mina.log_in("json").expect(200);
}

#[apply(on_both_databases!)]
fn spaces_that_wordpress_removed_do_not_become_the_password(app: &App) {
    let as_hashed = "correct horse battery staple";
    let others = [
        " correct horse battery staple",
        "correct horse battery staple\n",
    ];
    replaced_only_as_it_was_hashed(app, WORDPRESS, as_hashed, others);
}

#[apply(on_both_databases!)]
fn full_width_that_better_auth_made_half_does_not_become_the_password(app: &App) {
    let as_hashed = "correct horse battery staple 1";
    let others = [
        "ｃｏｒｒｅｃｔ horse battery staple ①",
        "correct horse battery staple ①",
    ];
    replaced_only_as_it_was_hashed(app, BETTER_AUTH, as_hashed, others);
}

/// Whatever a program does around a scheme, the scheme is what costs.
#[apply(on_both_databases!)]
fn a_wrapped_hash_and_its_decoys_cost_the_same(app: &App) {
    let vectors = include_str!("../../data/password_hashes.json");
    let vectors: Vec<Value> = serde_json::from_str(vectors).unwrap();
    let strangers = AtomicUsize::new(0);
    for (name, program) in [
        ("mina", "WordPress $wp$2y$"),
        ("noah", "scrypt salt:key"),
        ("lena", "Firebase scrypt"),
    ] {
        let vector = vectors.iter().find(|it| it["scheme"] == program).unwrap();
        let (text, parameters) = (vector["hash"].as_str(), vector["parameters"].as_object());
        let hash = StoredHash::import(text.unwrap(), parameters).unwrap();
        let mut person = imported(app, name, hash.expose(), hash.scheme());
        System::new()
            .block_on(recount(&app.database.open()))
            .unwrap();
        person.password = "wrong".into();
        let wrong = person.log_in("json").expect(401);
        assert_eq!(app.schemes_for(&wrong), [hash.scheme()]);
        eventually("an unknown address costs as much", || {
            let number = strangers.fetch_add(1, Ordering::Relaxed);
            let stranger = app.stranger(&format!("stranger{number}"));
            app.schemes_for(&stranger.log_in("json").expect(401)) == [hash.scheme()]
        });
        let right = vector["password"].as_str();
        person.password = right.unwrap().into();
        assert_eq!(
            app.schemes_for(&person.log_in("json").expect(200)),
            [hash.scheme(), OWN]
        );
    }
}

#[apply(on_both_databases!)]
fn the_hash_of_an_empty_password_is_nobodys(app: &App) {
    // bcrypt of nothing.
    let hash = "$2b$04$......................w74bL5gU7LSJClZClCa.Pkz14aTv/XO";
    let mut mina = imported(app, "mina", hash, "$2b$4");
    for password in [String::new(), "x".repeat(4_097)] {
        mina.password = password;
        mina.log_in("json")
            .expect_problem(401, "invalid_credentials");
    }
}

#[apply(on_both_databases!)]
fn what_cannot_be_verified_is_wrong_at_the_cost_of_a_decoy(app: &App) {
    for hash in [
        "$2b$31$......................JvYLz0pTsBTkCJO.8R5pDUw5tGJ5GcG",
        "",
        "plain",
        "$argon2id$",
    ] {
        app.database.execute("DELETE FROM users");
        let mina = imported(app, "mina", hash, "");
        let answer = mina
            .log_in("json")
            .expect_problem(401, "invalid_credentials");
        assert_eq!(app.schemes_for(&answer), [OWN], "{hash}");
    }
}
