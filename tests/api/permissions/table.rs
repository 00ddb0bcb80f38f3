//! What each operation answers to a guest and to a user.

/// What an operation answers to whom: a status, and the code of a problem.
pub enum Access {
    /// The same to everyone: no access token is looked at.
    Open(&'static str),
    /// The same to everyone, unless the `Authorization` header holds a bad token: then 401.
    Optional(&'static str),
    /// Without a good access token 401. `user` has an account, and nothing to do with what the path
    /// names.
    Token {
        guest: &'static str,
        user: &'static str,
    },
}
use Access::{Open, Optional, Token};

/// A row for each operation. What is sent is the example of the document, with the password of
/// whoever asks and the id of something that belongs to someone else.
pub const TABLE: &[(&str, Access)] = &[
    ("GET /.well-known/jwks.json", Open("200")),
    ("GET /api/docs", Open("302")),
    ("GET /api/docs/{file}", Open("200")),
    ("GET /api/openapi.json", Open("200")),
    ("GET /health/live", Open("200")),
    ("GET /health/ready", Open("200")),
    ("POST /api/auth/guest", Open("201")),
    ("POST /api/auth/login", Open("401 invalid_credentials")),
    ("POST /api/auth/logout", Open("200")),
    ("POST /api/auth/token", Open("401 invalid_refresh_token")),
    ("POST /api/authentication/register", Open("201")),
    (
        "POST /api/authentication/log-in",
        Open("401 invalid_credentials"),
    ),
    (
        "GET /api/authentication",
        token("403 login_required", "200"),
    ),
    // Of the refresh token in a cookie, which nobody sends here.
    (
        "POST /api/authentication/refresh",
        Open("401 missing_token"),
    ),
    ("POST /api/authentication/log-out", Open("200")),
    ("GET /api/posts", Open("200")),
    ("POST /api/posts", token("403 login_required", "201")),
    ("GET /api/posts/{postId}", Open("200")),
    (
        "PATCH /api/posts/{postId}",
        token("403 login_required", "403 forbidden"),
    ),
    (
        "DELETE /api/posts/{postId}",
        token("403 login_required", "403 forbidden"),
    ),
    ("POST /api/sessions", token("403 login_required", "201")),
    ("GET /api/sessions", token("200", "200")),
    ("GET /api/sessions/by-code/{joinCode}", Optional("200")),
    ("GET /api/sessions/{sessionId}", Optional("200")),
    ("PATCH /api/sessions/{sessionId}", FORBIDDEN),
    ("DELETE /api/sessions/{sessionId}", FORBIDDEN),
    ("GET /api/sessions/{sessionId}/qr.svg", Open("200")),
    ("GET /api/sessions/{sessionId}/export", FORBIDDEN),
    ("GET /api/sessions/{sessionId}/events", Optional("200")),
    ("POST /api/sessions/{sessionId}/terminate", FORBIDDEN),
    ("POST /api/sessions/{sessionId}/reopen", FORBIDDEN),
    ("PUT /api/sessions/{sessionId}/super-host", FORBIDDEN),
    // Before they enter, as the next rows do.
    ("GET /api/sessions/{sessionId}/participants", FORBIDDEN),
    (
        "PUT /api/sessions/{sessionId}/participants/me",
        token("200", "200"),
    ),
    ("PUT /api/sessions/{sessionId}/hosts/{userId}", FORBIDDEN),
    ("DELETE /api/sessions/{sessionId}/hosts/{userId}", FORBIDDEN),
    ("GET /api/sessions/{sessionId}/questions", Optional("200")),
    (
        "POST /api/sessions/{sessionId}/questions",
        token("201", "201"),
    ),
    ("GET /api/questions/{questionId}", Optional("200")),
    ("PATCH /api/questions/{questionId}", FORBIDDEN),
    ("DELETE /api/questions/{questionId}", FORBIDDEN),
    ("PUT /api/questions/{questionId}/pin", FORBIDDEN),
    ("DELETE /api/questions/{questionId}/pin", FORBIDDEN),
    ("PUT /api/questions/{questionId}/close", FORBIDDEN),
    ("DELETE /api/questions/{questionId}/close", FORBIDDEN),
    ("PUT /api/questions/{questionId}/like", token("200", "200")),
    (
        "DELETE /api/questions/{questionId}/like",
        token("200", "200"),
    ),
    (
        "POST /api/questions/{questionId}/replies",
        token("201", "201"),
    ),
    ("PATCH /api/replies/{replyId}", FORBIDDEN),
    ("DELETE /api/replies/{replyId}", FORBIDDEN),
    ("PUT /api/replies/{replyId}/pin", FORBIDDEN),
    ("DELETE /api/replies/{replyId}/pin", FORBIDDEN),
    ("PUT /api/replies/{replyId}/like", token("200", "200")),
    ("DELETE /api/replies/{replyId}/like", token("200", "200")),
    ("PUT /api/sessions/{sessionId}/current", FORBIDDEN),
    ("DELETE /api/sessions/{sessionId}/current", FORBIDDEN),
    ("PUT /api/sessions/{sessionId}/labels", FORBIDDEN),
    ("GET /api/sessions/{sessionId}/replies", FORBIDDEN),
    ("POST /api/sessions/{sessionId}/approve-all", FORBIDDEN),
    ("POST /api/sessions/{sessionId}/dismiss-all", FORBIDDEN),
    ("GET /api/sessions/{sessionId}/mutes", FORBIDDEN),
    ("DELETE /api/sessions/{sessionId}/mutes/{muteId}", FORBIDDEN),
    ("POST /api/questions/{questionId}/approve", FORBIDDEN),
    ("POST /api/questions/{questionId}/dismiss", FORBIDDEN),
    ("PUT /api/questions/{questionId}/labels", FORBIDDEN),
    ("POST /api/questions/{questionId}/merge", FORBIDDEN),
    ("POST /api/questions/{questionId}/author/mute", FORBIDDEN),
    ("POST /api/replies/{replyId}/approve", FORBIDDEN),
    ("POST /api/replies/{replyId}/dismiss", FORBIDDEN),
    ("POST /api/replies/{replyId}/author/mute", FORBIDDEN),
    (
        "DELETE /api/sessions/{sessionId}/participants/me",
        token("204", "204"),
    ),
    ("POST /api/users", Optional("201")),
    ("GET /api/users/nicknames/{nickname}", Open("200")),
    ("GET /api/users/me", token("200", "200")),
    ("PATCH /api/users/me", token("403 login_required", "200")),
    ("DELETE /api/users/me", token("204", "204")),
    ("GET /api/users/me/export", token("200", "200")),
    ("GET /api/users/me/logins", token("200", "200")),
    ("DELETE /api/users/me/logins", token("204", "204")),
    (
        "DELETE /api/users/me/logins/{loginId}",
        token("404 not_found", "404 not_found"),
    ),
    (
        "POST /api/users/me/password",
        token("403 login_required", "200"),
    ),
];

/// For hosts or the author, which neither the guest nor the user is.
const FORBIDDEN: Access = token("403 forbidden", "403 forbidden");

const fn token(guest: &'static str, user: &'static str) -> Access {
    Token { guest, user }
}
