//! Requests and answers as they travel.

mod account;
mod cookie_flow;

use serde::Serialize;
use strum::{EnumString, VariantNames};
use utoipa::ToSchema;

pub use account::{DeletionRequest, LoginsResponse, PasswordRequest};
pub use cookie_flow::{CookieAccountResponse, CookieLoginRequest, CookieRegisterRequest};

use super::refresh_token::RefreshTokenText;
use super::service::SignedIn;
use crate::http::{Fields, FromFields};
use crate::keys::access_token::AccessTokenText;
use crate::password::{NewPassword, TypedPassword};
use crate::text;
use crate::users::{Email, FoldedEmail, Nickname, UserId};

/// How a refresh token travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema, EnumString, VariantNames)]
#[schema(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Mode {
    /// In a cookie that no script can read.
    #[default]
    Cookie,
    /// In the JSON, for apps without cookies and for pages of another site.
    Json,
}

/// A new account.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct RegisterRequest {
    pub email: Email,
    pub nickname: Nickname,
    pub password: NewPassword,
    /// A guest's access token, sent on purpose after the person agreed: what the guest owns goes
    /// to the account, and every login of the guest ends.
    #[schema(value_type = Option<String>)]
    pub claim_guest: Option<AccessTokenText>,
}

impl FromFields for RegisterRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", Email::parse);
        let nickname = fields.required("nickname", Nickname::parse);
        let password = fields.required("password", NewPassword::parse);
        let claim_guest = claimed_guest(fields);
        Some(Self {
            email: email?,
            nickname: nickname?,
            password: password?,
            claim_guest: claim_guest?,
        })
    }
}

fn claimed_guest(fields: &mut Fields) -> Option<Option<AccessTokenText>> {
    fields.optional("claimGuest", |it| Ok(AccessTokenText::new(it.into())))
}

/// Whatever text was typed is taken: what can be no address or password is a wrong one, at the same
/// cost.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct LoginRequest {
    /// The account's address, in whatever spelling.
    #[schema(value_type = String, examples("mina@example.com", "김민아@example.com"))]
    pub email: FoldedEmail,
    /// The account's password.
    #[schema(value_type = String, format = Password, examples("a long enough one"))]
    pub password: TypedPassword,
    /// How the refresh token travels; `cookie` where it is not said.
    pub mode: Option<Mode>,
    /// A guest's access token, sent on purpose after the person agreed: what the guest owns goes
    /// to the account, and every login of the guest ends.
    #[schema(value_type = Option<String>)]
    pub claim_guest: Option<AccessTokenText>,
}

impl FromFields for LoginRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", |typed| Ok(FoldedEmail::of(typed)));
        let password = fields.required("password", |typed| Ok(TypedPassword::new(typed)));
        let mode = fields.optional("mode", text::word);
        let claim_guest = claimed_guest(fields);
        Some(Self {
            email: email?,
            password: password?,
            mode: mode?,
            claim_guest: claim_guest?,
        })
    }
}

/// A wish to take part without an account.
#[derive(ToSchema)]
pub struct GuestRequest {
    /// How the refresh token travels; `cookie` where it is not said.
    pub mode: Option<Mode>,
}

impl FromFields for GuestRequest {
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let mode = fields.optional("mode", text::word);
        Some(Self { mode: mode? })
    }
}

/// A refresh token, unless it is in the cookie.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct RefreshRequest {
    /// From a client without cookies: 71 characters. It goes before the cookie.
    #[schema(value_type = Option<String>)]
    pub refresh_token: Option<RefreshTokenText>,
}

impl FromFields for RefreshRequest {
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let refresh_token = fields.optional("refreshToken", |text| {
            Ok(RefreshTokenText::new(text.into()))
        });
        Some(Self {
            refresh_token: refresh_token?,
        })
    }
}

/// The account that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredResponse<'a> {
    /// A random number; nothing can be read from its order.
    pub user_id: UserId,
    /// As it was typed, cleaned.
    #[schema(value_type = Email)]
    pub email: &'a str,
    /// As it was typed, in NFC.
    #[schema(value_type = Nickname)]
    pub nickname: &'a str,
}

/// The tokens of a login. A client compares `userId` in each answer: another tab may have signed in
/// as someone else.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenResponse<'a> {
    /// A JWT for `Authorization: Bearer`.
    access_token: &'a str,
    /// Always `Bearer`.
    #[schema(examples("Bearer"))]
    token_type: &'static str,
    /// Seconds for which the access token lives.
    #[schema(minimum = 0, examples(600))]
    expires_in: i64,
    /// Whose login.
    user_id: UserId,
    /// The account's nickname; null for guests.
    #[schema(required, value_type = Option<Nickname>)]
    nickname: Option<&'a str>,
    /// In mode `json` only: 71 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refresh_token: Option<&'a str>,
}

impl<'a> TokenResponse<'a> {
    /// With the refresh token in it where `mode` says so.
    pub fn new(tokens: &'a SignedIn, mode: Mode) -> Self {
        Self {
            access_token: tokens.access_token.text.expose(),
            token_type: "Bearer",
            expires_in: tokens.access_token.lifetime.num_seconds(),
            user_id: tokens.user_id,
            nickname: tokens.nickname.as_deref(),
            refresh_token: (mode == Mode::Json).then(|| tokens.refresh_token.expose()),
        }
    }
}

/// A word to whoever signed out.
#[derive(Serialize, ToSchema)]
pub struct MessageResponse {
    /// A sentence for people, in the language of `Accept-Language`.
    #[schema(examples("You are signed out.", "로그아웃했어요."))]
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_the_words_that_are_read() {
        text::assert_documented::<Mode>();
    }
}
