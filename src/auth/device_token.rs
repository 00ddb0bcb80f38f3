//! The format of the cookie `device`, which tells a device that has signed in before from a stranger.
//!
//! `deviceId[16] ‖ HMAC-SHA-256(deviceId ‖ folded address)[32]`, in base64url without padding. It signs
//! nobody in: guesses from such a device are counted by themselves.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::config::MasterSecret;
use crate::random::Random;
use crate::users::FoldedEmail;

const ID_BYTES: usize = 16;
const PURPOSE: &str = "device";

/// A device's random id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceId([u8; ID_BYTES]);

impl DeviceId {
    /// A new id.
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A device token in the clear, from or for its device. It cannot be printed by accident.
#[derive(Debug, Clone)]
pub struct DeviceTokenText(SecretString);

impl DeviceTokenText {
    /// Whatever a client sent.
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// The token: hand it to its device and nobody else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The key that makes and proves device tokens.
#[derive(Clone)]
pub struct DeviceTokenKey([u8; 32]);

impl DeviceTokenKey {
    /// Derived for this purpose alone.
    pub fn new(secret: &MasterSecret) -> Self {
        Self(secret.derive(PURPOSE))
    }

    /// The token of a device on which someone has signed in with this address.
    pub fn encode(&self, device: DeviceId, email: &FoldedEmail) -> DeviceTokenText {
        let mac = self.mac(&device.0, email).finalize().into_bytes();
        let bytes = [&device.0, mac.as_slice()].concat();
        DeviceTokenText::new(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token that this key made for this address; `None` for everything else. The MAC is
    /// compared in constant time.
    pub fn decode(&self, text: &DeviceTokenText, email: &FoldedEmail) -> Option<DeviceId> {
        let bytes = URL_SAFE_NO_PAD.decode(text.expose()).ok()?;
        let (device, mac) = bytes.split_first_chunk()?;
        self.mac(device, email).verify_slice(mac).ok()?;
        Some(DeviceId(*device))
    }

    fn mac(&self, device: &[u8; ID_BYTES], email: &FoldedEmail) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0);
        mac.unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"))
            .chain_update(device)
            .chain_update(email.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> DeviceTokenKey {
        let secret = MasterSecret::new(vec![byte; 32]).expect("long enough");
        DeviceTokenKey::new(&secret)
    }

    #[test]
    fn a_token_is_good_for_its_key_and_its_address_alone() {
        let device = DeviceId::generate(&Random::from_seed(7));
        let mina = FoldedEmail::of("mina@example.com");
        let token = key(1).encode(device, &mina);
        assert_eq!(token.expose().len(), 64);
        assert_eq!(key(1).decode(&token, &mina), Some(device));
        assert_eq!(key(2).decode(&token, &mina), None);
        let noah = FoldedEmail::of("noah@example.com");
        assert_eq!(key(1).decode(&token, &noah), None);
        let shown = format!("{token:?}");
        assert!(!shown.contains(token.expose()), "{shown}");
    }

    #[test]
    fn junk_and_every_changed_bit_are_refused() {
        let mina = FoldedEmail::of("mina@example.com");
        let token = key(1).encode(DeviceId::generate(&Random::from_seed(7)), &mina);
        let decode = |text: String| key(1).decode(&DeviceTokenText::new(text), &mina);
        for junk in ["", "x", "é", &"A".repeat(64), &token.expose()[..63]] {
            assert_eq!(decode(junk.into()), None, "{junk:?}");
        }
        let bytes = URL_SAFE_NO_PAD.decode(token.expose()).expect("base64");
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1u8 << (bit % 8);
            assert_eq!(decode(URL_SAFE_NO_PAD.encode(bytes)), None, "bit {bit}");
        }
    }
}
