import type { AddressState } from "../address-state.ts";
import { locale } from "../language.ts";
import { useWords } from "../words/words.ts";

export interface FacetCounts {
  name: string;
  values: readonly { value: string; label: string | null; count: number }[];
}

interface Props {
  facets: readonly FacetCounts[];
  /** Their headings, in the order in which they are shown. */
  titles: Record<string, string>;
  state: AddressState;
  label(facet: string, value: string, text: string | null): string;
}

/** Check boxes with counts, several of which can be chosen; the address has what is chosen. */
export function Facets({ facets, titles, state, label }: Props) {
  const { projects } = useWords();
  const shown = Object.keys(titles).flatMap((name) => facets.filter((facet) => facet.name === name));
  return (
    <details class="facets" open={!matchMedia("(max-width: 48rem)").matches}>
      <summary>{projects.filters}</summary>
      {shown.map((facet) => (
        <fieldset key={facet.name}>
          <legend>{titles[facet.name]}</legend>
          {choicesOf(facet, state, label).map(({ value, text, count }) => (
            <label key={value} class="check">
              <input type="checkbox" checked={state.has(facet.name, value)} onChange={() => state.toggle(facet.name, value)} />
              <span>{text}</span>
              <span class="count">{count}</span>
            </label>
          ))}
        </fieldset>
      ))}
    </details>
  );
}

/** By their words, so that none moves when the counts do. What is chosen stays, also when nothing is left of it. */
function choicesOf(facet: FacetCounts, state: AddressState, label: Props["label"]): { value: string; text: string; count: number }[] {
  const missing = state.all(facet.name).filter((value) => !facet.values.some((one) => one.value === value));
  const values = [...facet.values, ...missing.map((value) => ({ value, label: null, count: 0 }))];
  return values
    .map((one) => ({ value: one.value, text: label(facet.name, one.value, one.label), count: one.count }))
    .toSorted((one, other) => one.text.localeCompare(other.text, locale()));
}
