/** Begins: what the Content-Security-Policy asks of libraries first, then the page. */
import { createRoot } from "react-dom/client";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./page.css";
import "./asking/asking.css";
import "./explain/explain.css";
import "./sharing/sharing.css";
import "./events/events.css";
import "./monaco/workers.ts";
import { Explorer } from "./explorer.tsx";
import { opened } from "./sharing/opened.ts";
import { setStyleAttributesByScript } from "./styles/attributes.ts";
import { adoptStyleElements } from "./styles/sheets.ts";

adoptStyleElements();
setStyleAttributesByScript();
// No top-level await, for which the bundler would cut the page into more files.
void opened().then((shared) =>
  createRoot(document.getElementById("explorer")!).render(<Explorer shared={shared} />),
);
