//! Which tokens are accepted: ours, whole, in time, and no others.

use std::sync::Arc;

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;
use crate::config::{Settings, Sources};
use crate::keys::SigningKey;

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(NOW + seconds, 0).expect("a time")
}

fn key(seed: u64) -> SigningKey {
    SigningKey::for_tests(seed, at(0))
}

/// With the window of tokens that live for 10 minutes.
fn keys<const N: usize>(keys: [SigningKey; N]) -> KeySet {
    let keys = keys.into_iter().map(Arc::new).collect();
    KeySet::new(keys, TimeDelta::minutes(12)).expect("a key")
}

fn tokens() -> AccessTokens {
    tokens_of(keys([key(7)]))
}

fn tokens_of(keys: KeySet) -> AccessTokens {
    let settings = Settings::load(&Sources::default())
        .settings
        .expect("defaults");
    AccessTokens::new(
        PresentKeys::new(keys),
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

fn five() -> UserId {
    UserId::new(5).expect("an id")
}

#[test]
fn a_token_of_ours_speaks_for_its_account() {
    let tokens = tokens();
    let login_id = LoginId::generate(&Random::from_seed(9));
    let token = tokens.issue(five(), AccountKind::Named, login_id, at(10_000), at(0));
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
    let token = tokens.issue(five(), AccountKind::Named, login_id, at(60), at(0));
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
    let tokens = tokens();
    let token = sign(&header(), &claims(), &key(7).private);
    assert!(tokens.verify(&token, at(0)).is_ok());
    tokens.keys.set(keys([key(8)]));
    assert_eq!(tokens.verify(&token, at(0)), Err(Rejection::UnknownKey));
}

#[test]
fn a_token_of_another_key_than_the_present_ones_may_be_asked_for_again() {
    let another = with(header(), "kid", "another".into());
    assert_eq!(verify(&another, &claims()), Err(Rejection::UnknownKey));
}

#[test]
fn the_key_that_has_begun_signs_and_all_that_are_kept_verify() {
    let next = SigningKey::for_tests(8, at(310));
    let tokens = tokens_of(keys([key(7), next.clone()]));
    let login_id = LoginId::generate(&Random::from_seed(9));
    for (seconds, kid) in [(0, key(7).id), (309, key(7).id), (310, next.id.clone())] {
        let now = at(seconds);
        let token = tokens.issue(five(), AccountKind::Named, login_id, at(10_000), now);
        let token = token.text.expose();
        let header = decode_header(token).expect("a header");
        assert_eq!(header.kid, Some(kid), "at {seconds} s");
        assert!(tokens.verify(token, now).is_ok(), "at {seconds} s");
    }
    let early = with(header(), "kid", next.id.into());
    let early = sign(&early, &claims(), &next.private);
    assert!(tokens.verify(&early, at(0)).is_ok());
}

/// As someone who has stolen a replaced key would.
#[test]
fn a_replaced_key_proves_nothing_once_its_last_token_is_over() {
    let tokens = tokens_of(keys([key(7), SigningKey::for_tests(8, at(310))]));
    let signed_at = |seconds: i64| {
        let claims = with(claims(), "iat", (NOW + seconds).into());
        let claims = with(claims, "exp", (NOW + seconds + 600).into());
        sign(&header(), &claims, &key(7).private)
    };
    let (before, after) = (310 + 719, 310 + 720);
    let token = signed_at(before);
    assert!(tokens.verify(&token, at(before)).is_ok());
    for token in [token, signed_at(after)] {
        assert_eq!(tokens.verify(&token, at(after)), Err(Rejection::UnknownKey));
    }
}

#[test]
fn the_signature_of_a_token_is_checked_once() {
    let tokens = tokens();
    let token = sign(&header(), &claims(), &key(7).private);
    assert!(tokens.verify(&token, at(0)).is_ok());
    // Another key under the same id would verify nothing.
    let public = key(8).public;
    tokens.keys.set(keys([SigningKey { public, ..key(7) }]));
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

mod altered;
mod forged;
