import { locale } from "../../language.ts";

/** The name of a language in the reader's, by its code. */
export function languageName(code: string): string {
  const name = new Intl.DisplayNames(locale(), { type: "language" }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(locale()) + name.slice(1);
}
