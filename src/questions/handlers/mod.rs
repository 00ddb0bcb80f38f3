//! GET and POST `/sessions/{sessionId}/questions`, GET, PATCH and DELETE `/questions/{questionId}`,
//! PUT and DELETE `/questions/{questionId}/pin`, `/questions/{questionId}/close` and
//! `/questions/{questionId}/like`. What is done to replies is beside this file.

pub mod export;
pub mod labels;
mod limits;
pub mod mutes;
pub mod replies;
pub mod review;

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};

use super::dto::{
    BodyRequest, Order, PinRequest, QuestionsQuery, QuestionsResponse, ThreadResponse,
};
use super::{
    Contribution, Liking, Listing, Question, QuestionId, QuestionsError, QuestionsService, Review,
};
use crate::http::ErrorCode::{
    Conflict, DatabaseUnavailable, Forbidden, InternalError, InvalidCursor, MissingToken, Muted,
    NamesRequired, NotFound, NotOpen, Overloaded, QuestionLocked, SessionEnded, SlowDown,
    ValidationFailed,
};
use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::Limits;
use crate::http::{ApiError, Cursors, Fields, Id, Json, Obstacle, PageQuery};
use crate::questions::Place;
use crate::retries::handlers::{create_within, created};
use crate::retries::{KeyParameter, Retriable};
use crate::sessions::SessionId;
use crate::users::CurrentUser;

/// After which a workbook is likely to be finished.
const WORKBOOK_WAIT: Duration = Duration::from_secs(5);

impl From<QuestionsError> for ApiError {
    fn from(error: QuestionsError) -> Self {
        match error {
            QuestionsError::NoSuchQuestion | QuestionsError::NoSuchReply => NotFound.into(),
            QuestionsError::TooManyQuestions => Self::conflict(Obstacle::TooManyQuestions),
            QuestionsError::TooManyReplies => Self::conflict(Obstacle::TooManyReplies),
            QuestionsError::TooManyOfGuest => Self::conflict(Obstacle::TooManyOfGuest),
            QuestionsError::OtherRevision => Self::conflict(Obstacle::OtherRevision),
            QuestionsError::NoSuchMute => NotFound.into(),
            QuestionsError::TooManyPending => Self::conflict(Obstacle::TooManyPending),
            QuestionsError::TooManyPendingReplies => {
                Self::conflict(Obstacle::TooManyPendingReplies)
            }
            QuestionsError::NotApproved => Self::conflict(Obstacle::NotApproved),
            QuestionsError::Merged => Self::conflict(Obstacle::Merged),
            QuestionsError::MergedIntoItself => Self::conflict(Obstacle::MergedIntoItself),
            QuestionsError::TooManyRepliesToMerge => {
                Self::conflict(Obstacle::TooManyRepliesToMerge)
            }
            QuestionsError::MutedHost => Self::conflict(Obstacle::MutedHost),
            QuestionsError::Retry(error) => error.into(),
            QuestionsError::Session(error) => error.into(),
            QuestionsError::TooManyWorkbooks => Self::later(Overloaded, WORKBOOK_WAIT),
            QuestionsError::File(_) => Self::caused(InternalError, error),
            QuestionsError::Database(error) => error.into(),
        }
    }
}

/// Ask a question
///
/// Whoever asks takes part in the session from then on. What guests write is anonymous. A session
/// takes 10,000 questions; a guest may have 2,000 questions, replies and likes in all.
///
/// # Errors
/// 400, 401, 403 once the session has ended, 404, 409 for one question too many and for a key of
/// another request, 429, 503.
#[utoipa::path(
    post, path = "/api/sessions/{sessionId}/questions", tag = "questions",
    params(("sessionId" = String, Path), KeyParameter),
    request_body(content = Contribution, examples(
        ("en" = (summary = "English", value = json!({ "body": "When do we move?" }))),
        ("ko" = (summary = "한국어, 익명", value = json!({ "body": "이사는 언제인가요?", "anonymous": true }))),
    )),
    responses((status = 201, description = "The question.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotOpen, NamesRequired, Muted, NotFound, Conflict, SlowDown, Overloaded])))
)]
pub async fn ask_question(
    questions: web::Data<QuestionsService>,
    limits: web::Data<Limits>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    address: ClientAddress,
    Retriable { value, retry }: Retriable<Contribution>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::Session(session_id);
    let counted = limits::count(&limits, &questions, me, place, address, value.anonymous);
    let taken = counted.await?;
    let ask = async |retry| questions.ask(me, session_id, value, retry).await;
    let find = async |retry| questions.find_asked(me, session_id, retry).await;
    let asked = create_within(&limits, taken, retry, ask, find).await?;
    Ok(created(asked))
}

