//! What is planted on replicas, and who must lack something of it.

/// The tables.
pub(crate) const TABLES: [&str; 6] = [
    "CREATE KEYSPACE merge WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3}",
    "CREATE TYPE merge.point (x int, y int)",
    "CREATE TABLE merge.t (k text, c int, s text static, v int, w text, b blob, d double, fl frozen<list<int>>, \
     l list<int>, st set<text>, m map<text, int>, u point, PRIMARY KEY (k, c))",
    "CREATE TABLE merge.r (k text, a int, c int, v int, PRIMARY KEY (k, a, c)) WITH CLUSTERING ORDER BY (a DESC, c ASC)",
    "CREATE TABLE merge.n (k text PRIMARY KEY, n counter)",
    "CREATE TABLE merge.compacted (k text, c int, s text static, v int, w text, b blob, d double, fl frozen<list<int>>, \
     l list<int>, st set<text>, m map<text, int>, u point, PRIMARY KEY (k, c))",
];

/// A partition that replicas hold differently.
pub(crate) struct Case {
    pub(crate) table: &'static str,
    pub(crate) key: &'static str,
    /// On which nodes, what.
    pub(crate) writes: Vec<(&'static str, String)>,
    /// Numbers of the nodes that lack something, or hold an older one.
    pub(crate) behind: &'static str,
    /// Numbers of the nodes of which that cannot be known.
    pub(crate) unknown: &'static str,
    /// How what is gone on these nodes ended; on a node that is not named nothing is gone. None where it is not looked at.
    pub(crate) gone: Option<&'static [(&'static str, &'static str)]>,
}

impl Case {
    fn gone(self, gone: &'static [(&'static str, &'static str)]) -> Self {
        Self { gone: Some(gone), ..self }
    }
}

/// A row 1 of table `t`.
struct Planting {
    key: &'static str,
    writes: Vec<(&'static str, String)>,
}

fn key(key: &'static str) -> Planting {
    Planting { key, writes: Vec::new() }
}

impl Planting {
    fn cql(mut self, nodes: &'static str, cql: impl Into<String>) -> Self {
        self.writes.push((nodes, cql.into().replace("{k}", &format!("k = '{}'", self.key))));
        self
    }

    fn set(self, nodes: &'static str, at: i64, what: &str) -> Self {
        self.cql(nodes, format!("UPDATE merge.t USING TIMESTAMP {at} SET {what} WHERE {{k}} AND c = 1"))
    }

    fn fades(self, nodes: &'static str, at: i64, ttl: u32, what: &str) -> Self {
        self.cql(nodes, format!("UPDATE merge.t USING TIMESTAMP {at} AND TTL {ttl} SET {what} WHERE {{k}} AND c = 1"))
    }

    fn gone(self, nodes: &'static str, at: i64, what: &str) -> Self {
        self.cql(nodes, format!("DELETE {what} FROM merge.t USING TIMESTAMP {at} WHERE {{k}} AND c = 1"))
    }

    /// Rows of a range.
    fn range(self, nodes: &'static str, at: i64, range: &str) -> Self {
        self.cql(nodes, format!("DELETE FROM merge.t USING TIMESTAMP {at} WHERE {{k}}{range}"))
    }

    fn insert(self, nodes: &'static str, more: &str) -> Self {
        let key = self.key;
        self.cql(nodes, format!("INSERT INTO merge.t (k, c) VALUES ('{key}', 1) USING {more}"))
    }

    /// A row of its own.
    fn row(self, nodes: &'static str, at: i64, c: i32) -> Self {
        let key = self.key;
        self.cql(nodes, format!("INSERT INTO merge.t (k, c, v) VALUES ('{key}', {c}, {c}) USING TIMESTAMP {at}"))
    }

    fn of_all(self, nodes: &'static str, at: i64, s: &str) -> Self {
        self.cql(nodes, format!("UPDATE merge.t USING TIMESTAMP {at} SET s = '{s}' WHERE {{k}}"))
    }

    fn behind(self, nodes: &'static str) -> Case {
        Case { table: "merge.t", key: self.key, writes: self.writes, behind: nodes, unknown: "", gone: None }
    }

    fn unknown(self, nodes: &'static str) -> Case {
        Case { unknown: nodes, ..self.behind("") }
    }

