//! Values of every type, as `cqlsh` prints them, and as they must not be.

use super::{
    super::types::{UserTypes, named},
    *,
};

fn of(name: &str) -> CqlType {
    let types =
        UserTypes::from([("pair".into(), vec![("a".into(), "tinyint".into()), ("b".into(), "boolean".into())])]);
    named(name, &types).unwrap()
}

fn shown(name: &str, bytes: &[u8]) -> String {
    render(&of(name), bytes)
}

#[test]
fn numbers_of_any_length() {
    for number in [0i128, 1, -1, 127, -128, 128, 1 << 70, -(1 << 70), i128::MAX, i128::MIN] {
        assert_eq!(shown("varint", &number.to_be_bytes()), number.to_string());
    }
    assert_eq!(shown("varint", &[0xFF]), "-1");
    assert_eq!(shown("decimal", &[0, 0, 0, 2, 0x04, 0xD2]), "12.34");
    assert_eq!(shown("decimal", &[0, 0, 0, 3, 0xFF]), "-0.001");
    assert_eq!(shown("decimal", &[0xFF, 0xFF, 0xFF, 0xFE, 7]), "7E+2");
    assert_eq!(shown("decimal", &[0x7F, 0xFF, 0xFF, 0xFF, 7]), "7E-2147483647");
    assert_eq!(shown("decimal", &[0xFF, 0xFF, 0xFF, 0xFD, 12]), "1.2E+4");
    assert_eq!(shown("varint", &[1; 5000]), "a number of 5000 bytes");
    let shown = |number: f64| shown("double", &number.to_be_bytes());
    assert_eq!((shown(f64::NAN), shown(f64::NEG_INFINITY)), ("NaN".into(), "-Infinity".into()));
    assert_eq!(
        (shown(0.1), shown(1.0), shown(1e300), shown(-0.0)),
        ("0.1".into(), "1".into(), "1e+300".into(), "-0".into())
    );
}

#[test]
fn moments() {
    let timestamp = |ms: i64| shown("timestamp", &ms.to_be_bytes());
    assert_eq!(timestamp(0), "1970-01-01 00:00:00.000000+0000");
    assert_eq!(timestamp(1_764_119_491_234), "2025-11-26 01:11:31.234000+0000");
    assert_eq!(timestamp(-1), "1969-12-31 23:59:59.999000+0000");
    assert_eq!((timestamp(i64::MAX), timestamp(i64::MIN)), (i64::MAX.to_string(), i64::MIN.to_string()));
    let date = |day: u32| shown("date", &day.to_be_bytes());
    assert_eq!((date(1 << 31), date((1 << 31) + 11_016)), ("1970-01-01".into(), "2000-02-29".into()));
    assert_eq!((date(0), date(u32::MAX)), ("-2147483648".into(), "2147483647".into()));
    assert_eq!(shown("time", &3_723_000_000_001i64.to_be_bytes()), "01:02:03.000000001");
    assert_eq!(shown("duration", &[2, 4, 6]), "1mo2d3ns");
    // A number of two bytes: 300 days.
    assert_eq!(shown("duration", &[0, 0x82, 0x58, 1]), "-300d1ns");
}

#[test]
fn text_is_quoted_only_within_something() {
    assert_eq!(shown("text", "it's".as_bytes()), "it's");
    let list = [0, 0, 0, 1, 0, 0, 0, 4, b'i', b't', b'\'', b's'];
    assert_eq!(shown("list<text>", &list), "['it''s']");
    let map = [0, 0, 0, 1, 0, 0, 0, 1, b'a', 0, 0, 0, 4, 0, 0, 0, 5];
    assert_eq!(shown("map<text, int>", &map), "{'a': 5}");
    assert_eq!(shown("pair", &[0, 0, 0, 1, 0xFE]), "{a: -2, b: null}");
    assert_eq!(shown("tuple<int, text>", &[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, b'x']), "(null, 'x')");
    let vector = [1.5f32, -2.0, f32::NAN].map(f32::to_be_bytes).concat();
    assert_eq!(shown("vector<float, 3>", &vector), "[1.5, -2, NaN]");
    assert_eq!(shown("vector<text, 2>", &[0, 1, b'a']), "['', 'a']");
    // Too few, and of a length that is not there.
    for wrong in [&[1, b'a'][..], &[0, 5, b'a'], &[0xFF; 9]] {
        assert_eq!(shown("vector<text, 2>", wrong), hex(wrong));
    }
}

