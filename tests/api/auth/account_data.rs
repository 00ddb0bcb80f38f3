//! What features keep for accounts, here a table of things: moved by a claim, erased by a deletion,
//! named anew with the account, part of an export.

use actix_web::rt::System;
use askit::auth::{AuthError, AuthService, Credentials, Device};
use askit::db::{DbConn, DbError};
use askit::keys::access_token::AccessTokenText;
use askit::purge::PurgeTimes;
use askit::users::account_data::AccountData;
use askit::users::account_export::ExportPart;
use askit::users::{
    CurrentUser, FoldedEmail, Nickname, UserId, UsersError, UsersService, remove_deleted,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::keys::quiet_instance;
use crate::support::*;

fn run(conn: &mut DbConn, sql: &str) -> Result<(), DbError> {
    diesel::sql_query(sql).execute(conn)?;
    Ok(())
}

fn claim(conn: &mut DbConn, guest: UserId, account: UserId) -> Result<(), DbError> {
    let (from, to) = (guest.get(), account.get());
    run(
        conn,
        &format!("UPDATE things SET owner = {to} WHERE owner = {from}"),
    )
}

fn erase(
    conn: &mut DbConn,
    account: UserId,
    _: DateTime<Utc>,
    limit: i64,
) -> Result<usize, DbError> {
    let owner = account.get();
    let some = format!("SELECT number FROM things WHERE owner = {owner} LIMIT {limit}");
    let erase = format!("UPDATE things SET owner = NULL WHERE number IN ({some})");
    Ok(diesel::sql_query(erase).execute(conn)?)
}

fn renamed(conn: &mut DbConn, account: UserId, nickname: &Nickname) -> Result<(), DbError> {
    let (owner, name) = (account.get(), nickname.as_str());
    run(
        conn,
        &format!("UPDATE things SET name = '{name}' WHERE owner = {owner}"),
    )
}

fn export(account: UserId) -> ExportPart {
    ExportPart::list(2, move |_, after: Option<i64>, limit| {
        let first = after.map_or(1, |after| after + 1);
        let numbers = (first..first + limit).take_while(|it| *it <= 5);
        Ok(numbers.map(|it| (it, (account.get(), it))).collect())
    })
}

const THINGS: AccountData = AccountData {
    name: "things",
    claim: Some(claim),
    erase,
    renamed: Some(renamed),
    export: Some(export),
};
/// Has nothing to do but what every feature has.
const QUIET: AccountData = AccountData {
    name: "quiet",
    claim: None,
    renamed: None,
    ..THINGS
};

/// An instance whose features keep things, one of which is the account's.
fn instance(app: &App, owner: &Client, account_data: &'static [AccountData]) -> AuthService {
    let id = owner.get("/api/users/me").expect(200).json()["userId"].clone();
    let table =
        "CREATE TABLE things (owner BIGINT REFERENCES users (user_id), name TEXT, number BIGINT)";
    app.database.execute(&format!(
        "{table}; INSERT INTO things VALUES ({id}, NULL, 0)"
    ));
    AuthService {
        account_data,
        ..quiet_instance(app)
    }
}

fn owned_by(app: &App, whom: &str) -> i64 {
    app.database.number(&format!(
        "SELECT count(*) AS number FROM things WHERE owner {whom}"
    ))
}

fn authenticated(instance: &AuthService, client: &Client) -> CurrentUser {
    let token = AccessTokenText::new(client.access_token.clone().unwrap());
    System::new()
        .block_on(instance.authenticate(&token))
        .unwrap()
}

fn sign_in_claiming(
    instance: &AuthService,
    mina: &Client,
    guest: &Client,
) -> Result<UserId, AuthError> {
    let credentials = Credentials {
        email: FoldedEmail::of(&mina.email),
        password: askit::password::TypedPassword::new(&mina.password),
    };
    let token = guest.access_token.clone().map(AccessTokenText::new);
    let signed_in = instance.sign_in(credentials, token, Device::default());
    System::new().block_on(signed_in).map(|it| it.user_id)
}

#[apply(on_both_databases!)]
fn what_a_guest_owns_goes_to_the_account_that_claims_it(app: &App) {
    let (mina, guest) = (app.registered("mina"), app.guest());
    let instance = instance(app, &guest, &[QUIET, THINGS]);
    let user_id = sign_in_claiming(&instance, &mina, &guest).unwrap();
    assert_eq!(owned_by(app, &format!("= {}", user_id.get())), 1);
    assert_eq!(app.database.count("users"), 1);
}

#[apply(on_both_databases!)]
fn where_one_feature_fails_nothing_is_claimed(app: &App) {
    let (mina, guest) = (app.registered("mina"), app.guest());
    const FAILING: AccountData = AccountData {
        claim: Some(|_, _, _| Err(DbError::Panicked)),
        ..THINGS
    };
    let instance = instance(app, &guest, &[THINGS, FAILING]);
    let failed = sign_in_claiming(&instance, &mina, &guest);
    assert!(matches!(failed, Err(AuthError::Database(_))), "{failed:?}");
    let id = guest.get("/api/users/me").expect(200).json()["userId"].clone();
    assert_eq!(owned_by(app, &format!("= {id}")), 1);
    guest.refresh().expect(200);
    assert_eq!(
        app.database.count("refresh_tokens"),
        1,
        "a login was made all the same"
    );
    assert_eq!(app.database.count("attempts"), 0, "it was no guess");
}

#[apply(on_both_databases!)]
fn what_a_deleted_account_leaves_is_nobodys(app: &App) {
    let guest = app.guest();
    let instance = instance(app, &guest, &[THINGS]);
    let me = authenticated(&instance, &guest);
    for number in 1..5 {
        app.database.execute(&format!(
            "INSERT INTO things SELECT user_id, NULL, {number} FROM users"
        ));
    }
    let deleted = instance.delete_account(me, None, Device::default());
    System::new().block_on(deleted).unwrap();
    assert_eq!(app.database.count("users WHERE active"), 0);
    let mut conn = app.database.connect();
    let mut step = || {
        let times = PurgeTimes {
            now: app.now(),
            oldest_token: app.now(),
            oldest_session: None,
        };
        let removed = remove_deleted(&mut conn, &[THINGS, QUIET], times, 2).unwrap();
        (removed.rows, removed.has_more)
    };
    // Two at a time, then the account itself, then nothing.
    let steps = [(); 5].map(|()| step());
    assert_eq!(
        steps,
        [(2, true), (2, true), (1, true), (1, true), (0, false)]
    );
    assert_eq!(owned_by(app, "IS NULL"), 5);
    assert_eq!(app.database.count("users"), 0);
}

#[apply(on_both_databases!)]
fn an_export_has_what_each_feature_keeps(app: &App) {
    let guest = app.guest();
    let instance = instance(app, &guest, &[THINGS, QUIET]);
    let me = authenticated(&instance, &guest);
    let (text, left) = System::new().block_on(instance.begin_export(me)).unwrap();
    assert!(left.is_none(), "it is little");
    let export: Value = serde_json::from_slice(&text).unwrap();
    let things: Vec<_> = (1..=5)
        .map(|number| json!([me.user_id.get(), number]))
        .collect();
    assert_eq!(
        export["contributions"],
        json!({ "things": things, "quiet": things })
    );
}

#[apply(on_both_databases!)]
fn features_follow_a_new_nickname(app: &App) {
    let mina = app.user("mina");
    instance(app, &mina, &[]);
    let rename = |features| {
        let user_id = UserId::new(mina.user_id()).unwrap();
        let users = UsersService::new(app.database.open(), features);
        let renamed = users.rename(user_id, Nickname::parse("minerva").unwrap());
        System::new().block_on(renamed)
    };
    const FAILING: AccountData = AccountData {
        renamed: Some(|_, _, _| Err(DbError::Panicked)),
        ..THINGS
    };
    let failed = rename(&[THINGS, FAILING]);
    assert!(matches!(failed, Err(UsersError::Database(_))), "{failed:?}");
    let nickname = || mina.get("/api/users/me").expect(200).field("nickname");
    assert_eq!(
        (
            nickname().as_str(),
            app.database.count("things WHERE name IS NULL")
        ),
        ("mina", 1)
    );
    rename(&[THINGS, QUIET]).unwrap();
    assert_eq!(nickname(), "minerva");
    assert_eq!(
        app.database.text("SELECT name AS text FROM things"),
        "minerva"
    );
}

#[apply(on_both_databases!)]
fn features_follow_no_nickname_that_is_refused(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    instance(app, &mina, &[]);
    let users = UsersService::new(app.database.open(), &[THINGS]);
    app.registered("minerva");
    for person in [&mina, &guest] {
        let user_id = UserId::new(person.user_id()).unwrap();
        let refused = users.rename(user_id, Nickname::parse("minerva").unwrap());
        System::new().block_on(refused).unwrap_err();
    }
    assert_eq!(app.database.count("things WHERE name IS NULL"), 1);
}
