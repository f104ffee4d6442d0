import { useState } from "react";
import { configuration, type Issuer } from "../../configuration.ts";
import { language } from "../../language.ts";
import { useObserved } from "../../observed.ts";
import { SignInFailed } from "../../sign-in/failures.ts";
import { announce } from "../../ui/announcer.tsx";
import { useWords } from "../../words/words.ts";
import { SignInProblem } from "./problem.tsx";

/** A button for each issuer, which leads to its page. */
export function Issuers({ to }: { to: string }) {
  const { signInPage: words } = useWords();
  const spoken = useObserved(language);
  const [isLeaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState<SignInFailed | null>(null);
  async function leave(issuer: Issuer): Promise<void> {
    setLeaving(true);
    setFailure(null);
    announce(words.leaving(issuer.name[spoken]));
    try {
      const { begin } = await import("../../sign-in/protocol.ts");
      await begin(issuer, to);
    } catch (error) {
      setLeaving(false);
      setFailure(error instanceof SignInFailed ? error : new SignInFailed("UNREACHABLE", issuer.name[spoken]));
    }
  }
  return (
    <section aria-labelledby="issuers">
      <h2 id="issuers">{words.issuers}</h2>
      {failure && <SignInProblem failure={failure} />}
      <ul class="choices">
        {configuration.issuers.map((issuer) => (
          <li key={issuer.issuer}>
            <button type="button" aria-disabled={isLeaving} onClick={() => !isLeaving && void leave(issuer)}>
              {issuer.name[spoken]}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
