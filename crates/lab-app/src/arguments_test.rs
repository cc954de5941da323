//! Texts stay texts, numbers are numbers, and a refusal says what is expected.

use super::*;

fn words(typed: &[&str]) -> Vec<String> {
    typed.iter().map(|word| (*word).to_owned()).collect()
}

fn action(name: &str, typed: &[&str]) -> Result<Value, Problem> {
    of_action(name, &words(typed)).map(Value::Object)
}

#[test]
fn a_text_stays_as_it_was_typed_whatever_it_looks_like() {
    for text in ["123", "1e3", "true", "null", "1.0", "[\"p\",1]", "\"q\"", "{}", "a=b", "", " x ", "0xcafe", "ÿ"] {
        let topic = format!("topic={text}");
        let read = action("kafka.create_topic", &[&topic, "partitions=3"]);
        // An empty name is no name; the schema may say so, and then it is not the type that is wrong.
        let Ok(read) = read else {
            assert_eq!(text, "");
            continue;
        };
        assert_eq!(read, json!({ "topic": text, "partitions": 3 }));
    }
    for text in ["5", "[\"p\",1]", "\"q\"", "null", "cafe"] {
        let read = of_view("cassandra_replicas", &words(&["table=h.t", &format!("key={text}")])).unwrap();
        assert_eq!(Value::Object(read), json!({ "table": "h.t", "key": text }));
    }
}

#[test]
fn numbers_lists_and_switches_are_read_and_refused_with_an_example() {
    let read = action("kafka.produce", &["topic=t", "count=12", "keys=[\"a\",\"b\"]"]).unwrap();
    assert_eq!(read, json!({ "topic": "t", "count": 12, "keys": ["a", "b"] }));
    for wrong in ["partitions=three", "partitions=1.5", "partitions=", "partitions=\"3\"", "partitions=[3]"] {
        let problem = action("kafka.create_topic", &["topic=t", wrong]).unwrap_err();
        assert_eq!(problem.code, Code::ActionInvalid);
        assert!(problem.message.starts_with("`partitions` is a whole number"), "{}", problem.message);
        assert!(problem.hint.starts_with("For example: partitions="), "{}", problem.hint);
    }
    let problem = action("kafka.produce", &["topic=t", "keys=a"]).unwrap_err();
    assert_eq!(problem.hint, "For example: keys='[\"a\",\"b\"]'");
    for (of, wrong, example) in [
        ("kafka.create_topic", "configs=5", "configs='{\"min.insync.replicas\":2}'"),
        ("cassandra.create_keyspace", "replication=3", "replication='{\"dc1\":3}'"),
        ("kafka.produce", "records=a", "records='[{\"key\":\"a\",\"value\":\"first\"},{\"value\":\"without a key\"}]'"),
    ] {
        assert_eq!(action(of, &[wrong]).unwrap_err().hint, format!("For example: {example}"));
        let usage = usage_of_action(of).unwrap();
        assert!(usage.arguments.iter().any(|argument| argument.example.as_deref() == Some(example)), "{usage:?}");
    }
    let nested = action("kafka.produce", &["topic=t", "keys=[\"a\",5]"]).unwrap_err();
    assert!(nested.detail.starts_with("`keys[1]` must be a text, not 5."), "{nested}");
    let nested = action("kafka.produce", &["topic=t", "records=[{\"key\":5},{\"valeu\":\"x\"}]"]).unwrap_err();
    for said in [
        "`records[0].key`: `key` must be a text, not 5.",
        "`records[0]`: `value` is missing",
        "there is no `valeu` here",
    ] {
        assert!(nested.detail.contains(said), "{nested}");
    }
    assert!(nested.hint.contains("For example: records='[{"), "{nested}");
    let choice = action("kafka.produce", &["topic=t", "acks=2"]).unwrap_err();
    assert!(choice.detail.contains("`acks`") && choice.detail.contains("all"), "{choice}");
}

