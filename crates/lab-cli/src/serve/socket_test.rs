//! A browser's WebSocket, from a browser's side: over a real socket, to an application that has no lab.

use std::{future::IntoFuture, net::SocketAddr, path::Path, time::Duration};

use axum::http::{StatusCode, header};
use lab_app::{Content, Host};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message as Sent, client::IntoClientRequest},
};

use super::*;
use crate::serve::{Serving, router};

/// A test that waits for longer than this has failed.
const LIMIT: Duration = Duration::from_secs(30);

/// A host with empty folders and no container engine.
struct Nowhere {
    folder: TempDir,
    content: Content,
}

impl Nowhere {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let content = Content::under(folder.path());
        for made in [&content.lessons, &content.docker.join("stacks"), &content.ui] {
            std::fs::create_dir_all(made).unwrap();
        }
        Self { folder, content }
    }
}

impl Host for Nowhere {
    fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    fn content(&self) -> &Content {
        &self.content
    }

    fn engine_setting(&self) -> Option<String> {
        Some("unix:///nowhere".into())
    }
}

struct Server {
    app: Arc<App>,
    address: SocketAddr,
}

type Page = WebSocketStream<TcpStream>;

impl Server {
    async fn new() -> Self {
        let app = App::new(Arc::new(Nowhere::new())).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let authority = address.to_string().into();
        let serving = Serving { app: Arc::clone(&app), token: "secret".into(), authority };
        let router = router(serving, &app.host.content().ui);
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { app, address }
    }

    /// A page of this server.
    async fn page(&self) -> Page {
        self.connect("secret", &format!("http://{}", self.address), &self.address.to_string()).await.unwrap()
    }

    /// A page with that token, from that origin, that calls the server by that name; refused with a status.
    async fn connect(&self, token: &str, origin: &str, host: &str) -> Result<Page, StatusCode> {
        let mut request = format!("ws://{}/ws?token={token}", self.address).into_client_request().unwrap();
        request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        request.headers_mut().insert(header::HOST, host.parse().unwrap());
        let stream = TcpStream::connect(self.address).await.unwrap();
        match client_async(request, stream).await {
            Ok((page, _)) => Ok(page),
            Err(tungstenite::Error::Http(answer)) => Err(answer.status()),
            Err(error) => panic!("{error}"),
        }
    }

    fn something_happens(&self) {
        self.app.jobs.begin("work".into(), None, LIMIT, |_| async { Ok(()) });
    }
}

async fn say(page: &mut Page, message: &Value) {
    page.send(Sent::text(message.to_string())).await.unwrap();
}

/// The next message that is as it is waited for; what comes before it is passed over.
async fn wait_for(page: &mut Page, is: impl Fn(&Value) -> bool) -> Value {
    let heard = async {
        loop {
            let Sent::Text(text) = page.next().await.unwrap().unwrap() else { continue };
            let message: Value = serde_json::from_str(&text).unwrap();
            if is(&message) {
                return message;
            }
        }
    };
    tokio::time::timeout(LIMIT, heard).await.expect("it does not come")
}

/// The next message in which that field is that number.
async fn hear(page: &mut Page, field: &str, number: u64) -> Value {
    wait_for(page, |message| message[field] == number).await
}

/// The next push, whatever it is of, taken.
async fn push(page: &mut Page) -> Value {
    let push = wait_for(page, |message| message["push"].is_u64()).await;
    say(page, &json!({ "ack": push["push"], "rev": push["rev"] })).await;
    push
}

async fn ask(page: &mut Page, id: u64, name: &str, payload: Value) -> Value {
    say(page, &json!({ "id": id, "rpc": name, "payload": payload })).await;
    hear(page, "id", id).await
}

/// Follows jobs under that id; the first push has come.
async fn follow(page: &mut Page, id: u64) {
    say(page, &json!({ "id": id, "subscribe": { "to": "jobs" } })).await;
    assert_eq!(hear(page, "push", id).await["rev"], 1);
}

/// Takes the push of that subscription, and waits for the next one.
async fn next(page: &mut Page, id: u64) -> Value {
    say(page, &json!({ "ack": id, "rev": 1 })).await;
    hear(page, "push", id).await
}

#[tokio::test]
async fn what_is_no_message_is_passed_over_and_the_next_one_is_answered() {
    let mut page = Server::new().await.page().await;
    for text in ["{nonsense", "", "[]", "7", r#"{"id":"one","rpc":"views"}"#, r#"{"id":1,"subscribe":{"to":"moon"}}"#] {
        page.send(Sent::text(text)).await.unwrap();
    }
    page.send(Sent::binary(vec![0, 159, 146, 150])).await.unwrap();
    assert!(ask(&mut page, 2, "views", json!({})).await["ok"].is_array());
}

