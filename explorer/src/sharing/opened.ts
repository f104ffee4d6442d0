/** A link that is opened: its operation is put into the editors, and never run. */
import { useGraphiQLActions } from "@graphiql/react";
import { useEffect } from "react";
import { language } from "../language.ts";
import { useOpening } from "../opening.ts";
import { wordsNow } from "../words.ts";
import { forgetLink, type Shared, sharedIn, show } from "./link.ts";
import { notice } from "./notice.tsx";

/** What the address holds now; a damaged link is reported. The language is this page's until it is closed. */
export async function opened(): Promise<Shared | null> {
  try {
    const shared = await sharedIn(location.hash);
    if (shared) {
      language.set(shared.language);
    }
    return shared;
  } catch {
    forgetLink();
    notice.set({ message: wordsNow().linkDamaged, failed: true });
    return null;
  }
}

/** A link may also come into the address of a page that is already there. */
export function useLinks(first: Shared | null): void {
  const open = useOpening();
  const { introspect, setOperationName } = useGraphiQLActions();
  useEffect(() => {
    if (first?.operationName) {
      setOperationName(first.operationName);
    }
  }, [first, setOperationName]);
  useEffect(() => {
    const follow = async (): Promise<void> => {
      const [address, spoken] = [location.href, language.get()];
      const shared = await opened();
      if (shared) {
        open(shared);
        show(address);
      }
      if (language.get() !== spoken) {
        void introspect();
      }
    };
    const listener = (): void => void follow();
    addEventListener("hashchange", listener);
    return () => removeEventListener("hashchange", listener);
  });
}
