/** Numbers and times as the reader's language writes them. */
import { locale } from "../language.ts";

export function amount(value: number): string {
  return value.toLocaleString(locale(), { maximumFractionDigits: 0 });
}

/** Three digits that count, whatever the size. */
export function milliseconds(value: number): string {
  return `${value.toLocaleString(locale(), { maximumSignificantDigits: 3 })} ms`;
}

const UNITS = ["B", "kB", "MB", "GB"];

/** For example 812 B, 3.21 kB, 1.5 MB. */
export function size(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = (bytes / 1000 ** power).toLocaleString(locale(), { maximumSignificantDigits: 3 });
  return `${value} ${UNITS[power]}`;
}

export function clock(time: Date): string {
  return time.toLocaleTimeString(locale(), {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  });
}
