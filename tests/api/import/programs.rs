//! Hashes of programs with a form of their own, and of those that keep parameters beside them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{account_with, import};
use crate::support::*;

const UNKNOWN: &str = "uses a scheme that Askit cannot verify";
const MALFORMED: &str = "does not have the form of its scheme";
const TOO_LONG: &str = "is too long: salt and output must have at most 64 bytes each";
const TOO_SHORT: &str = "is too short: the output must have at least 16 bytes";

/// A hash, what is kept beside it, and why it is refused, if it is.
type Case = (String, Value, Option<String>);

fn taken(hash: impl Into<String>) -> Case {
    (hash.into(), Value::Null, None)
}

fn refused(hash: impl Into<String>, reason: &str) -> Case {
    (hash.into(), Value::Null, Some(reason.into()))
}

fn costs(what: &str, max: u32) -> String {
    format!("costs too much: {what} must be at most {max}")
}

fn needs(parameter: &str) -> String {
    format!("needs {parameter} in hashParameters, in the form of its program")
}

fn zeros(bytes: usize) -> String {
    STANDARD.encode(vec![0; bytes])
}

/// Imports all of them in one file.
fn expect(app: &App, cases: Vec<Case>) {
    let mut file = String::new();
    let mut refused = Vec::new();
    for (index, (hash, parameters, reason)) in cases.iter().enumerate() {
        let name = format!("person{index}");
        file += &account_with(&format!("{name}@example.com"), &name, hash, parameters);
        file += "\n";
        if let Some(reason) = reason {
            refused.push(format!("line {}: the password hash {reason}", index + 1));
        }
    }
    let said = import(app, file.as_bytes(), &[]);
    assert_eq!(said.refused, refused);
    let taken = cases.len() - refused.len();
    assert_eq!(app.database.count("users"), taken as i64);
}

fn werkzeug(method: &str, salt: usize, output: usize) -> String {
    format!("{method}${}${}", "s".repeat(salt), "0".repeat(output * 2))
}

#[apply(on_both_databases!)]
fn werkzeugs_are_taken_with_their_numbers_and_within_bounds(app: &App) {
    let scrypt = |method: &str| werkzeug(method, 16, 64);
    let pbkdf2 = |method: &str, output| werkzeug(&format!("pbkdf2:{method}"), 16, output);
    let memory = costs("the memory of scrypt, in KiB,", 131_072);
    let iterations = |max| costs("the iterations of PBKDF2", max);
    let cases = vec![
        taken(scrypt("scrypt:131072:8:16")),
        taken(scrypt("scrypt:1024:64:1")),
        taken(werkzeug("scrypt:32768:8:1", 64, 16)),
        refused(scrypt("scrypt:262144:8:1"), &memory),
        refused(scrypt("scrypt:1024:65:1"), &costs("r of scrypt", 64)),
        refused(scrypt("scrypt:1024:8:17"), &costs("p of scrypt", 16)),
        refused(scrypt("scrypt:32767:8:1"), MALFORMED),
        refused(scrypt("scrypt:1:8:1"), MALFORMED),
        refused(scrypt("scrypt:1024:0:1"), MALFORMED),
        refused(scrypt("scrypt:1024:8"), MALFORMED),
        refused(scrypt("scrypt:1024:8:x"), MALFORMED),
        refused(scrypt("scrypt:"), MALFORMED),
        refused(werkzeug("scrypt:1024:8:1", 65, 64), TOO_LONG),
        refused(werkzeug("scrypt:1024:8:1", 16, 65), TOO_LONG),
        refused(werkzeug("scrypt:1024:8:1", 16, 15), TOO_SHORT),
        refused(scrypt("scrypt:1024:8:1") + "0", MALFORMED),
        refused(scrypt("scrypt:1024:8:1") + "AB", MALFORMED),
        refused(scrypt("scrypt:1024:8:1") + "$", UNKNOWN),
        taken(pbkdf2("sha1:5000000", 20)),
        refused(pbkdf2("sha1:5000001", 20), &iterations(5_000_000)),
        taken(pbkdf2("sha256:5000000", 32)),
        refused(pbkdf2("sha256:5000001", 32), &iterations(5_000_000)),
        taken(pbkdf2("sha512:2000000", 64)),
        refused(pbkdf2("sha512:2000001", 64), &iterations(2_000_000)),
        refused(pbkdf2("sha256:0", 32), MALFORMED),
        refused(pbkdf2("sha256:-1", 32), MALFORMED),
        // As many as the version of Werkzeug has that checks it.
        refused(pbkdf2("sha256", 32), MALFORMED),
        refused(pbkdf2("md5:1000", 16), UNKNOWN),
        refused(werkzeug("argon2:1000", 16, 32), UNKNOWN),
    ];
    expect(app, cases);
}

