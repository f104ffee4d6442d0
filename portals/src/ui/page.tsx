import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "react";
import { configuration } from "../configuration.ts";
import { announce } from "./announcer.tsx";
import { useWords } from "../words/words.ts";

let isFirst = true;

/**
 * A page with its heading. After a navigation the heading has the focus and is read out; the first page of a
 * visit leaves the focus where the browser has it.
 */
export function Page({ title, lead, children }: { title: string; lead?: ComponentChildren; children?: ComponentChildren }) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${configuration.name}`;
  }, [title]);
  useEffect(() => {
    if (!isFirst) {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
      announce(words.opened(title));
    }
    isFirst = false;
  }, []);
  return (
    <>
      <header class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead}
      </header>
      {children}
    </>
  );
}
