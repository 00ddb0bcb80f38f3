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
use strum::{IntoStaticStr, VariantArray};

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
    /// The body is not a JSON object.
    MalformedJson = "malformed_json", BAD_REQUEST;
    /// Fields are missing, unknown, of the wrong type or out of bounds; `errors` lists them.
    ValidationFailed = "validation_failed", BAD_REQUEST;
    /// The cursor is not a `nextCursor` of this list.
    InvalidCursor = "invalid_cursor", BAD_REQUEST;
    /// The request needs a token and has none.
    MissingToken = "missing_token", UNAUTHORIZED;
    /// The access token is not one of ours, or was altered.
    InvalidToken = "invalid_token", UNAUTHORIZED;
    /// The access token has expired: refresh it and retry.
    TokenExpired = "token_expired", UNAUTHORIZED;
    /// The access token is genuine, but its login has ended or its account is gone.
    LoginEnded = "login_ended", UNAUTHORIZED;
    /// The e-mail address or the password is wrong; the answer does not say which.
    InvalidCredentials = "invalid_credentials", UNAUTHORIZED;
    /// The refresh token is malformed, unknown or expired, its login has ended, or its account is
    /// disabled.
    InvalidRefreshToken = "invalid_refresh_token", UNAUTHORIZED;
    /// The refresh token was already replaced; its login has been ended.
    RefreshTokenReused = "refresh_token_reused", UNAUTHORIZED;
    /// Guests may not do this; named accounts may.
    LoginRequired = "login_required", FORBIDDEN;
    /// It belongs to someone else, or only hosts may do it.
    Forbidden = "forbidden", FORBIDDEN;
    /// The session was ended by its super host, or has expired: nobody can change it any more.
    SessionEnded = "session_ended", FORBIDDEN;
    /// Others have judged it: it is closed, pinned, answered now, dismissed, liked, has a reply, or
    /// another one was merged into it. Its author can no longer change the words, or delete the
    /// question.
    QuestionLocked = "question_locked", FORBIDDEN;
    /// The session does not allow it now: its settings say who asks, replies and likes.
    NotOpen = "not_open", FORBIDDEN;
    /// The session asks for names: nothing is written or liked without one.
    NamesRequired = "names_required", FORBIDDEN;
    /// A host of the session has muted its author.
    Muted = "muted", FORBIDDEN;
    /// The request came from a page whose origin is not allowed.
    CsrfRejected = "csrf_rejected", FORBIDDEN;
    /// There is no such URL, or nothing at it.
    NotFound = "not_found", NOT_FOUND;
    /// The URL accepts other methods; `Allow` lists them.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// The e-mail address already has an account.
    EmailTaken = "email_taken", CONFLICT;
    /// Another account already has the nickname.
    NicknameTaken = "nickname_taken", CONFLICT;
    /// Another request of this account had the same `Idempotency-Key`.
    IdempotencyKeyReused = "idempotency_key_reused", CONFLICT;
    /// Something is in the way, or a limit has been reached; `detail` says what.
    Conflict = "conflict", CONFLICT;
    /// The body has more bytes than the URL accepts.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE;
    /// The URL has more than 8 KiB.
    UriTooLong = "uri_too_long", URI_TOO_LONG;
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE;
    /// There were too many password attempts: retry after `Retry-After` seconds.
    TooManyAttempts = "too_many_attempts", TOO_MANY_REQUESTS;
    /// The account or the client's network sent too many requests: retry after `Retry-After`
    /// seconds.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS;
    /// The session lets a while pass between two contributions: retry after exactly `Retry-After`
    /// seconds.
    SlowDown = "slow_down", TOO_MANY_REQUESTS;
    /// One header has more than 8 KiB, or all together have more than 32 KiB.
    HeadersTooLarge = "headers_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE;
    /// The server failed; its log has the cause under the request id.
    InternalError = "internal_error", INTERNAL_SERVER_ERROR;
    /// A queue is full: retry after `Retry-After` seconds.
    Overloaded = "overloaded", SERVICE_UNAVAILABLE;
    /// The database failed or cannot be reached: retry after `Retry-After` seconds.
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

/// What is in the way, with [`ErrorCode::Conflict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Obstacle {
    /// The account has as many posts as one may have.
    TooManyPosts,
    /// The account has opened as many sessions as one may.
    TooManySessions,
    /// The session has as many questions as one may have.
    TooManyQuestions,
    /// The question has as many replies as one may have.
    TooManyReplies,
    /// The guest has as many questions, replies and likes as one claim can move.
    TooManyOfGuest,
    /// The words were changed since they were seen.
    OtherRevision,
    /// The session has as many questions waiting for review as it may have.
    TooManyPending,
    /// The question has as many replies waiting for review as it may have.
    TooManyPendingReplies,
    /// Not everybody sees it: it is not approved.
    NotApproved,
    /// The question was merged into another one.
    Merged,
    /// A question is merged into another one.
    MergedIntoItself,
    /// Together the questions would have more replies than a question may have.
    TooManyRepliesToMerge,
    /// It stands under the nickname of a host.
    MutedHost,
    /// The session has changed since it was seen.
    SessionChanged,
    /// The session has no such label any more.
    NoSuchLabel,
    /// The super host's own role does not change this way.
    OwnRole,
    /// Only a sub host can become the super host.
    NotASubHost,
    /// Without a sub host nobody could take the session over.
    NoSubHost,
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
    /// What is in the way, with [`ErrorCode::Conflict`].
    pub obstacle: Option<Obstacle>,
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

    /// An error because of what is in the way.
    pub fn conflict(obstacle: Obstacle) -> Self {
        Self {
            obstacle: Some(obstacle),
            ..ErrorCode::Conflict.into()
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
            obstacle: None,
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
