//! Sentence → flaws, over the real models.

use std::fs;

use lab_lessons::sentences;

use crate::support::catalog;

fn flaws(view: &str, holds: &str) -> Vec<String> {
    let with = match view {
        "kafka_partitions" | "kafka_records" => "{ topic = 't' }",
        "cassandra_replicas" => "{ table = 'k.t', key = 'a' }",
        "cassandra_storage" => "{ table = 'k.t' }",
        "airflow_runs" | "airflow_dag" => "{ dag = 'd' }",
        "airflow_task" => "{ dag = 'd', run = 'r', task = 't' }",
        "lab_image" => "{ node = 'n' }",
        _ => "{}",
    };
    let text = format!("[[ready]]\nsay = 'x'\nview = '{view}'\nwith = {with}\nholds = '''{holds}'''\n");
    let (read, flaws) = sentences("stack.toml", &text, "ready", &catalog());
    assert_eq!(read.len(), usize::from(flaws.is_empty()), "{holds}");
    flaws.iter().map(|flaw| format!("{}: {} {}", flaw.column - 12, flaw.says, flaw.hint).trim().to_owned()).collect()
}

#[test]
fn what_can_be_meant_passes() {
    let found: Vec<_> = FINE.iter().map(|(view, holds)| (holds, flaws(view, holds))).collect();
    let wrong: Vec<_> = found.iter().filter(|(_, flaws)| !flaws.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_cannot_be_meant_is_found() {
    let found: Vec<_> = WRONG.iter().map(|(view, holds, wanted)| (holds, flaws(view, holds), wanted)).collect();
    let other: Vec<_> = found.iter().filter(|(_, flaws, wanted)| flaws != *wanted).collect();
    assert!(other.is_empty(), "{other:#?}");
}

/// The author guide's cookbook; what speaks of one partition `p` is said of some partition.
#[test]
fn the_cookbook_can_be_meant() {
    let guide = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../lessons/README.md")).unwrap();
    let table =
        guide.split("| To say | Write |\n|---|---|\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let cells = table.lines().filter_map(|line| line.split(" | ").nth(1));
    let said: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(said.len() > 12, "{said:?}");
    for holds in said {
        let whole = |view: &String| flaws(view, holds).is_empty();
        let of_one = || flaws(P, &format!("partitions.exists(p, {holds})"));
        assert!(catalog().views.keys().any(whole) || of_one().is_empty(), "{holds}: {:?}", of_one());
    }
}

const P: &str = "kafka_partitions";

const FINE: &[(&str, &str)] = &[
    (P, "partitions.size() == 3"),
    (P, "exists == true && partition_count > 2"),
    (P, "partitions.size() == 3 && partitions.all(p, p.isr.size() == 3)"),
    (P, "partitions.all(p, p.isr.size() == 3) && 0 < size(partitions)"),
    (P, "!(partitions.size() == 0) && partitions.all(p, p.leader == 1)"),
    (P, "partitions.size() == 0 || partitions.all(p, p.leader == 1)"),
    (P, "partitions.size() == 0 ? false : partitions.all(p, p.leader == 1)"),
    (P, "!partitions.exists(p, p.leader == null || p.leader == 1) && partitions.size() == 3"),
    (P, "partitions.exists(p, p.leader == 1) && partitions.all(p, p.isr.size() > 1)"),
    (P, "!partitions.all(p, p.leader_epoch == 1)"),
    (P, "partitions.filter(p, p.leader == 1).size() == 0"),
    (P, "partitions.exists(p, p.leader != null && p.leader != 3)"),
    (P, "partitions.exists(p, p.leader > 0 && p.leader != 3)"),
    (P, "partitions.exists(p, p.leader == null)"),
    (P, "partitions.exists(p, p.log_end != null && p.replicas.exists(r, r.log_end == p.log_end))"),
    (P, "partitions.exists(p, p.log_end - p.high_watermark == 2)"),
    (P, "partitions.exists(p, 3 in p.isr && !(2 in p.isr))"),
    (P, "partitions[0].replicas[1].heard == 'silent'"),
    (P, "partitions.map(p, p.partition) == [0, 1, 2]"),
    (P, "partitions.exists(p, p.leader_epoch > before.partitions[0].leader_epoch)"),
    (P, "truncations.exists(t, t.at >= began && t.from - t.to > 3)"),
    (P, "topic == '{topic}' && partitions.exists_one(p, p.said_by.startsWith('kafka-'))"),
    (P, "int('9223372036854775807') > partition_count && double(partition_count) > 0.5"),
    (
        "kafka_cluster",
        "brokers.size() == 3 && brokers.all(b, b.heard == 'answering' && !b.fenced) && controller != null",
    ),
    ("kafka_cluster", "brokers.exists(b, b.container == 'paused')"),
    (
        "kafka_groups",
        "groups.exists(g, g.lag == 0 && g.members.size() == 2 && g.members.all(m, m.partitions.size() == 1))",
    ),
    (
        "airflow_dag",
        "tasks.exists(t, t.instance != null && t.instance.why != null && t.instance.why.exists(r, r.kind == 'pool_full'))",
    ),
    ("airflow_slots", "instances.exists(i, i.operator_name == '@task.sensor' && i.holds_pool_slots == true)"),
];

const WRONG: &[(&str, &str, &[&str])] = &[
    (
        P,
        "[].all(p, p.nonsense == 3)",
        &["3: `[]` may be empty, and `all` is true of an empty list Say how many beside it: `[].size() == 3 && …`."],
    ),
    (
        P,
        "partitions.all(p, p.nonsense == 3)",
        &[
            "11: `partitions` may be empty, and `all` is true of an empty list Say how many beside it: `partitions.size() == 3 && …`.",
            "20: `p` has no field `nonsense` Known: cursors, elr, high_watermark, isr, last_stable, leader, leader_epoch, log_end, partition, replicas, said_at, said_by.",
        ],
    ),
    (
        P,
        "partitions.size() == 3 && partitions.all(p, p.lader == 3)",
        &["46: `p` has no field `lader` Did you mean `leader`?"],
    ),
    (
        P,
        "partition_count == 3 || nonsense",
        &[
            "24: the view's model has no `nonsense` Known: before, began, exists, partition_count, partitions, topic, truncations.",
        ],
    ),
    (
        P,
        "partition_count == 3 || partitions.exists(p, p.replica.size() == 3)",
        &["47: `p` has no field `replica` Did you mean `replicas`?"],
    ),
    (
        P,
        "partitions.all(p, p.leader == 1)",
        &[
            "11: `partitions` may be empty, and `all` is true of an empty list Say how many beside it: `partitions.size() == 3 && …`.",
        ],
    ),
    (
        P,
        "partition_count == 3 && partitions.all(p, p.leader == 1)",
        &[
            "35: `partitions` may be empty, and `all` is true of an empty list Say how many beside it: `partitions.size() == 3 && …`.",
        ],
    ),
    (
        P,
        "partitions.size() >= 0 && partitions.all(p, p.leader == 1)",
        &[
            "37: `partitions` may be empty, and `all` is true of an empty list Say how many beside it: `partitions.size() == 3 && …`.",
        ],
    ),
    (
        P,
        "partitions.size() == 3 || partitions.all(p, p.leader == 1)",
        &[
            "37: `partitions` may be empty, and `all` is true of an empty list Say how many beside it: `partitions.size() == 3 && …`.",
        ],
    ),
    (
        P,
        "partitions.size() == 3 && partitions.all(p, p.replicas.all(r, r.in_sync))",
        &[
            "55: `p.replicas` may be empty, and `all` is true of an empty list Say how many beside it: `p.replicas.size() == 3 && …`.",
        ],
    ),
    (
        P,
        "!partitions.exists(p, p.leader == 1)",
        &[
            "12: `partitions` may be empty, and then nothing exists in it Say how many beside it, or count: `partitions.filter(…).size() == 0`.",
            "31: `p.leader` may be null, and then this would be true with nothing known Within the negation write `p.leader == null || …` beside it.",
        ],
    ),
    (
        P,
        "partitions.all(p, p.leader == 1) || !partitions.exists(p, p.leader == 1)",
        &[
            "11: `partitions` may be empty, and `all` is true of an empty list Say how many beside it: `partitions.size() == 3 && …`.",
            "67: `p.leader` may be null, and then this would be true with nothing known Within the negation write `p.leader == null || …` beside it.",
        ],
    ),
    (
        P,
        "partitions.exists(p, p.leader != 3)",
        &[
            "30: `p.leader` may be null, and then this would be true with nothing known Write `p.leader != null && …` beside it.",
        ],
    ),
    (
        P,
        "partitions.exists(p, !(p.leader == 3))",
        &[
            "32: `p.leader` may be null, and then this would be true with nothing known Within the negation write `p.leader == null || …` beside it.",
        ],
    ),
    (
        P,
        "partitions.exists(p, !(p.leader in [3]))",
        &[
            "32: `p.leader` may be null, and then this would be true with nothing known Within the negation write `p.leader == null || …` beside it.",
        ],
    ),
    (
        P,
        "partitions.exists(p, p.replicas.exists(r, r.log_end == p.log_end))",
        &[
            "52: `r.log_end` may be null, and then this would be true with nothing known Write `r.log_end != null && …` beside it.",
        ],
    ),
    (P, "partitions.exists(p, p.partition == null)", &["33: `p.partition` is never null"]),
    (
        P,
        "partitions.exists(p, p.replicas.exists(r, r.heard == 'silnt'))",
        &["53: it is never `silnt` Did you mean `silent`?"],
    ),
    (
        P,
        "partitions.exists(p, p.leader == 'kafka-1')",
        &["30: `p.leader` is a whole number or null, `\"kafka-1\"` is a text: they are never equal"],
    ),
    (P, "partitions.exists(p, p.isr == 3)", &["27: `p.isr` is a list, `3` is a whole number: they are never equal"]),
    (P, "partitions.exists(p, 'kafka-1' in p.isr)", &["31: `\"kafka-1\"` is a text, and in `p.isr` is a whole number"]),
    (P, "partitions.exists(p, p.said_by > 3)", &["31: a text has no order with a whole number"]),
    (
        P,
        "partitions.leader == 1",
        &["11: `partitions` is a list and has no field `leader` Use `.exists(x, …)`, `.all(x, …)` or `[0]`."],
    ),
    (
        P,
        "partitions[0].leader.id == 1",
        &["21: `partitions[0].leader` is a whole number or null and has no field `id`"],
    ),
    (P, "partitions['0'].leader == 1", &["10: `partitions` cannot be indexed by a text"]),
    (
        P,
        "partitions.exists(p, has(p.leader))",
        &["21: `has` is always true: a model has all its fields Compare with null: `p.leader != null`."],
    ),
    (
        P,
        "partitions.exists(topic, topic.leader == 1)",
        &["18: `topic` already means something here Choose another name."],
    ),
    (
        P,
        "partitions.exists(p, p.replicas.exists(p, p.in_sync))",
        &["39: `p` already means something here Choose another name."],
    ),
    (P, "partitions.exists(p.leader == 1)", &["11: `exists` takes a variable and an expression `exists(p, …)`"]),
    (
        P,
        "partitions.sum(p, p.log_end) == 3",
        &[
            "11: a sentence cannot use `sum` like this Known: all, contains, double, endsWith, exists, exists_one, filter, int, map, size, startsWith, string.",
        ],
    ),
    (P, "partition_count", &["0: a sentence must be true or false, and this is a whole number"]),
    (P, "partition_count && true", &["0: `partition_count` is a whole number, not true or false"]),
    (
        P,
        "partition_count + 0.5 > 3.0",
        &["16: a whole number and a fraction do not add up Write `double(…)` around the whole number."],
    ),
    (P, "topic - 1 == 3", &["6: `-` needs two numbers"]),
    (
        P,
        "partitions.contains(3)",
        &[
            "11: `partitions` is a list, not a text For a list write `x in list`.",
            "11: `3` is a whole number, not a text",
        ],
    ),
    (P, "partition_count.size() == 3", &["0: `partition_count` is a whole number and has no size"]),
    (
        P,
        "topic.matches('x')",
        &[
            "6: a sentence cannot use `matches` like this Known: all, contains, double, endsWith, exists, exists_one, filter, int, map, size, startsWith, string.",
        ],
    ),
    (P, "{'a': 1}.a == 1", &["0: objects cannot be written in a sentence Compare single fields."]),
    (
        P,
        "partitions.exists(p, before.partitions[0].nonsense == 1)",
        &[
            "42: `before.partitions[0]` has no field `nonsense` Known: cursors, elr, high_watermark, isr, last_stable, leader, leader_epoch, log_end, partition, replicas, said_at, said_by.",
        ],
    ),
    (P, "partition_count = 3", &["16: this cannot be read: `=` does not belong here Two are compared with `==`."]),
    (
        P,
        "partitions.?leader == 1",
        &[
            "10: this cannot be read: unsupported syntax '.?' Sentences are written in CEL; lessons/README.md has examples of every kind.",
        ],
    ),
    ("kafka_cluster", "brokers.exists(b, b.container == 'pausd')", &["33: it is never `pausd` Did you mean `paused`?"]),
];
