//! Reading stacks: ours are right, and each mistake names its line and what to write instead.

use super::*;

fn stacks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docker/stacks")
}

const COMPOSE: &str = "\
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

const ABOUT: &str = r#"title = "Small"
about = "For tests."
memory_mib = 100
[[images]]
engine = "Kafka"
variable = "IMAGE"
versions = "KAFKA"
build = "kafka"
[[nodes]]
name = "one"
kind = "broker"
id = 1
faults = ["stop", "pause"]
endpoint = { system = "kafka", port = "ONE_PORT" }
[[ready]]
say = "it answers"
view = "kafka_cluster"
holds = "true"
"#;

fn load(compose: &str, about: &str) -> Result<Stack> {
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
        for image in stack.images() {
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
    assert_eq!(second.networks[1].address, Some("10.9.8.12".parse().unwrap()));
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
fn stack_toml_is_held_against_compose_yaml() {
    let (file, line, problem, instead) = mistake(COMPOSE, &ABOUT.replace("name = \"one\"", "name = \"two\""));
    assert_eq!((file.as_str(), line), ("stack.toml", 10));
    assert!(problem.contains("no service two") && instead.contains("one"), "{problem} {instead}");
    let (_, line, problem, instead) = mistake(COMPOSE, &ABOUT.replace("ONE_PORT", "TWO_PORT"));
    assert_eq!(line, 14);
    assert!(problem.contains("TWO_PORT") && instead.contains("ONE_PORT"), "{problem} {instead}");
    let (_, line, problem, _) = mistake(COMPOSE, &ABOUT.replace("\"pause\"", "\"explode\""));
    assert_eq!(line, 13);
    assert!(problem.contains("explode"), "{problem}");
    let (_, line, _, _) = mistake(COMPOSE, &ABOUT.replace("memory_mib = 100", "memory = 100"));
    assert!(line <= 3, "{line}");
}
