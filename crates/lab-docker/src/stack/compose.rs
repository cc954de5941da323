//! The part of Compose that stacks may use, as serde sees it: whatever is not named here is an error with its line.
//!
//! Shapes only; what values may be is decided in `check`.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_saphyr::{PropertySyntax, Spanned};

/// A compose.yaml after interpolation.
#[derive(Debug)]
pub(super) struct Compose {
    pub(super) name: String,
    /// Files whose services, networks and volumes are this one's, too.
    pub(super) include: Vec<Spanned<Include>>,
    pub(super) services: BTreeMap<String, Spanned<Service>>,
    pub(super) networks: BTreeMap<String, Option<Network>>,
    pub(super) volumes: BTreeMap<String, Option<Volume>>,
}

/// Another file, and what this one changes in it: `../kafka-1/compose.yaml`, or `path: [../kafka-1/compose.yaml, kafka.yaml]`.
#[derive(Debug)]
pub(super) struct Include {
    pub(super) path: String,
    pub(super) changes: Option<String>,
}

/// What an including stack changes in a service that it includes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    pub(super) services: BTreeMap<String, Change>,
    #[serde(default)]
    pub(super) networks: BTreeMap<String, Option<Network>>,
}

/// What is named replaces; what has names of its own is added to what was there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    pub(super) image: Option<String>,
    pub(super) mem_limit: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) networks: BTreeMap<String, Option<Attachment>>,
    #[serde(default)]
    pub(super) labels: HashMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    pub(super) image: String,
    pub(super) entrypoint: Option<Vec<String>>,
    pub(super) command: Option<Vec<String>>,
    #[serde(default)]
    pub(super) profiles: Vec<Spanned<String>>,
    pub(super) hostname: Option<String>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) ports: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) volumes: Vec<Spanned<String>>,
    pub(super) networks: BTreeMap<String, Option<Attachment>>,
    #[serde(default)]
    pub(super) depends_on: Vec<String>,
    pub(super) labels: Spanned<HashMap<String, String>>,
    pub(super) mem_limit: Option<Spanned<String>>,
    pub(super) stop_grace_period: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attachment {
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    pub(super) ipv4_address: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Network {
    #[serde(default)]
    pub(super) labels: HashMap<String, String>,
    pub(super) ipam: Option<Ipam>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ipam {
    #[serde(default)]
    pub(super) config: Vec<Pool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pool {
    pub(super) subnet: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Volume {
    #[serde(default)]
    pub(super) labels: HashMap<String, String>,
}

impl Changes {
    /// Changes what was included; gives the name of a service that is not in it.
    pub(super) fn make(self, of: &mut Compose) -> Result<(), String> {
        for (name, change) in self.services {
            let Some(service) = of.services.get_mut(&name) else { return Err(name) };
            let service = &mut service.value;
            service.image = change.image.unwrap_or_else(|| std::mem::take(&mut service.image));
            service.mem_limit = change.mem_limit.or_else(|| service.mem_limit.take());
            service.environment.extend(change.environment);
            service.networks.extend(change.networks);
            service.labels.value.extend(change.labels);
        }
        of.networks.extend(self.networks);
        Ok(())
    }
}

/// Parses with Compose's rules for `${NAME}`, `${NAME:-default}` and `$$`.
pub(super) fn parse<T: DeserializeOwned>(
    text: &str,
    variables: &BTreeMap<String, String>,
) -> Result<T, serde_saphyr::Error> {
    // With values at hand the parser keeps names out of its messages, for they could be secrets. Ours are not, and a
    // person needs the name of a wrong field: so the shape is checked first, without values.
    shape_of::<T>(text)?;
    let values = variables.clone().into_iter().collect::<HashMap<_, _>>();
    let options = serde_saphyr::options! { property_syntax: PropertySyntax::DockerCompose, with_snippet: false }
        .with_properties(values);
    serde_saphyr::from_str_with_options(text, options)
}

/// The file as it stands there, without values for its `${NAME}`.
pub(super) fn shape(text: &str) -> Result<Compose, serde_saphyr::Error> {
    shape_of(text)
}

fn shape_of<T: DeserializeOwned>(text: &str) -> Result<T, serde_saphyr::Error> {
    serde_saphyr::from_str_with_options(text, serde_saphyr::options! { with_snippet: false })
}

/// The defaults that the text itself gives: `${NAME:-default}` → `NAME = default`.
pub(super) fn defaults(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for part in text.split("${").skip(1) {
        let Some((inside, _)) = part.split_once('}') else { continue };
        if let Some((name, default)) = inside.split_once(":-") {
            found.entry(name.to_owned()).or_insert_with(|| default.to_owned());
        }
    }
    found
}

const TOP_LEVEL: &[&str] = &["name", "include", "services", "networks", "volumes", "x-…"];

// By hand, because what is said of a wrong one should name both forms.
impl<'de> Deserialize<'de> for Include {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Include;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("../<stack>/compose.yaml, or path: with it and a file of changes")
            }

            fn visit_str<E: serde::de::Error>(self, path: &str) -> Result<Include, E> {
                Ok(Include { path: path.to_owned(), changes: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Include, A::Error> {
                let mut files: Option<Vec<String>> = None;
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "path" => files = Some(map.next_value()?),
                        other => return Err(A::Error::unknown_field(other, &["path"])),
                    }
                }
                let mut files = files.unwrap_or_default().into_iter();
                match (files.next(), files.next(), files.next()) {
                    (Some(path), changes, None) => Ok(Include { path, changes }),
                    _ => Err(A::Error::custom("path: takes the file of a stack, and one file of changes")),
                }
            }
        }

        deserializer.deserialize_any(Either)
    }
}

// By hand, because `x-…` keys (Compose's place for anchors) must be let through while all others are refused.
impl<'de> Deserialize<'de> for Compose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TopLevel;

        impl<'de> Visitor<'de> for TopLevel {
            type Value = Compose;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a compose file")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Compose, A::Error> {
                let (mut name, mut services) = (None, None);
                let (mut networks, mut volumes) = (BTreeMap::new(), BTreeMap::new());
                let mut include = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "name" => name = Some(map.next_value()?),
                        "include" => include = map.next_value()?,
                        "services" => services = Some(map.next_value()?),
                        "networks" => networks = map.next_value()?,
                        "volumes" => volumes = map.next_value()?,
                        extension if extension.starts_with("x-") => {
                            map.next_value::<IgnoredAny>()?;
                        }
                        other => return Err(A::Error::unknown_field(other, TOP_LEVEL)),
                    }
                }
                Ok(Compose {
                    name: name.ok_or_else(|| A::Error::missing_field("name"))?,
                    services: services.ok_or_else(|| A::Error::missing_field("services"))?,
                    include,
                    networks,
                    volumes,
                })
            }
        }

        deserializer.deserialize_map(TopLevel)
    }
}
