//! Every URL, one route per method: any other method is 405 with `Allow`. GET answers HEAD, too.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, delete, get, patch, post, put, resource};
use actix_web_httpauth::middleware::HttpAuthentication;

use crate::auth::handlers::account::{
    change_password, delete_account, end_login, end_other_logins, export_account, list_logins,
    register_account,
};
use crate::auth::handlers::{cookie_flow, refresh, sign_in, sign_in_guest, sign_out};
use crate::auth::middleware::limits::check_likes;
use crate::auth::middleware::{allow_user, require_user};
use crate::http::rate_limits::Limit;
use crate::http::{health, rate_limits};
use crate::keys::handlers::get_public_keys;
use crate::live::handlers::follow_session;
use crate::openapi::handlers::{get_api_document, get_docs, get_docs_file};
use crate::page::handlers::{get_home, get_page, get_page_file, get_session_page};
use crate::posts::handlers::{create_post, delete_post, get_post, list_posts, update_post};
use crate::questions::handlers::export::export_session;
use crate::questions::handlers::labels::{
    change_labels, choose_question, clear_current_question, label_question, merge_question,
};
use crate::questions::handlers::mutes::{list_mutes, mute_asker, mute_replier, unmute};
use crate::questions::handlers::replies::{
    delete_reply, edit_reply, like_reply, pin_reply, reply_to_question, unlike_reply, unpin_reply,
};
use crate::questions::handlers::review::{
    approve_all, approve_question, approve_reply, dismiss_all, dismiss_question, dismiss_reply,
    list_replies_in_review,
};
use crate::questions::handlers::{
    ask_question, close_question, delete_question, edit_question, get_question, like_question,
    list_questions, pin_question, reopen_question, unlike_question, unpin_question,
};
use crate::sessions::handlers::participants::{
    enter_session, grant_host, hand_over_session, leave_session, list_participants, revoke_host,
};
use crate::sessions::handlers::{
    delete_session, end_session, find_session_by_code, get_qr_code, get_session, list_sessions,
    open_session, reopen_session, update_session,
};
use crate::users::handlers::{change_nickname, check_nickname, get_account};

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
        from_fn(|request, next| rate_limits::check(Limit::$limit, request, next))
    };
}

fn accounts(api: &mut ServiceConfig) {
    api.service(
        resource("/users").route(
            post()
                .to(register_account)
                .wrap(maybe_user!())
                .wrap(limit!(Registration)),
        ),
    )
    .service(
        resource("/users/me")
            .route(get().to(get_account).wrap(user!()))
            .route(patch().to(change_nickname).wrap(user!()))
            .route(
                delete()
                    .to(delete_account)
                    .wrap(user!())
                    .wrap(limit!(Deletion)),
            ),
    )
    .service(
        resource("/users/me/password").route(
            post()
                .to(change_password)
                .wrap(user!())
                .wrap(limit!(Password)),
        ),
    )
    .service(
        resource("/users/me/export")
            .route(get().to(export_account).wrap(user!()).wrap(limit!(Export))),
    )
    .service(
        resource("/users/me/logins")
            .route(get().to(list_logins).wrap(user!()))
            .route(delete().to(end_other_logins).wrap(user!())),
    );
}

fn logins(api: &mut ServiceConfig) {
    api.service(resource("/auth/login").route(post().to(sign_in).wrap(limit!(Login))))
        .service(resource("/auth/guest").route(post().to(sign_in_guest).wrap(limit!(Guests))))
        .service(resource("/auth/token").route(post().to(refresh).wrap(limit!(Token))))
        .service(resource("/auth/logout").route(post().to(sign_out)));
}

fn posts(api: &mut ServiceConfig) {
    api.service(
        resource("/posts")
            .route(get().to(list_posts))
            .route(post().to(create_post).wrap(user!())),
    );
}