/// List the questions of a session
///
/// # Errors
/// 400, 401 for a bad token, and without one for what is mine or for hosts, 403 for a review that
/// hosts alone see, 404, 503.
#[utoipa::path(
    get, path = "/api/sessions/{sessionId}/questions", tag = "questions",
    params(("sessionId" = String, Path), Order, PageQuery),
    responses((status = 200, description = "A page of questions.", body = QuestionsResponse)),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([MissingToken, ValidationFailed, InvalidCursor, Forbidden, NotFound, DatabaseUnavailable])))
)]
pub async fn list_questions(
    questions: web::Data<QuestionsService>,
    (cursors, limits): (web::Data<Cursors>, web::Data<Limits>),
    me: Option<CurrentUser>,
    Id(session_id): Id<SessionId>,
    address: ClientAddress,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let QuestionsQuery { page, order } = QuestionsQuery::parse(request.query_string())?;
    // A page whose cookie has expired learns that it has to refresh.
    if me.is_none() && (order.mine || order.review != Review::Approved) {
        return Err(MissingToken.into());
    }
    if order.search.is_some() {
        limits::count_search(&limits, me, address)?;
    }
    let cursors = cursors.of(format!(
        "{} questions of {} for {:?}",
        order.name(),
        session_id.to_text(),
        me.filter(|_| order.mine).map(|it| it.user_id.get()),
    ));
    let wanted = Listing {
        sort: order.sort,
        state: order.state,
        review: order.review,
        label: order.label,
        is_mine: order.mine,
        search: order.search,
        after: cursors.after(&page)?,
        limit: page.limit as usize,
    };
    let found = questions.list(me, session_id, wanted).await?;
    Ok(HttpResponse::Ok().json(QuestionsResponse::new(found, &cursors)))
}

/// Get a question with its replies
///
/// Replies come in pages of 100: pinned ones first, then the oldest.
///
/// # Errors
/// 400, 401 for a bad token, 404, 503.
#[utoipa::path(
    get, path = "/api/questions/{questionId}", tag = "questions",
    params(
        ("questionId" = String, Path),
        ("cursor" = Option<String>, Query, pattern = "^[A-Za-z0-9_-]+$",
            description = "`nextCursor` of the replies before; the first ones without."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100,
            description = "How many replies at most; 100 where it is not said."),
    ),
    responses((status = 200, description = "The question.", body = ThreadResponse)),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([ValidationFailed, InvalidCursor, NotFound, DatabaseUnavailable])))
)]
pub async fn get_question(
    questions: web::Data<QuestionsService>,
    cursors: web::Data<Cursors>,
    me: Option<CurrentUser>,
    Id(question_id): Id<QuestionId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let take = |fields: &mut Fields| PageQuery::take_of(fields, PageQuery::MAX_LIMIT);
    let page = Fields::parse_query(request.query_string(), take)?;
    let cursors = cursors.of(format!("replies to {}", question_id.to_text()));
    let after = cursors.after(&page)?;
    let limit = page.limit as usize;
    let thread = questions.get(me, question_id, after, limit).await?;
    Ok(HttpResponse::Ok().json(ThreadResponse::new(thread, &cursors)))
}

/// Change my question
///
/// While it is open, is not pinned, has no living reply, and nobody else likes it. In the first two
/// minutes a like does not keep its author from changing it; the likes of others are taken back
/// then.
///
/// # Errors
/// 400, 401, 403, 404, 409 where it was merged and for one too many to review, 503.
#[utoipa::path(
    patch, path = "/api/questions/{questionId}", tag = "questions",
    params(("questionId" = String, Path)),
    request_body(content = BodyRequest, examples(
        ("en" = (summary = "English", value = json!({ "body": "When do we move, and where to?" }))),
        ("ko" = (summary = "한국어", value = json!({ "body": "이사는 언제, 어디로 가나요?" }))),
    )),
    responses((status = 200, description = "The question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, QuestionLocked, NotOpen, NamesRequired, Muted, NotFound, Conflict, Overloaded])))
)]
pub async fn edit_question(
    questions: web::Data<QuestionsService>,
    limits: web::Data<Limits>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
    address: ClientAddress,
    Json(BodyRequest { body }): Json<BodyRequest>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::Question(question_id);
    limits::count_edit(&limits, &questions, me, place, address).await?;
    let question = questions.edit(me, question_id, body).await?;
    Ok(HttpResponse::Ok().json(question))
}

