//! What the API document says of every operation: problems, and the headers that each answer bears.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{Content, Header, Ref, RefOr, Response};

use super::error::{ApiError, ErrorCode, is_temporary};
use super::language::Language;
use super::problem::problem;
use crate::validation::Invalid;

/// The id in examples.
const REQUEST_ID: &str = "019ab5f2-7c1e-7d43-9a51-3f6f2c0b8e17";

/// The headers that answers share, by the names under which the document keeps them.
pub fn headers() -> BTreeMap<String, RefOr<Header>> {
    let texts = [
        ("X-Request-Id", "The id of the request in the server's log."),
        ("Cache-Control", "`no-store`, except for the public keys."),
        (
            "Content-Language",
            "The language of `detail`: `en` or `ko`.",
        ),
        (
            "WWW-Authenticate",
            "`Bearer` (RFC 6750), with `error=\"invalid_token\"` where a token was sent.",
        ),
        ("Retry-After", "Seconds to wait before a retry."),
    ];
    let header = |description: &str| {
        let mut header = Header::new(Object::with_type(Type::String));
        header.description = Some(description.into());
        RefOr::T(header)
    };
    texts.map(|(name, text)| (name.into(), header(text))).into()
}

/// Says that a response bears a header of [`headers`].
pub fn bear(response: &mut Response, name: &str) {
    let reference = Ref::new(format!("#/components/headers/{name}"));
    response.headers.insert(name.into(), RefOr::Ref(reference));
}

/// The answers with a problem: one for each status, with an example of each code in each language.
pub fn problem_responses(codes: &[ErrorCode]) -> BTreeMap<u16, Response> {
    let mut responses: BTreeMap<u16, Response> = BTreeMap::new();
    for code in codes {
        let response = responses
            .entry(code.status().as_u16())
            .or_insert_with(|| problem_response(code.status()));
        let text = format!("- `{}`:{}\n", code.as_str(), code.description());
        response.description.push_str(&text);
        if let Some(RefOr::T(content)) = response.content.get_mut("application/problem+json") {
            for language in Language::ALL {
                let name = format!("{}.{}", code.as_str(), language.tag());
                let example = json!({ "value": example(*code, language) });
                let example = serde_json::from_value(example).unwrap_or_default();
                content.examples.insert(name, RefOr::T(example));
            }
        }
    }
    responses
}

fn problem_response(status: StatusCode) -> Response {
    let mut response = Response::new("");
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    let problem_json = "application/problem+json".to_owned();
    response.content.insert(problem_json, content.into());
    bear(&mut response, "Content-Language");
    match status {
        StatusCode::UNAUTHORIZED => bear(&mut response, "WWW-Authenticate"),
        status if is_temporary(status) => bear(&mut response, "Retry-After"),
        _ => {}
    }
    response
}

/// An answer as the server would write it.
fn example(code: ErrorCode, language: Language) -> Value {
    let error = match code {
        ErrorCode::ValidationFailed => ApiError::invalid("nickname", Invalid::TooShort { min: 3 }),
        code => code.into(),
    };
    json!(problem(&error, language, REQUEST_ID))
}
