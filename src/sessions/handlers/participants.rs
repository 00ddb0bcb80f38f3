//! PUT and DELETE `/sessions/{sessionId}/participants/me`, GET
//! `/sessions/{sessionId}/participants`, PUT `/sessions/{sessionId}/super-host`, PUT and DELETE
//! `/sessions/{sessionId}/hosts/{userId}`.

use std::net::IpAddr;

use actix_web::{HttpResponse, web};

use crate::http::ErrorCode::{
    Conflict, Forbidden, InvalidCursor, NotFound, Overloaded, SessionEnded, ValidationFailed,
};
use crate::http::client_address::ClientAddress;
use crate::http::{ApiError, Cursors, Id, Ids, Json, PageQuery};
use crate::sessions::dto::{EnterRequest, HandOverRequest, ParticipantsResponse};
use crate::sessions::{Participant, SessionId, SessionsService};
use crate::users::{CurrentUser, UserId};

/// Enter a session
///
/// On purpose: a named account is seen in the list of participants from then on, unless `listed` is
/// false: then it is counted among those without a name, as guests always are. Nobody is taken off
/// the list by that. Whoever writes enters by that, too. May be repeated.
///
/// # Errors
/// 401, 403 once it has ended, 404, 503.
#[utoipa::path(
    put, path = "/api/sessions/{sessionId}/participants/me", tag = "participants",
    params(("sessionId" = String, Path)),
    request_body(
        content = EnterRequest, description = "May be left out.",
        examples(
            ("en" = (summary = "English, listed", value = json!({}))),
            ("ko" = (summary = "한국어, 목록에 없이", value = json!({ "listed": false }))),
        )
    ),
    responses((status = 200, description = "Me, as others see me.", body = Participant)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotFound, Overloaded])))
)]
pub async fn enter_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
    Json(EnterRequest { listed }): Json<EnterRequest>,
) -> Result<HttpResponse, ApiError> {
    let network = address.network();
    let participant = sessions.enter(me, session_id, listed, network).await?;
    Ok(HttpResponse::Ok().json(participant))
}

/// Leave a session
///
/// It is not among my sessions any more, and nobody sees me in its list; what I wrote stays. A sub
/// host gives the role up. A super host's session goes to the sub host who serves longest. Also
/// once it has ended. May be repeated.
///
/// # Errors
/// 401, 404, 409 for a super host without sub hosts, 503.
#[utoipa::path(
    delete, path = "/api/sessions/{sessionId}/participants/me", tag = "participants",
    params(("sessionId" = String, Path)),
    responses((status = 204, description = "I take part no longer.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([NotFound, Conflict, Overloaded])))
)]
pub async fn leave_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
) -> Result<HttpResponse, ApiError> {
    sessions.leave(me, session_id, address.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Hand my session over
///
/// The super host makes a sub host the super host, and becomes a sub host. Also once the session
/// has ended.
///
/// # Errors
/// 400, 401, 403, 404 for who is not listed, 409 for oneself and for who is no sub host, 503.
#[utoipa::path(
    put, path = "/api/sessions/{sessionId}/super-host", tag = "participants",
    params(("sessionId" = String, Path)),
    request_body(content = HandOverRequest, examples(
        ("en" = (summary = "English", value = json!({ "userId": 4_035_225_266_123_964_u64 }))),
        ("ko" = (summary = "한국어", value = json!({ "userId": 4_035_225_266_123_964_u64 }))),
    )),
    responses((status = 200, description = "The super host.", body = Participant)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Conflict, Overloaded])))
)]
pub async fn hand_over_session(
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
    Json(request): Json<HandOverRequest>,
) -> Result<HttpResponse, ApiError> {
    let super_host = sessions.hand_over(me, session_id, request.user_id, address.0);
    Ok(HttpResponse::Ok().json(super_host.await?))
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
    cursors: web::Data<Cursors>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    page: PageQuery,
) -> Result<HttpResponse, ApiError> {
    let cursors = cursors.of(format!("participants of {}", session_id.to_text()));
    let after = cursors.after(&page)?;
    let limit = page.limit as usize;
    let found = sessions
        .list_participants(me, session_id, after, limit)
        .await?;
    Ok(HttpResponse::Ok().json(ParticipantsResponse::new(found, &cursors)))
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
/// The super host's, also once the session has ended. It holds with the next request. May be
/// repeated.
///
/// # Errors
/// 401, 403, 404 for who is not listed, 409 for oneself, 503.
#[utoipa::path(
    delete, path = "/api/sessions/{sessionId}/hosts/{userId}", tag = "participants",
    params(("sessionId" = String, Path), ("userId" = i64, Path, minimum = 1)),
    responses((status = 200, description = "The participant.", body = Participant)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Conflict, Overloaded])))
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
