//! The format of refresh tokens.
//!
//! `0x01 ‖ loginId[16] ‖ generation (u32, big-endian) ‖ HMAC-SHA-256[32]`, in base64url without
//! padding: 71 characters. The MAC covers all before it, so junk is refused without a database, the
//! database holds no secret, and the token of any generation can be computed again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::config::{MasterSecret, MasterSecrets};
use crate::ids::RANDOM_ID_BYTES;
use crate::users::LoginId;

const VERSION: u8 = 1;
const MAC_BYTES: usize = 32;
const SIGNED_BYTES: usize = 1 + RANDOM_ID_BYTES + 4;
const TOKEN_BYTES: usize = SIGNED_BYTES + MAC_BYTES;
/// Characters of a token.
const TOKEN_CHARACTERS: usize = 71;
const PURPOSE: &str = "refresh-token";

/// What a genuine refresh token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken {
    /// The login that it belongs to.
    pub login_id: LoginId,
    /// How many came before it in this login.
    pub generation: u32,
}

/// A refresh token in the clear, from or for its owner. It cannot be printed by accident.
#[derive(Debug, Clone)]
pub struct RefreshTokenText(SecretString);

impl RefreshTokenText {
    /// Whatever a client sent.
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// The token: hand it to its owner and nobody else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The key that makes and proves refresh tokens, and the one of the previous secret, which proves.
#[derive(Clone)]
pub struct RefreshTokenKey {
    current: [u8; 32],
    previous: Option<[u8; 32]>,
}

impl RefreshTokenKey {
    /// Derived for this purpose alone.
    pub fn new(secrets: &MasterSecrets) -> Self {
        let derive = |secret: &MasterSecret| secret.derive(PURPOSE);
        Self {
            current: derive(&secrets.current),
            previous: secrets.previous.as_ref().map(derive),
        }
    }

