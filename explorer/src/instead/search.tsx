/** In place of the documentation's search, which lists what it finds in the order of the schema. */
import { Combobox, ComboboxInput, ComboboxOption, ComboboxOptions } from "@headlessui/react";
import { useDocExplorer, useDocExplorerActions } from "@graphiql/plugin-doc-explorer";
import { formatShortcutForOS, KEY_MAP, MagnifyingGlassIcon, useGraphiQL } from "@graphiql/react";
import { type GraphQLNamedType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { type Match, matches } from "../ranking.ts";
import { useWords } from "../words.ts";

const SHORTCUT = formatShortcutForOS(formatShortcutForOS(KEY_MAP.searchInDocs.key).replaceAll("-", " "));

function Found({ match: { type, field, argument }, within }: { match: Match; within: boolean }) {
  return (
    <>
      {!within && <span className="graphiql-doc-explorer-search-type">{type.name}</span>}
      {!within && field && "."}
      {field && <span className="graphiql-doc-explorer-search-field">{field.name}</span>}
      {argument && (
        <>
          (<span className="graphiql-doc-explorer-search-argument">{argument.name}</span>: {String(argument.type)})
        </>
      )}
    </>
  );
}

function Options({ found, within = false }: { found: readonly Match[]; within?: boolean }) {
  return found.map((match) => (
    <ComboboxOption
      key={[match.type, match.field, match.argument].map((one) => one?.name).join(" ")}
      value={match}
      data-cy="doc-explorer-option"
    >
      <Found match={match} within={within} />
    </ComboboxOption>
  ));
}

function Results({ open, text }: { open: GraphQLNamedType | null; text: string }) {
  const words = useWords();
  const schema = useGraphiQL((state) => state.schema);
  const { within, types, fields } = useMemo(
    () => (schema ? matches(schema, open, text) : { within: [], types: [], fields: [] }),
    [schema, open, text],
  );
  const others = types.length + fields.length > 0;
  return (
    <ComboboxOptions data-cy="doc-explorer-list">
      {!within.length && !others && <div className="graphiql-doc-explorer-search-empty">{words.noResults}</div>}
      <Options found={within} within />
      {within.length > 0 && others && <div className="graphiql-doc-explorer-search-divider">{words.otherResults}</div>}
      <Options found={types} />
      <Options found={fields} />
    </ComboboxOptions>
  );
}

export function Search() {
  const words = useWords();
  const stack = useDocExplorer();
  const { push } = useDocExplorerActions();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [focused, setFocused] = useState(false);
  const searched = useDeferredValue(text);
  const { name, def } = stack.at(-1)!;
  const open = isObjectType(def) || isInterfaceType(def) || isInputObjectType(def) ? def : null;
  if (stack.length > 1 && !open) {
    return null;
  }
  const choose = (match: Match | null): void => {
    const chosen = match && (match.field ?? match.type);
    if (chosen) {
      push({ name: chosen.name, def: chosen });
    }
  };
  const label = `${words.search} ${name}`;
  return (
    <Combobox
      as="div"
      className="graphiql-doc-explorer-search"
      onChange={choose}
      data-state={focused ? undefined : "idle"}
      aria-label={label}
    >
      <div className="graphiql-doc-explorer-search-input" onClick={() => input.current?.focus()}>
        <MagnifyingGlassIcon />
        <ComboboxInput
          autoComplete="off"
          aria-label={label}
          onChange={(event) => setText(event.target.value)}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          placeholder={SHORTCUT}
          ref={input}
          value={text}
          data-cy="doc-explorer-input"
        />
      </div>
      {focused && <Results open={open} text={searched} />}
    </Combobox>
  );
}
