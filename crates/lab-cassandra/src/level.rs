//! Consistency levels: names as people write them, codes as the protocol does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many replicas must answer before the coordinator does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    /// Writes: any node at all, if need be only with a hint.
    Any,
    /// One replica.
    #[default]
    One,
    /// Two replicas.
    Two,
    /// Three replicas.
    Three,
    /// More than half of all replicas.
    Quorum,
    /// Every replica.
    All,
    /// More than half of the replicas in the coordinator's data center.
    LocalQuorum,
    /// More than half of the replicas in each data center.
    EachQuorum,
    /// Reads: after ending what Paxos left unfinished, over all data centers.
    Serial,
    /// The same within the coordinator's data center.
    LocalSerial,
    /// One replica in the coordinator's data center.
    LocalOne,
    /// The asked node alone, whether or not it is a replica (needs `cassandra.enable_nodelocal_queries`).
    NodeLocal,
}

impl Level {
    /// Every level.
    pub const EVERY: [Self; 12] = [
        Self::Any,
        Self::One,
        Self::Two,
        Self::Three,
        Self::Quorum,
        Self::All,
        Self::LocalQuorum,
        Self::EachQuorum,
        Self::Serial,
        Self::LocalSerial,
        Self::LocalOne,
        Self::NodeLocal,
    ];

    /// As people and Cassandra write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::One => "ONE",
            Self::Two => "TWO",
            Self::Three => "THREE",
            Self::Quorum => "QUORUM",
            Self::All => "ALL",
            Self::LocalQuorum => "LOCAL_QUORUM",
            Self::EachQuorum => "EACH_QUORUM",
            Self::Serial => "SERIAL",
            Self::LocalSerial => "LOCAL_SERIAL",
            Self::LocalOne => "LOCAL_ONE",
            Self::NodeLocal => "NODE_LOCAL",
        }
    }

    /// As the protocol writes it.
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Any => 0x0,
            Self::One => 0x1,
            Self::Two => 0x2,
            Self::Three => 0x3,
            Self::Quorum => 0x4,
            Self::All => 0x5,
            Self::LocalQuorum => 0x6,
            Self::EachQuorum => 0x7,
            Self::Serial => 0x8,
            Self::LocalSerial => 0x9,
            Self::LocalOne => 0xA,
            Self::NodeLocal => 0xB,
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Level {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let wanted = name.to_ascii_uppercase();
        let found = Self::EVERY.into_iter().find(|level| level.name() == wanted);
        found.ok_or_else(|| format!("there is no consistency level {name}"))
    }
}

/// Over which replicas Paxos decides a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SerialLevel {
    /// Replicas of all data centers.
    Serial,
    /// Replicas of the coordinator's data center.
    LocalSerial,
}

impl SerialLevel {
    /// As people and Cassandra write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Serial => "SERIAL",
            Self::LocalSerial => "LOCAL_SERIAL",
        }
    }

    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Serial => Level::Serial.code(),
            Self::LocalSerial => Level::LocalSerial.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_codes_and_json_are_one_list() {
        for (place, level) in Level::EVERY.into_iter().enumerate() {
            assert_eq!(usize::from(level.code()), place);
            assert_eq!(level.name().parse::<Level>(), Ok(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.name());
        }
        assert!("QUROUM".parse::<Level>().is_err());
    }
}
