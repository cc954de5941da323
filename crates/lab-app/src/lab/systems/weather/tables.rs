//! The tables of records, as `tables.py` of the pipeline's image makes them.

use lab_cassandra::Table;
use lab_weather::record::Form;

pub(super) const KEYSPACE: &str = "weather";

pub(super) fn table(form: Form) -> Table<'static> {
    let definition = match form {
        Form::General => {
            "(day date, updated timestamp, date date, valid_start timestamp, valid_end timestamp, \
             forecast_code text, forecast text, temperature_low int, temperature_high int, \
             humidity_low int, humidity_high int, wind_low int, wind_high int, wind_direction text, \
             record_id text, content_hash text, topic text, partition int, offset bigint, run_id text, stored timestamp, \
             PRIMARY KEY ((day), updated)) WITH CLUSTERING ORDER BY (updated DESC)"
        }
        Form::Periodic => {
            "(region text, day date, start timestamp, updated timestamp, \"end\" timestamp, forecast_code text, forecast text, \
             record_id text, content_hash text, topic text, partition int, offset bigint, run_id text, stored timestamp, \
             PRIMARY KEY ((region, day), start, updated))"
        }
    };
    Table { name: form.table(), definition }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands there for the same table, without spaces and quotes.
    #[test]
    fn they_are_those_of_the_pipelines_own_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docker/images/pipeline/pipeline/tables.py");
        let code = std::fs::read_to_string(file).unwrap();
        let bare = |text: &str| text.replace([' ', '\n', '(', ')', '"'], "");
        let origin = code.split_once("ORIGIN = \"").unwrap().1.split_once('"').unwrap().0;
        for form in Form::ALL {
            let own = code.split_once(&format!("\"{}\": f\"\"\"", form.table())).unwrap().1;
            let own = own.split_once("\"\"\"").unwrap().0.replace("{ORIGIN}", origin);
            assert_eq!(bare(table(form).definition), bare(&own));
        }
    }
}