#[test]
fn what_there_is_not_and_what_is_said_twice_is_refused() {
    assert_eq!(action("kafka.create_topik", &[]).unwrap_err().code, Code::Unknown);
    let misspelled = action("kafka.create_topic", &["topic=t", "partitons=3"]).unwrap_err();
    assert!(misspelled.detail.contains("partitions"), "{misspelled}");
    assert!(action("kafka.create_topic", &["topic=t", "topic=u"]).unwrap_err().message.contains("twice"));
    for word in ["orders", "=x", ""] {
        assert!(action("kafka.create_topic", &[word]).unwrap_err().message.contains("name=value"));
    }
    assert_eq!(of_view("nope", &[]).unwrap_err().code, Code::Unknown);
}

/// What is wrong is said of the alternative that was meant, or else what there is.
#[test]
fn a_value_that_may_be_a_word_or_a_number_is_refused_in_words() {
    let before = |word: &str| {
        action("kafka.delete_records", &["topic=t", &format!("before={word}")]).map_err(|problem| problem.detail)
    };
    assert!(before("high_watermark").is_ok() && before("12").is_ok());
    assert_eq!(before("-1").unwrap_err(), "`before`: -1 is less than the minimum of 0.");
    let other = "`before`: \"abc\" is not possible here. It takes \"high_watermark\" or a whole number.";
    assert_eq!(before("abc").unwrap_err(), other);
    let level = |word: &str| {
        let typed = ["cql=x".to_owned(), format!("serial_level={word}")];
        of_action("cassandra.execute", &typed).map_err(|problem| problem.detail)
    };
    let near = "`serial_level`: \"SERIALL\" is not possible here. Did you mean `SERIAL`?";
    assert_eq!(level("SERIALL").unwrap_err(), near);
    let far = "`serial_level`: \"x\" is not possible here. It takes \"SERIAL\" or \"LOCAL_SERIAL\".";
    assert_eq!(level("x").unwrap_err(), far);
}

#[test]
fn help_names_what_is_needed_first_and_the_words_that_are_allowed() {
    let usage = usage_of_action("kafka.produce").unwrap();
    let named = |name: &str| usage.arguments.iter().find(|argument| argument.name == name).unwrap();
    assert!(usage.says.ends_with('.') && usage.arguments[0].needed && usage.arguments[0].name == "topic");
    let mut acks = named("acks").choices.clone();
    acks.sort();
    assert_eq!(
        (acks, named("count").kind.as_str()),
        (vec!["0".to_owned(), "1".into(), "all".into()], "a whole number")
    );
    assert!(named("topic").choices.is_empty() && usage.arguments.iter().all(|argument| !argument.says.is_empty()));
    let problem = action("kafka.produce", &["topic=t", "acks=foo"]).unwrap_err();
    assert!(problem.detail.contains("\"foo\" is not possible here") && problem.detail.contains("all"), "{problem}");
    assert_eq!(usage_of_view("nope").unwrap_err().code, Code::Unknown);
}

/// Whatever is typed for whatever is asked for: read, or refused in words.
#[test]
fn any_words_are_read_or_refused() {
    let right = [
        "topic=orders",
        "partitions=3",
        "keys=[\"a\",\"b\"]",
        "key=[\"p\",1]",
        "table=ks.t",
        "count=12",
        "configs={\"retention.ms\":\"1000\"}",
        "if_not_exists=true",
        "replication={\"dc1\":3}",
        "enabled=false",
        "before=high_watermark",
    ];
    let (actions, kinds) = (catalog::actions(), lab_views::kinds());
    let mut refused = 0;
    for (which, word) in crate::spoil::spoiled(&right, 10_000).enumerate() {
        let typed = [word, "topic=t".to_owned()];
        let action = of_action(actions[which % actions.len()].name, &typed[..1 + which % 2]);
        let view = of_view(kinds[which % kinds.len()].name, &typed[..1]);
        for problem in [action, view].into_iter().filter_map(Result::err) {
            assert!(!problem.message.is_empty() && !problem.hint.is_empty(), "{typed:?}: {problem}");
            // The words of JSON Schema are nobody's.
            assert!(!problem.detail.contains("keyword"), "{typed:?}: {problem}");
            refused += 1;
        }
    }
    assert!(refused > 5_000, "{refused}");
}
