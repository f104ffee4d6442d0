import { useState } from "react";

export interface Draft<T> {
  value: T;
  set(value: T): void;
  /** Forgets what was typed, once it is saved or given up. */
  clear(): void;
  /** Whether something was typed in this tab before the page was opened. */
  isRestored: boolean;
}

/** What somebody types into a form, kept in this tab until it is saved: through a reload and a new sign-in. */
export function useDraft<T>(name: string, initial: T): Draft<T> {
  const keptAs = `puente:draft ${name}`;
  const [kept] = useState(() => sessionStorage.getItem(keptAs));
  const [value, setValue] = useState<T>(() => (kept === null ? initial : (JSON.parse(kept) as T)));
  return {
    value,
    set: (next) => {
      sessionStorage.setItem(keptAs, JSON.stringify(next));
      setValue(next);
    },
    clear: () => sessionStorage.removeItem(keptAs),
    isRestored: kept !== null,
  };
}
