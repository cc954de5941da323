//! The journal that is kept beside it, with one thing changed in what an engine said: the hop that read it must say so, and no
//! other.

use lab_model::{
    Datum, Fact, Observation,
    facts::{
        airflow::{AirflowFact, ValueSeen},
        cassandra::CassandraFact,
        kafka::KafkaFact,
    },
};

use super::{Hop, Model, Standing, TheView};
use crate::View;

const RECORD: &str = "east/2024-01-01T06:00:00+08:00/2024-01-01T06:00:00+08:00";

/// The model after the kept journal, each fact of which is changed before it is heard; none leaves it out.
fn shown(change: impl Fn(&mut Fact) -> bool) -> Model {
    let journal = include_str!("journal.ndjson").lines().skip(1);
    let mut state = <TheView as View>::State::default();
    for line in journal {
        let mut observation: Observation = serde_json::from_str(line).unwrap();
        if change(&mut observation.fact) {
            TheView::apply(&mut state, &observation);
        }
    }
    let params = serde_json::json!({ "record": RECORD });
    TheView::project(&state, &serde_json::from_value(params).unwrap()).model
}

fn hop<'a>(model: &'a Model, name: &str) -> &'a Hop {
    model.hops.iter().find(|hop| hop.hop == name).unwrap()
}

/// At how many hops the content was read, and at how many it is the same.
fn counts(model: &Model) -> (usize, usize) {
    (model.read, model.same)
}

#[test]
fn the_same_content_is_read_from_task_log_and_replica() {
    let model = shown(|_| true);
    assert_eq!(counts(&model), (3, 3));
    assert!(model.hops.iter().all(|hop| hop.standing == Standing::Found), "{:?}", model.hops);
}

#[test]
fn another_content_at_a_replica_is_found_by_its_cells_not_by_the_hash_beside_them() {
    let model = shown(|fact| {
        if let Fact::Cassandra(CassandraFact::RowsRead { rows, .. }) = fact {
            let cells = rows.iter_mut().flat_map(|row| &mut row.cells);
            cells.filter(|cell| cell.column == "forecast").for_each(|cell| cell.value = Datum::of_text("Snow"));
        }
        true
    });
    assert_eq!(counts(&model), (3, 2));
    let places: Vec<_> = hop(&model, "row").places.iter().filter_map(|place| place.same).collect();
    assert_eq!(places, [true, false], "the column says the hash that was stored; the replica has another content");
}

#[test]
fn another_content_in_the_task_or_in_the_log_is_found_there() {
    let model = shown(|fact| {
        if let Fact::Airflow(AirflowFact::ValuesLeft { values, .. }) = fact {
            for value in values.iter_mut().filter_map(|run| run.value.as_mut()) {
                if let ValueSeen::Json { text, .. } = value {
                    // As long as before, so that all of it was read.
                    *text =
                        text.replace("Thundery", "Thunderx").replace("Showers", "Shower_").replace("Cloudy", "Cloudx");
                    *text = text.replace("Windy", "Windx").replace("Fair", "Faix").replace("Rain", "Raix");
                }
            }
        }
        true
    });
    assert_eq!((counts(&model), hop(&model, "task").places[0].same), ((3, 2), Some(false)));
    let model = shown(|fact| {
        if let Fact::Kafka(KafkaFact::RecordsStored { records, .. }) = fact {
            records.iter_mut().for_each(|record| record.value = Datum::of_text("{}"));
        }
        true
    });
    assert_eq!((counts(&model), hop(&model, "log").places[0].same), ((3, 2), Some(false)));
}

#[test]
fn what_was_not_read_is_not_known_and_what_is_not_there_says_why() {
    let no_airflow = shown(|fact| !matches!(fact, Fact::Airflow(AirflowFact::ValuesLeft { .. })));
    assert_eq!(hop(&no_airflow, "task").standing, Standing::Unknown);
    let no_rows = shown(|fact| {
        if let Fact::Cassandra(CassandraFact::TableScanned { rows, .. }) = fact {
            rows.clear();
        }
        true
    });
    assert_eq!(hop(&no_rows, "row").standing, Standing::Waits, "the table was read once since the commit");
    assert_eq!(hop(&no_rows, "window").standing, Standing::Waits);
    assert!(hop(&no_rows, "window").why.as_ref().unwrap().contains("is open"));
    let no_groups = shown(|fact| !matches!(fact, Fact::Kafka(KafkaFact::OffsetsCommitted { .. })));
    assert_eq!(hop(&no_groups, "groups").standing, Standing::Waits);
}
