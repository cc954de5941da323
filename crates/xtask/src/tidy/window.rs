//! The window's settings that must stay as they are, because what breaks without them only breaks in a built window.

use anyhow::{Result, bail};
use serde_json::Value;

use super::Finding;
use crate::shell::Shell;

const FILE: &str = "src-tauri/tauri.conf.json";

pub(super) fn check(shell: &Shell) -> Result<Vec<Finding>> {
    let Ok(text) = std::fs::read_to_string(shell.root().join(FILE)) else {
        return Ok(vec![format!("{FILE} is missing")]);
    };
    match serde_json::from_str(&text) {
        Ok(settings) => Ok(judge(&settings)),
        Err(error) => bail!("{FILE}: {error}"),
    }
}

fn judge(settings: &Value) -> Vec<Finding> {
    let (app, security) = (&settings["app"], &settings["app"]["security"]);
    let directive = |name: &str| match &security["csp"] {
        Value::Object(policy) => policy.get(name).and_then(Value::as_str).unwrap_or_default().to_owned(),
        Value::String(policy) => {
            let found = policy.split(';').map(str::trim).find(|part| part.starts_with(name));
            found.unwrap_or_default().to_owned()
        }
        _ => String::new(),
    };
    let scripts = directive("script-src");
    let rules = [
        (security["csp"].is_null(), "app.security.csp must be set"),
        (
            !directive("style-src").contains("'unsafe-inline'"),
            "style-src needs 'unsafe-inline': editor and terminal add style elements while they run",
        ),
        (
            security["dangerousDisableAssetCspModification"] != serde_json::json!(["style-src"]),
            "dangerousDisableAssetCspModification must be [\"style-src\"]: a nonce there voids 'unsafe-inline'",
        ),
        (
            scripts.contains("unsafe-inline") || scripts.contains("unsafe-eval"),
            "script-src must allow only our own files",
        ),
        (
            security["freezePrototype"] == Value::Bool(true),
            "freezePrototype must stay false: the terminal and the scales assign over built-in methods",
        ),
        (
            app["withGlobalTauri"] == Value::Bool(true),
            "withGlobalTauri must stay false: only ui/src/host/ calls the window",
        ),
    ];
    rules.iter().filter(|(broken, _)| *broken).map(|(_, why)| format!("{FILE}: {why}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_settings_that_hold_pass() {
        let good = json!({ "app": { "withGlobalTauri": false, "security": {
            "csp": { "script-src": "'self'", "style-src": "'self' 'unsafe-inline'" },
            "dangerousDisableAssetCspModification": ["style-src"],
        } } });
        assert_eq!(judge(&good), Vec::<Finding>::new());
    }

    #[test]
    fn each_broken_setting_is_named() {
        let bad = json!({ "app": { "withGlobalTauri": true, "security": {
            "csp": "default-src 'self'; style-src 'self'; script-src 'self' 'unsafe-eval'",
            "freezePrototype": true,
        } } });
        assert_eq!(judge(&bad).len(), 5, "{:?}", judge(&bad));
    }
}
