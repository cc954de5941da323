//! Calls of views and actions against the catalog: does it exist, do its arguments fit, may this stack have that fault?

use serde_json::{Map, Value};

use super::shapes::Shapes;
use crate::{
    Catalog, Names,
    catalog::StackShape,
    flaw::{Slip, did_you_mean},
};

/// Checks calls with a lesson's names filled in.
pub(super) struct Calls<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) shapes: &'a Shapes<'a>,
    pub(super) names: &'a Names,
    /// The lesson's stack, if it is known.
    pub(super) stack: Option<&'a StackShape>,
}

impl Calls<'_> {
    /// A view named at `/<key>` of `value`, with its parameters at `/with`.
    pub(super) fn view(&self, key: &str, value: &Value) -> Vec<Slip> {
        let kind = value.get(key).and_then(Value::as_str).unwrap_or_default();
        let Some(shape) = self.shapes.of_view(kind) else {
            let hint = did_you_mean(kind, self.catalog.views.keys().map(String::as_str));
            return vec![Slip::value(format!("/{key}"), format!("there is no view `{kind}`"), hint)];
        };
        let none = Value::Object(Map::new());
        let with = self.names.fill_value(value.get("with").unwrap_or(&none));
        let mut slips: Vec<Slip> = shape.slips(&with).into_iter().map(|slip| slip.under("/with")).collect();
        slips.extend(self.written_out(value.get("with").unwrap_or(&none)).map(|slip| slip.under("/with")));
        slips
    }

    /// An action: `do` and its arguments, `label` aside.
    pub(super) fn action(&self, value: &Value) -> Vec<Slip> {
        let name = value.get("do").and_then(Value::as_str).unwrap_or_default();
        let Some((shape, of)) = self.shapes.of_action(name).zip(self.catalog.actions.get(name)) else {
            let hint = did_you_mean(name, self.catalog.actions.keys().map(String::as_str));
            return vec![Slip::value("/do", format!("there is no action `{name}`"), hint)];
        };
        let args: Map<String, Value> = value
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| !matches!(key.as_str(), "do" | "label"))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let args = Value::Object(args);
        let mut slips = shape.slips(&self.names.fill_value(&args));
        slips.extend(self.written_out(&args));
        if let (Some(fault), Some(stack)) = (&of.fault, self.stack) {
            slips.extend(fault_slips(fault, &args, stack));
        }
        slips
    }

    fn written_out(&self, args: &Value) -> impl Iterator<Item = Slip> {
        super::names::written_out(args, self.names).into_iter()
    }
}

fn fault_slips(fault: &str, args: &Value, stack: &StackShape) -> Vec<Slip> {
    let mut slips = Vec::new();
    if !stack.faults.iter().any(|allowed| allowed == fault) {
        let hint = did_you_mean(fault, stack.faults.iter().map(String::as_str));
        slips.push(Slip::value("/do", format!("the lesson's stack cannot have the fault `{fault}`"), hint));
    }
    let node = args.get("node").and_then(Value::as_str).filter(|node| !stack.nodes.iter().any(|known| known == node));
    if let Some(node) = node {
        let hint = did_you_mean(node, stack.nodes.iter().map(String::as_str));
        slips.push(Slip::value("/node", format!("the lesson's stack has no node `{node}`"), hint));
    }
    slips
}
