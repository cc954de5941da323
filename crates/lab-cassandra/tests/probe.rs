//! The probe against nodes that say what a real one cannot be made to say at will.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use lab_cassandra::{Cluster, Node, Probe};
use lab_model::{
    CassandraNeed, Draft, Fact, Source,
    facts::{cassandra::CassandraFact, lab::LabFact},
};
use support::{Answer, FakeNode, error, lab_node, rows, text};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

struct Watching {
    probe: Probe,
    drafts: mpsc::UnboundedReceiver<Draft>,
    _needs: watch::Sender<BTreeSet<CassandraNeed>>,
}

impl Watching {
    fn start(addresses: &[(&str, &str)], needs: &[CassandraNeed]) -> Self {
        let nodes = addresses.iter().map(|(name, address)| Node {
            name: (*name).to_owned(),
            cql: (*address).to_owned(),
            agent: None,
            address: None,
            spare: false,
        });
        let (needs, needed) = watch::channel(needs.iter().cloned().collect());
        let (send, drafts) = mpsc::unbounded_channel();
        let out = move |draft| {
            let _ = send.send(draft);
        };
        let probe = Probe::start(Cluster::of(nodes.collect()), needed, out, CancellationToken::new());
        Self { probe, drafts, _needs: needs }
    }

    /// The next draft for which `pick` gives something.
    async fn hear<T>(&mut self, pick: impl Fn(&Draft) -> Option<T>) -> T {
        let hearing = async {
            loop {
                let draft = self.drafts.recv().await.unwrap();
                if let Some(picked) = pick(&draft) {
                    return picked;
                }
            }
        };
        timeout(Duration::from_secs(30), hearing).await.unwrap()
    }

    async fn said(&mut self, wanted: impl Fn(&CassandraFact) -> bool) -> CassandraFact {
        self.hear(|draft| match &draft.fact {
            Fact::Cassandra(fact) if wanted(fact) => Some(fact.clone()),
            _ => None,
        })
        .await
    }
}

fn row_need() -> CassandraNeed {
    CassandraNeed::Rows { table: "lab.t".into(), key: "a".into() }
}

fn is_rows(fact: &CassandraFact) -> bool {
    matches!(fact, CassandraFact::RowsRead { .. } | CassandraFact::RowsRefused { .. })
}

#[tokio::test]
async fn what_a_node_says_of_itself_and_of_a_partition() {
    let node = FakeNode::start(lab_node(|_| rows(&["c1"], &[&["hot"]]))).await;
    let mut watching = Watching::start(&[("cassandra-1", &node.address)], &[CassandraNeed::Ring, row_need()]);
    let described = watching.said(|fact| matches!(fact, CassandraFact::NodeDescribed { .. })).await;
    let CassandraFact::NodeDescribed { address, mode, .. } = described else { panic!() };
    assert_eq!((address.as_str(), mode), ("10.0.0.1", None));
    let CassandraFact::RowsRead { rows, more, .. } = watching.said(is_rows).await else { panic!() };
    assert_eq!((rows.len(), more), (1, false));
    assert_eq!((rows[0].cells[0].column.as_str(), rows[0].cells[0].value.text.as_str()), ("v", "hot"));
}

#[tokio::test]
async fn a_refusal_is_told_in_the_nodes_own_words_and_is_no_silence() {
    let node = FakeNode::start(lab_node(|_| error(0x2200, "NODE_LOCAL is not enabled", &[]))).await;
    let mut watching = Watching::start(&[("cassandra-1", &node.address)], &[row_need()]);
    let CassandraFact::RowsRefused { error, .. } = watching.said(is_rows).await else { panic!() };
    assert_eq!(error, "NODE_LOCAL is not enabled");
    watching.hear(|draft| matches!(draft.fact, Fact::Lab(LabFact::Heard)).then_some(())).await;
}

