//! POST `/questions/{questionId}/approve` and `/dismiss`, `/replies/{replyId}/approve` and
//! `/dismiss`, `/sessions/{sessionId}/approve-all` and `/dismiss-all`, GET
//! `/sessions/{sessionId}/replies`.

use std::net::IpAddr;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::ErrorCode::{
    Conflict, Forbidden, InvalidCursor, NotFound, Overloaded, SessionEnded, ValidationFailed,
};
use crate::http::client_address::ClientAddress;
use crate::http::{ApiError, Cursors, Id, Json};
use crate::questions::dto::moderation::{
    ApproveRequest, JudgeAllRequest, JudgedResponse, RepliesQuery, RepliesResponse, ReplyOrder,
};
use crate::questions::{Question, QuestionId, QuestionsService, Reply, ReplyId, Verdict};
use crate::sessions::SessionId;
use crate::users::CurrentUser;

/// Approve a question
///
/// A host lets everybody see it, with the words of the `revision` that the host has seen. May be
/// repeated.
///
/// # Errors
/// 400, 401, 403, 404, 409 where the words are others, where it was merged, and for one question
/// too many, 503.
#[utoipa::path(
    post, path = "/api/questions/{questionId}/approve", tag = "review",
    params(("questionId" = String, Path)),
    request_body(content = ApproveRequest, examples(
        ("en" = (summary = "English", value = json!({ "revision": 0 }))),
        ("ko" = (summary = "한국어", value = json!({ "revision": 0 }))),
    )),
    responses((status = 200, description = "The question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn approve_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
    Json(ApproveRequest { revision }): Json<ApproveRequest>,
) -> Result<HttpResponse, ApiError> {
    let question = questions.approve(me, question_id, revision).await?;
    Ok(HttpResponse::Ok().json(question))
}

/// Dismiss a question
///
/// A host lets hosts and its author alone see it. It is not pinned and not answered now any more;
/// approving brings it back. Also once the session has ended. May be repeated.
///
/// # Errors
/// 401, 403, 404, 409 where it was merged, 503.
#[utoipa::path(
    post, path = "/api/questions/{questionId}/dismiss", tag = "review",
    params(("questionId" = String, Path)),
    responses((status = 200, description = "The question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Conflict, Overloaded])))
)]
pub async fn dismiss_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(question_id): Id<QuestionId>,
) -> Result<HttpResponse, ApiError> {
    let question = questions.dismiss(me, question_id, address.0).await?;
    Ok(HttpResponse::Ok().json(question))
}

/// Approve a reply
///
/// A host lets those see it who see the question, with the words of the `revision` that the host
/// has seen. May be repeated.
///
/// # Errors
/// 400, 401, 403, 404, 409 where the words are others and for one reply too many, 503.
#[utoipa::path(
    post, path = "/api/replies/{replyId}/approve", tag = "review",
    params(("replyId" = String, Path)),
    request_body(content = ApproveRequest, examples(
        ("en" = (summary = "English", value = json!({ "revision": 0 }))),
        ("ko" = (summary = "한국어", value = json!({ "revision": 0 }))),
    )),
    responses((status = 200, description = "The reply as it is now.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn approve_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(reply_id): Id<ReplyId>,
    Json(ApproveRequest { revision }): Json<ApproveRequest>,
) -> Result<HttpResponse, ApiError> {
    let reply = questions.approve_reply(me, reply_id, revision).await?;
    Ok(HttpResponse::Ok().json(reply))
}

/// Dismiss a reply
///
/// A host lets hosts and its author alone see it. Also once the session has ended. May be repeated.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    post, path = "/api/replies/{replyId}/dismiss", tag = "review",
    params(("replyId" = String, Path)),
    responses((status = 200, description = "The reply as it is now.", body = Reply)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Overloaded])))
)]
pub async fn dismiss_reply(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(reply_id): Id<ReplyId>,
) -> Result<HttpResponse, ApiError> {
    let reply = questions.dismiss_reply(me, reply_id, address.0).await?;
    Ok(HttpResponse::Ok().json(reply))
}

