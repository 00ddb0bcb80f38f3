//! The one middleware that writes every error as `application/problem+json` (RFC 9457), in the
//! client's language and with the request's id.

use actix_cors::CorsError;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use serde::Serialize;
use tracing_actix_web::RequestId;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorCode, is_temporary};
use super::language::Language;
use crate::db::describe;

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem<'a> {
    /// Always `about:blank`: read `code` instead.
    #[schema(examples("about:blank"))]
    r#type: &'static str,
    /// The standard name of the HTTP status.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A sentence for people, in the language of `Accept-Language`: Korean (`ko`) or English.
    detail: String,
    /// The name of the problem, for programs. It never changes. `x-error-codes` lists the codes
    /// of an operation.
    code: &'static str,
    /// The id of the request in the server's log, also in `X-Request-Id`.
    request_id: &'a str,
    /// With `validation_failed`: every field that was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem<'a>>,
}

/// A field that was refused.
#[derive(Serialize, ToSchema)]
struct FieldProblem<'a> {
    /// Its name. One in an object or a list is told by its place, as `settings.questions`,
    /// `labelIds[3]` and `labels[0].name` are.
    field: &'a str,
    /// The name of the reason, which never changes: `missing`, `unknown_field`, `wrong_type`,
    /// `blank`, `out_of_range`, `too_short`, `too_long`, `too_common`, `too_similar`,
    /// `null_character`, `control_character`, `not_one_line`, `lone_surrogate`, `duplicate`,
    /// `not_an_email`, `character_not_allowed`, `not_a_boolean`, `not_an_integer`,
    /// `not_an_object`, `not_a_list`, `too_many`, `not_a_time`, `not_a_change`,
    /// `not_within_a_year`, `not_a_key`, `not_unique`, `not_an_id` or `not_one_of`.
    code: &'static str,
    /// The reason in a sentence for people.
    detail: String,
}

/// Passes good answers on and rewrites the others.
///
/// # Errors
/// None that has not been written already.
pub async fn render<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, String>>, Error> {
    let response = next.call(request).await?;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return Ok(response.map_into_left_body());
    }
    let (request, response) = response.into_parts();
    let language = Language::of(&request);
    let request_id = request_id(&request);
    let given = response.error().and_then(|it| it.as_error::<ApiError>());
    let fallback = ApiError::from(code_of(&response));
    let error = given.unwrap_or(&fallback);
    log_cause(error);
    let body = body(error, language, &request_id);
    let (code, retry_after) = (error.code, error.retry_after);
    let mut response = response.set_body(body);
    *response.status_mut() = code.status();
    set_headers(response.headers_mut(), code, language);
    if is_temporary(code.status()) {
        let retry_after = HeaderValue::from(retry_after);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, retry_after);
    }
    Ok(ServiceResponse::new(request, response).map_into_right_body())
}

/// The id of the request, which every answer and log line bears.
pub fn request_id(request: &HttpRequest) -> String {
    let id = request.extensions().get::<RequestId>().copied();
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// The code for what Actix or a library of its answered.
fn code_of<B>(response: &HttpResponse<B>) -> ErrorCode {
    let cors = response.error().and_then(|it| it.as_error::<CorsError>());
    match response.status() {
        _ if cors.is_some() => ErrorCode::CsrfRejected,
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
        StatusCode::BAD_REQUEST => ErrorCode::MalformedJson,
        _ => ErrorCode::InternalError,
    }
}

/// The one place where a failure of ours is logged.
fn log_cause(error: &ApiError) {
    if let Some(cause) = &error.cause {
        tracing::error!(
            code = error.code.as_str(),
            cause = describe(&**cause),
            "request failed"
        );
    }
}

fn body(error: &ApiError, language: Language, request_id: &str) -> String {
    serde_json::to_string(&problem(error, language, request_id)).unwrap_or_default()
}

/// An error in words.
pub(super) fn problem<'a>(
    error: &'a ApiError,
    language: Language,
    request_id: &'a str,
) -> Problem<'a> {
    let status = error.code.status();
    Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail: match (error.place, error.obstacle) {
            (Some(place), _) => language.malformed_at(place),
            (_, Some(obstacle)) => language.obstacle(obstacle),
            _ => language.error(error.code),
        },
        code: error.code.as_str(),
        request_id,
        errors: error
            .fields
            .iter()
            .map(|it| FieldProblem {
                field: &it.field,
                code: it.invalid.code(),
                detail: language.reason(it.invalid),
            })
            .collect(),
    }
}

fn set_headers(headers: &mut HeaderMap, code: ErrorCode, language: Language) {
    let problem_json = HeaderValue::from_static("application/problem+json");
    headers.insert(header::CONTENT_TYPE, problem_json);
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.tag()),
    );
    if code.status() == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, challenge(code));
    }
}

/// RFC 6750, section 3: `error` is told only where an access token was sent.
fn challenge(code: ErrorCode) -> HeaderValue {
    HeaderValue::from_static(match code {
        ErrorCode::InvalidToken | ErrorCode::TokenExpired | ErrorCode::LoginEnded => {
            r#"Bearer error="invalid_token""#
        }
        _ => "Bearer",
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::http::error::FieldError;
    use crate::validation::Invalid;

    proptest! {
        #[test]
        fn whatever_the_field_is_called_the_problem_is_json_and_names_it(
            fields in prop::collection::vec(any::<String>(), 1..4), character: char
        ) {
            for language in Language::ALL {
                let reasons = [Invalid::Unknown, Invalid::NicknameCharacter(character)];
                let errors = fields.iter().flat_map(|field| {
                    reasons.map(|invalid| FieldError { field: field.clone(), invalid })
                });
                let error = ApiError::validation(errors.collect());
                let written: Value = serde_json::from_str(&body(&error, language, "id"))?;
                prop_assert_eq!(&written["status"], 400);
                prop_assert_eq!(&written["code"], "validation_failed");
                let named: Vec<_> = fields.iter().flat_map(|field| [field.as_str(); 2]).collect();
                let listed = written["errors"].as_array().into_iter().flatten();
                let listed: Vec<_> = listed.filter_map(|it| it["field"].as_str()).collect();
                prop_assert_eq!(listed, named);
            }
        }
    }
}
