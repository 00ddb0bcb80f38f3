//! POST and GET `/sessions`, GET and PATCH `/sessions/{sessionId}`, GET
//! `/sessions/by-code/{joinCode}`, GET `/sessions/{sessionId}/qr.svg`, POST
//! `/sessions/{sessionId}/terminate`, PUT `/sessions/{sessionId}/participants/me`, GET
//! `/sessions/{sessionId}/participants`, PUT and DELETE `/sessions/{sessionId}/hosts/{userId}`.

use std::net::IpAddr;

use actix_web::{HttpResponse, web};
use chrono::{DateTime, TimeDelta, Utc};

use super::dto::{ParticipantsResponse, SessionResponse, SessionsResponse};
use super::permissions::Refusal;
use super::{
    JoinCode, NewSession, Participant, Role, SessionChange, SessionId, SessionsError,
    SessionsService, qr,
};
use crate::config::PublicUrl;
use crate::http::ErrorCode::{
    Conflict, DatabaseUnavailable, Forbidden, InternalError, InvalidCursor, LoginRequired,
    NotFound, Overloaded, QuestionLocked, SessionEnded, ValidationFailed,
};
use crate::http::client_address::ClientAddress;
use crate::http::{ApiError, ErrorCode, Id, Ids, Json, PageQuery};
use crate::users::{CurrentUser, UserId};

impl From<SessionsError> for ApiError {
    fn from(error: SessionsError) -> Self {
        match error {
            SessionsError::NoSuchSession | SessionsError::NoSuchParticipant => NotFound.into(),
            SessionsError::OwnRole | SessionsError::TooMany => Conflict.into(),
            SessionsError::Expiry(invalid) => Self::invalid("expiresAt", invalid),
            SessionsError::Refused(refusal) => ErrorCode::from(refusal).into(),
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
        }
    }
}

/// Open a session
///
/// Whoever opens it is its one super host. An account may open 1,000 sessions.
///
/// # Errors
/// 400, 401, 403 for a guest, 409 for one session too many, 503.
#[utoipa::path(
    post, path = "/api/sessions", tag = "sessions",
    request_body(content = NewSession, examples(
        ("en" = (summary = "English", value = json!({ "title": "All hands, March" }))),
        ("ko" = (summary = "한국어", value = json!({ "title": "3월 전체 회의" }))),
    )),
    responses((status = 201, description = "The session.", body = SessionResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([LoginRequired, Conflict, Overloaded])))
)]
pub async fn open_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    Json(new): Json<NewSession>,
) -> Result<HttpResponse, ApiError> {
    let opened = sessions.open(me, new).await?;
    Ok(HttpResponse::Created().json(SessionResponse::new(opened, sessions.now())))
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
    me: CurrentUser,
    page: PageQuery,
) -> Result<HttpResponse, ApiError> {
    let after = page.after(|(opened, _): &(DateTime<Utc>, SessionId)| {
        // What every database can compare.
        (*opened - DateTime::UNIX_EPOCH).abs() < TimeDelta::days(365 * 1_000)
    })?;
    let found = sessions.list(me, after, page.limit as usize).await?;
    Ok(HttpResponse::Ok().json(SessionsResponse::new(found, sessions.now())))
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
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, sessions.now())))
}

/// Find a session by its join code
///
/// In whatever case. A network that asks for many codes that nobody has is held up.
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
    me: Option<CurrentUser>,
    Id(code): Id<JoinCode>,
) -> Result<HttpResponse, ApiError> {
    let session = sessions.get_by_code(code, me).await?;
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, sessions.now())))
}

/// Change my session
///
/// The super host's; not once it has ended.
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
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, sessions.now())))
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
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, sessions.now())))
}

/// Enter a session
///
/// On purpose: a named account is seen in the list of participants from then on. Whoever writes
/// enters by that, too. May be repeated.
///
/// # Errors
/// 401, 403 once it has ended, 404, 503.
#[utoipa::path(
    put, path = "/api/sessions/{sessionId}/participants/me", tag = "participants",
    params(("sessionId" = String, Path)),
    responses((status = 200, description = "Me, as others see me.", body = Participant)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotFound, Overloaded])))
)]
pub async fn enter_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
) -> Result<HttpResponse, ApiError> {
    let participant = sessions.enter(me, session_id).await?;
    Ok(HttpResponse::Ok().json(participant))
}

/// List participants
///
/// For those who take part. Listed are hosts and whoever entered on purpose or wrote under a
/// nickname, hosts first.
///
/// # Errors
/// 400, 401, 403 for who does not take part, 404, 503.
#[utoipa::path(
    get, path = "/api/sessions/{sessionId}/participants", tag = "participants",
    params(("sessionId" = String, Path), PageQuery),
    responses((status = 200, description = "A page of participants.", body = ParticipantsResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([ValidationFailed, InvalidCursor, Forbidden, NotFound])))
)]
pub async fn list_participants(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    page: PageQuery,
) -> Result<HttpResponse, ApiError> {
    let after = page.after(|_: &(Role, UserId)| true)?;
    let limit = page.limit as usize;
    let found = sessions.list_participants(me, session_id, after, limit);
    Ok(HttpResponse::Ok().json(ParticipantsResponse::from(found.await?)))
}

/// Make a participant a host
///
/// The super host makes a listed participant a sub host. May be repeated.
///
/// # Errors
/// 401, 403, 404 for who is not listed, 409 for oneself, 503.
#[utoipa::path(
    put, path = "/api/sessions/{sessionId}/hosts/{userId}", tag = "participants",
    params(("sessionId" = String, Path), ("userId" = i64, Path, minimum = 1)),
    responses((status = 200, description = "The sub host.", body = Participant)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn grant_host(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    address: ClientAddress,
    ids: Ids<SessionId, UserId>,
) -> Result<HttpResponse, ApiError> {
    change_host(&sessions, me, ids, true, address.0).await
}

/// Make a host a participant again
///
/// The super host's. It holds with the next request. May be repeated.
///
/// # Errors
/// 401, 403, 404 for who is not listed, 409 for oneself, 503.
#[utoipa::path(
    delete, path = "/api/sessions/{sessionId}/hosts/{userId}", tag = "participants",
    params(("sessionId" = String, Path), ("userId" = i64, Path, minimum = 1)),
    responses((status = 200, description = "The participant.", body = Participant)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn revoke_host(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    address: ClientAddress,
    ids: Ids<SessionId, UserId>,
) -> Result<HttpResponse, ApiError> {
    change_host(&sessions, me, ids, false, address.0).await
}

async fn change_host(
    sessions: &SessionsService,
    me: CurrentUser,
    Ids(session_id, user_id): Ids<SessionId, UserId>,
    is_host: bool,
    ip: Option<IpAddr>,
) -> Result<HttpResponse, ApiError> {
    let changed = sessions.change_host(me, session_id, user_id, is_host, ip);
    Ok(HttpResponse::Ok().json(changed.await?))
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
