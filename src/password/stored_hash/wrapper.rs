//! What some programs do around a scheme: to the password before it, or to its output.

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use icu_normalizer::ComposingNormalizer;
use sha2::{Digest, Sha256, Sha384};
use zeroize::Zeroizing;

use crate::text::nfc;

/// WordPress's key of the HMAC, for every site the same.
const WORDPRESS_KEY: &[u8] = b"wp-sha384";
/// What PHP's `trim` takes away.
const PHP_SPACES: [char; 6] = [' ', '\t', '\n', '\r', '\0', '\u{b}'];

/// What is done around a scheme. It costs next to nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wrapper {
    /// Nothing: the scheme of the password.
    Plain,
    /// Django's `bcrypt_sha256`: of the password's SHA-256 in hex.
    Sha256,
    /// WordPress: of an HMAC-SHA-384 of the trimmed password, in Base64.
    WordPress,
    /// better-auth: of the password in NFKC.
    BetterAuth,
    /// Firebase: the scheme makes a key of AES-256-CTR, and what is compared is its key stream.
    Firebase,
}

impl Wrapper {
    /// What the scheme is given.
    pub fn prepare(self, password: &str) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::Plain | Self::Firebase => password.into(),
            Self::Sha256 => format!("{:x}", Sha256::digest(password)),
            Self::WordPress => STANDARD.encode(wordpress_mac(trimmed(password))),
            Self::BetterAuth => nfkc(password),
        })
    }

    /// How many bytes the scheme makes for an output of this length.
    pub fn scheme_length(self, output: usize) -> usize {
        match self {
            Self::Firebase => AES_KEY,
            _ => output,
        }
    }

    /// The output, of what the scheme made.
    pub fn finish(self, made: Zeroizing<Vec<u8>>, length: usize) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Firebase => Zeroizing::new(key_stream(&made, length)),
            _ => made,
        }
    }

    /// Whether all of the password goes into the hash: what is left out or written alike may be
    /// a mistake.
    pub fn keeps_all(self, password: &str) -> bool {
        match self {
            Self::Plain | Self::Sha256 | Self::Firebase => true,
            Self::WordPress => trimmed(password) == password,
            Self::BetterAuth => nfkc(password) == nfc(password),
        }
    }
}

/// Bytes of a key of AES-256.
const AES_KEY: usize = 32;
/// Bytes of a block of AES.
const AES_BLOCK: usize = 16;

/// The key stream of AES-256 in counter mode from 0 on.
fn key_stream(key: &[u8], length: usize) -> Vec<u8> {
    let cipher = Aes256::new_from_slice(key);
    let cipher = cipher.unwrap_or_else(|_| unreachable!("the scheme makes {AES_KEY} bytes"));
    let block = |counter: u128| {
        let mut block = counter.to_be_bytes().into();
        cipher.encrypt_block(&mut block);
        <[u8; AES_BLOCK]>::from(block)
    };
    (0..).flat_map(block).take(length).collect()
}

fn wordpress_mac(password: &str) -> Vec<u8> {
    let mac = Hmac::<Sha384>::new_from_slice(WORDPRESS_KEY);
    let mac = mac.unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
    mac.chain_update(password).finalize().into_bytes().to_vec()
}

fn trimmed(password: &str) -> &str {
    password.trim_matches(PHP_SPACES)
}

fn nfkc(password: &str) -> String {
    ComposingNormalizer::new_nfkc()
        .normalize(password)
        .into_owned()
}
