/** Who asks, in a line: "UC coordinator · UCM". */
import { useHeadersEditorState } from "@graphiql/react";
import { parse } from "jsonc-parser";
import { language } from "../language.ts";
import { useRoleNames, useWords } from "../words.ts";
import { type Identity, identity } from "./identity.ts";
import { PUBLIC, personas, viewedAs } from "./personas.ts";
import { isTyped } from "./requests.ts";
import { token } from "./token.ts";

const short = (who: Identity | null): string[] => who?.institutions.map(({ name, acronym }) => acronym ?? name) ?? [];
const long = (who: Identity | null): string[] => who?.institutions.map(({ name }) => name) ?? [];

/** What the persona is called, or what the server says of the token's roles. */
function useTitle(who: Identity | null): string {
  const words = useWords();
  const roles = useRoleNames();
  const spoken = language.use();
  const [all, chosen, own] = [personas.use(), viewedAs.use(), token.use()];
  if (all) {
    return all.find(({ name }) => name === chosen)?.labels[spoken] ?? (chosen === PUBLIC ? words.public : chosen);
  }
  if (!own) {
    return words.public;
  }
  return who?.roles.map((role) => roles[role] ?? role).join(", ") || (who ? words.nothingGranted : words.unknown);
}

export function Who() {
  const who = identity.use();
  const title = useTitle(who);
  return <span title={[title, ...long(who)].join(" · ")}>{[title, ...short(who)].join(" · ")}</span>;
}

/** The same for those who hear the page: said when it changes. */
export function WhoIsSaid() {
  const words = useWords();
  const who = identity.use();
  const title = useTitle(who);
  return (
    <span role="status" className="unseen">
      {words.asking} {[title, ...long(who)].join(", ")}
    </span>
  );
}

/** A word where a typed header makes the choice idle. */
export function HeadersWin() {
  const words = useWords();
  const [typed] = useHeadersEditorState();
  const headers: unknown = parse(typed || "{}");
  return headers && typeof headers === "object" && isTyped(headers) ? (
    <small role="status" className="headers-win">
      {words.headersWin}
    </small>
  ) : null;
}
