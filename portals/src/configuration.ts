/** What makes this page one portal and not the other. The server, or whoever hosts it, writes it into the page. */
export type Language = "en" | "es";

/** Somebody with whom people sign in by OpenID Connect. */
export interface Issuer {
  issuer: string;
  clientId: string;
  name: Record<Language, string>;
  scope: string;
  /** Sent with each request to it, such as the API as the `resource` of tokens. */
  parameters: Record<string, string>;
}

export interface Configuration {
  /** `uc` or `mx`: the colours, and which side comes first. */
  portal: "uc" | "mx";
  name: string;
  /** The language of a first visit. */
  language: Language;
  /** Whose people and institutions come first. */
  side: "UC" | "MEXICO";
  /** The zone of the reader's clock if the browser's is in neither country. */
  timeZone: string;
  /** Addresses, relative to the page. */
  base: string;
  api: string;
  /** The demo's personas, in development only. */
  personas: string | null;
  issuers: Issuer[];
}

const element = document.getElementById("configuration");
export const configuration = JSON.parse(element?.textContent ?? "{}") as Configuration;

const absolute = (address: string): string => new URL(address, document.baseURI).href;

export const api = absolute(configuration.api);
/** The path below which the portal's pages are, without a slash at its end. */
export const base = new URL(absolute(configuration.base)).pathname.replace(/\/$/, "");
export const personas = configuration.personas === null ? null : absolute(configuration.personas);
