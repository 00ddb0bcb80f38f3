//! Whatever is sent, nothing but a token of ours is accepted, and that in one spelling.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::config::{Settings, Sources};
use crate::keys::SigningKey;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

/// A server's tokens, its key, and one that it has signed.
fn signed() -> (AccessTokens, SigningKey, String) {
    let settings = Settings::load(&Sources::default())
        .settings
        .expect("defaults");
    let key = SigningKey::for_tests(7, now());
    let keys = KeySet::new(vec![Arc::new(key.clone())], TimeDelta::minutes(12)).expect("a key");
    let tokens = AccessTokens::new(
        PresentKeys::new(keys),
        &settings.server.public_url,
        Duration::from_secs(600),
        Random::from_seed(8),
    );
    let login_id = LoginId::from_bytes([7; 16]);
    let issued = tokens.issue(
        UserId::new(5).expect("an id"),
        AccountKind::Named,
        login_id,
        now() + TimeDelta::days(1),
        now(),
    );
    let text = issued.text.expose().to_owned();
    (tokens, key, text)
}

/// Values that JSON may have where another is meant.
fn values() -> impl Strategy<Value = Value> {
    let texts = "at\\+jwt|JWT|EdDSA|none|HS256|http://localhost:3000|5|\\PC{0,9}";
    let numbers = [
        0_i64,
        1_799_999_970,
        1_800_000_000,
        1_800_000_600,
        -1,
        i64::MAX,
    ];
    prop_oneof![
        texts.prop_map(Value::from),
        prop::sample::select(numbers.to_vec()).prop_map(Value::from),
        Just(Value::Null),
        Just(json!(["exp"])),
        Just(json!({})),
        Just(json!(true)),
    ]
}

proptest! {
    #[test]
    fn a_token_has_one_spelling(
        place: prop::sample::Index, other in prop_oneof![any::<char>(), prop::char::range('-', 'z')],
        is_added: bool
    ) {
        let (tokens, _, text) = signed();
        prop_assert!(tokens.verify(&text, now()).is_ok());
        let mut changed: Vec<char> = text.chars().collect();
        let place = place.index(changed.len());
        if is_added { changed.insert(place, other) } else { changed[place] = other }
        let changed = String::from_iter(changed);
        prop_assert_eq!(tokens.verify(&changed, now()).is_ok(), changed == text);
    }

    #[test]
    fn no_junk_is_a_token(
        text in "\\PC{0,60}|([A-Za-z0-9_-]{0,60}\\.){2}[A-Za-z0-9_-]{0,90}"
    ) {
        prop_assert!(signed().0.verify(&text, now()).is_err());
    }

    /// What our own key has signed is refused, too, if it says something else where it matters.
    #[test]
    fn a_signature_alone_proves_nothing(
        field in "typ|alg|kid|crit|iss|aud|sub|sid|iat|exp|jti|kind", value in values()
    ) {
        let (tokens, key, _) = signed();
        let us = "http://localhost:3000";
        let mut header = json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": key.id });
        let mut claims = json!({
            "iss": us, "aud": us, "sub": "5", "sid": "BwcHBwcHBwcHBwcHBwcHBw",
            "iat": 1_800_000_000, "exp": 1_800_000_600, "jti": "1", "kind": "named"
        });
        match field.as_str() {
            "typ" | "alg" | "kid" | "crit" => header[&field] = value.clone(),
            _ => claims[&field] = value.clone(),
        }
        if tokens.verify(&sign(&header, &claims, &key.private), now()).is_ok() {
            let is_as_before = match field.as_str() {
                "typ" => value == "at+jwt",
                "alg" => value == "EdDSA",
                "crit" => value.is_null(),
                "iss" | "aud" => value == us,
                "sub" | "jti" => value.is_string(),
                "iat" | "exp" => value.is_number(),
                _ => false,
            };
            prop_assert!(is_as_before, "{field}: {value}");
        }
    }
}
