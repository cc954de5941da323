// throwaway
import { chromium } from "@playwright/test";
const [,, url, name, width="1280", height="800", theme="light", sel] = process.argv;
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const p = await b.newPage({ viewport: { width: +width, height: +height }, colorScheme: theme });
p.on("console", m => { if (m.type()==="error" && !m.text().includes("NETWORK_CHANGED")) console.log("console:", m.text()); }); p.on("pageerror", e => console.log("pageerror:", e));
for (let i=0;i<6;i++){ await p.goto("about:blank"); await p.goto(url); await p.waitForTimeout(1800); if (await p.locator("#main").count()) break; }
if (sel) { let i=0; for (const el of await p.locator(sel).all()) { await el.screenshot({ path: `/tmp/shots/${name}-${i++}.png` }); } }
else await p.screenshot({ path: `/tmp/shots/${name}.png` });
await b.close();
