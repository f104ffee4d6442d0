/** What the page knows of the server it came from. */

/** GraphQL's address: beside the page's own, whatever the host, the port or a prefix before them. */
export const graphql = new URL("graphql", document.baseURI);

/** Whom one may ask as, and a token for each: in development only. */
export const personas = new URL("explorer/personas", document.baseURI);

export function webSocket(): string {
  const address = new URL(graphql);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}

/** Whether the server explains how it answers and signs tokens; it writes so into the page. */
export const inDevelopment = document.documentElement.dataset["development"] === "true";
