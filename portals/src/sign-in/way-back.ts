/** Where a sign-in leads back to: a path below the portal's, in the parameter `to`. */
const WITHIN = /^\/(?![/\\])/;

const PAGE = "/sign-in";

/** The address of the sign-in page, which leads back to a path. */
export function signInPath(path: string, search: string): string {
  return path.startsWith(PAGE) ? PAGE : `${PAGE}?to=${encodeURIComponent(search ? `${path}?${search}` : path)}`;
}

/** The path in a search; the reader's own page without one. */
export function wayBack(search: string): string {
  const to = new URLSearchParams(search).get("to");
  return to !== null && WITHIN.test(to) ? to : "/me";
}
