//! Looks into the folder in which Airflow looks for DAGs: which files are there, and what is in those that somebody looks at.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use lab_model::{
    AirflowNeed, Draft, DraftSink, Problem, Source,
    facts::airflow::{AirflowFact, FileListed, FileRead},
};
use lab_probe::Look;

/// Each look is a command in the container.
const INTERVAL: Duration = Duration::from_secs(3);
/// Files that are told.
const TOLD: usize = 500;
/// Bytes of a text that is told: as much as can be put there.
const LARGEST: usize = 256 * 1024;

/// The folder in which Airflow looks for DAGs, to look into, and that with its logs, of which only sizes are asked.
#[async_trait]
pub trait DagFolder: Send + Sync {
    /// The regular files in it and in the folders below, without what Python keeps there, in any order.
    async fn list(&self) -> Result<Vec<FileListed>, Problem>;
    /// The first `limit` bytes of one of them, by its path below the folder.
    async fn read(&self, file: &str, limit: usize) -> Result<Vec<u8>, Problem>;
    /// How many bytes a log has, by its path below the folder with logs; none if there is no such file.
    async fn log_size(&self, log: &str) -> Result<Option<u64>, Problem>;
    /// The command line by which a person reads its end.
    fn log_by_hand(&self, log: &str) -> String;
}

/// The folder being watched. The container engine shows it: that it does says nothing of Airflow.
pub(super) struct Files {
    folder: Arc<dyn DagFolder>,
    out: DraftSink,
    /// What was last told of the folder.
    told: Option<AirflowFact>,
    /// Of each file whose text was told, as what it was listed then.
    read: BTreeMap<String, Option<FileListed>>,
}

impl Files {
    pub(super) fn new(folder: Arc<dyn DagFolder>, out: DraftSink) -> Self {
        Self { folder, out, told: None, read: BTreeMap::new() }
    }

    /// Tells it of the folder, if it is new.
    fn tell(&mut self, fact: AirflowFact) {
        if self.told.as_ref() != Some(&fact) {
            (self.out)(Draft::new(Source::Docker, fact.clone()));
            self.told = Some(fact);
        }
    }

    async fn ask(&mut self, wanted: &BTreeSet<&str>) -> Result<(), Problem> {
        let mut listed = self.folder.list().await?;
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        for name in wanted {
            self.ask_text(name, listed.iter().find(|file| file.name == *name)).await?;
        }
        let total = listed.len() as u64;
        listed.truncate(TOLD);
        self.tell(AirflowFact::FilesListed { files: listed, total });
        Ok(())
    }

    /// Reads a file if it is another one than when it was last read. Only what is listed is read: a link in the folder may
    /// lead out of it.
    async fn ask_text(&mut self, name: &str, listed: Option<&FileListed>) -> Result<(), Problem> {
        if self.read.get(name).is_some_and(|read| read.as_ref() == listed) {
            return Ok(());
        }
        let text = match listed {
            Some(_) => Some(self.folder.read(name, LARGEST + 1).await?),
            None => None,
        };
        let file = file_read(name, text);
        (self.out)(Draft::new(Source::Docker, AirflowFact::FileRead { file }));
        self.read.insert(name.to_owned(), listed.cloned());
        Ok(())
    }
}

fn file_read(name: &str, bytes: Option<Vec<u8>>) -> FileRead {
    let (text, unread) = match bytes.map(|bytes| (bytes.len(), String::from_utf8(bytes))) {
        None => (None, None),
        Some((length, _)) if length > LARGEST => (None, Some(format!("it is larger than {} KiB", LARGEST / 1024))),
        Some((_, Ok(text))) => (Some(text), None),
        Some((_, Err(error))) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            (None, Some(format!("line {line} is not UTF-8")))
        }
    };
    FileRead { name: name.to_owned(), text, unread }
}

impl Look for Files {
    type Need = AirflowNeed;

    async fn look(&mut self, needs: &BTreeSet<AirflowNeed>, _fresh: bool) {
        let of_files =
            needs.iter().filter_map(|need| if let AirflowNeed::Files { file } = need { Some(file) } else { None });
        let wanted: Vec<&Option<String>> = of_files.collect();
        if wanted.is_empty() {
            // Whoever wants them next is told anew.
            (self.told, self.read) = (None, BTreeMap::new());
            return;
        }
        let texts: BTreeSet<&str> = wanted.into_iter().filter_map(Option::as_deref).collect();
        self.read.retain(|name, _| texts.contains(name.as_str()));
        if let Err(problem) = self.ask(&texts).await {
            self.tell(AirflowFact::FilesUnread { why: problem.message });
        }
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_as_it_is_or_why_it_is_not() {
        let read = |bytes: &[u8]| file_read("d.py", Some(bytes.to_vec()));
        assert_eq!(read("größe\n".as_bytes()).text.as_deref(), Some("größe\n"));
        assert_eq!(read(b"").text.as_deref(), Some(""));
        assert_eq!(read(b"a\nb\xff").unread.as_deref(), Some("line 2 is not UTF-8"));
        assert_eq!(read(&vec![b'a'; LARGEST]).unread, None);
        assert_eq!(read(&vec![b'a'; LARGEST + 1]).unread.as_deref(), Some("it is larger than 256 KiB"));
        let gone = file_read("d.py", None);
        assert_eq!((gone.text, gone.unread), (None, None));
    }
}