    /// The token in the clear.
    pub fn encode(&self, token: RefreshToken) -> RefreshTokenText {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.push(VERSION);
        bytes.extend(token.login_id.as_bytes());
        bytes.extend(token.generation.to_be_bytes());
        let mac = mac(&self.current, &bytes).finalize().into_bytes();
        bytes.extend(mac);
        RefreshTokenText::new(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token that one of the keys made, in the one form that [`Self::encode`] gives; `None`
    /// for everything else. The MAC is compared in constant time.
    pub fn decode(&self, text: &RefreshTokenText) -> Option<RefreshToken> {
        let text = text.expose();
        if text.len() != TOKEN_CHARACTERS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (signed, found) = bytes.split_at_checked(SIGNED_BYTES)?;
        let proves = |key| mac(key, signed).verify_slice(found).is_ok();
        if !proves(&self.current) && !self.previous.as_ref().is_some_and(proves) {
            return None;
        }
        let (version, rest) = signed.split_first()?;
        let (login_id, generation) = rest.split_first_chunk()?;
        (*version == VERSION).then_some(RefreshToken {
            login_id: LoginId::from_bytes(*login_id),
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}

fn mac(key: &[u8; 32], message: &[u8]) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(key);
    mac.unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"))
        .chain_update(message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::Random;

    fn key(byte: u8) -> RefreshTokenKey {
        replacing(byte, None)
    }

    fn replacing(current: u8, previous: Option<u8>) -> RefreshTokenKey {
        let secret = |byte| MasterSecret::new(vec![byte; 32]).expect("long enough");
        RefreshTokenKey::new(&MasterSecrets {
            current: secret(current),
            previous: previous.map(secret),
        })
    }

    fn encode(token: RefreshToken) -> String {
        key(1).encode(token).expose().to_owned()
    }

    fn decode(text: &str) -> Option<RefreshToken> {
        key(1).decode(&RefreshTokenText::new(text.into()))
    }

    #[test]
    fn a_token_is_not_printed() {
        let shown = format!("{:?}", key(1).encode(token(3)));
        assert!(!shown.contains(&encode(token(3))), "{shown}");
    }

    fn token(generation: u32) -> RefreshToken {
        let login_id = LoginId::generate(&Random::from_seed(7));
        RefreshToken {
            login_id,
            generation,
        }
    }

    #[test]
    fn a_token_has_71_characters_and_comes_back() {
        for generation in [0, 1, u32::MAX] {
            let text = encode(token(generation));
            assert_eq!(text.len(), 71);
            assert_eq!(decode(&text), Some(token(generation)));
        }
    }

    #[test]
    fn another_key_proves_nothing() {
        assert_eq!(key(2).decode(&key(1).encode(token(3))), None);
    }

    #[test]
    fn the_previous_key_proves_and_the_current_one_makes() {
        let both = replacing(2, Some(1));
        assert_eq!(both.decode(&key(1).encode(token(3))), Some(token(3)));
        assert_eq!(both.decode(&key(2).encode(token(3))), Some(token(3)));
        assert_eq!(both.decode(&key(3).encode(token(3))), None);
        assert_eq!(key(2).decode(&both.encode(token(3))), Some(token(3)));
    }

    #[test]
    fn a_token_has_one_spelling() {
        let text = encode(token(3));
        assert_eq!(decode(&format!("{text}=")), None);
        assert_eq!(decode(&format!(" {text}")), None);
        // The last character carries two bits that belong to no byte.
        let (kept, last) = text.split_at(70);
        let same_bytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            .chars()
            .filter(|it| !last.starts_with(*it));
        for other in same_bytes {
            assert_eq!(decode(&format!("{kept}{other}")), None, "ending in {other}");
        }
    }

    #[test]
    fn a_changed_bit_is_refused() {
        let good = encode(token(3));
        let bytes = URL_SAFE_NO_PAD.decode(&good).expect("base64");
        for bit in 0..TOKEN_BYTES * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let changed = URL_SAFE_NO_PAD.encode(bytes);
            assert_eq!(decode(&changed), None, "bit {bit} of what it says");
        }
        for bit in 0..TOKEN_CHARACTERS * 8 {
            let mut text = good.clone().into_bytes();
            text[bit / 8] ^= 1 << (bit % 8);
            if let Ok(text) = String::from_utf8(text) {
                assert_eq!(decode(&text), None, "bit {bit} of its text");
            }
        }
    }

    #[test]
    fn what_is_cut_or_lengthened_is_refused() {
        let good = encode(token(3));
        for length in 0..TOKEN_CHARACTERS {
            assert_eq!(decode(&good[..length]), None, "{length} characters");
            assert_eq!(decode(&good[length + 1..]), None, "without {length} + 1");
        }
        for extra in ["A", "AA", "AAA", "AAAA", "=", "==", " ", "\n", "\0", "."] {
            assert_eq!(
                decode(&format!("{good}{extra}")),
                None,
                "{extra:?} after it"
            );
            assert_eq!(
                decode(&format!("{extra}{good}")),
                None,
                "{extra:?} before it"
            );
            let kept = TOKEN_CHARACTERS - extra.len();
            let replaced = format!("{}{extra}", &good[..kept]);
            assert!(
                replaced == good || decode(&replaced).is_none(),
                "{extra:?} at its end"
            );
        }
        assert_eq!(decode(&good.repeat(2)), None);
    }

    /// The other alphabet of base64 has the same bytes.
    #[test]
    fn a_token_is_written_in_the_alphabet_of_urls() {
        let mut tried = 0;
        for generation in 0..100 {
            let good = encode(token(generation));
            let other = good.replace('-', "+").replace('_', "/");
            if other != good {
                assert_eq!(decode(&other), None);
                tried += 1;
            }
        }
        assert!(tried > 50);
    }

    /// A generation or a version of one's own choice needs the key.
    #[test]
    fn what_a_token_says_cannot_be_changed() {
        let bytes = URL_SAFE_NO_PAD.decode(encode(token(3))).expect("base64");
        let generation = 1 + RANDOM_ID_BYTES;
        for (place, values) in [(0, 0..=255), (generation + 3, 0..=255), (1, 0..=255)] {
            for value in values.filter(|value| *value != bytes[place]) {
                let mut bytes = bytes.clone();
                bytes[place] = value;
                let changed = URL_SAFE_NO_PAD.encode(bytes);
                assert_eq!(decode(&changed), None, "byte {place} is {value}");
            }
        }
        // A version that is genuine and not ours.
        let mut signed = bytes[..SIGNED_BYTES].to_vec();
        signed[0] = VERSION + 1;
        let mac = mac(&key(1).current, &signed).finalize().into_bytes();
        signed.extend(mac);
        assert_eq!(decode(&URL_SAFE_NO_PAD.encode(signed)), None, "version 2");
    }

    proptest! {
        #[test]
        fn junk_is_refused(text in "\\PC{0,100}") {
            prop_assert_eq!(decode(&text), None);
        }

        #[test]
        fn whatever_is_accepted_is_spelled_as_we_spell_it(
            // The last character carries bits that belong to no byte.
            place in prop_oneof![Just(70), 0..71_usize], other in "[A-Za-z0-9_-]"
        ) {
            let mut text: Vec<String> = encode(token(3)).chars().map(String::from).collect();
            text[place] = other;
            let text = text.concat();
            if let Some(token) = decode(&text) {
                prop_assert_eq!(encode(token), text);
            }
        }

        #[test]
        fn every_token_comes_back(login_id: [u8; 16], generation: u32) {
            let login_id = LoginId::from_bytes(login_id);
            let token = RefreshToken { login_id, generation };
            prop_assert_eq!(decode(&encode(token)), Some(token));
        }
    }
}
