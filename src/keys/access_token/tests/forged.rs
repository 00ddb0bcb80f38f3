//! What forgers try, case by case: none of it is a token of ours.
#![expect(clippy::too_many_lines, reason = "a table of cases may be long")]

use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::crypto::sign as hmac_of;

use super::*;

/// A token of these very texts.
pub(super) fn sign_texts(header: &str, claims: &str, key: &SigningKey) -> String {
    let message = message(header, claims);
    let signature = key.private.sign(message.as_bytes()).to_bytes();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn message(header: &str, claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}", part(header), part(claims))
}

pub(super) fn genuine() -> String {
    sign(&header(), &claims(), &key(7).private)
}

/// None of the rows is a token of ours.
#[track_caller]
pub(super) fn all_refused(rows: impl IntoIterator<Item = (String, String)>) {
    let tokens = tokens();
    let mut tried = 0;
    for (what, token) in rows {
        let answer = tokens.verify(&token, at(0));
        let is_refused = matches!(answer, Err(Rejection::Invalid | Rejection::UnknownKey));
        assert!(is_refused, "{what} is accepted: {token}");
        tried += 1;
    }
    assert!(tried > 0);
    assert!(tokens.verify(&genuine(), at(0)).is_ok(), "ours is accepted");
}

/// The ways to write the public key, one of which a server might take for a secret: CVE-2015-9235
/// and CVE-2016-5431, tried again in every library since.
fn public_key_as_secret() -> [(&'static str, Vec<u8>); 7] {
    let raw = key(7).public_bytes;
    let x = URL_SAFE_NO_PAD.encode(raw);
    // RFC 8410: SubjectPublicKeyInfo with the OID of Ed25519.
    let der = [
        &b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"[..],
        &raw,
    ]
    .concat();
    let armour =
        |body: &str| format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
    let pem = armour(&STANDARD.encode(&der));
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key(7).id, "x": x
    });
    [
        ("the raw key", raw.to_vec()),
        ("base64url", x.into_bytes()),
        ("a JWK", jwk.to_string().into_bytes()),
        ("DER", der),
        ("PEM", pem.clone().into_bytes()),
        ("PEM with a line's end", format!("{pem}\n").into_bytes()),
        ("nothing", Vec::new()),
    ]
}

/// CVE-2016-10555 and its like.
#[test]
fn the_public_key_is_no_secret_that_signs() {
    let algorithms = [
        ("HS256", Algorithm::HS256),
        ("HS384", Algorithm::HS384),
        ("HS512", Algorithm::HS512),
    ];
    all_refused(
        public_key_as_secret()
            .into_iter()
            .flat_map(|(form, secret)| {
                algorithms.map(|(name, algorithm)| {
                    let header = with(header(), "alg", name.into()).to_string();
                    let message = message(&header, &claims().to_string());
                    let secret = EncodingKey::from_secret(&secret);
                    let mac = hmac_of(message.as_bytes(), &secret, algorithm).expect("signed");
                    (format!("{name} with {form}"), format!("{message}.{mac}"))
                })
            }),
    );
}

/// CVE-2015-9235: `none` in its spellings (CVE-2018-1000531, CVE-2020-28042), bare and with a
/// signature.
#[test]
fn no_algorithm_but_ours_is_taken() {
    let names = [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "PS256", "ES256",
        "ES256K", "eddsa", "EDDSA", "EdDSA ", "Ed25519", "Ed448", "ED25519", "dir", "A128KW",
    ];
    let mut algorithms: Vec<Value> = names.map(Value::from).into();
    algorithms.extend([json!(null), json!(0), json!(["EdDSA"])]);
    let mut rows = Vec::new();
    for algorithm in algorithms {
        let header = with(header(), "alg", algorithm.clone()).to_string();
        let signed = sign_texts(&header, &claims().to_string(), &key(7));
        let (bare, _) = signed.rsplit_once('.').expect("three parts");
        rows.push((format!("alg {algorithm}, signed"), signed.clone()));
        rows.push((format!("alg {algorithm}, unsigned"), format!("{bare}.")));
        rows.push((format!("alg {algorithm}, two parts"), bare.to_owned()));
        rows.push((
            format!("alg {algorithm}, zeros"),
            format!("{bare}.{}", "A".repeat(86)),
        ));
    }
    all_refused(rows);
}

