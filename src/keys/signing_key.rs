//! One signing key, and how its private half is kept: encrypted under the master secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::{DateTime, Utc};
use jsonwebtoken::DecodingKey;
use sha2::{Digest, Sha256};

use super::rows::SigningKeyRow;
use super::service::SigningKeyError;
use crate::config::{KeyPurpose, MasterSecret, MasterSecrets};
use crate::db::UtcTime;
use crate::random::Random;

const NONCE_BYTES: usize = 24;

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
    /// When it begins to sign.
    pub signs_from: DateTime<Utc>,
}

/// What one master secret means for signing keys.
#[derive(Clone)]
struct Seal {
    cipher: XChaCha20Poly1305,
    check: [u8; 32],
}

/// Encrypts under the master secret, and decrypts under the previous one as well.
#[derive(Clone)]
pub struct Vault {
    current: Seal,
    previous: Option<Seal>,
}

impl SigningKey {
    /// The key of a row.
    ///
    /// # Errors
    /// [`SigningKeyError::Damaged`] when none of the secrets opens it, or its halves do not belong
    /// together.
    pub fn from_row(vault: &Vault, row: &SigningKeyRow) -> Result<Self, SigningKeyError> {
        let (seed, _) = vault.open(row).ok_or(SigningKeyError::Damaged)?;
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
            signs_from: row.signs_from.into(),
        })
    }
}

impl Seal {
    fn new(secret: &MasterSecret) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&secret.derive(KeyPurpose::SigningKeys).into()),
            check: secret.derive(KeyPurpose::SecretCheck),
        }
    }

    fn open(&self, row: &SigningKeyRow) -> Option<[u8; 32]> {
        let (nonce, encrypted) = row
            .encrypted_private_key
            .split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: encrypted,
            aad: row.key_id.as_bytes(),
        };
        let seed = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        seed.try_into().ok()
    }
}

impl Vault {
    /// Under these secrets.
    pub fn new(secrets: &MasterSecrets) -> Self {
        Self {
            current: Seal::new(&secrets.current),
            previous: secrets.previous.as_ref().map(Seal::new),
        }
    }

    /// The value that tells the current secret from others.
    pub fn check(&self) -> &[u8] {
        &self.current.check
    }

    /// Whether a check value is that of one of the secrets.
    pub fn knows(&self, check: &[u8]) -> bool {
        let previous = self.previous.as_ref();
        self.current.check == check || previous.is_some_and(|it| it.check == check)
    }

    /// A new key, made and signing from `now` on.
    ///
    /// # Errors
    /// When the cipher refuses.
    pub fn make(
        &self,
        random: &Random,
        now: DateTime<Utc>,
    ) -> Result<SigningKeyRow, SigningKeyError> {
        let seed: [u8; 32] = random.bytes();
        let public_key = ed25519_dalek::SigningKey::from_bytes(&seed)
            .verifying_key()
            .to_bytes();
        let key_id = thumbprint(&public_key);
        Ok(SigningKeyRow {
            encrypted_private_key: self.seal(&key_id, &seed, random)?,
            key_id,
            public_key: public_key.to_vec(),
            created_at: UtcTime::from(now),
            signs_from: UtcTime::from(now),
        })
    }

    /// The private half encrypted anew, if that was done under the previous secret.
    ///
    /// # Errors
    /// When none of the secrets opens it.
    pub fn reseal(
        &self,
        row: &SigningKeyRow,
        random: &Random,
    ) -> Result<Option<Vec<u8>>, SigningKeyError> {
        match self.open(row).ok_or(SigningKeyError::Damaged)? {
            (_, true) => Ok(None),
            (seed, false) => self.seal(&row.key_id, &seed, random).map(Some),
        }
    }

    /// The private half, and whether the current secret opened it.
    fn open(&self, row: &SigningKeyRow) -> Option<([u8; 32], bool)> {
        let by_current = self.current.open(row).map(|seed| (seed, true));
        let previous = self.previous.as_ref();
        by_current.or_else(|| Some((previous?.open(row)?, false)))
    }

    fn seal(
        &self,
        key_id: &str,
        seed: &[u8; 32],
        random: &Random,
    ) -> Result<Vec<u8>, SigningKeyError> {
        let nonce: [u8; NONCE_BYTES] = random.bytes();
        let payload = Payload {
            msg: seed,
            aad: key_id.as_bytes(),
        };
        let encrypted = self.current.cipher.encrypt(&XNonce::from(nonce), payload);
        let encrypted = encrypted.map_err(|_opaque| SigningKeyError::Encryption)?;
        Ok([nonce.as_slice(), &encrypted].concat())
    }
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

    fn secret(byte: u8) -> MasterSecret {
        MasterSecret::new(vec![byte; 32]).expect("long enough")
    }

    fn vault(current: u8, previous: Option<u8>) -> Vault {
        Vault::new(&MasterSecrets {
            current: secret(current),
            previous: previous.map(secret),
        })
    }

    fn row() -> SigningKeyRow {
        let random = Random::from_seed(7);
        let made = vault(1, None).make(&random, DateTime::UNIX_EPOCH);
        made.expect("a key")
    }

    impl SigningKey {
        /// A key that was never in a database; the same for the same seed.
        pub fn for_tests(seed: u64, signs_from: DateTime<Utc>) -> Self {
            let row = vault(1, None).make(&Random::from_seed(seed), signs_from);
            Self::from_row(&vault(1, None), &row.expect("a key")).expect("the same key")
        }
    }

    #[test]
    fn a_key_comes_back_under_its_secret_and_no_other() {
        let key = SigningKey::from_row(&vault(1, None), &row()).expect("the same key");
        assert_eq!(key.id, row().key_id);
        assert!(SigningKey::from_row(&vault(2, Some(1)), &row()).is_ok());
        for other in [vault(2, None), vault(2, Some(3))] {
            let other = SigningKey::from_row(&other, &row()).err();
            assert!(matches!(other, Some(SigningKeyError::Damaged)));
        }
    }

    #[test]
    fn a_key_of_the_previous_secret_is_encrypted_anew_under_the_current_one() {
        let random = Random::from_seed(8);
        let mut row = row();
        let same = vault(1, Some(2)).reseal(&row, &random).expect("opened");
        assert_eq!(same, None);
        assert!(vault(3, Some(2)).reseal(&row, &random).is_err());

        let anew = vault(2, Some(1)).reseal(&row, &random).expect("opened");
        row.encrypted_private_key = anew.expect("another one");
        assert!(SigningKey::from_row(&vault(2, None), &row).is_ok());
        assert!(SigningKey::from_row(&vault(1, None), &row).is_err());
    }

    #[test]
    fn the_check_value_tells_a_secret_and_is_none_of_its_keys() {
        let (one, two) = (vault(1, None), vault(2, None));
        assert!(one.knows(one.check()) && !one.knows(two.check()));
        assert!(vault(2, Some(1)).knows(one.check()));
        for purpose in [KeyPurpose::SigningKeys, KeyPurpose::RefreshToken] {
            assert_ne!(one.check(), secret(1).derive(purpose));
        }
    }

    #[test]
    fn a_key_cannot_be_passed_off_as_another() {
        let mut swapped = row();
        swapped.key_id = "another".into();
        assert!(SigningKey::from_row(&vault(1, None), &swapped).is_err());
        let mut damaged = row();
        damaged.public_key = vec![0; 32];
        assert!(SigningKey::from_row(&vault(1, None), &damaged).is_err());
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
