//! `serve`: the built UI and one WebSocket for a browser on this machine.
//!
//! Bound to 127.0.0.1. The WebSocket needs the random token of the printed address, an `Origin` that is this server, and
//! every request needs a `Host` that is this server: a page of another site can neither read nor guess its way in.

mod guard;
mod socket;

use std::{process::ExitCode, sync::Arc};

use axum::{
    Router,
    extract::{Query, State, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use lab_app::App;
use lab_app::LocalHost;
use lab_model::{Code, Problem};
use serde::Deserialize;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::output::Output;

/// The same policy as the desktop window's, so that a browser shows what breaks under it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self' ws://127.0.0.1:*; object-src 'none'; base-uri 'none'; \
     frame-src 'none'; frame-ancestors 'none'";

#[derive(Clone)]
struct Serving {
    app: Arc<App>,
    token: Arc<str>,
    authority: Arc<str>,
}

pub(crate) async fn run(out: &Output, host: LocalHost, port: u16) -> Result<ExitCode, Problem> {
    use lab_app::Host;
    let ui = host.content().ui.clone();
    if !ui.join("index.html").is_file() {
        return Err(Problem {
            code: Code::Storage,
            message: format!("The UI is not built: {} has no index.html.", ui.display()),
            detail: String::new(),
            hint: "Build it: cargo xtask run, or npm ci && npm run build in ui/.".into(),
        });
    }
    let app = crate::commands::app(host)?;
    // A wrong lesson is told here, and not on every page.
    app.library()?;
    // A container engine that is busy answers late, and the page says so itself.
    app.keep_labs(true);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| taken(port, &error))?;
    let address = listener.local_addr().map_err(|error| taken(port, &error))?;
    let token = uuid::Uuid::new_v4().simple().to_string();
    let url = format!("http://{address}/?token={token}");
    out.give(&serde_json::json!({ "event": "serving", "url": url }));
    out.say(format!("Open in a browser on this machine: {}", out.strong(&url)));
    out.say("Ctrl-C stops the server. Labs keep running.");
    let serving = Serving { app: Arc::clone(&app), token: token.into(), authority: address.to_string().into() };
    let served = axum::serve(listener, router(serving, &ui)).with_graceful_shutdown(asked_to_end());
    // Open WebSockets never end by themselves; ending must not wait for them.
    tokio::select! {
        result = served.into_future() => result.map_err(|error| taken(port, &error))?,
        () = async { asked_to_end().await; tokio::time::sleep(std::time::Duration::from_millis(200)).await } => {}
    }
    app.leave_all().await;
    Ok(ExitCode::SUCCESS)
}

fn router(serving: Serving, ui: &std::path::Path) -> Router {
    let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    Router::new()
        .route("/ws", get(connect))
        .fallback_service(ServeDir::new(ui))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy))
        .layer(SetResponseHeaderLayer::overriding(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(middleware::from_fn_with_state(Arc::clone(&serving.authority), guard::host))
        .with_state(serving)
}

#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    token: String,
}

async fn connect(
    State(serving): State<Serving>,
    Query(credentials): Query<Credentials>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !guard::may_connect(&serving.token, &credentials.token, &serving.authority, &headers) {
        return (StatusCode::FORBIDDEN, "wrong token or origin; open the address that `serve` printed").into_response();
    }
    upgrade.on_upgrade(move |socket| socket::talk(serving.app, socket))
}

async fn asked_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}

fn taken(port: u16, error: &std::io::Error) -> Problem {
    Problem {
        code: Code::PortTaken,
        message: format!("Pipewright cannot listen on 127.0.0.1:{port}."),
        detail: error.to_string(),
        hint: "Choose another port, or 0 for a free one: pipewright serve --port 0".into(),
    }
}
