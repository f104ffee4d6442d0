import type { OwnCohortsFragment } from "../../generated/graphql.ts";

type Profile = Extract<OwnCohortsFragment["grants"][number]["profile"], { __typename?: "Participant" }>;
type Own = Profile["participations"]["nodes"][number];

const GOING_ON = ["NOMINATED", "ACCEPTED", "ACTIVE"];

/** What the reader takes part in as a participant. */
export interface OwnCohorts {
  /** Of the reader as a participant; null for whoever is none. */
  participant: string | null;
  /** Those that go on first, then those that are over. */
  participations: readonly Own[];
  /** The one that mentors are suggested for. */
  current: Own | undefined;
}

const isGoingOn = (own: Own): boolean => GOING_ON.includes(own.status);

export function ownCohorts(viewer: OwnCohortsFragment): OwnCohorts {
  const profile = viewer.grants.map((grant) => grant.profile).find((one) => one?.__typename === "Participant");
  if (profile?.__typename !== "Participant") {
    return { participant: null, participations: [], current: undefined };
  }
  const { nodes } = profile.participations;
  const participations = [...nodes.filter(isGoingOn), ...nodes.filter((own) => !isGoingOn(own))];
  return { participant: profile.id, participations, current: nodes.find(isGoingOn) };
}
