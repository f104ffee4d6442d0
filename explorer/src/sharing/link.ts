/** Links that hold the operation, its variables and the language in their fragment, which no browser sends anywhere. */
import { isLanguage, type Language } from "../language.ts";

export interface Shared {
  readonly query: string;
  readonly variables: string;
  readonly operationName: string | null;
  readonly language: Language;
}

const MARK = "#share=";

/** Programs for mail and chat cut longer addresses, or do not make links of them. */
export const LONGEST = 8_000;

/** What a link may unpack to: a damaged or malicious one can be of a thousand times its length. */
const LARGEST = 1_000_000;

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes that come out of a stream when all of these went in. */
async function through(stream: CompressionStream | DecompressionStream, bytes: Bytes): Promise<Bytes> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Bytes[] = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    length += read.value.length;
    if (length > LARGEST) {
      await reader.cancel();
      throw new RangeError("too large");
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

const toText = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const toBytes = (text: string): Bytes =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

/** The address of this page with all of it. */
export async function linkTo({ query, variables, operationName, language }: Shared): Promise<string> {
  const text = JSON.stringify([1, query, variables, operationName, language]);
  const packed = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text));
  return new URL(MARK + toText(packed), location.href).href;
}

/** What an address holds; null if it is no such link. A link that cannot be read rejects. */
export async function sharedIn(fragment: string): Promise<Shared | null> {
  if (!fragment.startsWith(MARK)) {
    return null;
  }
  const packed = toBytes(fragment.slice(MARK.length));
  const text = new TextDecoder("utf-8", { fatal: true }).decode(
    await through(new DecompressionStream("deflate-raw"), packed),
  );
  const [version, query, variables, operationName, language] = JSON.parse(text) as unknown[];
  const named = operationName === null || typeof operationName === "string";
  if (version !== 1 || typeof query !== "string" || typeof variables !== "string" || !named || !isLanguage(language)) {
    throw new TypeError("not of this version");
  }
  return { query, variables, operationName, language };
}

export const show = (address: string): void => history.replaceState(null, "", address);

/** The address no longer says what is in the editors. */
export function forgetLink(): void {
  if (location.hash.startsWith(MARK)) {
    show(location.pathname + location.search);
  }
}
