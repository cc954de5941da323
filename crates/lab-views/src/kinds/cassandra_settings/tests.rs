//! Settings' cases: journals in, words and marks out.

use lab_model::facts::cassandra::CassandraFact;
use serde_json::json;

use super::TheView;
use crate::testing::*;

fn settings(of: &[(&str, &str)]) -> CassandraFact {
    let settings = of.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    CassandraFact::SettingsRead { settings }
}

#[test]
fn nothing_said_is_not_known() {
    check::<TheView>(&json!({}), &[], &json!({ "known": false, "summary": "No node told its settings yet." }));
    // A setting that the lab changes is not yet proven to be in force.
    check::<TheView>(&json!({}), &[app(start_cassandra(false))], &json!({ "known": false, "/settings/0/value": null }));
    // One that waits as a spare, and one that is silent, have nothing to say.
    let said = [app(start_cassandra(false)), c(1, settings(&[("num_tokens", "1")])), c(3, silent())];
    check::<TheView>(&json!({}), &said, &json!({ "known": true, "awaits": ["settings of cassandra-2"] }));
}

#[test]
fn settings_in_force_beside_their_defaults() {
    let said = [
        app(start_cassandra(false)),
        c(2, settings(&[("hints_flush_period", "1s"), ("initial_token", "0"), ("num_tokens", "1")])),
        c(1, settings(&[("hints_flush_period", "1s"), ("initial_token", "-61"), ("num_tokens", "1")])),
    ];
    check::<TheView>(
        &json!({}),
        &said,
        &json!({
            "known": true,
            "/nodes": ["cassandra-1", "cassandra-2"],
            "/settings/0": {
                "name": "hints_flush_period", "value": "1s", "by_node": [], "default": "10s",
                "why": "Hints can be seen after a second.",
            },
            "/settings/1/value": null,
            "/settings/1/by_node/0": { "node": "cassandra-1", "value": "-61" },
            "/settings/2/default": null,
            "summary": "cassandra-1 and cassandra-2 tell 3 settings; the lab changes 1 of them. Not the same on all nodes: \
                initial_token.",
        }),
    );
    let changed = json!({ "changed": true });
    check::<TheView>(&changed, &said, &json!({ "/settings/0/name": "hints_flush_period", "/settings/1": null }));
    let anew: Vec<_> = said.into_iter().chain([app(start_cassandra(false))]).collect();
    check::<TheView>(&json!({}), &anew, &json!({ "known": false, "/nodes": [] }));
}
