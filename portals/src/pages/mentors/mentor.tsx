import { useParams } from "wouter";
import { useQuery } from "../../data/use-query.ts";
import { MentorDocument, type MentorQuery } from "../../generated/graphql.ts";
import { labelsOf } from "../../labels.ts";
import { Page } from "../../ui/page.tsx";
import { Missing, NothingHere } from "../../ui/states.tsx";
import { Text } from "../../ui/text.tsx";
import { useWords } from "../../words/words.ts";
import { Contacts } from "./contacts.tsx";
import { languageName } from "./languages.ts";
import { Places } from "./mentor-row.tsx";
import { ownCohorts } from "./own-cohorts.ts";
import { Requesting } from "./requesting.tsx";

type Found = NonNullable<MentorQuery["mentor"]>;
type Label = (name: string, value: string) => string;

const TYPES = ["MENTOR", "MENTORSHIP", "PARTICIPATION", "CONSENT"] as const;

export function Mentor() {
  const { id } = useParams<{ id: string }>();
  const { mentors: words } = useWords();
  const result = useQuery(MentorDocument, { id }, TYPES);
  if (!result.data) {
    if (result.failure?.code === "BAD_USER_INPUT") {
      return <NothingHere />;
    }
    return (
      <Page title={words.title}>
        <Missing result={result} lines={12} />
      </Page>
    );
  }
  const { mentor, viewer, enumLabels } = result.data;
  return mentor ? <Details key={mentor.id} mentor={mentor} viewer={viewer} label={labelsOf(enumLabels)} /> : <NothingHere />;
}

interface DetailsProps {
  mentor: Found;
  viewer: MentorQuery["viewer"];
  label: Label;
}

function Details({ mentor, viewer, label }: DetailsProps) {
  const { mentors: words } = useWords();
  const lead = (
    <>
      {mentor.biography && (
        <p class="lead">
          <Text text={mentor.biography} languages={mentor.biographies} />
        </p>
      )}
      <Places mentor={mentor} />
    </>
  );
  return (
    <Page title={mentor.name ?? words.unnamed} lead={lead}>
      <div class="two">
        <Facts mentor={mentor} label={label} />
        <Requesting mentor={mentor} viewer={viewer} own={ownCohorts(viewer)} />
      </div>
    </Page>
  );
}

function Facts({ mentor, label }: { mentor: Found; label: Label }) {
  const { mentors: words } = useWords();
  return (
    <dl class="details">
      <dt>{words.works}</dt>
      <dd>
        {mentor.institution && [mentor.institution.name, mentor.institution.city].filter(Boolean).join(", ")}
        <span class="quiet-ink block">{label("MentorSector", mentor.sector)}</span>
      </dd>
      <dt>{words.expertise}</dt>
      <dd>
        <ul>
          {mentor.expertise.map((field) => (
            <li key={field}>{label("ResearchField", field)}</li>
          ))}
        </ul>
      </dd>
      <dt>{words.languages}</dt>
      <dd>
        <ul>
          {mentor.languages.map(({ language, level }) => (
            <li key={language}>
              {languageName(language)} <span class="quiet-ink">{label("LanguageLevel", level)}</span>
            </li>
          ))}
        </ul>
      </dd>
      {mentor.orcid && (
        <>
          <dt>ORCID</dt>
          <dd>
            <a href={`https://orcid.org/${mentor.orcid}`}>{mentor.orcid}</a>
          </dd>
        </>
      )}
      <dt>{words.contact}</dt>
      <dd>
        <Contacts person={mentor} hidden={words.contactHidden} />
      </dd>
    </dl>
  );
}
