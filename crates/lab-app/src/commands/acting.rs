//! Actions and views: what there is, and doing an action.

use std::sync::Arc;

use lab_model::Problem;

use crate::{
    App, catalog, faults,
    schema::{Act, ActionBegun, ActionInfo, CancelAction, Nothing, ViewInfo},
};

pub(crate) async fn actions(_: &Arc<App>, _: Nothing) -> Result<Vec<ActionInfo>, Problem> {
    let info = |spec: lab_model::ActionSpec| ActionInfo {
        name: spec.name.to_owned(),
        title: spec.title.to_owned(),
        says: spec.says.to_owned(),
        params: spec.params,
        order: spec.order.iter().map(|&argument| argument.to_owned()).collect(),
        dangerous: spec.dangerous,
        stays: spec.stays,
        asks_first: spec.dangerous && faults::of_action(spec.name).is_none(),
    };
    Ok(catalog::actions().into_iter().map(info).collect())
}

pub(crate) async fn views(_: &Arc<App>, _: Nothing) -> Result<Vec<ViewInfo>, Problem> {
    let info = |kind: &lab_views::Kind| ViewInfo {
        kind: kind.name.to_owned(),
        says: kind.says.to_owned(),
        params: (kind.params_schema)().to_value(),
    };
    Ok(lab_views::kinds().iter().map(info).collect())
}

pub(crate) async fn act(app: &Arc<App>, Act { lab, action }: Act) -> Result<ActionBegun, Problem> {
    app.lab(&lab)?.begin(action)
}

pub(crate) async fn cancel_action(app: &Arc<App>, CancelAction { lab, id }: CancelAction) -> Result<Nothing, Problem> {
    app.lab(&lab)?.cancel_action(id)?;
    Ok(Nothing {})
}
