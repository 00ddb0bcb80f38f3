//! Forged and altered tokens, against a running server: in the header, in the cookie, in bodies.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::*;

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn read(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn with(mut json: Value, field: &str, value: Value) -> Value {
    json[field] = value;
    json
}

fn unlimited(kind: Kind) -> App {
    Setup::default().set("LIMITS__ENABLED", "false").start(kind)
}

/// What someone makes who has a token of their own and the published key, and would like to be
/// `victim`.
fn forgeries(app: &App, own: &str, victim: &Value) -> Vec<(&'static str, String)> {
    let jwks = app
        .anonymous()
        .get("/.well-known/jwks.json")
        .expect(200)
        .json();
    let published = &jwks["keys"][0];
    let raw = URL_SAFE_NO_PAD
        .decode(published["x"].as_str().unwrap())
        .unwrap();
    let parts: Vec<&str> = own.split('.').collect();
    let header = read(parts[0]);
    let claims = with(read(parts[1]), "sub", victim.to_string().into());
    let mine = SigningKey::from_bytes(&[7; 32]);
    let my_jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "kid": "mine",
        "x": URL_SAFE_NO_PAD.encode(mine.verifying_key().to_bytes())
    });
    let signed = |header: &Value| {
        let message = format!("{}.{}", part(header), part(&claims));
        let signature = mine.sign(message.as_bytes()).to_bytes();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    let mac = |secret: &[u8]| {
        let message = format!(
            "{}.{}",
            part(&with(header.clone(), "alg", "HS256".into())),
            part(&claims)
        );
        let mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        let mac = mac.chain_update(&message).finalize().into_bytes();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac))
    };
    let none = with(header.clone(), "alg", "none".into());
    let with_jwk = with(header.clone(), "jwk", my_jwk.clone());
    let with_url = with(
        header.clone(),
        "jku",
        "https://evil.example/jwks.json".into(),
    );
    vec![
        (
            "another account under my signature",
            format!("{}.{}.{}", parts[0], part(&claims), parts[2]),
        ),
        (
            "no algorithm and no signature",
            format!("{}.{}.", part(&none), part(&claims)),
        ),
        (
            "no algorithm and my signature",
            format!("{}.{}.{}", part(&none), part(&claims), parts[2]),
        ),
        ("the published key as a secret", mac(&raw)),
        (
            "the published JWK as a secret",
            mac(published.to_string().as_bytes()),
        ),
        (
            "the published x as a secret",
            mac(published["x"].as_str().unwrap().as_bytes()),
        ),
        ("a key of mine under the server's kid", signed(&header)),
        (
            "a key of mine under its own kid",
            signed(&with(header.clone(), "kid", "mine".into())),
        ),
        ("a key of mine in the header", signed(&with_jwk)),
        ("a key of mine at an address", signed(&with_url)),
        (
            "a JWE of five parts",
            format!("{own}.{}.{}", parts[1], parts[2]),
        ),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("padding", format!("{own}=")),
    ]
}

#[apply(on_both_databases!)]
fn nobody_becomes_someone_else_by_a_forged_token(app: &App) {
    let (mallory, victim) = (app.user("mallory"), app.user("victim"));
    let me = |client: &Client| client.get("/api/users/me");
    let id = me(&victim).expect(200).json()["userId"].clone();
    let own = mallory.access_token.clone().unwrap();
    for (what, token) in forgeries(app, &own, &id) {
        let in_header = app
            .anonymous()
            .with("authorization", &format!("Bearer {token}"));
        let in_cookie = app
            .anonymous()
            .with("cookie", &format!("Authentication={token}"));
        for (place, client) in [("header", in_header), ("cookie", in_cookie)] {
            let answer = me(&client);
            let seen = (answer.status, answer.code());
            assert_eq!(
                seen,
                (401, "invalid_token".into()),
                "{what}, in the {place}"
            );
        }
    }
    assert_eq!(me(&mallory).expect(200).field("nickname"), "mallory");
}

/// Bits that make it no header at all are refused by the parser.
#[test]
fn a_token_with_a_changed_bit_is_refused() {
    let app = unlimited(Kind::Sqlite);
    let token = app.user("mina").access_token.unwrap().into_bytes();
    let ask = |token: &[u8]| {
        let start =
            b"GET /api/users/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ";
        app.send_bytes(&[start, token, b"\r\n\r\n"].concat())
    };
    assert!(ask(&token).starts_with("HTTP/1.1 200"));
    for (place, _) in token.iter().enumerate() {
        let mut changed = token.clone();
        changed[place] ^= 1 << (place % 8);
        let answer = ask(&changed);
        let is_refused = answer.starts_with("HTTP/1.1 401") || answer.starts_with("HTTP/1.1 400");
        assert!(is_refused, "bit {} of byte {place}: {answer}", place % 8);
    }
}

