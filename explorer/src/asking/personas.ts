/** In development: whom one may ask as. The server signs a token for each; this tab remembers who was chosen. */
import type { Language } from "../language.ts";
import { observed } from "../observed.ts";
import { inDevelopment, personas as address } from "../server.ts";

export interface Persona {
  readonly name: string;
  readonly labels: Readonly<Record<Language, string>>;
  readonly institution: string | null;
  readonly token: string;
}

export const PUBLIC = "public";
const KEPT_AS = "puente:persona";

/** Null where the server gives none: outside development, or under a name that it does not trust. */
export const personas = observed<readonly Persona[] | null>(inDevelopment ? [] : null);
export const viewedAs = observed(sessionStorage.getItem(KEPT_AS) ?? PUBLIC);

export const personaOf = (name: string): Persona | undefined => personas.get()?.find((one) => one.name === name);

export function viewAs(name: string): void {
  sessionStorage.setItem(KEPT_AS, name);
  viewedAs.set(name);
}

async function fetched(): Promise<readonly Persona[] | null> {
  try {
    const response = await fetch(address, { cache: "no-store" });
    return response.ok ? ((await response.json()) as { personas: Persona[] }).personas : null;
  } catch {
    return personas.get()?.length ? personas.get() : null; // the server is away: what asks next will say so
  }
}

let underWay: Promise<void> | undefined;

/** Fetches their tokens (anew); who asks meanwhile waits for the same answer. */
export function load(): Promise<void> {
  underWay ??= fetched()
    .then((found) => {
      personas.set(found);
      if (found && !personaOf(viewedAs.get())) {
        viewAs(PUBLIC);
      }
    })
    .finally(() => (underWay = undefined));
  return underWay;
}

export const ready: Promise<void> = inDevelopment ? load() : Promise.resolve();
