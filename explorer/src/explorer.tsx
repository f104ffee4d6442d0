/** The page: GraphiQL with its plugins, and what this server's portals need beside it. */
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useEffect, useState } from "react";
import { Asking, SchemaNotice } from "./asking/asking.tsx";
import { useEdits } from "./edits.ts";
import { EventLog } from "./events/panel.tsx";
import { examples } from "./examples.ts";
import { ExamplesMenu } from "./examples-menu.tsx";
import { told } from "./explain/explained.ts";
import { ExplainPanel } from "./explain/panel.tsx";
import { ExplainToggle } from "./explain/toggle.tsx";
import { fetcher } from "./fetcher.ts";
import { language } from "./language.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { LastResponse } from "./last-response.tsx";
import { inDevelopment } from "./server.ts";
import { forgetLink, type Shared } from "./sharing/link.ts";
import { ShareMenu } from "./sharing/menu.tsx";
import { Notice, notice } from "./sharing/notice.tsx";
import { useLinks } from "./sharing/opened.ts";
import { useWords } from "./words.ts";

const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

/** What the page begins with: a link's operation, else what was here before, else an example. */
function beginning(shared: Shared | null): { initialQuery?: string; initialVariables?: string } {
  if (!shared && localStorage.getItem("graphiql:tabState")) {
    return {};
  }
  const { query, variables } = shared ?? examples(language.get())[0]!;
  localStorage.setItem("graphiql:query", query); // GraphiQL keeps them only once they are edited
  localStorage.setItem("graphiql:variables", variables);
  return { initialQuery: query, initialVariables: variables };
}

function edited(): void {
  told.set(undefined);
  notice.set(null);
  forgetLink();
}

/** Follows the editors and the address. */
function Following({ shared }: { shared: Shared | null }) {
  useEdits(edited);
  useLinks(shared);
  return null;
}

export function Explorer({ shared }: { shared: Shared | null }) {
  const [initial] = useState(() => beginning(shared));
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
      {...initial}
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
            <ShareMenu />
            {inDevelopment && <ExplainToggle />}
          </>
        )}
      </GraphiQL.Toolbar>
      <GraphiQL.Footer>
        <Following shared={shared} />
        <LastResponse />
        <SchemaNotice />
        <Notice />
        <EventLog />
        <ExplainPanel />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}
