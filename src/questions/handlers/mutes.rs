//! POST `/questions/{questionId}/author/mute` and `/replies/{replyId}/author/mute`, GET
//! `/sessions/{sessionId}/mutes`, DELETE `/sessions/{sessionId}/mutes/{muteId}`.

use actix_web::{HttpResponse, web};

use crate::http::ErrorCode::{
    Conflict, Forbidden, InvalidCursor, NotFound, Overloaded, SessionEnded, ValidationFailed,
};
use crate::http::client_address::ClientAddress;
use crate::http::{ApiError, Cursors, Id, Ids, Json, PageQuery};
use crate::questions::dto::moderation::{MuteRequest, MutesResponse};
use crate::questions::{QuestionId, QuestionsService, ReplyId};
use crate::sessions::{MuteId, SessionId};
use crate::users::CurrentUser;

/// Mute who asked a question
///
/// A host's. By an anonymous question: whoever wrote it does nothing anonymous here any more, likes
/// included; the answer is the same whoever that is. By one under a nickname: that account neither
/// asks, replies, edits nor likes here any more. Who is muted may still delete. Also once the
/// session has ended, but for `removeAll`. May be repeated.
///
/// # Errors
/// 400, 401, 403, 404, 409 where it stands under the nickname of a host, 503.
#[utoipa::path(
    post, path = "/api/questions/{questionId}/author/mute", tag = "review",
    params(("questionId" = String, Path)),
    request_body(
        content = MuteRequest, description = "May be left out.",
        examples(
            ("en" = (summary = "English", value = json!({ "removeAll": false }))),
            ("ko" = (summary = "한국어", value = json!({ "removeAll": false }))),
        )
    ),
    responses((status = 204, description = "Whoever wrote it is muted.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn mute_asker(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(question_id): Id<QuestionId>,
    Json(MuteRequest { remove_all }): Json<MuteRequest>,
) -> Result<HttpResponse, ApiError> {
    let muted = questions.mute_asker(me, question_id, remove_all, address.0);
    muted.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Mute who wrote a reply
///
/// As for a question.
///
/// # Errors
/// 400, 401, 403, 404, 409 where it stands under the nickname of a host, 503.
#[utoipa::path(
    post, path = "/api/replies/{replyId}/author/mute", tag = "review",
    params(("replyId" = String, Path)),
    request_body(
        content = MuteRequest, description = "May be left out.",
        examples(
            ("en" = (summary = "English", value = json!({ "removeAll": false }))),
            ("ko" = (summary = "한국어", value = json!({ "removeAll": false }))),
        )
    ),
    responses((status = 204, description = "Whoever wrote it is muted.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn mute_replier(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(reply_id): Id<ReplyId>,
    Json(MuteRequest { remove_all }): Json<MuteRequest>,
) -> Result<HttpResponse, ApiError> {
    let muted = questions.mute_replier(me, reply_id, remove_all, address.0);
    muted.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List the mutes of a session
///
/// For hosts, the newest first: one for each question or reply that somebody was muted by. Two of
/// one person are two, and nothing tells that they are.
///
/// # Errors
/// 400, 401, 403 for who is no host, 404, 503.
#[utoipa::path(
    get, path = "/api/sessions/{sessionId}/mutes", tag = "review",
    params(("sessionId" = String, Path), PageQuery),
    responses((status = 200, description = "A page of mutes.", body = MutesResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([ValidationFailed, InvalidCursor, Forbidden, NotFound])))
)]
pub async fn list_mutes(
    questions: web::Data<QuestionsService>,
    cursors: web::Data<Cursors>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    page: PageQuery,
) -> Result<HttpResponse, ApiError> {
    let cursors = cursors.of(format!("mutes of {}", session_id.to_text()));
    let after = cursors.after(&page)?;
    let found = questions.list_mutes(me, session_id, after, page.limit as usize);
    Ok(HttpResponse::Ok().json(MutesResponse::new(found.await?, &cursors)))
}

/// Take a mute back
///
/// A host's, also once the session has ended. Whoever it was stays muted while another mute of
/// theirs stands.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    delete, path = "/api/sessions/{sessionId}/mutes/{muteId}", tag = "review",
    params(("sessionId" = String, Path), ("muteId" = String, Path)),
    responses((status = 204, description = "It is taken back.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Overloaded])))
)]
pub async fn unmute(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Ids(session_id, mute_id): Ids<SessionId, MuteId>,
) -> Result<HttpResponse, ApiError> {
    questions.unmute(me, session_id, mute_id, address.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
