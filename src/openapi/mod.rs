//! The API document (OpenAPI 3.1): made from the handlers, completed with what all of them share.

pub mod account_export;
mod complete;
pub mod handlers;
mod parameters;
mod times;

use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::auth::{self, cookies::Cookies};
use crate::http::{health, problem};
use crate::{keys, live, posts, questions, sessions, users};

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
        (name = "review", description = "What hosts do to keep a crowd civil: reviewing, labels, the question that is answered now, merging, muting."),
        (name = "service", description = "For whoever runs the service or checks its tokens."),
    ),
    paths(
        auth::handlers::account::register_account,
        users::handlers::get_account,
        users::handlers::change_nickname,
        auth::handlers::account::delete_account,
        auth::handlers::account::change_password,
        auth::handlers::account::export_account,
        auth::handlers::account::list_logins,
        auth::handlers::account::end_other_logins,
        auth::handlers::account::end_login,
        users::handlers::check_nickname,
        auth::handlers::sign_in,
        auth::handlers::sign_in_guest,
        auth::handlers::refresh,
        auth::handlers::sign_out,
        auth::handlers::cookie_flow::register_by_cookie,
        auth::handlers::cookie_flow::sign_in_by_cookie,
        auth::handlers::cookie_flow::get_account_by_cookie,
        auth::handlers::cookie_flow::refresh_by_cookie,
        auth::handlers::cookie_flow::sign_out_by_cookie,
        posts::handlers::create_post,
        posts::handlers::list_posts,
        posts::handlers::get_post,
        posts::handlers::update_post,
        posts::handlers::delete_post,
        sessions::handlers::open_session,
        sessions::handlers::list_sessions,
        sessions::handlers::get_session,
        sessions::handlers::find_session_by_code,
        sessions::handlers::update_session,
        sessions::handlers::end_session,
        sessions::handlers::reopen_session,
        sessions::handlers::delete_session,
        sessions::handlers::get_qr_code,
        sessions::handlers::participants::enter_session,
        sessions::handlers::participants::leave_session,
        sessions::handlers::participants::list_participants,
        sessions::handlers::participants::grant_host,
        sessions::handlers::participants::revoke_host,
        sessions::handlers::participants::hand_over_session,
        questions::handlers::export::export_session,
        live::handlers::follow_session,
        questions::handlers::ask_question,
        questions::handlers::list_questions,
        questions::handlers::get_question,
        questions::handlers::edit_question,
        questions::handlers::delete_question,
        questions::handlers::pin_question,
        questions::handlers::unpin_question,
        questions::handlers::close_question,
        questions::handlers::reopen_question,
        questions::handlers::like_question,
        questions::handlers::unlike_question,
        questions::handlers::review::approve_question,
        questions::handlers::review::dismiss_question,
        questions::handlers::labels::label_question,
        questions::handlers::labels::merge_question,
        questions::handlers::mutes::mute_asker,
        questions::handlers::replies::reply_to_question,
        questions::handlers::replies::edit_reply,
        questions::handlers::replies::delete_reply,
        questions::handlers::replies::pin_reply,
        questions::handlers::replies::unpin_reply,
        questions::handlers::replies::like_reply,
        questions::handlers::replies::unlike_reply,
        questions::handlers::review::approve_reply,
        questions::handlers::review::dismiss_reply,
        questions::handlers::mutes::mute_replier,
        questions::handlers::review::list_replies_in_review,
        questions::handlers::review::approve_all,
        questions::handlers::review::dismiss_all,
        questions::handlers::labels::change_labels,
        questions::handlers::labels::choose_question,
        questions::handlers::labels::clear_current_question,
        questions::handlers::mutes::list_mutes,
        questions::handlers::mutes::unmute,
        keys::handlers::get_public_keys,
        health::live,
        health::ready,
        handlers::get_api_document,
        handlers::get_docs,
        handlers::get_docs_file,
    ),
    components(schemas(
        problem::Problem,
        account_export::Contributions,
        // What `x-events` of `follow_session` refers to.
        live::ReadyEvent,
        live::ResetEvent,
        live::CountsEvent,
        live::ListenersEvent,
        live::PendingEvent,
        live::QuestionRemovedEvent,
        live::ReplyRemovedEvent,
        live::SessionDeletedEvent,
        questions::QuestionEvent,
        questions::ReplyEvent,
        sessions::SessionEvent,
        sessions::Person,
    ))
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
    let unsafe_ = [
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ];
    let safe = item.get.iter_mut().map(|it| (true, it));
    safe.chain(unsafe_.into_iter().flatten().map(|it| (false, it)))
}
