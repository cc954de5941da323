//! What the live tests share: an application over a folder of its own, labs of their own names, and waiting by sentence.
//!
//! A missing engine is a failure here, never a skip. Nothing waits for a time: everything waits for what engines say,
//! with a generous limit.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use lab_app::{
    ActionResult, App, Content, Host, Lab,
    journals::{self, Replay},
};
use lab_lessons::{Sentence, Truth};
use lab_model::{ActionCall, KafkaNeed, Need, Problem};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// An engine that is not at one with a sentence after this long never will be.
pub const LIMIT: Duration = Duration::from_secs(120);

/// A host in a folder of its own.
struct TestHost {
    data: PathBuf,
    content: Content,
}

impl Host for TestHost {
    fn data_dir(&self) -> &Path {
        &self.data
    }

    fn content(&self) -> &Content {
        &self.content
    }

    fn engine_setting(&self) -> Option<String> {
        None
    }
}

/// An application with its data in `dir`; a second one over the same folder is the app started again.
pub fn app(dir: &Path) -> Result<Arc<App>, Problem> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    App::new(Arc::new(TestHost { data: dir.to_owned(), content: Content::under(root) }))
}

/// A lab that was brought up, with everything about one topic observed.
///
/// # Errors
/// Whatever kept it from being ready.
pub async fn up(app: &Arc<App>, stack: &str, name: &str) -> Result<Arc<Lab>, Problem> {
    let job = app.up(stack, Some(name))?;
    app.jobs.wait(job).await?;
    app.lab(name)
}

/// Removes a lab with its data.
///
/// # Errors
/// What the container engine says.
pub async fn down(app: &Arc<App>, name: &str) -> Result<(), Problem> {
    app.jobs.wait(app.down(name, true)).await
}

/// Wants everything about a topic observed, until the guard is dropped.
pub fn observe_topic(lab: &Lab, topic: &str) -> impl Drop + use<> {
    let topic = topic.to_owned();
    lab.needs.want(vec![
        Need::Kafka(KafkaNeed::Partitions { topic: topic.clone() }),
        Need::Kafka(KafkaNeed::Records { topic }),
        Need::Kafka(KafkaNeed::Groups),
    ])
}

/// Does an action, written as JSON: `{ "do": "kafka.create_topic", … }`.
///
/// # Errors
/// What came back.
pub async fn act(lab: &Lab, action: Value) -> Result<ActionResult, Problem> {
    let call: ActionCall = serde_json::from_value(action).map_err(|error| Problem {
        code: lab_model::Code::ActionInvalid,
        message: error.to_string(),
        detail: String::new(),
        hint: String::new(),
    })?;
    lab.act(&call, Arc::new(|_| ()), CancellationToken::new()).await
}

/// Waits until a view says so. Fails with the view's own summary when it does not within [`LIMIT`].
///
/// # Errors
/// The sentence and what the view shows instead.
pub async fn until(lab: &Lab, view: &str, with: Value, holds: &str) -> Result<(), String> {
    until_when(lab, view, with, holds, "now").await
}

/// The same in another mode: `ever`, `for 3s`, ….
///
/// # Errors
/// The sentence and what the view shows instead.
pub async fn until_when(lab: &Lab, view: &str, with: Value, holds: &str, when: &str) -> Result<(), String> {
    let sentence = json!({ "say": holds, "view": view, "with": with, "holds": holds, "when": when });
    let sentence: Sentence = serde_json::from_value(sentence).map_err(|error| error.to_string())?;
    // What nobody wants observed never becomes true in the picture.
    let kind = lab_views::kind(view).ok_or_else(|| format!("there is no view {view}"))?;
    let _wanted = lab.needs.want((kind.needs)(&with).map_err(|error| error.to_string())?);
    let following = lab.recorder.follow(vec![sentence], Vec::new());
    if tokio::time::timeout(LIMIT, following.checks_hold()).await.is_ok() {
        return Ok(());
    }
    let shown = lab.recorder.project(view, &with).map(|picture| format!("{} {:#}", picture.summary, picture.model));
    Err(format!("never: {holds}\n{view} shows: {}", shown.unwrap_or_else(|error| error.to_string())))
}

/// A view's model now.
///
/// # Errors
/// If the parameters are wrong.
pub fn model(lab: &Lab, view: &str, with: &Value) -> Result<Value, String> {
    lab.recorder.project(view, with).map(|picture| picture.model.clone()).map_err(|error| error.to_string())
}

/// Whether views show of the lab's journal on disk what they showed of the lab, after everything it was through.
///
/// # Errors
/// The view that does not, with both pictures.
pub fn reads_back(lab: &Lab, data_dir: &Path, views: &[(&str, Value)]) -> Result<(), String> {
    lab.recorder.flush();
    let journal = journals::find(data_dir, &lab.name).map_err(|problem| problem.to_string())?;
    let replay = Replay::new(&journal, None, |_, _| ()).map_err(|problem| problem.to_string())?;
    for (kind, with) in views {
        let live = lab.recorder.show(kind, with).map_err(|error| error.to_string())?;
        let read = replay.show(kind, with).map_err(|problem| problem.to_string())?;
        if live != read {
            return Err(format!("{kind} showed {live:#?}\nand shows of its journal {read:#?}"));
        }
    }
    Ok(())
}

/// Whether every sentence is true.
pub fn all_true(states: &[lab_app::schema::CheckState]) -> bool {
    states.iter().all(|state| state.truth == Truth::True)
}
