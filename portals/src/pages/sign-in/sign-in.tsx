import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { configuration } from "../../configuration.ts";
import { signedOut } from "../../data/client.ts";
import { language } from "../../language.ts";
import { useObserved } from "../../observed.ts";
import { keep } from "../../session.ts";
import { wayBack } from "../../sign-in/way-back.ts";
import { Page } from "../../ui/page.tsx";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { Issuers } from "./issuers.tsx";
import { type Persona, readPersonas } from "./personas.ts";

export function SignIn() {
  const { signInPage: words } = useWords();
  const [personas, setPersonas] = useState<Persona[] | null>(null);
  useEffect(() => {
    readPersonas().then(setPersonas, () => setPersonas([]));
  }, []);
  const to = wayBack(useSearch());
  const isEmpty = personas?.length === 0 && configuration.issuers.length === 0;
  return (
    <Page title={words.title}>
      {configuration.issuers.length > 0 && <Issuers to={to} />}
      {personas === null ? <Missing result={{}} /> : personas.length > 0 && <Personas personas={personas} to={to} />}
      {isEmpty && <p>{words.none}</p>}
    </Page>
  );
}

function Personas({ personas, to }: { personas: readonly Persona[]; to: string }) {
  const { signInPage: words } = useWords();
  const spoken = useObserved(language);
  const [, navigate] = useLocation();
  function become(persona: Persona): void {
    signedOut.set(null);
    keep({ token: persona.token, name: persona.labels[spoken] });
    navigate(to);
  }
  return (
    <section aria-labelledby="personas">
      <h2 id="personas">{words.personas}</h2>
      <p>{words.personasText}</p>
      <ul class="choices">
        {personas.map((persona) => (
          <li key={persona.name}>
            <button type="button" onClick={() => become(persona)}>
              {persona.labels[spoken]}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
