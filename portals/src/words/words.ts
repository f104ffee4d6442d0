import { language } from "../language.ts";
import { useObserved } from "../observed.ts";
import { en, type Words } from "./en.ts";
import { es } from "./es.ts";

/** The portal's own words, in the reader's language. */
export function useWords(): Words {
  return { en, es }[useObserved(language)];
}
