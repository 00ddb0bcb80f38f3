//! Every URL, one route per method: any other method is 405 with `Allow`.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, delete, get, head, patch, post, put, resource};
use actix_web_httpauth::middleware::HttpAuthentication;

use crate::auth::handlers::account::{
    create_password, create_user, delete_login, delete_logins, delete_me, get_export, get_logins,
};
use crate::auth::handlers::{cookie_flow, create_guest, create_login, create_logout, create_token};
use crate::auth::middleware::{allow_user, require_user};
use crate::http::rate_limits::Limit;
use crate::http::{health, rate_limits as limits};
use crate::keys::handlers::get_jwks;
use crate::openapi::handlers::{get_docs, get_docs_file, get_document};
use crate::posts::handlers::{create_post, delete_post, get_post, get_posts, update_post};
use crate::questions::handlers::export::get_session_export;
use crate::questions::handlers::replies::{
    create_reply, delete_reply, delete_reply_like, delete_reply_pin, replace_reply_like,
    replace_reply_pin, update_reply,
};
use crate::questions::handlers::{
    create_question, delete_question, delete_question_close, delete_question_like,
    delete_question_pin, get_question, get_questions, replace_question_close,
    replace_question_like, replace_question_pin, update_question,
};
use crate::sessions::handlers::{
    create_end, create_session, delete_host, get_participants, get_qr, get_session,
    get_session_by_code, get_sessions, replace_host, replace_me, update_session,
};
use crate::users::handlers::{get_me, get_nickname, update_me};

/// For routes that need an access token.
macro_rules! user {
    () => {
        HttpAuthentication::with_fn(require_user)
    };
}

/// For routes that work without an access token, and do more with one.
macro_rules! maybe_user {
    () => {
        HttpAuthentication::with_fn(allow_user)
    };
}

/// Lets one client network ask so often. Wrapped last, to be asked first.
macro_rules! limit {
    ($limit:ident) => {
        from_fn(|request, next| limits::check(Limit::$limit, request, next))
    };
}

fn accounts(api: &mut ServiceConfig) {
    api.service(
        resource("/users").route(
            post()
                .to(create_user)
                .wrap(maybe_user!())
                .wrap(limit!(Registration)),
        ),
    )
    .service(
        resource("/users/me")
            .route(get().to(get_me).wrap(user!()))
            .route(patch().to(update_me).wrap(user!()))
            .route(delete().to(delete_me).wrap(user!()).wrap(limit!(Deletion))),
    )
    .service(
        resource("/users/me/password").route(
            post()
                .to(create_password)
                .wrap(user!())
                .wrap(limit!(Password)),
        ),
    )
    .service(
        resource("/users/me/export").route(get().to(get_export).wrap(user!()).wrap(limit!(Export))),
    )
    .service(
        resource("/users/me/logins")
            .route(get().to(get_logins).wrap(user!()))
            .route(delete().to(delete_logins).wrap(user!())),
    );
}

fn sign_in(api: &mut ServiceConfig) {
    api.service(resource("/auth/login").route(post().to(create_login).wrap(limit!(Login))))
        .service(resource("/auth/guest").route(post().to(create_guest).wrap(limit!(Guests))))
        .service(resource("/auth/token").route(post().to(create_token).wrap(limit!(Token))))
        .service(resource("/auth/logout").route(post().to(create_logout)));
}

fn posts(api: &mut ServiceConfig) {
    api.service(
        resource("/posts")
            .route(get().to(get_posts))
            .route(post().to(create_post).wrap(user!()).wrap(limit!(Posts))),
    );
}

/// The same for pages that hold no token in script.
fn sign_in_by_cookies(api: &mut ServiceConfig) {
    api.service(
        resource("/authentication").route(get().to(cookie_flow::get_account).wrap(user!())),
    )
    .service(
        resource("/authentication/register").route(
            post()
                .to(cookie_flow::create_account)
                .wrap(limit!(Registration)),
        ),
    )
    .service(
        resource("/authentication/log-in")
            .route(post().to(cookie_flow::create_login).wrap(limit!(Login))),
    )
    .service(
        resource("/authentication/refresh")
            .route(post().to(cookie_flow::create_token).wrap(limit!(Token))),
    )
    .service(resource("/authentication/log-out").route(post().to(cookie_flow::create_logout)));
}

