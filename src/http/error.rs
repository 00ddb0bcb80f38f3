//! The one error type of the HTTP side: a code and data, no words.
//!
//! Features turn their own errors into [`ApiError`] by an exhaustive match in their handlers. The
//! middleware in [`super::problem`] finds the words and writes the answer.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::{Serialize, Serializer};

use crate::db::DbError;
use crate::validation::Invalid;

/// In nanoseconds.
const SECOND: u128 = 1_000_000_000;

/// Declares the codes once: the name, its text in answers, its status.
macro_rules! error_codes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $status:ident;)*) => {
        /// What went wrong, in the words of the contract. A code never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[doc = $doc])* $name),* }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as clients see it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The status that goes with it.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),* }
            }

            /// What it stands for, for the API document.
            pub fn description(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }
        }
    };
}

error_codes! {
    /// Not JSON, or not an object.
    MalformedJson = "malformed_json", BAD_REQUEST;
    /// Fields are missing, unknown, of a wrong type or out of bounds; the answer lists them.
    ValidationFailed = "validation_failed", BAD_REQUEST;
    /// Not the `nextCursor` of a page.
    InvalidCursor = "invalid_cursor", BAD_REQUEST;
    /// No token was sent where one is needed.
    MissingToken = "missing_token", UNAUTHORIZED;
    /// An access token that is not ours, or not as we made it.
    InvalidToken = "invalid_token", UNAUTHORIZED;
    /// A genuine access token past its time: refresh and repeat.
    TokenExpired = "token_expired", UNAUTHORIZED;
    /// A genuine access token whose account or login is gone.
    LoginEnded = "login_ended", UNAUTHORIZED;
    /// Wrong e-mail and wrong password alike.
    InvalidCredentials = "invalid_credentials", UNAUTHORIZED;
    /// Junk, unknown, expired, ended or disabled.
    InvalidRefreshToken = "invalid_refresh_token", UNAUTHORIZED;
    /// A refresh token that had been replaced; its login was ended.
    RefreshTokenReused = "refresh_token_reused", UNAUTHORIZED;
    /// A guest asked for what a named account alone may do.
    LoginRequired = "login_required", FORBIDDEN;
    /// It is someone else's, or for hosts only.
    Forbidden = "forbidden", FORBIDDEN;
    /// The session has ended, by its super host or by time: nobody writes in it any more.
    SessionEnded = "session_ended", FORBIDDEN;
    /// Its author cannot change the question any more: it is closed, or has a reply.
    QuestionLocked = "question_locked", FORBIDDEN;
    /// The request came from a page of an origin that is not allowed.
    CsrfRejected = "csrf_rejected", FORBIDDEN;
    /// No such URL, or nothing under it.
    NotFound = "not_found", NOT_FOUND;
    /// The URL knows other methods, which `Allow` lists.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// The address has an account.
    EmailTaken = "email_taken", CONFLICT;
    /// The nickname has an account.
    NicknameTaken = "nickname_taken", CONFLICT;
    /// It does not fit what is there already, or there is too much of it.
    Conflict = "conflict", CONFLICT;
    /// More bytes than the route takes.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE;
    /// More than 8 KiB.
    UriTooLong = "uri_too_long", URI_TOO_LONG;
    /// Not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE;
    /// Too many guesses at this address: try again after `Retry-After`.
    TooManyAttempts = "too_many_attempts", TOO_MANY_REQUESTS;
    /// Too many requests from this client's network: try again after `Retry-After`.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS;
    /// One of more than 8 KiB, or all of more than 32 KiB.
    HeadersTooLarge = "headers_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE;
    /// A defect of ours; the cause is in the log under the request's id.
    InternalError = "internal_error", INTERNAL_SERVER_ERROR;
    /// A queue is full: try again.
    Overloaded = "overloaded", SERVICE_UNAVAILABLE;
    /// The database cannot be reached or failed: try again.
    DatabaseUnavailable = "database_unavailable", SERVICE_UNAVAILABLE;
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A field and why its value was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub invalid: Invalid,
}

/// Where a body stops being JSON, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonPosition {
    /// The line.
    pub line: usize,
    /// The byte in it.
    pub column: usize,
}

/// An error on its way to the client.
#[derive(Debug)]
pub struct ApiError {
    /// What went wrong.
    pub code: ErrorCode,
    /// The fields to mend, with [`ErrorCode::ValidationFailed`].
    pub fields: Vec<FieldError>,
    /// Where to look, with [`ErrorCode::MalformedJson`].
    pub place: Option<JsonPosition>,
    /// Seconds after which to try again, where the code is temporary.
    pub retry_after: u64,
    /// For the log; clients never see it.
    pub cause: Option<Box<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// An error because of what `fields` hold.
    pub fn validation(fields: Vec<FieldError>) -> Self {
        Self {
            fields,
            ..ErrorCode::ValidationFailed.into()
        }
    }

    /// An error because of one value.
    pub fn invalid(field: &str, invalid: Invalid) -> Self {
        Self::validation(vec![FieldError {
            field: field.into(),
            invalid,
        }])
    }

    /// A body that is no JSON object.
    pub fn malformed(place: JsonPosition) -> Self {
        Self {
            place: Some(place),
            ..ErrorCode::MalformedJson.into()
        }
    }

    /// An error that time mends. What is left of a second counts as a whole one.
    pub fn later(code: ErrorCode, wait: Duration) -> Self {
        Self {
            retry_after: wait
                .as_nanos()
                .div_ceil(SECOND)
                .try_into()
                .unwrap_or(u64::MAX),
            ..code.into()
        }
    }

    /// A failure of ours, with its cause for the log.
    pub fn caused(code: ErrorCode, cause: impl Error + Send + Sync + 'static) -> Self {
        Self {
            cause: Some(Box::new(cause)),
            ..code.into()
        }
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            fields: Vec::new(),
            place: None,
            retry_after: 1,
            cause: None,
        }
    }
}

/// Whether the same request may succeed later: then `Retry-After` says when.
pub(super) fn is_temporary(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

/// A database that fails is 503 and never an answer about the data.
impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        let code = match error {
            DbError::Overloaded => ErrorCode::Overloaded,
            DbError::Failed(_) | DbError::Unavailable(_) => ErrorCode::DatabaseUnavailable,
            DbError::Unique(_) | DbError::Panicked | DbError::Unexpected(_) => {
                ErrorCode::InternalError
            }
        };
        Self::caused(code, error)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Only the status: the middleware writes the rest.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
