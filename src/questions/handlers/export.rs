//! GET `/sessions/{sessionId}/export`.

use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream::{self, StreamExt};

use crate::db::describe;
use crate::http::ErrorCode::{DatabaseUnavailable, Forbidden, NotFound, ValidationFailed};
use crate::http::{ApiError, Fields, Id};
use crate::questions::dto::export::{ExportFile, Format, SessionExportResponse};
use crate::questions::service::export::Progress;
use crate::questions::{QuestionsError, QuestionsService};
use crate::sessions::SessionId;
use crate::text;
use crate::users::CurrentUser;

fn parse(query: &str) -> Result<Format, ApiError> {
    let format = Fields::parse_query(query, |fields| fields.optional("format", text::word))?;
    Ok(format.unwrap_or_default())
}

/// Export a session
///
/// Everything that was asked and replied, as a file: the oldest question first. Nobody learns from
/// it who wrote what is anonymous. In CSV, what a spreadsheet would take for a formula begins with
/// an apostrophe.
///
/// # Errors
/// 400, 401, 403 for who is no host, 404, 503.
#[utoipa::path(
    get, path = "/api/sessions/{sessionId}/export", tag = "sessions",
    params(
        ("sessionId" = String, Path),
        ("format" = inline(Option<Format>), Query, description = "`json` where it is not said."),
    ),
    responses((
        status = 200, description = "The file.",
        content((SessionExportResponse = "application/json"), (String = "text/csv; charset=utf-8")),
        headers(("Content-Disposition" = String, description = "The name of the file.")),
    )),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([ValidationFailed, Forbidden, NotFound, DatabaseUnavailable])))
)]
pub async fn export_session(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let format = parse(request.query_string())?;
    let (session, progress) = questions.begin_export(me, session_id).await?;
    let (content_type, extension) = match format {
        Format::Json => ("application/json", "json"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let name = format!("askit-{}.{extension}", session.details.join_code);
    let file = ExportFile::new(format);
    let head = file.head(session).map_err(QuestionsError::from)?;
    let rest = stream::try_unfold(Some((file, progress)), move |state| {
        write_on(questions.clone(), state)
    });
    let head = stream::once(async { Ok(Bytes::from(head)) });
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(name)],
        })
        .streaming(head.chain(rest)))
}

type Written = Option<(Bytes, Option<(ExportFile, Progress)>)>;

/// The next piece of a file, and what is left to be written. A failure breaks the connection off: a
/// file that looks whole is whole.
async fn write_on(
    questions: web::Data<QuestionsService>,
    state: Option<(ExportFile, Progress)>,
) -> Result<Written, QuestionsError> {
    let Some((mut file, progress)) = state else {
        return Ok(None);
    };
    let next = async {
        let (exported, progress) = questions.next_chunk(progress).await?;
        if exported.is_empty() {
            return Ok((file.tail().into(), None));
        }
        let piece = file.piece(exported)?;
        Ok((piece.into(), Some((file, progress))))
    };
    let next = next.await.inspect_err(|error: &QuestionsError| {
        tracing::error!(error = describe(error), "an export was broken off");
    });
    next.map(Some)
}
