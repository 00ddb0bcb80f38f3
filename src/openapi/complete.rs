//! Completes the document with what no handler has to say: the problems that follow from how an
//! operation is called, the headers of every answer, and that unknown fields are refused.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::{Components, OpenApi, Ref, RefOr, Required, Response};

use super::operations;
use super::parameters::share_parameters;
use super::times::describe_times;
use crate::http::documentation::{
    COMMON_HEADERS, bear, examples, headers, problem_response, response_name,
};
use crate::http::{ErrorCode, health};

const CODES: &str = "x-error-codes";

pub fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (path, item) in &mut document.paths.paths {
        let is_limited = !health::PATHS.contains(&path.as_str());
        for (is_safe, operation) in operations(item) {
            let codes = codes(operation, is_safe, is_limited);
            complete_operation(operation, &codes, &mut components.responses);
        }
    }
    components.headers = headers();
    components.examples = examples();
    components.parameters = share_parameters(&mut document.paths);
    refuse_unknown_fields(components);
    name_codes(components);
    describe_times(components);
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            require_body(operation, document.components.as_ref());
        }
    }
}

fn complete_operation(
    operation: &mut Operation,
    codes: &[ErrorCode],
    shared: &mut BTreeMap<String, RefOr<Response>>,
) {
    // Doc comments of handlers end with a section on errors, which the problems below say better.
    if let Some(description) = &mut operation.description {
        let text = description.split("# Errors").next().unwrap_or_default();
        *description = text.trim().into();
    }
    add_problems(operation, codes, shared);
    if takes_key(operation)
        && let Some(created) = operation.responses.responses.get_mut("201")
        && let Some(created) = as_value(created)
    {
        bear(created, "Idempotent-Replayed");
    }
    let inline = operation.responses.responses.values_mut();
    for response in inline.filter_map(as_value) {
        for name in COMMON_HEADERS {
            bear(response, name);
        }
    }
    let extensions = operation.extensions.get_or_insert_default();
    extensions.merge(Extensions::builder().add(CODES, json!(codes)).build());
}

/// Adds an answer for each status of `codes`. Operations that answer alike refer to the same one.
fn add_problems(
    operation: &mut Operation,
    codes: &[ErrorCode],
    shared: &mut BTreeMap<String, RefOr<Response>>,
) {
    let responses = &mut operation.responses.responses;
    for (status, codes) in by_status(codes) {
        let mut response = problem_response(status, &codes);
        let answer = match responses.remove(status.as_str()) {
            // What a handler says of a status are the headers that it alone sets.
            Some(RefOr::T(own)) => {
                response.headers.extend(own.headers);
                RefOr::T(response)
            }
            _ => {
                let name = response_name(&codes);
                shared.insert(name.clone(), RefOr::T(response));
                RefOr::Ref(Ref::from_response_name(name))
            }
        };
        responses.insert(status.as_str().into(), answer);
    }
}

fn by_status(codes: &[ErrorCode]) -> BTreeMap<StatusCode, Vec<ErrorCode>> {
    let mut statuses: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for code in codes {
        statuses.entry(code.status()).or_default().push(*code);
    }
    statuses
}

/// The codes that a handler names, and those that follow from how it is called.
fn codes(operation: &Operation, is_safe: bool, is_limited: bool) -> Vec<ErrorCode> {
    use ErrorCode as Code;
    let named = operation.extensions.as_ref().and_then(|it| it.get(CODES));
    let named = named.and_then(Value::as_array).into_iter().flatten();
    let named: BTreeSet<&str> = named.filter_map(Value::as_str).collect();
    let schemes = serde_json::to_string(&operation.security).unwrap_or_default();
    let takes_token = schemes.contains("bearer");
    let needs_token = takes_token && !schemes.contains("{}");
    Code::ALL
        .iter()
        .copied()
        .filter(|code| match code {
            Code::UriTooLong | Code::HeadersTooLarge | Code::InternalError => true,
            Code::MalformedJson | Code::BodyTooLarge | Code::UnsupportedMediaType => {
                operation.request_body.is_some()
            }
            Code::ValidationFailed if operation.request_body.is_some() => true,
            Code::MissingToken if needs_token => true,
            Code::InvalidToken | Code::TokenExpired | Code::LoginEnded if takes_token => true,
            // Whether its login has ended may be unknown.
            Code::DatabaseUnavailable if takes_token => true,
            Code::CsrfRejected => !is_safe,
            Code::TooManyRequests => is_limited,
            Code::IdempotencyKeyReused => takes_key(operation),
            Code::ValidationFailed if takes_key(operation) => true,
            named_only => named.contains(named_only.as_str()),
        })
        .collect()
}

/// Whether a request may be sent again under its `Idempotency-Key`.
fn takes_key(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|it| matches!(it, RefOr::T(it) if it.name == "Idempotency-Key"))
}

/// A body is required unless every field of it is optional.
fn require_body(operation: &mut Operation, components: Option<&Components>) {
    let Some(body) = operation.request_body.as_mut().and_then(as_value) else {
        return;
    };
    let content = body
        .content
        .get("application/json")
        .and_then(|it| match it {
            RefOr::T(content) => content.schema.as_ref(),
            RefOr::Ref(_) => None,
        });
    let Some(RefOr::Ref(reference)) = content else {
        return;
    };
    let name = reference
        .ref_location
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let schema = components.and_then(|it| it.schemas.get(name));
    let is_optional = match schema {
        Some(RefOr::T(Schema::Object(object))) => object.required.is_empty(),
        _ => false,
    };
    body.required = Some(if is_optional {
        Required::False
    } else {
        Required::True
    });
}

fn as_value<T>(reference: &mut RefOr<T>) -> Option<&mut T> {
    match reference {
        RefOr::T(value) => Some(value),
        RefOr::Ref(_) => None,
    }
}

/// Lists the codes that a problem may have.
fn name_codes(components: &mut Components) {
    if let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("Problem")
        && let Some(RefOr::T(Schema::Object(code))) = problem.properties.get_mut("code")
    {
        code.enum_values = Some(ErrorCode::ALL.iter().map(|code| json!(code)).collect());
    }
}

fn refuse_unknown_fields(components: &mut Components) {
    for (name, schema) in &mut components.schemas {
        if let (true, RefOr::T(Schema::Object(object))) = (name.ends_with("Request"), schema) {
            let none = AdditionalProperties::FreeForm(false);
            object.additional_properties = Some(Box::new(none));
        }
    }
}
