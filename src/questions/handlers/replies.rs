//! POST `/questions/{questionId}/replies`, PATCH and DELETE `/replies/{replyId}`, PUT and DELETE
//! `/replies/{replyId}/pin` and `/replies/{replyId}/like`.

use actix_web::{HttpResponse, web};

use crate::http::ErrorCode::{Conflict, Forbidden, NotFound, Overloaded, SessionEnded};
use crate::http::{ApiError, Id, Json};
use crate::questions::dto::BodyRequest;
use crate::questions::{Contribution, Liking, QuestionId, QuestionsService, Reply, ReplyId};
use crate::users::CurrentUser;

/// Reply to a question
///
/// Whoever replies takes part in the session from then on. What guests write is anonymous. A
/// question takes 1,000 replies, and 100 of hosts beyond that.
///
/// # Errors
/// 400, 401, 403 once the session has ended, 404, 409 for one reply too many, 503.
#[utoipa::path(
    post, path = "/api/questions/{questionId}/replies", tag = "replies",
    params(("questionId" = i64, Path, minimum = 1)),
    request_body(content = Contribution, examples(
        ("en" = (summary = "English", value = json!({ "body": "In March." }))),
        ("ko" = (summary = "한국어, 익명", value = json!({ "body": "3월입니다.", "anonymous": true }))),
    )),
    responses((status = 201, description = "The reply.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn reply_to_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
    Json(contribution): Json<Contribution>,
) -> Result<HttpResponse, ApiError> {
    let reply = questions.reply(me, question_id, contribution).await?;
    Ok(HttpResponse::Created().json(reply))
}

/// Change my reply
///
/// # Errors
/// 400, 401, 403, 404, 503.
#[utoipa::path(
    patch, path = "/api/replies/{replyId}", tag = "replies",
    params(("replyId" = i64, Path, minimum = 1)),
    request_body(content = BodyRequest, examples(
        ("en" = (summary = "English", value = json!({ "body": "In April." }))),
        ("ko" = (summary = "한국어", value = json!({ "body": "4월입니다." }))),
    )),
    responses((status = 200, description = "The reply as it is now.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Overloaded])))
)]
pub async fn edit_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
    Json(request): Json<BodyRequest>,
) -> Result<HttpResponse, ApiError> {
    let reply = questions.edit_reply(me, reply_id, request.body).await?;
    Ok(HttpResponse::Ok().json(reply))
}

/// Delete a reply
///
/// Its author, or a host. Its place stays; its words are gone from every answer.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    delete, path = "/api/replies/{replyId}", tag = "replies",
    params(("replyId" = i64, Path, minimum = 1)),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Overloaded])))
)]
pub async fn delete_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    questions.delete_reply(me, reply_id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Pin a reply
///
/// A host puts it first. May be repeated.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    put, path = "/api/replies/{replyId}/pin", tag = "replies",
    params(("replyId" = i64, Path, minimum = 1)),
    responses((status = 200, description = "The reply as it is now.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Overloaded])))
)]
pub async fn pin_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    let reply = questions.pin_reply(me, reply_id, true).await?;
    Ok(HttpResponse::Ok().json(reply))
}

/// Unpin a reply
///
/// A host's. May be repeated.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    delete, path = "/api/replies/{replyId}/pin", tag = "replies",
    params(("replyId" = i64, Path, minimum = 1)),
    responses((status = 200, description = "The reply as it is now.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Overloaded])))
)]
pub async fn unpin_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    let reply = questions.pin_reply(me, reply_id, false).await?;
    Ok(HttpResponse::Ok().json(reply))
}

/// Like a reply
///
/// One's own, too; each participant once. Whoever likes takes part from then on, unseen. May be
/// repeated.
///
/// # Errors
/// 401, 403 once the session has ended, 404, 503.
#[utoipa::path(
    put, path = "/api/replies/{replyId}/like", tag = "replies",
    params(("replyId" = i64, Path, minimum = 1)),
    responses((status = 200, description = "What it is now.", body = Liking)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotFound, Overloaded])))
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
/// Whoever does takes part from then on, unseen. May be repeated.
///
/// # Errors
/// 401, 403 once the session has ended, 404, 503.
#[utoipa::path(
    delete, path = "/api/replies/{replyId}/like", tag = "replies",
    params(("replyId" = i64, Path, minimum = 1)),
    responses((status = 200, description = "What it is now.", body = Liking)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotFound, Overloaded])))
)]
pub async fn unlike_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    let liking = questions.like_reply(me, reply_id, false).await?;
    Ok(HttpResponse::Ok().json(liking))
}
