import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { useQuery } from "../../data/use-query.ts";
import { readersZone } from "../../dates.ts";
import { MeDocument, type MeQuery } from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { useObserved } from "../../observed.ts";
import { session } from "../../session.ts";
import { announce } from "../../ui/announcer.tsx";
import { Page } from "../../ui/page.tsx";
import { Missing } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { Consents } from "./consents.tsx";
import { CreateProfile } from "./create-profile.tsx";
import { Mentorships } from "./mentorships.tsx";
import { Messages } from "./messages.tsx";
import { Profile } from "./profile.tsx";
import { Registrations } from "./registrations.tsx";
import { Roles } from "./roles.tsx";
import { Tasks } from "./tasks.tsx";

/** What the page asks again for, when it changes. */
const TYPES = [
  "PERSON",
  "CONSENT",
  "NOTIFICATION",
  "REGISTRATION",
  "EVENT",
  "MENTORSHIP",
  "PARTICIPATION",
  "MOBILITY",
  "PROJECT",
  "CALL",
  "MENTOR",
  "PARTICIPANT",
] as const;
const MESSAGES = 5;

export function Me() {
  const words = useWords();
  const signedIn = useObserved(session);
  if (!signedIn) {
    return (
      <Page title={words.me.title} lead={<p class="lead">{words.me.signIn}</p>}>
        <Link class="button" href="/sign-in">
          {words.signIn}
        </Link>
      </Page>
    );
  }
  return <Own />;
}

function Own() {
  const { me: words } = useWords();
  const [messages, setMessages] = useState(MESSAGES);
  const result = useQuery(MeDocument, { zone: readersZone, messages }, TYPES);
  useUpdates(result.isPrevious ? undefined : result.data);
  useFragment(result.data !== undefined);
  if (!result.data) {
    return (
      <Page title={words.title}>
        <Missing result={result} lines={18} />
      </Page>
    );
  }
  return <Contents data={result.data} more={() => setMessages(messages + 4 * MESSAGES)} />;
}

function Contents({ data, more }: { data: MeQuery; more(): void }) {
  const { me: words } = useWords();
  const label = labelsOf(data.enumLabels);
  const { viewer } = data;
  const { person } = viewer;
  const mine = ownProfiles(viewer);
  const home = person?.institution?.name;
  return (
    <Page title={words.title} lead={person && <p class="lead">{[person.name, home].filter(Boolean).join(", ")}</p>}>
      {viewer.kind === "PERSON" && viewer.personId === null && <CreateProfile isFirst={viewer.grants.length === 0} />}
      <div class="own">
        <div>
          <Tasks tasks={data.tasks} mine={mine} label={label} />
          {mine.length > 0 && <Mentorships mine={mine} answered={data.tasks.flatMap((task) => task.entity?.id ?? [])} label={label} />}
          <Registrations registrations={data.registrations.nodes} label={label} />
          {person && <Profile person={person} label={label} />}
        </div>
        <div>
          <Messages data={data} label={label} more={more} />
          {person && <Consents consents={person.consents} />}
          <Roles grants={viewer.grants} label={label} />
        </div>
      </div>
    </Page>
  );
}

/** The ids of the reader as a mentor and as a participant. */
function ownProfiles({ grants, profile }: MeQuery["viewer"]): string[] {
  return [...new Set([profile?.id, ...grants.map((grant) => grant.profileId)].filter((id) => typeof id === "string"))];
}

/** Goes to the section that the address names, once it is there. */
function useFragment(isThere: boolean): void {
  useEffect(() => {
    if (isThere && location.hash) {
      document.getElementById(location.hash.slice(1))?.scrollIntoView();
    }
  }, [isThere]);
}

/** Says politely that something has changed on the page. */
function useUpdates(data: MeQuery | undefined): void {
  const { states } = useWords();
  const text = data && JSON.stringify({ ...data, changeCursor: "" });
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (before.current !== undefined && text !== undefined && before.current !== text) {
      announce(states.updated);
    }
    before.current = text;
  }, [text]);
}
