//! Stacks that are made of others.

use super::tests::{ABOUT, COMPOSE};
use super::*;

/// Two stacks beside each other, `small` and `whole`; the second is loaded.
fn whole(small: &str, compose: &str) -> Result<Stack> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, compose: &str, about: &str| {
        let folder = folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("compose.yaml"), compose).unwrap();
        std::fs::write(folder.join("stack.toml"), about).unwrap();
        folder
    };
    write("small", small, ABOUT);
    let about = ABOUT.replace("\"one\"", "\"two\"").replace("ONE_PORT", "TWO_PORT").replace("100", "20");
    Stack::load(&write("whole", compose, &about))
}

fn part() -> String {
    COMPOSE.replace("stack: small", "stack: ${PIPEWRIGHT_STACK:-small}")
}

fn own() -> String {
    let own = COMPOSE.replace("name: small", "name: whole\ninclude:\n  - ../small/compose.yaml");
    let own = own.replace("stack: small", "stack: whole").replace("ONE_PORT", "TWO_PORT").replace("2000", "3000");
    own.replace("  one:", "  two:\n    depends_on: [one]").replace("node: one", "node: two").replace("data:", "more:")
}

#[test]
fn a_whole_has_what_its_parts_have_and_its_own() {
    let stack = whole(&part(), &own()).unwrap();
    let names: Vec<&str> = stack.nodes().iter().map(|node| node.name.as_str()).collect();
    assert_eq!((names, stack.memory_mib(), stack.ready().len()), (vec!["one", "two"], 120, 2));
    assert_eq!(stack.port_variables().collect::<Vec<_>>(), ["ONE_PORT", "TWO_PORT"]);
    assert_eq!(stack.defaults()["ONE_PORT"], "2000");
    // An image that both run is one.
    assert_eq!(stack.images().iter().filter(|image| image.variable == "IMAGE").count(), 2);
    let spec = stack.resolve("lab", &Variables::from([("ONE_PORT".into(), "2001".into())])).unwrap();
    let ports: Vec<_> = spec.services.iter().flat_map(|service| service.ports.clone()).collect();
    assert_eq!(ports, [(2001, 9094), (3000, 9094)]);
    // What is a part's belongs to the whole.
    assert!(spec.services.iter().all(|service| service.labels[label::STACK] == "whole"));
    assert_eq!((spec.networks.len(), spec.volumes.len()), (1, 2));
}

#[test]
fn what_does_not_fit_together_is_refused_with_its_line() {
    let cases = [
        (part(), own().replace("../small/", "../none/"), 3, "there is no stack none"),
        (part(), own().replace("../small/compose", "/etc/compose"), 3, "is no compose.yaml of another stack"),
        (part(), own().replace("../small/", "../../small/"), 3, "is no compose.yaml of another stack"),
        (own().replace("../small/", "../whole/"), own(), 3, "small includes other stacks itself"),
        (part(), own().replace("[one]", "[three]"), 9, "two depends on three"),
        (part(), own().replace("more:", "data:"), 1, "the volume data stands in two files"),
        (COMPOSE.to_owned(), own(), 1, "does not carry the lab's labels"),
    ];
    for (small, compose, at, says) in cases {
        let error = whole(&small, &compose).unwrap_err();
        let Error::Stack { line, problem, .. } = &error else { panic!("{error:?}") };
        assert!(problem.contains(says), "{problem}");
        if at > 1 {
            assert_eq!(*line, at, "{problem}");
        }
    }
}

#[test]
fn a_network_of_all_is_the_same_in_all() {
    let other = own().replace(
        "  a-client:\n    labels: *labels\nvolumes",
        "  a-client:\n    labels: *labels\n    ipam:\n      config:\n        - subnet: 10.1.2.0/24\nvolumes",
    );
    let error = whole(&part(), &other).unwrap_err().to_string();
    assert!(error.contains("the network a-client is another one in another file"), "{error}");
}

