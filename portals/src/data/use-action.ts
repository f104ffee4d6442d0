import { RequestFailed, type TypedDocument, type UserError } from "@puente/client";
import { useEffect, useRef, useState } from "react";
import type { EntityType } from "../generated/graphql.ts";
import { client } from "./client.ts";

interface Payload {
  userErrors: readonly UserError[];
}

export interface Action<Payload, Variables> {
  run(variables: Variables): Promise<Payload | null>;
  /** Sent, and not yet answered. */
  isBusy: boolean;
  /** Attempts go on, but nothing has answered yet. */
  isWaiting: boolean;
  errors: readonly UserError[];
  failure: RequestFailed | null;
  clear(): void;
}

const IDLE = { isBusy: false, isWaiting: false, errors: [] as readonly UserError[], failure: null as RequestFailed | null };

/**
 * A mutation that somebody carries out with a button or a form. The key of what was sent stays in this tab until
 * there is an answer: who reloads and sends the same again finishes it, and never does it twice.
 */
export function useAction<Data extends object, Variables>(
  document: TypedDocument<Data, Variables>,
  types: readonly EntityType[],
): Action<Data[keyof Data] & Payload, Variables> {
  const [state, setState] = useState(IDLE);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => void (isShown.current = false);
  }, []);
  const show = (next: typeof IDLE): void => {
    if (isShown.current) {
      setState(next);
    }
  };

  async function run(variables: Variables): Promise<(Data[keyof Data] & Payload) | null> {
    const keptAs = `puente:key ${document.toString()} ${JSON.stringify(variables)}`;
    const key = sessionStorage.getItem(keptAs) ?? crypto.randomUUID();
    sessionStorage.setItem(keptAs, key);
    show({ ...IDLE, isBusy: true });
    try {
      const failed = () => show({ ...IDLE, isBusy: true, isWaiting: true });
      const data = await client.mutate(document, variables, { key, failed });
      sessionStorage.removeItem(keptAs);
      const payload = Object.values(data).find((value) => typeof value === "object") as Data[keyof Data] & Payload;
      show({ ...IDLE, errors: payload.userErrors });
      client.store.renew(new Set<string>(types));
      return payload;
    } catch (error) {
      if (error instanceof RequestFailed) {
        sessionStorage.removeItem(keptAs);
        show({ ...IDLE, failure: error });
      } else {
        show(IDLE);
      }
      return null;
    }
  }

  return { ...state, run, clear: () => setState(IDLE) };
}
