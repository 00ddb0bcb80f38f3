//! A server of pages, which answers by every name of this machine.

use std::net::TcpListener;
use std::path::Path;
use std::{fs, thread};

use actix_web::rt::System;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use url::form_urlencoded;

/// Starts one that runs until this process ends, and tells its port.
pub fn start() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let app = || {
            let plant = web::resource("/plant").to(plant);
            App::new().service(plant).default_service(web::to(page))
        };
        let server = HttpServer::new(app).workers(1).disable_signals();
        System::new().block_on(server.listen(listener).unwrap().run())
    });
    port
}

/// A file of `tests/browser/pages`, or of the client in `web/`.
async fn page(request: HttpRequest) -> HttpResponse {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = request.path().trim_start_matches('/');
    let kind = if request.path().ends_with(".js") {
        "text/javascript"
    } else {
        "text/html; charset=utf-8"
    };
    let folder = if name.starts_with("client/") {
        "web"
    } else {
        "tests/browser/pages"
    };
    match fs::read_to_string(root.join(folder).join(name)) {
        Ok(text) => HttpResponse::Ok().content_type(kind).body(text),
        Err(_) => HttpResponse::NotFound().finish(),
    }
}

/// A page that sets each `cookie` of its query.
async fn plant(request: HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    for (_, line) in form_urlencoded::parse(request.query_string().as_bytes()) {
        answer.append_header(("Set-Cookie", line.as_bytes()));
    }
    answer.content_type("text/plain").body("planted")
}
