import { cityOf, readersZone } from "../../dates.ts";
import type { OwnDetailsFragment } from "../../generated/graphql.ts";

/** What people change of themselves, in the order of the form. */
const NAMES = ["givenName", "familyNames", "preferredName", "email", "phone", "languagePreference", "timeZone"] as const;
export type DetailName = (typeof NAMES)[number];
export type Details = Record<DetailName, string>;

/** What a form started with: the row's version, and the texts that it had. */
export interface Base {
  version: number;
  details: Details;
}

export function baseOf(person: OwnDetailsFragment): Base {
  const details = Object.fromEntries(NAMES.map((name) => [name, person[name] ?? ""])) as Details;
  return { version: person.version, details };
}

/** The fields of a form that nothing was typed into. */
export function formValues(person: OwnDetailsFragment): Details & { base: string; disputed: string } {
  const base = baseOf(person);
  return { ...base.details, base: JSON.stringify(base), disputed: "" };
}

/** What differs from what a form started with, as the API has it. */
export function changesOf(typed: Details, { details }: Base): Partial<Record<DetailName, string | null>> {
  const changed = NAMES.filter((name) => typed[name].trim() !== details[name]);
  return Object.fromEntries(changed.map((name) => [name, typed[name].trim() || null]));
}

const ZONES = [
  "America/Los_Angeles",
  "America/Tijuana",
  "America/Hermosillo",
  "America/Mazatlan",
  "America/Ciudad_Juarez",
  "America/Monterrey",
  "America/Mexico_City",
  "America/Merida",
  "America/Cancun",
];

/** The zones of the two countries' campuses, and the one that is chosen or the reader's. */
export function zoneOptions(chosen: string): [value: string, label: string][] {
  const zones = new Set([...ZONES, readersZone, ...(chosen ? [chosen] : [])]);
  return [...zones].map((zone) => [zone, cityOf(zone)]);
}
