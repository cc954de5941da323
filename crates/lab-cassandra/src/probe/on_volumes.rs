//! What lies on the nodes' data volumes, said even while a node is paused or dead.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use lab_model::{CassandraNeed, Draft, DraftSink, Source};
use lab_probe::Look;

use crate::files::{END, Files};

/// Between two listings.
const EVERY: Duration = Duration::from_millis(500);
/// Between two tries to get one, e.g. while the sidecar starts.
const AGAIN: Duration = Duration::from_secs(2);
/// How long a listing may take before it is given up.
const DEADLINE: Duration = Duration::from_secs(3);

/// A shell that runs [`crate::lists_volumes`] somewhere where the volumes are.
#[async_trait]
pub trait Shell: Send + 'static {
    /// Gives it a line to read; started if it does not run.
    ///
    /// # Errors
    /// Why it cannot be run, in words.
    async fn say(&mut self, line: &str) -> Result<(), String>;
    /// The next line it writes; none once it has ended.
    ///
    /// # Errors
    /// Why nothing can be read, in words.
    async fn line(&mut self) -> Result<Option<String>, String>;
    /// Ends it: nobody wants to know any more, or what it says next would be taken for the answer to another question.
    fn hang_up(&mut self);
}

/// The volumes being looked at.
pub(super) struct OnVolumes<S> {
    shell: S,
    files: Files,
    out: DraftSink,
    silent: bool,
}

impl<S: Shell> OnVolumes<S> {
    pub(super) fn new(shell: S, out: DraftSink) -> Self {
        Self { shell, files: Files::default(), out, silent: false }
    }

    async fn list(&mut self) -> Result<Vec<String>, String> {
        self.shell.say("").await?;
        let mut lines = Vec::new();
        loop {
            match self.shell.line().await? {
                Some(line) if line == END => return Ok(lines),
                Some(line) => lines.push(line),
                None => return Err("it ended in the middle of a listing".to_owned()),
            }
        }
    }
}

impl<S: Shell> Look for OnVolumes<S> {
    type Need = CassandraNeed;

    async fn look(&mut self, needs: &BTreeSet<CassandraNeed>, _fresh: bool) {
        self.silent = false;
        if !needs.iter().any(of_files) {
            return self.shell.hang_up();
        }
        let listed = tokio::time::timeout(DEADLINE, self.list()).await;
        match listed.unwrap_or_else(|_| Err(format!("no listing within {} s", DEADLINE.as_secs()))) {
            Ok(lines) => {
                for fact in self.files.read(&lines) {
                    (self.out)(Draft::new(Source::Docker, fact));
                }
            }
            Err(why) => {
                tracing::debug!(why, "the data volumes cannot be looked at");
                self.shell.hang_up();
                self.silent = true;
            }
        }
    }

    fn interval(&self) -> Duration {
        if self.silent { AGAIN } else { EVERY }
    }
}

fn of_files(need: &CassandraNeed) -> bool {
    matches!(need, CassandraNeed::Hints | CassandraNeed::Storage { .. } | CassandraNeed::Rows { .. })
}

#[cfg(test)]
mod tests {
    use std::{
        collections::VecDeque,
        sync::{Arc, Mutex},
    };

    use lab_model::Fact;

    use super::*;

    /// Says what was prepared, and then nothing for ever.
    #[derive(Default)]
    struct Prepared {
        lines: VecDeque<Option<&'static str>>,
        hung_up: u32,
    }

    #[async_trait]
    impl Shell for Prepared {
        async fn say(&mut self, _: &str) -> Result<(), String> {
            Ok(())
        }

        async fn line(&mut self) -> Result<Option<String>, String> {
            match self.lines.pop_front() {
                Some(line) => Ok(line.map(str::to_owned)),
                None => std::future::pending().await,
            }
        }

        fn hang_up(&mut self) {
            self.hung_up += 1;
        }
    }

    const NODE: Option<&str> = Some("node cassandra-1");
    const LOG: Option<&str> = Some("7 1.0 /data/cassandra-1/commitlog/CommitLog-7-1.log");

    #[tokio::test(start_paused = true)]
    async fn only_a_whole_listing_says_anything() {
        let heard: Arc<Mutex<Vec<Fact>>> = Arc::default();
        let told = Arc::clone(&heard);
        let lines = [NODE, LOG, Some(END), NODE, None, NODE].into();
        let out: DraftSink = Arc::new(move |draft| told.lock().unwrap().push(draft.fact));
        let mut volumes = OnVolumes::new(Prepared { lines, ..Prepared::default() }, out);
        let (wanted, nothing) = (BTreeSet::from([CassandraNeed::Hints]), BTreeSet::new());
        volumes.look(&wanted, false).await;
        assert_eq!((heard.lock().unwrap().len(), volumes.shell.hung_up, volumes.interval()), (1, 0, EVERY));
        volumes.look(&wanted, false).await;
        assert_eq!((volumes.shell.hung_up, volumes.interval()), (1, AGAIN), "it ended half-way");
        volumes.look(&wanted, false).await;
        assert_eq!((volumes.shell.hung_up, volumes.interval()), (2, AGAIN), "it went silent half-way");
        volumes.look(&nothing, false).await;
        assert_eq!((heard.lock().unwrap().len(), volumes.shell.hung_up), (1, 3), "nobody wants to know");
    }
}
