//! Replies as an agent on a node of version 5.0.8 gave them.

use serde_json::json;

use super::*;

#[test]
fn addresses_in_every_shape_cassandra_writes_them() {
    for written in ["/10.213.5.11:7000", "10.213.5.11.7000", "/10.213.5.11.7000", "n1/10.213.5.11:7000", "10.213.5.11"]
    {
        assert_eq!(address(written).as_deref(), Some("10.213.5.11"), "{written}");
    }
    assert_eq!(address("/[fd00::1]:7000").as_deref(), Some("fd00::1"));
    assert_eq!(address("nonsense"), None);
}

#[test]
fn beliefs_are_sorted_and_carry_the_mode() {
    let states = json!({ "SimpleStatesWithPort": { "/10.0.0.3:7000": "DOWN", "/10.0.0.2:7000": "UP" } });
    let mode = json!({ "OperationMode": "NORMAL" });
    let Some(Reading::Beliefs { mode, believed }) = Wanted::Beliefs.understand(&[Ok(states), Ok(mode)]) else {
        panic!()
    };
    assert_eq!(mode, "NORMAL");
    let peer = |address: &str, up| PeerBelief { address: address.into(), up };
    assert_eq!(believed, CassandraFact::PeersBelieved { peers: vec![peer("10.0.0.2", true), peer("10.0.0.3", false)] });
    assert_eq!(Wanted::Beliefs.understand(&[Err("no such bean".into()), Ok(json!({}))]), None);
}

#[test]
fn suspicion_is_rounded_to_tenths() {
    let nested = json!({ "PhiConvictThreshold": 8.0, "PhiValuesWithPort": {
        "/10.0.0.3:7000": { "Endpoint": "/10.0.0.3:7000", "PHI": 7.96 },
        "/10.0.0.2:7000": { "Endpoint": "/10.0.0.2:7000", "PHI": 0.04 },
    } });
    let expected = CassandraFact::PhiRead {
        peers: vec![PhiSeen { address: "10.0.0.2".into(), phi: 0.0 }, PhiSeen { address: "10.0.0.3".into(), phi: 8.0 }],
        threshold: 8.0,
    };
    assert_eq!(Wanted::Phi.understand(&[Ok(nested)]), Some(Reading::Fact(expected)));
}

#[test]
fn hints_by_the_address_they_are_for() {
    let counted = |count: u64| -> Reply { Ok(json!({ "Count": count })) };
    let always = [
        counted(7),
        counted(1),
        Ok(json!({ "HintedHandoffEnabled": true, "MaxHintWindow": 10_800_000 })),
        Ok(json!({ "StartTime": 99 })),
        counted(4),
        Err("InstanceNotFoundException".to_owned()),
        counted(1),
    ];
    let for_peer = |count| BTreeMap::from([("10.0.0.3".to_owned(), count)]);
    let counted_in_all = CassandraFact::HintsCounted {
        in_progress: 1,
        total: 7,
        created: for_peer(7),
        not_stored: for_peer(2),
        succeeded: 4,
        failed: 0,
        timed_out: 1,
    };
    let expected = |names| Reading::Hints {
        counted: counted_in_all.clone(),
        enabled: true,
        window_ms: 10_800_000,
        process: 99,
        names,
    };
    let (created, not_stored) = ("Hints_created-/10.0.0.3.7000", "Hints_not_stored-/10.0.0.3.7000");
    let bean = |name: &str| format!("org.apache.cassandra.metrics:name={name},type=HintsService");
    let found = json!({ bean(created): { "Count": 7 }, bean(not_stored): { "Count": 2 } });
    let looked_for = [always.as_slice(), &[Ok(found)]].concat();
    let names = vec![created.to_owned(), not_stored.to_owned()];
    assert_eq!(Wanted::HintsAndNames.understand(&looked_for), Some(expected(Some(names.clone()))));
    let by_name = [always.as_slice(), &[counted(7), counted(2)]].concat();
    let wanted = Wanted::Hints(names);
    assert_eq!(wanted.questions().len(), by_name.len());
    assert_eq!(wanted.understand(&by_name), Some(expected(None)));
}

#[test]
fn a_node_that_joins_describes_itself_without_tokens() {
    let said = |value: serde_json::Value| Ok(value);
    let answers = [
        said(json!({ "LocalHostId": "id-4" })),
        said(json!({ "ClusterName": "lab", "ReleaseVersion": "5.0.8" })),
        said(json!({ "SchemaVersion": "s" })),
        said(json!({ "OperationMode": "JOINING" })),
        said(json!({ "Datacenter": "dc1", "Rack": "rack1" })),
        Err("no tokens".to_owned()),
        said(json!({ "HostIdToEndpoint": { "id-1": "10.0.0.1" } })),
    ];
    let expected = CassandraFact::NodeDescribed {
        host_id: "id-4".into(),
        address: String::new(),
        cluster_name: "lab".into(),
        version: "5.0.8".into(),
        data_center: "dc1".into(),
        rack: "rack1".into(),
        tokens: Vec::new(),
        schema_version: "s".into(),
        mode: Some("JOINING".into()),
    };
    assert_eq!(Wanted::Itself.understand(&answers), Some(Reading::Fact(expected)));
}

/// Answers one a line, as an agent gives them.
const SAID: [(Wanted, &str); 6] = [
    (
        Wanted::Beliefs,
        r#"{"SimpleStatesWithPort":{"/10.0.0.3:7000":"DOWN","/10.0.0.2:7000":"UP"}}
{"OperationMode":"NORMAL"}"#,
    ),
    (
        Wanted::Phi,
        r#"{"PhiConvictThreshold":8.0,"PhiValuesWithPort":{"/10.0.0.3:7000":{"Endpoint":"/10.0.0.3:7000","PHI":7.96}}}"#,
    ),
    (
        Wanted::Itself,
        r#"{"LocalHostId":"id-1"}
{"ClusterName":"lab","ReleaseVersion":"5.0.8"}
{"SchemaVersion":"s"}
{"OperationMode":"JOINING"}
{"Datacenter":"dc1","Rack":"rack1"}
{"Tokens":["-9223372036854775808","5"]}
{"HostIdToEndpoint":{"id-1":"10.0.0.1"}}"#,
    ),
    (
        Wanted::HintsAndNames,
        r#"{"Count":7}
{"Count":0}
{"HintedHandoffEnabled":true,"MaxHintWindow":10800000}
{"StartTime":99}
{"Count":4}
{"Count":0}
{"Count":1}
{"org.apache.cassandra.metrics:name=Hints_created-/10.0.0.3.7000,type=HintsService":{"Count":7}}"#,
    ),
    (
        Wanted::CommitLog,
        r#"{"Value":33554432}
{"Value":0}"#,
    ),
    (
        Wanted::ReadRepairs,
        r#"{"Count":18446744073709551615}
{"Count":0}
null"#,
    ),
];

#[test]
fn no_answer_of_an_agent_panics() {
    let read = |text: &str| -> Vec<Reply> {
        text.lines().map(|line| serde_json::from_str(line).map_err(|why| why.to_string())).collect()
    };
    for (wanted, said) in &SAID {
        assert!(wanted.understand(&read(said)).is_some(), "{wanted:?}");
    }
    bolero::check!().with_iterations(10_000).with_type::<(u8, u16, u8)>().for_each(|(which, place, byte)| {
        let (wanted, said) = &SAID[usize::from(*which) % SAID.len()];
        let mut said = said.as_bytes().to_vec();
        let place = usize::from(*place) % said.len();
        said[place] = *byte;
        let _ = wanted.understand(&read(&String::from_utf8_lossy(&said)));
    });
}
