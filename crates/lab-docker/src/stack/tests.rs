//! Reading stacks: ours are right, and each mistake names its line and what to write instead.

use super::*;

fn stacks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docker/stacks")
}

pub(super) const COMPOSE: &str = "\
name: small
x-labels: &labels
  dev.pipewright.lab: ${COMPOSE_PROJECT_NAME}
  dev.pipewright.stack: small
services:
  one:
    image: ${IMAGE:-a/b:1}
    mem_limit: 768m
    environment:
      NUMBER: 1
      TEXT: \"false\"
    ports:
      - 127.0.0.1:${ONE_PORT:-2000}:9094
    volumes:
      - data:/var/lib/data
    networks:
      a-client: {}
    labels:
      <<: *labels
      dev.pipewright.node: one
networks:
  a-client:
    labels: *labels
volumes:
  data:
    labels: *labels
";

pub(super) const ABOUT: &str = r#"title = "Small"
about = "For tests."
memory_mib = 100
[[images]]
engine = "Kafka"
variable = "IMAGE"
versions = "KAFKA"
build = "kafka"
[[nodes]]
name = "one"
system = "kafka"
kind = "broker"
id = 1
faults = ["stop", "pause"]
endpoint = "ONE_PORT"
[[ready]]
say = "it answers"
view = "kafka_cluster"
holds = "true"
"#;

pub(super) fn load(compose: &str, about: &str) -> Result<Stack> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("small");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("compose.yaml"), compose).unwrap();
    std::fs::write(folder.join("stack.toml"), about).unwrap();
    Stack::load(&folder)
}

