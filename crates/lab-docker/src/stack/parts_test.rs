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
