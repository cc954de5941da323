//! The desktop shell: one window, and the door between its page and the application.
//!
//! No word about lessons, labs or engines may move in here: everything the page can ask is in `lab_app::schema`.

mod door;
mod renderer;

use std::{process::ExitCode, sync::Arc};

use lab_app::{App, LocalHost};
use lab_model::Problem;
use tauri::{RunEvent, WebviewUrl, WebviewWindowBuilder, webview::NewWindowResponse};

fn main() -> ExitCode {
    renderer::choose();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Problem> {
    let host = LocalHost::new()?;
    let _log = host.start_log();
    let app = App::new(Arc::new(host))?;
    // A wrong lesson is told before there is a window.
    app.library()?;
    let door = door::Door::new(Arc::clone(&app));
    let (adopting, linking) = (Arc::clone(&app), Arc::clone(&app));
    let window = tauri::Builder::default()
        .manage(door)
        .invoke_handler(tauri::generate_handler![door::rpc, door::subscribe, door::ack, door::unsubscribe])
        .setup(move |tauri| {
            WebviewWindowBuilder::new(tauri, "main", WebviewUrl::App(first_page().into()))
                .title("Pipewright")
                .inner_size(1280.0, 800.0)
                .min_inner_size(420.0, 480.0)
                .on_new_window(move |url, _| {
                    browse(&linking, url.as_str());
                    NewWindowResponse::Deny
                })
                .build()?;
            tauri::async_runtime::spawn(async move { adopting.keep_labs(true) });
            Ok(())
        })
        .build(tauri::generate_context!())
        .map_err(|error| no_window(&error))?;
    window.run(move |_, event| {
        if let RunEvent::Exit = event {
            // Labs run on; the next start, or `pipewright status`, finds them.
            tauri::async_runtime::block_on(app.leave_all());
        }
    });
    Ok(())
}

/// A link to a page of a lab's own engine opens in the browser of this machine; no other link leads out of the window.
fn browse(app: &App, url: &str) {
    if !app.is_own_page(url) {
        tracing::warn!(url, "a link out of the window was not followed");
    } else if let Err(error) = open::that_detached(url) {
        tracing::warn!(url, %error, "no browser could be opened");
    }
}

/// `--lesson <track>/<lesson>` opens the window there; without it the page decides.
fn first_page() -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--lesson").skip(1);
    arguments.next().map_or_else(|| "index.html".into(), |lesson| format!("index.html#/learn/{lesson}"))
}

fn no_window(error: &tauri::Error) -> Problem {
    Problem {
        code: lab_model::Code::Internal,
        message: "The window could not be opened.".into(),
        detail: error.to_string(),
        hint: "If there is no display, use the terminal: pipewright learn kafka/first-topic, or pipewright serve."
            .into(),
    }
}
