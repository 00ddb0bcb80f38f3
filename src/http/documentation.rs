//! What the API document says of every operation: problems, and the headers that each answer bears.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::schema::{AllOfBuilder, Object, ObjectBuilder, Type};
use utoipa::openapi::{Content, Header, Ref, RefOr, Response};

use super::error::{ApiError, ErrorCode, is_temporary};
use super::language::Language;
use super::problem::problem;
use crate::validation::Invalid;

/// The id in examples.
const REQUEST_ID: &str = "019ab5f2-7c1e-7d43-9a51-3f6f2c0b8e17";

/// The headers that every answer bears.
pub const COMMON_HEADERS: [&str; 2] = ["X-Request-Id", "Cache-Control"];

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
        (
            "Idempotent-Replayed",
            "`true` where the same request has created it before.",
        ),
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

/// The problems as the server would write them: each code in each language, by the names under
/// which the document keeps them.
pub fn examples() -> BTreeMap<String, RefOr<Example>> {
    let mut examples = BTreeMap::new();
    for code in ErrorCode::ALL.iter().copied() {
        for language in Language::ALL {
            let value = Some(example(code, language));
            let example = ExampleBuilder::new().value(value).build();
            examples.insert(example_name(code, language), RefOr::T(example));
        }
    }
    examples
}

/// The name under which the document keeps the answer with these codes: the codes themselves.
pub fn response_name(codes: &[ErrorCode]) -> String {
    let names: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
    names.join(".")
}

/// The answer with one of these codes, which all have this status.
pub fn problem_response(status: StatusCode, codes: &[ErrorCode]) -> Response {
    let mut response = Response::new("");
    let mut content = Content::new(Some(problem_schema(codes)));
    for code in codes.iter().copied() {
        let text = format!("- `{}`:{}\n", code.as_str(), code.description());
        response.description.push_str(&text);
        for language in Language::ALL {
            let name = example_name(code, language);
            let reference = Ref::new(format!("#/components/examples/{name}"));
            content.examples.insert(name, RefOr::Ref(reference));
        }
    }
    let problem_json = "application/problem+json".to_owned();
    response.content.insert(problem_json, content.into());
    for name in COMMON_HEADERS.into_iter().chain(["Content-Language"]) {
        bear(&mut response, name);
    }
    match status {
        StatusCode::UNAUTHORIZED => bear(&mut response, "WWW-Authenticate"),
        status if is_temporary(status) => bear(&mut response, "Retry-After"),
        _ => {}
    }
    response
}

/// A problem with one of these codes: clients made from the document know them by type.
fn problem_schema(codes: &[ErrorCode]) -> AllOfBuilder {
    let codes = codes.iter().map(|code| code.as_str());
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes));
    let narrowed = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("code", code)
        .required("code");
    AllOfBuilder::new()
        .item(Ref::from_schema_name("Problem"))
        .item(narrowed)
}

fn example_name(code: ErrorCode, language: Language) -> String {
    format!("{}.{}", code.as_str(), language.tag())
}

/// An answer as the server would write it.
fn example(code: ErrorCode, language: Language) -> Value {
    let error = match code {
        ErrorCode::ValidationFailed => ApiError::invalid("nickname", Invalid::TooShort { min: 3 }),
        code => code.into(),
    };
    json!(problem(&error, language, REQUEST_ID))
}