/// (file name, line, problem, instead) of the error.
fn mistake(compose: &str, about: &str) -> (String, usize, String, String) {
    match load(compose, about).unwrap_err() {
        Error::Stack { file, line, problem, instead } => {
            (file.file_name().unwrap().to_string_lossy().into_owned(), line, problem, instead)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_stack_of_ours_is_right() {
    let stacks = Stack::load_all(&stacks()).unwrap();
    let names: Vec<&str> = stacks.iter().map(Stack::name).collect();
    assert!(names.contains(&"kafka-1") && names.contains(&"kafka-3"), "{names:?}");
}

#[test]
fn the_default_image_of_each_stack_is_the_official_one_of_versions_env_where_there_is_one() {
    let versions = crate::image::Versions::load(&stacks().join("..")).unwrap();
    for stack in Stack::load_all(&stacks()).unwrap() {
        for (index, image) in stack.images().iter().enumerate() {
            // The image of a whole takes the place of a part's.
            if stack.images()[index + 1..].iter().any(|other| other.variable == image.variable) {
                continue;
            }
            let names = ["OFFICIAL_IMAGE", "BUILT_IMAGE", "IMAGE"].map(|name| format!("{}_{name}", image.versions));
            let first = names.iter().find_map(|name| versions.find(name)).unwrap();
            assert_eq!(stack.defaults()[&image.variable], first);
        }
    }
}

#[test]
fn variables_reach_every_place() {
    let stack = Stack::load(&stacks().join("kafka-3")).unwrap();
    let variables = Variables::from([
        ("KAFKA_IMAGE".into(), "own/kafka:9".into()),
        ("KAFKA_2_PORT".into(), "40002".into()),
        ("CLUSTER_NET".into(), "10.9.8".into()),
    ]);
    let spec = stack.resolve("lab-a", &variables).unwrap();
    assert_eq!(spec.services.len(), 4);
    let second = spec.services.iter().find(|service| service.name == "kafka-2").unwrap();
    assert_eq!(second.image, "own/kafka:9");
    assert_eq!(second.ports, [(40002, 9094)]);
    assert_eq!(second.labels[crate::label::LAB], "lab-a");
    assert!(second.environment["KAFKA_ADVERTISED_LISTENERS"].ends_with("HOST://127.0.0.1:40002"));
    assert_eq!(second.environment["KAFKA_NODE_ID"], "2");
    assert_eq!(second.memory_bytes, Some(768 << 20));
    assert_eq!(second.stop_seconds, 30);
    let networks: Vec<&str> = second.networks.iter().map(|a| a.network.as_str()).collect();
    assert_eq!(networks, ["a-client", "b-cluster"]);
    assert_eq!(second.networks[1].address, Some("10.9.8.22".parse().unwrap()));
    let cluster = spec.networks.iter().find(|network| network.name == "b-cluster").unwrap();
    assert_eq!(cluster.subnet.as_deref(), Some("10.9.8.0/24"));
}

#[test]
fn a_small_stack_is_read() {
    let stack = load(COMPOSE, ABOUT).unwrap();
    let spec = stack.resolve("p", &Variables::new()).unwrap();
    assert_eq!(spec.services[0].environment["NUMBER"], "1");
    assert_eq!(spec.services[0].environment["TEXT"], "false");
    let mount = MountSpec { volume: "data".into(), path: "/var/lib/data".into(), read_only: false };
    assert_eq!(spec.services[0].volumes, [mount]);
    assert_eq!(
        stack.node_infos(&Variables::from([("ONE_PORT".into(), "7".into())]))[0].endpoint.as_deref(),
        Some("127.0.0.1:7")
    );
    assert_eq!(stack.ready()[0]["say"], "it answers");
}

#[test]
fn a_field_outside_the_subset_is_refused_with_its_line() {
    let (file, line, problem, _) = mistake(&COMPOSE.replace("    mem_limit: 768m\n", "    privileged: true\n"), ABOUT);
    assert_eq!((file.as_str(), line), ("compose.yaml", 8));
    assert!(problem.contains("privileged") && problem.contains("mem_limit"), "{problem}");
    let (_, line, problem, _) = mistake(&format!("{COMPOSE}secrets: {{}}\n"), ABOUT);
    assert_eq!(line, COMPOSE.lines().count() + 1);
    assert!(problem.contains("secrets"), "{problem}");
}

#[test]
fn a_port_open_to_the_network_is_refused() {
    let (_, line, problem, instead) =
        mistake(&COMPOSE.replace("127.0.0.1:${ONE_PORT:-2000}:9094", "0.0.0.0:${ONE_PORT:-2000}:9094"), ABOUT);
    assert_eq!(line, 13);
    assert!(problem.contains("0.0.0.0:2000:9094"), "{problem}");
    assert!(instead.contains("127.0.0.1:"), "{instead}");
}

#[test]
fn a_folder_of_the_machine_cannot_be_mounted() {
    for mount in ["/var/run/docker.sock:/var/run/docker.sock", "./data:/data", "data:/a:rw"] {
        let (_, line, problem, _) = mistake(&COMPOSE.replace("data:/var/lib/data", mount), ABOUT);
        assert_eq!(line, 15);
        assert!(problem.contains("does not mount a named volume"), "{problem}");
    }
}

#[test]
fn a_service_without_our_labels_is_refused() {
    let (_, line, problem, instead) = mistake(&COMPOSE.replace("      <<: *labels\n", "      other: x\n"), ABOUT);
    assert!((18..=20).contains(&line), "{line}");
    assert!(problem.contains("the service one"), "{problem}");
    assert!(instead.contains("dev.pipewright.lab: ${COMPOSE_PROJECT_NAME}"), "{instead}");
}

#[test]
fn a_node_that_could_not_heal_is_refused() {
    let compose = COMPOSE.replace(
        "      a-client: {}\n",
        "      a-client: {}\n      b-cluster: { ipv4_address: 10.0.0.2, aliases: [one.repl] }\n",
    );
    let (_, _, problem, _) = mistake(&compose, ABOUT);
    assert!(problem.contains("could not come back after a cut"), "{problem}");
}

#[test]
fn limits_must_be_readable() {
    let (_, line, problem, _) = mistake(&COMPOSE.replace("768m", "plenty"), ABOUT);
    assert_eq!(line, 8);
    assert!(problem.contains("plenty is no memory limit"), "{problem}");
}

#[test]
fn what_is_started_first_must_be_there_and_must_not_wait_itself() {
    let depends = |on: &str| COMPOSE.replace("    mem_limit", &format!("    depends_on: [{on}]\n    mem_limit"));
    let (_, line, problem, _) = mistake(&depends("nobody"), ABOUT);
    assert_eq!(line, 7);
    assert!(problem.contains("one depends on nobody"), "{problem}");
    let (_, _, problem, instead) = mistake(&depends("one"), ABOUT);
    assert!(problem.contains("depends on what depends on one") && instead.contains("depends_on"), "{problem}");
}

#[test]
fn stack_toml_is_held_against_compose_yaml() {
    let (file, line, problem, instead) = mistake(COMPOSE, &ABOUT.replace("name = \"one\"", "name = \"two\""));
    assert_eq!((file.as_str(), line), ("stack.toml", 10));
    assert!(problem.contains("no service two") && instead.contains("one"), "{problem} {instead}");
    let (_, line, problem, instead) = mistake(COMPOSE, &ABOUT.replace("ONE_PORT", "TWO_PORT"));
    assert_eq!(line, 15);
    assert!(problem.contains("TWO_PORT") && instead.contains("ONE_PORT"), "{problem} {instead}");
    let (_, line, problem, _) = mistake(COMPOSE, &ABOUT.replace("\"pause\"", "\"explode\""));
    assert_eq!(line, 14);
    assert!(problem.contains("explode"), "{problem}");
    let (_, line, _, _) = mistake(COMPOSE, &ABOUT.replace("memory_mib = 100", "memory = 100"));
    assert!(line <= 3, "{line}");
}

/// A stack with everything that Kafka's stacks do not use: a spare node, an agent, a file, an option, a secret, a sidecar.
fn rich() -> (String, String) {
    let labels = "dev.pipewright.stack: small\n  dev.pipewright.options: SIZE=${SIZE:-1}\n";
    let compose = COMPOSE
        .replace("dev.pipewright.stack: small\n", labels)
        .replace("      NUMBER: 1\n", "      NUMBER: ${SIZE:-1}${EXTRA:-}\n      KEY: ${KEY:-}\n")
        .replace("    image: ${IMAGE", "    command: [sh, -c, wait]\n    profiles: [spare]\n    image: ${IMAGE")
        .replace(":9094\n", ":9094\n      - 127.0.0.1:${ONE_AGENT:-3000}:8778\n")
        .replace("- data:/var/lib/data\n", "- data:/var/lib/data\n      - data:/data/one:ro\n");
    let files = "[[files]]\nengine = \"J\"\nversions = \"J\"\nbuild = \"j\"\nfrom = \"/j\"\nto = \"/opt/j\"\nkind = \"broker\"\n";
    let options = "[[options]]\nname = \"size\"\nsay = \"Size\"\nvariable = \"SIZE\"\n\
        [[options.values]]\nvalue = \"1\"\nsay = \"small\"\n\
        [[options.values]]\nvalue = \"2\"\nsay = \"large\"\nwith = { EXTRA = \"0\" }\n";
    let settings = "[[settings]]\nname = \"n\"\ndefault = \"d\"\nwhy = \"w\"\n";
    let about = ABOUT
        .replace("[[images]]", &format!("{files}{options}{settings}[choose]\nsecret = \"KEY\"\n[[images]]"))
        .replace("[[ready]]", "agent = \"ONE_AGENT\"\nspare = \"/var/lib/data/x\"\n[[ready]]");
    (compose, about)
}

#[test]
fn everything_a_stack_may_have_is_read() {
    let (compose, about) = rich();
    let stack = load(&compose, &about).unwrap();
    let spec = stack.resolve("p", &Variables::new()).unwrap();
    let service = &spec.services[0];
    assert_eq!(service.command.as_deref(), Some(["sh", "-c", "wait"].map(str::to_owned).as_slice()));
    assert!(service.spare && service.volumes[1].read_only && !service.volumes[0].read_only);
    let infos = stack.node_infos(&Variables::from([("ONE_AGENT".into(), "7".into())]));
    assert!(infos[0].spare && infos[0].endpoint.is_none());
    assert_eq!(infos[0].agent.as_deref(), Some("127.0.0.1:7"));
    assert_eq!(stack.settings()[0].why, "w");
    let origins = stack.origins().unwrap();
    assert_eq!(origins.images["one"], "IMAGE");
    assert_eq!(
        (&origins.ports["ONE_PORT"], &origins.ports["ONE_AGENT"]),
        (&("one".into(), 9094), &("one".into(), 8778))
    );
}

#[test]
fn a_choice_brings_the_variables_that_go_with_it_and_only_what_is_offered_can_be_chosen() {
    let (compose, about) = rich();
    let choose = |name: &str, value: &str| {
        load(&compose, &about).unwrap().with_options(&BTreeMap::from([(name.into(), value.into())]))
    };
    let stack = choose("size", "2").unwrap();
    let variables = stack.spelled_out(&stack.choices());
    let spec = stack.resolve("p", &variables).unwrap();
    assert_eq!(spec.services[0].environment["NUMBER"], "20");
    assert_eq!(chosen_in(&spec.services[0].labels), Variables::from([("SIZE".into(), "2".into())]));
    assert_eq!(load(&compose, &about).unwrap().choices(), Variables::from([("SIZE".into(), "1".into())]));
    for (name, value) in [("size", "3"), ("colour", "1")] {
        let error = choose(name, value).unwrap_err();
        assert_eq!(error.code(), lab_model::Code::ActionInvalid);
        assert_eq!(error.hint(), "It has size=1|2.");
    }
}

#[test]
fn a_secret_may_be_a_file_of_one_node_and_is_then_in_no_environment() {
    let (compose, about) = rich();
    let file = "secret = \"KEY\"\nsecret_file = { node = \"one\", path = \"/opt/key\", owner = 7 }\n";
    let about = about.replace("secret = \"KEY\"\n", file);
    let hidden = compose.replace("      KEY: ${KEY:-}\n", "");
    let stack = load(&hidden, &about).unwrap();
    let file = SecretFile { node: "one".into(), path: "/opt/key".into(), owner: 7 };
    assert_eq!(stack.secrets(), [("KEY", Some(&file))]);
    let line = about.lines().position(|line| line.contains("secret_file")).unwrap() + 1;
    let cases = [
        (&compose, about.clone(), "stands in the environment of one too"),
        (&hidden, about.replace("/opt/key", "opt/key"), "cannot be put into one"),
        (&hidden, about.replace("node = \"one\"", "node = \"two\""), "cannot be put into two"),
        (&hidden, about.replace("secret = \"KEY\"\n", "\n"), "is the file of no secret"),
    ];
    for (compose, about, says) in cases {
        let (file, at, problem, _) = mistake(compose, &about);
        assert!(problem.contains(says), "{problem}");
        assert_eq!((file.as_str(), at), ("stack.toml", line), "{problem}");
    }
}

#[test]
fn what_could_not_be_kept_or_read_back_is_refused_with_its_line() {
    let (compose, about) = rich();
    let line_of = |text: &str| about.lines().position(|line| line.contains(text)).unwrap() + 1;
    let cases = [
        (compose.replace("    profiles: [spare]\n", ""), about.clone(), "\"one\"", "compose.yaml starts it"),
        (compose.clone(), about.replace("spare = \"/var/lib/data/x\"\n", ""), "\"one\"", "compose.yaml has a profile"),
        (compose.replace("options: SIZE=", "options: OTHER="), about.clone(), "\"SIZE\"", "cannot be read back"),
        (
            compose.replace("      KEY: ${KEY:-}\n", "      LOCK: ${KEY:-}\n"),
            about.clone(),
            "\"KEY\"",
            "no service has KEY",
        ),
        (compose.replace("${EXTRA:-}", ""), about.clone(), "EXTRA", "no variable EXTRA"),
        (compose.replace("SIZE:-1", "SIZE:-9"), about.clone(), "\"SIZE\"", "not among what may be chosen"),
        (compose.clone(), about.replace("to = \"/opt/j\"", "to = \"/opt/j/\""), "to = ", "cannot be put into"),
    ];
    for (compose, about, needle, says) in cases {
        let (file, line, problem, _) = mistake(&compose, &about);
        assert!(problem.contains(says), "{problem}");
        assert_eq!((file.as_str(), line), ("stack.toml", line_of(needle)), "{problem}");
    }
    let (file, line, problem, _) = mistake(&compose.replace("[spare]", "[later]"), &about);
    assert_eq!((file.as_str(), line), ("compose.yaml", 9));
    assert!(problem.contains("later is no profile"), "{problem}");
}