/// Delete a question
///
/// Its author, while nobody has judged it, or a host. Its replies, all likes and what was merged
/// into it go with it, whoever wrote that. Also once the session has ended.
///
/// # Errors
/// 401, 403, 404, 503.
#[utoipa::path(
    delete, path = "/api/questions/{questionId}", tag = "questions",
    params(("questionId" = String, Path)),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, QuestionLocked, NotFound, Overloaded])))
)]
pub async fn delete_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    address: ClientAddress,
    Id(question_id): Id<QuestionId>,
) -> Result<HttpResponse, ApiError> {
    questions.delete(me, question_id, address.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Pin a question
///
/// A host puts it first: the words that were seen, if their `revision` is given. May be repeated.
///
/// # Errors
/// 400, 401, 403, 404, 409 where the words are others, 503.
#[utoipa::path(
    put, path = "/api/questions/{questionId}/pin", tag = "questions",
    params(("questionId" = String, Path)),
    request_body(
        content = PinRequest, description = "May be left out.",
        examples(
            ("en" = (summary = "English", value = json!({ "revision": 0 }))),
            ("ko" = (summary = "한국어", value = json!({ "revision": 0 }))),
        )
    ),
    responses((status = 200, description = "The question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn pin_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
    Json(request): Json<PinRequest>,
) -> Result<HttpResponse, ApiError> {
    let question = questions
        .pin(me, question_id, true, request.revision)
        .await?;
    Ok(HttpResponse::Ok().json(question))
}

/// Unpin a question
///
/// A host's. May be repeated.
///
/// # Errors
/// 401, 403, 404, 409 where not everybody sees it, 503.
#[utoipa::path(
    delete, path = "/api/questions/{questionId}/pin", tag = "questions",
    params(("questionId" = String, Path)),
    responses((status = 200, description = "The question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn unpin_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
) -> Result<HttpResponse, ApiError> {
    let question = questions.pin(me, question_id, false, None).await?;
    Ok(HttpResponse::Ok().json(question))
}

/// Close a question
///
/// A host has it dealt with: its author cannot change it any more; replies and likes go on. May be
/// repeated.
///
/// # Errors
/// 401, 403, 404, 409 where it was merged, 503.
#[utoipa::path(
    put, path = "/api/questions/{questionId}/close", tag = "questions",
    params(("questionId" = String, Path)),
    responses((status = 200, description = "The question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn close_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
) -> Result<HttpResponse, ApiError> {
    let question = questions.close(me, question_id, true).await?;
    Ok(HttpResponse::Ok().json(question))
}

/// Reopen a question
///
/// A host's. May be repeated.
///
/// # Errors
/// 401, 403, 404, 409 where it was merged, 503.
#[utoipa::path(
    delete, path = "/api/questions/{questionId}/close", tag = "questions",
    params(("questionId" = String, Path)),
    responses((status = 200, description = "The question as it is now.", body = Question)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Forbidden, SessionEnded, NotFound, Conflict, Overloaded])))
)]
pub async fn reopen_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
) -> Result<HttpResponse, ApiError> {
    let question = questions.close(me, question_id, false).await?;
    Ok(HttpResponse::Ok().json(question))
}

/// Like a question
///
/// One's own, too; each participant once. Whoever likes takes part from then on, unseen. May be
/// repeated.
///
/// # Errors
/// 401, 403 once the session has ended, 404, 409 for one like of a guest too many, 503.
#[utoipa::path(
    put, path = "/api/questions/{questionId}/like", tag = "questions",
    params(("questionId" = String, Path)),
    responses((status = 200, description = "What it is now.", body = Liking)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotOpen, NamesRequired, Muted, NotFound, Conflict, Overloaded])))
)]
pub async fn like_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
) -> Result<HttpResponse, ApiError> {
    let liking = questions.like(me, question_id, true).await?;
    Ok(HttpResponse::Ok().json(liking))
}

/// Take back a like of a question
///
/// It lets nobody in. May be repeated.
///
/// # Errors
/// 401, 403 once the session has ended, 404, 409 where not everybody sees it, 503.
#[utoipa::path(
    delete, path = "/api/questions/{questionId}/like", tag = "questions",
    params(("questionId" = String, Path)),
    responses((status = 200, description = "What it is now.", body = Liking)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([SessionEnded, NotOpen, NotFound, Conflict, Overloaded])))
)]
pub async fn unlike_question(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(question_id): Id<QuestionId>,
) -> Result<HttpResponse, ApiError> {
    let liking = questions.like(me, question_id, false).await?;
    Ok(HttpResponse::Ok().json(liking))
}
