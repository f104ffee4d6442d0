/** The page: GraphiQL with its plugins, and what this server's portals need beside it. */
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useEffect } from "react";
import { Asking, SchemaNotice } from "./asking/asking.tsx";
import { examples } from "./examples.ts";
import { ExamplesMenu } from "./examples-menu.tsx";
import { ExplainPanel } from "./explain/panel.tsx";
import { ExplainToggle } from "./explain/toggle.tsx";
import { fetcher } from "./fetcher.ts";
import { language } from "./language.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { inDevelopment } from "./server.ts";
import { useWords } from "./words.ts";

const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];
const first = examples(language.get())[0]!;

/** Only a reader who has written nothing here before begins with an example. */
const beginning = localStorage.getItem("graphiql:tabState")
  ? {}
  : { initialQuery: first.query, initialVariables: first.variables };

if ("initialQuery" in beginning) {
  localStorage.setItem("graphiql:query", first.query); // GraphiQL keeps them only once they are edited
  localStorage.setItem("graphiql:variables", first.variables);
}

export function Explorer() {
  const chosen = language.use();
  const words = useWords();
  useEffect(() => {
    document.documentElement.lang = chosen;
    document.title = words.title;
  }, [chosen, words]);

  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      {...beginning}
      defaultEditorToolsVisibility="variables"
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <h1>{words.heading}</h1>
        <ExamplesMenu />
        <Asking />
        <LanguageSwitch />
      </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, merge, copy }) => (
          <>
            {prettify}
            {merge}
            {copy}
            {inDevelopment && <ExplainToggle />}
          </>
        )}
      </GraphiQL.Toolbar>
      <GraphiQL.Footer>
        <SchemaNotice />
        <ExplainPanel />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}
