//! Measures the journal: how many observations a second each kind of view carries, and what ten thousand a second do to a
//! page and to the memory for a minute. Needs no engine; facts are those of the journals kept beside the kinds.
//!
//! `cargo xtask bench --only journal`, or by hand: `flood [seconds]`. Set beside writing the same lines to a file and no more.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use lab_app::{Recorder, journals::JournalFile};
use lab_model::{Draft, FORMAT, Header, Observation};
use serde_json::{Value, json};

/// Observations a second that must neither stall a page nor grow the memory.
const RATE: u32 = 10_000;
/// How long each kind is measured alone.
const ALONE: Duration = Duration::from_secs(2);
/// A page is pushed no more often than this.
const PUSHED: Duration = Duration::from_millis(33);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let seconds = std::env::args().nth(1).map_or(Ok(60), |seconds| seconds.parse())?;
    let kinds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/lab-views/src/kinds");
    let mut all = Vec::new();
    println!("{:<24} {:>14} {:>14} {:>7}", "facts of", "recorded a s", "only written", "ratio");
    for (kind, drafts) in kept(&kinds)? {
        let (recorded, written) = (recorded_a_second(&drafts)?, written_a_second(&drafts)?);
        println!("{kind:<24} {recorded:>14.0} {written:>14.0} {:>7.2}", recorded / written);
        all.extend(drafts);
    }
    flood(&all, Duration::from_secs(seconds)).await
}

/// What was heard in each kind's own journal.
fn kept(kinds: &Path) -> Result<Vec<(String, Vec<Draft>)>> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(kinds)? {
        let folder = entry?.path();
        let Ok(text) = fs::read_to_string(folder.join("journal.ndjson")) else { continue };
        let mut drafts = Vec::new();
        for line in text.lines().skip(1) {
            let Observation { said_at, source, cause, fact, .. } = serde_json::from_str(line)?;
            drafts.push(Draft { said_at, source, cause, fact });
        }
        kept.push((folder.file_name().unwrap_or_default().to_string_lossy().into_owned(), drafts));
    }
    kept.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(kept)
}

fn header() -> Header {
    Header {
        format: FORMAT,
        lab: "flood".into(),
        stack: "flood".into(),
        began_at: 0,
        pipewright: env!("CARGO_PKG_VERSION").into(),
        images: Vec::new(),
        engine: String::new(),
    }
}

fn recorder(folder: &Path) -> Result<Arc<Recorder>> {
    Ok(Recorder::new(Some(JournalFile::create(&folder.join("journals").join("flood"), header())?)))
}

fn recorded_a_second(drafts: &[Draft]) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let recorder = recorder(folder.path())?;
    Ok(a_second(drafts, |draft| {
        recorder.record(draft.clone());
    }))
}

/// The same lines into a file, by the same library, and nothing made of them.
fn written_a_second(drafts: &[Draft]) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let mut out = BufWriter::new(File::create(folder.path().join("lines"))?);
    let (mut seq, mut failed) = (0, None);
    let rate = a_second(drafts, |draft| {
        let Draft { said_at, source, cause, fact } = draft.clone();
        let observation = Observation { seq, heard_at: seq, said_at, source, cause, fact };
        seq += 1;
        let line = serde_json::to_vec(&observation).map_err(std::io::Error::from);
        failed = line.and_then(|line| out.write_all(&line)).err().or(failed.take());
    });
    failed.map_or(Ok(rate), |why| Err(why.into()))
}