/// The same for pages that hold no token in script.
fn sign_in_by_cookies(api: &mut ServiceConfig) {
    api.service(
        resource("/authentication")
            .route(get().to(cookie_flow::get_account_by_cookie).wrap(user!())),
    )
    .service(
        resource("/authentication/register").route(
            post()
                .to(cookie_flow::register_by_cookie)
                .wrap(limit!(Registration)),
        ),
    )
    .service(
        resource("/authentication/log-in").route(
            post()
                .to(cookie_flow::sign_in_by_cookie)
                .wrap(limit!(Login)),
        ),
    )
    .service(
        resource("/authentication/refresh").route(
            post()
                .to(cookie_flow::refresh_by_cookie)
                .wrap(limit!(Token)),
        ),
    )
    .service(resource("/authentication/log-out").route(post().to(cookie_flow::sign_out_by_cookie)));
}

fn documents(api: &mut ServiceConfig) {
    api.service(resource("/openapi.json").route(get().to(get_api_document)))
        .service(resource("/docs").route(get().to(get_docs)));
}

fn sessions(api: &mut ServiceConfig) {
    api.service(
        resource("/sessions")
            .route(get().to(list_sessions).wrap(user!()))
            .route(post().to(open_session).wrap(user!())),
    );
}

/// Under `/sessions`.
fn session_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/sessions/by-code/{joinCode}")
            .route(get().to(find_session_by_code).wrap(maybe_user!())),
    )
    .service(
        resource("/sessions/{sessionId}")
            .route(get().to(get_session).wrap(maybe_user!()))
            .route(patch().to(update_session).wrap(user!()))
            .route(delete().to(delete_session).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/export")
            .route(get().to(export_session).wrap(user!()).wrap(limit!(Export))),
    )
    .service(
        resource("/sessions/{sessionId}/events").route(
            get()
                .to(follow_session)
                .wrap(maybe_user!())
                .wrap(limit!(Streams)),
        ),
    )
    .service(resource("/sessions/{sessionId}/qr.svg").route(get().to(get_qr_code)))
    .service(
        resource("/sessions/{sessionId}/terminate").route(post().to(end_session).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/reopen").route(post().to(reopen_session).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/questions")
            .route(get().to(list_questions).wrap(maybe_user!()))
            .route(post().to(ask_question).wrap(user!())),
    );
}

/// What hosts do to a whole session.
fn moderation_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/sessions/{sessionId}/current")
            .route(put().to(choose_question).wrap(user!()))
            .route(delete().to(clear_current_question).wrap(user!())),
    )
    .service(resource("/sessions/{sessionId}/labels").route(put().to(change_labels).wrap(user!())))
    .service(
        resource("/sessions/{sessionId}/replies")
            .route(get().to(list_replies_in_review).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/approve-all").route(post().to(approve_all).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/dismiss-all").route(post().to(dismiss_all).wrap(user!())),
    )
    .service(resource("/sessions/{sessionId}/mutes").route(get().to(list_mutes).wrap(user!())))
    .service(
        resource("/sessions/{sessionId}/mutes/{muteId}").route(delete().to(unmute).wrap(user!())),
    );
}

fn participant_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/sessions/{sessionId}/participants")
            .route(get().to(list_participants).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/participants/me")
            .route(put().to(enter_session).wrap(user!()))
            .route(delete().to(leave_session).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/super-host")
            .route(put().to(hand_over_session).wrap(user!())),
    )
    .service(
        resource("/sessions/{sessionId}/hosts/{userId}")
            .route(put().to(grant_host).wrap(user!()))
            .route(delete().to(revoke_host).wrap(user!())),
    );
}

