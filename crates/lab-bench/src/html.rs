//! Parts of a report as one HTML file: to read, print and send. No scripts, no link that leaves the page,
//! everything escaped.

const STYLE: &str = "\
:root{--ink:#1c2126;--quiet:#5b646d;--paper:#fff;--head:#f2f4f6;--line:#cfd6dc;--bad:#a4222d}\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:var(--ink);background:var(--paper)}\
div{overflow-x:auto}h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.2rem}h3{font-size:1.02rem;margin:1.4rem 0 .4rem}\
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th,td{border:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top;font-size:.88rem}th{background:var(--head);font-weight:600}\
a{color:inherit;text-decoration-color:var(--line)}small{color:var(--quiet)}b{font-size:1.1rem}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.4rem 0;font-size:.92rem}dt{color:var(--quiet)}dd{margin:0}\
.stale{font-weight:700;text-decoration:underline}.aside{color:var(--quiet)}.no{outline:2px solid var(--bad);outline-offset:-2px}\
details{margin:.6rem 0}summary{cursor:pointer}section{border-top:1px solid var(--line);margin-top:1.4rem}\
@media screen and (max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}\
@media screen and (prefers-color-scheme:dark){:root{--ink:#e4e8ec;--quiet:#98a2ac;--paper:#15191d;--head:#20262c;--line:#39424a;--bad:#ff8a92}}\
@media print{@page{margin:14mm;size:A4 landscape}body{margin:0;max-width:none;padding:0;font-size:10pt}div{overflow:visible}\
h2,h3{break-after:avoid}tr,dl{break-inside:avoid}thead{display:table-header-group}summary{list-style:none}th,td{font-size:8.5pt}}";

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

/// Facts by their names.
pub(crate) fn facts(facts: &[(&str, String)]) -> String {
    let each = facts.iter().map(|(name, text)| format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(text)));
    format!("<dl>{}</dl>", each.collect::<String>())
}

/// A paragraph.
pub(crate) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escape(text))
}

/// Text that cannot become markup.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
