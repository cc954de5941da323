//! Parts of a report as one HTML file: to read, print and send. No scripts, no links, everything escaped.

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2126;background:#fff}\
div{overflow-x:auto}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th,td{border:1px solid #cfd6dc;padding:.3rem .5rem;text-align:left;vertical-align:top;font-size:.9rem}th{background:#f2f4f6}\
.stale{font-weight:700;text-decoration:underline}.aside{color:#66707a}.no{font-weight:700}details{margin:.6rem 0}summary{cursor:pointer}\
@media(prefers-color-scheme:dark){body{color:#e4e8ec;background:#15191d}th{background:#20262c}th,td{border-color:#39424a}.aside{color:#98a2ac}}";

/// A whole page: what its tab and its head say, and what stands below.
pub(crate) fn page(title: &str, heading: &str, body: &str) -> String {
    let (title, heading) = (escape(title), escape(heading));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body><h1>{heading}</h1>{body}</body></html>\n"
    )
}

/// Rows below a head.
pub(crate) fn table(head: &[&str], rows: impl Iterator<Item = String>) -> String {
    let head: String = head.iter().map(|name| format!("<th scope=\"col\">{}</th>", escape(name))).collect();
    let rows: String = rows.collect();
    format!("<div><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")
}

/// Cells of a row.
pub(crate) fn tds(texts: &[String]) -> String {
    texts.iter().map(|text| format!("<td>{}</td>", escape(text))).collect()
}

/// A paragraph.
pub(crate) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escape(text))
}

/// Text that cannot become markup.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