fn documents(api: &mut ServiceConfig) {
    api.service(resource("/openapi.json").route(get().to(get_document)))
        .service(resource("/docs").route(get().to(get_docs)));
}

fn sessions(api: &mut ServiceConfig) {
    api.service(
        resource("/sessions")
            .route(get().to(get_sessions).wrap(user!()))
            .route(post().to(create_session).wrap(user!())),
    );
}

/// Under `/sessions`.
fn session_patterns(api: &mut ServiceConfig) {
    let misses = from_fn(|request, next| limits::check_misses(Limit::JoinCodes, request, next));
    api.service(
        resource("/sessions/by-code/{joinCode}").route(
            get()
                .to(get_session_by_code)
                .wrap(maybe_user!())
                .wrap(misses),
        ),
    )
    .service(
        resource("/sessions/{sessionId}")
            .route(get().to(get_session).wrap(maybe_user!()))
            .route(patch().to(update_session).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/export").route(
            get()
                .to(get_session_export)
                .wrap(user!())
                .wrap(limit!(Export)),
        ),
    )
    .service(resource("/sessions/{sessionId}/qr.svg").route(get().to(get_qr)))
    .service(resource("/sessions/{sessionId}/terminate").route(post().to(create_end).wrap(user!())))
    .service(
        resource("/sessions/{sessionId}/questions")
            .route(get().to(get_questions).wrap(maybe_user!()))
            .route(post().to(create_question).wrap(user!())),
    );
}

fn participant_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/sessions/{sessionId}/participants")
            .route(get().to(get_participants).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/participants/me").route(put().to(replace_me).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/hosts/{userId}")
            .route(put().to(replace_host).wrap(user!()))
            .route(delete().to(delete_host).wrap(user!())),
    );
}

fn question_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/questions/{questionId}")
            .route(get().to(get_question).wrap(maybe_user!()))
            .route(patch().to(update_question).wrap(user!()))
            .route(delete().to(delete_question).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/pin")
            .route(put().to(replace_question_pin).wrap(user!()))
            .route(delete().to(delete_question_pin).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/close")
            .route(put().to(replace_question_close).wrap(user!()))
            .route(delete().to(delete_question_close).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/like")
            .route(put().to(replace_question_like).wrap(user!()))
            .route(delete().to(delete_question_like).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/replies").route(post().to(create_reply).wrap(user!())),
    );
}

fn reply_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/replies/{replyId}")
            .route(patch().to(update_reply).wrap(user!()))
            .route(delete().to(delete_reply).wrap(user!())),
    )
    .service(
        resource("/replies/{replyId}/pin")
            .route(put().to(replace_reply_pin).wrap(user!()))
            .route(delete().to(delete_reply_pin).wrap(user!())),
    )
    .service(
        resource("/replies/{replyId}/like")
            .route(put().to(replace_reply_like).wrap(user!()))
            .route(delete().to(delete_reply_like).wrap(user!())),
    );
}

/// Last: they are compared as expressions, one after the other.
fn patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/users/me/logins/{loginId}").route(delete().to(delete_login).wrap(user!())),
    )
    .service(
        resource("/posts/{postId}")
            .route(get().to(get_post))
            .route(patch().to(update_post).wrap(user!()).wrap(limit!(Posts)))
            .route(delete().to(delete_post).wrap(user!())),
    )
    .service(resource("/users/nicknames/{nickname}").route(get().to(get_nickname)))
    .service(resource("/docs/{file:.*}").route(get().to(get_docs_file)));
}

/// Registers every URL.
pub fn register(routes: &mut ServiceConfig) {
    let api = web::scope("/api")
        .configure(accounts)
        .configure(sign_in)
        .configure(sign_in_by_cookies)
        .configure(posts)
        .configure(sessions)
        .configure(documents)
        .configure(patterns)
        .configure(session_patterns)
        .configure(participant_patterns)
        .configure(question_patterns)
        .configure(reply_patterns);
    routes
        .service(api)
        .service(resource("/.well-known/jwks.json").route(get().to(get_jwks)))
        .service(
            resource("/health/live")
                .route(get().to(health::live))
                .route(head().to(health::live)),
        )
        .service(
            resource("/health/ready")
                .route(get().to(health::ready))
                .route(head().to(health::ready)),
        );
}
