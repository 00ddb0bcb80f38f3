//! GET `/health/live` and GET `/health/ready`, for whoever runs the service.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::ApiError;
use super::error::ErrorCode::DatabaseUnavailable;
use crate::db::Db;

/// The URLs of the health checks.
pub const PATHS: [&str; 2] = ["/health/live", "/health/ready"];

/// How the service is.
#[derive(Serialize, ToSchema)]
struct HealthResponse {
    /// `live` or `ready`.
    status: &'static str,
}

/// See whether the process runs
#[utoipa::path(
    get, path = "/health/live", tag = "service",
    responses((status = 200, description = "It runs.", body = HealthResponse))
)]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(HealthResponse { status: "live" })
}

/// See whether the database answers
///
/// # Errors
/// 503 when it does not.
#[utoipa::path(
    get, path = "/health/ready", tag = "service",
    responses((status = 200, description = "It does.", body = HealthResponse)),
    extensions(("x-error-codes" = json!([DatabaseUnavailable])))
)]
pub async fn ready(db: web::Data<Db>) -> Result<HttpResponse, ApiError> {
    db.ping().await?;
    Ok(HttpResponse::Ok().json(HealthResponse { status: "ready" }))
}
