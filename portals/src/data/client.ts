import { PuenteClient } from "@puente/client";
import { api } from "../configuration.ts";
import { language } from "../language.ts";
import { observed } from "../observed.ts";
import { drop, session } from "../session.ts";
import { currentToken, followRenewals, outlives } from "../sign-in/renewal.ts";

/** Why somebody was signed out without asking for it, until they sign in or dismiss it. */
export const signedOut = observed<"REFUSED" | "EXPIRED" | null>(null);
/** Whether changes arrive; null before the first connection. */
export const connected = observed<boolean | null>(null);

export const client = new PuenteClient({
  url: api,
  language: () => language.get(),
  token: currentToken,
  refused: (reason) => {
    if (session.get() && !outlives(reason)) {
      drop();
      signedOut.set("REFUSED");
    }
  },
  connected: (yes) => connected.set(yes),
});

connected.observe((yes) => {
  document.documentElement.dataset.following = String(yes);
});
session.observe(() => client.renewViewer());
followRenewals({ renewed: () => client.renewToken(), ended: () => signedOut.set("EXPIRED") });
