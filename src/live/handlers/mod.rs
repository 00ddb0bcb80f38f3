//! GET `/sessions/{sessionId}/events`.

mod stream;

use std::convert::Infallible;

use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::empty;

use super::{Live, LiveError, Request, Start, events};
use crate::changes::{NotAPosition, Position, SessionId};
use crate::http::ErrorCode::{NotFound, Overloaded, TooManyRequests, ValidationFailed};
use crate::http::client_address::ClientAddress;
use crate::http::{ApiError, Fields, Id, connections, head};
use crate::sessions::SessionsService;
use crate::users::CurrentUser;
use crate::validation::Invalid;
use stream::EventStream;

/// The last id that a client has received.
const LAST_EVENT_ID: &str = "last-event-id";
/// Tells nginx not to hold anything back.
const X_ACCEL_BUFFERING: &str = "x-accel-buffering";

impl Live {
    fn refusal(&self, error: LiveError) -> ApiError {
        let code = match error {
            LiveError::TooManyOfAccount => TooManyRequests,
            LiveError::Full => Overloaded,
        };
        ApiError::later(code, self.retry_after())
    }
}

/// Follow a session
///
/// What changes, as it happens: Server-Sent Events (`text/event-stream`). Each event says how a
/// thing is now, so whoever was away is told each thing that has changed once. With a host's token
/// it also tells what hosts alone see.
///
/// Events go on from `Last-Event-ID`, which browsers send by themselves, else from `after`, else
/// from now. Where that is no place in this session's changes, the first events are `ready` and
/// `reset`. The stream may end at any time: connect again with the last id.
///
/// | event | data |
/// |---|---|
/// | `ready` | `ReadyEvent`: always the first |
/// | `question`, `reply` | `QuestionEvent`, `ReplyEvent`: written or changed |
/// | `pending` | `PendingEvent`, to hosts |
/// | `question_removed`, `reply_removed` | `QuestionRemovedEvent`, `ReplyRemovedEvent` |
/// | `counts` | `CountsEvent`: at most once a second |
/// | `session` | `SessionEvent`: what it says of itself, also when it ends |
/// | `person` | `PersonEvent`: put it into everything with this `userId` |
/// | `listeners` | `ListenersEvent`: at most once a second |
/// | `reset` | `ResetEvent`: read the lists anew, after up to five seconds at random |
/// | `session_deleted` | `SessionDeletedEvent`: the stream ends |
///
/// 204 tells that the session has ended and nothing was missed: do not connect again.
///
/// # Errors
/// 400 for an `after` that is no place, 401 for a bad token, 404, 429, 503.
#[utoipa::path(
    get, path = "/api/sessions/{sessionId}/events", tag = "sessions",
    params(
        ("sessionId" = String, Path),
        ("after" = Option<String>, Query, description = "A `change` of this session."),
        ("Last-Event-ID" = Option<String>, Header, description = "The last id that was received. \
            It counts more than `after`. One that cannot be used is a `reset`."),
    ),
    responses(
        (status = 200, description = "Events, until the connection ends.",
            body = String, content_type = "text/event-stream"),
        (status = 204, description = "The session has ended, and nothing was missed."),
    ),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(
        ("x-error-codes" = json!([ValidationFailed, NotFound, Overloaded])),
        ("x-events" = json!(events::schemas())),
    )
)]
pub async fn follow_session(
    live: web::Data<Live>,
    sessions: web::Data<SessionsService>,
    me: Option<CurrentUser>,
    address: ClientAddress,
    Id(session_id): Id<SessionId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let given = given(&request)?;
    let session = sessions.get(session_id, me).await?;
    let now = sessions.position(&session);
    let is_over = session.is_over(sessions.now());
    let start = start(given, now);
    if is_over && start == Start::After(now.number) {
        return Ok(HttpResponse::NoContent().finish());
    }
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/event-stream")
        .insert_header((X_ACCEL_BUFFERING, "no"))
        .force_close();
    if head::is_head(&request) {
        return Ok(answer.streaming(empty::<Result<Bytes, Infallible>>()));
    }
    let wanted = Request {
        session_id,
        me,
        network: address.network(),
        start,
        now,
        change: session.change,
        is_over,
    };
    let listener = live.follow(wanted).map_err(|error| live.refusal(error))?;
    connections::begin_stream(&request);
    Ok(answer.body(EventStream::new(listener)))
}

/// The place that the client names. `Some(Err(_))` where it names none in the header.
fn given(request: &HttpRequest) -> Result<Option<Result<Position, NotAPosition>>, ApiError> {
    if let Some(header) = request.headers().get(LAST_EVENT_ID) {
        let text = header.to_str().unwrap_or_default();
        return Ok(Some(text.parse()));
    }
    let parse = |text: &str| text.parse().or(Err(Invalid::NotAPosition));
    let after = Fields::parse_query(request.query_string(), |it| it.optional("after", parse))?;
    Ok(after.map(Ok))
}

/// Where the events begin for whom the session has come to `now`.
fn start(given: Option<Result<Position, NotAPosition>>, now: Position) -> Start {
    let is_of_now = |it: &Position| {
        it.epoch == now.epoch && it.audience == now.audience && it.number <= now.number
    };
    match given {
        None => Start::After(now.number),
        Some(Ok(given)) if is_of_now(&given) => Start::After(given.number),
        Some(_) => Start::Reset,
    }
}
