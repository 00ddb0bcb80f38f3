//! GET and POST `/posts`, GET, PATCH and DELETE `/posts/{postId}`.

use actix_web::{HttpResponse, web};

use super::dto::PostsResponse;
use super::{NewPost, Post, PostChange, PostId, PostsError, PostsService};
use crate::http::ErrorCode::{
    Conflict, DatabaseUnavailable, Forbidden, InvalidCursor, LoginRequired, NotFound, Overloaded,
    ValidationFailed,
};
use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::{Holder, Limit, Limits};
use crate::http::{ApiError, Cursors, Id, Json, Obstacle, PageQuery};
use crate::retries::handlers::{create_within, created};
use crate::retries::{KeyParameter, Retriable};
use crate::users::CurrentUser;

impl From<PostsError> for ApiError {
    fn from(error: PostsError) -> Self {
        match error {
            PostsError::NoSuchPost => NotFound.into(),
            PostsError::Forbidden => Forbidden.into(),
            PostsError::TooMany => Self::conflict(Obstacle::TooManyPosts),
            PostsError::Retry(error) => error.into(),
            PostsError::Account(error) => error.into(),
            PostsError::Database(error) => error.into(),
        }
    }
}

/// Write a post
///
/// An account may have 1,000 posts.
///
/// # Errors
/// 400, 401, 403 for a guest, 409 for one post too many and for a key of another request, 429, 503.
#[utoipa::path(
    post, path = "/api/posts", tag = "posts",
    params(KeyParameter),
    request_body(content = NewPost, examples(
        ("en" = (summary = "English", value = json!({
            "title": "Room changed", "content": "We meet in room 12 today."
        }))),
        ("ko" = (summary = "한국어", value = json!({
            "title": "강의실 변경", "content": "오늘은 12호실에서 만납니다."
        }))),
    )),
    responses((status = 201, description = "The post.", body = Post)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([LoginRequired, NotFound, Conflict, Overloaded])))
)]
pub async fn create_post(
    posts: web::Data<PostsService>,
    limits: web::Data<Limits>,
    me: CurrentUser,
    address: ClientAddress,
    Retriable { value, retry }: Retriable<NewPost>,
) -> Result<HttpResponse, ApiError> {
    let taken = limits.take_all(&[(Limit::Posts, Holder::Network(address.network()))]);
    let create = async |retry| posts.create(me, value, retry).await;
    let find = async |retry| posts.find_created(me, retry).await;
    Ok(created(
        create_within(&limits, taken, retry, create, find).await?,
    ))
}

/// List posts
///
/// The newest first. A page ends where its posts have 256 KiB of text, too.
///
/// # Errors
/// 400, 503.
#[utoipa::path(
    get, path = "/api/posts", tag = "posts",
    params(PageQuery),
    responses((status = 200, description = "A page of posts.", body = PostsResponse)),
    extensions(("x-error-codes" = json!([ValidationFailed, InvalidCursor, DatabaseUnavailable])))
)]
pub async fn list_posts(
    posts: web::Data<PostsService>,
    cursors: web::Data<Cursors>,
    page: PageQuery,
) -> Result<HttpResponse, ApiError> {
    let cursors = cursors.of("posts".into());
    let before = cursors.after(&page)?;
    let found = posts.list(before, page.limit as usize).await?;
    Ok(HttpResponse::Ok().json(PostsResponse::new(found, &cursors)))
}

/// Get a post
///
/// # Errors
/// 404, 503.
#[utoipa::path(
    get, path = "/api/posts/{postId}", tag = "posts",
    params(("postId" = i64, Path, minimum = 1)),
    responses((status = 200, description = "The post.", body = Post)),
    extensions(("x-error-codes" = json!([NotFound, DatabaseUnavailable])))
)]
pub async fn get_post(
    posts: web::Data<PostsService>,
    Id(post_id): Id<PostId>,
) -> Result<HttpResponse, ApiError> {
    let post = posts.get(post_id).await?;
    Ok(HttpResponse::Ok().json(post))
}

/// Change a post of mine
///
/// # Errors
/// 400, 401, 403 for a guest and for someone else's post, 404, 503.
#[utoipa::path(
    patch, path = "/api/posts/{postId}", tag = "posts",
    params(("postId" = i64, Path, minimum = 1)),
    request_body(
        content = PostChange, description = "May be left out; then nothing changes.",
        examples(
            ("en" = (summary = "English", value = json!({ "title": "Room changed again" }))),
            ("ko" = (summary = "한국어", value = json!({ "title": "강의실 다시 변경" }))),
        )
    ),
    responses((status = 200, description = "The post as it is now.", body = Post)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([LoginRequired, Forbidden, NotFound, Overloaded])))
)]
pub async fn update_post(
    posts: web::Data<PostsService>,
    me: CurrentUser,
    Id(post_id): Id<PostId>,
    Json(change): Json<PostChange>,
) -> Result<HttpResponse, ApiError> {
    let post = posts.update(me, post_id, change).await?;
    Ok(HttpResponse::Ok().json(post))
}

/// Delete a post of mine
///
/// # Errors
/// 401, 403 for a guest and for someone else's post, 404, 503.
#[utoipa::path(
    delete, path = "/api/posts/{postId}", tag = "posts",
    params(("postId" = i64, Path, minimum = 1)),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([LoginRequired, Forbidden, NotFound, Overloaded])))
)]
pub async fn delete_post(
    posts: web::Data<PostsService>,
    me: CurrentUser,
    Id(post_id): Id<PostId>,
) -> Result<HttpResponse, ApiError> {
    posts.delete(me, post_id).await?;
    Ok(HttpResponse::NoContent().finish())
}