#[tokio::test]
async fn an_unknown_command_is_answered_with_a_problem() {
    let mut page = Server::new().await.page().await;
    let answer = ask(&mut page, 1, "launch", json!({})).await;
    assert_eq!((&answer["problem"]["code"], &answer["ok"]), (&json!("unknown"), &Value::Null));
}

#[tokio::test]
async fn a_message_of_another_shape_is_answered_if_it_has_an_id() {
    let mut page = Server::new().await.page().await;
    say(&mut page, &json!({ "id": 7, "subscribe": { "to": "what_is_to_come" } })).await;
    assert_eq!(hear(&mut page, "id", 7).await["problem"]["code"], "action_invalid");
}

#[tokio::test]
async fn what_cannot_be_followed_is_answered_with_a_problem() {
    let mut page = Server::new().await.page().await;
    let view = json!({ "kind": "lab_nodes", "with": {} });
    say(&mut page, &json!({ "id": 1, "subscribe": { "to": "view", "lab": "none", "view": view } })).await;
    assert_eq!(hear(&mut page, "id", 1).await["problem"]["code"], "unknown");
}

#[tokio::test]
async fn two_pages_that_ask_under_one_id_each_get_their_own_answer() {
    let server = Server::new().await;
    let (mut one, mut other) = (server.page().await, server.page().await);
    for (page, name) in [(&mut one, "views"), (&mut other, "lessons")] {
        say(page, &json!({ "id": 1, "rpc": name })).await;
    }
    let heard = [hear(&mut one, "id", 1).await, hear(&mut other, "id", 1).await];
    assert_eq!((heard[0]["ok"][0]["kind"].is_string(), &heard[1]["ok"]), (true, &json!([])));
}

#[tokio::test]
async fn what_one_page_closes_the_other_goes_on_following() {
    let server = Server::new().await;
    let (mut one, mut other) = (server.page().await, server.page().await);
    follow(&mut one, 1).await;
    follow(&mut other, 1).await;
    say(&mut other, &json!({ "unsubscribe": 1 })).await;
    ask(&mut other, 2, "views", json!({})).await;
    server.something_happens();
    assert_eq!(next(&mut one, 1).await["rev"], 2);
}

#[tokio::test]
async fn a_subscription_that_was_closed_is_pushed_nothing_more() {
    let server = Server::new().await;
    let mut page = server.page().await;
    follow(&mut page, 1).await;
    follow(&mut page, 2).await;
    say(&mut page, &json!({ "unsubscribe": 1 })).await;
    for id in [1, 2] {
        say(&mut page, &json!({ "ack": id, "rev": 1 })).await;
    }
    // Answered: all of that was read.
    ask(&mut page, 3, "views", json!({})).await;
    let mut pushed = Vec::new();
    for _ in 0..2 {
        server.something_happens();
        pushed.push(push(&mut page).await);
    }
    assert!(pushed.iter().all(|push| push["push"] == 2), "{pushed:?}");
}

#[tokio::test]
async fn of_a_page_that_goes_away_in_the_middle_nothing_is_left() {
    let server = Server::new().await;
    let before = Arc::strong_count(&server.app);
    let mut page = server.page().await;
    follow(&mut page, 1).await;
    assert!(Arc::strong_count(&server.app) > before, "what a page follows holds the application");
    // No goodbye, and a push that was never acknowledged.
    drop(page.into_inner());
    let gone = async {
        while Arc::strong_count(&server.app) > before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(LIMIT, gone).await.is_ok(), "it is followed still");
}

#[tokio::test]
async fn a_page_that_goes_away_in_the_middle_is_no_other_ones_end() {
    let server = Server::new().await;
    let (mut one, mut other) = (server.page().await, server.page().await);
    follow(&mut one, 1).await;
    follow(&mut other, 1).await;
    drop(other.into_inner());
    server.something_happens();
    assert_eq!(next(&mut one, 1).await["rev"], 2);
}

#[tokio::test]
async fn a_socket_is_opened_only_to_our_own_page_with_the_token_under_our_own_name() {
    let server = Server::new().await;
    let (own, name) = (format!("http://{}", server.address), server.address.to_string());
    let refused = async |token, origin, host| server.connect(token, origin, host).await.err();
    let statuses = [
        refused("secret", &own, &name).await,
        refused("guessed", &own, &name).await,
        refused("secret", "http://evil.example", &name).await,
        refused("secret", &own, "evil.example").await,
    ];
    let [forbidden, misdirected] = [StatusCode::FORBIDDEN, StatusCode::MISDIRECTED_REQUEST].map(Some);
    assert_eq!(statuses, [None, forbidden, forbidden, misdirected]);
}