fn a_second(drafts: &[Draft], mut each: impl FnMut(&Draft)) -> f64 {
    let (began, mut count) = (Instant::now(), 0u32);
    while began.elapsed() < ALONE {
        for draft in drafts {
            each(draft);
            count += 1;
        }
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

/// Ten thousand a second, while a page looks at two pictures.
async fn flood(drafts: &[Draft], length: Duration) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let recorder = recorder(folder.path())?;
    let views = [("kafka_records", json!({ "topic": "orders" })), ("timeline", json!({}))];
    let pages: Vec<_> =
        views.into_iter().map(|(kind, with)| tokio::spawn(look(Arc::clone(&recorder), kind, with, length))).collect();
    let feeding = Arc::clone(&recorder);
    let drafts = drafts.to_vec();
    let fed = tokio::task::spawn_blocking(move || feed(&feeding, &drafts, length)).await?;
    println!("\n{RATE} a second for {} s: {} recorded", length.as_secs(), fed.count);
    println!("the latest was behind its time by at most {:.1} ms", fed.latest.as_secs_f64() * 1000.0);
    println!("memory: {:.1} MiB after a fifth of it, {:.1} MiB at the end", fed.memory.0, fed.memory.1);
    println!("journals on disk: {:.0} MiB", size(&folder.path().join("journals")) / 1_048_576.0);
    for page in pages {
        let looks = page.await?;
        println!("{}", looks.row());
    }
    Ok(())
}

struct Fed {
    count: u64,
    latest: Duration,
    memory: (f64, f64),
}

fn feed(recorder: &Recorder, drafts: &[Draft], length: Duration) -> Fed {
    let began = Instant::now();
    let mut fed = Fed { count: 0, latest: Duration::ZERO, memory: (0.0, 0.0) };
    for draft in drafts.iter().cycle() {
        let due = Duration::from_secs_f64(fed.count as f64 / f64::from(RATE));
        match due.checked_sub(began.elapsed()) {
            Some(early) if early > Duration::from_millis(1) => std::thread::sleep(early),
            Some(_) => {}
            None => fed.latest = fed.latest.max(began.elapsed().saturating_sub(due)),
        }
        if due >= length {
            break;
        }
        recorder.record(draft.clone());
        fed.count += 1;
        if fed.memory.0 == 0.0 && began.elapsed() > length / 5 {
            fed.memory.0 = memory();
        }
    }
    fed.memory.1 = memory();
    fed
}

struct Looks {
    kind: &'static str,
    gaps: Vec<Duration>,
    bytes: usize,
}

impl Looks {
    fn row(mut self) -> String {
        self.gaps.sort();
        let at = |part: usize| self.gaps.get((self.gaps.len() * part / 1000).min(self.gaps.len().saturating_sub(1)));
        let ms = |gap: Option<&Duration>| gap.map_or(0.0, |gap| gap.as_secs_f64() * 1000.0);
        let (middle, late, latest) = (ms(at(500)), ms(at(990)), ms(self.gaps.last()));
        format!(
            "{}: {} pushes of {} bytes, {middle:.0} ms apart, 99 of 100 within {late:.0} ms, at most {latest:.0} ms",
            self.kind,
            self.gaps.len(),
            self.bytes
        )
    }
}

/// As a page does: the newest picture, as soon as there is one and the last one has been out for a while.
async fn look(recorder: Arc<Recorder>, kind: &'static str, with: Value, length: Duration) -> Looks {
    let (began, mut changes) = (Instant::now(), recorder.changes());
    let mut looks = Looks { kind, gaps: Vec::new(), bytes: 0 };
    let mut last = Instant::now();
    while began.elapsed() < length && changes.changed().await.is_ok() {
        if let Ok((picture, _)) = recorder.show(kind, &with) {
            looks.bytes = serde_json::to_vec(&picture.model).map_or(0, |bytes| bytes.len());
        }
        looks.gaps.push(last.elapsed());
        last = Instant::now();
        tokio::time::sleep(PUSHED).await;
    }
    looks
}

/// What this process holds in memory, MiB.
fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    resident.and_then(|kib| kib.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

fn size(folder: &PathBuf) -> f64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(data) if data.is_dir() => size(&entry.path()),
        Ok(data) => data.len() as f64,
        Err(_) => 0.0,
    });
    sizes.sum()
}