    fn table(self, table: &'static str, behind: &'static str) -> Case {
        Case { table, ..self.behind(behind) }
    }
}

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    [
        equal_timestamps(),
        ttls(),
        compacted(),
        deletions(),
        ranges(),
        static_rows(),
        collections(),
        reversed(),
        counters(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn equal_timestamps() -> Vec<Case> {
    let two = |name, a: &str, b: &str| key(name).set("1", 1000, a).set("23", 1000, b);
    let long = |end: &str| format!("w = '{}{end}'", "x".repeat(100));
    vec![
        two("int", "v = 9", "v = 10").behind("1"),
        two("int-negative", "v = -1", "v = 10").behind("23"),
        two("text", "w = 'b'", "w = 'aa'").behind("23"),
        two("text-beginning", "w = 'a'", "w = 'ab'").behind("1"),
        two("text-empty", "w = ''", "w = 'a'").behind("1"),
        two("text-long", &long("a"), &long("b")).unknown("123"),
        two("blob", "b = 0xff", "b = 0x7fff").behind("23"),
        two("double", "d = 1.5", "d = -1.5").behind("1"),
        two("double-zero", "d = 0.0", "d = -0.0").behind("1"),
        two("frozen", "fl = [9]", "fl = [10]").behind("1"),
        two("same", "v = 5", "v = 5").behind(""),
        key("later").set("1", 1000, "v = 5").set("23", 2000, "v = 5").behind("1"),
        key("three").set("1", 1000, "v = 1").set("2", 2000, "v = 2").set("3", 3000, "v = 3").behind("12"),
        key("each-a-part").set("1", 3000, "v = 1").set("2", 3000, "w = 'x'").set("3", 3000, "d = 1").behind("123"),
        key("nothing").set("23", 1000, "v = 5").behind("1"),
        key("beside-deletion").gone("1", 1000, "v").set("23", 1000, "v = 5").behind("23"),
    ]
}

fn ttls() -> Vec<Case> {
    vec![
        key("ttl-beside-none").fades("1", 1000, 1000, "v = 1").set("23", 1000, "v = 5").behind("23"),
        key("ttl-longer").fades("1", 1000, 1000, "v = 1").fades("23", 1000, 2000, "v = 1").behind("1"),
        key("ttl-over").fades("1", 2000, 1, "v = 1").set("23", 1000, "v = 5").behind("23"),
        key("ttl-over-beside-living").fades("1", 1000, 1, "v = 1").fades("23", 1000, 1000, "v = 1").behind("23"),
        key("ttl-over-before").fades("1", 1000, 1, "v = 1").set("23", 2000, "v = 5").behind("1"),
        key("marker-over").insert("1", "TIMESTAMP 1000 AND TTL 1").insert("23", "TIMESTAMP 1000").behind("23"),
        key("marker-over-older").insert("1", "TIMESTAMP 1000 AND TTL 1").insert("23", "TIMESTAMP 2000").behind("1"),
        key("entry-over")
            .fades("1", 2000, 1, "m = m + {'a': 1}")
            .set("23", 1000, "m = m + {'a': 2, 'b': 3}")
            .behind("123"),
        key("ttl-over-later").fades("1", 1000, 1, "v = 1").fades("23", 2000, 1, "v = 1").behind("1").gone(EXPIRED),
        key("over-everywhere").fades("123", 1000, 1, "v = 1").behind("").gone(EXPIRED),
        key("over-beside-live").fades("123", 1000, 1, "v = 1").set("123", 1000, "w = 'x'").behind("").gone(EXPIRED),
        key("over-here-gone-there").fades("1", 1000, 1, "v = 1").gone("23", 1000, "v").behind("").gone(HERE_AND_THERE),
        key("over-here-gone-later").fades("1", 1000, 1, "v = 1").gone("23", 2000, "v").behind("1").gone(HERE_AND_THERE),
        key("over-here-gone-before")
            .fades("1", 2000, 1, "v = 1")
            .gone("23", 1000, "v")
            .behind("23")
            .gone(HERE_AND_THERE),
        key("not-yet-over").fades("1", 1000, 1000, "v = 1").behind("23").gone(&[]),
        key("row-over").insert("123", "TIMESTAMP 1000 AND TTL 1").behind("").gone(EXPIRED),
        key("map-over").fades("123", 1000, 1, "m = {'a': 1, 'b': 2}").behind("").gone(EXPIRED),
        key("map-over-and-gone")
            .fades("123", 1000, 1, "m = m + {'a': 1}")
            .gone("123", 2000, "m['b']")
            .behind("")
            .gone(&[("123", "both")]),
        key("udt-over").fades("123", 1000, 1, "u.x = 1").set("123", 1000, "v = 1").behind("").gone(EXPIRED),
        key("static-over")
            .cql("123", "UPDATE merge.t USING TIMESTAMP 1000 AND TTL 1 SET s = 'a' WHERE {k}")
            .row("123", 1000, 1)
            .behind("")
            .gone(EXPIRED),
    ]
}

const EXPIRED: &[(&str, &str)] = &[("123", "expired")];
const HERE_AND_THERE: &[(&str, &str)] = &[("1", "expired"), ("23", "deleted")];

/// Expired on all of them; then node 1 alone writes the table out and compacts it, which makes deletions of what has expired.
fn compacted() -> Vec<Case> {
    let fades = |key: Planting, what: &str, place: &str| {
        let cql = format!("UPDATE merge.compacted USING TIMESTAMP 1000 AND TTL 1 SET {what} WHERE {{k}}{place}");
        key.cql("123", cql).table("merge.compacted", "").gone(&[("1", "deleted"), ("23", "expired")])
    };
    vec![
        fades(key("cell-compacted"), "v = 1", " AND c = 1"),
        fades(key("map-compacted"), "m = m + {'a': 1}", " AND c = 1"),
        fades(key("static-compacted"), "s = 'a'", ""),
    ]
}

fn deletions() -> Vec<Case> {
    vec![
        key("cell-gone").gone("1", 2000, "v").set("23", 1000, "v = 5").behind("23"),
        key("cell-gone-before").gone("1", 1000, "v").set("23", 2000, "v = 5").behind("1"),
        key("row-gone").gone("1", 2000, "").row("23", 1000, 1).behind("23"),
        key("row-gone-before").gone("1", 1000, "").row("23", 2000, 1).behind("123"),
        key("row-gone-beside").gone("1", 1000, "").row("23", 1000, 1).behind("23"),
        key("row-gone-and-again").gone("1", 1500, "").set("23", 1000, "v = 5").set("23", 2000, "w = 'n'").behind("123"),
        key("row-emptied").row("1", 1000, 1).row("23", 1000, 1).gone("23", 2000, "v").behind("1"),
        key("partition-gone").range("1", 3000, "").row("23", 1000, 1).row("23", 1000, 2).behind("23"),
        key("partition-gone-before").range("1", 500, "").row("23", 1000, 1).behind("123"),
        key("partition-gone-between").range("1", 1500, "").row("23", 1000, 1).row("23", 2000, 2).behind("123"),
        key("only-partition-gone").range("1", 3000, "").behind("23"),
        key("partition-gone-twice").range("1", 3000, "").range("23", 2000, "").behind("23"),
        key("marker").insert("1", "TIMESTAMP 1000").behind("23"),
        key("marker-and-emptied")
            .insert("1", "TIMESTAMP 1000")
            .set("23", 1000, "v = 5")
            .gone("23", 2000, "v")
            .behind("123"),
        key("update-gone").set("123", 1000, "v = 5").gone("1", 2000, "v").behind("23"),
    ]
}

fn ranges() -> Vec<Case> {
    let rows = |planting: Planting, nodes, at| (1..=5).fold(planting, |planting, c| planting.row(nodes, at, c));
    vec![
        rows(key("range").range("1", 2000, " AND c > 1 AND c <= 4"), "23", 1000).behind("123"),
        rows(key("range-before").range("1", 500, " AND c > 1 AND c <= 4"), "23", 1000).behind("123"),
        rows(key("range-beside").range("1", 1000, " AND c >= 1 AND c < 6"), "23", 1000).behind("23"),
        rows(key("range-open").range("1", 2000, " AND c >= 3"), "23", 1000).behind("123"),
        rows(key("ranges-overlap").range("1", 1500, " AND c > 1 AND c < 4").range("2", 2500, " AND c >= 3"), "3", 2000)
            .behind("123"),
        rows(
            key("ranges-within").range("1", 3000, " AND c >= 2 AND c <= 3").range("1", 1500, " AND c >= 1"),
            "23",
            1000,
        )
        .behind("23"),
        key("only-range").range("1", 2000, " AND c > 1").behind("23"),
        key("range-covered").range("1", 2000, " AND c > 1 AND c < 3").range("23", 3000, " AND c > 0").behind("1"),
    ]
}

fn static_rows() -> Vec<Case> {
    vec![
        key("static").of_all("1", 2000, "new").of_all("23", 1000, "old").behind("23"),
        key("static-beside").of_all("1", 1000, "a").of_all("23", 1000, "b").row("123", 1000, 1).behind("1"),
        key("static-alone").of_all("1", 1000, "a").row("23", 1000, 1).behind("123"),
        key("static-in-range")
            .of_all("123", 1000, "a")
            .row("23", 1000, 1)
            .range("1", 3000, " AND c > -100")
            .behind("23"),
        key("static-gone").of_all("23", 1000, "a").row("23", 1000, 1).range("1", 3000, "").behind("23"),
        key("static-cell-gone")
            .of_all("123", 1000, "a")
            .cql("1", "DELETE s FROM merge.t USING TIMESTAMP 2000 WHERE {k}")
            .behind("23"),
    ]
}

fn collections() -> Vec<Case> {
    let two = |name, a: &str, b: &str| key(name).set("1", 2000, a).set("23", 1000, b);
    vec![
        two("list-replaced", "l = [1]", "l = [9]").behind("23"),
        two("set-replaced", "st = {'new'}", "st = {'old'}").behind("23"),
        two("list-appended", "l = l + [1]", "l = l + [9]").behind("123"),
        two("list-prepended", "l = [1] + l", "l = [9] + l").behind("123"),
        two("list-emptied", "l = []", "l = [9]").behind("23"),
        two("set-added", "st = st + {'a'}", "st = st + {'a', 'b'}").behind("123"),
        two("set-taken", "st = st - {'a'}", "st = st + {'a', 'b'}").behind("123"),
        two("set-replaced-before", "st = st + {'a'}", "st = {'b'}").behind("123"),
        key("set-cleared-after").set("1", 1000, "st = st + {'a'}").set("23", 2000, "st = {'b'}").behind("1"),
        two("map-entry", "m['a'] = 1", "m = {'a': 2, 'b': 3}").behind("123"),
        key("map-beside").set("1", 1000, "m['a'] = 9").set("23", 1000, "m['a'] = 10").behind("1"),
        key("map-entry-gone-later").set("123", 1000, "m = m + {'a': 2, 'b': 3}").gone("1", 2000, "m['a']").behind("23"),
        key("map-entry-gone").gone("1", 2000, "m['a']").set("23", 1000, "m = {'a': 2, 'b': 3}").behind("123"),
        two("udt-fields", "u.x = 1", "u.y = 2").behind("123"),
        key("udt-field-beside").set("1", 1000, "u.x = 9").set("23", 1000, "u.x = 10").behind("1"),
        two("udt-replaced", "u = {x: 1, y: 1}", "u.x = 5").behind("23"),
        key("udt-field-gone").set("123", 1000, "u = {x: 5, y: 6}").set("1", 2000, "u.x = null").behind("23"),
        key("set-entry-over-later")
            .set("123", 1000, "st = st + {'a', 'b'}")
            .fades("1", 2000, 1, "st = st + {'a'}")
            .behind("23"),
        two("udt-field-null", "u.x = null", "u = {x: 5, y: 6}").behind("123"),
    ]
}

/// Rows sort the other way, and a range may be all that begins alike.
fn reversed() -> Vec<Case> {
    let row = |nodes, at: i64, a: i32, c: i32| {
        move |planting: Planting| {
            let key = planting.key;
            planting.cql(
                nodes,
                format!("INSERT INTO merge.r (k, a, c, v) VALUES ('{key}', {a}, {c}, 1) USING TIMESTAMP {at}"),
            )
        }
    };
    let rows = |planting: Planting, nodes, at| {
        [(3, 1), (5, 1), (5, 2), (7, 1)].into_iter().fold(planting, |planting, (a, c)| row(nodes, at, a, c)(planting))
    };
    let gone = |planting: Planting, nodes, at: i64, range: &str| {
        planting.cql(nodes, format!("DELETE FROM merge.r USING TIMESTAMP {at} WHERE {{k}} AND {range}"))
    };
    vec![
        rows(gone(key("prefix"), "1", 2000, "a = 5"), "23", 1000).table("merge.r", "123"),
        rows(gone(key("within-prefix"), "1", 2000, "a = 5 AND c > 1"), "23", 1000).table("merge.r", "123"),
        rows(gone(key("between"), "1", 2000, "a > 3 AND a < 7"), "23", 1000).table("merge.r", "123"),
        rows(gone(key("one-row"), "1", 2000, "a = 7 AND c = 1"), "123", 1000).table("merge.r", "23"),
        gone(rows(key("all-above"), "123", 1000), "1", 2000, "a >= 5").table("merge.r", "23"),
    ]
}

fn counters() -> Vec<Case> {
    let add = |planting: Planting, nodes, much: i64| {
        planting.cql(nodes, format!("UPDATE merge.n SET n = n + {much} WHERE {{k}}"))
    };
    let whole = |planting: Planting, behind| planting.table("merge.n", behind);
    vec![
        whole(add(add(add(key("counted"), "2", 1), "2", 9), "1", 9), "123"),
        whole(add(add(key("counted-by-one"), "3", 5), "3", -7), "12"),
        whole(add(add(add(key("counted-by-all"), "1", 1), "2", 2), "3", 3), "123"),
        whole(add(key("counted-and-gone"), "23", 4).cql("1", "DELETE FROM merge.n WHERE {k}"), "23"),
    ]
}
