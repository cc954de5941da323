//! Requests' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::cassandra::{CassandraFact, Latency, RequestKind, RequestOutcome as Outcome},
};
use serde_json::json;

use super::TheView;
use crate::testing::*;

const INSERT: &str = "INSERT INTO weather.readings (station) VALUES ('oslo')";

fn load(ok: u64, timeouts: u64, running: bool) -> Draft {
    let ended = [("ok".to_owned(), ok), ("write_timeout".to_owned(), timeouts)];
    client("load", CassandraFact::LoadTold {
        table: "weather.readings".to_owned(),
        kind: RequestKind::Write,
        level: "ALL".to_owned(),
        asked: 100,
        ended: ended.into_iter().filter(|(_, count)| *count > 0).collect(),
        latency: Latency { count: ok, median: 2_140, p99: None, most: 9_000 },
        per_second: 250.04,
        running,
    })
}

#[test]
fn nothing_said_is_not_known() {
    check::<TheView>(&json!({}), &[], &json!({ "known": false, "summary": "No request yet." }));
    // Taken over or not, a lab that has just begun has had no request.
    let said = [ended(request("r1", INSERT, "ONE", Outcome::Ok)), app(start_cassandra(false))];
    check::<TheView>(&json!({}), &said, &json!({ "known": false, "/requests": [] }));
}

#[test]
fn requests_about_what_is_not_there_are_refused_unless_there_were_some() {
    let said = [app(start_cassandra(false)), c(1, weather(3, &["readings"])), c(1, weather(3, &["readings"]))];
    let about = |name: &str| json!({ "about": name });
    let check = |name: &str, said: &[Draft], refusal: Option<&str>, awaits: &[&str]| {
        crate::testing::check::<TheView>(&about(name), said, &json!({ "refusal": refusal, "awaits": awaits }));
    };
    check("nope.t", &said, Some("There is no table nope.t: there is no keyspace nope."), &["a request about nope.t"]);
    check("nope", &said, Some("There is no keyspace nope."), &["a request about nope"]);
    for known in ["weather", "weather.readings", "readings", "system.local"] {
        check(known, &said, None, &[&format!("a request about {known}")]);
    }
    // What was dropped since has had requests all the same.
    let before = [ended(request("r1", INSERT, "ONE", Outcome::Ok)), c(1, weather(3, &["readings"])), c(1, no_keyspace())];
    check("weather.readings", &before, None, &[]);
    crate::testing::check::<TheView>(&json!({}), &said, &json!({ "awaits": ["a request of a client of Pipewright"] }));
}

#[test]
fn outcomes_keep_their_numbers() {
    let said = [
        ended(request("r1", INSERT, "QUORUM", Outcome::Ok)),
        ended(request("r2", INSERT, "ALL", Outcome::Unavailable { required: 3, alive: 2 })),
        ended(request("r3", INSERT, "ALL", Outcome::WriteTimeout { required: 3, received: 2, write_type: "SIMPLE".into() })),
    ];
    check::<TheView>(
        &json!({}),
        &said,
        &json!({
            "known": true,
            "/outcomes": { "ok": 1, "unavailable": 1, "write_timeout": 1 },
            "/requests/0/id": "r3",
            "/requests/0/required": 3,
            "/requests/0/received": 2,
            "/requests/0/alive": null,
            "/requests/1/alive": 2,
            "/requests/1/words": "Unavailable: 3 required, 2 alive",
            "/requests/2/required": null,
            "summary": "3 requests: 1 ok, 1 unavailable, 1 write timeout. The newest: INSERT INTO weather.readings (station) \
                VALUES ('oslo') at ALL through cassandra-1: WriteTimeout: 2 of 3 acknowledged (SIMPLE), after 2.3 ms.",
        }),
    );
}

#[test]
fn only_what_names_the_table_is_shown_and_counted() {
    let said = [
        ended(request("r1", INSERT, "ONE", Outcome::Ok)),
        ended(request("r2", "SELECT * FROM shop.items", "ONE", Outcome::Ok)),
        load(50, 0, false),
    ];
    for (about, ids, ok, loads) in [("weather.readings", "r1", 1, 1), ("shop", "r2", 1, 0)] {
        let params = json!({ "about": about });
        check::<TheView>(&params, &said, &json!({ "/requests/0/id": ids, "/requests/1": null, "/outcomes/ok": ok }));
        let first = if loads == 1 { json!("load") } else { json!(null) };
        check::<TheView>(&params, &said, &json!({ "/loads/0/client": first }));
    }
    check::<TheView>(&json!({ "about": "weather.days" }), &said, &json!({ "known": false, "/outcomes": {} }));
    check::<TheView>(&json!({ "limit": 1 }), &said, &json!({ "/requests/0/id": "r2", "/requests/1": null, "/outcomes/ok": 2 }));
}

#[test]
fn many_are_counted_and_the_newest_kept() {
    let said: Vec<Draft> = (0..600).map(|n| ended(request(&format!("r{n}"), INSERT, "ONE", Outcome::Ok))).collect();
    let params = json!({ "limit": 900, "about": "weather" });
    check::<TheView>(
        &params,
        &said,
        &json!({ "/outcomes/ok": 600, "/requests/0/id": "r599", "/requests/199/id": "r400", "/requests/200": null }),
    );
}

#[test]
fn a_load_goes_on_and_ends() {
    let running = [load(40, 0, true), load(80, 0, true)];
    check::<TheView>(&json!({}), &running, &json!({ "/loads/0/ok": 80, "/loads/0/running": true, "/loads/1": null }));
    let ended = [load(40, 0, true), load(98, 2, false), load(10, 0, true)];
    check::<TheView>(
        &json!({}),
        &ended,
        &json!({ "/loads/0/ok": 10, "/loads/1/ok": 98, "/loads/1/not_ok": 2, "/loads/1/per_second": 250.0 }),
    );
    check::<TheView>(
        &json!({}),
        &ended[..2],
        &json!({
            "summary": "load got 98 of 100 requests to weather.readings at ALL through, 2 not (2 write timeout) in all, 250 \
                a second, median 2.1 ms.",
        }),
    );
}

#[test]
fn what_reads_mended_is_what_their_coordinators_count() {
    let counted = |blocking, reconciled| CassandraFact::ReadRepairsCounted { blocking, reconciled, timed_out: 0 };
    let said = [c(1, counted(0, 0)), c(2, counted(1, 0)), c(3, counted(0, 4)), c(1, counted(2, 0))];
    check::<TheView>(
        &json!({}),
        &said,
        &json!({
            "known": true,
            "/read_repairs/0": { "node": "cassandra-1", "blocking": 2, "reconciled": 0, "timed_out": 0 },
            "/read_repairs/2/node": "cassandra-3",
            "summary": "Reads that found replicas different, as coordinators count: cassandra-1 2 mended; cassandra-2 1 \
                mended; cassandra-3 4 left as they were.",
        }),
    );
    // That nothing was repaired is known before a client of ours asked anything.
    check::<TheView>(
        &json!({}),
        &said[..1],
        &json!({ "known": true, "/read_repairs": [], "/requests": [], "summary": "No request yet." }),
    );
    check::<TheView>(&json!({}), &[], &json!({ "known": false }));
}
