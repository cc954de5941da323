//! The list of actions: names, schemas, arguments, command lines. No broker.

use serde_json::json;

use super::*;

fn call(name: &str, args: &serde_json::Value) -> ActionCall {
    ActionCall { name: name.to_owned(), args: args.as_object().cloned().unwrap_or_default() }
}

fn place() -> ByHand {
    ByHand { container: "lab-kafka-1-1".into(), bootstrap: "localhost:9092".into() }
}

#[test]
fn each_action_has_a_command_line() {
    let calls = [
        (
            call(
                "kafka.create_topic",
                &json!({ "topic": "t", "partitions": 3, "replication_factor": 3,
                "configs": { "min.insync.replicas": 2 } }),
            ),
            "kafka-topics.sh --bootstrap-server localhost:9092 --create --topic t --partitions 3 \
             --replication-factor 3 --config min.insync.replicas=2",
        ),
        (
            call("kafka.reset_offsets", &json!({ "topic": "t", "group": "g", "to": 7, "partition": 1 })),
            "kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group g --topic t:1 --reset-offsets \
             --to-offset 7 --execute",
        ),
        (
            call("kafka.alter_topic", &json!({ "topic": "t", "configs": { "retention.ms": 1, "flush.ms": null } })),
            "kafka-configs.sh --bootstrap-server localhost:9092 --alter --entity-type topics --entity-name t \
             --add-config retention.ms=1 --delete-config flush.ms",
        ),
        (
            call("kafka.elect_leader", &json!({ "topic": "t", "partition": 0, "election": "unclean" })),
            "kafka-leader-election.sh --bootstrap-server localhost:9092 --election-type unclean --topic t --partition 0",
        ),
    ];
    for (call, line) in calls {
        assert_eq!(Kafka::by_hand(&call, &place()), [format!("docker exec -it lab-kafka-1-1 /opt/kafka/bin/{line}")]);
    }
    assert!(Kafka::by_hand(&call("kafka.fly", &json!({})), &place()).is_empty());
    assert!(Kafka::by_hand(&call("kafka.delete_topic", &json!({})), &place()).is_empty());
}

const DELETE: &str = "docker exec -i lab-kafka-1-1 /opt/kafka/bin/kafka-delete-records.sh --bootstrap-server \
                      localhost:9092 --offset-json-file /dev/stdin";

#[test]
fn records_of_one_partition_are_deleted_by_a_file_of_one_line() {
    let call = call("kafka.delete_records", &json!({ "topic": "t", "before": 7, "partition": 1 }));
    let file = r#"'{"partitions":[{"topic":"t","partition":1,"offset":7}],"version":1}'"#;
    assert_eq!(Kafka::by_hand(&call, &place()), [format!("echo {file} | {DELETE}")]);
}

#[test]
fn records_of_all_partitions_are_deleted_by_a_file_made_of_the_list_of_them() {
    let call = call("kafka.delete_records", &json!({ "topic": "a.t", "before": "high_watermark" }));
    let list = "docker exec -i lab-kafka-1-1 /opt/kafka/bin/kafka-get-offsets.sh --bootstrap-server localhost:9092 \
                --topic 'a[.]t'";
    let program = r#"'{ all = all s "{@topic@:@a.t@,@partition@:" $2 ",@offset@:-1}"; s = "," } END { print "{@partitions@:[" all "],@version@:1}" }'"#;
    assert_eq!(Kafka::by_hand(&call, &place()), [format!("{list} | awk -F: {program} | tr @ '\"' | {DELETE}")]);
}

#[tokio::test]
async fn silence_of_all_brokers_is_told_broker_by_broker() {
    let nobody = |node: &str, port: u16| crate::Broker {
        node: node.into(),
        node_id: None,
        address: format!("127.0.0.1:{port}"),
    };
    let cluster = Cluster { brokers: vec![nobody("kafka-1", 1), nobody("kafka-2", 2)] };
    let kafka = Kafka::new(cluster, Arc::new(|_| {}));
    let run = |call: ActionCall| {
        let kafka = &kafka;
        async move { kafka.run(ActionId(1), &call, Arc::new(|_| {}), CancellationToken::new()).await }
    };
    let error = run(call("kafka.delete_topic", &json!({ "topic": "t" }))).await.unwrap_err();
    assert_eq!(error.code, lab_model::Code::NodeSilent);
    assert_eq!(
        error.message,
        "Kafka does not answer: kafka-1: the connection was refused; kafka-2: the connection was refused."
    );
    let error = run(call("kafka.fly", &json!({}))).await.unwrap_err();
    assert_eq!(error.code, lab_model::Code::Unknown);
    let error = run(call("kafka.stop_consumer", &json!({ "name": "c1" }))).await.unwrap_err();
    assert_eq!(error.code, lab_model::Code::NotNow);
}

#[test]
fn a_producer_counts_on_from_call_to_call() {
    let running = Running::default();
    assert_eq!(running.number("a", 3), 1);
    assert_eq!(running.number("a", 1), 4);
    assert_eq!(running.number("b", 1), 1);
    running.count_on("a", 100);
    assert_eq!(running.number("a", 1), 101);
    running.count_on("a", 5);
    assert_eq!(running.number("a", 1), 102);
}
