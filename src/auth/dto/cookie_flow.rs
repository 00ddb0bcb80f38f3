//! What travels on `/authentication`.

use serde::Serialize;
use utoipa::ToSchema;

use super::MAX_BYTES;
use crate::http::{Fields, FromFields};
use crate::password::{NewPassword, TypedPassword};
use crate::users::{Email, FoldedEmail, Nickname, UserId};

/// A new account, as pages of the cookie flow make it.
#[derive(ToSchema)]
pub struct CookieRegisterRequest {
    pub email: Email,
    /// The account's nickname.
    pub name: Nickname,
    pub password: NewPassword,
}

impl FromFields for CookieRegisterRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = false;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", Email::parse);
        let name = fields.required("name", Nickname::parse);
        let password = fields.required("password", NewPassword::parse);
        Some(Self {
            email: email?,
            name: name?,
            password: password?,
        })
    }
}

/// Whatever text was typed is taken: what can be no address or password is a wrong one, at the same
/// cost.
#[derive(ToSchema)]
pub struct CookieLoginRequest {
    /// The account's address, in whatever spelling.
    #[schema(value_type = String, examples("mina@example.com", "김민아@example.com"))]
    pub email: FoldedEmail,
    /// The account's password.
    #[schema(value_type = String, format = Password, examples("a long enough one"))]
    pub password: TypedPassword,
}

impl FromFields for CookieLoginRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = false;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", |typed| Ok(FoldedEmail::of(typed)));
        let password = fields.required("password", |typed| Ok(TypedPassword::new(typed)));
        Some(Self {
            email: email?,
            password: password?,
        })
    }
}

/// The account whose login the cookies hold.
#[derive(Serialize, ToSchema)]
pub struct CookieAccountResponse<'a> {
    /// A random number; nothing can be read from its order.
    pub id: UserId,
    /// As it was typed, cleaned.
    #[schema(value_type = Email)]
    pub email: &'a str,
    /// Its nickname.
    #[schema(value_type = Nickname)]
    pub name: &'a str,
}