#[tokio::test]
async fn a_table_that_is_not_there_is_refused_not_awaited() {
    let node = FakeNode::start(lab_node(|_| panic!("it must not be asked"))).await;
    let need = CassandraNeed::Rows { table: "lab.other".into(), key: "a".into() };
    let mut watching = Watching::start(&[("cassandra-1", &node.address)], &[need]);
    let CassandraFact::RowsRefused { error, .. } = watching.said(is_rows).await else { panic!() };
    assert_eq!(error, "it knows no table lab.other");
}

#[tokio::test]
async fn a_node_that_never_answers_delays_nobody() {
    let (paused, well) = (FakeNode::paused().await, FakeNode::start(lab_node(|_| rows(&["c1"], &[]))).await);
    let nodes = [("cassandra-1", paused.address.as_str()), ("cassandra-2", &well.address)];
    let mut watching = Watching::start(&nodes, &[row_need()]);
    // The other is heard in full before the silence is even told.
    let mut rows_first = false;
    let why = loop {
        let draft = watching.hear(|draft| Some(draft.clone())).await;
        match (&draft.source, &draft.fact) {
            (Source::Node(node), Fact::Cassandra(CassandraFact::RowsRead { .. })) if node == "cassandra-2" => {
                rows_first = true;
            }
            (Source::Node(node), Fact::Lab(LabFact::FellSilent { why })) if node == "cassandra-1" => break why.clone(),
            _ => {}
        }
    };
    assert!(rows_first);
    assert!(why.starts_with("no answer within"), "{why}");
    // Silence is an answer too: what can be looked at has been.
    timeout(Duration::from_secs(30), watching.probe.settled()).await.unwrap();
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_silence_with_a_reason() {
    let mut watching = Watching::start(&[("cassandra-1", "127.0.0.1:1")], &[]);
    let why = watching
        .hear(|draft| match &draft.fact {
            Fact::Lab(LabFact::FellSilent { why }) => Some(why.clone()),
            _ => None,
        })
        .await;
    assert_eq!(why, "the connection was refused");
}

#[tokio::test]
async fn a_node_that_hangs_up_is_silent_with_a_reason() {
    let node = FakeNode::start(Arc::new(|_: &str| Answer::HangUp)).await;
    let mut watching = Watching::start(&[("cassandra-1", &node.address)], &[CassandraNeed::Ring]);
    let why = watching
        .hear(|draft| match &draft.fact {
            Fact::Lab(LabFact::FellSilent { why }) => Some(why.clone()),
            _ => None,
        })
        .await;
    assert_eq!(why, "it closed the connection");
}

#[tokio::test]
async fn a_push_is_told_and_has_all_looked_at_again() {
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    let node = FakeNode::start(lab_node(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        rows(&["c1"], &[])
    }))
    .await;
    let mut watching = Watching::start(&[("cassandra-1", &node.address)], &[row_need()]);
    watching.said(is_rows).await;
    // Where all is calm the next look by itself is half a second away. On a busy machine any look may be late; that nobody
    // looks sooner, whenever it is tried, means that the push wakes nobody.
    for up in [false, true, false, true, false, true, false, true] {
        tokio::time::sleep(Duration::from_millis(2600)).await;
        after_the_next(&looks).await;
        let inet = vec![4, 10, 0, 0, 2, 0, 0, 0x23, 0x52];
        let pushed = Instant::now();
        node.pushes.send([text("STATUS_CHANGE"), text(if up { "UP" } else { "DOWN" }), inet].concat()).unwrap();
        let told = watching.said(|fact| matches!(fact, CassandraFact::PeerTurned { .. })).await;
        assert_eq!(told, CassandraFact::PeerTurned { address: "10.0.0.2".into(), up });
        after_the_next(&looks).await;
        if pushed.elapsed() < Duration::from_millis(400) {
            return;
        }
    }
    panic!("nobody looked again because of a push");
}

/// Returns after one more look.
async fn after_the_next(looks: &AtomicUsize) {
    let before = looks.load(Ordering::SeqCst);
    while looks.load(Ordering::SeqCst) == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
