//! Which tokens are accepted: ours, whole, in time, and no others.

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;
use crate::config::{Settings, Sources};

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(NOW + seconds, 0).expect("a time")
}

fn key(seed: u64) -> SigningKey {
    SigningKey::for_tests(seed)
}

fn tokens() -> AccessTokens {
    let settings = Settings::load(&Sources::default())
        .settings
        .expect("defaults");
    AccessTokens::new(
        key(7),
        &settings.server.public_url,
        Duration::from_secs(600),
        Random::from_seed(8),
    )
}

fn header() -> Value {
    json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": key(7).id })
}

fn claims() -> Value {
    let us = "http://localhost:3000";
    json!({
        "iss": us, "aud": us, "sub": "5", "sid": "BwcHBwcHBwcHBwcHBwcHBw", "iat": NOW, "exp": NOW + 600,
        "jti": "1", "kind": "named"
    })
}

fn verify(header: &Value, claims: &Value) -> Result<CurrentUser, Rejection> {
    tokens().verify(&sign(header, claims, &key(7).private), at(0))
}

fn with(mut json: Value, field: &str, value: Value) -> Value {
    json[field] = value;
    json
}

#[test]
fn a_token_of_ours_speaks_for_its_account() {
    let tokens = tokens();
    let login_id = LoginId::generate(&Random::from_seed(9));
    let token = tokens.issue(5, UserKind::Named, login_id, at(10_000), at(0));
    assert_eq!(token.lifetime, TimeDelta::minutes(10));
    assert_eq!(
        tokens.verify(token.text.expose(), at(0)),
        Ok(CurrentUser {
            user_id: UserId::new(5).expect("an id"),
            login_id,
        })
    );
    assert!(
        verify(&header(), &claims()).is_ok(),
        "the tests sign what we would"
    );
}

#[test]
fn no_token_outlives_its_login() {
    let tokens = tokens();
    let login_id = LoginId::generate(&Random::from_seed(9));
    let token = tokens.issue(5, UserKind::Named, login_id, at(60), at(0));
    assert_eq!(token.lifetime, TimeDelta::minutes(1));
    assert_eq!(
        tokens.verify(token.text.expose(), at(91)),
        Err(Rejection::Expired)
    );
}

#[test]
fn times_are_taken_with_thirty_seconds_of_leeway() {
    let tokens = tokens();
    let token = sign(&header(), &claims(), &key(7).private);
    for (seconds, expected) in [
        (-31, Some(Rejection::Invalid)),
        (-30, None),
        (629, None),
        (630, Some(Rejection::Expired)),
    ] {
        assert_eq!(
            tokens.verify(&token, at(seconds)).err(),
            expected,
            "at {seconds} s"
        );
    }
    let eternal = with(claims(), "exp", (NOW + 1_000_000).into());
    let eternal = sign(&header(), &eternal, &key(7).private);
    assert_eq!(tokens.verify(&eternal, at(630)), Err(Rejection::Expired));
}

#[test]
fn every_claim_must_be_there_in_its_type() {
    for field in ["iss", "aud", "sub", "sid", "iat", "exp", "jti", "kind"] {
        let mut without = claims();
        without.as_object_mut().expect("an object").remove(field);
        assert_eq!(
            verify(&header(), &without),
            Err(Rejection::Invalid),
            "without {field}"
        );
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!(true),
            json!(-1),
            json!(1.5),
        ] {
            let wrong = with(claims(), field, value.clone());
            assert_eq!(
                verify(&header(), &wrong),
                Err(Rejection::Invalid),
                "{field}: {value}"
            );
        }
    }
    for field in ["iat", "exp"] {
        let text = with(claims(), field, NOW.to_string().into());
        assert_eq!(
            verify(&header(), &text),
            Err(Rejection::Invalid),
            "{field} as a text"
        );
    }
}

#[test]
fn every_claim_must_be_ours() {
    for (field, value) in [
        ("iss", "http://localhost:3001"),
        ("aud", "http://localhost:3001"),
        ("sub", "0"),
        ("sub", "9007199254740992"),
        ("sub", "five"),
        ("kind", "admin"),
    ] {
        let wrong = with(claims(), field, value.into());
        assert_eq!(
            verify(&header(), &wrong),
            Err(Rejection::Invalid),
            "{field}: {value}"
        );
    }
}

#[test]
fn the_header_must_be_ours() {
    for (field, value) in [
        ("typ", json!("JWT")),
        ("typ", json!(null)),
        ("kid", json!("another")),
        ("kid", json!(null)),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("crit", json!(["exp"])),
    ] {
        let wrong = with(header(), field, value.clone());
        assert_eq!(
            verify(&wrong, &claims()),
            Err(Rejection::Invalid),
            "{field}: {value}"
        );
    }
}

#[test]
fn a_token_that_was_accepted_before_ends_all_the_same() {
    let tokens = tokens();
    let token = sign(&header(), &claims(), &key(7).private);
    assert!(tokens.verify(&token, at(0)).is_ok());
    assert!(tokens.verify(&token, at(629)).is_ok());
    assert_eq!(tokens.verify(&token, at(630)), Err(Rejection::Expired));
    assert_eq!(tokens.verify(&token, at(-31)), Err(Rejection::Invalid));
}

#[test]
fn a_token_that_was_accepted_before_is_refused_once_its_key_is_gone() {
    let mut tokens = tokens();
    let token = sign(&header(), &claims(), &key(7).private);
    assert!(tokens.verify(&token, at(0)).is_ok());
    tokens.key = key(8);
    assert_eq!(tokens.verify(&token, at(0)), Err(Rejection::Invalid));
}

#[test]
fn the_signature_of_a_token_is_checked_once() {
    let mut tokens = tokens();
    let token = sign(&header(), &claims(), &key(7).private);
    assert!(tokens.verify(&token, at(0)).is_ok());
    // Another key under the same id would verify nothing.
    tokens.key.public = key(8).public;
    assert!(tokens.verify(&token, at(0)).is_ok());
    assert_eq!(
        tokens.clone().verify(&token, at(0)),
        Err(Rejection::Invalid)
    );
}

#[test]
fn a_foreign_or_no_signature_is_refused() {
    let tokens = tokens();
    let foreign = sign(&header(), &claims(), &key(8).private);
    assert_eq!(tokens.verify(&foreign, at(0)), Err(Rejection::Invalid));

    let mut hs256 = Header::new(Algorithm::HS256);
    hs256.typ = Some(TOKEN_TYPE.into());
    hs256.kid = Some(key(7).id);
    let confused = EncodingKey::from_secret(&key(7).public_bytes);
    let confused = encode(&hs256, &claims(), &confused).expect("signed");
    assert_eq!(tokens.verify(&confused, at(0)), Err(Rejection::Invalid));

    let good = sign(&header(), &claims(), &key(7).private);
    let (message, _) = good.rsplit_once('.').expect("three parts");
    for token in [
        "",
        ".",
        "..",
        "a.b.c",
        message,
        &format!("{message}."),
        &format!("{good}A"),
    ] {
        assert_eq!(
            tokens.verify(token, at(0)),
            Err(Rejection::Invalid),
            "{token:?}"
        );
    }
}