#[apply(on_both_databases!)]
fn better_auths_and_wordpresss_are_taken_in_their_form_alone(app: &App) {
    let better_auth = |salt, output| "0".repeat(salt) + ":" + &"f".repeat(output);
    let wordpress = |begin: &str| format!("$wp${begin}${}", ".".repeat(53));
    let cases = vec![
        taken(better_auth(32, 128)),
        refused(better_auth(31, 128), UNKNOWN),
        refused(better_auth(32, 127), UNKNOWN),
        refused(better_auth(32, 129), UNKNOWN),
        refused(better_auth(32, 128) + ":", UNKNOWN),
        refused(better_auth(32, 128).replacen('0', "g", 1), MALFORMED),
        refused(better_auth(32, 128).replacen('f', "F", 1), MALFORMED),
        refused("salt:key", UNKNOWN),
        taken(wordpress("2y$04")),
        taken(wordpress("2y$14")),
        refused(wordpress("2y$15"), &costs("the cost of bcrypt", 14)),
        refused(wordpress("2y$03"), MALFORMED),
        refused(wordpress("2y$10") + ".", MALFORMED),
        refused(wordpress("2y$10").replacen("..", "!.", 1), MALFORMED),
        refused(wordpress("2b$10"), UNKNOWN),
        refused(wordpress("argon2id$10"), UNKNOWN),
        // Before WordPress 6.8: MD5.
        refused("$P$BDEn9A7xJz2XRUcvZz8cYfqGzvgbQd1", UNKNOWN),
    ];
    expect(app, cases);
}

fn asp_net(digest: u32, iterations: u32, salt: usize, output: usize) -> Vec<u8> {
    let length = u32::try_from(salt).unwrap();
    let numbers = [digest, iterations, length].into_iter();
    let mut bytes = vec![1];
    bytes.extend(numbers.flat_map(u32::to_be_bytes));
    bytes.extend(vec![0; salt + output]);
    bytes
}

#[apply(on_both_databases!)]
fn those_of_asp_net_are_taken_within_bounds(app: &App) {
    let hash = |digest, iterations, salt, output| {
        STANDARD.encode(asp_net(digest, iterations, salt, output))
    };
    let iterations = |max| costs("the iterations of PBKDF2", max);
    let cut = |bytes| STANDARD.encode(&asp_net(1, 1000, 16, 32)[..bytes]);
    let cases = vec![
        taken(hash(0, 5_000_000, 16, 20)),
        refused(hash(0, 5_000_001, 16, 20), &iterations(5_000_000)),
        // Two blocks.
        taken(hash(0, 2_500_000, 16, 32)),
        refused(hash(0, 2_500_001, 16, 32), &iterations(5_000_000)),
        taken(hash(1, 5_000_000, 16, 32)),
        refused(hash(1, 5_000_001, 16, 32), &iterations(5_000_000)),
        taken(hash(2, 2_000_000, 16, 64)),
        refused(hash(2, 2_000_001, 16, 32), &iterations(2_000_000)),
        refused(hash(2, u32::MAX, 16, 32), &iterations(2_000_000)),
        refused(hash(2, 0, 16, 32), MALFORMED),
        refused(hash(3, 1000, 16, 32), UNKNOWN),
        taken(hash(1, 1000, 64, 64)),
        refused(hash(1, 1000, 15, 32), MALFORMED),
        refused(hash(1, 1000, 65, 32), TOO_LONG),
        refused(hash(1, 2000, 16, 65), TOO_LONG),
        taken(hash(1, 1000, 16, 16)),
        refused(hash(1, 1000, 16, 15), TOO_SHORT),
        // Of the salt half is there, and of the numbers two.
        refused(cut(21), MALFORMED),
        refused(cut(9), MALFORMED),
        refused(hash(1, 1000, 16, 32).replace('=', "!"), MALFORMED),
        refused("AQAAA", MALFORMED),
        // Identity 2: a byte of 0.
        refused(STANDARD.encode([0; 49]), UNKNOWN),
    ];
    expect(app, cases);
}

fn keycloak_secret(salt: usize, output: usize) -> String {
    json!({ "value": zeros(output), "salt": zeros(salt), "additionalParameters": {} }).to_string()
}

