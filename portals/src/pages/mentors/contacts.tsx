import { useWords } from "../../words/words.ts";

interface Props {
  person: { email: string | null; phone: string | null; hiddenFields: readonly { field: string; reason: string }[] };
  /** Why they are not there. */
  hidden: string;
}

/** How to reach somebody, where the reader may know it; else why not. */
export function Contacts({ person, hidden }: Props) {
  const { mentors: words } = useWords();
  if (person.hiddenFields.some((one) => one.field === "email")) {
    return <span class="quiet-ink">{hidden}</span>;
  }
  if (!person.email && !person.phone) {
    return <span class="quiet-ink">{words.noContact}</span>;
  }
  return (
    <ul class="contacts">
      {person.email && (
        <li>
          <a href={`mailto:${person.email}`}>{person.email}</a>
        </li>
      )}
      {person.phone && (
        <li>
          <a href={`tel:${person.phone}`}>{person.phone}</a>
        </li>
      )}
    </ul>
  );
}
