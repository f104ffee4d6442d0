/** Who asks: the menu of personas, or a field for a token. */
import { useWords } from "../words.ts";
import { useLookingWhoAsks } from "./identity.ts";
import { personas } from "./personas.ts";
import { refused, useSchemaOfWhoAsks } from "./schema.ts";
import { TokenField } from "./token-field.tsx";
import { ViewAs } from "./view-as.tsx";
import { HeadersWin, WhoIsSaid } from "./who.tsx";

export function Asking() {
  useLookingWhoAsks();
  useSchemaOfWhoAsks();
  return (
    <>
      {personas.use() ? <ViewAs /> : <TokenField />}
      <HeadersWin />
      <WhoIsSaid />
    </>
  );
}

/** Says that completion and documentation are missing, and what may help. */
export function SchemaNotice() {
  const words = useWords();
  return refused.use() ? (
    <p role="status" className="schema-notice">
      {words.noSchema}
    </p>
  ) : null;
}
