//! The key that signs access tokens: made once, kept in `signing_keys`, its private half encrypted
//! under the master secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::{DateTime, Utc};
use jsonwebtoken::DecodingKey;
use sha2::{Digest, Sha256};

use super::repository;
use super::rows::SigningKeyRow;
use crate::config::MasterSecret;
use crate::db::{Db, DbError, UtcTime, dialect};
use crate::random::Random;

const PURPOSE: &str = "signing-keys";
const NONCE_BYTES: usize = 24;

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    #[error(
        "the signing key in the database was encrypted under another secret: set the one that was used before"
    )]
    /// Another master secret was in use before.
    OtherSecret,
    /// The cipher refused, which it does for none of our inputs.
    #[error("the signing key cannot be encrypted")]
    Encryption,
    /// The two halves of the key do not belong together.
    #[error("the signing key in the database is damaged")]
    Damaged,
    /// The database failed.
    #[error("the signing key cannot be read or kept")]
    Database(#[from] DbError),
}

/// An Ed25519 key, ready to sign and to verify.
#[derive(Clone)]
pub struct SigningKey {
    /// Its thumbprint (RFC 7638), the `kid` of tokens.
    pub id: String,
    /// Signs.
    pub private: ed25519_dalek::SigningKey,
    /// Verifies.
    pub public: DecodingKey,
    /// The public half itself.
    pub public_bytes: [u8; 32],
}

impl SigningKey {
    /// The key in the database; the first of several starts makes it.
    ///
    /// # Errors
    /// When the database fails or was used with another secret.
    pub async fn load_or_create(
        db: &Db,
        secret: &MasterSecret,
        random: &Random,
        now: DateTime<Utc>,
    ) -> Result<Self, SigningKeyError> {
        let cipher = XChaCha20Poly1305::new(&secret.derive(PURPOSE).into());
        let fresh = fresh_row(&cipher, random, now)?;
        let row = db
            .write(move |conn| {
                dialect::lock_setup(conn)?;
                match repository::find_signing_key(conn)? {
                    Some(row) => Ok(row),
                    None => repository::insert_signing_key(conn, &fresh).map(|()| fresh.clone()),
                }
            })
            .await
            .map_err(|error: DbError| error)?;
        Self::from_row(&cipher, &row)
    }

    fn from_row(cipher: &XChaCha20Poly1305, row: &SigningKeyRow) -> Result<Self, SigningKeyError> {
        let seed = decrypt(cipher, row).ok_or(SigningKeyError::OtherSecret)?;
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let public_bytes = key.verifying_key().to_bytes();
        if row.public_key != public_bytes {
            return Err(SigningKeyError::Damaged);
        }
        Ok(Self {
            id: row.key_id.clone(),
            private: key,
            public: DecodingKey::from_ed_der(&public_bytes),
            public_bytes,
        })
    }
}

fn fresh_row(
    cipher: &XChaCha20Poly1305,
    random: &Random,
    now: DateTime<Utc>,
) -> Result<SigningKeyRow, SigningKeyError> {
    let seed: [u8; 32] = random.bytes();
    let public_key = ed25519_dalek::SigningKey::from_bytes(&seed)
        .verifying_key()
        .to_bytes();
    let key_id = thumbprint(&public_key);
    let nonce: [u8; NONCE_BYTES] = random.bytes();
    let payload = Payload {
        msg: &seed,
        aad: key_id.as_bytes(),
    };
    let encrypted = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_opaque| SigningKeyError::Encryption)?;
    Ok(SigningKeyRow {
        key_id,
        public_key: public_key.to_vec(),
        encrypted_private_key: [nonce.as_slice(), &encrypted].concat(),
        created_at: UtcTime::from(now),
    })
}

fn decrypt(cipher: &XChaCha20Poly1305, row: &SigningKeyRow) -> Option<[u8; 32]> {
    let (nonce, encrypted) = row
        .encrypted_private_key
        .split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload {
        msg: encrypted,
        aad: row.key_id.as_bytes(),
    };
    let seed = cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
    seed.try_into().ok()
}

/// RFC 7638: the hash of the key's required members in order of their names.
fn thumbprint(public_key: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public_key);
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(byte: u8) -> XChaCha20Poly1305 {
        let secret = MasterSecret::new(vec![byte; 32]).expect("long enough");
        XChaCha20Poly1305::new(&secret.derive(PURPOSE).into())
    }

    fn row() -> SigningKeyRow {
        let random = Random::from_seed(7);
        fresh_row(&cipher(1), &random, DateTime::UNIX_EPOCH).expect("a key")
    }

    impl SigningKey {
        /// A key that was never in a database; the same for the same seed.
        pub fn for_tests(seed: u64) -> Self {
            let random = Random::from_seed(seed);
            let row = fresh_row(&cipher(1), &random, DateTime::UNIX_EPOCH).expect("a key");
            Self::from_row(&cipher(1), &row).expect("the same key")
        }
    }

    #[test]
    fn a_key_comes_back_under_its_secret_and_no_other() {
        let key = SigningKey::from_row(&cipher(1), &row()).expect("the same key");
        assert_eq!(key.id, row().key_id);
        let other = SigningKey::from_row(&cipher(2), &row()).err();
        assert!(matches!(other, Some(SigningKeyError::OtherSecret)));
    }

    #[test]
    fn a_key_cannot_be_passed_off_as_another() {
        let mut swapped = row();
        swapped.key_id = "another".into();
        assert!(SigningKey::from_row(&cipher(1), &swapped).is_err());
        let mut damaged = row();
        damaged.public_key = vec![0; 32];
        assert!(SigningKey::from_row(&cipher(1), &damaged).is_err());
    }

    #[test]
    fn the_thumbprint_is_that_of_rfc_8037() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let key = URL_SAFE_NO_PAD.decode(x).expect("base64");
        let key = key.try_into().expect("32 bytes");
        assert_eq!(
            thumbprint(&key),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }
}
