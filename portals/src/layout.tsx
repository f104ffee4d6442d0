import type { ComponentChildren } from "preact";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { configuration } from "./configuration.ts";
import { connected, signedOut } from "./data/client.ts";
import { useQuery } from "./data/use-query.ts";
import { ViewerRolesDocument } from "./generated/graphql.ts";
import { chooseLanguage, type Language, language, languages } from "./language.ts";
import { useObserved } from "./observed.ts";
import { session } from "./session.ts";
import { signOut } from "./sign-in/sign-out.ts";
import { Announcer } from "./ui/announcer.tsx";
import { SignInLink } from "./ui/sign-in-link.tsx";
import { useWords } from "./words/words.ts";

const PATHS = { home: "/", projects: "/projects", calendar: "/calendar", mentors: "/mentors", institutions: "/institutions" } as const;

/** What every page has around it. */
export function Layout({ children }: { children: ComponentChildren }) {
  const words = useWords();
  return (
    <>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <Masthead />
      <main id="content" tabIndex={-1}>
        <Interruptions />
        {children}
      </main>
      <footer class="foot">
        <p>{configuration.name}</p>
        {configuration.personas && <p>{words.footer.demo}</p>}
      </footer>
      <Announcer />
    </>
  );
}

function Masthead() {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  const signedIn = useObserved(session);
  return (
    <header class="masthead">
      <div class="bar">
        <Link href="/" class="wordmark">
          {configuration.name}
        </Link>
        <button type="button" class="quiet menu" aria-expanded={isOpen} aria-controls="navigation" onClick={() => setOpen(!isOpen)}>
          {words.menu}
        </button>
        <LanguageSwitch />
        <SignedIn />
      </div>
      <nav id="navigation" class={isOpen ? "open" : ""} aria-label={words.menu} onClick={() => setOpen(false)}>
        <ul>
          {Object.entries(PATHS).map(([name, path]) => (
            <Item key={name} path={path}>
              {words.nav[name as keyof typeof PATHS]}
            </Item>
          ))}
          {signedIn && <DeskItem key={signedIn.token} />}
          <Item path="/me">{words.nav.me}</Item>
        </ul>
      </nav>
    </header>
  );
}

function Item({ path, children }: { path: string; children: ComponentChildren }) {
  const [location] = useLocation();
  return (
    <li>
      <Link href={path} aria-current={isWithin(location, path) ? "page" : undefined}>
        {children}
      </Link>
    </li>
  );
}

/** For those who have one. The roles only decide what the menu offers; what may be done is the API's to say. */
function DeskItem() {
  const { nav } = useWords();
  const { data } = useQuery(ViewerRolesDocument, {}, []);
  return data?.viewer.roles.some((role) => role === "COORDINATOR" || role === "ADMIN") ? <Item path="/desk">{nav.desk}</Item> : null;
}

const isWithin = (location: string, path: string): boolean =>
  path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`);

function LanguageSwitch() {
  const current = useObserved(language);
  const other: Language = current === "en" ? "es" : "en";
  document.documentElement.lang = current;
  return (
    <button type="button" class="quiet" lang={other} onClick={() => chooseLanguage(other)}>
      {languages[other]}
    </button>
  );
}

function SignedIn() {
  const words = useWords();
  const current = useObserved(session);
  if (!current) {
    return <SignInLink button>{words.signIn}</SignInLink>;
  }
  return (
    <span class="signed-in">
      <span class="quiet-ink">{words.signedInAs(current.name)}</span>
      <button type="button" class="quiet" onClick={signOut}>
        {words.signOut}
      </button>
    </span>
  );
}

/** What has come between the reader and the server. */
function Interruptions() {
  const { states } = useWords();
  const isConnected = useObserved(connected);
  const reason = useObserved(signedOut);
  return (
    <div role="status">
      {isConnected === false && <p class="notice warning">{states.stale}</p>}
      {reason && (
        <div class="notice warning">
          <p>{states.signedOut[reason]}</p>
          <p>
            <SignInLink>{states.signInAgain}</SignInLink>{" "}
            <button type="button" class="quiet" onClick={() => signedOut.set(null)}>
              {states.dismiss}
            </button>
          </p>
        </div>
      )}
    </div>
  );
}
