import type { ComponentChildren } from "preact";
import { Link, useLocation, useSearch } from "wouter";
import { signInPath } from "../sign-in/way-back.ts";

/** Leads to the sign-in page, and from there back to this one. */
export function SignInLink({ button, children }: { button?: boolean; children: ComponentChildren }) {
  const [path] = useLocation();
  const search = useSearch();
  return (
    <Link class={button ? "button" : ""} href={signInPath(path, search)}>
      {children}
    </Link>
  );
}
