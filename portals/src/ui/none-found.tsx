import { Link } from "wouter";
import type { AddressState } from "../address-state.ts";
import { useWords } from "../words/words.ts";

interface Props {
  /** That nothing was found. */
  message: string;
  state: AddressState;
  /** The names of the filters in the address. */
  filters: readonly string[];
  label(filter: string, value: string): string;
}

/** An empty result, with the words and filters that can be dropped, each by itself. */
export function NoneFound({ message, state, filters, label }: Props) {
  const { projects } = useWords();
  const chosen = filters.flatMap((name) => state.all(name).map((value) => [name, value] as const));
  return (
    <div class="notice">
      <p>{message}</p>
      <ul>
        {state.text("q") && (
          <li>
            <Link href={state.with({ q: null, after: null })}>{projects.dropSearch(state.text("q"))}</Link>
          </li>
        )}
        {chosen.map(([name, value]) => (
          <li key={name + value}>
            <Link href={state.with({ [name]: state.all(name).filter((one) => one !== value), after: null })}>
              {projects.drop(label(name, value))}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
