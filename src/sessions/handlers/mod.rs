//! POST and GET `/sessions`, GET, PATCH and DELETE `/sessions/{sessionId}`, GET
//! `/sessions/by-code/{joinCode}`, GET `/sessions/{sessionId}/qr.svg`, POST
//! `/sessions/{sessionId}/terminate` and `/sessions/{sessionId}/reopen`. Participants are beside
//! this file.

pub mod participants;

use actix_web::{HttpResponse, web};
use chrono::DateTime;

use super::dto::{SessionResponse, SessionsResponse};
use super::permissions::Refusal;
use super::{
    JoinCode, NewSession, Reopening, SessionChange, SessionId, SessionsError, SessionsService, qr,
};
use crate::config::PublicUrl;
use crate::http::ErrorCode::{
    Conflict, DatabaseUnavailable, Forbidden, InternalError, InvalidCursor, LoginRequired, Muted,
    NamesRequired, NotFound, NotOpen, Overloaded, QuestionLocked, SessionEnded, SlowDown,
    ValidationFailed,
};
use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::{Holder, Limit, Limits};
use crate::http::{ApiError, Cursors, ErrorCode, Id, Json, Obstacle, PageQuery};
use crate::retries::handlers::{create_within, created};
use crate::retries::{KeyParameter, Retriable};
use crate::users::CurrentUser;

impl From<SessionsError> for ApiError {
    fn from(error: SessionsError) -> Self {
        match error {
            SessionsError::NoSuchSession | SessionsError::NoSuchParticipant => NotFound.into(),
            SessionsError::OwnRole => Self::conflict(Obstacle::OwnRole),
            SessionsError::NotASubHost => Self::conflict(Obstacle::NotASubHost),
            SessionsError::NoSubHost => Self::conflict(Obstacle::NoSubHost),
            SessionsError::TooMany => Self::conflict(Obstacle::TooManySessions),
            SessionsError::Changed => Self::conflict(Obstacle::SessionChanged),
            SessionsError::NoSuchLabel => Self::conflict(Obstacle::NoSuchLabel),
            SessionsError::SlowDown(wait) => {
                Self::later(SlowDown, wait.to_std().unwrap_or_default())
            }
            SessionsError::Expiry(invalid) => Self::invalid("expiresAt", invalid),
            SessionsError::Refused(refusal) => ErrorCode::from(refusal).into(),
            SessionsError::Retry(error) => error.into(),
            SessionsError::Account(error) => error.into(),
            SessionsError::Database(error) => error.into(),
        }
    }
}

impl From<Refusal> for ErrorCode {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SessionEnded => SessionEnded,
            Refusal::Forbidden => Forbidden,
            Refusal::QuestionLocked => QuestionLocked,
            Refusal::Muted => Muted,
            Refusal::NamesRequired => NamesRequired,
            Refusal::NotOpen => NotOpen,
        }
    }
}

/// Open a session
///
/// Whoever opens it is its super host. An account may open 1,000 sessions; a deleted one counts for
/// another day.
///
/// # Errors
/// 400, 401, 403 for a guest, 409 for one session too many and for a key of another request, 429,
/// 503.
#[utoipa::path(
    post, path = "/api/sessions", tag = "sessions",
    params(KeyParameter),
    request_body(content = NewSession, examples(
        ("en" = (summary = "English", value = json!({ "title": "All hands, March" }))),
        ("ko" = (summary = "한국어", value = json!({ "title": "3월 전체 회의" }))),
    )),
    responses((status = 201, description = "The session.", body = SessionResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([LoginRequired, NotFound, Conflict, Overloaded])))
)]
pub async fn open_session(
    sessions: web::Data<SessionsService>,
    limits: web::Data<Limits>,
    me: CurrentUser,
    address: ClientAddress,
    Retriable { value, retry }: Retriable<NewSession>,
) -> Result<HttpResponse, ApiError> {
    let account = Holder::Account(me.user_id.get());
    let taken = limits.take_all(&[(Limit::AccountSessions, account)]);
    let network = address.network();
    let open = async |retry| sessions.open(me, network, value, retry).await;
    let find = async |retry| sessions.find_opened(me, retry).await;
    let opened = create_within(&limits, taken, retry, open, find).await?;
    Ok(created(
        opened.map(|it| SessionResponse::new(it, &sessions)),
    ))
}

/// List my sessions
///
/// Those in which I take part, the newest first, each with my role.
///
/// # Errors
/// 400, 401, 503.
#[utoipa::path(
    get, path = "/api/sessions", tag = "sessions",
    params(PageQuery),
    responses((status = 200, description = "A page of sessions.", body = SessionsResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([ValidationFailed, InvalidCursor])))
)]
pub async fn list_sessions(
    sessions: web::Data<SessionsService>,
    cursors: web::Data<Cursors>,
    me: CurrentUser,
    page: PageQuery,
) -> Result<HttpResponse, ApiError> {
    let cursors = cursors.of(format!("sessions of {}", me.user_id.get()));
    let after: Option<(i64, SessionId)> = cursors.after(&page)?;
    let after = after.and_then(|(opened, session_id)| {
        Some((DateTime::from_timestamp_micros(opened)?, session_id))
    });
    let found = sessions.list(me, after, page.limit as usize).await?;
    let page = SessionsResponse::new(found, &sessions, &cursors);
    Ok(HttpResponse::Ok().json(page))
}

