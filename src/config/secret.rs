//! The master secret, from which every key is derived.

use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;
use strum::AsRefStr;

use super::Profile;
use super::database::{AlreadyReported, one_of};
use super::layers::Sources;
use super::reader::Reader;

/// The master secret must have at least this many bytes: the strength of the keys made from it.
pub const MIN_SECRET_BYTES: usize = 32;

/// What a key is for; two purposes never share one. The text of each goes into its key, so it never
/// changes, whatever the purpose is called here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr)]
pub enum KeyPurpose {
    /// Makes and proves refresh tokens.
    #[strum(serialize = "refresh-token")]
    RefreshToken,
    /// Makes and proves device tokens.
    #[strum(serialize = "device")]
    Device,
    /// Hides the addresses at which passwords are guessed.
    #[strum(serialize = "attempts")]
    Attempts,
    /// Hides which join codes work in which client networks.
    #[strum(serialize = "known-codes")]
    KnownCodes,
    /// Chooses a decoy for each address.
    #[strum(serialize = "decoys")]
    Decoys,
    /// Seals cursors.
    #[strum(serialize = "cursors")]
    Cursors,
    /// Chooses a nonce for each cursor.
    #[strum(serialize = "cursor-nonces")]
    CursorNonces,
    /// Encrypts signing keys.
    #[strum(serialize = "signing-keys")]
    SigningKeys,
    /// Tells one master secret from another.
    #[strum(serialize = "secret-check")]
    SecretCheck,
}

/// The master secret. Whoever has it can sign in as anyone; it cannot be printed.
#[derive(Clone)]
pub struct MasterSecret(SecretSlice<u8>);

impl MasterSecret {
    /// Takes the secret's bytes; `None` when there are fewer than [`MIN_SECRET_BYTES`].
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() >= MIN_SECRET_BYTES).then(|| Self(bytes.into()))
    }

    /// Derives the 32-byte key for one purpose (HKDF-SHA-256, RFC 5869, without salt).
    pub fn derive(&self, purpose: KeyPurpose) -> [u8; 32] {
        let mut key = [0; 32];
        let hkdf = Hkdf::<Sha256>::new(None, self.0.expose_secret());
        let info = [b"askit/v1/", purpose.as_ref().as_bytes()];
        hkdf.expand_multi_info(&info, &mut key)
            .unwrap_or_else(|_| unreachable!("HKDF-SHA-256 gives up to 8,160 bytes"));
        key
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterSecret(hidden)")
    }
}

/// The master secret, and the one that it replaces or that will replace it.
#[derive(Debug, Clone)]
pub struct MasterSecrets {
    /// Makes everything.
    pub current: MasterSecret,
    /// What was made from it is accepted, too.
    pub previous: Option<MasterSecret>,
}

/// Where the master secret comes from.
#[derive(Debug, Clone)]
enum SecretSource {
    /// It was set.
    Given(MasterSecret),
    /// Development: this file keeps it; the first start makes it.
    DevelopmentFile(PathBuf),
}

/// Where the master secret comes from, and the previous one.
#[derive(Debug, Clone)]
pub struct SecretSettings {
    source: SecretSource,
    previous: Option<MasterSecret>,
}

impl SecretSettings {
    pub(super) fn read(reader: &mut Reader, profile: Profile, sources: &Sources) -> Self {
        let current = one_of(reader, "secret", "secret_file");
        let source = match &current {
            Ok(Some((text, origin))) => given(reader, "secret", text, origin),
            Err(AlreadyReported) => None,
            Ok(None) => {
                not_given(reader, profile);
                None
            }
        };
        let previous = match one_of(reader, "secret_previous", "secret_previous_file") {
            Ok(Some((text, origin))) => {
                if matches!(&current, Ok(Some((current, _))) if *current == text) {
                    let message = "must differ from secret: set the old or the next secret, or remove this setting";
                    reader.problem("secret_previous", &origin, message);
                }
                given(reader, "secret_previous", &text, &origin)
            }
            Ok(None) | Err(AlreadyReported) => None,
        };
        let kept = || SecretSource::DevelopmentFile(sources.directory.join("data/secret"));
        Self {
            source: source.map_or_else(kept, SecretSource::Given),
            previous,
        }
    }

    /// Gives the secrets. In development the current one is made from `fresh` random bytes at the
    /// first start and kept in a file that only its owner can read.
    ///
    /// # Errors
    /// When the file cannot be written or read, or holds too little.
    pub fn load(&self, fresh: [u8; 32]) -> io::Result<MasterSecrets> {
        let current = match &self.source {
            SecretSource::Given(secret) => secret.clone(),
            SecretSource::DevelopmentFile(path) => keep_in_file(path, fresh)?,
        };
        Ok(MasterSecrets {
            current,
            previous: self.previous.clone(),
        })
    }
}

fn given(reader: &mut Reader, key: &str, text: &str, origin: &str) -> Option<MasterSecret> {
    reader.record(key, "(hidden)", origin);
    let secret = MasterSecret::new(text.into());
    if secret.is_none() {
        let message = format!("must have at least {MIN_SECRET_BYTES} bytes; {HOW_TO_MAKE}");
        reader.problem(key, origin, message);
    }
    secret
}

fn not_given(reader: &mut Reader, profile: Profile) {
    match profile {
        Profile::Production => reader.problem(
            "secret",
            "not set",
            format!("production needs secret or secret_file; {HOW_TO_MAKE}"),
        ),
        Profile::Development => reader.record("secret", "(hidden)", "data/secret"),
    }
}

const HOW_TO_MAKE: &str = "`openssl rand -base64 32` makes a good one";

/// Two first starts at once agree: the file is created by one of them, whole, and read by both.
fn keep_in_file(path: &Path, fresh: [u8; 32]) -> io::Result<MasterSecret> {
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    if !path.exists() {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(STANDARD_NO_PAD.encode(fresh).as_bytes())?;
        file.sync_all()?;
        match fs::hard_link(&draft, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => fs::remove_file(&draft)?,
        }
    }
    MasterSecret::new(fs::read(path)?).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!(
                "{} must have at least {MIN_SECRET_BYTES} bytes",
                path.display()
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by another program: a key that changes takes with it all that was made with it.
    #[test]
    fn the_key_of_a_purpose_never_changes() {
        let secret = MasterSecret::new(vec![1; 32]).expect("long enough");
        let keys = [
            (
                KeyPurpose::RefreshToken,
                "610a08fb0950fa57d1fb0888976c5ee317af72be0945d0ecb4abb398b3fde734",
            ),
            (
                KeyPurpose::Device,
                "20739c4f295b8fe6539e821575b9eb709d19529f714721bbaf8f45b0e955a737",
            ),
            (
                KeyPurpose::Attempts,
                "d9961f30a029932a1afee181490bf089d41b9c521bbe8c50d062de798b66f1ba",
            ),
            (
                KeyPurpose::Decoys,
                "4ba438f2f8f2f6658e600c120c729ed6f00591745f5e2db5c4fe74565f8c4ef7",
            ),
            (
                KeyPurpose::SigningKeys,
                "43ee9b9128721321e5fada36c24ab88b933902c9b07d9d430ea6bc60d8d0da5a",
            ),
            (
                KeyPurpose::SecretCheck,
                "24bf1f178b07c5bf6459f908bd2c2f92092d789f422420397cf86b6d7991d729",
            ),
        ];
        for (purpose, key) in keys {
            let derived = secret.derive(purpose);
            let derived: String = derived.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(derived, key, "{purpose:?}");
        }
    }
}
