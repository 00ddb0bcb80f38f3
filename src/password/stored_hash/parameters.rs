//! Hashes of programs that keep the parameters beside them: made into one text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Map, Value};

use super::FOREIGN_ARGON2;
use super::forms::{PADDED, decode};
use crate::password::refusal::HashRefusal;
use crate::password::scheme::{Digest, number};

/// An object of JSON, as its program exports it.
type Object = Map<String, Value>;

/// Makes the text that we store, which is yet to be parsed. Firebase and Keycloak both name an
/// `algorithm`.
///
/// # Errors
/// When a parameter is missing, or none that the program has.
pub fn join(hash: &str, parameters: &Object) -> Result<String, HashRefusal> {
    match text(parameters, "algorithm")? {
        "SCRYPT" => firebase(hash, parameters),
        "argon2" => keycloak_argon2(hash, parameters),
        "pbkdf2" => keycloak_pbkdf2(Digest::Sha1, hash, parameters),
        "pbkdf2-sha256" => keycloak_pbkdf2(Digest::Sha256, hash, parameters),
        "pbkdf2-sha512" => keycloak_pbkdf2(Digest::Sha512, hash, parameters),
        _ => Err(HashRefusal::UnknownScheme),
    }
}

/// Firebase's `passwordHash`, beside the project's hash parameters and the account's `salt`. The
/// hash is the signer key, encrypted with AES in counter mode: without the signer key it is the key
/// stream, which is all that is compared. So the signer key is not stored.
fn firebase(hash: &str, parameters: &Object) -> Result<String, HashRefusal> {
    let mut salt = bytes(parameters, "salt")?;
    salt.extend(bytes(parameters, "base64_salt_separator")?);
    let signer_key = bytes(parameters, "base64_signer_key")?;
    let (block, log_n) = (count(parameters, "rounds")?, count(parameters, "mem_cost")?);
    let hash = decode_either(hash).ok_or(HashRefusal::Malformed)?;
    if hash.len() != signer_key.len() {
        return Err(HashRefusal::Malformed);
    }
    let key_stream = hash.iter().zip(signer_key).map(|(one, other)| one ^ other);
    let (salt, key_stream) = (encode(salt), encode(key_stream.collect::<Vec<_>>()));
    Ok(format!(
        "$firebase-scrypt$ln={log_n},r={block},p=1${salt}${key_stream}"
    ))
}

/// Keycloak's `secretData`, a text of JSON, beside its `credentialData`.
fn keycloak_argon2(secret: &str, parameters: &Object) -> Result<String, HashRefusal> {
    let (salt, output) = keycloak_secret(secret)?;
    let passes = count(parameters, "hashIterations")?;
    let more = field(parameters, "additionalParameters")?;
    let more = (more.as_object()).ok_or(HashRefusal::Parameter("additionalParameters"))?;
    let algorithm = match first(more, "type")? {
        algorithm @ ("i" | "id") => algorithm,
        _ => return Err(HashRefusal::UnknownScheme),
    };
    let version = match first(more, "version")? {
        "1.0" => 16,
        "1.3" => 19,
        _ => return Err(HashRefusal::Parameter("version")),
    };
    if first_count(more, "hashLength")? as usize != output.len() {
        return Err(HashRefusal::Parameter("hashLength"));
    }
    let (memory, lanes) = (
        first_count(more, "memory")?,
        first_count(more, "parallelism")?,
    );
    let cost = format!("v={version}$m={memory},t={passes},p={lanes}");
    let (salt, output) = (encode(salt), encode(output));
    Ok(format!(
        "{FOREIGN_ARGON2}$argon2{algorithm}${cost}${salt}${output}"
    ))
}

/// Keycloak makes 64 bytes with every hash function. The blocks of PBKDF2 do not depend on each
/// other: the first one is enough, at a quarter of the cost with SHA-1.
fn keycloak_pbkdf2(
    digest: Digest,
    secret: &str,
    parameters: &Object,
) -> Result<String, HashRefusal> {
    let (salt, mut output) = keycloak_secret(secret)?;
    output.truncate(digest.length());
    let iterations = count(parameters, "hashIterations")?;
    let (salt, output) = (encode(salt), encode(output));
    Ok(format!("$pbkdf2-{digest}${iterations}${salt}${output}"))
}

/// Salt and output.
fn keycloak_secret(secret: &str) -> Result<(Vec<u8>, Vec<u8>), HashRefusal> {
    let secret: Object = serde_json::from_str(secret).or(Err(HashRefusal::Malformed))?;
    let part = |name| secret.get(name).and_then(Value::as_str);
    let part = |name| decode(&PADDED, part(name).ok_or(HashRefusal::Malformed)?);
    Ok((part("salt")?, part("value")?))
}

fn field<'a>(object: &'a Object, name: &'static str) -> Result<&'a Value, HashRefusal> {
    object.get(name).ok_or(HashRefusal::Parameter(name))
}

fn text<'a>(object: &'a Object, name: &'static str) -> Result<&'a str, HashRefusal> {
    let text = field(object, name)?.as_str();
    text.ok_or(HashRefusal::Parameter(name))
}

fn bytes(object: &Object, name: &'static str) -> Result<Vec<u8>, HashRefusal> {
    decode_either(text(object, name)?).ok_or(HashRefusal::Parameter(name))
}

fn count(object: &Object, name: &'static str) -> Result<u32, HashRefusal> {
    let number = field(object, name)?.as_u64();
    let number = number.ok_or(HashRefusal::Parameter(name))?;
    // What is too large for the type is too large for every bound.
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Keycloak's additional parameters are lists of texts.
fn first<'a>(object: &'a Object, name: &'static str) -> Result<&'a str, HashRefusal> {
    let text = field(object, name)?.get(0).and_then(Value::as_str);
    text.ok_or(HashRefusal::Parameter(name))
}

fn first_count(object: &Object, name: &'static str) -> Result<u32, HashRefusal> {
    number(first(object, name)?).or(Err(HashRefusal::Parameter(name)))
}

/// Base64 in the alphabet for URLs too, as Firebase's Admin SDK writes it.
fn decode_either(text: &str) -> Option<Vec<u8>> {
    let text = text.replace('-', "+").replace('_', "/");
    decode(&PADDED, &text).ok()
}

fn encode(bytes: Vec<u8>) -> String {
    STANDARD_NO_PAD.encode(bytes)
}
