//! A view looked at once: as soon as all that it shows is known.

use std::time::Duration;

use lab_model::{Code, Problem};

use crate::{Feed, Lab, schema::ViewPush};

/// A picture of what is known comes at once.
const SOON: Duration = Duration::from_secs(1);

/// What was seen.
#[derive(Debug)]
pub struct Looked {
    /// The newest picture; none if there was none in time.
    pub push: Option<ViewPush>,
    /// All that it shows is known, and was looked at by every node that answers since the look began.
    pub complete: bool,
}

/// Waits until what a view shows is known, or `limit` has passed.
///
/// # Errors
/// If the lab is gone, or the view can never be shown as it was asked for.
pub async fn look(lab: &Lab, feed: &mut Feed, limit: Duration) -> Result<Looked, Problem> {
    let mut last = None;
    let known = async {
        // What was true when we came has been looked at by every node that answers.
        lab.settled().await;
        loop {
            let push = next(feed).await?;
            let complete = push.known && push.awaits.is_empty();
            last = Some(push);
            if complete {
                return Ok::<(), Problem>(());
            }
        }
    };
    let complete = match tokio::time::timeout(limit, known).await {
        Ok(ended) => ended.map(|()| true)?,
        Err(_) => false,
    };
    // While some node was still being looked at, no picture was taken.
    let push = match last {
        Some(push) => Some(push),
        None => tokio::time::timeout(SOON, next(feed)).await.ok().transpose()?,
    };
    Ok(Looked { push, complete })
}

/// A view's next picture.
///
/// # Errors
/// If the lab is gone, or the view can never be shown as it was asked for.
pub async fn next(feed: &mut Feed) -> Result<ViewPush, Problem> {
    let push = picture(feed).await?;
    match push.refusal {
        Some(refusal) => Err(refusal),
        None => Ok(push),
    }
}

/// A view's next picture, refused or not.
///
/// # Errors
/// If the lab is gone.
pub async fn picture(feed: &mut Feed) -> Result<ViewPush, Problem> {
    let gone = || Problem {
        code: Code::NotNow,
        message: "The lab is gone.".into(),
        detail: String::new(),
        hint: String::new(),
    };
    let push = feed.next().await.ok_or_else(gone)?;
    match push.problem {
        Some(problem) => Err(problem),
        None => typed(push.value),
    }
}

/// Nothing that a view shows was heard within this time, and what was awaited.
pub fn nothing_known(kind: &str, limit: Duration, awaits: &[String]) -> Problem {
    Problem {
        code: Code::TimedOut,
        message: format!("{kind}: nothing of it is known after {} s.", limit.as_secs()),
        detail: if awaits.is_empty() { String::new() } else { format!("Waiting for: {}.", awaits.join(", ")) },
        hint: "Check which nodes answer: pipewright status".into(),
    }
}

/// An answer of the application as the type it was written from.
///
/// # Errors
/// If it has another form, which is a mistake of ours.
pub fn typed<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_json::from_value(value).map_err(|error| Problem {
        code: Code::Internal,
        message: "An answer from Pipewright has an unexpected form.".into(),
        detail: error.to_string(),
        hint: String::new(),
    })
}
