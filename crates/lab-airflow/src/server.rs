//! Where an Airflow is reached. Plain data, given by whoever started the lab.

/// An API server.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// Service name of its node, e.g. `airflow-1`: the source of the facts it says.
    pub node: String,
    /// The published address, `127.0.0.1:port`.
    pub address: String,
    /// User.
    pub user: String,
    /// Password.
    pub password: String,
}

/// The password is for nobody's log.
impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("node", &self.node).field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_logged() {
        let (node, address) = ("airflow-1".to_owned(), "127.0.0.1:1".to_owned());
        let server = Server { node, address, user: "lab".into(), password: "hush".into() };
        assert!(!format!("{server:?}").contains("hush"));
    }
}
