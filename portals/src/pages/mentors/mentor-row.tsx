import type { ComponentChildren } from "preact";
import { Link } from "wouter";
import type { MentorRowFragment } from "../../generated/graphql.ts";
import { Text } from "../../ui/text.tsx";
import { useWords } from "../../words/words.ts";
import { languageName } from "./languages.ts";

interface Props {
  mentor: MentorRowFragment;
  label(name: string, value: string): string;
  children?: ComponentChildren;
}

/** A mentor in a list: name, where, in which fields and languages, and whether there is a place. */
export function MentorRow({ mentor, label, children }: Props) {
  const { mentors: words } = useWords();
  return (
    <li class="row mentor">
      <h3>
        <Link href={`/mentors/${mentor.id}`}>{mentor.name ?? words.unnamed}</Link>
      </h3>
      <Places mentor={mentor} />
      <p class="quiet-ink">{[mentor.institution?.name, label("MentorSector", mentor.sector)].filter(Boolean).join(" · ")}</p>
      {mentor.biography && (
        <p>
          <Text text={mentor.biography} languages={mentor.biographies} />
        </p>
      )}
      {children}
      <p class="facts">
        {mentor.expertise.map((field) => (
          <span key={field}>{label("ResearchField", field)}</span>
        ))}
        <span>{mentor.languages.map((one) => languageName(one.language)).join(", ")}</span>
      </p>
    </li>
  );
}

export function Places({ mentor }: { mentor: { available: boolean; placesLeft: number } }) {
  const { mentors: words } = useWords();
  const { available, placesLeft } = mentor;
  return <p class={`status ${placesLeft > 0 ? "confirmed" : "none"}`}>{available ? words.places(placesLeft) : words.paused}</p>;
}
