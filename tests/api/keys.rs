//! Signing keys that rotate under running servers.

use actix_web::rt::System;
use askit::auth::service::ended_logins::EndedLogins;
use askit::auth::service::guesses::Guesses;
use askit::auth::{AuthError, AuthService, RefreshTokenKey};
use askit::clock::SharedClock;
use askit::config::{MasterSecret, MasterSecrets, Settings, Sources};
use askit::keys::access_token::{AccessTokenText, AccessTokens};
use askit::keys::{SigningKeys, rotate};
use askit::password::Passwords;
use askit::purge::PurgeSoon;
use askit::random::Random;
use askit::users::{AccountKind, LoginId, UserId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::commands::{Operator, text};
use crate::support::app::SECRET;
use crate::support::database::Database;
use crate::support::*;

/// The ids of the keys that the world is told.
pub fn published(server: &RunningServer) -> Vec<String> {
    let keys = server.anonymous().get("/.well-known/jwks.json").expect(200);
    let keys = keys.json()["keys"].as_array().unwrap().clone();
    let ids = keys.iter().map(|key| key["kid"].as_str().unwrap().into());
    ids.collect()
}

/// The key that signed someone's access token.
fn signer(person: &Client) -> String {
    let token = person.access_token.as_ref().unwrap();
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap());
    let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
    header["kid"].as_str().unwrap().into()
}

/// The same person at another instance.
pub fn at(server: &RunningServer, person: &Client) -> Client {
    let base = server.anonymous().base;
    Client {
        base,
        ..person.clone()
    }
}

pub fn operator(database: &Database) -> Operator {
    Operator::new()
        .set("DATABASE_URL", &database.url)
        .set("ASKIT__SECRET", SECRET)
        .set("ASKIT__SERVER__LISTEN", "127.0.0.1:0")
}

