import { useState } from "react";
import { useDraft } from "../draft.ts";

/** The fields of a form, which a reload doesn't empty. */
export interface Form<Name extends string> {
  /** Begins the ids of its fields, of which a page may have several with one name. */
  prefix: string;
  values: Record<Name, string>;
  /** Takes other values in, as if they had been typed. */
  put(values: Record<Name, string>): void;
  /** Takes other values in, as those that it starts with. */
  reset(values: Record<Name, string>): void;
  /** Whether something was typed, in this visit or before a reload. */
  isTouched: boolean;
  /** What a field's component needs of it. */
  at(name: Name): { name: Name; prefix: string; value: string; set(value: string): void };
}

/** `name` tells it from the other forms of a tab. */
export function useForm<Name extends string>(name: string, initial: Record<Name, string>): Form<Name> {
  const draft = useDraft(name, initial);
  const [isTouched, setTouched] = useState(draft.isRestored);
  const prefix = `${name.replaceAll(/\W+/g, "-")}-`;
  const values = draft.value;
  function put(next: Record<Name, string>): void {
    draft.set(next);
    setTouched(true);
  }
  return {
    prefix,
    values,
    put,
    isTouched,
    reset: (next) => {
      draft.set(next);
      draft.clear();
      setTouched(false);
    },
    at: (field) => ({ name: field, prefix, value: values[field], set: (text) => put({ ...values, [field]: text }) }),
  };
}

/** As the API has it: what is blank is not there. */
export const textOrNull = (text: string): string | null => text.trim() || null;