fn question_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/questions/{questionId}")
            .route(get().to(get_question).wrap(maybe_user!()))
            .route(patch().to(edit_question).wrap(user!()))
            .route(delete().to(delete_question).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/pin")
            .route(put().to(pin_question).wrap(user!()))
            .route(delete().to(unpin_question).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/close")
            .route(put().to(close_question).wrap(user!()))
            .route(delete().to(reopen_question).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/like")
            .route(
                put()
                    .to(like_question)
                    .wrap(from_fn(check_likes))
                    .wrap(user!()),
            )
            .route(
                delete()
                    .to(unlike_question)
                    .wrap(from_fn(check_likes))
                    .wrap(user!()),
            ),
    )
    .service(
        resource("/questions/{questionId}/replies")
            .route(post().to(reply_to_question).wrap(user!())),
    );
}

fn judged_question_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/questions/{questionId}/approve")
            .route(post().to(approve_question).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/dismiss")
            .route(post().to(dismiss_question).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/labels").route(put().to(label_question).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/merge").route(post().to(merge_question).wrap(user!())),
    )
    .service(
        resource("/questions/{questionId}/author/mute").route(post().to(mute_asker).wrap(user!())),
    );
}

fn reply_patterns(api: &mut ServiceConfig) {
    api.service(
        resource("/replies/{replyId}/approve").route(post().to(approve_reply).wrap(user!())),
    )
    .service(resource("/replies/{replyId}/dismiss").route(post().to(dismiss_reply).wrap(user!())))
    .service(
        resource("/replies/{replyId}/author/mute").route(post().to(mute_replier).wrap(user!())),
    )
    .service(
        resource("/replies/{replyId}")
            .route(patch().to(edit_reply).wrap(user!()))
            .route(delete().to(delete_reply).wrap(user!())),
    )
    .service(
        resource("/replies/{replyId}/pin")
            .route(put().to(pin_reply).wrap(user!()))
            .route(delete().to(unpin_reply).wrap(user!())),
    )
    .service(
        resource("/replies/{replyId}/like")
            .route(
                put()
                    .to(like_reply)
                    .wrap(from_fn(check_likes))
                    .wrap(user!()),
            )
            .route(
                delete()
                    .to(unlike_reply)
                    .wrap(from_fn(check_likes))
                    .wrap(user!()),
            ),
    );
}

/// Last: they are compared as expressions, one after the other.
fn patterns(api: &mut ServiceConfig) {
    api.service(resource("/users/me/logins/{loginId}").route(delete().to(end_login).wrap(user!())))
        .service(
            resource("/posts/{postId}")
                .route(get().to(get_post))
                .route(patch().to(update_post).wrap(user!()).wrap(limit!(Posts)))
                .route(delete().to(delete_post).wrap(user!())),
        )
        .service(resource("/users/nicknames/{nickname}").route(get().to(check_nickname)))
        .service(resource("/docs/{file:.*}").route(get().to(get_docs_file)));
}

/// Registers every URL but those of the page.
pub fn register(routes: &mut ServiceConfig) {
    let api = web::scope("/api")
        .configure(accounts)
        .configure(logins)
        .configure(sign_in_by_cookies)
        .configure(posts)
        .configure(sessions)
        .configure(documents)
        .configure(patterns)
        .configure(session_patterns)
        .configure(participant_patterns)
        .configure(moderation_patterns)
        .configure(question_patterns)
        .configure(judged_question_patterns)
        .configure(reply_patterns);
    routes
        .service(api)
        .service(resource("/.well-known/jwks.json").route(get().to(get_public_keys)))
        .service(resource("/health/live").route(get().to(health::live)))
        .service(resource("/health/ready").route(get().to(health::ready)));
}

/// Registers the URLs of the page, which the API document does not name.
pub fn register_page(routes: &mut ServiceConfig) {
    for path in ["/join/{code}", "/account", "/sign-in", "/register"] {
        routes.service(resource(path).route(get().to(get_page)));
    }
    for path in ["/s/{sessionId}", "/s/{sessionId}/screen"] {
        routes.service(resource(path).route(get().to(get_session_page)));
    }
    routes
        .service(resource("/").route(get().to(get_home)))
        .service(resource("/{file:(app|client)/.*}").route(get().to(get_page_file)));
}
