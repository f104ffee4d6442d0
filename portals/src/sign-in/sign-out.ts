/** Signs out here and, where the issuer has a page for it, there. */
import { base, configuration } from "../configuration.ts";
import { language } from "../language.ts";
import { drop, session } from "../session.ts";

/** First nothing is left in this tab; then the issuer ends its own session, and sends the reader home. */
export function signOut(): void {
  const issued = session.get()?.issued;
  drop();
  const issuer = configuration.issuers.find((one) => one.issuer === issued?.issuer);
  if (!issued?.endSession || !issuer) {
    return;
  }
  const address = new URL(issued.endSession);
  const parameters = {
    client_id: issuer.clientId,
    post_logout_redirect_uri: `${location.origin}${base}/`,
    ui_locales: language.get(),
    ...(issued.idToken === null ? {} : { id_token_hint: issued.idToken }),
  };
  Object.entries(parameters).forEach(([name, value]) => address.searchParams.set(name, value));
  location.assign(address);
}
