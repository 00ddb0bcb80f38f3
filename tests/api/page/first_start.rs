//! The first URL says when nobody has an account yet.

use super::document;
use crate::support::*;

const ATTRIBUTE: &str = " data-first-start>";

/// Whether the database was asked in vain for this answer.
fn was_asked_in_vain(app: &App, answer: &Answer) -> bool {
    let lines = app.fields_for(answer);
    let mut told = lines.iter().filter_map(|it| it["message"].as_str());
    told.any(|it| it.contains("whether there is an account"))
}

fn is_first_start(app: &App) -> bool {
    let answer = app.anonymous().get("/").expect(200);
    answer.text.contains(ATTRIBUTE)
}

#[apply(on_both_databases!)]
fn until_there_is_an_account_the_first_url_alone_says_so(app: &App) {
    assert!(is_first_start(app));
    let first = app.anonymous().get("/").expect(200);
    let index = document();
    let plain = first.text.replace(" data-first-start", "");
    assert_eq!(plain, index, "it is the same document otherwise");
    let other = app.anonymous().get("/sign-in").expect(200);
    assert_eq!(other.text, index);
    assert_ne!(other.header("etag"), first.header("etag"));

    app.guest();
    assert!(is_first_start(app), "a guest has no account");

    app.registered("mina");
    let first_tag = first.header("etag").unwrap();
    let client = app.anonymous().with("if-none-match", first_tag);
    let after = client.get("/").expect(200);
    assert_eq!(after.text, index);
    assert_eq!(after.header("etag"), other.header("etag"));
}

#[apply(on_both_databases!)]
fn once_an_account_was_seen_nothing_is_asked_any_more(app: &App) {
    let mina = app.user("mina");
    assert!(!is_first_start(app));
    mina.delete_account().expect(204);
    assert!(!is_first_start(app));
    app.database.execute("ALTER TABLE users RENAME TO lost");
    let answer = app.anonymous().get("/").expect(200);
    assert!(!answer.text.contains(ATTRIBUTE));
    assert!(!was_asked_in_vain(app, &answer));
}

#[apply(on_both_databases!)]
fn a_disabled_account_is_one(app: &App) {
    app.registered("mina");
    app.database.execute("UPDATE users SET active = FALSE");
    assert!(!is_first_start(app));
}

#[apply(on_both_databases!)]
fn a_database_that_is_away_is_no_first_start(app: &App) {
    app.database.execute("ALTER TABLE users RENAME TO lost");
    let answer = app.anonymous().get("/").expect(200);
    assert!(!answer.text.contains(ATTRIBUTE));
    assert!(was_asked_in_vain(app, &answer));
    app.anonymous().get("/join/K7M4QX").expect(200);
    app.database.execute("ALTER TABLE lost RENAME TO users");
    assert!(is_first_start(app));
}