/// Makes a key by the command line: its id and when it begins to sign.
pub fn rotated(operator: &Operator, arguments: &[&str]) -> (String, DateTime<Utc>) {
    let arguments = [&["keys", "rotate"], arguments].concat();
    let output = operator.run(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    let (id, signs_from) = said
        .strip_prefix("created key ")
        .and_then(|it| it.split_once("; it signs from "))
        .unwrap_or_else(|| panic!("{said:?}"));
    (id.into(), signs_from.trim().parse().unwrap())
}

fn secrets(current: &str, previous: Option<&str>) -> MasterSecrets {
    let secret = |text: &str| MasterSecret::new(text.into()).unwrap();
    MasterSecrets {
        current: secret(current),
        previous: previous.map(secret),
    }
}

/// An instance that looks only when it is told to.
pub fn quiet_instance(app: &App) -> AuthService {
    quiet_instance_with(app, SECRET, None)
}

pub fn quiet_instance_with(app: &App, secret: &str, previous: Option<&str>) -> AuthService {
    let settings = Settings::load(&Sources::default()).settings.unwrap();
    let secrets = secrets(secret, previous);
    let (db, random) = (app.database.open(), Random::from_system());
    let keys = SigningKeys::open(
        db.clone(),
        &secrets,
        &settings.auth,
        app.clock.clone(),
        random.clone(),
    );
    let keys = System::new().block_on(keys).unwrap();
    AuthService {
        db,
        clock: app.clock.clone(),
        passwords: Passwords::start(
            &settings.password,
            &settings.server.public_url,
            random.bytes(),
            random.clone(),
        )
        .unwrap(),
        access_tokens: AccessTokens::new(
            keys.present().clone(),
            &settings.server.public_url,
            settings.auth.access_token_lifetime,
            random.clone(),
        ),
        signing_keys: keys,
        refresh_tokens: RefreshTokenKey::new(&secrets),
        ended_logins: EndedLogins::new(app.database.open(), app.clock.clone(), &settings.auth),
        guesses: Guesses::new(
            &app.database.open(),
            &(app.clock.clone() as SharedClock),
            &random,
            &settings.limits,
            &secrets,
        ),
        account_data: &[],
        purge_soon: PurgeSoon::default(),
        settings: settings.auth,
        random,
    }
}

/// A token of an account that need not exist.
pub fn token(instance: &AuthService) -> String {
    let now = instance.clock.now();
    let login_id = LoginId::generate(&instance.random);
    let ends = now + TimeDelta::days(1);
    let user_id = UserId::new(5).unwrap();
    let tokens = &instance.access_tokens;
    let token = tokens.issue(user_id, AccountKind::Named, login_id, ends, now);
    token.text.expose().to_owned()
}

/// Replaces the keys of `instance` and returns a token of the new one.
fn token_of_a_new_key(instance: &AuthService) -> String {
    let secrets = secrets(SECRET, None);
    System::new().block_on(async {
        let (now, settings) = (instance.clock.now(), &instance.settings);
        let made = rotate(
            &instance.db,
            &secrets,
            settings,
            &instance.random,
            now,
            true,
        );
        made.await.unwrap();
        instance.signing_keys.reload().await.unwrap();
    });
    token(instance)
}

/// Whether an instance takes a token.
pub fn accepts(instance: &AuthService, token: &str) -> bool {
    let token = AccessTokenText::new(token.into());
    let user = System::new().block_on(instance.authenticate(&token));
    match user {
        Ok(_) => true,
        Err(AuthError::InvalidAccessToken) => false,
        Err(error) => panic!("{error}"),
    }
}

#[apply(on_both_databases!)]
fn a_key_is_published_before_it_signs_and_verifies_afterwards(app: &App) {
    let first = published(app);
    assert_eq!(first.len(), 1);
    app.advance(TimeDelta::days(90));
    eventually("the server reads its keys again", || {
        published(app).len() == 2
    });
    let both = published(app);
    assert_eq!(both[0], first[0]);

    app.advance(TimeDelta::seconds(309));
    let mina = app.user("mina");
    assert_eq!(signer(&mina), both[0]);
    app.advance(TimeDelta::seconds(1));
    let noah = app.user("noah");
    assert_eq!(signer(&noah), both[1]);
    for person in [&mina, &noah] {
        person.get("/api/users/me").expect(200);
    }

    app.advance(TimeDelta::minutes(12) - TimeDelta::seconds(1));
    assert_eq!(app.purge().unwrap().removed["signing keys"], 0);
    assert_eq!(published(app), both);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(published(app), both[1..]);
    assert_eq!(app.purge().unwrap().removed["signing keys"], 1);
    assert_eq!(app.database.count("signing_keys"), 1);
    assert_eq!(signer(&noah.refreshed()), both[1]);
}

#[apply(on_both_databases!)]
fn a_key_of_ninety_days_is_replaced_by_one_instance(app: &App) {
    let instances = [0; 4].map(|_| quiet_instance(app).signing_keys);
    let all_read = || {
        race(4, |number| {
            System::new().block_on(instances[number].reload()).unwrap();
        })
    };
    app.advance(TimeDelta::days(90) - TimeDelta::microseconds(1));
    all_read();
    assert_eq!(app.database.count("signing_keys"), 1);
    for keys in 2..5 {
        // So that they all look at once, they all have to find the last one first.
        all_read();
        app.advance(TimeDelta::days(90));
        all_read();
        assert_eq!(app.database.count("signing_keys"), keys);
    }
}

#[apply(on_both_databases!)]
fn the_interval_is_a_setting(app: &App) {
    let other = Setup::default()
        .clock(&app.clock)
        .set("AUTH__KEY_ROTATION_INTERVAL", "1d");
    let other = other.start_on(&app.database);
    app.advance(TimeDelta::days(1));
    eventually("the server reads its keys again", || {
        published(&other).len() == 2
    });
    eventually("the server reads its keys again", || {
        published(app).len() == 2
    });
}

#[apply(on_both_databases!)]
fn a_command_makes_a_key_that_a_running_server_takes(app: &App) {
    let before = published(app);
    let mina = app.user("mina");
    let (id, signs_from) = rotated(&operator(&app.database), &[]);
    eventually("the server reads its keys again", || {
        published(app) == [before[0].clone(), id.clone()]
    });
    assert_eq!(signer(&mina.signed_in()), before[0]);
    // The command goes by the system's clock.
    app.advance(signs_from - app.now() + TimeDelta::seconds(1));
    let mina = mina.signed_in();
    assert_eq!(signer(&mina), id);
    mina.get("/api/users/me").expect(200);
}

#[apply(on_both_databases!)]
fn compromised_keys_end_at_once_under_a_running_server(app: &App) {
    let mina = app.user("mina");
    let (id, _) = rotated(&operator(&app.database), &["--compromised"]);
    assert_eq!(app.database.count("signing_keys"), 1);
    eventually("the server reads its keys again", || {
        published(app) == [id.clone()]
    });
    mina.get("/api/users/me")
        .expect_problem(401, "invalid_token");
    let mina = mina.refreshed();
    assert_eq!(signer(&mina), id);
    mina.get("/api/users/me").expect(200);
}

#[apply(on_both_databases!)]
fn a_token_of_a_brand_new_key_of_another_instance_is_accepted(app: &App) {
    let (here, there) = (quiet_instance(app), quiet_instance(app));
    let before = token(&here);
    assert!(accepts(&here, &before));
    assert!(accepts(&here, &token_of_a_new_key(&there)));
    assert!(!accepts(&here, &before));
}

#[apply(on_both_databases!)]
fn the_database_is_asked_for_keys_that_are_not_known_once_a_second(app: &App) {
    let (here, there) = (quiet_instance(app), quiet_instance(app));
    let older = token(&there);
    let gone = token_of_a_new_key(&there);
    let new = token_of_a_new_key(&there);
    assert!(!accepts(&here, &gone));
    assert!(!accepts(&here, &older));
    assert!(accepts(&here, &new));

    let newer = token_of_a_new_key(&there);
    app.advance(TimeDelta::milliseconds(999));
    assert!(!accepts(&here, &newer));
    app.advance(TimeDelta::milliseconds(1));
    assert!(accepts(&here, &newer));
}

#[apply(on_both_databases!)]
fn a_token_whose_key_cannot_be_looked_for_is_neither_good_nor_bad(app: &App) {
    let mina = app.user("mina");
    let elsewhere = App::start(Kind::Sqlite);
    let stranger = at(app, &elsewhere.user("noah"));
    stranger
        .get("/api/users/me")
        .expect_problem(401, "invalid_token");
    app.advance(TimeDelta::seconds(1));
    app.database
        .execute("ALTER TABLE signing_keys RENAME TO lost");
    for _ in 0..3 {
        stranger
            .get("/api/users/me")
            .expect_problem(503, "database_unavailable");
        mina.get("/api/users/me").expect(200);
    }
    // The log is of all apps: others have other causes.
    let cause = if app.database.is_postgres() {
        "relation"
    } else {
        "no such table"
    };
    let is_told = |line: &str| line.contains("\"what\":\"signing keys\"") && line.contains(cause);
    eventually("the log tells it", || app.log().lines().any(is_told));
    app.database
        .execute("ALTER TABLE lost RENAME TO signing_keys");
    eventually("the log tells it", || {
        app.log().contains("can be reloaded again")
    });
    app.advance(TimeDelta::seconds(1));
    stranger
        .get("/api/users/me")
        .expect_problem(401, "invalid_token");
}
