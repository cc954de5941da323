//! Where the brokers of a lab are reached. Plain data, given by whoever started the lab.

/// A broker as the stack knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broker {
    /// Service name, e.g. `kafka-1`: the source of the facts it says.
    pub node: String,
    /// Kafka's `node.id`, if known; else it is found by the address the broker advertises.
    pub node_id: Option<i32>,
    /// The published address, `127.0.0.1:port`.
    pub address: String,
}

/// The brokers of one cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    /// In the stack's order.
    pub brokers: Vec<Broker>,
}

impl Cluster {
    /// All addresses, as clients take them: `127.0.0.1:29092,127.0.0.1:39092`.
    pub fn bootstrap(&self) -> String {
        let addresses: Vec<&str> = self.brokers.iter().map(|broker| broker.address.as_str()).collect();
        addresses.join(",")
    }

    pub(crate) fn named(&self, node: &str) -> Option<&Broker> {
        self.brokers.iter().find(|broker| broker.node == node)
    }
}
