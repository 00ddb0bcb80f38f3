//! The id of a session.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::random::Random;

/// Too many to guess.
const BYTES: usize = 16;

/// A session's random id: whoever knows it can read the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; BYTES]);

impl SessionId {
    /// A new id.
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// From a row, a cursor or a URL; `None` for what [`Self::to_text`] does not give.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// As it stands in rows and URLs: 22 characters of base64url.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}
