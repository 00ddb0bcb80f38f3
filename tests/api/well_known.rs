//! GET /.well-known/jwks.json

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::support::*;

#[apply(on_both_databases!)]
fn anyone_can_check_an_access_token_with_the_published_key(app: &App) {
    let answer = app.anonymous().get("/.well-known/jwks.json").expect(200);
    insta::assert_snapshot!("jwks", answer.snapshot());

    let key = answer.json()["keys"][0]["x"].as_str().unwrap().to_owned();
    let key: [u8; 32] = URL_SAFE_NO_PAD.decode(key).unwrap().try_into().unwrap();
    let key = VerifyingKey::from_bytes(&key).unwrap();
    let token = app.user("mina").access_token.unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let signature = Signature::from_slice(&signature).unwrap();
    key.verify_strict(message.as_bytes(), &signature).unwrap();
}

#[test]
fn a_restarted_server_has_the_same_key() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let before = app.anonymous().get("/.well-known/jwks.json").text;
    let app = app.restart();
    assert_eq!(app.anonymous().get("/.well-known/jwks.json").text, before);
    let mina = Client {
        base: app.anonymous().base,
        ..mina
    };
    mina.get("/api/users/me").expect(200);
}
