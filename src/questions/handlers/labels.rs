//! PUT `/sessions/{sessionId}/labels` and `/questions/{questionId}/labels`, PUT and DELETE
//! `/sessions/{sessionId}/current`, POST `/questions/{questionId}/merge`.

use actix_web::{HttpResponse, web};

use crate::http::ErrorCode::{Conflict, Forbidden, NotFound, Overloaded, SessionEnded};
use crate::http::client_address::ClientAddress;
use crate::http::{ApiError, Id, Json};
use crate::questions::dto::moderation::{
    CurrentRequest, LabelQuestionRequest, LabelsRequest, MergeRequest,
};
use crate::questions::{Question, QuestionId, QuestionsService};
use crate::sessions::{SessionId, SessionResponse, SessionsService};
use crate::users::CurrentUser;

/// Change the labels of a session
///
/// A host's: these in place of those that there were. What is left out is taken off the questions.
///
/// # Errors
/// 400, 401, 403, 404, 409 where the session has changed since, and for a label that it does not
/// have, 503.
#[utoipa::path(
    put, path = "/api/sessions/{sessionId}/labels", tag = "review",
    params(("sessionId" = String, Path)),
    request_body(content = LabelsRequest, examples(
        ("en" = (summary = "English", value = json!({ "labels": [{ "name": "Budget", "color": "teal" }] }))),
        ("ko" = (summary = "한국어", value = json!({ "labels": [{ "name": "예산", "color": "teal" }] }))),
    )),
    responses((status = 200, description = "The session as it is now.", body = SessionResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn change_labels(
    questions: web::Data<QuestionsService>,
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    Json(LabelsRequest { labels, change }): Json<LabelsRequest>,
) -> Result<HttpResponse, ApiError> {
    let changed = questions.change_labels(me, session_id, labels, change);
    let session = SessionResponse::new(changed.await?, &sessions);
    Ok(HttpResponse::Ok().json(session))
}

/// Put a question under labels
///
/// A host's: under these alone. May be repeated.
///
/// # Errors
/// 400, 401, 403, 404, 409 for a label that the session does not have and where the question was
/// merged, 503.
#[utoipa::path(
    put, path = "/api/questions/{questionId}/labels", tag = "review",
    params(("questionId" = String, Path)),
    request_body(content = LabelQuestionRequest, examples(
        ("en" = (summary = "English", value = json!({ "labelIds": [] }))),
        ("ko" = (summary = "한국어", value = json!({ "labelIds": [] }))),
    )),
    responses((status = 200, description = "The question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn label_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
    Json(LabelQuestionRequest { label_ids }): Json<LabelQuestionRequest>,
) -> Result<HttpResponse, ApiError> {
    let question = questions.label(me, question_id, label_ids).await?;
    Ok(HttpResponse::Ok().json(question))
}

/// Choose the question that is being answered now
///
/// A host's: there is one at most, and a closed one may be. The words that were seen are chosen, if
/// their `revision` is given. May be repeated.
///
/// # Errors
/// 400, 401, 403, 404, 409 where not everybody sees it or the words are others, 503.
#[utoipa::path(
    put, path = "/api/sessions/{sessionId}/current", tag = "review",
    params(("sessionId" = String, Path)),
    request_body(content = CurrentRequest, examples(
        ("en" = (summary = "English", value = json!({ "questionId": "pWkFqbhoRCaU1rFnnRyZ8Q", "revision": 0 }))),
        ("ko" = (summary = "한국어", value = json!({ "questionId": "pWkFqbhoRCaU1rFnnRyZ8Q", "revision": 0 }))),
    )),
    responses((status = 200, description = "The session as it is now.", body = SessionResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn choose_question(
    questions: web::Data<QuestionsService>,
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    Json(request): Json<CurrentRequest>,
) -> Result<HttpResponse, ApiError> {
    let chosen = Some((request.question_id, request.revision));
    let session = questions.choose(me, session_id, chosen).await?;
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, &sessions)))
}

/// Answer no question any more
///
/// A host's. May be repeated.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    delete, path = "/api/sessions/{sessionId}/current", tag = "review",
    params(("sessionId" = String, Path)),
    responses((status = 200, description = "The session as it is now.", body = SessionResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Overloaded])))
)]
pub async fn clear_current_question(
    questions: web::Data<QuestionsService>,
    sessions: web::Data<SessionsService>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
) -> Result<HttpResponse, ApiError> {
    let session = questions.choose(me, session_id, None).await?;
    Ok(HttpResponse::Ok().json(SessionResponse::new(session, &sessions)))
}

/// Merge a question into another one
///
/// A host's. The other one has the likes of both, one of each person, and the replies to both. The
/// merged one is closed and in no list but that of who asked it, and takes nothing any more.
///
/// # Errors
/// 400, 401, 403, 404, 409 where not everybody sees both, where one was merged, for the words of
/// another `revision` and for more than 1,000 replies together, 503.
#[utoipa::path(
    post, path = "/api/questions/{questionId}/merge", tag = "review",
    params(("questionId" = String, Path)),
    request_body(content = MergeRequest, examples(
        ("en" = (summary = "English", value = json!({ "into": "pWkFqbhoRCaU1rFnnRyZ8Q", "revision": 0 }))),
        ("ko" = (summary = "한국어", value = json!({ "into": "pWkFqbhoRCaU1rFnnRyZ8Q", "revision": 0 }))),
    )),
    responses((status = 200, description = "The other question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn merge_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(question_id): Id<QuestionId>,
    Json(MergeRequest { into, revision }): Json<MergeRequest>,
) -> Result<HttpResponse, ApiError> {
    let merged = questions.merge(me, question_id, into, revision, address.0);
    Ok(HttpResponse::Ok().json(merged.await?))
}