fn keycloak_pbkdf2(algorithm: &str, iterations: u64) -> Value {
    json!({ "hashIterations": iterations, "algorithm": algorithm, "additionalParameters": {} })
}

fn keycloak_argon2(memory: &str, passes: u32, lanes: &str) -> Value {
    let more = json!({
        "hashLength": ["32"],
        "memory": [memory],
        "type": ["id"],
        "version": ["1.3"],
        "parallelism": [lanes],
    });
    json!({ "hashIterations": passes, "algorithm": "argon2", "additionalParameters": more })
}

/// `parameters` with another value at `path`; without one where that is null.
fn with(mut parameters: Value, path: &str, value: Value) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = parameters.pointer_mut(parent).unwrap();
    let parent = parent.as_object_mut().unwrap();
    match value {
        Value::Null => parent.remove(name),
        value => parent.insert(name.into(), value),
    };
    parameters
}

#[apply(on_both_databases!)]
fn keycloaks_pbkdf2_costs_one_block_and_has_bounds(app: &App) {
    let of = |algorithm, iterations, reason: Option<String>| {
        let parameters = keycloak_pbkdf2(algorithm, iterations);
        (keycloak_secret(16, 64), parameters, reason)
    };
    let secret = |hash: &str, reason: &str| {
        let parameters = keycloak_pbkdf2("pbkdf2-sha256", 27_500);
        (hash.to_owned(), parameters, Some(reason.to_owned()))
    };
    let iterations = |max| Some(costs("the iterations of PBKDF2", max));
    let (value, salt) = (zeros(32), zeros(16));
    let mut cases = vec![
        of("pbkdf2", 5_000_000, None),
        of("pbkdf2", 5_000_001, iterations(5_000_000)),
        of("pbkdf2-sha256", 5_000_000, None),
        of("pbkdf2-sha256", 5_000_001, iterations(5_000_000)),
        of("pbkdf2-sha512", 2_000_000, None),
        of("pbkdf2-sha512", 2_000_001, iterations(2_000_000)),
        of("pbkdf2-sha512", u64::MAX, iterations(2_000_000)),
        of("pbkdf2", 0, Some(MALFORMED.into())),
        of("bcrypt", 10, Some(UNKNOWN.into())),
        secret(&keycloak_secret(65, 32), TOO_LONG),
        secret(&keycloak_secret(16, 15), TOO_SHORT),
        secret(&value, MALFORMED),
        secret("[]", MALFORMED),
        secret(&format!(r#"{{"value":"{value}"}}"#), MALFORMED),
        secret(&format!(r#"{{"value":7,"salt":"{salt}"}}"#), MALFORMED),
        secret(&format!(r#"{{"value":"{value}","salt":"!"}}"#), MALFORMED),
    ];
    let right = keycloak_pbkdf2("pbkdf2-sha256", 27_500);
    for (path, value) in [
        ("/algorithm", Value::Null),
        ("/algorithm", json!(["pbkdf2"])),
        ("/hashIterations", Value::Null),
        ("/hashIterations", json!("27500")),
        ("/hashIterations", json!(-1)),
        ("/hashIterations", json!(1.5)),
    ] {
        let parameters = with(right.clone(), path, value);
        cases.push((keycloak_secret(16, 64), parameters, Some(needs(&path[1..]))));
    }
    expect(app, cases);
}

#[apply(on_both_databases!)]
fn keycloaks_argon2_is_taken_within_bounds(app: &App) {
    let of = |memory, passes, lanes, reason: Option<String>| {
        let parameters = keycloak_argon2(memory, passes, lanes);
        (keycloak_secret(16, 32), parameters, reason)
    };
    let memory = Some(costs("the memory of Argon2, in KiB,", 131_072));
    let right = keycloak_argon2("7168", 5, "1");
    let mut cases = vec![
        of("131072", 10, "16", None),
        of("131073", 5, "1", memory.clone()),
        of("99999999999999999999", 5, "1", memory),
        of("7168", 11, "1", Some(costs("the passes of Argon2", 10))),
        of("7168", 0, "1", Some(MALFORMED.into())),
        of("7168", 5, "17", Some(costs("the lanes of Argon2", 16))),
        of("7168", 5, "0", Some(MALFORMED.into())),
        (
            keycloak_secret(7, 32),
            right.clone(),
            Some(MALFORMED.into()),
        ),
        (
            keycloak_secret(65, 32),
            right.clone(),
            Some(TOO_LONG.into()),
        ),
    ];
    for (name, value, reason) in [
        ("version", json!(["1.0"]), None),
        ("version", json!(["1.2"]), Some(needs("version"))),
        ("type", json!(["i"]), None),
        ("type", json!(["d"]), Some(UNKNOWN.into())),
        ("hashLength", json!(["31"]), Some(needs("hashLength"))),
        ("memory", json!(["x"]), Some(needs("memory"))),
        ("memory", json!("7168"), Some(needs("memory"))),
        ("parallelism", json!([]), Some(needs("parallelism"))),
        ("type", Value::Null, Some(needs("type"))),
        ("version", Value::Null, Some(needs("version"))),
        ("hashLength", Value::Null, Some(needs("hashLength"))),
        ("memory", Value::Null, Some(needs("memory"))),
        ("parallelism", Value::Null, Some(needs("parallelism"))),
    ] {
        let parameters = with(
            right.clone(),
            &format!("/additionalParameters/{name}"),
            value,
        );
        cases.push((keycloak_secret(16, 32), parameters, reason));
    }
    let without = with(right, "/additionalParameters", json!(7));
    cases.push((
        keycloak_secret(16, 32),
        without,
        Some(needs("additionalParameters")),
    ));
    expect(app, cases);
}

fn firebase(mem_cost: u32, rounds: u32) -> Value {
    json!({
        "algorithm": "SCRYPT",
        "base64_signer_key": zeros(64),
        "base64_salt_separator": "Bw==",
        "rounds": rounds,
        "mem_cost": mem_cost,
        "salt": zeros(10),
    })
}

#[apply(on_both_databases!)]
fn firebases_are_taken_with_the_projects_parameters_and_within_bounds(app: &App) {
    let of = |parameters, reason: Option<String>| (zeros(64), parameters, reason);
    let right = firebase(14, 8);
    let changed = |name: &str, value| with(right.clone(), &format!("/{name}"), value);
    let signed_by = |bytes| changed("base64_signer_key", json!(zeros(bytes)));
    let memory = Some(costs("the memory of scrypt, in KiB,", 131_072));
    let malformed = Some(MALFORMED.to_owned());
    let mut cases = vec![
        of(firebase(17, 8), None),
        of(firebase(18, 8), memory.clone()),
        of(firebase(u32::MAX, 8), memory),
        of(firebase(0, 8), malformed.clone()),
        of(firebase(10, 64), None),
        of(firebase(10, 65), Some(costs("r of scrypt", 64))),
        of(firebase(14, 0), malformed.clone()),
        // One byte is the separator.
        of(changed("salt", json!(zeros(63))), None),
        of(changed("salt", json!(zeros(64))), Some(TOO_LONG.into())),
        // As the Admin SDK writes it.
        of(changed("salt", json!("_-8")), None),
        of(changed("base64_salt_separator", json!("")), None),
        of(signed_by(63), malformed.clone()),
        (zeros(65), signed_by(65), Some(TOO_LONG.into())),
        (zeros(16), signed_by(16), None),
        (zeros(15), signed_by(15), Some(TOO_SHORT.into())),
        ("!".into(), right.clone(), malformed),
        of(
            changed("algorithm", json!("STANDARD_SCRYPT")),
            Some(UNKNOWN.into()),
        ),
    ];
    let names = [
        "base64_signer_key",
        "base64_salt_separator",
        "rounds",
        "mem_cost",
        "salt",
    ];
    for name in names {
        for value in [Value::Null, json!([]), json!("!")] {
            cases.push(of(changed(name, value), Some(needs(name))));
        }
    }
    expect(app, cases);
}

#[apply(on_both_databases!)]
fn parameters_that_are_no_object_refuse_the_line(app: &App) {
    for parameters in [json!("SCRYPT"), json!([]), json!(7), json!(false)] {
        let line = account_with("mina@example.com", "mina", &zeros(64), &parameters);
        let said = import(app, line.as_bytes(), &[]);
        let reason = "line 1: the field hashParameters must be a JSON object";
        assert_eq!(said.refused, [reason]);
    }
    // With any other hash they are none that it needs.
    let bcrypt = format!("$2b$04${}", ".".repeat(53));
    let line = account_with("mina@example.com", "mina", &bcrypt, &json!({}));
    let said = import(app, line.as_bytes(), &[]);
    let reason = format!("line 1: the password hash {}", needs("algorithm"));
    assert_eq!(said.refused, [reason]);
}
