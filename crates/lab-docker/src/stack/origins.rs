//! Which variable of compose.yaml gave a node its image and its ports. Found by resolving the stack once with values that
//! can be told apart, so that no file has to say it twice.

use std::collections::BTreeMap;

use super::{Stack, Variables};
use crate::error::Result;

/// Where a lab's values come from; turned around, how they are read back from its containers.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// Node → variable of its image.
    pub(crate) images: BTreeMap<String, String>,
    /// Variable of a published port → (node, port in its container).
    pub(crate) ports: BTreeMap<String, (String, u16)>,
}

impl Stack {
    pub(crate) fn origins(&self) -> Result<Origins> {
        let images = self.images().iter().map(|image| image.variable.clone());
        let mut variables: Variables = images.map(|variable| (variable.clone(), variable)).collect();
        let ports: BTreeMap<u16, String> = (1..).zip(self.port_variables().map(str::to_owned)).collect();
        variables.extend(ports.iter().map(|(number, variable)| (variable.clone(), number.to_string())));
        let mut origins = Origins::default();
        for service in self.resolve("check", &variables)?.services {
            for (number, inside) in &service.ports {
                if let Some(variable) = ports.get(number) {
                    origins.ports.insert(variable.clone(), (service.name.clone(), *inside));
                }
            }
            origins.images.insert(service.name, service.image);
        }
        Ok(origins)
    }
}
