//! The public keys as others read them.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::SigningKey;

/// A JSON Web Key Set (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct Jwks {
    /// Those that verify tokens now or will.
    keys: Vec<Jwk>,
}

/// The public half of an Ed25519 key (RFC 8037).
#[derive(Serialize, ToSchema)]
struct Jwk {
    /// Always `OKP`.
    kty: &'static str,
    /// Always `Ed25519`.
    crv: &'static str,
    /// Always `sig`.
    r#use: &'static str,
    /// Always `EdDSA`.
    alg: &'static str,
    /// The `kid` of the tokens that it signs: its thumbprint (RFC 7638).
    kid: String,
    /// The key in base64url.
    x: String,
}

impl Jwks {
    /// The public halves of these.
    pub fn of(keys: &[Arc<SigningKey>]) -> Self {
        Self {
            keys: keys.iter().map(|key| Jwk::of(key)).collect(),
        }
    }
}

impl Jwk {
    fn of(key: &SigningKey) -> Self {
        Self {
            kty: "OKP",
            crv: "Ed25519",
            r#use: "sig",
            alg: "EdDSA",
            kid: key.id.clone(),
            x: URL_SAFE_NO_PAD.encode(key.public_bytes),
        }
    }
}
