import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { signedOut } from "../../data/client.ts";
import { keep } from "../../session.ts";
import { SignInFailed } from "../../sign-in/failures.ts";
import { Page } from "../../ui/page.tsx";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { SignInProblem } from "./problem.tsx";

/** Where an issuer sends people back to: its response leaves the address at once, and is used once. */
export function Callback() {
  const { signInPage: words } = useWords();
  const [, navigate] = useLocation();
  const [failure, setFailure] = useState<SignInFailed | null>(null);
  useEffect(() => {
    const response = new URL(location.href);
    history.replaceState(null, "", location.pathname);
    finishing(response).then(
      (to) => navigate(to, { replace: true }),
      (error: unknown) => setFailure(error instanceof SignInFailed ? error : new SignInFailed("REFUSED")),
    );
  }, []);
  if (!failure) {
    return (
      <Page title={words.finishing}>
        <Missing result={{}} lines={3} />
      </Page>
    );
  }
  return (
    <Page title={words.failed}>
      <SignInProblem failure={failure} />
      <p>
        <Link class="button" href="/sign-in">
          {words.again}
        </Link>
      </p>
    </Page>
  );
}

async function finishing(response: URL): Promise<string> {
  const { finish } = await import("../../sign-in/protocol.ts");
  const { signedIn, to } = await finish(response);
  signedOut.set(null);
  keep(signedIn);
  return to;
}
