import { configuration, type Language } from "./configuration.ts";
import { observed } from "./observed.ts";

export type { Language } from "./configuration.ts";
export const languages: Record<Language, string> = { en: "English", es: "Español" };

const KEPT_AS = "puente:language";

const isLanguage = (text: unknown): text is Language => text === "en" || text === "es";

/** The one chosen before, else the portal's. */
function initial(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  return isLanguage(kept) ? kept : configuration.language;
}

export const language = observed<Language>(initial());

export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(KEPT_AS, chosen);
  language.set(chosen);
}

/** How dates and numbers are written: as in the United States and as in Mexico. */
export const locale = (): string => ({ en: "en-US", es: "es-MX" })[language.get()];
