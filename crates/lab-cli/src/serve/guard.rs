//! The requests that the server answers: those made to it by name of this machine, by a page that it served itself.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refuses requests for another host: a foreign name that was made to resolve to 127.0.0.1 (DNS rebinding).
pub(super) async fn host(State(authority): State<Arc<str>>, request: Request, next: Next) -> Response {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if named.is_some_and(|named| is_this_server(named, &authority)) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "this server answers only for the address it printed").into_response()
    }
}

/// Whether a WebSocket may be opened.
pub(super) fn may_connect(token: &str, given: &str, authority: &str, headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let own = origin.and_then(|origin| origin.strip_prefix("http://"));
    given == token && own.is_some_and(|own| is_this_server(own, authority))
}

fn is_this_server(named: &str, authority: &str) -> bool {
    let port = authority.rsplit(':').next().unwrap_or_default();
    named == authority || named == format!("localhost:{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(origin: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, origin.parse().unwrap());
        headers
    }

    #[test]
    fn only_the_right_token_from_our_own_page_may_connect() {
        let authority = "127.0.0.1:4711";
        assert!(may_connect("t", "t", authority, &from("http://127.0.0.1:4711")));
        assert!(may_connect("t", "t", authority, &from("http://localhost:4711")));
        assert!(!may_connect("t", "x", authority, &from("http://127.0.0.1:4711")));
        assert!(!may_connect("t", "t", authority, &from("http://127.0.0.1:4712")));
        assert!(!may_connect("t", "t", authority, &from("http://evil.example")));
        assert!(!may_connect("t", "t", authority, &HeaderMap::new()));
    }
}
