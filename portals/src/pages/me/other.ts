import type { OwnMentorshipFragment } from "../../generated/graphql.ts";

/** Whether the reader is the mentor of the two. */
export const isMentor = (mentorship: OwnMentorshipFragment, mine: readonly string[]): boolean =>
  mentorship.mentor !== null && mine.includes(mentorship.mentor.id);

/** The other one; null if the reader may not know who it is. */
export const otherOf = (mentorship: OwnMentorshipFragment, mine: readonly string[]) =>
  isMentor(mentorship, mine) ? mentorship.mentee : mentorship.mentor;