/// Approve everything that waits
///
/// A host lets everybody see the questions and replies that wait for review and have not changed
/// since `upTo`. What there is no room for goes on waiting.
///
/// # Errors
/// 400, 401, 403, 404, 409 for a `change` that is none of the session's hosts, 503.
#[utoipa::path(
    post, path = "/api/sessions/{sessionId}/approve-all", tag = "review",
    params(("sessionId" = String, Path)),
    request_body(content = JudgeAllRequest, examples(
        ("en" = (summary = "English", value = json!({ "upTo": "7k2m9q-h41" }))),
        ("ko" = (summary = "한국어", value = json!({ "upTo": "7k2m9q-h41" }))),
    )),
    responses((status = 200, description = "How many were approved.", body = JudgedResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn approve_all(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
    Json(request): Json<JudgeAllRequest>,
) -> Result<HttpResponse, ApiError> {
    let verdict = Verdict::Approve;
    judge_all(&questions, me, session_id, request, verdict, address.0).await
}

/// Dismiss everything that waits
///
/// A host lets hosts and their authors alone see the questions and replies that wait for review and
/// have not changed since `upTo`. Also once the session has ended.
///
/// # Errors
/// 400, 401, 403, 404, 409 for a `change` that is none of the session's hosts, 503.
#[utoipa::path(
    post, path = "/api/sessions/{sessionId}/dismiss-all", tag = "review",
    params(("sessionId" = String, Path)),
    request_body(content = JudgeAllRequest, examples(
        ("en" = (summary = "English", value = json!({ "upTo": "7k2m9q-h41" }))),
        ("ko" = (summary = "한국어", value = json!({ "upTo": "7k2m9q-h41" }))),
    )),
    responses((status = 200, description = "How many were dismissed.", body = JudgedResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, NotFound, Conflict, Overloaded])))
)]
pub async fn dismiss_all(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
    Json(request): Json<JudgeAllRequest>,
) -> Result<HttpResponse, ApiError> {
    let verdict = Verdict::Dismiss;
    judge_all(&questions, me, session_id, request, verdict, address.0).await
}

async fn judge_all(
    questions: &QuestionsService,
    me: CurrentUser,
    session_id: SessionId,
    JudgeAllRequest { up_to }: JudgeAllRequest,
    verdict: Verdict,
    ip: Option<IpAddr>,
) -> Result<HttpResponse, ApiError> {
    let judged = questions.judge_all(me, session_id, up_to, verdict, ip);
    let count = judged.await?;
    Ok(HttpResponse::Ok().json(JudgedResponse { count }))
}

/// List the replies that wait for review
///
/// For hosts: or those that were dismissed. Questions are listed with the others.
///
/// # Errors
/// 400, 401, 403 for who is no host, 404, 503.
#[utoipa::path(
    get, path = "/api/sessions/{sessionId}/replies", tag = "review",
    params(("sessionId" = String, Path), ReplyOrder, crate::http::PageQuery),
    responses((status = 200, description = "A page of replies.", body = RepliesResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([ValidationFailed, InvalidCursor, Forbidden, NotFound])))
)]
pub async fn list_replies_in_review(
    questions: web::Data<QuestionsService>,
    cursors: web::Data<Cursors>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let RepliesQuery { page, order } = RepliesQuery::parse(request.query_string())?;
    let (sort, review): (&str, &str) = (order.sort.into(), order.review.into());
    let cursors = cursors.of(format!(
        "{sort} {review} replies of {}",
        session_id.to_text()
    ));
    let behind = (order.sort, cursors.after(&page)?);
    let limit = page.limit as usize;
    let found = questions.list_replies(me, session_id, order.review, behind, limit);
    Ok(HttpResponse::Ok().json(RepliesResponse::new(found.await?, &cursors)))
}
