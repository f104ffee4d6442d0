/** Dates and times as people read them. The API says local times with their offset; no zone data is needed for those. */
import { configuration } from "./configuration.ts";
import { locale } from "./language.ts";

const NEAR = /^America\//;

/** The reader's zone, if it is one of the two countries' continent; else the portal's. */
export const readersZone = ((): string => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return NEAR.test(zone) ? zone : configuration.timeZone;
})();

/** The city of a zone as its readers know it: `America/Mexico_City` → `Mexico City`. */
export function cityOf(zone: string): string {
  const name = zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
  const spanish: Record<string, string> = { "Mexico City": "Ciudad de México", "Los Angeles": "Los Ángeles", Cancun: "Cancún", Merida: "Mérida" };
  return locale() === "es-MX" ? (spanish[name] ?? name) : name;
}

/** The calendar day and the clock of a local time such as `2027-03-14T09:30:00-07:00`. */
export const dayOf = (local: string): string => local.slice(0, 10);
export const clockOf = (local: string): string => {
  const at = new Date(`${local.slice(0, 16)}Z`);
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", hour: "numeric", minute: "2-digit" }).format(at);
};

function date(day: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", ...options }).format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}

export const longDay = (day: string): string => date(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
export const shortDay = (day: string): string => date(day, { day: "numeric", month: "short", year: "numeric" });

/** A point in time, by the reader's clock. */
export const momentOf = (at: string): string =>
  new Intl.DateTimeFormat(locale(), { timeZone: readersZone, dateStyle: "medium", timeStyle: "short" }).format(new Date(at));

export const monthName = (month: string): string => date(`${month}-01`, { month: "long", year: "numeric" });
export const weekdays = (): string[] =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => date(`2024-01-0${day}`, { weekday: "short" })); // 2024-01-01 was a Monday

/** How many days the reader's calendar is ahead of the place's: −1, 0 or 1. */
export function daysApart(there: string, here: string): number {
  return Math.sign(Date.parse(dayOf(here)) - Date.parse(dayOf(there)));
}

/** The weeks of a month, Monday first, as days `2026-11-01`; null for days of other months. */
export function weeksOf(month: string): (string | null)[][] {
  const first = new Date(`${month}-01T00:00:00Z`);
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const before = (first.getUTCDay() + 6) % 7;
  const cells = Array.from({ length: Math.ceil((before + days) / 7) * 7 }, (_, index) => {
    const day = index - before + 1;
    return day < 1 || day > days ? null : `${month}-${String(day).padStart(2, "0")}`;
  });
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

export function monthAfter(month: string, count: number): string {
  const first = new Date(`${month}-01T00:00:00Z`);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + count, 1)).toISOString().slice(0, 7);
}

/** Today in the reader's zone. */
export const today = (): string => new Intl.DateTimeFormat("en-CA", { timeZone: readersZone }).format(new Date());
