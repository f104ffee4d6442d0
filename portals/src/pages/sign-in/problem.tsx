import type { SignInFailed } from "../../sign-in/failures.ts";
import { useWords } from "../../words/words.ts";

/** Why a sign-in did not work, in the portal's words: an issuer's own text may be anybody's, in any language. */
export function SignInProblem({ failure }: { failure: SignInFailed }) {
  const { signInPage: words } = useWords();
  return (
    <div class="notice bad" role="alert">
      <p>{words.problems[failure.problem](failure.issuer ?? "")}</p>
      {failure.code && <p>{words.code(failure.code)}</p>}
    </div>
  );
}
