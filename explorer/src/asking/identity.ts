/** Who one is by the server's own account: roles, and the institutions that they are held for. */
import { useEffect } from "react";
import { language } from "../language.ts";
import { observed } from "../observed.ts";
import { credential, ask, useCredential } from "./requests.ts";

export interface Institution {
  readonly name: string;
  readonly acronym: string | null;
}

export interface Identity {
  readonly roles: readonly string[];
  readonly institutions: readonly Institution[];
}

interface Grant {
  readonly role: string;
  readonly institutionId: string | null;
}

const VIEWER = "query Viewer { viewer { kind roles grants { role institutionId } } }";
const INSTITUTIONS = `query Institutions($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Institution { name acronym } }
}`;

/** Null for the public, and while it is not known. */
export const identity = observed<Identity | null>(null);

async function data<T>(query: string, variables: object): Promise<T | null> {
  const headers = { "accept-language": language.get() };
  const response = await ask({ query, variables }, headers);
  return ((await response.json()) as { data?: T | null }).data ?? null;
}

async function looked(): Promise<Identity | null> {
  const found = await data<{ viewer: { grants: Grant[] } }>(VIEWER, {});
  if (!found) {
    return null;
  }
  const { grants } = found.viewer;
  const ids = [...new Set(grants.flatMap(({ institutionId }) => institutionId ?? []))];
  const named = ids.length ? await data<{ nodes: (Institution | null)[] }>(INSTITUTIONS, { ids }) : null;
  return {
    roles: [...new Set(grants.map(({ role }) => role))],
    institutions: named?.nodes.filter((one) => one !== null) ?? [],
  };
}

/** An answer that comes after somebody else was chosen is of no interest. */
async function look(asked: string): Promise<void> {
  const found = await looked().catch(() => null); // what is wrong is told where the reader asks
  if (credential() === asked) {
    identity.set(found);
  }
}

/** Looks whenever somebody else asks, and for names in another language. */
export function useLookingWhoAsks(): void {
  const asked = useCredential();
  const chosen = language.use();
  useEffect(() => identity.set(null), [asked]);
  useEffect(() => {
    if (asked) {
      void look(asked);
    }
  }, [asked, chosen]);
}
