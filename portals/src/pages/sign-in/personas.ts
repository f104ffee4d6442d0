import { personas } from "../../configuration.ts";
import type { Language } from "../../language.ts";

export interface Persona {
  name: string;
  labels: Record<Language, string>;
  token: string;
}

/** The demo's personas with a token each, which only this server's own page gets, in development. */
export async function readPersonas(): Promise<Persona[]> {
  if (personas === null) {
    return [];
  }
  const response = await fetch(personas);
  return response.ok ? ((await response.json()) as { personas: Persona[] }).personas : [];
}
