import { useQuery } from "../../data/use-query.ts";
import { SuggestedMentorsDocument } from "../../generated/graphql.ts";
import { useWords } from "../../words/words.ts";
import { MentorRow } from "./mentor-row.tsx";

interface Props {
  participation: { id: string; ofCohort: { name: string } };
  label(name: string, value: string): string;
}

/** The mentors who fit a participant best, each with the reasons in words. */
export function Suggestions({ participation, label }: Props) {
  const { mentors: words } = useWords();
  const result = useQuery(SuggestedMentorsDocument, { participation: participation.id }, ["MENTOR", "MENTORSHIP", "MENTOR_PREFERENCE", "PARTICIPATION"]);
  const suggested = result.data?.suggestedMentors.filter((one) => one.mentor) ?? [];
  if (suggested.length === 0) {
    return null;
  }
  return (
    <section class="panel suggestions" aria-labelledby="suggestions">
      <h2 id="suggestions">{words.suggested}</h2>
      <p class="quiet-ink">{words.suggestedFor(participation.ofCohort.name)}</p>
      <ol class="rows">
        {suggested.map(
          ({ mentor, reasons }) =>
            mentor && (
              <MentorRow key={mentor.id} mentor={mentor} label={label}>
                <ul class="reasons" aria-label={words.reasons}>
                  {reasons.map((reason) => (
                    <li key={reason.kind}>{reason.text}</li>
                  ))}
                </ul>
              </MentorRow>
            ),
        )}
      </ol>
    </section>
  );
}
