import { chromium } from "@playwright/test";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const p = await b.newPage({ viewport: { width: 1280, height: 1400 } });
p.on("pageerror", e => console.log("pageerror:", e));
for (let i=0;i<6;i++){ await p.goto("about:blank"); await p.goto("http://127.0.0.1:5199/?story=cassandra#/lab/pipewright-cassandra-3"); await p.waitForTimeout(2500); if (await p.locator(".cm-editor").count()) break; }
await p.getByLabel("Key",{exact:true}).fill("north"); await p.getByRole("button",{name:"Look at this key"}).click(); await p.waitForTimeout(500);
const ed = p.locator(".cm-content"); await ed.click();
await p.keyboard.type("select * from wea", {delay:40}); await p.waitForTimeout(600);
await p.locator("[data-testid=cql-console]").scrollIntoViewIfNeeded();
await p.screenshot({ path: "/tmp/shots/edit1.png" });
await p.keyboard.press("Tab"); await p.waitForTimeout(200); await p.keyboard.type(" where reg", {delay:40}); await p.waitForTimeout(500); await p.keyboard.press("Enter");
await p.keyboard.type(" = 'north'", {delay:20}); 
console.log(JSON.stringify(await ed.innerText()));
await p.keyboard.press("Control+Enter"); await p.waitForTimeout(400);
await p.keyboard.press("ArrowUp"); 
await p.getByLabel("Send it").selectOption("only"); await p.waitForTimeout(300);
await p.locator("[data-testid=cql-console]").screenshot({ path: "/tmp/shots/edit2.png" });
console.log(await p.locator("[data-testid=cql-answer]").innerText(), await p.evaluate(()=>JSON.stringify(localStorage)));
await b.close();
