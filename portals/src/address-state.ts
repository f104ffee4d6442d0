import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";

/** What somebody chose on a page, held by its address alone: it can be shared, reloaded and gone back to. */
export interface AddressState {
  /** The text of a parameter; empty without it. */
  text(name: string): string;
  /** All values of a parameter that may occur several times. */
  all(name: string): readonly string[];
  has(name: string, value: string): boolean;
  /** The address with other parameters; null or an empty text takes one out. */
  with(changes: Record<string, string | readonly string[] | null>): string;
  go(changes: Record<string, string | readonly string[] | null>): void;
  toggle(name: string, value: string): void;
}

export function useAddressState(): AddressState {
  const search = useSearch();
  const [path, navigate] = useLocation();
  return useMemo(() => {
    const parameters = new URLSearchParams(search);
    const state: AddressState = {
      text: (name) => parameters.get(name) ?? "",
      all: (name) => parameters.getAll(name),
      has: (name, value) => parameters.getAll(name).includes(value),
      with: (changes) => {
        const next = new URLSearchParams(parameters);
        for (const [name, value] of Object.entries(changes)) {
          next.delete(name);
          [value ?? []].flat().filter(Boolean).forEach((one) => next.append(name, one));
        }
        return next.size > 0 ? `${path}?${next}` : path;
      },
      go: (changes) => navigate(state.with(changes)),
      toggle: (name, value) => {
        const chosen = parameters.getAll(name);
        const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
        state.go({ [name]: next, after: null });
      },
    };
    return state;
  }, [search, path, navigate]);
}
