//! POST `/questions/{questionId}/replies`, PATCH and DELETE `/replies/{replyId}`, PUT and DELETE
//! `/replies/{replyId}/pin` and `/replies/{replyId}/like`.

use actix_web::{HttpResponse, web};

use super::limits;

use crate::http::ErrorCode::{
    Conflict, Forbidden, Muted, NamesRequired, NotFound, NotOpen, Overloaded, QuestionLocked,
    SessionEnded, SlowDown,
};
use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::Limits;
use crate::http::{ApiError, Id, Json};
use crate::questions::dto::{BodyRequest, PinRequest};
use crate::questions::{Contribution, Liking, Place, QuestionId, QuestionsService, Reply, ReplyId};
use crate::retries::handlers::{create_within, created};
use crate::retries::{KeyParameter, Retriable};
use crate::users::CurrentUser;

/// Reply to a question
///
/// Whoever replies takes part in the session from then on. What guests write is anonymous. A
/// question takes 1,000 replies, and 100 beyond that which hosts write under their nicknames.
///
/// # Errors
/// 400, 401, 403 once the session has ended, 404, 409 for one reply too many and for a key of
/// another request, 429, 503.
#[utoipa::path(
    post, path = "/api/questions/{questionId}/replies", tag = "replies",
    params(("questionId" = String, Path), KeyParameter),
    request_body(content = Contribution, examples(
        ("en" = (summary = "English", value = json!({ "body": "In March." }))),
        ("ko" = (summary = "한국어, 익명", value = json!({ "body": "3월입니다.", "anonymous": true }))),
    )),
    responses((status = 201, description = "The reply.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotOpen, NamesRequired, Muted, NotFound, Conflict, SlowDown, Overloaded])))
)]
pub async fn reply_to_question(
    questions: web::Data<QuestionsService>,
    limits: web::Data<Limits>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
    address: ClientAddress,
    Retriable { value, retry }: Retriable<Contribution>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::Question(question_id);
    let counted = limits::count(&limits, &questions, me, place, address, value.anonymous);
    let taken = counted.await?;
    let reply = async |retry| questions.reply(me, question_id, value, retry).await;
    let find = async |retry| questions.find_written(me, retry).await;
    let written = create_within(&limits, taken, retry, reply, find).await?;
    Ok(created(written))
}

/// Change my reply
///
/// While it is not pinned and nobody else likes it. In the first two minutes a like does not keep
/// its author from changing it; the likes of others are taken back then.
///
/// # Errors
/// 400, 401, 403, 404, 409 for one too many to review, 503.
#[utoipa::path(
    patch, path = "/api/replies/{replyId}", tag = "replies",
    params(("replyId" = String, Path)),
    request_body(content = BodyRequest, examples(
        ("en" = (summary = "English", value = json!({ "body": "In April." }))),
        ("ko" = (summary = "한국어", value = json!({ "body": "4월입니다." }))),
    )),
    responses((status = 200, description = "The reply as it is now.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, QuestionLocked, NotOpen, NamesRequired, Muted, NotFound, Conflict, Overloaded])))
)]
pub async fn edit_reply(
    questions: web::Data<QuestionsService>,
    limits: web::Data<Limits>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
    address: ClientAddress,
    Json(BodyRequest { body }): Json<BodyRequest>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::Reply(reply_id);
    limits::count_edit(&limits, &questions, me, place, address).await?;
    let reply = questions.edit_reply(me, reply_id, body).await?;
    Ok(HttpResponse::Ok().json(reply))
}

/// Delete a reply
///
/// Its author or a host, also once the session has ended. Its words are gone from every answer.
/// Where its author deletes it, its place stays.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    delete, path = "/api/replies/{replyId}", tag = "replies",
    params(("replyId" = String, Path)),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Overloaded])))
)]
pub async fn delete_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    questions.delete_reply(me, reply_id, address.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Pin a reply
///
/// A host puts it first: the words that were seen, if their `revision` is given. May be repeated.
///
/// # Errors
/// 400, 401, 403, 404, 409 where the words are others, 503.
#[utoipa::path(
    put, path = "/api/replies/{replyId}/pin", tag = "replies",
    params(("replyId" = String, Path)),
    request_body(
        content = PinRequest, description = "May be left out.",
        examples(
            ("en" = (summary = "English", value = json!({ "revision": 0 }))),
            ("ko" = (summary = "한국어", value = json!({ "revision": 0 }))),
        )
    ),
    responses((status = 200, description = "The reply as it is now.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn pin_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
    Json(request): Json<PinRequest>,
) -> Result<HttpResponse, ApiError> {
    let pinned = questions.pin_reply(me, reply_id, true, request.revision);
    let reply = pinned.await?;
    Ok(HttpResponse::Ok().json(reply))
}

/// Unpin a reply
///
/// A host's. May be repeated.
///
/// # Errors
/// 401, 403, 404, 409 where not everybody sees it, 503.
#[utoipa::path(
    delete, path = "/api/replies/{replyId}/pin", tag = "replies",
    params(("replyId" = String, Path)),
    responses((status = 200, description = "The reply as it is now.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn unpin_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    let reply = questions.pin_reply(me, reply_id, false, None).await?;
    Ok(HttpResponse::Ok().json(reply))
}

/// Like a reply
///
/// One's own, too; each participant once. Whoever likes takes part from then on, unseen. May be
/// repeated.
///
/// # Errors
/// 401, 403 once the session has ended, 404, 409 for one like of a guest too many, 503.
#[utoipa::path(
    put, path = "/api/replies/{replyId}/like", tag = "replies",
    params(("replyId" = String, Path)),
    responses((status = 200, description = "What it is now.", body = Liking)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotOpen, NamesRequired, Muted, NotFound, Conflict, Overloaded])))
)]
pub async fn like_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    let liking = questions.like_reply(me, reply_id, true).await?;
    Ok(HttpResponse::Ok().json(liking))
}

/// Take back a like of a reply
///
/// It lets nobody in. May be repeated.
///
/// # Errors
/// 401, 403 once the session has ended, 404, 409 where not everybody sees it, 503.
#[utoipa::path(
    delete, path = "/api/replies/{replyId}/like", tag = "replies",
    params(("replyId" = String, Path)),
    responses((status = 200, description = "What it is now.", body = Liking)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotOpen, NotFound, Conflict, Overloaded])))
)]
pub async fn unlike_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    let liking = questions.like_reply(me, reply_id, false).await?;
    Ok(HttpResponse::Ok().json(liking))
}
