import type { AddressState } from "../address-state.ts";
import { useWords } from "../words/words.ts";

/** The words that a list is searched for, in the parameter `q` of the address. */
export function SearchBox({ state, label, hint }: { state: AddressState; label: string; hint: string }) {
  const { projects } = useWords();
  return (
    <form
      role="search"
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        const text = new FormData(event.currentTarget).get("q");
        state.go({ q: String(text).trim(), after: null });
      }}
    >
      <label for="q">{label}</label>
      <span class="hint" id="q-hint">
        {hint}
      </span>
      <span class="field">
        <input id="q" name="q" type="search" key={state.text("q")} defaultValue={state.text("q")} aria-describedby="q-hint" maxLength={200} />
        <button type="submit">{projects.find}</button>
      </span>
    </form>
  );
}