/// The same login's refresh token, altered so that it is none.
fn altered(good: &str) -> Vec<(String, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(good).unwrap();
    let flipped = (0..bytes.len()).map(|place| {
        let mut bytes = bytes.clone();
        bytes[place] ^= 1 << (place % 8);
        (
            format!("byte {place} changed"),
            URL_SAFE_NO_PAD.encode(bytes),
        )
    });
    let cut =
        [0, 1, 35, 70].map(|length| (format!("{length} characters"), good[..length].to_owned()));
    let other_end = if good.ends_with('A') { "B" } else { "A" };
    let spelled = [
        ("lengthened", format!("{good}A")),
        ("padded", format!("{good}=")),
        ("a space before it", format!(" {good}")),
        ("a line's end after it", format!("{good}\n")),
        ("bits after its end", format!("{}{other_end}", &good[..70])),
        ("of another alphabet", format!("{}+/", &good[..69])),
        ("twice", good.repeat(2)),
    ];
    let spelled = spelled.map(|(what, token)| (what.to_owned(), token));
    flipped.chain(cut).chain(spelled).collect()
}

/// Without the table every statement about logins would fail: junk needs none.
#[apply(on_both_databases!)]
fn an_altered_refresh_token_is_refused_without_the_database_and_ends_nothing(app: &App) {
    let mina = app.user("mina");
    let good = mina.refresh_token.clone().unwrap();
    app.database
        .execute("ALTER TABLE refresh_tokens RENAME TO hidden");
    assert!(mina.refresh().status >= 500, "a good one needs the table");
    for (what, token) in altered(&good) {
        let answer = mina.refresh_with(&token);
        let seen = (answer.status, answer.code());
        assert_eq!(
            seen,
            (401, "invalid_refresh_token".into()),
            "{what}, in the body"
        );
        let out = json!({ "refreshToken": token });
        let answer = app.anonymous().post("/api/auth/logout", out);
        assert_eq!(answer.status, 200, "{what}, signing out");
        if token.is_empty() || token.contains(char::is_whitespace) {
            continue; // That cannot be said in a cookie.
        }
        let browser = app
            .anonymous()
            .with("cookie", &format!("refreshToken={token}"));
        let answer = browser.send("POST", "/api/auth/token", None);
        let seen = (answer.status, answer.code());
        assert_eq!(
            seen,
            (401, "invalid_refresh_token".into()),
            "{what}, in the cookie"
        );
        assert_eq!(
            answer.set_cookie("refreshToken"),
            None,
            "{what} takes the cookie away"
        );
    }
    app.database
        .execute("ALTER TABLE hidden RENAME TO refresh_tokens");
    mina.refresh().expect(200);
}

#[test]
fn a_refresh_token_is_a_text() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let good = mina.refresh_token.clone().unwrap();
    for value in [
        json!(1),
        json!(0),
        json!(true),
        json!([]),
        json!([good]),
        json!({}),
        json!({ "refreshToken": good }),
    ] {
        for path in ["/api/auth/token", "/api/auth/logout"] {
            let answer = app.anonymous().post(path, json!({ "refreshToken": value }));
            let answer = answer.expect_problem(400, "validation_failed").json();
            assert_eq!(answer["errors"][0]["code"], "wrong_type", "{path}: {value}");
        }
    }
    mina.refresh().expect(200);
}

#[test]
fn neither_token_serves_as_the_other() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let (access, refresh) = (
        mina.access_token.clone().unwrap(),
        mina.refresh_token.clone().unwrap(),
    );
    mina.refresh_with(&access)
        .expect_problem(401, "invalid_refresh_token");
    let swapped = format!("Authentication={refresh}; refreshToken={access}");
    let swapped = app.anonymous().with("cookie", &swapped);
    swapped
        .get("/api/users/me")
        .expect_problem(401, "invalid_token");
    swapped
        .send("POST", "/api/auth/token", None)
        .expect_problem(401, "invalid_refresh_token");
    mina.refresh().expect(200);
}
