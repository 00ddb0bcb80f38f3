//! The API document (OpenAPI 3.1): made from the handlers, completed with what all of them share.

mod complete;
pub mod handlers;
mod parameters;

use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::auth::cookies::Cookies;
use crate::http::{health, problem};
use crate::{auth, posts, questions, sessions, users};

#[derive(OpenApi)]
#[openapi(
    info(title = "Askit", description = include_str!("introduction.md")),
    servers((url = "/", description = "This server")),
    tags(
        (name = "accounts", description = "Making and reading accounts."),
        (name = "logins", description = "One's signed-in devices."),
        (name = "sign-in", description = "Logins: signing in, staying signed in, signing out."),
        (name = "cookie flow", description = "The same accounts and logins, for pages that hold no token in script."),
        (name = "posts", description = "What named accounts write for everybody to read."),
        (name = "sessions", description = "Q&A sessions: rooms that a named account opens."),
        (name = "participants", description = "Who takes part in a session, and who is a host of it."),
        (name = "questions", description = "What is asked in a session, and who likes it."),
        (name = "replies", description = "Answers to questions."),
        (name = "service", description = "For whoever runs the service or checks its tokens."),
    ),
    paths(
        auth::handlers::account::create_user,
        users::handlers::get_me,
        users::handlers::update_me,
        auth::handlers::account::delete_me,
        auth::handlers::account::create_password,
        auth::handlers::account::get_export,
        auth::handlers::account::get_logins,
        auth::handlers::account::delete_logins,
        auth::handlers::account::delete_login,
        users::handlers::get_nickname,
        auth::handlers::create_login,
        auth::handlers::create_guest,
        auth::handlers::create_token,
        auth::handlers::create_logout,
        auth::handlers::cookie_flow::create_account,
        auth::handlers::cookie_flow::create_login,
        auth::handlers::cookie_flow::get_account,
        auth::handlers::cookie_flow::create_token,
        auth::handlers::cookie_flow::create_logout,
        posts::handlers::create_post,
        posts::handlers::get_posts,
        posts::handlers::get_post,
        posts::handlers::update_post,
        posts::handlers::delete_post,
        sessions::handlers::create_session,
        sessions::handlers::get_sessions,
        sessions::handlers::get_session,
        sessions::handlers::get_session_by_code,
        sessions::handlers::update_session,
        sessions::handlers::create_end,
        sessions::handlers::get_qr,
        sessions::handlers::replace_me,
        sessions::handlers::get_participants,
        sessions::handlers::replace_host,
        sessions::handlers::delete_host,
        questions::handlers::export::get_session_export,
        questions::handlers::create_question,
        questions::handlers::get_questions,
        questions::handlers::get_question,
        questions::handlers::update_question,
        questions::handlers::delete_question,
        questions::handlers::replace_question_pin,
        questions::handlers::delete_question_pin,
        questions::handlers::replace_question_close,
        questions::handlers::delete_question_close,
        questions::handlers::replace_question_like,
        questions::handlers::delete_question_like,
        questions::handlers::replies::create_reply,
        questions::handlers::replies::update_reply,
        questions::handlers::replies::delete_reply,
        questions::handlers::replies::replace_reply_pin,
        questions::handlers::replies::delete_reply_pin,
        questions::handlers::replies::replace_reply_like,
        questions::handlers::replies::delete_reply_like,
        auth::handlers::get_jwks,
        health::live,
        health::ready,
        handlers::get_document,
        handlers::get_docs,
        handlers::get_docs_file,
    ),
    components(schemas(problem::Problem))
)]
struct FromHandlers;

/// The document of a server whose cookies have these names.
pub fn document(cookies: Cookies) -> Document {
    let mut document = FromHandlers::openapi();
    document.info.license = None;
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The access token."));
    let cookie = |name, text| {
        let cookie = ApiKeyValue::with_description(name, text);
        SecurityScheme::ApiKey(ApiKey::Cookie(cookie))
    };
    let access = "The access token, for pages that hold none in script: read where there is no \
                  `Authorization` header. Sign in, and the browser sends it.";
    let refresh = "The refresh token. Sign in, and the browser sends it.";
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    components.add_security_scheme("cookie", cookie(cookies.access_name(), access));
    components.add_security_scheme("refreshCookie", cookie(cookies.refresh_name(), refresh));
    complete::complete(&mut document);
    document
}

/// The operations of a path, each with whether its method is safe (RFC 9110, section 9.2.1).
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let safe = [&mut item.get, &mut item.head];
    let unsafe_ = [
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ];
    let safe = safe.into_iter().flatten().map(|it| (true, it));
    safe.chain(unsafe_.into_iter().flatten().map(|it| (false, it)))
}