/// Stacks beside each other, `small` and `large` with different addresses and ports, and `whole`, which includes one of them.
fn choosing(change: impl Fn(&str, String) -> String) -> Result<Stack> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, compose: String, about: String| {
        let folder = folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("compose.yaml"), change(&format!("{name}/compose.yaml"), compose)).unwrap();
        std::fs::write(folder.join("stack.toml"), change(&format!("{name}/stack.toml"), about)).unwrap();
        folder
    };
    let on_cluster = |name: &str, net: &str, last: &str, compose: String| {
        let address = format!("${{NET:-{net}}}.{last}");
        let at =
            format!("      a-client: {{}}\n      b-cluster: {{ ipv4_address: \"{address}\", aliases: [{name}.c] }}\n");
        let labels = format!(
            "node: {name}\n      dev.pipewright.cluster.address: {address}\n      dev.pipewright.cluster.alias: {name}.c\n"
        );
        let network = format!(
            "networks:\n  b-cluster:\n    labels: *labels\n    ipam: {{ config: [{{ subnet: \"${{NET:-{net}}}.0/24\" }}] }}\n"
        );
        let compose = compose.replace("      a-client: {}\n", &at).replace(&format!("node: {name}\n"), &labels);
        compose.replacen("\nnetworks:\n", &format!("\n{network}"), 1)
    };
    let about = |name: &str| format!("{ABOUT}[choose]\nsubnet = \"NET\"\n").replace("\"one\"", &format!("\"{name}\""));
    write("part-s", on_cluster("one", "10.1.1", "11", part()), about("one"));
    let both = on_cluster("one", "10.1.2", "21", part());
    let (services, rest) = both.split_once("networks:\n  b-cluster").unwrap();
    let more = services.split_once("services:\n").unwrap().1.replace("one", "other").replace(".21", ".22");
    let more = more.replace("ONE", "OTHER").replace("2000", "2500").replace("data:", "other-data:");
    let large = format!("{services}{more}networks:\n  b-cluster{rest}  other-data:\n    labels: *labels\n");
    let nodes = about("one").replace(
        "[[ready]]",
        "[[nodes]]\nname = \"other\"\nsystem = \"kafka\"\nkind = \"broker\"\nfaults = []\nendpoint = \"OTHER_PORT\"\n[[ready]]",
    );
    write("part-l", large, nodes.replace("memory_mib = 100", "memory_mib = 300"));
    let labels = "dev.pipewright.stack: whole\n  dev.pipewright.options: SIZE=${SIZE:-s}\n";
    let own = own().replace("../small/", "../part-${SIZE:-s}/").replace("dev.pipewright.stack: whole\n", labels);
    let own = own.replace("NUMBER: 1", "NUMBER: ${HOSTS:-one}");
    // Its networks are those of its parts.
    let own = on_cluster("two", "10.1.3", "31", own);
    let (before, networks) = own.split_once("networks:\n  b-cluster").unwrap();
    let own = format!("{before}volumes:\n{}", networks.split_once("volumes:\n").unwrap().1);
    let option = "[[options]]\nname = \"size\"\nsay = \"Size\"\nvariable = \"SIZE\"\n\
        [[options.values]]\nvalue = \"s\"\nsay = \"small\"\n\
        [[options.values]]\nvalue = \"l\"\nsay = \"large\"\nwith = { HOSTS = \"one,other\" }\n";
    let whole = ABOUT
        .replace("\"one\"", "\"two\"")
        .replace("ONE_PORT", "TWO_PORT")
        .replace("memory_mib = 100", "memory_mib = 20");
    Stack::load(&write("whole", own, format!("{whole}{option}")))
}

fn large() -> Stack {
    let chosen = BTreeMap::from([("size".to_owned(), "l".to_owned())]);
    choosing(|_, text| text).unwrap().with_options(&chosen).unwrap()
}

#[test]
fn a_choice_decides_which_part_is_included_and_everything_is_of_that_one() {
    let names = |stack: &Stack| stack.nodes().iter().map(|node| node.name.clone()).collect::<Vec<_>>();
    let small = choosing(|_, text| text).unwrap();
    assert_eq!((names(&small), small.memory_mib()), (vec!["one".to_owned(), "two".into()], 120));
    let large = large();
    assert_eq!((names(&large), large.memory_mib()), (vec!["one".to_owned(), "other".into(), "two".into()], 320));
    assert_eq!(large.made_of().collect::<Vec<_>>(), ["part-l", "whole"]);
    assert_eq!(large.port_variables().collect::<Vec<_>>(), ["ONE_PORT", "OTHER_PORT", "TWO_PORT"]);
    let variables = large.spelled_out(&large.choices());
    let spec = large.resolve("lab", &variables).unwrap();
    let two = spec.services.iter().find(|service| service.name == "two").unwrap();
    assert_eq!(two.environment["NUMBER"], "one,other");
    assert_eq!(chosen_in(&two.labels), Variables::from([("SIZE".into(), "l".into())]));
    // compose.yaml can name only what is always there.
    assert_eq!(two.depends_on, ["one", "other"]);
    // The network is one, whatever each file would take alone.
    assert_eq!(
        spec.networks.iter().filter_map(|network| network.subnet.as_deref()).collect::<Vec<_>>(),
        ["10.1.3.0/24"]
    );
}

#[test]
fn a_lab_tells_by_its_labels_which_part_it_has() {
    let made = choosing(|_, text| text).unwrap().as_made(large().chosen()).unwrap();
    assert_eq!(made.nodes().len(), 3);
    assert_eq!(made.in_words("SIZE", "l"), "size=l");
    let error = made.as_made(&Variables::from([("SIZE".into(), "xxl".into())])).unwrap_err();
    assert_eq!(error.to_string(), "The stack whole has no option size=xxl.");
    assert_eq!(error.hint(), "It has size=s|l.");
}

#[test]
fn a_part_that_cannot_be_chosen_is_refused_with_its_line() {
    let cases: [(&str, &str, &str, &str); 7] = [
        ("whole/stack.toml", "value = \"l\"", "value = \"xl\"", "there is no stack part-xl"),
        ("whole/stack.toml", "value = \"l\"", "value = \"/../x\"", "is no compose.yaml of another stack"),
        ("whole/stack.toml", "variable = \"SIZE\"", "variable = \"HOSTS\"", "nobody chooses SIZE"),
        ("whole/compose.yaml", "part-${SIZE:-s}", "part-${SIZE:-m}", "m, the default of SIZE, is not among"),
        ("whole/compose.yaml", "part-${SIZE:-s}", "part-${SIZE}", "takes its variable in another way"),
        ("whole/compose.yaml", "part-${SIZE:-s}", "part-${SIZE:-s}${B:-}", "takes its variable in another way"),
        // One that only a choice brings: the whole has it too.
        ("part-l/compose.yaml", ".22", ".31", "other of part-l and two of whole have the same address on b-cluster"),
    ];
    for (of, right, wrong, says) in cases {
        let change = |file: &str, text: String| if file == of { text.replace(right, wrong) } else { text };
        let error = choosing(change).unwrap_err();
        let Error::Stack { file, line, problem, .. } = &error else { panic!("{error:?}") };
        assert!(problem.contains(says), "{problem}");
        assert_eq!(file.file_name().unwrap(), "compose.yaml");
        assert!(*line == 3 || says.contains("of whole"), "{line}: {problem}");
    }
}
