//! GET `/health/live` and GET `/health/ready`, for whoever runs the service.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::error::ApiError;
use crate::db::Db;

/// The process runs.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "live" }))
}

/// The database answers.
///
/// # Errors
/// 503 when it does not.
pub async fn ready(db: web::Data<Db>) -> Result<HttpResponse, ApiError> {
    db.ping().await?;
    Ok(HttpResponse::Ok().json(json!({ "status": "ready" })))
}
