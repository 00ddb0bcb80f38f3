//! Logging: one span and one closing line per request, never a secret in either.

use std::io::IsTerminal;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::filter::{ParseError, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::clock::Stopwatch;
use crate::config::{LogFormat, TelemetrySettings};

/// Why logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("telemetry.level is no log filter")]
    Filter(#[from] ParseError),
    /// A process logs in one way only.
    #[error("logging was started before")]
    Again(#[from] TryInitError),
}

/// Starts logging to `writer`, for the rest of the process.
///
/// # Errors
/// When logging was started before, or the filter is none.
pub fn init<W>(settings: &TelemetrySettings, writer: W) -> Result<(), TelemetryError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter: Targets = settings.level.parse()?;
    // Otherwise a log that nobody reads any more ends in a panic of whoever writes to it.
    let layer = fmt::layer().log_internal_errors(false).with_writer(writer);
    let layer = match settings.format {
        // The current span says it all; the list of spans would say it again.
        LogFormat::Json => layer.json().with_span_list(false).boxed(),
        LogFormat::Pretty => {
            let colours = std::io::stderr().is_terminal();
            layer.with_target(false).with_ansi(colours).boxed()
        }
    };
    Ok(registry().with(filter).with(layer).try_init()?)
}

/// The span of a request. It names the route's pattern, not the path: what people type into paths
/// and queries is theirs.
pub struct RequestSpan;

/// The route's pattern, for the closing line.
struct Route(String);

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().copied();
        let route = request.match_pattern().unwrap_or_else(|| "(none)".into());
        let span = tracing::info_span!(
            "request",
            method = method(request.method()),
            route,
            request_id = id.map(tracing::field::display),
        );
        request.extensions_mut().insert(Route(route));
        span
    }

    fn on_request_end<B: MessageBody>(_: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        if let Err(error) = outcome {
            tracing::error!(%error, "not answered");
        }
    }
}

/// A method by its name, if it is one that the API has; clients may send any text as one.
fn method(method: &Method) -> &str {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if known.contains(method) {
        method.as_str()
    } else {
        "(other)"
    }
}

/// Writes the closing line of each request, outside of its span: to print a span as JSON takes as
/// long as all the rest of the line, which says the same.
///
/// # Errors
/// Those of the services within.
pub async fn log_answers<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let stopwatch = Stopwatch::start();
    // What is within lets GET answer HEAD.
    let asked = request.method().clone();
    let response = next.call(request).await?;
    let request = response.request();
    let extensions = request.extensions();
    if let (Some(id), Some(Route(route))) = (extensions.get::<RequestId>(), extensions.get()) {
        tracing::info!(
            method = method(&asked),
            route,
            request_id = %id,
            status = response.status().as_u16(),
            microseconds = u64::try_from(stopwatch.elapsed().as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
    }
    drop(extensions);
    Ok(response)
}
