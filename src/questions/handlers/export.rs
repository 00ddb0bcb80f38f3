//! GET `/sessions/{sessionId}/export`.

use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpRequest, HttpResponse, web};

use tokio::sync::OwnedSemaphorePermit;

use crate::http::ErrorCode::{Forbidden, NotFound, Overloaded, ValidationFailed};
use crate::http::{ApiError, Fields, Id, in_pieces};
use crate::questions::dto::export::{ExportFile, Format, SessionExportResponse, Workbook};
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
/// it who wrote what is anonymous.
///
/// JSON and XLSX hold texts as they were typed. In CSV, an apostrophe stands before each `=`, `+`,
/// `-` and `@` with which a cell could begin, whatever a reader separates cells by, and before a
/// tab or carriage return there. Without these apostrophes it is the text again.
///
/// XLSX has a sheet of questions and replies, with the columns of CSV, and behind it one of the
/// session. A table that has no room in one sheet goes on in another. Two such files are written at
/// a time; for one more the answer is 503.
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
        content(
            (SessionExportResponse = "application/json"),
            (String = "text/csv; charset=utf-8"),
            (inline(Workbook) = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        headers(("Content-Disposition" = String, description = "The name of the file.")),
    )),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([ValidationFailed, Forbidden, NotFound, Overloaded])))
)]
pub async fn export_session(
    questions: web::Data<QuestionsService>,
    me: CurrentUser,
    Id(session_id): Id<SessionId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let format = parse(request.query_string())?;
    let (session, progress) = questions.begin_export(me, session_id).await?;
    let place = match format {
        Format::Xlsx => Some(questions.begin_workbook()?),
        Format::Json | Format::Csv => None,
    };
    let extension: &str = format.into();
    let name = format!("askit-{}.{extension}", session.details.join_code);
    let (file, head) = ExportFile::begin(format, session).map_err(QuestionsError::from)?;
    let next_chunk = move |left| write_on(questions.clone(), left);
    let file = in_pieces(head, Some((file, progress, place)), next_chunk);
    Ok(HttpResponse::Ok()
        .content_type(format.media_type())
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(name)],
        })
        .streaming(file))
}

/// What is left of a file, and its place among the workbooks, which goes with it.
type Left = (ExportFile, Progress, Option<OwnedSemaphorePermit>);

/// The next piece of a file, and what is left to be written.
async fn write_on(
    questions: web::Data<QuestionsService>,
    (mut file, progress, place): Left,
) -> Result<(Vec<u8>, Option<Left>), QuestionsError> {
    let (exported, progress) = questions.next_chunk(progress).await?;
    if exported.is_empty() {
        return Ok((file.end()?, None));
    }
    let piece = file.piece(exported)?;
    Ok((piece, Some((file, progress, place))))
}
