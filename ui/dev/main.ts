// Opens the page on the replaying host. `?theme=dark`, `?story=fresh|starting|learning|refused|acting|lost|done|earlier|lab|two|gone|down|cassandra|airflow|unknown|journals|long|rare|many`.
import "../src/locale";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "../src/kit/tokens.css";
import "../src/kit/base.css";
import { start } from "../src/start";
import { ReplayHost } from "./replay";

const given = new URLSearchParams(location.search);
const theme = given.get("theme");
if (theme) localStorage.setItem("pipewright.theme", theme);
start(new ReplayHost(given.get("story") ?? "learning"));
