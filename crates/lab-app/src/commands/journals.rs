//! Bodies of the commands about journals on disk.

use std::sync::Arc;

use lab_model::Problem;

use crate::{
    App, journals,
    schema::{JournalInfo, Nothing},
};

pub(crate) async fn journals(app: &Arc<App>, _: Nothing) -> Result<Vec<JournalInfo>, Problem> {
    Ok(journals::infos(app.host.data_dir()))
}