/// Get a session
///
/// # Errors
/// 401 for a bad token, 404, 503.
#[utoipa::path(
    get, path = "/api/sessions/{sessionId}", tag = "sessions",
    params(("sessionId" = String, Path)),
    responses((status = 200, description = "The session.", body = SessionResponse)),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([NotFound, DatabaseUnavailable])))
)]
pub async fn get_session(
    sessions: web::Data<SessionsService>,
    me: Option<CurrentUser>,
    Id(session_id): Id<SessionId>,
) -> Result<HttpResponse, ApiError> {
    let session = sessions.get(session_id, me).await?;
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, &sessions)))
}

/// Find a session by its join code
///
/// As people type it: case, width, spaces, dashes, invisible characters and a leading `#` do not
/// matter. A network that asks for many codes that nobody has is held up. Then it finds only what
/// somebody there has opened, looked up or entered in the last day.
///
/// # Errors
/// 401 for a bad token, 404, 429, 503.
#[utoipa::path(
    get, path = "/api/sessions/by-code/{joinCode}", tag = "sessions",
    params(("joinCode" = String, Path)),
    responses((status = 200, description = "The session.", body = SessionResponse)),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([NotFound, DatabaseUnavailable])))
)]
pub async fn find_session_by_code(
    sessions: web::Data<SessionsService>,
    limits: web::Data<Limits>,
    me: Option<CurrentUser>,
    address: ClientAddress,
    Id(code): Id<JoinCode>,
) -> Result<HttpResponse, ApiError> {
    let network = address.network();
    // Counted before anybody looks, so that many guesses at once are no more than one by one.
    let guess = match limits.take(Limit::JoinCodes, Holder::Network(network)) {
        Ok(taken) => Some(taken),
        Err(_) if sessions.is_code_known(network, &code).await? => None,
        Err(refused) => return Err(refused),
    };
    let found = sessions.get_by_code(code, network, me).await;
    if !matches!(found, Err(SessionsError::NoSuchSession)) {
        limits.give_back(guess.as_slice());
    }
    Ok(HttpResponse::Ok().json(SessionResponse::new(found?, &sessions)))
}

/// Change my session
///
/// The super host's; hosts change its settings. Not once it has ended.
///
/// # Errors
/// 400, 401, 403, 404, 503.
#[utoipa::path(
    patch, path = "/api/sessions/{sessionId}", tag = "sessions",
    params(("sessionId" = String, Path)),
    request_body(
        content = SessionChange, description = "May be left out; then nothing changes.",
        examples(
            ("en" = (summary = "English", value = json!({ "title": "All hands, April" }))),
            ("ko" = (summary = "한국어", value = json!({ "title": "4월 전체 회의" }))),
        )
    ),
    responses((status = 200, description = "The session as it is now.", body = SessionResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Overloaded])))
)]
pub async fn update_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    Json(change): Json<SessionChange>,
) -> Result<HttpResponse, ApiError> {
    let session = sessions.update(me, session_id, change).await?;
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, &sessions)))
}

/// End my session
///
/// The super host's. Everybody can still read; nobody writes. May be repeated.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    post, path = "/api/sessions/{sessionId}/terminate", tag = "sessions",
    params(("sessionId" = String, Path)),
    responses((status = 200, description = "The session as it is now.", body = SessionResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Overloaded])))
)]
pub async fn end_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
) -> Result<HttpResponse, ApiError> {
    let session = sessions.end(me, session_id, address.0).await?;
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, &sessions)))
}

/// Reopen my session
///
/// The super host's: it goes on after it was ended, or after its time had passed. One that has not
/// ended stays as it is. May be repeated.
///
/// # Errors
/// 400, 401, 403, 404, 503.
#[utoipa::path(
    post, path = "/api/sessions/{sessionId}/reopen", tag = "sessions",
    params(("sessionId" = String, Path)),
    request_body(
        content = Reopening, description = "May be left out; then it goes on for 7 days.",
        examples(
            ("en" = (summary = "English", value = json!({}))),
            ("ko" = (summary = "한국어", value = json!({}))),
        )
    ),
    responses((status = 200, description = "The session as it is now.", body = SessionResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Overloaded])))
)]
pub async fn reopen_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
    Json(reopening): Json<Reopening>,
) -> Result<HttpResponse, ApiError> {
    let session = sessions
        .reopen(me, session_id, reopening, address.0)
        .await?;
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, &sessions)))
}

/// Delete my session
///
/// The super host's: with everything in it, for everybody and for good. Its join code is never
/// given again.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    delete, path = "/api/sessions/{sessionId}", tag = "sessions",
    params(("sessionId" = String, Path)),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Overloaded])))
)]
pub async fn delete_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
) -> Result<HttpResponse, ApiError> {
    sessions.delete(me, session_id, address.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get the QR code of a session
///
/// It holds the link under which the frontend lets people in: `{public_url}/join/{joinCode}`.
///
/// # Errors
/// 404, 503.
#[utoipa::path(
    get, path = "/api/sessions/{sessionId}/qr.svg", tag = "sessions",
    params(("sessionId" = String, Path)),
    responses((status = 200, description = "A square picture.", content_type = "image/svg+xml", body = String)),
    extensions(("x-error-codes" = json!([NotFound, DatabaseUnavailable])))
)]
pub async fn get_qr_code(
    sessions: web::Data<SessionsService>,
    public_url: web::Data<PublicUrl>,
    Id(session_id): Id<SessionId>,
) -> Result<HttpResponse, ApiError> {
    let session = sessions.get(session_id, None).await?;
    let link = public_url.join_link(&session.details.join_code);
    let svg = qr::draw(&link).map_err(|error| ApiError::caused(InternalError, error))?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(svg))
}
