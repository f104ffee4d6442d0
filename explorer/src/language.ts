/** The reader's language: of the page's own words, and of what the server is asked for. */
import { observed } from "./observed.ts";

export const languages = { en: "English", es: "Español" } as const;
export type Language = keyof typeof languages;

const KEPT_AS = "puente:language";

export function isLanguage(text: unknown): text is Language {
  return text === "en" || text === "es";
}

/** The one chosen before, else the first of the browser's that we have, else English. */
function initial(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  return isLanguage(kept) ? kept : (navigator.languages.map((one) => one.slice(0, 2)).find(isLanguage) ?? "en");
}

export const language = observed<Language>(initial());

export function choose(chosen: Language): void {
  localStorage.setItem(KEPT_AS, chosen);
  language.set(chosen);
}

/** How numbers and times are written: in Spanish as in Mexico. */
export const locale = (): string => ({ en: "en-US", es: "es-MX" })[language.get()];
