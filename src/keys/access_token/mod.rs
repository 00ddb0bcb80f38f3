//! Access tokens: short-lived signed JWTs (RFC 9068's `at+jwt`).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::Signer;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::signature_cache::{SignatureCache, VerifiedToken};
use super::{KeySet, PresentKeys};
use crate::config::PublicUrl;
use crate::random::Random;
use crate::text;
use crate::users::{AccountKind, CurrentUser, LoginId, UserId};

const TOKEN_TYPE: &str = "at+jwt";
/// How far clocks may differ between the one who signed and the one who checks.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// Everything that a token says. All of it must be there, in these types.
#[derive(Deserialize)]
#[expect(dead_code, reason = "what is not read here must be there all the same")]
struct Claims {
    iss: String,
    aud: String,
    /// The account's number, as text.
    sub: String,
    /// The login's id.
    sid: String,
    /// Seconds since 1970.
    iat: u32,
    exp: u32,
    jti: String,
    kind: AccountKind,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// No token of ours, or not as we made it.
    Invalid,
    /// Of a key that is not among the present ones.
    UnknownKey,
    /// VerifiedToken, and past its time.
    Expired,
}

text::secret! {
    /// An access token in the clear, from or for its owner.
    AccessTokenText
}

/// A signed token and when it ends.
#[derive(Clone)]
pub struct AccessToken {
    /// The JWT, for its owner.
    pub text: AccessTokenText,
    /// How long it will be accepted, without leeway.
    pub lifetime: TimeDelta,
}

/// Makes and checks access tokens. Each clone remembers for itself which it has checked.
#[derive(Clone)]
pub struct AccessTokens {
    keys: PresentKeys,
    /// Issuer and audience at once: this server.
    issuer: String,
    lifetime: Duration,
    validation: Validation,
    verified: SignatureCache,
    random: Random,
}

impl AccessTokens {
    /// Signs with the present one of `keys` in the name of `public_url`.
    pub fn new(
        keys: PresentKeys,
        public_url: &PublicUrl,
        lifetime: Duration,
        random: Random,
    ) -> Self {
        let issuer = public_url.origin().to_owned();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[&issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are checked below, against our clock.
        validation.validate_exp = false;
        Self {
            keys,
            issuer,
            lifetime,
            validation,
            verified: SignatureCache::new(),
            random,
        }
    }

    /// Signs a token for a login. It never outlives `login_ends`.
    pub fn issue(
        &self,
        user_id: UserId,
        kind: AccountKind,
        login_id: LoginId,
        login_ends: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> AccessToken {
        let ends = (now + self.lifetime).min(login_ends);
        let seconds = |time: DateTime<Utc>| u32::try_from(time.timestamp()).unwrap_or(0);
        let keys = self.keys.get();
        let key = keys.signer(now);
        let header = json!({ "typ": TOKEN_TYPE, "alg": "EdDSA", "kid": key.id });
        let claims = json!({
            "iss": self.issuer,
            "aud": self.issuer,
            "sub": user_id.get().to_string(),
            "sid": login_id.to_text(),
            "iat": seconds(now),
            "exp": seconds(ends),
            "jti": URL_SAFE_NO_PAD.encode(self.random.bytes::<16>()),
            "kind": kind,
        });
        AccessToken {
            text: AccessTokenText::new(sign(&header, &claims, &key.private)),
            lifetime: ends - now,
        }
    }

    /// The account and login that a token speaks for. Its signature is checked once in each worker;
    /// its key and its times with each request.
    ///
    /// # Errors
    /// [`Rejection::Expired`] for a genuine token past its time, [`Rejection::UnknownKey`] where
    /// another key may prove it, else [`Rejection::Invalid`].
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<CurrentUser, Rejection> {
        let keys = self.keys.get();
        let genuine = self
            .verified
            .get_or(token, || self.read(token, &keys, now))?;
        if keys.find(&genuine.key_id, now).is_none() {
            return Err(Rejection::UnknownKey);
        }
        if genuine.issued > now + LEEWAY {
            return Err(Rejection::Invalid);
        }
        if now >= genuine.ends + LEEWAY {
            return Err(Rejection::Expired);
        }
        Ok(genuine.user)
    }

    /// Whether this clone has checked the signature of this token before, and still knows it.
    pub fn is_known(&self, token: &str) -> bool {
        self.verified.contains(token)
    }

    /// What a token says if it is one of ours, whatever its times.
    fn read(
        &self,
        token: &str,
        keys: &KeySet,
        now: DateTime<Utc>,
    ) -> Result<VerifiedToken, Rejection> {
        let invalid = |_| Rejection::Invalid;
        let header = decode_header(token).map_err(invalid)?;
        if header.typ.as_deref() != Some(TOKEN_TYPE) || header.crit.is_some() {
            return Err(Rejection::Invalid);
        }
        let key_id = header.kid.ok_or(Rejection::Invalid)?;
        let key = keys.find(&key_id, now).ok_or(Rejection::UnknownKey)?;
        let claims: Claims = decode(token, &key.public, &self.validation)
            .map_err(invalid)?
            .claims;
        let user_id = claims.sub.parse().ok().and_then(UserId::new);
        let login_id = LoginId::parse(&claims.sid);
        let time = |seconds: u32| DateTime::from_timestamp(seconds.into(), 0).unwrap_or_default();
        let issued = time(claims.iat);
        Ok(VerifiedToken {
            key_id,
            user: CurrentUser {
                user_id: user_id.ok_or(Rejection::Invalid)?,
                login_id: login_id.ok_or(Rejection::Invalid)?,
            },
            issued,
            ends: time(claims.exp).min(issued + self.lifetime),
        })
    }
}

/// A JWT (RFC 7519). The library would parse the key and derive its public half for each token,
/// which takes twice as long as to sign.
fn sign(header: &Value, claims: &Value, key: &ed25519_dalek::SigningKey) -> String {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(message.as_bytes()).to_bytes();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
