import { Link } from "wouter";
import { useQuery } from "../../data/use-query.ts";
import { longDay, shortDay } from "../../dates.ts";
import { OwnMentorshipsDocument, type OwnMentorshipFragment } from "../../generated/graphql.ts";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { Contacts } from "../mentors/contacts.tsx";
import { Keeping } from "./keeping.tsx";
import { isMentor, otherOf } from "./other.ts";
import { Sessions } from "./sessions.tsx";

type Label = (name: string, value: string) => string;

const OPEN = ["PROPOSED", "ACCEPTED", "ACTIVE"];
const UNDER_WAY = ["ACCEPTED", "ACTIVE"];

interface Props {
  /** The ids of the reader as a mentor and as a participant. */
  mine: readonly string[];
  /** Those that are among the tasks, with their answers. */
  answered: readonly string[];
  label: Label;
}

/** The reader's mentoring, on either side. */
export function Mentorships({ mine, answered, label }: Props) {
  const { me: words } = useWords();
  const ids = { mentors: ofType(mine, "mentor"), participants: ofType(mine, "participant") };
  const result = useQuery(OwnMentorshipsDocument, ids, ["MENTORSHIP", "MENTORSHIP_SESSION", "MENTOR", "PARTICIPANT", "CONSENT"]);
  const all = result.data?.mentorships.nodes ?? [];
  const open = all.filter((one) => OPEN.includes(one.status) && !answered.includes(one.id));
  const over = all.filter((one) => !OPEN.includes(one.status));
  return (
    <section aria-labelledby="mentorships">
      <h2 id="mentorships">{words.mentorships}</h2>
      {!result.data && <Missing result={result} lines={4} />}
      {result.data && open.length === 0 && (
        <p class="quiet-ink">
          {words.noMentorships} {ids.participants.length > 0 && <Link href="/mentors">{words.findMentor}</Link>}
        </p>
      )}
      {open.map((mentorship) => (
        <Open key={mentorship.id} mentorship={mentorship} mine={mine} label={label} />
      ))}
      {over.length > 0 && <Over mentorships={over} mine={mine} label={label} />}
    </section>
  );
}

const ofType = (ids: readonly string[], type: string): string[] => ids.filter((id) => id.startsWith(`${type}_`));

interface OneProps {
  mentorship: OwnMentorshipFragment;
  mine: readonly string[];
  label: Label;
}

function Open({ mentorship, mine, label }: OneProps) {
  const { me: words } = useWords();
  const { id, status, respondBy, goals, withinCohort } = mentorship;
  const asMentor = isMentor(mentorship, mine);
  const other = otherOf(mentorship, mine);
  return (
    <article class="panel" aria-labelledby={id}>
      <h3 id={id}>
        <Name mentorship={mentorship} mine={mine} />
      </h3>
      <p class="facts">
        <span class={`status ${status.toLowerCase()}`}>{label("MentorshipStatus", status)}</span>
        <span>{asMentor ? words.youMentor : words.yourMentor}</span>
        {other?.institution && <span>{other.institution.name}</span>}
        {withinCohort && <span>{withinCohort.name}</span>}
        {mentorship.startsOn && <span>{words.since(shortDay(mentorship.startsOn))}</span>}
      </p>
      {asMentor && !other && <p class="quiet-ink">{words.hiddenMentee}</p>}
      {status === "PROPOSED" && respondBy && <p>{words.waitsUntil(longDay(respondBy))}</p>}
      {goals && <blockquote>{goals}</blockquote>}
      {UNDER_WAY.includes(status) && (
        <>
          {other && <Contacts person={other} hidden={words.contactHidden} />}
          <Sessions mentorship={mentorship} asMentor={asMentor} label={label} />
          <Keeping mentorship={mentorship} />
        </>
      )}
    </article>
  );
}

function Name({ mentorship, mine }: Omit<OneProps, "label">) {
  const { me: words } = useWords();
  const other = otherOf(mentorship, mine);
  if (!other?.name) {
    return <em>{words.unnamed}</em>;
  }
  return isMentor(mentorship, mine) ? <>{other.name}</> : <Link href={`/mentors/${other.id}`}>{other.name}</Link>;
}

/** Those that came to an end, or to nothing. */
function Over({ mentorships, mine, label }: { mentorships: readonly OwnMentorshipFragment[]; mine: readonly string[]; label: Label }) {
  const { me: words } = useWords();
  return (
    <details class="over">
      <summary>{words.over(mentorships.length)}</summary>
      <ul class="rows">
        {mentorships.map((one) => (
          <li key={one.id} class="row">
            <h3>
              <Name mentorship={one} mine={mine} />
            </h3>
            <p class="facts">
              <span class={`status ${one.status.toLowerCase()}`}>{label("MentorshipStatus", one.status)}</span>
              {one.endsOn && <span>{shortDay(one.endsOn)}</span>}
              {one.sessions !== null && one.sessions > 0 && <span>{words.sessions(one.sessions)}</span>}
              {one.withinCohort && <span>{one.withinCohort.name}</span>}
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