#[test]
fn kinds_stay_apart() {
    let datum = |name: &str, bytes: &[u8]| datum(&of(name), Some(bytes)).to_string();
    assert_eq!(super::datum(&of("int"), None).to_string(), "null");
    assert_eq!(
        (datum("text", b""), datum("text", b"null"), datum("blob", b"")),
        ("\"\"".into(), "\"null\"".into(), "\"\"".into())
    );
    assert_eq!((datum("blob", b"cafe"), datum("int", &[0, 0, 0, 5])), ("0x63616665".into(), "5".into()));
    assert!(datum("int", &[1, 2]).starts_with("(cannot be read: "));
    assert!(datum("list<int>", &[0x7F, 0xFF, 0xFF, 0xFF]).starts_with("(cannot be read: "));
    assert_eq!(shown("int", &[1, 2]), "0x0102");
}

/// What a node wrote for literals of every type, and how `cqlsh` 6.2 printed it. A fourth word is what stands here
/// instead, and a fifth one why.
#[test]
fn values_are_written_as_cqlsh_writes_them() {
    let types = UserTypes::from([
        ("udt".into(), [("a", "tinyint"), ("b", "boolean"), ("t", "text")].map(|(a, b)| (a.into(), b.into())).into()),
        (
            "nest".into(),
            [("u", "frozen<udt>"), ("l", "frozen<list<frozen<udt>>>"), ("m", "frozen<map<text, frozen<set<int>>>>")]
                .map(|(a, b)| (a.into(), b.into()))
                .into(),
        ),
    ]);
    let mut wrong = Vec::new();
    for line in include_str!("values_cqlsh.tsv").lines().skip(1) {
        let words: Vec<&str> = line.split('\t').collect();
        let [name, bytes, cqlsh, rest @ ..] = words.as_slice() else { panic!("{line}") };
        let expected = rest.first().unwrap_or(cqlsh);
        assert!(rest.is_empty() || (rest.len() == 2 && expected != cqlsh), "why is it not as cqlsh's? {line}");
        let kind = named(name, &types).unwrap();
        let told = datum(&kind, bytes_of_hex(bytes).as_deref()).to_string();
        if told != *expected {
            wrong.push(format!("{name}\t{bytes}\t{cqlsh}\t{told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ten million bytes: should the cost grow with their square, this would not end within anybody's limit.
#[test]
fn what_is_long_is_cut_and_costs_no_more_than_its_length() {
    let long = vec![0xAB; 10_000_000];
    let told = datum(&of("blob"), Some(&long));
    assert_eq!((told.bytes, told.text.len(), told.digest.is_some()), (10_000_000, 202, true));
    let begin = datum_of_beginning(&of("blob"), &long[..1024], 10_000_000, "0123456789abcdef0123");
    assert_eq!((begin.bytes, begin.digest.as_deref()), (10_000_000, Some("0123456789abcdef")));
    assert_eq!(datum_of_beginning(&of("list<int>"), &long[..9], 99, "00"), Datum::too_large(99));
    assert_eq!(datum_of_beginning(&of("text"), "aä".as_bytes().split_at(2).0, 99, "00").text, "a");
    assert_eq!(hex(&long).len(), 20_000_002);
}

#[test]
fn no_bytes_of_any_type_panic_or_claim_memory() {
    let types = [
        "ascii",
        "bigint",
        "blob",
        "boolean",
        "counter",
        "date",
        "decimal",
        "double",
        "duration",
        "float",
        "inet",
        "int",
        "smallint",
        "text",
        "time",
        "timestamp",
        "timeuuid",
        "tinyint",
        "uuid",
        "varint",
        "list<text>",
        "set<frozen<list<int>>>",
        "map<text, duration>",
        "vector<float, 3>",
        "vector<frozen<list<text>>, 2>",
        "pair",
        "tuple<int, frozen<map<int, frozen<pair>>>>",
    ]
    .map(of);
    bolero::check!().with_iterations(10_000).for_each(|bytes: &[u8]| {
        for kind in &types {
            let _ = (datum(kind, Some(bytes)), literal(kind, bytes));
        }
    });
}
