// The page: language first, then styles, then the application on the host it lives in.
import "./locale";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./kit/tokens.css";
import "./kit/base.css";
import { hostHere } from "./host/here";
import { start } from "./start";

start(hostHere());