/// Keys are ours alone, whatever a header says of them: CVE-2018-0114 and its like.
#[test]
fn a_header_brings_no_key() {
    let (theirs, ours) = (key(8), key(7).id);
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "kid": theirs.id, "x": URL_SAFE_NO_PAD.encode(theirs.public_bytes)
    });
    let chain = json!([STANDARD.encode(theirs.public_bytes)]);
    let keys = [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        (
            "jku",
            json!("http://localhost:3000@evil.example/.well-known/jwks.json"),
        ),
        ("x5u", json!("https://evil.example/chain.pem")),
        ("x5c", chain),
        ("x5t", json!(theirs.id)),
        ("x5t#S256", json!(theirs.id)),
    ];
    let ids = [
        json!(ours),
        json!(theirs.id),
        json!(null),
        json!(""),
        json!("../../dev/null"),
        json!("' OR '1'='1"),
        json!(format!("{ours}\0")),
        json!([ours]),
        json!(0),
    ];
    let mut rows = Vec::new();
    for id in &ids {
        for (name, value) in &keys {
            let header = with(with(header(), "kid", id.clone()), name, value.clone());
            rows.push((
                format!("{name} with kid {id}"),
                sign(&header, &claims(), &theirs.private),
            ));
        }
        let foreign = sign(
            &with(header(), "kid", id.clone()),
            &claims(),
            &theirs.private,
        );
        rows.push((format!("a foreign key with kid {id}"), foreign));
    }
    let mut without = header();
    without.as_object_mut().expect("an object").remove("kid");
    rows.push(("no kid".into(), sign(&without, &claims(), &key(7).private)));
    all_refused(rows);
}

/// RFC 9068, section 4: nothing but an access token is taken for one. Other spellings of the type
/// that RFC 7515 allows are none that we write.
#[test]
fn a_header_says_what_ours_say() {
    let mut rows = Vec::new();
    for typ in [
        json!("JWT"),
        json!("jwt"),
        json!("AT+JWT"),
        json!("at+JWT"),
        json!("application/at+jwt"),
        json!("at+jwt "),
        json!("at+jwt\0"),
        json!("id+jwt"),
        json!("rt+jwt"),
        json!(""),
        json!(null),
        json!(1),
        json!(["at+jwt"]),
    ] {
        let header = with(header(), "typ", typ.clone());
        rows.push((
            format!("typ {typ}"),
            sign(&header, &claims(), &key(7).private),
        ));
    }
    let mut without = header();
    without.as_object_mut().expect("an object").remove("typ");
    rows.push(("no typ".into(), sign(&without, &claims(), &key(7).private)));
    for crit in [
        json!(["b64"]),
        json!(["exp"]),
        json!([]),
        json!("b64"),
        json!({}),
    ] {
        let header = with(with(header(), "crit", crit.clone()), "b64", false.into());
        rows.push((
            format!("crit {crit}"),
            sign(&header, &claims(), &key(7).private),
        ));
    }
    // RFC 7797: the claims in the clear.
    let unencoded = with(with(header(), "crit", json!(["b64"])), "b64", false.into()).to_string();
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(unencoded), claims());
    let signature = key(7).private.sign(message.as_bytes()).to_bytes();
    let unencoded = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    rows.push(("claims in the clear".into(), unencoded));
    for header in ["", "null", "[]", "\"\"", "1", "{", "{}", "\u{feff}{}"] {
        let token = sign_texts(header, &claims().to_string(), &key(7));
        rows.push((format!("the header {header:?}"), token));
    }
    all_refused(rows);
}
