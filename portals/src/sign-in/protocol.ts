/** OpenID Connect: authorization code with PKCE, as a public client. Loaded only when somebody signs in or goes on. */
import * as oauth from "oauth4webapi";
import { base, configuration, type Issuer } from "../configuration.ts";
import { language } from "../language.ts";
import type { Issued, Session } from "../session.ts";
import { type Attempt, keepAttempt, takeAttempt } from "./attempt.ts";
import { SignInFailed } from "./failures.ts";

const LAST_MINUTE = 60_000;
const CODE = /^[a-z_]{1,40}$/;
const CANCELLED = ["access_denied", "consent_required", "login_required", "interaction_required"];
const OVERLOADED = ["temporarily_unavailable", "server_error"];

interface Provider {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  options: { additionalParameters: Record<string, string>; [oauth.allowInsecureRequests]: boolean };
}

/** Where issuers send people back to; it must be registered there. */
const redirectUri = `${location.origin}${base}/sign-in/callback`;

/** Leaves for the issuer's page, to come back to `to`. Throws `SignInFailed`. */
export async function begin(issuer: Issuer, to: string): Promise<void> {
  const { server } = await explained(issuer, () => providerOf(issuer));
  const verifier = oauth.generateRandomCodeVerifier();
  const attempt = { issuer: issuer.issuer, state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), verifier, to };
  const address = webAddress(server.authorization_endpoint);
  if (!address) {
    throw new SignInFailed("REFUSED", nameOf(issuer));
  }
  const parameters = {
    ...issuer.parameters,
    client_id: issuer.clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: issuer.scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ui_locales: language.get(),
  };
  Object.entries(parameters).forEach(([name, value]) => address.searchParams.set(name, value));
  keepAttempt(attempt);
  location.assign(address);
}

/** The session that an issuer's response leads to, and the path to go back to. Throws `SignInFailed`. */
export async function finish(response: URL): Promise<{ signedIn: Session; to: string }> {
  const attempt = takeAttempt();
  const issuer = issuerOf(attempt?.issuer);
  if (!attempt || !issuer) {
    throw new SignInFailed("NOT_BEGUN");
  }
  if (response.searchParams.get("state") !== attempt.state) {
    throw new SignInFailed("OTHER_SIGN_IN", nameOf(issuer));
  }
  return { signedIn: await explained(issuer, () => exchanged(issuer, attempt, response)), to: attempt.to };
}

async function exchanged(issuer: Issuer, attempt: Attempt, response: URL): Promise<Session> {
  const { server, client, options } = await providerOf(issuer);
  const sender = response.searchParams.get("iss");
  if (sender !== null && sender !== server.issuer) {
    throw new SignInFailed("OTHER_ISSUER", nameOf(issuer));
  }
  const parameters = oauth.validateAuthResponse(server, client, response, attempt.state);
  const answer = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, redirectUri, attempt.verifier, options);
  const expected = { expectedNonce: attempt.nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, expected);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (!claims) {
    throw new SignInFailed("REFUSED", nameOf(issuer));
  }
  const names = [claims["name"], claims["preferred_username"], claims["email"]];
  const name = names.find((one) => typeof one === "string" && one !== "") ?? nameOf(issuer);
  const first = { issuer: issuer.issuer, subject: claims.sub, refreshToken: null, idToken: null, endSession: webAddress(server.end_session_endpoint)?.href ?? null };
  return { token: tokens.access_token, name: name as string, issued: issuedWith(first, tokens) };
}

/** Other tokens for the same person. Throws `SignInFailed`: `UNREACHABLE` or `BUSY` if it may work later. */
export async function renewed(issued: Issued): Promise<{ token: string; issued: Issued }> {
  const issuer = issuerOf(issued.issuer);
  if (!issuer || issued.refreshToken === null) {
    throw new SignInFailed("NOT_BEGUN");
  }
  const refreshToken = issued.refreshToken;
  return explained(issuer, async () => {
    const { server, client, options } = await providerOf(issuer);
    const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
    const tokens = await oauth.processRefreshTokenResponse(server, client, answer);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (claims && claims.sub !== issued.subject) {
      throw new SignInFailed("REFUSED", nameOf(issuer));
    }
    return { token: tokens.access_token, issued: issuedWith(issued, tokens) };
  });
}

/** A refresh token stays the same unless the issuer gives another. */
function issuedWith(before: Omit<Issued, "renewAt" | "expiresAt">, tokens: oauth.TokenEndpointResponse): Issued {
  const lifetime = tokens.expires_in === undefined ? null : tokens.expires_in * 1000;
  const early = lifetime === null ? null : Math.max(lifetime - LAST_MINUTE, (lifetime * 2) / 3);
  return {
    ...before,
    renewAt: early === null ? null : Date.now() + early,
    expiresAt: lifetime === null ? null : Date.now() + lifetime,
    refreshToken: tokens.refresh_token ?? before.refreshToken,
    idToken: tokens.id_token ?? before.idToken,
  };
}

/** An address to which a reader may be sent. */
function webAddress(text: string | undefined): URL | null {
  const address = text === undefined ? null : URL.parse(text);
  return address && /^https?:$/.test(address.protocol) ? address : null;
}

const issuerOf = (name: string | undefined): Issuer | undefined => configuration.issuers.find((one) => one.issuer === name);
const nameOf = (issuer: Issuer): string => issuer.name[language.get()];

const providers = new Map<string, Promise<Provider>>();

/** The issuer's metadata, read once for a page. */
function providerOf(issuer: Issuer): Promise<Provider> {
  const found = providers.get(issuer.issuer) ?? discovered(issuer);
  providers.set(issuer.issuer, found);
  found.catch(() => providers.delete(issuer.issuer));
  return found;
}

async function discovered(issuer: Issuer): Promise<Provider> {
  const address = new URL(issuer.issuer);
  const insecure = { [oauth.allowInsecureRequests]: address.protocol === "http:" }; // which only this machine's may be
  const answer = await oauth.discoveryRequest(address, insecure);
  const server = await oauth.processDiscoveryResponse(address, answer);
  const client = { client_id: issuer.clientId, token_endpoint_auth_method: "none" };
  return { server, client, options: { additionalParameters: issuer.parameters, ...insecure } };
}

/** Failures of the library and of the network, as what they mean to a reader. */
async function explained<T>(issuer: Issuer, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SignInFailed ? error : meaning(issuer, error);
  }
}

function meaning(issuer: Issuer, error: unknown): SignInFailed {
  const name = nameOf(issuer);
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    const code = CODE.test(error.error) ? error.error : null;
    const problem = CANCELLED.includes(error.error) ? "DENIED" : OVERLOADED.includes(error.error) ? "BUSY" : "REFUSED";
    return new SignInFailed(problem, name, code);
  }
  if (error instanceof oauth.OperationProcessingError) {
    return new SignInFailed(isOverloaded(error) ? "BUSY" : "REFUSED", name);
  }
  return new SignInFailed("UNREACHABLE", name);
}

const isOverloaded = ({ cause }: Error): boolean => cause instanceof Response && cause.status >= 500;
