/** Numbers as the reader's language writes them. */
import { language } from "../language.ts";

export function amount(value: number): string {
  return value.toLocaleString(language.get(), { maximumFractionDigits: 0 });
}

/** Three digits that count, whatever the size. */
export function milliseconds(value: number): string {
  return `${value.toLocaleString(language.get(), { maximumSignificantDigits: 3 })} ms`;
}
