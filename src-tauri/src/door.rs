//! The four commands of the page: ask, subscribe, acknowledge a push, unsubscribe.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use lab_app::{
    App, Subscriptions, dispatch,
    schema::{Push, Subscription},
};
use lab_model::Problem;
use serde_json::Value;
use tauri::{State, ipc::Channel};

/// What the page's commands work with.
pub(crate) struct Door {
    app: Arc<App>,
    subscriptions: Subscriptions,
    next: AtomicU64,
}

impl Door {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { subscriptions: Subscriptions::new(Arc::clone(&app)), app, next: AtomicU64::new(1) }
    }

    fn open(&self, to: &Subscription, channel: Channel<Push>) -> Result<u64, Problem> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.subscriptions.open(id, to, move |push| {
            let taken = channel.send(push).is_ok();
            async move { taken }
        })?;
        Ok(id)
    }
}

/// Does a command of the schema.
#[tauri::command]
pub(crate) async fn rpc(door: State<'_, Door>, cmd: String, payload: Value) -> Result<Value, Problem> {
    dispatch(&door.app, &cmd, payload).await
}

/// Opens a subscription; pushes go to the channel, each after the last was acknowledged.
#[tauri::command]
pub(crate) async fn subscribe(
    door: State<'_, Door>,
    subscription: Subscription,
    channel: Channel<Push>,
) -> Result<u64, Problem> {
    door.open(&subscription, channel)
}

/// The page has taken the newest push of a subscription.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "tauri hands a command its state by value")]
pub(crate) fn ack(door: State<'_, Door>, id: u64) {
    door.subscriptions.acknowledge(id);
}

/// Ends a subscription.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "tauri hands a command its state by value")]
pub(crate) fn unsubscribe(door: State<'_, Door>, id: u64) {
    door.subscriptions.close(id);
}

#[cfg(test)]
mod tests {
    //! What may come in by the door and what may not, without a window.

    use std::{path::Path, time::Duration};

    use lab_app::{Content, Host};
    use lab_model::Code;
    use serde_json::json;
    use tauri::ipc::InvokeResponseBody;
    use tempfile::TempDir;
    use tokio::sync::mpsc;

    use super::*;

    /// A test that waits for longer than this has failed.
    const LIMIT: Duration = Duration::from_secs(30);

    /// A host with empty folders and no container engine.
    struct Nowhere {
        folder: TempDir,
        content: Content,
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

    fn door() -> Door {
        let folder = tempfile::tempdir().unwrap();
        let content = Content::under(folder.path());
        for made in [&content.lessons, &content.docker.join("stacks")] {
            std::fs::create_dir_all(made).unwrap();
        }
        Door::new(App::new(Arc::new(Nowhere { folder, content })).unwrap())
    }

    /// A page's end of a channel, which takes pushes or does not.
    fn channel(takes: bool) -> (Channel<Push>, mpsc::UnboundedReceiver<Value>) {
        let (out, pushed) = mpsc::unbounded_channel();
        let channel = Channel::new(move |body| {
            let InvokeResponseBody::Json(text) = body else { panic!("a push is JSON") };
            out.send(serde_json::from_str(&text).unwrap()).unwrap();
            if takes { Ok(()) } else { Err(tauri::Error::WindowNotFound) }
        });
        (channel, pushed)
    }

    /// The place of the next push; none once there will be no more.
    async fn next(pushed: &mut mpsc::UnboundedReceiver<Value>) -> Option<Value> {
        let push = tokio::time::timeout(LIMIT, pushed.recv()).await.expect("neither pushed nor ended");
        push.map(|push| push["rev"].clone())
    }

    fn something_happens(door: &Door) {
        door.app.jobs.begin("work".into(), None, LIMIT, |_| async { Ok(()) });
    }

    #[tokio::test]
    async fn what_is_followed_is_pushed_when_the_last_push_was_acknowledged() {
        let door = door();
        let (channel, mut pushed) = channel(true);
        let id = door.open(&Subscription::Jobs, channel).unwrap();
        next(&mut pushed).await;
        something_happens(&door);
        door.subscriptions.acknowledge(id);
        assert_eq!(next(&mut pushed).await, Some(json!(2)));
    }

    #[tokio::test]
    async fn a_page_that_follows_twice_is_given_two_ids() {
        let door = door();
        let [one, other] = [0, 1].map(|_| door.open(&Subscription::Jobs, channel(true).0).unwrap());
        assert_ne!(one, other);
    }

    #[tokio::test]
    async fn a_channel_whose_page_is_gone_is_let_go() {
        let door = door();
        let (channel, mut pushed) = channel(false);
        let id = door.open(&Subscription::Jobs, channel).unwrap();
        next(&mut pushed).await;
        something_happens(&door);
        door.subscriptions.acknowledge(id);
        assert_eq!(next(&mut pushed).await, None);
    }

    #[tokio::test]
    async fn a_lab_that_is_not_there_cannot_be_followed() {
        let view = serde_json::from_value(json!({ "kind": "lab_nodes", "with": {} })).unwrap();
        let to = Subscription::View { lab: "none".into(), view };
        assert_eq!(door().open(&to, channel(true).0).unwrap_err().code, Code::Unknown);
    }

    #[test]
    fn a_subscription_that_names_more_than_there_is_to_name_does_not_come_in() {
        let with = json!({ "to": "session", "lesson": "kafka/first-topic", "image": "anybody/anything" });
        assert!(serde_json::from_value::<Subscription>(with).is_err());
    }

    /// The window's rules, which are built into the program.
    fn rules(file: &str) -> Value {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_page_may_call_our_four_commands_and_nothing_of_the_shell() {
        let rules = rules("capabilities/main.json");
        assert_eq!(rules["permissions"], json!(["allow-rpc", "allow-subscribe", "allow-ack", "allow-unsubscribe"]));
    }

    #[test]
    fn only_our_own_page_may_call_them() {
        let rules = rules("capabilities/main.json");
        assert_eq!((&rules["local"], &rules["remote"]), (&json!(true), &Value::Null));
    }

    #[test]
    fn the_page_connects_to_the_shell_alone_and_runs_no_script_but_its_own() {
        let rules = rules("tauri.conf.json");
        let policy = &rules["app"]["security"]["csp"];
        let allowed = [&policy["connect-src"], &policy["script-src"], &policy["default-src"]];
        assert_eq!(allowed, [&json!("ipc: http://ipc.localhost"), &json!("'self'"), &json!("'self'")]);
    }
}
