import { render } from "preact";
import { App } from "./app.tsx";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/parts.css";
import "./styles/people.css";

render(<App />, document.getElementById("portal") as HTMLElement);
