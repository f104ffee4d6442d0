/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The input of `acceptMentorship`. */
export type AcceptMentorshipInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Mentorship. */
  id: string | number;
};

/** The input of `acceptParticipation`. */
export type AcceptParticipationInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Participation. */
  id: string | number;
};

/** Conditions on Activity rows; all given ones must match. */
export type ActivityFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<ActivityFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `cohort`. */
  cohort?: CohortRelationFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `endsOn`. */
  endsOn?: DateFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `kind`. */
  kind?: ActivityKindFilter | null | undefined;
  /** This does not match. */
  not?: ActivityFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ActivityFilter> | null | undefined;
  /** Condition on `participations`. */
  participations?: ActivityParticipationListRelationFilter | null | undefined;
  /** Condition on `program`. */
  program?: ProgramRelationFilter | null | undefined;
  /** Condition on `startsOn`. */
  startsOn?: DateFilter | null | undefined;
  /** Condition on `title`. */
  title?: StringFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The kind of activity. */
export type ActivityKind =
  /** A standing committee of participants. */
  | 'COMMITTEE'
  /** A course of several sessions. */
  | 'COURSE'
  /** A workshop of one or a few days. */
  | 'WORKSHOP';

/** Conditions on a field; all given ones must match. */
export type ActivityKindFilter = {
  /** Equal to this. */
  eq?: ActivityKind | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ActivityKind> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ActivityKind | null | undefined;
};

/** Conditions on the related Activity rows. */
export type ActivityListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ActivityFilter | null | undefined;
  /** No related row matches. */
  none?: ActivityFilter | null | undefined;
  /** At least one related row matches. */
  some?: ActivityFilter | null | undefined;
};

/** Conditions on ActivityParticipation rows; all given ones must match. */
export type ActivityParticipationFilter = {
  /** Condition on `activity`. */
  activity?: ActivityRelationFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<ActivityParticipationFilter> | null | undefined;
  /** This does not match. */
  not?: ActivityParticipationFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ActivityParticipationFilter> | null | undefined;
  /** Condition on `participant`. */
  participant?: ParticipantRelationFilter | null | undefined;
  /** Condition on `role`. */
  role?: ActivityRoleFilter | null | undefined;
  /** Condition on `since`. */
  since?: DateFilter | null | undefined;
  /** Condition on `until`. */
  until?: DateFilter | null | undefined;
};

/** Conditions on the related ActivityParticipation rows. */
export type ActivityParticipationListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ActivityParticipationFilter | null | undefined;
  /** No related row matches. */
  none?: ActivityParticipationFilter | null | undefined;
  /** At least one related row matches. */
  some?: ActivityParticipationFilter | null | undefined;
};

/** Conditions on the related Activity. */
export type ActivityRelationFilter = {
  /** The related row matches. */
  is?: ActivityFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** What a participant does in an activity. */
export type ActivityRole =
  /** Leads the activity. */
  | 'CHAIR'
  /** Takes part. */
  | 'MEMBER'
  /** Speaks or teaches. */
  | 'SPEAKER';

/** Conditions on a field; all given ones must match. */
export type ActivityRoleFilter = {
  /** Equal to this. */
  eq?: ActivityRole | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ActivityRole> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ActivityRole | null | undefined;
};

/** Conditions on Agreement rows; all given ones must match. */
export type AgreementFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<AgreementFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `datePrecision`. */
  datePrecision?: DatePrecisionFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** This does not match. */
  not?: AgreementFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<AgreementFilter> | null | undefined;
  /** Condition on `parties`. */
  parties?: AgreementPartyListRelationFilter | null | undefined;
  /** Condition on `previous`. */
  previous?: AgreementRelationFilter | null | undefined;
  /** Condition on `projects`. */
  projects?: ProjectListRelationFilter | null | undefined;
  /** Condition on `signedOn`. */
  signedOn?: DateFilter | null | undefined;
  /** Condition on `slug`. */
  slug?: StringFilter | null | undefined;
  /** Condition on `status`. */
  status?: AgreementStatusFilter | null | undefined;
  /** Condition on `title`. */
  title?: StringFilter | null | undefined;
  /** Condition on `type`. */
  type?: AgreementTypeFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** Condition on `validFrom`. */
  validFrom?: DateFilter | null | undefined;
  /** Condition on `validTo`. */
  validTo?: DateFilter | null | undefined;
};

/** Conditions on the related Agreement rows. */
export type AgreementListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: AgreementFilter | null | undefined;
  /** No related row matches. */
  none?: AgreementFilter | null | undefined;
  /** At least one related row matches. */
  some?: AgreementFilter | null | undefined;
};

/** Conditions on AgreementParty rows; all given ones must match. */
export type AgreementPartyFilter = {
  /** Condition on `agreement`. */
  agreement?: AgreementRelationFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<AgreementPartyFilter> | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** This does not match. */
  not?: AgreementPartyFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<AgreementPartyFilter> | null | undefined;
  /** Condition on `role`. */
  role?: PartyRoleFilter | null | undefined;
  /** Condition on `since`. */
  since?: DateFilter | null | undefined;
};

/** Conditions on the related AgreementParty rows. */
export type AgreementPartyListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: AgreementPartyFilter | null | undefined;
  /** No related row matches. */
  none?: AgreementPartyFilter | null | undefined;
  /** At least one related row matches. */
  some?: AgreementPartyFilter | null | undefined;
};

/** Conditions on the related Agreement. */
export type AgreementRelationFilter = {
  /** The related row matches. */
  is?: AgreementFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** Whether an agreement is in force. */
export type AgreementStatus =
  /** In force. */
  | 'ACTIVE'
  /** Being negotiated. */
  | 'DRAFT'
  /** Reached the end of its term. */
  | 'EXPIRED'
  /** Ended before its term. */
  | 'TERMINATED';

/** Conditions on a field; all given ones must match. */
export type AgreementStatusFilter = {
  /** Equal to this. */
  eq?: AgreementStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<AgreementStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: AgreementStatus | null | undefined;
};

/** What an agreement settles. */
export type AgreementType =
  /** An agreement on the exchange of students or staff. */
  | 'EXCHANGE'
  /** An agreement on money. */
  | 'FUNDING'
  /** A memorandum of understanding: a general agreement to cooperate. */
  | 'MOU'
  /** A specific agreement on one activity. */
  | 'SPECIFIC';

/** Conditions on a field; all given ones must match. */
export type AgreementTypeFilter = {
  /** Equal to this. */
  eq?: AgreementType | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<AgreementType> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: AgreementType | null | undefined;
};

/** How a person attends an event. */
export type AttendanceMode =
  /** At the place. */
  | 'IN_PERSON'
  /** Over the internet. */
  | 'ONLINE';

/** Conditions on a field; all given ones must match. */
export type AttendanceModeFilter = {
  /** Equal to this. */
  eq?: AttendanceMode | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<AttendanceMode> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: AttendanceMode | null | undefined;
};

/** Conditions on Award rows; all given ones must match. */
export type AwardFilter = {
  /** Condition on `amount`. */
  amount?: DecimalFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<AwardFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `currency`. */
  currency?: CurrencyCodeFilter | null | undefined;
  /** Condition on `decidedOn`. */
  decidedOn?: DateFilter | null | undefined;
  /** Condition on `endsOn`. */
  endsOn?: DateFilter | null | undefined;
  /** Condition on `funder`. */
  funder?: InstitutionRelationFilter | null | undefined;
  /** Condition on `funderSide`. */
  funderSide?: SideFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `kind`. */
  kind?: AwardKindFilter | null | undefined;
  /** This does not match. */
  not?: AwardFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<AwardFilter> | null | undefined;
  /** Condition on `program`. */
  program?: ProgramRelationFilter | null | undefined;
  /** Condition on `project`. */
  project?: ProjectRelationFilter | null | undefined;
  /** Condition on `startsOn`. */
  startsOn?: DateFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** Condition on the values of the facet `year`. */
  year?: FacetTextFilter | null | undefined;
};

/** What an award is for. */
export type AwardKind =
  /** A fellowship for a person's studies or research. */
  | 'FELLOWSHIP'
  /** A grant for a research project. */
  | 'RESEARCH_GRANT'
  /** Seed money for a new collaboration. */
  | 'SEED'
  /** A small grant for travel or a short stay. */
  | 'TRAVEL_STIPEND';

/** Conditions on a field; all given ones must match. */
export type AwardKindFilter = {
  /** Equal to this. */
  eq?: AwardKind | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<AwardKind> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: AwardKind | null | undefined;
};

/** Conditions on the related Award rows. */
export type AwardListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: AwardFilter | null | undefined;
  /** No related row matches. */
  none?: AwardFilter | null | undefined;
  /** At least one related row matches. */
  some?: AwardFilter | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type BooleanFilter = {
  /** Equal to this. */
  eq?: boolean | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
};

/** Conditions on Call rows; all given ones must match. */
export type CallFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<CallFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `closesAt`. */
  closesAt?: DateTimeFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `currency`. */
  currency?: CurrencyCodeFilter | null | undefined;
  /** Condition on `deadline`. */
  deadline?: DateTimeFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `maxAmount`. */
  maxAmount?: DecimalFilter | null | undefined;
  /** Condition on `maxMonths`. */
  maxMonths?: IntFilter | null | undefined;
  /** This does not match. */
  not?: CallFilter | null | undefined;
  /** Condition on `opensAt`. */
  opensAt?: DateTimeFilter | null | undefined;
  /** Condition on `opensOn`. */
  opensOn?: DateFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<CallFilter> | null | undefined;
  /** Condition on `program`. */
  program?: ProgramRelationFilter | null | undefined;
  /** Condition on `slug`. */
  slug?: StringFilter | null | undefined;
  /** Condition on `status`. */
  status?: CallStatusFilter | null | undefined;
  /** Condition on `timeZone`. */
  timeZone?: TimeZoneFilter | null | undefined;
  /** Condition on `title`. */
  title?: StringFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Conditions on the related Call rows. */
export type CallListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: CallFilter | null | undefined;
  /** No related row matches. */
  none?: CallFilter | null | undefined;
  /** At least one related row matches. */
  some?: CallFilter | null | undefined;
};

/** Whether a call is announced and takes applications. */
export type CallStatus =
  /** Cancelled after it was announced. */
  | 'CANCELLED'
  /** Takes no more applications. */
  | 'CLOSED'
  /** Being prepared; seen by those who manage it only. */
  | 'DRAFT'
  /** Takes applications. */
  | 'OPEN'
  /** Announced; it opens later. */
  | 'SCHEDULED';

/** Conditions on a field; all given ones must match. */
export type CallStatusFilter = {
  /** Equal to this. */
  eq?: CallStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<CallStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: CallStatus | null | undefined;
};

/** The input of `cancelRegistration`. */
export type CancelRegistrationInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Registration. */
  id: string | number;
};

/** Conditions on Champion rows; all given ones must match. */
export type ChampionFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<ChampionFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `counterpart`. */
  counterpart?: InstitutionRelationFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: ChampionFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ChampionFilter> | null | undefined;
  /** Condition on `since`. */
  since?: DateFilter | null | undefined;
  /** Condition on `until`. */
  until?: DateFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Conditions on the related Champion rows. */
export type ChampionListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ChampionFilter | null | undefined;
  /** No related row matches. */
  none?: ChampionFilter | null | undefined;
  /** At least one related row matches. */
  some?: ChampionFilter | null | undefined;
};

/** The input of `checkIn`. */
export type CheckInInput = {
  /** When it was noted, by the clock of a device that was offline. */
  clientAt?: string | null | undefined;
  /** Instead of `registration`: the code of the ticket, in any case, with or without its hyphens. */
  code?: string | null | undefined;
  /** Which device noted it, by a name of its own. */
  device?: string | null | undefined;
  /** The registration of who came. */
  registration?: string | number | null | undefined;
};

/** The input of `checkInMany`. */
export type CheckInManyInput = {
  /** The items; each is done or refused by itself, in order. */
  items: Array<CheckInInput>;
};

/** Conditions on Cohort rows; all given ones must match. */
export type CohortFilter = {
  /** Condition on `activities`. */
  activities?: ActivityListRelationFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<CohortFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `endsOn`. */
  endsOn?: DateFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `mentorships`. */
  mentorships?: MentorshipListRelationFilter | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: CohortFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<CohortFilter> | null | undefined;
  /** Condition on `participantCount`. */
  participantCount?: IntFilter | null | undefined;
  /** Condition on `participants`. */
  participants?: ParticipantListRelationFilter | null | undefined;
  /** Condition on `participations`. */
  participations?: ParticipationListRelationFilter | null | undefined;
  /** Condition on `program`. */
  program?: ProgramRelationFilter | null | undefined;
  /** Condition on `slug`. */
  slug?: StringFilter | null | undefined;
  /** Condition on `startsOn`. */
  startsOn?: DateFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Conditions on the related Cohort rows. */
export type CohortListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: CohortFilter | null | undefined;
  /** No related row matches. */
  none?: CohortFilter | null | undefined;
  /** At least one related row matches. */
  some?: CohortFilter | null | undefined;
};

/** Conditions on the related Cohort. */
export type CohortRelationFilter = {
  /** The related row matches. */
  is?: CohortFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** How to read a reported figure. */
export type Comparator =
  /** Near the value. */
  | 'ABOUT'
  /** The value or more. */
  | 'AT_LEAST'
  /** Exactly the value. */
  | 'EXACTLY'
  /** More than the value. */
  | 'MORE_THAN';

/** The input of `completeMentorship`. */
export type CompleteMentorshipInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Mentorship. */
  id: string | number;
};

/** The input of `completeParticipation`. */
export type CompleteParticipationInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Participation. */
  id: string | number;
};

/** The input of `confirmArrival`. */
export type ConfirmArrivalInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Mobility. */
  id: string | number;
  /** Its first day. */
  startsOn?: string | null | undefined;
};

/** The input of `confirmDeparture`. */
export type ConfirmDepartureInput = {
  /** Its last day. */
  endsOn?: string | null | undefined;
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Mobility. */
  id: string | number;
};

/** Conditions on Consent rows; all given ones must match. */
export type ConsentFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<ConsentFilter> | null | undefined;
  /** Condition on `grantedAt`. */
  grantedAt?: DateTimeFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** This does not match. */
  not?: ConsentFilter | null | undefined;
  /** Condition on `noticeVersion`. */
  noticeVersion?: StringFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ConsentFilter> | null | undefined;
  /** Condition on `purpose`. */
  purpose?: ConsentPurposeFilter | null | undefined;
  /** Condition on `status`. */
  status?: ConsentStatusFilter | null | undefined;
  /** Condition on `withdrawnAt`. */
  withdrawnAt?: DateTimeFilter | null | undefined;
};

/** Conditions on the related Consent rows. */
export type ConsentListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ConsentFilter | null | undefined;
  /** No related row matches. */
  none?: ConsentFilter | null | undefined;
  /** At least one related row matches. */
  some?: ConsentFilter | null | undefined;
};

/** What a person may consent to; there is no consent unless the person gave it. */
export type ConsentPurpose =
  /** The person's name is shown with projects, awards and championships. */
  | 'ATTRIBUTION'
  /** Mentors and other institutions that the person is assigned to see who the person is. */
  | 'PARTNER_ACCESS'
  /** The person's profile as a mentor is shown to everyone. */
  | 'PUBLIC_PROFILE'
  /** The systems of the person's institution receive the record. */
  | 'SYSTEM_TRANSFER';

/** Conditions on a field; all given ones must match. */
export type ConsentPurposeFilter = {
  /** Equal to this. */
  eq?: ConsentPurpose | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ConsentPurpose> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ConsentPurpose | null | undefined;
};

/** Whether a consent is in force. */
export type ConsentStatus =
  /** In force. */
  | 'GRANTED'
  /** No longer in force: withdrawn, or replaced under a newer notice. */
  | 'WITHDRAWN';

/** Conditions on a field; all given ones must match. */
export type ConsentStatusFilter = {
  /** Equal to this. */
  eq?: ConsentStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ConsentStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ConsentStatus | null | undefined;
};

/** Conditions on Contributor rows; all given ones must match. */
export type ContributorFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<ContributorFilter> | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: ContributorFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ContributorFilter> | null | undefined;
  /** Condition on `project`. */
  project?: ProjectRelationFilter | null | undefined;
  /** Condition on `role`. */
  role?: ContributorRoleFilter | null | undefined;
  /** Condition on `since`. */
  since?: DateFilter | null | undefined;
  /** Condition on `until`. */
  until?: DateFilter | null | undefined;
};

/** A Contributor of an input. */
export type ContributorInput = {
  /** The person as a mentor, or as a participant. */
  person: string | number;
  /** What the person does in the project. */
  role: ContributorRole;
  /** The start date. */
  since?: string | null | undefined;
  /** The end date. */
  until?: string | null | undefined;
};

/** Conditions on the related Contributor rows. */
export type ContributorListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ContributorFilter | null | undefined;
  /** No related row matches. */
  none?: ContributorFilter | null | undefined;
  /** At least one related row matches. */
  some?: ContributorFilter | null | undefined;
};

/** What a person does in a project. */
export type ContributorRole =
  /** Co-principal investigator. */
  | 'CO_PI'
  /** Principal investigator. */
  | 'PI'
  /** Researcher. */
  | 'RESEARCHER'
  /** Student who works in the project. */
  | 'STUDENT';

/** Conditions on a field; all given ones must match. */
export type ContributorRoleFilter = {
  /** Equal to this. */
  eq?: ContributorRole | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ContributorRole> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ContributorRole | null | undefined;
};

/** What coordinates locate. */
export type CoordinatePrecision =
  /** The campus itself. */
  | 'CAMPUS'
  /** The center of the city; several institutions may share the point. */
  | 'CITY';

/** Conditions on a field; all given ones must match. */
export type CoordinatePrecisionFilter = {
  /** Equal to this. */
  eq?: CoordinatePrecision | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<CoordinatePrecision> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: CoordinatePrecision | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type CountryCodeFilter = {
  /** Equal to this. */
  eq?: string | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: string | null | undefined;
};

/** The input of `createMyProfile`. */
export type CreateMyProfileInput = {
  /** Where to write to. */
  email?: string | null | undefined;
  /** The family names, whole: one or two. */
  familyNames: string;
  /** The given name. */
  givenName: string;
  /** The home institution. */
  institution?: string | number | null | undefined;
  /** The language that the person is written to in. */
  languagePreference?: Language | null | undefined;
  /** The given name that the person goes by, where it is another. */
  preferredName?: string | null | undefined;
  /** The time zone that the person lives by. */
  timeZone?: string | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type CurrencyCodeFilter = {
  /** Equal to this. */
  eq?: string | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: string | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type DateFilter = {
  /** Equal to this. */
  eq?: string | null | undefined;
  /** Greater or later than this. */
  gt?: string | null | undefined;
  /** This, or greater or later. */
  gte?: string | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Less or earlier than this. */
  lt?: string | null | undefined;
  /** This, or less or earlier. */
  lte?: string | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: string | null | undefined;
};

/** How precisely a date is known. */
export type DatePrecision =
  /** The day is known. */
  | 'DAY'
  /** Only the month is known; the day is a placeholder. */
  | 'MONTH'
  /** Only the year is known; the month and the day are placeholders. */
  | 'YEAR';

/** Conditions on a field; all given ones must match. */
export type DatePrecisionFilter = {
  /** Equal to this. */
  eq?: DatePrecision | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<DatePrecision> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: DatePrecision | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type DateTimeFilter = {
  /** Greater or later than this. */
  gt?: string | null | undefined;
  /** This, or greater or later. */
  gte?: string | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Less or earlier than this. */
  lt?: string | null | undefined;
  /** This, or less or earlier. */
  lte?: string | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type DecimalFilter = {
  /** Equal to this. */
  eq?: string | null | undefined;
  /** Greater or later than this. */
  gt?: string | null | undefined;
  /** This, or greater or later. */
  gte?: string | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Less or earlier than this. */
  lt?: string | null | undefined;
  /** This, or less or earlier. */
  lte?: string | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: string | null | undefined;
};

/** The input of `declineMentorship`. */
export type DeclineMentorshipInput = {
  /** Why it was declined: for staff of the cohort's program, and the mentor who declined. */
  declineReason?: string | null | undefined;
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Mentorship. */
  id: string | number;
};

/** The input of `endMentorship`. */
export type EndMentorshipInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Mentorship. */
  id: string | number;
  /** The reason, kept in the audit log. */
  reason: string;
};

/** The types whose changes are in the feed. */
export type EntityType =
  /** Activities of cohorts and programs. */
  | 'ACTIVITY'
  /** Agreements, and their parties. */
  | 'AGREEMENT'
  /** Who came to events, day by day. */
  | 'ATTENDANCE'
  /** Awards. */
  | 'AWARD'
  /** Calls. */
  | 'CALL'
  /** Champions. */
  | 'CHAMPION'
  /** Cohorts. */
  | 'COHORT'
  /** Consents. */
  | 'CONSENT'
  /** Events, and their organizers. */
  | 'EVENT'
  /** Institutions. */
  | 'INSTITUTION'
  /** Mentors, with their languages. */
  | 'MENTOR'
  /** Mentorships. */
  | 'MENTORSHIP'
  /** Sessions of mentorships. */
  | 'MENTORSHIP_SESSION'
  /** Participants' preferences of mentors. */
  | 'MENTOR_PREFERENCE'
  /** Mobilities. */
  | 'MOBILITY'
  /** Notifications, for their recipient. */
  | 'NOTIFICATION'
  /** Participants, with their languages and activities. */
  | 'PARTICIPANT'
  /** Participants' parts in cohorts. */
  | 'PARTICIPATION'
  /** People, with their languages: as they themselves and their home institution know them. */
  | 'PERSON'
  /** Programs. */
  | 'PROGRAM'
  /** Projects, with their institutions, contributors and outputs. */
  | 'PROJECT'
  /** Registrations for events. */
  | 'REGISTRATION'
  /** Venues. */
  | 'VENUE';

/** Conditions on EventExternalId rows; all given ones must match. */
export type EventExternalIdFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<EventExternalIdFilter> | null | undefined;
  /** Condition on `event`. */
  event?: EventRelationFilter | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** This does not match. */
  not?: EventExternalIdFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<EventExternalIdFilter> | null | undefined;
  /** Condition on `scheme`. */
  scheme?: StringFilter | null | undefined;
  /** Condition on `value`. */
  value?: StringFilter | null | undefined;
};

/** Conditions on the related EventExternalId rows. */
export type EventExternalIdListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: EventExternalIdFilter | null | undefined;
  /** No related row matches. */
  none?: EventExternalIdFilter | null | undefined;
  /** At least one related row matches. */
  some?: EventExternalIdFilter | null | undefined;
};

/** Conditions on Event rows; all given ones must match. */
export type EventFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<EventFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `capacity`. */
  capacity?: IntFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `datePrecision`. */
  datePrecision?: DatePrecisionFilter | null | undefined;
  /** Condition on `endsAt`. */
  endsAt?: DateTimeFilter | null | undefined;
  /** Condition on `externalIds`. */
  externalIds?: EventExternalIdListRelationFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `languages`. */
  languages?: LanguageListFilter | null | undefined;
  /** Condition on `mode`. */
  mode?: EventModeFilter | null | undefined;
  /** Condition on the values of the facet `month`. */
  month?: FacetTextFilter | null | undefined;
  /** This does not match. */
  not?: EventFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<EventFilter> | null | undefined;
  /** Condition on `organizers`. */
  organizers?: EventOrganizerListRelationFilter | null | undefined;
  /** Condition on `placesLeft`. */
  placesLeft?: IntFilter | null | undefined;
  /** Condition on `program`. */
  program?: ProgramRelationFilter | null | undefined;
  /** Condition on `registrations`. */
  registrations?: RegistrationListRelationFilter | null | undefined;
  /** Condition on `slug`. */
  slug?: StringFilter | null | undefined;
  /** Condition on `startsAt`. */
  startsAt?: DateTimeFilter | null | undefined;
  /** Condition on `status`. */
  status?: EventStatusFilter | null | undefined;
  /** Condition on `timeZone`. */
  timeZone?: TimeZoneFilter | null | undefined;
  /** Condition on `title`. */
  title?: StringFilter | null | undefined;
  /** Condition on the values of the facet `topic`. */
  topic?: FacetTextFilter | null | undefined;
  /** Condition on `topics`. */
  topics?: StringListFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** Condition on `venue`. */
  venue?: VenueRelationFilter | null | undefined;
  /** Condition on the values of the facet `year`. */
  year?: FacetTextFilter | null | undefined;
};

/** Conditions on the related Event rows. */
export type EventListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: EventFilter | null | undefined;
  /** No related row matches. */
  none?: EventFilter | null | undefined;
  /** At least one related row matches. */
  some?: EventFilter | null | undefined;
};

/** How people attend an event. */
export type EventMode =
  /** At a place or over the internet. */
  | 'HYBRID'
  /** At a place. */
  | 'IN_PERSON'
  /** Over the internet. */
  | 'ONLINE';

/** Conditions on a field; all given ones must match. */
export type EventModeFilter = {
  /** Equal to this. */
  eq?: EventMode | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<EventMode> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: EventMode | null | undefined;
};

/** Conditions on EventOrganizer rows; all given ones must match. */
export type EventOrganizerFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<EventOrganizerFilter> | null | undefined;
  /** Condition on `event`. */
  event?: EventRelationFilter | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** This does not match. */
  not?: EventOrganizerFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<EventOrganizerFilter> | null | undefined;
  /** Condition on `role`. */
  role?: OrganizerRoleFilter | null | undefined;
  /** Condition on `since`. */
  since?: DateFilter | null | undefined;
};

/** Conditions on the related EventOrganizer rows. */
export type EventOrganizerListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: EventOrganizerFilter | null | undefined;
  /** No related row matches. */
  none?: EventOrganizerFilter | null | undefined;
  /** At least one related row matches. */
  some?: EventOrganizerFilter | null | undefined;
};

/** Conditions on the related Event. */
export type EventRelationFilter = {
  /** The related row matches. */
  is?: EventFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** Whether an event may be seen and will take place. */
export type EventStatus =
  /** Cancelled after it was announced. */
  | 'CANCELLED'
  /** Being prepared; seen by its organizers only. */
  | 'DRAFT'
  /** Announced, or over. */
  | 'PUBLISHED';

/** Conditions on a field; all given ones must match. */
export type EventStatusFilter = {
  /** Equal to this. */
  eq?: EventStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<EventStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: EventStatus | null | undefined;
};

/** Conditions on the values of a facet, as text; all given ones must match. */
export type FacetTextFilter = {
  /** Has this value, as in `FacetValue.value`. */
  eq?: string | null | undefined;
  /** Has one of these; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
};

/** A role that a viewer holds. */
export type GrantedRole =
  /** The alliance's staff: sees everything except notes of mentorships. */
  | 'ADMIN'
  /** Staff of a campus or a partner: sees the records of their institution. */
  | 'COORDINATOR'
  /** An institution's system, by API key: sees what its scopes name. */
  | 'INTEGRATION'
  /** A mentor: sees their own profile and the participants they are assigned to. */
  | 'MENTOR'
  /** A student: sees their own record. */
  | 'PARTICIPANT'
  /** Anyone, also without a token. */
  | 'PUBLIC';

/** The value of `guest`. */
export type GuestInput = {
  /** The guest's e-mail address, to which mails about the event go. */
  email: string;
  /** Where the guest comes from, in any words. */
  institution?: string | null | undefined;
  /** The language of mails to the guest; by default, that of the institution that hosts the event. */
  language?: Language | null | undefined;
  /** The guest's name. */
  name: string;
};

/** Why a field is null for you although the row may have a value. */
export type HiddenReason =
  /** It is visible only with the person's consent. */
  | 'CONSENT'
  /** Your roles don't let you see it. */
  | 'ROLE';

/** Conditions on a field; all given ones must match. */
export type IdFilter = {
  /** Equal to this. */
  eq?: string | number | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<string | number> | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: string | number | null | undefined;
};

/** Conditions on Institution rows; all given ones must match. */
export type InstitutionFilter = {
  /** Condition on `acronym`. */
  acronym?: StringFilter | null | undefined;
  /** Condition on `agreements`. */
  agreements?: AgreementListRelationFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<InstitutionFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `champions`. */
  champions?: ChampionListRelationFilter | null | undefined;
  /** Condition on `children`. */
  children?: InstitutionListRelationFilter | null | undefined;
  /** Condition on `city`. */
  city?: StringFilter | null | undefined;
  /** Condition on `coordinatePrecision`. */
  coordinatePrecision?: CoordinatePrecisionFilter | null | undefined;
  /** Condition on `country`. */
  country?: CountryCodeFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `events`. */
  events?: EventListRelationFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `kind`. */
  kind?: InstitutionKindFilter | null | undefined;
  /** Condition on `legalRegime`. */
  legalRegime?: LegalRegimeFilter | null | undefined;
  /** Condition on `mentors`. */
  mentors?: MentorListRelationFilter | null | undefined;
  /** Condition on `mobilityCount`. */
  mobilityCount?: IntFilter | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: InstitutionFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<InstitutionFilter> | null | undefined;
  /** Condition on `parent`. */
  parent?: InstitutionRelationFilter | null | undefined;
  /** Condition on `participantCount`. */
  participantCount?: IntFilter | null | undefined;
  /** Condition on `participants`. */
  participants?: ParticipantListRelationFilter | null | undefined;
  /** Condition on `predecessor`. */
  predecessor?: InstitutionRelationFilter | null | undefined;
  /** Condition on `projects`. */
  projects?: ProjectListRelationFilter | null | undefined;
  /** Condition on `region`. */
  region?: StringFilter | null | undefined;
  /** Condition on `rorId`. */
  rorId?: RoridFilter | null | undefined;
  /** Condition on `side`. */
  side?: SideFilter | null | undefined;
  /** Condition on `slug`. */
  slug?: StringFilter | null | undefined;
  /** Condition on `timeZone`. */
  timeZone?: TimeZoneFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** What an institution is. */
export type InstitutionKind =
  /** An office of the alliance itself. */
  | 'ALLIANCE_OFFICE'
  /** A library, museum or archive. */
  | 'ARCHIVE'
  /** A company, or a hub of companies. */
  | 'BUSINESS'
  /** A facility such as an observatory or a field station. */
  | 'FACILITY'
  /** An organization that mainly funds research. */
  | 'FUNDER'
  /** A government, a ministry or a public agency. */
  | 'GOVERNMENT'
  /** A hospital or an institute of health. */
  | 'HEALTH_INSTITUTE'
  /** A national laboratory that the University of California manages. */
  | 'NATIONAL_LAB'
  /** A network of organizations or governments. */
  | 'NETWORK'
  /** A nonprofit organization outside government. */
  | 'NGO'
  /** Another kind of organization, or one that is not known. */
  | 'OTHER'
  /** A private university. */
  | 'PRIVATE_UNIVERSITY'
  /** A public university. */
  | 'PUBLIC_UNIVERSITY'
  /** A center or institute of research. */
  | 'RESEARCH_CENTER'
  /** One of the ten campuses of the University of California. */
  | 'UC_CAMPUS'
  /** A system-wide division of the University of California. */
  | 'UC_DIVISION'
  /** The University of California as a whole, or its system-wide office. */
  | 'UC_SYSTEM'
  /** A place of higher education not known to be public or private. */
  | 'UNIVERSITY'
  /** A venue for events. */
  | 'VENUE';

/** Conditions on a field; all given ones must match. */
export type InstitutionKindFilter = {
  /** Equal to this. */
  eq?: InstitutionKind | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<InstitutionKind> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: InstitutionKind | null | undefined;
};

/** Conditions on the related Institution rows. */
export type InstitutionListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: InstitutionFilter | null | undefined;
  /** No related row matches. */
  none?: InstitutionFilter | null | undefined;
  /** At least one related row matches. */
  some?: InstitutionFilter | null | undefined;
};

/** Conditions on the related Institution. */
export type InstitutionRelationFilter = {
  /** The related row matches. */
  is?: InstitutionFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type IntFilter = {
  /** Equal to this. */
  eq?: number | null | undefined;
  /** Greater or later than this. */
  gt?: number | null | undefined;
  /** This, or greater or later. */
  gte?: number | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<number> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Less or earlier than this. */
  lt?: number | null | undefined;
  /** This, or less or earlier. */
  lte?: number | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: number | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type IntListFilter = {
  /** Has all of these; an empty list matches everything. */
  hasAll?: Array<number> | null | undefined;
  /** Has at least one of these; an empty list matches nothing. */
  hasAny?: Array<number> | null | undefined;
};

/** A language of the alliance. */
export type Language =
  /** English. */
  | 'EN'
  /** Spanish. */
  | 'ES';

/** How well a person speaks a language, by the Common European Framework. */
export type LanguageLevel =
  /** Beginner. */
  | 'A1'
  /** Elementary. */
  | 'A2'
  /** Intermediate. */
  | 'B1'
  /** Upper intermediate. */
  | 'B2'
  /** Advanced. */
  | 'C1'
  /** Proficient. */
  | 'C2'
  /** A language the person grew up with. */
  | 'NATIVE';

/** Conditions on a field; all given ones must match. */
export type LanguageLevelFilter = {
  /** Equal to this. */
  eq?: LanguageLevel | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<LanguageLevel> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: LanguageLevel | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type LanguageListFilter = {
  /** Has all of these; an empty list matches everything. */
  hasAll?: Array<Language> | null | undefined;
  /** Has at least one of these; an empty list matches nothing. */
  hasAny?: Array<Language> | null | undefined;
};

/** The privacy law that applies to an institution's personal records. */
export type LegalRegime =
  /** Mexico's law on personal data held by private parties (LFPDPPP). */
  | 'MX_PRIVATE'
  /** Mexico's law on personal data held by public bodies (LGPDPPSO). */
  | 'MX_PUBLIC'
  /** Another law, or one that is not known. */
  | 'OTHER'
  /** The Family Educational Rights and Privacy Act of the United States. */
  | 'US_FERPA';

/** Conditions on a field; all given ones must match. */
export type LegalRegimeFilter = {
  /** Equal to this. */
  eq?: LegalRegime | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<LegalRegime> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: LegalRegime | null | undefined;
};

/** A text in both languages. */
export type LocalizedTextInput = {
  /** The text in English; null removes it, omitted it stays. */
  en?: string | null | undefined;
  /** The text in Spanish; null removes it, omitted it stays. */
  es?: string | null | undefined;
};

/** The input of `logMentorshipSession`. */
export type LogMentorshipSessionInput = {
  /** The day of the session. */
  heldOn: string;
  /** The mentorship. */
  mentorship: string | number;
  /** How long it took, in minutes. */
  minutes?: number | null | undefined;
  /** How they met. */
  mode?: SessionMode | null | undefined;
  /** A note for both. */
  sharedNote?: string | null | undefined;
  /** The mentor's summary, for the mentor. */
  summary?: string | null | undefined;
};

/** Which of your notifications you have read: `ids`, `upTo`, or both. */
export type MarkNotificationsReadInput = {
  /** These. */
  ids?: Array<string | number> | null | undefined;
  /** This one, and all that are older. */
  upTo?: string | number | null | undefined;
};

/** What the computed figure counts. */
export type Measure =
  /** Mentors with a mentorship in the program's cohorts. */
  | 'MENTORS'
  /** Mexican institutions of the program's participants. */
  | 'MX_INSTITUTIONS'
  /** Participants of the program's cohorts. */
  | 'PARTICIPANTS'
  /** Projects since the metric's first year, except drafts and cancelled ones. */
  | 'PROJECTS'
  /** UC campuses of the program's participants. */
  | 'UC_CAMPUSES'
  /** Participants of UC with a stay at a Mexican institution. */
  | 'UC_STUDENTS_IN_MEXICO';

/** Conditions on Mentor rows; all given ones must match. */
export type MentorFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<MentorFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `available`. */
  available?: BooleanFilter | null | undefined;
  /** Condition on `capacity`. */
  capacity?: IntFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `email`. */
  email?: StringFilter | null | undefined;
  /** Condition on `expertise`. */
  expertise?: ResearchFieldListFilter | null | undefined;
  /** Condition on the values of the facet `field`. */
  field?: FacetTextFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `languages`. */
  languages?: SpokenLanguageListRelationFilter | null | undefined;
  /** Condition on `mentorships`. */
  mentorships?: MentorshipListRelationFilter | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: MentorFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<MentorFilter> | null | undefined;
  /** Condition on `orcid`. */
  orcid?: StringFilter | null | undefined;
  /** Condition on `placesLeft`. */
  placesLeft?: IntFilter | null | undefined;
  /** Condition on `sector`. */
  sector?: MentorSectorFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Why a mentor is suggested for a participant. */
export type MentorFit =
  /** The mentor's expertise covers the participant's field of study. */
  | 'FIELD'
  /** Both speak a language well (B2 or better). */
  | 'LANGUAGE'
  /** The two are at institutions of different sides. */
  | 'OTHER_SIDE'
  /** At least half of the mentor's places are free. */
  | 'PLACES'
  /** The participant prefers the mentor. */
  | 'PREFERENCE'
  /** The mentor works in the sector that the participant prefers. */
  | 'SECTOR'
  /** The clocks of their institutions are at most three hours apart. */
  | 'TIME_ZONE';

/** Conditions on the related Mentor rows. */
export type MentorListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: MentorFilter | null | undefined;
  /** No related row matches. */
  none?: MentorFilter | null | undefined;
  /** At least one related row matches. */
  some?: MentorFilter | null | undefined;
};

/** A term of an order of Mentor rows, most significant first. */
export type MentorOrder = {
  /** The direction, by default ascending. */
  direction?: OrderDirection;
  /** The field to order by. */
  field: MentorOrderField;
};

/** Fields by which Mentor rows can be ordered. */
export type MentorOrderField =
  /** By `capacity`. */
  | 'CAPACITY'
  /** By `createdAt`. */
  | 'CREATED_AT'
  /** By `name`. */
  | 'NAME'
  /** By `placesLeft`. */
  | 'PLACES_LEFT'
  /** By how well rows match `search`: the best first with DESC; all are equal without a search. */
  | 'RELEVANCE'
  /** By `updatedAt`. */
  | 'UPDATED_AT';

/** Conditions on MentorPreference rows; all given ones must match. */
export type MentorPreferenceFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<MentorPreferenceFilter> | null | undefined;
  /** Condition on `avoid`. */
  avoid?: BooleanFilter | null | undefined;
  /** Condition on `cohort`. */
  cohort?: CohortRelationFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `mentor`. */
  mentor?: MentorRelationFilter | null | undefined;
  /** This does not match. */
  not?: MentorPreferenceFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<MentorPreferenceFilter> | null | undefined;
  /** Condition on `participant`. */
  participant?: ParticipantRelationFilter | null | undefined;
  /** Condition on `rank`. */
  rank?: IntFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Conditions on the related MentorPreference rows. */
export type MentorPreferenceListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: MentorPreferenceFilter | null | undefined;
  /** No related row matches. */
  none?: MentorPreferenceFilter | null | undefined;
  /** At least one related row matches. */
  some?: MentorPreferenceFilter | null | undefined;
};

/** Conditions on the related Mentor. */
export type MentorRelationFilter = {
  /** The related row matches. */
  is?: MentorFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** Where a mentor works. */
export type MentorSector =
  /** A university or a research center. */
  | 'ACADEMIC'
  /** A company, a nonprofit organization or a government. */
  | 'INDUSTRY';

/** Conditions on a field; all given ones must match. */
export type MentorSectorFilter = {
  /** Equal to this. */
  eq?: MentorSector | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<MentorSector> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: MentorSector | null | undefined;
};

/** Conditions on Mentorship rows; all given ones must match. */
export type MentorshipFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<MentorshipFilter> | null | undefined;
  /** Condition on `cohort`. */
  cohort?: CohortRelationFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `endsOn`. */
  endsOn?: DateFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `mentor`. */
  mentor?: MentorRelationFilter | null | undefined;
  /** This does not match. */
  not?: MentorshipFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<MentorshipFilter> | null | undefined;
  /** Condition on `participant`. */
  participant?: ParticipantRelationFilter | null | undefined;
  /** Condition on `requestedBy`. */
  requestedBy?: MentorshipRequesterFilter | null | undefined;
  /** Condition on `respondBy`. */
  respondBy?: DateFilter | null | undefined;
  /** Condition on `sessionLog`. */
  sessionLog?: MentorshipSessionListRelationFilter | null | undefined;
  /** Condition on `sessions`. */
  sessions?: IntFilter | null | undefined;
  /** Condition on `startsOn`. */
  startsOn?: DateFilter | null | undefined;
  /** Condition on `status`. */
  status?: MentorshipStatusFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** Condition on the values of the facet `year`. */
  year?: FacetTextFilter | null | undefined;
};

/** Conditions on the related Mentorship rows. */
export type MentorshipListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: MentorshipFilter | null | undefined;
  /** No related row matches. */
  none?: MentorshipFilter | null | undefined;
  /** At least one related row matches. */
  some?: MentorshipFilter | null | undefined;
};

/** Conditions on the related Mentorship. */
export type MentorshipRelationFilter = {
  /** The related row matches. */
  is?: MentorshipFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** The person who requested a mentorship. */
export type MentorshipRequester =
  /** The mentor. */
  | 'MENTOR'
  /** The participant. */
  | 'PARTICIPANT'
  /** Staff, who brought the two together. */
  | 'STAFF';

/** Conditions on a field; all given ones must match. */
export type MentorshipRequesterFilter = {
  /** Equal to this. */
  eq?: MentorshipRequester | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<MentorshipRequester> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: MentorshipRequester | null | undefined;
};

/** Conditions on MentorshipSession rows; all given ones must match. */
export type MentorshipSessionFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<MentorshipSessionFilter> | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `heldOn`. */
  heldOn?: DateFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `mentorship`. */
  mentorship?: MentorshipRelationFilter | null | undefined;
  /** Condition on `minutes`. */
  minutes?: IntFilter | null | undefined;
  /** Condition on `mode`. */
  mode?: SessionModeFilter | null | undefined;
  /** This does not match. */
  not?: MentorshipSessionFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<MentorshipSessionFilter> | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Conditions on the related MentorshipSession rows. */
export type MentorshipSessionListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: MentorshipSessionFilter | null | undefined;
  /** No related row matches. */
  none?: MentorshipSessionFilter | null | undefined;
  /** At least one related row matches. */
  some?: MentorshipSessionFilter | null | undefined;
};

/** The status of a mentorship. */
export type MentorshipStatus =
  /** Accepted, not yet started. */
  | 'ACCEPTED'
  /** Under way. */
  | 'ACTIVE'
  /** Reached its end. */
  | 'COMPLETED'
  /** Declined by the person to whom it was addressed. */
  | 'DECLINED'
  /** Stopped before its end. */
  | 'ENDED'
  /** Not answered in time, or the participant found another mentor. */
  | 'LAPSED'
  /** Requested, and not answered yet. */
  | 'PROPOSED';

/** Conditions on a field; all given ones must match. */
export type MentorshipStatusFilter = {
  /** Equal to this. */
  eq?: MentorshipStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<MentorshipStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: MentorshipStatus | null | undefined;
};

/** What a stay is mainly for. */
export type MobilityActivity =
  /** Work in the field with the receiving institution. */
  | 'FIELDWORK'
  /** Work at the receiving institution. */
  | 'INTERNSHIP'
  /** Research at the receiving institution. */
  | 'RESEARCH'
  /** Service to a community, as part of a course. */
  | 'SERVICE_LEARNING'
  /** Courses at the receiving institution. */
  | 'STUDY';

/** Conditions on a field; all given ones must match. */
export type MobilityActivityFilter = {
  /** Equal to this. */
  eq?: MobilityActivity | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<MobilityActivity> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: MobilityActivity | null | undefined;
};

/** A component of a stay. */
export type MobilityComponent =
  /** Courses for credit. */
  | 'COURSEWORK'
  /** Life with the local culture, such as a host family. */
  | 'CULTURAL_IMMERSION'
  /** Work in the field. */
  | 'FIELDWORK'
  /** Work at an organization. */
  | 'INTERNSHIP'
  /** Language classes. */
  | 'LANGUAGE'
  /** Service to a community. */
  | 'SERVICE_LEARNING';

/** Conditions on a field; all given ones must match. */
export type MobilityComponentListFilter = {
  /** Has all of these; an empty list matches everything. */
  hasAll?: Array<MobilityComponent> | null | undefined;
  /** Has at least one of these; an empty list matches nothing. */
  hasAny?: Array<MobilityComponent> | null | undefined;
};

/** Conditions on Mobility rows; all given ones must match. */
export type MobilityFilter = {
  /** Condition on `activity`. */
  activity?: MobilityActivityFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<MobilityFilter> | null | undefined;
  /** Condition on the values of the facet `component`. */
  component?: FacetTextFilter | null | undefined;
  /** Condition on `components`. */
  components?: MobilityComponentListFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `endsOn`. */
  endsOn?: DateFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** This does not match. */
  not?: MobilityFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<MobilityFilter> | null | undefined;
  /** Condition on `participant`. */
  participant?: ParticipantRelationFilter | null | undefined;
  /** Condition on `program`. */
  program?: ProgramRelationFilter | null | undefined;
  /** Condition on `receivingInstitution`. */
  receivingInstitution?: InstitutionRelationFilter | null | undefined;
  /** Condition on `sendingInstitution`. */
  sendingInstitution?: InstitutionRelationFilter | null | undefined;
  /** Condition on `startsOn`. */
  startsOn?: DateFilter | null | undefined;
  /** Condition on `status`. */
  status?: MobilityStatusFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** Condition on the values of the facet `year`. */
  year?: FacetTextFilter | null | undefined;
};

/** Conditions on the related Mobility rows. */
export type MobilityListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: MobilityFilter | null | undefined;
  /** No related row matches. */
  none?: MobilityFilter | null | undefined;
  /** At least one related row matches. */
  some?: MobilityFilter | null | undefined;
};

/** The status of a stay. */
export type MobilityStatus =
  /** Cancelled or ended early. */
  | 'CANCELLED'
  /** Over. */
  | 'COMPLETED'
  /** Under way. */
  | 'ONGOING'
  /** Agreed, not yet started. */
  | 'PLANNED';

/** Conditions on a field; all given ones must match. */
export type MobilityStatusFilter = {
  /** Equal to this. */
  eq?: MobilityStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<MobilityStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: MobilityStatus | null | undefined;
};

/** What happened. */
export type NotificationKind =
  /** An event was cancelled. */
  | 'EVENT_CANCELLED'
  /** To a guest: you were registered for an event, with a place. */
  | 'GUEST_CONFIRMED'
  /** To a guest: you were registered for an event, on the waiting list. */
  | 'GUEST_WAITLISTED'
  /** A requested mentorship was accepted. */
  | 'MENTORSHIP_ACCEPTED'
  /** A mentorship reached its end. */
  | 'MENTORSHIP_COMPLETED'
  /** A requested mentorship was declined. */
  | 'MENTORSHIP_DECLINED'
  /** A mentorship was ended early. */
  | 'MENTORSHIP_ENDED'
  /** A requested mentorship no longer needs an answer. */
  | 'MENTORSHIP_LAPSED'
  /** A mentor offers to accompany a participant, who has to answer. */
  | 'MENTORSHIP_OFFERED'
  /** A participant requests a mentor, who has to answer. */
  | 'MENTORSHIP_REQUESTED'
  /** A mentorship has begun. */
  | 'MENTORSHIP_STARTED'
  /** A stay was cancelled or ended early. */
  | 'MOBILITY_CANCELLED'
  /** A participant's stay is over. */
  | 'MOBILITY_COMPLETED'
  /** A stay at another institution is planned. */
  | 'MOBILITY_PLANNED'
  /** A participant has arrived at the receiving institution. */
  | 'MOBILITY_STARTED'
  /** A participant was accepted into a cohort. */
  | 'PARTICIPATION_ACCEPTED'
  /** A participant was nominated for a cohort. */
  | 'PARTICIPATION_NOMINATED'
  /** A participant left a cohort, or declined the nomination. */
  | 'PARTICIPATION_WITHDRAWN'
  /** A project was cancelled. */
  | 'PROJECT_CANCELLED'
  /** A project reached its end. */
  | 'PROJECT_COMPLETED'
  /** A project was published, and is under way. */
  | 'PROJECT_PUBLISHED'
  /** A place became free, and you got it. */
  | 'REGISTRATION_CONFIRMED';

/** The direction of one term of an order. */
export type OrderDirection =
  /** Ascending, nulls last. */
  | 'ASC'
  /** Descending, nulls first. */
  | 'DESC';

/** What an institution does for an event. */
export type OrganizerRole =
  /** Hosts the event together with the host. */
  | 'CO_HOST'
  /** Hosts the event. */
  | 'HOST';

/** Conditions on a field; all given ones must match. */
export type OrganizerRoleFilter = {
  /** Equal to this. */
  eq?: OrganizerRole | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<OrganizerRole> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: OrganizerRole | null | undefined;
};

/** The kind of output. */
export type OutputKind =
  /** An article in a journal or proceedings. */
  | 'ARTICLE'
  /** A book or a chapter of one. */
  | 'BOOK'
  /** A data set. */
  | 'DATASET'
  /** Another kind of output. */
  | 'OTHER'
  /** A report or a policy paper. */
  | 'REPORT'
  /** Software. */
  | 'SOFTWARE';

/** Conditions on a field; all given ones must match. */
export type OutputKindFilter = {
  /** Equal to this. */
  eq?: OutputKind | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<OutputKind> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: OutputKind | null | undefined;
};

/** Conditions on Participant rows; all given ones must match. */
export type ParticipantFilter = {
  /** Condition on `activities`. */
  activities?: ActivityParticipationListRelationFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<ParticipantFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `cohorts`. */
  cohorts?: CohortListRelationFilter | null | undefined;
  /** Condition on `consents`. */
  consents?: ConsentListRelationFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `email`. */
  email?: StringFilter | null | undefined;
  /** Condition on `fieldOfStudy`. */
  fieldOfStudy?: StringFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `languages`. */
  languages?: SpokenLanguageListRelationFilter | null | undefined;
  /** Condition on `level`. */
  level?: ParticipantLevelFilter | null | undefined;
  /** Condition on `mentorships`. */
  mentorships?: MentorshipListRelationFilter | null | undefined;
  /** Condition on `mobilities`. */
  mobilities?: MobilityListRelationFilter | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: ParticipantFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ParticipantFilter> | null | undefined;
  /** Condition on `orcid`. */
  orcid?: StringFilter | null | undefined;
  /** Condition on `participations`. */
  participations?: ParticipationListRelationFilter | null | undefined;
  /** Condition on `preferredSector`. */
  preferredSector?: MentorSectorFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The stage of studies that a participant is in. */
export type ParticipantLevel =
  /** Studies toward a doctorate. */
  | 'DOCTORAL'
  /** Studies toward a master's degree (maestría). */
  | 'MASTERS'
  /** Research after the doctorate. */
  | 'POSTDOC'
  /** Studies toward a first degree (licenciatura). */
  | 'UNDERGRADUATE';

/** Conditions on a field; all given ones must match. */
export type ParticipantLevelFilter = {
  /** Equal to this. */
  eq?: ParticipantLevel | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ParticipantLevel> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ParticipantLevel | null | undefined;
};

/** Conditions on the related Participant rows. */
export type ParticipantListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ParticipantFilter | null | undefined;
  /** No related row matches. */
  none?: ParticipantFilter | null | undefined;
  /** At least one related row matches. */
  some?: ParticipantFilter | null | undefined;
};

/** Conditions on the related Participant. */
export type ParticipantRelationFilter = {
  /** The related row matches. */
  is?: ParticipantFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** Conditions on Participation rows; all given ones must match. */
export type ParticipationFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<ParticipationFilter> | null | undefined;
  /** Condition on `cohort`. */
  cohort?: CohortRelationFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `joinedOn`. */
  joinedOn?: DateFilter | null | undefined;
  /** Condition on `leftOn`. */
  leftOn?: DateFilter | null | undefined;
  /** Condition on `mentorPreferences`. */
  mentorPreferences?: MentorPreferenceListRelationFilter | null | undefined;
  /** This does not match. */
  not?: ParticipationFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ParticipationFilter> | null | undefined;
  /** Condition on `participant`. */
  participant?: ParticipantRelationFilter | null | undefined;
  /** Condition on `status`. */
  status?: ParticipationStatusFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** Condition on the values of the facet `year`. */
  year?: FacetTextFilter | null | undefined;
};

/** Conditions on the related Participation rows. */
export type ParticipationListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ParticipationFilter | null | undefined;
  /** No related row matches. */
  none?: ParticipationFilter | null | undefined;
  /** At least one related row matches. */
  some?: ParticipationFilter | null | undefined;
};

/** A participant's status in a cohort. */
export type ParticipationStatus =
  /** Accepted, not yet started. */
  | 'ACCEPTED'
  /** Taking part. */
  | 'ACTIVE'
  /** Took part to the end. */
  | 'COMPLETED'
  /** Proposed by an institution, not yet accepted. */
  | 'NOMINATED'
  /** Left before the end. */
  | 'WITHDRAWN';

/** Conditions on a field; all given ones must match. */
export type ParticipationStatusFilter = {
  /** Equal to this. */
  eq?: ParticipationStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ParticipationStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ParticipationStatus | null | undefined;
};

/** An institution's role in an agreement. */
export type PartyRole =
  /** Signed the agreement and is bound by it. */
  | 'SIGNATORY'
  /** Witnessed the agreement. */
  | 'WITNESS';

/** Conditions on a field; all given ones must match. */
export type PartyRoleFilter = {
  /** Equal to this. */
  eq?: PartyRole | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<PartyRole> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: PartyRole | null | undefined;
};

/** One of the three things that the alliance does. */
export type Pillar =
  /** Mobility of students and the growth of talent. */
  | 'MOBILITY_AND_TALENT'
  /** The University of California's presence in Mexico. */
  | 'PRESENCE'
  /** Collaborative research. */
  | 'RESEARCH';

/** Conditions on a field; all given ones must match. */
export type PillarFilter = {
  /** Equal to this. */
  eq?: Pillar | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<Pillar> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: Pillar | null | undefined;
};

/** Conditions on Program rows; all given ones must match. */
export type ProgramFilter = {
  /** Condition on `activities`. */
  activities?: ActivityListRelationFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<ProgramFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `calls`. */
  calls?: CallListRelationFilter | null | undefined;
  /** Condition on `code`. */
  code?: StringFilter | null | undefined;
  /** Condition on `cohorts`. */
  cohorts?: CohortListRelationFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `kind`. */
  kind?: ProgramKindFilter | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: ProgramFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ProgramFilter> | null | undefined;
  /** Condition on `pillar`. */
  pillar?: PillarFilter | null | undefined;
  /** Condition on `projects`. */
  projects?: ProjectListRelationFilter | null | undefined;
  /** Condition on `slug`. */
  slug?: StringFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** What a program gives. */
export type ProgramKind =
  /** Fellowships for graduate students and postdoctoral researchers. */
  | 'FELLOWSHIP'
  /** Stays at an institution of the other country. */
  | 'MOBILITY'
  /** Campaigns and public engagement. */
  | 'OUTREACH'
  /** Grants for research projects. */
  | 'RESEARCH_GRANT'
  /** Seed money for a new collaboration. */
  | 'SEED'
  /** Cohorts with mentors, courses and internships. */
  | 'TALENT_PROGRAM'
  /** Small grants for travel and short stays. */
  | 'TRAVEL_STIPEND';

/** Conditions on a field; all given ones must match. */
export type ProgramKindFilter = {
  /** Equal to this. */
  eq?: ProgramKind | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ProgramKind> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ProgramKind | null | undefined;
};

/** Conditions on the related Program. */
export type ProgramRelationFilter = {
  /** The related row matches. */
  is?: ProgramFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** Conditions on ProjectExternalId rows; all given ones must match. */
export type ProjectExternalIdFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<ProjectExternalIdFilter> | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** This does not match. */
  not?: ProjectExternalIdFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ProjectExternalIdFilter> | null | undefined;
  /** Condition on `project`. */
  project?: ProjectRelationFilter | null | undefined;
  /** Condition on `scheme`. */
  scheme?: StringFilter | null | undefined;
  /** Condition on `value`. */
  value?: StringFilter | null | undefined;
};

/** Conditions on the related ProjectExternalId rows. */
export type ProjectExternalIdListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ProjectExternalIdFilter | null | undefined;
  /** No related row matches. */
  none?: ProjectExternalIdFilter | null | undefined;
  /** At least one related row matches. */
  some?: ProjectExternalIdFilter | null | undefined;
};

/** Conditions on Project rows; all given ones must match. */
export type ProjectFilter = {
  /** Condition on `agreement`. */
  agreement?: AgreementRelationFilter | null | undefined;
  /** All of these match; an empty list matches everything. */
  and?: Array<ProjectFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `awards`. */
  awards?: AwardListRelationFilter | null | undefined;
  /** Condition on `contributors`. */
  contributors?: ContributorListRelationFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `datePrecision`. */
  datePrecision?: DatePrecisionFilter | null | undefined;
  /** Condition on `endsOn`. */
  endsOn?: DateFilter | null | undefined;
  /** Condition on `externalIds`. */
  externalIds?: ProjectExternalIdListRelationFilter | null | undefined;
  /** Condition on the values of the facet `field`. */
  field?: FacetTextFilter | null | undefined;
  /** Condition on `fields`. */
  fields?: ResearchFieldListFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on the values of the facet `institution`. */
  institution?: FacetTextFilter | null | undefined;
  /** Condition on `institutions`. */
  institutions?: ProjectInstitutionListRelationFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** This does not match. */
  not?: ProjectFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ProjectFilter> | null | undefined;
  /** Condition on `outputs`. */
  outputs?: ProjectOutputListRelationFilter | null | undefined;
  /** Condition on `program`. */
  program?: ProgramRelationFilter | null | undefined;
  /** Condition on `sdgs`. */
  sdgs?: IntListFilter | null | undefined;
  /** Condition on `slug`. */
  slug?: StringFilter | null | undefined;
  /** Condition on `startsOn`. */
  startsOn?: DateFilter | null | undefined;
  /** Condition on `status`. */
  status?: ProjectStatusFilter | null | undefined;
  /** Condition on `title`. */
  title?: StringFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** Condition on the values of the facet `year`. */
  year?: FacetTextFilter | null | undefined;
};

/** Conditions on ProjectInstitution rows; all given ones must match. */
export type ProjectInstitutionFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<ProjectInstitutionFilter> | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** This does not match. */
  not?: ProjectInstitutionFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ProjectInstitutionFilter> | null | undefined;
  /** Condition on `project`. */
  project?: ProjectRelationFilter | null | undefined;
  /** Condition on `role`. */
  role?: ProjectRoleFilter | null | undefined;
  /** Condition on `since`. */
  since?: DateFilter | null | undefined;
  /** Condition on `until`. */
  until?: DateFilter | null | undefined;
};

/** A ProjectInstitution of an input. */
export type ProjectInstitutionInput = {
  /** The institution. */
  institution: string | number;
  /** What it does in the project. */
  role: ProjectRole;
  /** The start date. */
  since?: string | null | undefined;
  /** The end date. */
  until?: string | null | undefined;
};

/** Conditions on the related ProjectInstitution rows. */
export type ProjectInstitutionListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ProjectInstitutionFilter | null | undefined;
  /** No related row matches. */
  none?: ProjectInstitutionFilter | null | undefined;
  /** At least one related row matches. */
  some?: ProjectInstitutionFilter | null | undefined;
};

/** Conditions on the related Project rows. */
export type ProjectListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ProjectFilter | null | undefined;
  /** No related row matches. */
  none?: ProjectFilter | null | undefined;
  /** At least one related row matches. */
  some?: ProjectFilter | null | undefined;
};

/** A term of an order of Project rows, most significant first. */
export type ProjectOrder = {
  /** The direction, by default ascending. */
  direction?: OrderDirection;
  /** The field to order by. */
  field: ProjectOrderField;
};

/** Fields by which Project rows can be ordered. */
export type ProjectOrderField =
  /** By `createdAt`. */
  | 'CREATED_AT'
  /** By `endsOn`. */
  | 'ENDS_ON'
  /** By how well rows match `search`: the best first with DESC; all are equal without a search. */
  | 'RELEVANCE'
  /** By `slug`. */
  | 'SLUG'
  /** By `startsOn`. */
  | 'STARTS_ON'
  /** By `status`. */
  | 'STATUS'
  /** By `title`. */
  | 'TITLE'
  /** By `updatedAt`. */
  | 'UPDATED_AT';

/** Conditions on ProjectOutput rows; all given ones must match. */
export type ProjectOutputFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<ProjectOutputFilter> | null | undefined;
  /** Condition on `doi`. */
  doi?: StringFilter | null | undefined;
  /** Condition on `kind`. */
  kind?: OutputKindFilter | null | undefined;
  /** This does not match. */
  not?: ProjectOutputFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<ProjectOutputFilter> | null | undefined;
  /** Condition on `project`. */
  project?: ProjectRelationFilter | null | undefined;
  /** Condition on `publishedOn`. */
  publishedOn?: DateFilter | null | undefined;
  /** Condition on `title`. */
  title?: StringFilter | null | undefined;
};

/** A ProjectOutput of an input. */
export type ProjectOutputInput = {
  /** Its Digital Object Identifier, without a URL. */
  doi: string;
  /** The kind of output. */
  kind: OutputKind;
  /** The day of publication. */
  publishedOn?: string | null | undefined;
  /** Its title, in its own language. */
  title: string;
};

/** Conditions on the related ProjectOutput rows. */
export type ProjectOutputListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: ProjectOutputFilter | null | undefined;
  /** No related row matches. */
  none?: ProjectOutputFilter | null | undefined;
  /** At least one related row matches. */
  some?: ProjectOutputFilter | null | undefined;
};

/** Conditions on the related Project. */
export type ProjectRelationFilter = {
  /** The related row matches. */
  is?: ProjectFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** What an institution does in a project. */
export type ProjectRole =
  /** Funds the project. */
  | 'FUNDER'
  /** Leads the project. */
  | 'LEAD'
  /** Takes part in the project. */
  | 'PARTNER';

/** Conditions on a field; all given ones must match. */
export type ProjectRoleFilter = {
  /** Equal to this. */
  eq?: ProjectRole | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ProjectRole> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ProjectRole | null | undefined;
};

/** The status of a project. */
export type ProjectStatus =
  /** Under way. */
  | 'ACTIVE'
  /** Stopped before its end, or never started. */
  | 'CANCELLED'
  /** Reached its end. */
  | 'COMPLETED'
  /** Being written; seen by its institutions only. */
  | 'DRAFT'
  /** Submitted, not yet decided. */
  | 'PROPOSED';

/** Conditions on a field; all given ones must match. */
export type ProjectStatusFilter = {
  /** Equal to this. */
  eq?: ProjectStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<ProjectStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: ProjectStatus | null | undefined;
};

/** The input of `publishCall`. */
export type PublishCallInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Call. */
  id: string | number;
};

/** The input of `publishEvent`. */
export type PublishEventInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Event. */
  id: string | number;
};

/** The input of `publishProject`. */
export type PublishProjectInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Project. */
  id: string | number;
};

/** Conditions on a field; all given ones must match. */
export type RoridFilter = {
  /** Equal to this. */
  eq?: string | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: string | null | undefined;
};

/** The input of `registerForEvent`. */
export type RegisterForEventInput = {
  /** The event. */
  event: string | number;
  /** The guest; null if it is a person's registration. */
  guest?: GuestInput | null | undefined;
  /** How the person attends; null where the event has both ways. */
  mode?: AttendanceMode | null | undefined;
};

/** Conditions on Registration rows; all given ones must match. */
export type RegistrationFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<RegistrationFilter> | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `event`. */
  event?: EventRelationFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `mode`. */
  mode?: AttendanceModeFilter | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: RegistrationFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<RegistrationFilter> | null | undefined;
  /** Condition on `queuedAt`. */
  queuedAt?: DateTimeFilter | null | undefined;
  /** Condition on `status`. */
  status?: RegistrationStatusFilter | null | undefined;
  /** Condition on `ticketCode`. */
  ticketCode?: StringFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Conditions on the related Registration rows. */
export type RegistrationListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: RegistrationFilter | null | undefined;
  /** No related row matches. */
  none?: RegistrationFilter | null | undefined;
  /** At least one related row matches. */
  some?: RegistrationFilter | null | undefined;
};

/** Where a registration for an event stands. */
export type RegistrationStatus =
  /** The person was there. */
  | 'ATTENDED'
  /** Taken back by the person or the organizers, or the event was cancelled. */
  | 'CANCELLED'
  /** The person has a place. */
  | 'CONFIRMED'
  /** The person had a place, and was not there. */
  | 'NO_SHOW'
  /** The person is on the waiting list; the first to register gets the next place. */
  | 'WAITLISTED';

/** Conditions on a field; all given ones must match. */
export type RegistrationStatusFilter = {
  /** Equal to this. */
  eq?: RegistrationStatus | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<RegistrationStatus> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: RegistrationStatus | null | undefined;
};

/** The input of `requestMentorship`. */
export type RequestMentorshipInput = {
  /** The cohort it belongs to. */
  cohort?: string | number | null | undefined;
  /** The goals of the two. */
  goals?: string | null | undefined;
  /** The mentor. */
  mentor: string | number;
};

/** A broad field of research by which portals filter, close to the OECD's fields of R&D. */
export type ResearchField =
  /** Agriculture, food systems, forestry, fisheries and veterinary science. */
  | 'AGRICULTURE'
  /** Arts, languages, history, philosophy and cultural studies. */
  | 'ARTS_AND_HUMANITIES'
  /** Climate change: its causes, effects, mitigation and adaptation. */
  | 'CLIMATE'
  /** Economics, trade, finance and labor markets. */
  | 'ECONOMICS'
  /** Education and the sciences of teaching and learning. */
  | 'EDUCATION'
  /** Energy: renewable sources, storage, efficiency and the transition to them. */
  | 'ENERGY'
  /** Engineering in all its branches, and applied materials. */
  | 'ENGINEERING'
  /** Medicine, nursing, public and mental health. */
  | 'HEALTH'
  /** Biology, ecology, genetics and the other life sciences. */
  | 'LIFE_SCIENCES'
  /** Migration, borders and the lives of people who cross them. */
  | 'MIGRATION'
  /** Water, soil, oceans, forests and biodiversity as resources. */
  | 'NATURAL_RESOURCES'
  /** Mathematics, physics, chemistry, earth and space sciences. */
  | 'PHYSICAL_SCIENCES'
  /** Sociology, anthropology, politics, law, psychology and geography. */
  | 'SOCIAL_SCIENCES'
  /** Computing, data, electronics and information technology. */
  | 'TECHNOLOGY'
  /** Transport, logistics and sustainable mobility. */
  | 'TRANSPORT';

/** Conditions on a field; all given ones must match. */
export type ResearchFieldListFilter = {
  /** Has all of these; an empty list matches everything. */
  hasAll?: Array<ResearchField> | null | undefined;
  /** Has at least one of these; an empty list matches nothing. */
  hasAny?: Array<ResearchField> | null | undefined;
};

/** How a mentor and a participant met. */
export type SessionMode =
  /** In the same place. */
  | 'IN_PERSON'
  /** Over the internet, or by telephone. */
  | 'ONLINE';

/** Conditions on a field; all given ones must match. */
export type SessionModeFilter = {
  /** Equal to this. */
  eq?: SessionMode | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<SessionMode> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: SessionMode | null | undefined;
};

/** The input of `setConsent`. */
export type SetConsentInput = {
  /** Whether you consent; `false` withdraws your consent. */
  given: boolean;
  /** The version of the privacy notice that the person read. */
  noticeVersion?: string | null | undefined;
  /** What the person consented to. */
  purpose: ConsentPurpose;
};

/** The side of the alliance that an institution or a fund belongs to. */
export type Side =
  /** An institution of Mexico. */
  | 'MEXICO'
  /** A partner that is neither of the two, such as an international organization. */
  | 'PARTNER'
  /** The University of California and its parts. */
  | 'UC';

/** Conditions on a field; all given ones must match. */
export type SideFilter = {
  /** Equal to this. */
  eq?: Side | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<Side> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: Side | null | undefined;
};

/** Conditions on SpokenLanguage rows; all given ones must match. */
export type SpokenLanguageFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<SpokenLanguageFilter> | null | undefined;
  /** Condition on `language`. */
  language?: StringFilter | null | undefined;
  /** Condition on `level`. */
  level?: LanguageLevelFilter | null | undefined;
  /** This does not match. */
  not?: SpokenLanguageFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<SpokenLanguageFilter> | null | undefined;
};

/** A SpokenLanguage of an input. */
export type SpokenLanguageInput = {
  /** The language (ISO 639-1), such as `es`. */
  language: string;
  /** How well (CEFR). */
  level: LanguageLevel;
};

/** Conditions on the related SpokenLanguage rows. */
export type SpokenLanguageListRelationFilter = {
  /** All related rows match, or there are none. */
  every?: SpokenLanguageFilter | null | undefined;
  /** No related row matches. */
  none?: SpokenLanguageFilter | null | undefined;
  /** At least one related row matches. */
  some?: SpokenLanguageFilter | null | undefined;
};

/** The input of `startMentorship`. */
export type StartMentorshipInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Mentorship. */
  id: string | number;
};

/** The input of `startParticipation`. */
export type StartParticipationInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Participation. */
  id: string | number;
};

/** Conditions on a field; all given ones must match. */
export type StringFilter = {
  /** Contains this text; case and accents are ignored. */
  contains?: string | null | undefined;
  /** Equal to this. */
  eq?: string | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: string | null | undefined;
  /** Starts with this text; case and accents are ignored. */
  startsWith?: string | null | undefined;
};

/** Conditions on a field; all given ones must match. */
export type StringListFilter = {
  /** Has all of these; an empty list matches everything. */
  hasAll?: Array<string> | null | undefined;
  /** Has at least one of these; an empty list matches nothing. */
  hasAny?: Array<string> | null | undefined;
};

/** What is to be done. */
export type TaskKind =
  /** Accept a nominated participant. */
  | 'ACCEPT_PARTICIPANT'
  /** Accept or decline a mentorship that the other person requested. */
  | 'ANSWER_MENTORSHIP'
  /** Confirm that a participant has arrived. */
  | 'CONFIRM_ARRIVAL'
  /** Confirm that a participant's stay is over. */
  | 'CONFIRM_DEPARTURE'
  /** Publish a call that is a draft. */
  | 'PUBLISH_CALL'
  /** Announce an event that is a draft. */
  | 'PUBLISH_EVENT'
  /** Publish a draft or a proposal. */
  | 'PUBLISH_PROJECT';

/** Conditions on a field; all given ones must match. */
export type TimeZoneFilter = {
  /** Equal to this. */
  eq?: string | null | undefined;
  /** One of these; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** Is null; with `false`, is not null. */
  isNull?: boolean | null | undefined;
  /** Not equal to this; null is not equal to any value. */
  ne?: string | null | undefined;
};

/** The input of `updateMyProfile`. */
export type UpdateMyProfileInput = {
  /** Where to write to. */
  email?: string | null | undefined;
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The family names, whole: one or two. */
  familyNames?: string | null | undefined;
  /** The given name. */
  givenName?: string | null | undefined;
  /** The id of the Person. */
  id: string | number;
  /** The language that the person is written to in. */
  languagePreference?: Language | null | undefined;
  /** The languages the person speaks. Pass the whole list: links that are not in it are removed. */
  languages?: Array<SpokenLanguageInput> | null | undefined;
  /** Where to call (E.164, such as +525512345678). You may write it with spaces and hyphens, and without the country code if it is of the home institution's country; extensions are rejected. */
  phone?: string | null | undefined;
  /** The given name that the person goes by, where it is another. */
  preferredName?: string | null | undefined;
  /** The time zone that the person lives by. */
  timeZone?: string | null | undefined;
};

/** The input of `updateProject`. */
export type UpdateProjectInput = {
  /** The agreement under which it is carried out. */
  agreement?: string | number | null | undefined;
  /** The people who take part, by role. Pass the whole list: links that are not in it are removed. */
  contributors?: Array<ContributorInput> | null | undefined;
  /** How precise its dates are. */
  datePrecision?: DatePrecision | null | undefined;
  /** Its last day. */
  endsOn?: string | null | undefined;
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The fields of research it belongs to. */
  fields?: Array<ResearchField> | null | undefined;
  /** The id of the Project. */
  id: string | number;
  /** The institutions that take part, by role. Pass the whole list: links that are not in it are removed. */
  institutions?: Array<ProjectInstitutionInput> | null | undefined;
  /** Its publications. Pass the whole list: links that are not in it are removed. */
  outputs?: Array<ProjectOutputInput> | null | undefined;
  /** The program it is part of. */
  program?: string | number | null | undefined;
  /** The UN Sustainable Development Goals that it serves, 1 to 17. */
  sdgs?: Array<number> | null | undefined;
  /** Its first day. */
  startsOn?: string | null | undefined;
  /** What it is about, in each available language. */
  summaries?: LocalizedTextInput | null | undefined;
  /** Its title in each available language. */
  titles?: LocalizedTextInput | null | undefined;
};

/** Conditions on Venue rows; all given ones must match. */
export type VenueFilter = {
  /** All of these match; an empty list matches everything. */
  and?: Array<VenueFilter> | null | undefined;
  /** Condition on `archivedAt`. */
  archivedAt?: DateTimeFilter | null | undefined;
  /** Condition on `capacity`. */
  capacity?: IntFilter | null | undefined;
  /** Condition on `city`. */
  city?: StringFilter | null | undefined;
  /** Condition on `country`. */
  country?: CountryCodeFilter | null | undefined;
  /** Condition on `createdAt`. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Condition on `id`. */
  id?: IdFilter | null | undefined;
  /** Condition on `institution`. */
  institution?: InstitutionRelationFilter | null | undefined;
  /** Condition on `isSynthetic`. */
  isSynthetic?: BooleanFilter | null | undefined;
  /** Condition on `name`. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: VenueFilter | null | undefined;
  /** One of these matches; an empty list matches nothing. */
  or?: Array<VenueFilter> | null | undefined;
  /** Condition on `region`. */
  region?: StringFilter | null | undefined;
  /** Condition on `slug`. */
  slug?: StringFilter | null | undefined;
  /** Condition on `timeZone`. */
  timeZone?: TimeZoneFilter | null | undefined;
  /** Condition on `updatedAt`. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Conditions on the related Venue. */
export type VenueRelationFilter = {
  /** The related row matches. */
  is?: VenueFilter | null | undefined;
  /** There is no related row that you see; with `false`, there is one. */
  isNull?: boolean | null | undefined;
};

/** The kind of viewer. */
export type ViewerKind =
  /** Anyone without a token. */
  | 'ANONYMOUS'
  /** An institution's system, with an API key. */
  | 'CLIENT'
  /** A person with a token. */
  | 'PERSON';

/** The input of `withdrawParticipation`. */
export type WithdrawParticipationInput = {
  /** The `version` that you read; if the row has another one, nothing is done (CONFLICT). */
  expectedVersion: number;
  /** The id of the Participation. */
  id: string | number;
};

export type ChangedTypeFragment = { type: EntityType };

export type EnumLabelsFragment = { name: string, values: Array<{ value: string, label: string }> };

export type CalendarQueryVariables = Exact<{
  from: string;
  until: string;
  zone: string;
}>;


export type CalendarQuery = { changeCursor: string, events: { nodes: Array<{ id: string, slug: string, title: string, status: EventStatus, mode: EventMode, capacity: number | null, placesLeft: number | null, timeZone: string, localStart: string, localEnd: string, readersStart: string, readersEnd: string, titles: Array<{ language: Language }>, venue: { id: string, name: string, city: string | null } | null }> }, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

export type EventRowFragment = { id: string, slug: string, title: string, status: EventStatus, mode: EventMode, capacity: number | null, placesLeft: number | null, timeZone: string, localStart: string, localEnd: string, readersStart: string, readersEnd: string, titles: Array<{ language: Language }>, venue: { id: string, name: string, city: string | null } | null };

export type TimesFragment = { timeZone: string, localStart: string, localEnd: string, readersStart: string, readersEnd: string };

export type EventQueryVariables = Exact<{
  slug: string;
  zone: string;
}>;


export type EventQuery = { changeCursor: string, viewer: { abilities: Array<{ creates: Array<string> }> }, event: { description: string | null, topics: Array<string>, languages: Array<Language>, id: string, slug: string, title: string, status: EventStatus, mode: EventMode, capacity: number | null, placesLeft: number | null, timeZone: string, localStart: string, localEnd: string, readersStart: string, readersEnd: string, descriptions: Array<{ language: Language }>, organizers: Array<{ role: OrganizerRole, institution: { id: string, name: string } }>, venue: { id: string, address: string | null, name: string, city: string | null } | null, myRegistration: { id: string, version: number, status: RegistrationStatus, position: number | null, ticketCode: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }>, titles: Array<{ language: Language }> } | null, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

export type MyRegistrationFragment = { id: string, version: number, status: RegistrationStatus, position: number | null, ticketCode: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> };

export type RegisterMutationVariables = Exact<{
  input: RegisterForEventInput;
}>;


export type RegisterMutation = { registerForEvent: { registration: { id: string, version: number, status: RegistrationStatus, position: number | null, ticketCode: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type CancelRegistrationMutationVariables = Exact<{
  input: CancelRegistrationInput;
}>;


export type CancelRegistrationMutation = { cancelRegistration: { registration: { id: string, version: number, status: RegistrationStatus, position: number | null, ticketCode: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type CheckInQueryVariables = Exact<{
  slug: string;
  filter: RegistrationFilter;
}>;


export type CheckInQuery = { changeCursor: string, event: { id: string, title: string, localStart: string, registrations: { nodes: Array<{ id: string, name: string | null, status: RegistrationStatus, attendedOn: Array<string> | null }> }, expected: { totalCount: number }, arrived: { totalCount: number } } | null };

export type CheckInRowFragment = { id: string, name: string | null, status: RegistrationStatus, attendedOn: Array<string> | null };

export type CheckInManyMutationVariables = Exact<{
  input: CheckInManyInput;
}>;


export type CheckInManyMutation = { checkInMany: { results: Array<{ replayed: boolean, userErrors: Array<{ code: string, path: Array<string>, message: string }> }>, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type DeskQueryVariables = Exact<{
  filter?: ParticipationFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type DeskQuery = { changeCursor: string, viewer: { grants: Array<{ role: GrantedRole, institution: { id: string, name: string } | null }> }, tasks: Array<{ kind: TaskKind, mutation: string, dueOn: string | null, entity:
      | { __typename: 'AccessGrant', id: string, displayName: string | null }
      | { __typename: 'AccessIdentity', id: string, displayName: string | null }
      | { __typename: 'Activity', id: string, displayName: string | null }
      | { __typename: 'Agreement', id: string, displayName: string | null }
      | { __typename: 'Attendance', id: string, displayName: string | null }
      | { __typename: 'Award', id: string, displayName: string | null }
      | { __typename: 'CalendarLink', id: string, displayName: string | null }
      | { __typename: 'Call', version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'Champion', id: string, displayName: string | null }
      | { __typename: 'Cohort', id: string, displayName: string | null }
      | { __typename: 'Consent', id: string, displayName: string | null }
      | { __typename: 'Event', slug: string, version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'ImpactMetric', id: string, displayName: string | null }
      | { __typename: 'Institution', id: string, displayName: string | null }
      | { __typename: 'Mentor', id: string, displayName: string | null }
      | { __typename: 'MentorPreference', id: string, displayName: string | null }
      | { __typename: 'Mentorship', id: string, displayName: string | null, version: number, status: MentorshipStatus, requestedBy: MentorshipRequester, respondBy: string | null, startsOn: string | null, endsOn: string | null, goals: string | null, sessions: number | null, mentor: { id: string, name: string | null, email: string | null, phone: string | null, institution: { id: string, name: string } | null, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, mentee: { id: string, name: string | null, email: string | null, phone: string | null, level: ParticipantLevel, institution: { id: string, name: string }, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, withinCohort: { id: string, name: string } | null, sessionLog: { nodes: Array<{ id: string, heldOn: string, minutes: number | null, mode: SessionMode | null, summary: string | null, sharedNote: string | null }> }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'MentorshipSession', id: string, displayName: string | null }
      | { __typename: 'Mobility', version: number, id: string, displayName: string | null, participant: { id: string, name: string | null } | null, receivingInstitution: { id: string, name: string }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'Notification', id: string, displayName: string | null }
      | { __typename: 'Participant', id: string, displayName: string | null }
      | { __typename: 'Participation', version: number, id: string, displayName: string | null, participant: { id: string, name: string | null } | null, ofCohort: { id: string, name: string }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'Person', id: string, displayName: string | null }
      | { __typename: 'Program', id: string, displayName: string | null }
      | { __typename: 'Project', slug: string, version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'Registration', id: string, displayName: string | null }
      | { __typename: 'Venue', id: string, displayName: string | null }
      | { __typename: 'Webhook', id: string, displayName: string | null }
      | { __typename: 'WebhookDelivery', id: string, displayName: string | null }
     | null }>, participations: { totalCount: number, nodes: Array<{ id: string, version: number, status: ParticipationStatus, joinedOn: string | null, leftOn: string | null, cohort: { id: string, name: string }, participant: { id: string, name: string | null, level: ParticipantLevel, fieldOfStudy: string | null, email: string | null, institution: { id: string, name: string } } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, facets: Array<{ name: string, values: Array<{ value: string, label: string | null, count: number }> }> }, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

export type RosterRowFragment = { id: string, version: number, status: ParticipationStatus, joinedOn: string | null, leftOn: string | null, cohort: { id: string, name: string }, participant: { id: string, name: string | null, level: ParticipantLevel, fieldOfStudy: string | null, email: string | null, institution: { id: string, name: string } } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> };

export type AcceptParticipationMutationVariables = Exact<{
  input: AcceptParticipationInput;
}>;


export type AcceptParticipationMutation = { acceptParticipation: { participation: { id: string, version: number, status: ParticipationStatus, joinedOn: string | null, leftOn: string | null, cohort: { id: string, name: string }, participant: { id: string, name: string | null, level: ParticipantLevel, fieldOfStudy: string | null, email: string | null, institution: { id: string, name: string } } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type StartParticipationMutationVariables = Exact<{
  input: StartParticipationInput;
}>;


export type StartParticipationMutation = { startParticipation: { participation: { id: string, version: number, status: ParticipationStatus, joinedOn: string | null, leftOn: string | null, cohort: { id: string, name: string }, participant: { id: string, name: string | null, level: ParticipantLevel, fieldOfStudy: string | null, email: string | null, institution: { id: string, name: string } } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type CompleteParticipationMutationVariables = Exact<{
  input: CompleteParticipationInput;
}>;


export type CompleteParticipationMutation = { completeParticipation: { participation: { id: string, version: number, status: ParticipationStatus, joinedOn: string | null, leftOn: string | null, cohort: { id: string, name: string }, participant: { id: string, name: string | null, level: ParticipantLevel, fieldOfStudy: string | null, email: string | null, institution: { id: string, name: string } } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type WithdrawParticipationMutationVariables = Exact<{
  input: WithdrawParticipationInput;
}>;


export type WithdrawParticipationMutation = { withdrawParticipation: { participation: { id: string, version: number, status: ParticipationStatus, joinedOn: string | null, leftOn: string | null, cohort: { id: string, name: string }, participant: { id: string, name: string | null, level: ParticipantLevel, fieldOfStudy: string | null, email: string | null, institution: { id: string, name: string } } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type ViewerRolesQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerRolesQuery = { viewer: { roles: Array<GrantedRole> } };

export type HomeQueryVariables = Exact<{
  now: string;
  zone: string;
}>;


export type HomeQuery = { changeCursor: string, impact: Array<{ id: string, label: string, measure: Measure, computed: number | null, reported: { value: number, comparator: Comparator, asOf: string, source: string } | null }>, events: { nodes: Array<{ id: string, slug: string, title: string, status: EventStatus, mode: EventMode, capacity: number | null, placesLeft: number | null, timeZone: string, localStart: string, localEnd: string, readersStart: string, readersEnd: string, titles: Array<{ language: Language }>, venue: { id: string, name: string, city: string | null } | null }> }, projects: { nodes: Array<{ summary: string | null, id: string, slug: string, title: string, status: ProjectStatus, startsOn: string | null, endsOn: string | null, fields: Array<ResearchField>, titles: Array<{ language: Language }>, institutions: Array<{ role: ProjectRole, institution: { id: string, name: string, side: Side } }> }> }, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

export type InstitutionsQueryVariables = Exact<{ [key: string]: never; }>;


export type InstitutionsQuery = { changeCursor: string, institutions: { nodes: Array<{ id: string, slug: string, name: string, side: Side, city: string | null, region: string | null, website: string | null, location: { latitude: number, longitude: number } | null, projects: { totalCount: number } }> }, collaborations: Array<{ weight: number, institution: { id: string, name: string }, counterpart: { id: string, name: string } }> };

export type InstitutionRowFragment = { id: string, slug: string, name: string, side: Side, city: string | null, region: string | null, website: string | null, location: { latitude: number, longitude: number } | null, projects: { totalCount: number } };

export type CollaborationLineFragment = { weight: number, institution: { id: string, name: string }, counterpart: { id: string, name: string } };

export type MeQueryVariables = Exact<{
  zone: string;
  messages: number;
}>;


export type MeQuery = { changeCursor: string, viewer: { kind: ViewerKind, personId: string | null, unread: number, person: { homeConfirmed: boolean, orcid: string | null, id: string, version: number, name: string | null, givenName: string, familyNames: string, preferredName: string | null, email: string | null, phone: string | null, languagePreference: Language | null, timeZone: string | null, languages: Array<{ language: string, level: LanguageLevel }>, institution: { id: string, name: string } | null, consents: Array<{ id: string, purpose: ConsentPurpose, status: ConsentStatus, noticeVersion: string | null, grantedAt: string | null, withdrawnAt: string | null }>, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, profile:
      | { __typename: 'Mentor', id: string }
      | { __typename: 'Participant', id: string }
     | null, grants: Array<{ role: GrantedRole, profileId: string | null, expiresAt: string | null, institution: { id: string, name: string } | null }> }, tasks: Array<{ kind: TaskKind, mutation: string, dueOn: string | null, entity:
      | { __typename: 'AccessGrant', id: string, displayName: string | null }
      | { __typename: 'AccessIdentity', id: string, displayName: string | null }
      | { __typename: 'Activity', id: string, displayName: string | null }
      | { __typename: 'Agreement', id: string, displayName: string | null }
      | { __typename: 'Attendance', id: string, displayName: string | null }
      | { __typename: 'Award', id: string, displayName: string | null }
      | { __typename: 'CalendarLink', id: string, displayName: string | null }
      | { __typename: 'Call', version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'Champion', id: string, displayName: string | null }
      | { __typename: 'Cohort', id: string, displayName: string | null }
      | { __typename: 'Consent', id: string, displayName: string | null }
      | { __typename: 'Event', slug: string, version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'ImpactMetric', id: string, displayName: string | null }
      | { __typename: 'Institution', id: string, displayName: string | null }
      | { __typename: 'Mentor', id: string, displayName: string | null }
      | { __typename: 'MentorPreference', id: string, displayName: string | null }
      | { __typename: 'Mentorship', id: string, displayName: string | null, version: number, status: MentorshipStatus, requestedBy: MentorshipRequester, respondBy: string | null, startsOn: string | null, endsOn: string | null, goals: string | null, sessions: number | null, mentor: { id: string, name: string | null, email: string | null, phone: string | null, institution: { id: string, name: string } | null, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, mentee: { id: string, name: string | null, email: string | null, phone: string | null, level: ParticipantLevel, institution: { id: string, name: string }, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, withinCohort: { id: string, name: string } | null, sessionLog: { nodes: Array<{ id: string, heldOn: string, minutes: number | null, mode: SessionMode | null, summary: string | null, sharedNote: string | null }> }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'MentorshipSession', id: string, displayName: string | null }
      | { __typename: 'Mobility', version: number, id: string, displayName: string | null, participant: { id: string, name: string | null } | null, receivingInstitution: { id: string, name: string }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'Notification', id: string, displayName: string | null }
      | { __typename: 'Participant', id: string, displayName: string | null }
      | { __typename: 'Participation', version: number, id: string, displayName: string | null, participant: { id: string, name: string | null } | null, ofCohort: { id: string, name: string }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'Person', id: string, displayName: string | null }
      | { __typename: 'Program', id: string, displayName: string | null }
      | { __typename: 'Project', slug: string, version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
      | { __typename: 'Registration', id: string, displayName: string | null }
      | { __typename: 'Venue', id: string, displayName: string | null }
      | { __typename: 'Webhook', id: string, displayName: string | null }
      | { __typename: 'WebhookDelivery', id: string, displayName: string | null }
     | null }>, notifications: { nodes: Array<{ id: string, kind: NotificationKind, isRead: boolean, createdAt: string, entity:
        | { __typename: 'AccessGrant', id: string, displayName: string | null }
        | { __typename: 'AccessIdentity', id: string, displayName: string | null }
        | { __typename: 'Activity', id: string, displayName: string | null }
        | { __typename: 'Agreement', id: string, displayName: string | null }
        | { __typename: 'Attendance', id: string, displayName: string | null }
        | { __typename: 'Award', id: string, displayName: string | null }
        | { __typename: 'CalendarLink', id: string, displayName: string | null }
        | { __typename: 'Call', id: string, displayName: string | null }
        | { __typename: 'Champion', id: string, displayName: string | null }
        | { __typename: 'Cohort', id: string, displayName: string | null }
        | { __typename: 'Consent', id: string, displayName: string | null }
        | { __typename: 'Event', slug: string, id: string, displayName: string | null }
        | { __typename: 'ImpactMetric', id: string, displayName: string | null }
        | { __typename: 'Institution', id: string, displayName: string | null }
        | { __typename: 'Mentor', id: string, displayName: string | null }
        | { __typename: 'MentorPreference', id: string, displayName: string | null }
        | { __typename: 'Mentorship', id: string, displayName: string | null, mentor: { id: string, name: string | null } | null, participant: { id: string, name: string | null } | null }
        | { __typename: 'MentorshipSession', id: string, displayName: string | null }
        | { __typename: 'Mobility', id: string, displayName: string | null, receivingInstitution: { id: string, name: string } }
        | { __typename: 'Notification', id: string, displayName: string | null }
        | { __typename: 'Participant', id: string, displayName: string | null }
        | { __typename: 'Participation', id: string, displayName: string | null, ofCohort: { id: string, name: string } }
        | { __typename: 'Person', id: string, displayName: string | null }
        | { __typename: 'Program', id: string, displayName: string | null }
        | { __typename: 'Project', slug: string, id: string, displayName: string | null }
        | { __typename: 'Registration', id: string, displayName: string | null, event: { id: string, slug: string, title: string } | null }
        | { __typename: 'Venue', id: string, displayName: string | null }
        | { __typename: 'Webhook', id: string, displayName: string | null }
        | { __typename: 'WebhookDelivery', id: string, displayName: string | null }
       | null }>, pageInfo: { hasNextPage: boolean } }, registrations: { nodes: Array<{ id: string, version: number, status: RegistrationStatus, position: number | null, ticketCode: string | null, event: { id: string, slug: string, title: string, status: EventStatus, mode: EventMode, capacity: number | null, placesLeft: number | null, timeZone: string, localStart: string, localEnd: string, readersStart: string, readersEnd: string, myRegistration: { id: string } | null, titles: Array<{ language: Language }>, venue: { id: string, name: string, city: string | null } | null } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }> }, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

export type OwnMentorshipsQueryVariables = Exact<{
  mentors: Array<string | number> | string | number;
  participants: Array<string | number> | string | number;
}>;


export type OwnMentorshipsQuery = { changeCursor: string, mentorships: { nodes: Array<{ id: string, version: number, status: MentorshipStatus, requestedBy: MentorshipRequester, respondBy: string | null, startsOn: string | null, endsOn: string | null, goals: string | null, sessions: number | null, mentor: { id: string, name: string | null, email: string | null, phone: string | null, institution: { id: string, name: string } | null, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, mentee: { id: string, name: string | null, email: string | null, phone: string | null, level: ParticipantLevel, institution: { id: string, name: string }, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, withinCohort: { id: string, name: string } | null, sessionLog: { nodes: Array<{ id: string, heldOn: string, minutes: number | null, mode: SessionMode | null, summary: string | null, sharedNote: string | null }> }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }> } };

export type OwnMentorshipFragment = { id: string, version: number, status: MentorshipStatus, requestedBy: MentorshipRequester, respondBy: string | null, startsOn: string | null, endsOn: string | null, goals: string | null, sessions: number | null, mentor: { id: string, name: string | null, email: string | null, phone: string | null, institution: { id: string, name: string } | null, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, mentee: { id: string, name: string | null, email: string | null, phone: string | null, level: ParticipantLevel, institution: { id: string, name: string }, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, withinCohort: { id: string, name: string } | null, sessionLog: { nodes: Array<{ id: string, heldOn: string, minutes: number | null, mode: SessionMode | null, summary: string | null, sharedNote: string | null }> }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> };

export type AcceptMentorshipMutationVariables = Exact<{
  input: AcceptMentorshipInput;
}>;


export type AcceptMentorshipMutation = { acceptMentorship: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type DeclineMentorshipMutationVariables = Exact<{
  input: DeclineMentorshipInput;
}>;


export type DeclineMentorshipMutation = { declineMentorship: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type StartMentorshipMutationVariables = Exact<{
  input: StartMentorshipInput;
}>;


export type StartMentorshipMutation = { startMentorship: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type CompleteMentorshipMutationVariables = Exact<{
  input: CompleteMentorshipInput;
}>;


export type CompleteMentorshipMutation = { completeMentorship: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type EndMentorshipMutationVariables = Exact<{
  input: EndMentorshipInput;
}>;


export type EndMentorshipMutation = { endMentorship: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type LogSessionMutationVariables = Exact<{
  input: LogMentorshipSessionInput;
}>;


export type LogSessionMutation = { logMentorshipSession: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type MessageFragment = { id: string, kind: NotificationKind, isRead: boolean, createdAt: string, entity:
    | { __typename: 'AccessGrant', id: string, displayName: string | null }
    | { __typename: 'AccessIdentity', id: string, displayName: string | null }
    | { __typename: 'Activity', id: string, displayName: string | null }
    | { __typename: 'Agreement', id: string, displayName: string | null }
    | { __typename: 'Attendance', id: string, displayName: string | null }
    | { __typename: 'Award', id: string, displayName: string | null }
    | { __typename: 'CalendarLink', id: string, displayName: string | null }
    | { __typename: 'Call', id: string, displayName: string | null }
    | { __typename: 'Champion', id: string, displayName: string | null }
    | { __typename: 'Cohort', id: string, displayName: string | null }
    | { __typename: 'Consent', id: string, displayName: string | null }
    | { __typename: 'Event', slug: string, id: string, displayName: string | null }
    | { __typename: 'ImpactMetric', id: string, displayName: string | null }
    | { __typename: 'Institution', id: string, displayName: string | null }
    | { __typename: 'Mentor', id: string, displayName: string | null }
    | { __typename: 'MentorPreference', id: string, displayName: string | null }
    | { __typename: 'Mentorship', id: string, displayName: string | null, mentor: { id: string, name: string | null } | null, participant: { id: string, name: string | null } | null }
    | { __typename: 'MentorshipSession', id: string, displayName: string | null }
    | { __typename: 'Mobility', id: string, displayName: string | null, receivingInstitution: { id: string, name: string } }
    | { __typename: 'Notification', id: string, displayName: string | null }
    | { __typename: 'Participant', id: string, displayName: string | null }
    | { __typename: 'Participation', id: string, displayName: string | null, ofCohort: { id: string, name: string } }
    | { __typename: 'Person', id: string, displayName: string | null }
    | { __typename: 'Program', id: string, displayName: string | null }
    | { __typename: 'Project', slug: string, id: string, displayName: string | null }
    | { __typename: 'Registration', id: string, displayName: string | null, event: { id: string, slug: string, title: string } | null }
    | { __typename: 'Venue', id: string, displayName: string | null }
    | { __typename: 'Webhook', id: string, displayName: string | null }
    | { __typename: 'WebhookDelivery', id: string, displayName: string | null }
   | null };

export type MarkReadMutationVariables = Exact<{
  input: MarkNotificationsReadInput;
}>;


export type MarkReadMutation = { markNotificationsRead: { notificationIds: Array<string>, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type OwnRecordFragment = { homeConfirmed: boolean, orcid: string | null, id: string, version: number, name: string | null, givenName: string, familyNames: string, preferredName: string | null, email: string | null, phone: string | null, languagePreference: Language | null, timeZone: string | null, languages: Array<{ language: string, level: LanguageLevel }>, institution: { id: string, name: string } | null, consents: Array<{ id: string, purpose: ConsentPurpose, status: ConsentStatus, noticeVersion: string | null, grantedAt: string | null, withdrawnAt: string | null }>, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> };

export type OwnDetailsFragment = { id: string, version: number, name: string | null, givenName: string, familyNames: string, preferredName: string | null, email: string | null, phone: string | null, languagePreference: Language | null, timeZone: string | null };

export type OwnConsentFragment = { id: string, purpose: ConsentPurpose, status: ConsentStatus, noticeVersion: string | null, grantedAt: string | null, withdrawnAt: string | null };

export type UpdateMyProfileMutationVariables = Exact<{
  input: UpdateMyProfileInput;
}>;


export type UpdateMyProfileMutation = { updateMyProfile: { person: { id: string, version: number, name: string | null, givenName: string, familyNames: string, preferredName: string | null, email: string | null, phone: string | null, languagePreference: Language | null, timeZone: string | null } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type CreateMyProfileMutationVariables = Exact<{
  input: CreateMyProfileInput;
}>;


export type CreateMyProfileMutation = { createMyProfile: { person: { id: string, version: number, name: string | null, givenName: string, familyNames: string, preferredName: string | null, email: string | null, phone: string | null, languagePreference: Language | null, timeZone: string | null } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type SetConsentMutationVariables = Exact<{
  input: SetConsentInput;
}>;


export type SetConsentMutation = { setConsent: { consent: { id: string, purpose: ConsentPurpose, status: ConsentStatus, noticeVersion: string | null, grantedAt: string | null, withdrawnAt: string | null } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type HomeInstitutionsQueryVariables = Exact<{ [key: string]: never; }>;


export type HomeInstitutionsQuery = { institutions: { nodes: Array<{ id: string, name: string, side: Side }> } };

export type OwnRegistrationFragment = { id: string, version: number, status: RegistrationStatus, position: number | null, ticketCode: string | null, event: { id: string, slug: string, title: string, status: EventStatus, mode: EventMode, capacity: number | null, placesLeft: number | null, timeZone: string, localStart: string, localEnd: string, readersStart: string, readersEnd: string, myRegistration: { id: string } | null, titles: Array<{ language: Language }>, venue: { id: string, name: string, city: string | null } | null } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> };

export type OwnTaskFragment = { kind: TaskKind, mutation: string, dueOn: string | null, entity:
    | { __typename: 'AccessGrant', id: string, displayName: string | null }
    | { __typename: 'AccessIdentity', id: string, displayName: string | null }
    | { __typename: 'Activity', id: string, displayName: string | null }
    | { __typename: 'Agreement', id: string, displayName: string | null }
    | { __typename: 'Attendance', id: string, displayName: string | null }
    | { __typename: 'Award', id: string, displayName: string | null }
    | { __typename: 'CalendarLink', id: string, displayName: string | null }
    | { __typename: 'Call', version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
    | { __typename: 'Champion', id: string, displayName: string | null }
    | { __typename: 'Cohort', id: string, displayName: string | null }
    | { __typename: 'Consent', id: string, displayName: string | null }
    | { __typename: 'Event', slug: string, version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
    | { __typename: 'ImpactMetric', id: string, displayName: string | null }
    | { __typename: 'Institution', id: string, displayName: string | null }
    | { __typename: 'Mentor', id: string, displayName: string | null }
    | { __typename: 'MentorPreference', id: string, displayName: string | null }
    | { __typename: 'Mentorship', id: string, displayName: string | null, version: number, status: MentorshipStatus, requestedBy: MentorshipRequester, respondBy: string | null, startsOn: string | null, endsOn: string | null, goals: string | null, sessions: number | null, mentor: { id: string, name: string | null, email: string | null, phone: string | null, institution: { id: string, name: string } | null, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, mentee: { id: string, name: string | null, email: string | null, phone: string | null, level: ParticipantLevel, institution: { id: string, name: string }, hiddenFields: Array<{ field: string, reason: HiddenReason }> } | null, withinCohort: { id: string, name: string } | null, sessionLog: { nodes: Array<{ id: string, heldOn: string, minutes: number | null, mode: SessionMode | null, summary: string | null, sharedNote: string | null }> }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
    | { __typename: 'MentorshipSession', id: string, displayName: string | null }
    | { __typename: 'Mobility', version: number, id: string, displayName: string | null, participant: { id: string, name: string | null } | null, receivingInstitution: { id: string, name: string }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
    | { __typename: 'Notification', id: string, displayName: string | null }
    | { __typename: 'Participant', id: string, displayName: string | null }
    | { __typename: 'Participation', version: number, id: string, displayName: string | null, participant: { id: string, name: string | null } | null, ofCohort: { id: string, name: string }, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
    | { __typename: 'Person', id: string, displayName: string | null }
    | { __typename: 'Program', id: string, displayName: string | null }
    | { __typename: 'Project', slug: string, version: number, id: string, displayName: string | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }
    | { __typename: 'Registration', id: string, displayName: string | null }
    | { __typename: 'Venue', id: string, displayName: string | null }
    | { __typename: 'Webhook', id: string, displayName: string | null }
    | { __typename: 'WebhookDelivery', id: string, displayName: string | null }
   | null };

export type TaskPublishCallMutationVariables = Exact<{
  input: PublishCallInput;
}>;


export type TaskPublishCallMutation = { publishCall: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type TaskPublishEventMutationVariables = Exact<{
  input: PublishEventInput;
}>;


export type TaskPublishEventMutation = { publishEvent: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type TaskPublishProjectMutationVariables = Exact<{
  input: PublishProjectInput;
}>;


export type TaskPublishProjectMutation = { publishProject: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type TaskAcceptParticipationMutationVariables = Exact<{
  input: AcceptParticipationInput;
}>;


export type TaskAcceptParticipationMutation = { acceptParticipation: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type TaskConfirmArrivalMutationVariables = Exact<{
  input: ConfirmArrivalInput;
}>;


export type TaskConfirmArrivalMutation = { confirmArrival: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type TaskConfirmDepartureMutationVariables = Exact<{
  input: ConfirmDepartureInput;
}>;


export type TaskConfirmDepartureMutation = { confirmDeparture: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type MentorRowFragment = { id: string, name: string | null, sector: MentorSector, expertise: Array<ResearchField>, available: boolean, placesLeft: number, biography: string | null, languages: Array<{ language: string, level: LanguageLevel }>, institution: { id: string, name: string, side: Side, city: string | null } | null, biographies: Array<{ language: Language }> };

export type MentorQueryVariables = Exact<{
  id: string | number;
}>;


export type MentorQuery = { changeCursor: string, viewer: { personId: string | null, kind: ViewerKind, grants: Array<{ role: GrantedRole, profile:
        | { __typename: 'Mentor' }
        | { __typename: 'Participant', id: string, participations: { nodes: Array<{ id: string, status: ParticipationStatus, ofCohort: { id: string, name: string } }> } }
       | null }> }, mentor: { capacity: number, orcid: string | null, email: string | null, phone: string | null, id: string, name: string | null, sector: MentorSector, expertise: Array<ResearchField>, available: boolean, placesLeft: number, biography: string | null, hiddenFields: Array<{ field: string, reason: HiddenReason }>, mentorships: { nodes: Array<{ id: string, version: number, status: MentorshipStatus, requestedBy: MentorshipRequester, respondBy: string | null, goals: string | null, participant: { id: string } | null, ofCohort: { id: string, name: string } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> }> }, languages: Array<{ language: string, level: LanguageLevel }>, institution: { id: string, name: string, side: Side, city: string | null } | null, biographies: Array<{ language: Language }> } | null, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

export type MentorshipStateFragment = { id: string, version: number, status: MentorshipStatus, requestedBy: MentorshipRequester, respondBy: string | null, goals: string | null, participant: { id: string } | null, ofCohort: { id: string, name: string } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> };

export type RequestMentorshipMutationVariables = Exact<{
  input: RequestMentorshipInput;
}>;


export type RequestMentorshipMutation = { requestMentorship: { mentorship: { id: string, version: number, status: MentorshipStatus, requestedBy: MentorshipRequester, respondBy: string | null, goals: string | null, participant: { id: string } | null, ofCohort: { id: string, name: string } | null, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }> } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type CheckRequestMutationVariables = Exact<{
  input: RequestMentorshipInput;
}>;


export type CheckRequestMutation = { requestMentorship: { userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type MentorsQueryVariables = Exact<{
  search?: string | null | undefined;
  filter?: MentorFilter | null | undefined;
  free?: MentorFilter | null | undefined;
  english?: MentorFilter | null | undefined;
  spanish?: MentorFilter | null | undefined;
  orderBy?: Array<MentorOrder> | MentorOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type MentorsQuery = { changeCursor: string, viewer: { kind: ViewerKind, grants: Array<{ role: GrantedRole, profile:
        | { __typename: 'Mentor' }
        | { __typename: 'Participant', id: string, participations: { nodes: Array<{ id: string, status: ParticipationStatus, ofCohort: { id: string, name: string } }> } }
       | null }> }, mentors: { totalCount: number, nodes: Array<{ id: string, name: string | null, sector: MentorSector, expertise: Array<ResearchField>, available: boolean, placesLeft: number, biography: string | null, languages: Array<{ language: string, level: LanguageLevel }>, institution: { id: string, name: string, side: Side, city: string | null } | null, biographies: Array<{ language: Language }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, facets: Array<{ name: string, values: Array<{ value: string, label: string | null, count: number }> }> }, free: { totalCount: number }, english: { totalCount: number }, spanish: { totalCount: number }, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

export type SuggestedMentorsQueryVariables = Exact<{
  participation: string | number;
}>;


export type SuggestedMentorsQuery = { changeCursor: string, suggestedMentors: Array<{ score: number, mentor: { id: string, name: string | null, sector: MentorSector, expertise: Array<ResearchField>, available: boolean, placesLeft: number, biography: string | null, languages: Array<{ language: string, level: LanguageLevel }>, institution: { id: string, name: string, side: Side, city: string | null } | null, biographies: Array<{ language: Language }> } | null, reasons: Array<{ kind: MentorFit, text: string }> }> };

export type OwnCohortsFragment = { kind: ViewerKind, grants: Array<{ role: GrantedRole, profile:
      | { __typename: 'Mentor' }
      | { __typename: 'Participant', id: string, participations: { nodes: Array<{ id: string, status: ParticipationStatus, ofCohort: { id: string, name: string } }> } }
     | null }> };

export type EditProjectQueryVariables = Exact<{
  slug: string;
}>;


export type EditProjectQuery = { changeCursor: string, project: { slug: string, id: string, version: number, title: string, availableActions: Array<{ name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> }>, titles: Array<{ language: Language, text: string }>, summaries: Array<{ language: Language, text: string }> } | null };

export type ProjectTextsFragment = { id: string, version: number, title: string, titles: Array<{ language: Language, text: string }>, summaries: Array<{ language: Language, text: string }> };

export type UpdateProjectMutationVariables = Exact<{
  input: UpdateProjectInput;
}>;


export type UpdateProjectMutation = { updateProject: { project: { id: string, version: number, title: string, titles: Array<{ language: Language, text: string }>, summaries: Array<{ language: Language, text: string }> } | null, userErrors: Array<{ code: string, path: Array<string>, message: string }> } };

export type ProjectRowFragment = { id: string, slug: string, title: string, status: ProjectStatus, startsOn: string | null, endsOn: string | null, fields: Array<ResearchField>, titles: Array<{ language: Language }>, institutions: Array<{ role: ProjectRole, institution: { id: string, name: string, side: Side } }> };

export type ProjectQueryVariables = Exact<{
  slug: string;
}>;


export type ProjectQuery = { changeCursor: string, project: { id: string, slug: string, title: string, summary: string | null, status: ProjectStatus, startsOn: string | null, endsOn: string | null, fields: Array<ResearchField>, sdgs: Array<number>, source: string | null, titles: Array<{ language: Language }>, summaries: Array<{ language: Language }>, program: { id: string, name: string } | null, institutions: Array<{ role: ProjectRole, institution: { id: string, name: string, side: Side, website: string | null } }>, contributors: Array<{ role: ContributorRole, name: string | null, hiddenFields: Array<{ field: string, reason: HiddenReason }> }>, outputs: Array<{ doi: string, title: string, kind: OutputKind, publishedOn: string | null }>, totalAwarded: Array<{ amount: string, currency: string }>, awards: Array<{ id: string, kind: AwardKind, amount: string | null, currency: string, decidedOn: string | null, funder: { id: string, name: string } | null }>, agreement: { __typename: 'Agreement', signedOn: string | null, id: string, displayName: string | null } | null, originatedFrom:
      | { __typename: 'AccessGrant', id: string, displayName: string | null }
      | { __typename: 'AccessIdentity', id: string, displayName: string | null }
      | { __typename: 'Activity', id: string, displayName: string | null }
      | { __typename: 'Agreement', signedOn: string | null, id: string, displayName: string | null }
      | { __typename: 'Attendance', id: string, displayName: string | null }
      | { __typename: 'Award', kind: AwardKind, decidedOn: string | null, id: string, displayName: string | null }
      | { __typename: 'CalendarLink', id: string, displayName: string | null }
      | { __typename: 'Call', id: string, displayName: string | null }
      | { __typename: 'Champion', id: string, displayName: string | null }
      | { __typename: 'Cohort', id: string, displayName: string | null }
      | { __typename: 'Consent', id: string, displayName: string | null }
      | { __typename: 'Event', id: string, displayName: string | null }
      | { __typename: 'ImpactMetric', id: string, displayName: string | null }
      | { __typename: 'Institution', id: string, displayName: string | null }
      | { __typename: 'Mentor', id: string, displayName: string | null }
      | { __typename: 'MentorPreference', id: string, displayName: string | null }
      | { __typename: 'Mentorship', id: string, displayName: string | null }
      | { __typename: 'MentorshipSession', id: string, displayName: string | null }
      | { __typename: 'Mobility', id: string, displayName: string | null }
      | { __typename: 'Notification', id: string, displayName: string | null }
      | { __typename: 'Participant', id: string, displayName: string | null }
      | { __typename: 'Participation', id: string, displayName: string | null }
      | { __typename: 'Person', id: string, displayName: string | null }
      | { __typename: 'Program', id: string, displayName: string | null }
      | { __typename: 'Project', slug: string, id: string, displayName: string | null }
      | { __typename: 'Registration', id: string, displayName: string | null }
      | { __typename: 'Venue', id: string, displayName: string | null }
      | { __typename: 'Webhook', id: string, displayName: string | null }
      | { __typename: 'WebhookDelivery', id: string, displayName: string | null }
     | null, availableActions: Array<{ name: string, allowed: boolean }> } | null, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

type Step_AccessGrant_Fragment = { __typename: 'AccessGrant', id: string, displayName: string | null };

type Step_AccessIdentity_Fragment = { __typename: 'AccessIdentity', id: string, displayName: string | null };

type Step_Activity_Fragment = { __typename: 'Activity', id: string, displayName: string | null };

type Step_Agreement_Fragment = { __typename: 'Agreement', signedOn: string | null, id: string, displayName: string | null };

type Step_Attendance_Fragment = { __typename: 'Attendance', id: string, displayName: string | null };

type Step_Award_Fragment = { __typename: 'Award', kind: AwardKind, decidedOn: string | null, id: string, displayName: string | null };

type Step_CalendarLink_Fragment = { __typename: 'CalendarLink', id: string, displayName: string | null };

type Step_Call_Fragment = { __typename: 'Call', id: string, displayName: string | null };

type Step_Champion_Fragment = { __typename: 'Champion', id: string, displayName: string | null };

type Step_Cohort_Fragment = { __typename: 'Cohort', id: string, displayName: string | null };

type Step_Consent_Fragment = { __typename: 'Consent', id: string, displayName: string | null };

type Step_Event_Fragment = { __typename: 'Event', id: string, displayName: string | null };

type Step_ImpactMetric_Fragment = { __typename: 'ImpactMetric', id: string, displayName: string | null };

type Step_Institution_Fragment = { __typename: 'Institution', id: string, displayName: string | null };

type Step_Mentor_Fragment = { __typename: 'Mentor', id: string, displayName: string | null };

type Step_MentorPreference_Fragment = { __typename: 'MentorPreference', id: string, displayName: string | null };

type Step_Mentorship_Fragment = { __typename: 'Mentorship', id: string, displayName: string | null };

type Step_MentorshipSession_Fragment = { __typename: 'MentorshipSession', id: string, displayName: string | null };

type Step_Mobility_Fragment = { __typename: 'Mobility', id: string, displayName: string | null };

type Step_Notification_Fragment = { __typename: 'Notification', id: string, displayName: string | null };

type Step_Participant_Fragment = { __typename: 'Participant', id: string, displayName: string | null };

type Step_Participation_Fragment = { __typename: 'Participation', id: string, displayName: string | null };

type Step_Person_Fragment = { __typename: 'Person', id: string, displayName: string | null };

type Step_Program_Fragment = { __typename: 'Program', id: string, displayName: string | null };

type Step_Project_Fragment = { __typename: 'Project', slug: string, id: string, displayName: string | null };

type Step_Registration_Fragment = { __typename: 'Registration', id: string, displayName: string | null };

type Step_Venue_Fragment = { __typename: 'Venue', id: string, displayName: string | null };

type Step_Webhook_Fragment = { __typename: 'Webhook', id: string, displayName: string | null };

type Step_WebhookDelivery_Fragment = { __typename: 'WebhookDelivery', id: string, displayName: string | null };

export type StepFragment =
  | Step_AccessGrant_Fragment
  | Step_AccessIdentity_Fragment
  | Step_Activity_Fragment
  | Step_Agreement_Fragment
  | Step_Attendance_Fragment
  | Step_Award_Fragment
  | Step_CalendarLink_Fragment
  | Step_Call_Fragment
  | Step_Champion_Fragment
  | Step_Cohort_Fragment
  | Step_Consent_Fragment
  | Step_Event_Fragment
  | Step_ImpactMetric_Fragment
  | Step_Institution_Fragment
  | Step_Mentor_Fragment
  | Step_MentorPreference_Fragment
  | Step_Mentorship_Fragment
  | Step_MentorshipSession_Fragment
  | Step_Mobility_Fragment
  | Step_Notification_Fragment
  | Step_Participant_Fragment
  | Step_Participation_Fragment
  | Step_Person_Fragment
  | Step_Program_Fragment
  | Step_Project_Fragment
  | Step_Registration_Fragment
  | Step_Venue_Fragment
  | Step_Webhook_Fragment
  | Step_WebhookDelivery_Fragment
;

export type ProjectsQueryVariables = Exact<{
  search?: string | null | undefined;
  filter?: ProjectFilter | null | undefined;
  orderBy?: Array<ProjectOrder> | ProjectOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ProjectsQuery = { changeCursor: string, projects: { totalCount: number, nodes: Array<{ id: string, slug: string, title: string, status: ProjectStatus, startsOn: string | null, endsOn: string | null, fields: Array<ResearchField>, titles: Array<{ language: Language }>, institutions: Array<{ role: ProjectRole, institution: { id: string, name: string, side: Side } }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, facets: Array<{ name: string, values: Array<{ value: string, label: string | null, count: number }> }> }, enumLabels: Array<{ name: string, values: Array<{ value: string, label: string }> }> };

export type ActionFragment = { name: string, allowed: boolean, reasons: Array<{ code: string, message: string }> };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ChangedTypeFragmentDoc = new TypedDocumentString(`
    fragment ChangedType on Change {
  type
}
    `, {"fragmentName":"ChangedType"}) as unknown as TypedDocumentString<ChangedTypeFragment, unknown>;
export const EnumLabelsFragmentDoc = new TypedDocumentString(`
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
    `, {"fragmentName":"EnumLabels"}) as unknown as TypedDocumentString<EnumLabelsFragment, unknown>;
export const CheckInRowFragmentDoc = new TypedDocumentString(`
    fragment CheckInRow on Registration {
  id
  name
  status
  attendedOn
}
    `, {"fragmentName":"CheckInRow"}) as unknown as TypedDocumentString<CheckInRowFragment, unknown>;
export const RosterRowFragmentDoc = new TypedDocumentString(`
    fragment RosterRow on Participation {
  id
  version
  status
  joinedOn
  leftOn
  cohort {
    id
    name
  }
  participant {
    id
    name
    level
    fieldOfStudy
    email
    institution {
      id
      name
    }
  }
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}
    `, {"fragmentName":"RosterRow"}) as unknown as TypedDocumentString<RosterRowFragment, unknown>;
export const InstitutionRowFragmentDoc = new TypedDocumentString(`
    fragment InstitutionRow on Institution {
  id
  slug
  name
  side
  city
  region
  website
  location {
    latitude
    longitude
  }
  projects(first: 1) {
    totalCount
  }
}
    `, {"fragmentName":"InstitutionRow"}) as unknown as TypedDocumentString<InstitutionRowFragment, unknown>;
export const CollaborationLineFragmentDoc = new TypedDocumentString(`
    fragment CollaborationLine on Collaboration {
  weight
  institution {
    id
    name
  }
  counterpart {
    id
    name
  }
}
    `, {"fragmentName":"CollaborationLine"}) as unknown as TypedDocumentString<CollaborationLineFragment, unknown>;
export const MessageFragmentDoc = new TypedDocumentString(`
    fragment Message on Notification {
  id
  kind
  isRead
  createdAt
  entity {
    __typename
    id
    displayName
    ... on Event {
      slug
    }
    ... on Project {
      slug
    }
    ... on Registration {
      event {
        id
        slug
        title
      }
    }
    ... on Mentorship {
      mentor {
        id
        name
      }
      participant {
        id
        name
      }
    }
    ... on Participation {
      ofCohort: cohort {
        id
        name
      }
    }
    ... on Mobility {
      receivingInstitution {
        id
        name
      }
    }
  }
}
    `, {"fragmentName":"Message"}) as unknown as TypedDocumentString<MessageFragment, unknown>;
export const OwnDetailsFragmentDoc = new TypedDocumentString(`
    fragment OwnDetails on Person {
  id
  version
  name
  givenName
  familyNames
  preferredName
  email
  phone
  languagePreference
  timeZone
}
    `, {"fragmentName":"OwnDetails"}) as unknown as TypedDocumentString<OwnDetailsFragment, unknown>;
export const OwnConsentFragmentDoc = new TypedDocumentString(`
    fragment OwnConsent on Consent {
  id
  purpose
  status
  noticeVersion
  grantedAt
  withdrawnAt
}
    `, {"fragmentName":"OwnConsent"}) as unknown as TypedDocumentString<OwnConsentFragment, unknown>;
export const ActionFragmentDoc = new TypedDocumentString(`
    fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}
    `, {"fragmentName":"Action"}) as unknown as TypedDocumentString<ActionFragment, unknown>;
export const OwnRecordFragmentDoc = new TypedDocumentString(`
    fragment OwnRecord on Person {
  ...OwnDetails
  languages {
    language
    level
  }
  homeConfirmed
  institution {
    id
    name
  }
  orcid
  consents {
    ...OwnConsent
  }
  availableActions {
    ...Action
  }
}
    fragment OwnDetails on Person {
  id
  version
  name
  givenName
  familyNames
  preferredName
  email
  phone
  languagePreference
  timeZone
}
fragment OwnConsent on Consent {
  id
  purpose
  status
  noticeVersion
  grantedAt
  withdrawnAt
}
fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"fragmentName":"OwnRecord"}) as unknown as TypedDocumentString<OwnRecordFragment, unknown>;
export const MyRegistrationFragmentDoc = new TypedDocumentString(`
    fragment MyRegistration on Registration {
  id
  version
  status
  position
  ticketCode
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}
    `, {"fragmentName":"MyRegistration"}) as unknown as TypedDocumentString<MyRegistrationFragment, unknown>;
export const TimesFragmentDoc = new TypedDocumentString(`
    fragment Times on Event {
  timeZone
  localStart
  localEnd
  readersStart: localStart(timeZone: $zone)
  readersEnd: localEnd(timeZone: $zone)
}
    `, {"fragmentName":"Times"}) as unknown as TypedDocumentString<TimesFragment, unknown>;
export const EventRowFragmentDoc = new TypedDocumentString(`
    fragment EventRow on Event {
  id
  slug
  title
  titles {
    language
  }
  status
  mode
  capacity
  placesLeft
  ...Times
  venue {
    id
    name
    city
  }
}
    fragment Times on Event {
  timeZone
  localStart
  localEnd
  readersStart: localStart(timeZone: $zone)
  readersEnd: localEnd(timeZone: $zone)
}`, {"fragmentName":"EventRow"}) as unknown as TypedDocumentString<EventRowFragment, unknown>;
export const OwnRegistrationFragmentDoc = new TypedDocumentString(`
    fragment OwnRegistration on Registration {
  ...MyRegistration
  event {
    ...EventRow
    myRegistration {
      id
    }
  }
}
    fragment EventRow on Event {
  id
  slug
  title
  titles {
    language
  }
  status
  mode
  capacity
  placesLeft
  ...Times
  venue {
    id
    name
    city
  }
}
fragment Times on Event {
  timeZone
  localStart
  localEnd
  readersStart: localStart(timeZone: $zone)
  readersEnd: localEnd(timeZone: $zone)
}
fragment MyRegistration on Registration {
  id
  version
  status
  position
  ticketCode
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}`, {"fragmentName":"OwnRegistration"}) as unknown as TypedDocumentString<OwnRegistrationFragment, unknown>;
export const OwnMentorshipFragmentDoc = new TypedDocumentString(`
    fragment OwnMentorship on Mentorship {
  id
  version
  status
  requestedBy
  respondBy
  startsOn
  endsOn
  goals
  sessions
  mentor {
    id
    name
    email
    phone
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  mentee: participant {
    id
    name
    email
    phone
    level
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  withinCohort: cohort {
    id
    name
  }
  sessionLog(first: 20, orderBy: [{ field: HELD_ON, direction: DESC }]) {
    nodes {
      id
      heldOn
      minutes
      mode
      summary
      sharedNote
    }
  }
  availableActions {
    ...Action
  }
}
    fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"fragmentName":"OwnMentorship"}) as unknown as TypedDocumentString<OwnMentorshipFragment, unknown>;
export const OwnTaskFragmentDoc = new TypedDocumentString(`
    fragment OwnTask on Task {
  kind
  mutation
  dueOn
  entity {
    __typename
    id
    displayName
    ... on Mentorship {
      ...OwnMentorship
    }
    ... on Event {
      slug
      version
      availableActions {
        ...Action
      }
    }
    ... on Project {
      slug
      version
      availableActions {
        ...Action
      }
    }
    ... on Call {
      version
      availableActions {
        ...Action
      }
    }
    ... on Participation {
      version
      participant {
        id
        name
      }
      ofCohort: cohort {
        id
        name
      }
      availableActions {
        ...Action
      }
    }
    ... on Mobility {
      version
      participant {
        id
        name
      }
      receivingInstitution {
        id
        name
      }
      availableActions {
        ...Action
      }
    }
  }
}
    fragment OwnMentorship on Mentorship {
  id
  version
  status
  requestedBy
  respondBy
  startsOn
  endsOn
  goals
  sessions
  mentor {
    id
    name
    email
    phone
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  mentee: participant {
    id
    name
    email
    phone
    level
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  withinCohort: cohort {
    id
    name
  }
  sessionLog(first: 20, orderBy: [{ field: HELD_ON, direction: DESC }]) {
    nodes {
      id
      heldOn
      minutes
      mode
      summary
      sharedNote
    }
  }
  availableActions {
    ...Action
  }
}
fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"fragmentName":"OwnTask"}) as unknown as TypedDocumentString<OwnTaskFragment, unknown>;
export const MentorRowFragmentDoc = new TypedDocumentString(`
    fragment MentorRow on Mentor {
  id
  name
  sector
  expertise
  available
  placesLeft
  languages {
    language
    level
  }
  institution {
    id
    name
    side
    city
  }
  biography
  biographies {
    language
  }
}
    `, {"fragmentName":"MentorRow"}) as unknown as TypedDocumentString<MentorRowFragment, unknown>;
export const MentorshipStateFragmentDoc = new TypedDocumentString(`
    fragment MentorshipState on Mentorship {
  id
  version
  status
  requestedBy
  respondBy
  goals
  participant {
    id
  }
  ofCohort: cohort {
    id
    name
  }
  availableActions {
    ...Action
  }
}
    fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"fragmentName":"MentorshipState"}) as unknown as TypedDocumentString<MentorshipStateFragment, unknown>;
export const OwnCohortsFragmentDoc = new TypedDocumentString(`
    fragment OwnCohorts on Viewer {
  kind
  grants {
    role
    profile {
      __typename
      ... on Participant {
        id
        participations(
          first: 20
          filter: { status: { ne: WITHDRAWN } }
          orderBy: [{ field: CREATED_AT, direction: DESC }]
        ) {
          nodes {
            id
            status
            ofCohort: cohort {
              id
              name
            }
          }
        }
      }
    }
  }
}
    `, {"fragmentName":"OwnCohorts"}) as unknown as TypedDocumentString<OwnCohortsFragment, unknown>;
export const ProjectTextsFragmentDoc = new TypedDocumentString(`
    fragment ProjectTexts on Project {
  id
  version
  title
  titles {
    language
    text
  }
  summaries {
    language
    text
  }
}
    `, {"fragmentName":"ProjectTexts"}) as unknown as TypedDocumentString<ProjectTextsFragment, unknown>;
export const ProjectRowFragmentDoc = new TypedDocumentString(`
    fragment ProjectRow on Project {
  id
  slug
  title
  titles {
    language
  }
  status
  startsOn
  endsOn
  fields
  institutions {
    role
    institution {
      id
      name
      side
    }
  }
}
    `, {"fragmentName":"ProjectRow"}) as unknown as TypedDocumentString<ProjectRowFragment, unknown>;
export const StepFragmentDoc = new TypedDocumentString(`
    fragment Step on Node {
  __typename
  id
  displayName
  ... on Award {
    kind
    decidedOn
  }
  ... on Agreement {
    signedOn
  }
  ... on Project {
    slug
  }
}
    `, {"fragmentName":"Step"}) as unknown as TypedDocumentString<StepFragment, unknown>;
export const CalendarDocument = new TypedDocumentString(`
    query Calendar($from: DateTime!, $until: DateTime!, $zone: TimeZone!) {
  changeCursor
  events(
    first: 100
    filter: { endsAt: { gte: $from }, startsAt: { lt: $until } }
    orderBy: [{ field: STARTS_AT }]
  ) {
    nodes {
      ...EventRow
    }
  }
  enumLabels(enums: ["EventMode"]) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment EventRow on Event {
  id
  slug
  title
  titles {
    language
  }
  status
  mode
  capacity
  placesLeft
  ...Times
  venue {
    id
    name
    city
  }
}
fragment Times on Event {
  timeZone
  localStart
  localEnd
  readersStart: localStart(timeZone: $zone)
  readersEnd: localEnd(timeZone: $zone)
}`, {"hash":"sha256:43855b58a0a995a8208af6dc2782258d2225e0c6910e1f94d1e3b57d1bb14d95"}) as unknown as TypedDocumentString<CalendarQuery, CalendarQueryVariables>;
export const EventDocument = new TypedDocumentString(`
    query Event($slug: String!, $zone: TimeZone!) {
  changeCursor
  viewer {
    abilities {
      creates
    }
  }
  event(slug: $slug) {
    ...EventRow
    description
    descriptions {
      language
    }
    topics
    languages
    organizers {
      role
      institution {
        id
        name
      }
    }
    venue {
      id
      address
    }
    myRegistration {
      ...MyRegistration
    }
    availableActions {
      name
      allowed
      reasons {
        code
        message
      }
    }
  }
  enumLabels(
    enums: ["EventMode", "AttendanceMode", "Language", "RegistrationStatus"]
  ) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment EventRow on Event {
  id
  slug
  title
  titles {
    language
  }
  status
  mode
  capacity
  placesLeft
  ...Times
  venue {
    id
    name
    city
  }
}
fragment Times on Event {
  timeZone
  localStart
  localEnd
  readersStart: localStart(timeZone: $zone)
  readersEnd: localEnd(timeZone: $zone)
}
fragment MyRegistration on Registration {
  id
  version
  status
  position
  ticketCode
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}`, {"hash":"sha256:1afd8645fb77a98464837784aeb9f297d9199a793b176f54ed74081366a842d8"}) as unknown as TypedDocumentString<EventQuery, EventQueryVariables>;
export const RegisterDocument = new TypedDocumentString(`
    mutation Register($input: RegisterForEventInput!) {
  registerForEvent(input: $input) {
    registration {
      ...MyRegistration
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment MyRegistration on Registration {
  id
  version
  status
  position
  ticketCode
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}`, {"hash":"sha256:c89d160818baf2a39b5ec0bf8d7e061983247f17772fca196955a5a2c179ed91"}) as unknown as TypedDocumentString<RegisterMutation, RegisterMutationVariables>;
export const CancelRegistrationDocument = new TypedDocumentString(`
    mutation CancelRegistration($input: CancelRegistrationInput!) {
  cancelRegistration(input: $input) {
    registration {
      ...MyRegistration
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment MyRegistration on Registration {
  id
  version
  status
  position
  ticketCode
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}`, {"hash":"sha256:ddacf5256e08299b57c53469d65755e9fa9127f30958c92286f6e44fc3fb5cd6"}) as unknown as TypedDocumentString<CancelRegistrationMutation, CancelRegistrationMutationVariables>;
export const CheckInDocument = new TypedDocumentString(`
    query CheckIn($slug: String!, $filter: RegistrationFilter!) {
  changeCursor
  event(slug: $slug) {
    id
    title
    localStart
    registrations(first: 100, filter: $filter) {
      nodes {
        ...CheckInRow
      }
    }
    expected: registrations(filter: { status: { in: [CONFIRMED, ATTENDED] } }) {
      totalCount
    }
    arrived: registrations(filter: { status: { eq: ATTENDED } }) {
      totalCount
    }
  }
}
    fragment CheckInRow on Registration {
  id
  name
  status
  attendedOn
}`, {"hash":"sha256:006062f6a93ada6ac96efa72697e5251a48c1ae5325f224ddef12e7e37432932"}) as unknown as TypedDocumentString<CheckInQuery, CheckInQueryVariables>;
export const CheckInManyDocument = new TypedDocumentString(`
    mutation CheckInMany($input: CheckInManyInput!) {
  checkInMany(input: $input) {
    results {
      replayed
      userErrors {
        code
        path
        message
      }
    }
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:f3c2146e199cc6a265b0875a94f42648a020ce5ba1509500c5770b14ac76ecf6"}) as unknown as TypedDocumentString<CheckInManyMutation, CheckInManyMutationVariables>;
export const DeskDocument = new TypedDocumentString(`
    query Desk($filter: ParticipationFilter, $first: Int!, $after: String) {
  changeCursor
  viewer {
    grants {
      role
      institution {
        id
        name
      }
    }
  }
  tasks(first: 20) {
    ...OwnTask
  }
  participations(
    filter: $filter
    orderBy: [{ field: JOINED_ON, direction: DESC }]
    first: $first
    after: $after
  ) {
    totalCount
    nodes {
      ...RosterRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    facets(limit: 12) {
      name
      values {
        value
        label
        count
      }
    }
  }
  enumLabels(enums: ["ParticipationStatus", "ParticipantLevel", "TaskKind"]) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment RosterRow on Participation {
  id
  version
  status
  joinedOn
  leftOn
  cohort {
    id
    name
  }
  participant {
    id
    name
    level
    fieldOfStudy
    email
    institution {
      id
      name
    }
  }
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}
fragment OwnMentorship on Mentorship {
  id
  version
  status
  requestedBy
  respondBy
  startsOn
  endsOn
  goals
  sessions
  mentor {
    id
    name
    email
    phone
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  mentee: participant {
    id
    name
    email
    phone
    level
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  withinCohort: cohort {
    id
    name
  }
  sessionLog(first: 20, orderBy: [{ field: HELD_ON, direction: DESC }]) {
    nodes {
      id
      heldOn
      minutes
      mode
      summary
      sharedNote
    }
  }
  availableActions {
    ...Action
  }
}
fragment OwnTask on Task {
  kind
  mutation
  dueOn
  entity {
    __typename
    id
    displayName
    ... on Mentorship {
      ...OwnMentorship
    }
    ... on Event {
      slug
      version
      availableActions {
        ...Action
      }
    }
    ... on Project {
      slug
      version
      availableActions {
        ...Action
      }
    }
    ... on Call {
      version
      availableActions {
        ...Action
      }
    }
    ... on Participation {
      version
      participant {
        id
        name
      }
      ofCohort: cohort {
        id
        name
      }
      availableActions {
        ...Action
      }
    }
    ... on Mobility {
      version
      participant {
        id
        name
      }
      receivingInstitution {
        id
        name
      }
      availableActions {
        ...Action
      }
    }
  }
}
fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"hash":"sha256:90eedaa30ac1df7f7cec34c1d1fd91340028692e819ddc1d328d12cf70aaa3a0"}) as unknown as TypedDocumentString<DeskQuery, DeskQueryVariables>;
export const AcceptParticipationDocument = new TypedDocumentString(`
    mutation AcceptParticipation($input: AcceptParticipationInput!) {
  acceptParticipation(input: $input) {
    participation {
      ...RosterRow
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment RosterRow on Participation {
  id
  version
  status
  joinedOn
  leftOn
  cohort {
    id
    name
  }
  participant {
    id
    name
    level
    fieldOfStudy
    email
    institution {
      id
      name
    }
  }
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}`, {"hash":"sha256:edf90c833ff62586ecf200693439707564172fd2db3a0a3e10f1a11eba4245a9"}) as unknown as TypedDocumentString<AcceptParticipationMutation, AcceptParticipationMutationVariables>;
export const StartParticipationDocument = new TypedDocumentString(`
    mutation StartParticipation($input: StartParticipationInput!) {
  startParticipation(input: $input) {
    participation {
      ...RosterRow
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment RosterRow on Participation {
  id
  version
  status
  joinedOn
  leftOn
  cohort {
    id
    name
  }
  participant {
    id
    name
    level
    fieldOfStudy
    email
    institution {
      id
      name
    }
  }
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}`, {"hash":"sha256:0589f2d5f53f636d8c4f8cf964cc17e65e716e289f174ed31996425e207f045f"}) as unknown as TypedDocumentString<StartParticipationMutation, StartParticipationMutationVariables>;
export const CompleteParticipationDocument = new TypedDocumentString(`
    mutation CompleteParticipation($input: CompleteParticipationInput!) {
  completeParticipation(input: $input) {
    participation {
      ...RosterRow
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment RosterRow on Participation {
  id
  version
  status
  joinedOn
  leftOn
  cohort {
    id
    name
  }
  participant {
    id
    name
    level
    fieldOfStudy
    email
    institution {
      id
      name
    }
  }
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}`, {"hash":"sha256:165ea7d9a294c7db0d204b09a27910af65d1c40ba35cc293a20b225a939a8a47"}) as unknown as TypedDocumentString<CompleteParticipationMutation, CompleteParticipationMutationVariables>;
export const WithdrawParticipationDocument = new TypedDocumentString(`
    mutation WithdrawParticipation($input: WithdrawParticipationInput!) {
  withdrawParticipation(input: $input) {
    participation {
      ...RosterRow
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment RosterRow on Participation {
  id
  version
  status
  joinedOn
  leftOn
  cohort {
    id
    name
  }
  participant {
    id
    name
    level
    fieldOfStudy
    email
    institution {
      id
      name
    }
  }
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}`, {"hash":"sha256:b16f783d44596db0dbcf4429200ab203d12d578d26e3160c28d78e87eef7d46c"}) as unknown as TypedDocumentString<WithdrawParticipationMutation, WithdrawParticipationMutationVariables>;
export const ViewerRolesDocument = new TypedDocumentString(`
    query ViewerRoles {
  viewer {
    roles
  }
}
    `, {"hash":"sha256:65335b227b1a229e071b98f1811576871f67bf7faeb924045a16fd90f0a125aa"}) as unknown as TypedDocumentString<ViewerRolesQuery, ViewerRolesQueryVariables>;
export const HomeDocument = new TypedDocumentString(`
    query Home($now: DateTime!, $zone: TimeZone!) {
  changeCursor
  impact {
    id
    label
    measure
    computed
    reported {
      value
      comparator
      asOf
      source
    }
  }
  events(
    first: 3
    filter: { status: { eq: PUBLISHED }, endsAt: { gte: $now } }
    orderBy: [{ field: STARTS_AT }]
  ) {
    nodes {
      ...EventRow
    }
  }
  projects(
    first: 1
    filter: { status: { eq: ACTIVE } }
    orderBy: [{ field: STARTS_ON, direction: DESC }]
  ) {
    nodes {
      ...ProjectRow
      summary
    }
  }
  enumLabels(enums: ["ResearchField", "ProjectStatus", "EventMode"]) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment EventRow on Event {
  id
  slug
  title
  titles {
    language
  }
  status
  mode
  capacity
  placesLeft
  ...Times
  venue {
    id
    name
    city
  }
}
fragment Times on Event {
  timeZone
  localStart
  localEnd
  readersStart: localStart(timeZone: $zone)
  readersEnd: localEnd(timeZone: $zone)
}
fragment ProjectRow on Project {
  id
  slug
  title
  titles {
    language
  }
  status
  startsOn
  endsOn
  fields
  institutions {
    role
    institution {
      id
      name
      side
    }
  }
}`, {"hash":"sha256:c6f96fbfd18c0c4e313754b5effd4fe668468cb0fae757cd3e240041975a5e39"}) as unknown as TypedDocumentString<HomeQuery, HomeQueryVariables>;
export const InstitutionsDocument = new TypedDocumentString(`
    query Institutions {
  changeCursor
  institutions(
    first: 100
    orderBy: [{ field: NAME }]
    filter: { side: { in: [UC, MEXICO] } }
  ) {
    nodes {
      ...InstitutionRow
    }
  }
  collaborations(first: 100) {
    ...CollaborationLine
  }
}
    fragment InstitutionRow on Institution {
  id
  slug
  name
  side
  city
  region
  website
  location {
    latitude
    longitude
  }
  projects(first: 1) {
    totalCount
  }
}
fragment CollaborationLine on Collaboration {
  weight
  institution {
    id
    name
  }
  counterpart {
    id
    name
  }
}`, {"hash":"sha256:275def6dc7f02ed8de97df9b0a4d692db92a70c2274aff98a9aa8d3d1424f201"}) as unknown as TypedDocumentString<InstitutionsQuery, InstitutionsQueryVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me($zone: TimeZone!, $messages: Int!) {
  changeCursor
  viewer {
    kind
    personId
    unread
    person {
      ...OwnRecord
    }
    profile {
      __typename
      ... on Mentor {
        id
      }
      ... on Participant {
        id
      }
    }
    grants {
      role
      profileId
      expiresAt
      institution {
        id
        name
      }
    }
  }
  tasks(first: 50) {
    ...OwnTask
  }
  notifications(
    first: $messages
    orderBy: [{ field: CREATED_AT, direction: DESC }]
  ) {
    nodes {
      ...Message
    }
    pageInfo {
      hasNextPage
    }
  }
  registrations(
    first: 50
    filter: { status: { in: [CONFIRMED, WAITLISTED, ATTENDED] } }
    orderBy: [{ field: QUEUED_AT, direction: DESC }]
  ) {
    nodes {
      ...OwnRegistration
    }
  }
  enumLabels(
    enums: [
      "TaskKind"
      "NotificationKind"
      "RegistrationStatus"
      "EventMode"
      "MentorshipStatus"
      "SessionMode"
      "GrantedRole"
      "Language"
      "LanguageLevel"
      "ParticipantLevel"
    ]
  ) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment EventRow on Event {
  id
  slug
  title
  titles {
    language
  }
  status
  mode
  capacity
  placesLeft
  ...Times
  venue {
    id
    name
    city
  }
}
fragment Times on Event {
  timeZone
  localStart
  localEnd
  readersStart: localStart(timeZone: $zone)
  readersEnd: localEnd(timeZone: $zone)
}
fragment MyRegistration on Registration {
  id
  version
  status
  position
  ticketCode
  availableActions {
    name
    allowed
    reasons {
      code
      message
    }
  }
}
fragment OwnMentorship on Mentorship {
  id
  version
  status
  requestedBy
  respondBy
  startsOn
  endsOn
  goals
  sessions
  mentor {
    id
    name
    email
    phone
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  mentee: participant {
    id
    name
    email
    phone
    level
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  withinCohort: cohort {
    id
    name
  }
  sessionLog(first: 20, orderBy: [{ field: HELD_ON, direction: DESC }]) {
    nodes {
      id
      heldOn
      minutes
      mode
      summary
      sharedNote
    }
  }
  availableActions {
    ...Action
  }
}
fragment Message on Notification {
  id
  kind
  isRead
  createdAt
  entity {
    __typename
    id
    displayName
    ... on Event {
      slug
    }
    ... on Project {
      slug
    }
    ... on Registration {
      event {
        id
        slug
        title
      }
    }
    ... on Mentorship {
      mentor {
        id
        name
      }
      participant {
        id
        name
      }
    }
    ... on Participation {
      ofCohort: cohort {
        id
        name
      }
    }
    ... on Mobility {
      receivingInstitution {
        id
        name
      }
    }
  }
}
fragment OwnRecord on Person {
  ...OwnDetails
  languages {
    language
    level
  }
  homeConfirmed
  institution {
    id
    name
  }
  orcid
  consents {
    ...OwnConsent
  }
  availableActions {
    ...Action
  }
}
fragment OwnDetails on Person {
  id
  version
  name
  givenName
  familyNames
  preferredName
  email
  phone
  languagePreference
  timeZone
}
fragment OwnConsent on Consent {
  id
  purpose
  status
  noticeVersion
  grantedAt
  withdrawnAt
}
fragment OwnRegistration on Registration {
  ...MyRegistration
  event {
    ...EventRow
    myRegistration {
      id
    }
  }
}
fragment OwnTask on Task {
  kind
  mutation
  dueOn
  entity {
    __typename
    id
    displayName
    ... on Mentorship {
      ...OwnMentorship
    }
    ... on Event {
      slug
      version
      availableActions {
        ...Action
      }
    }
    ... on Project {
      slug
      version
      availableActions {
        ...Action
      }
    }
    ... on Call {
      version
      availableActions {
        ...Action
      }
    }
    ... on Participation {
      version
      participant {
        id
        name
      }
      ofCohort: cohort {
        id
        name
      }
      availableActions {
        ...Action
      }
    }
    ... on Mobility {
      version
      participant {
        id
        name
      }
      receivingInstitution {
        id
        name
      }
      availableActions {
        ...Action
      }
    }
  }
}
fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"hash":"sha256:3e5af679d26a369fa7a1a995ce5239bb18a2d9b5538b20d560ead9041601aa29"}) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const OwnMentorshipsDocument = new TypedDocumentString(`
    query OwnMentorships($mentors: [ID!]!, $participants: [ID!]!) {
  changeCursor
  mentorships(
    first: 40
    filter: {
      or: [
        { mentor: { is: { id: { in: $mentors } } } }
        { participant: { is: { id: { in: $participants } } } }
      ]
    }
    orderBy: [{ field: CREATED_AT, direction: DESC }]
  ) {
    nodes {
      ...OwnMentorship
    }
  }
}
    fragment OwnMentorship on Mentorship {
  id
  version
  status
  requestedBy
  respondBy
  startsOn
  endsOn
  goals
  sessions
  mentor {
    id
    name
    email
    phone
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  mentee: participant {
    id
    name
    email
    phone
    level
    institution {
      id
      name
    }
    hiddenFields {
      field
      reason
    }
  }
  withinCohort: cohort {
    id
    name
  }
  sessionLog(first: 20, orderBy: [{ field: HELD_ON, direction: DESC }]) {
    nodes {
      id
      heldOn
      minutes
      mode
      summary
      sharedNote
    }
  }
  availableActions {
    ...Action
  }
}
fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"hash":"sha256:0f6fdc946badc4496f7c1283961823213c30fa1fe6ca1bfd4513ade47aee733b"}) as unknown as TypedDocumentString<OwnMentorshipsQuery, OwnMentorshipsQueryVariables>;
export const AcceptMentorshipDocument = new TypedDocumentString(`
    mutation AcceptMentorship($input: AcceptMentorshipInput!) {
  acceptMentorship(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:de9c1e2b5017c73fa0785f9057ac481f6f83016116d708cecdb00765ff1be577"}) as unknown as TypedDocumentString<AcceptMentorshipMutation, AcceptMentorshipMutationVariables>;
export const DeclineMentorshipDocument = new TypedDocumentString(`
    mutation DeclineMentorship($input: DeclineMentorshipInput!) {
  declineMentorship(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:d46bc597504292d3506bc6270a815ebfb8afdb66fe673b16c2003845d7ddbf46"}) as unknown as TypedDocumentString<DeclineMentorshipMutation, DeclineMentorshipMutationVariables>;
export const StartMentorshipDocument = new TypedDocumentString(`
    mutation StartMentorship($input: StartMentorshipInput!) {
  startMentorship(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:155881e9a82a6cc49ce9c15771eae6dfcbce5afa74a9cab8f51e899b24e80167"}) as unknown as TypedDocumentString<StartMentorshipMutation, StartMentorshipMutationVariables>;
export const CompleteMentorshipDocument = new TypedDocumentString(`
    mutation CompleteMentorship($input: CompleteMentorshipInput!) {
  completeMentorship(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:8bc2d417459beef4548d2d94c59a4434494f7acb62da357918cdb7d91a55e41b"}) as unknown as TypedDocumentString<CompleteMentorshipMutation, CompleteMentorshipMutationVariables>;
export const EndMentorshipDocument = new TypedDocumentString(`
    mutation EndMentorship($input: EndMentorshipInput!) {
  endMentorship(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:09b11944d4034154278dd222b3faf9e3bb7e45f7f442222548d8c3f4f2d2bdf6"}) as unknown as TypedDocumentString<EndMentorshipMutation, EndMentorshipMutationVariables>;
export const LogSessionDocument = new TypedDocumentString(`
    mutation LogSession($input: LogMentorshipSessionInput!) {
  logMentorshipSession(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:7a89a608ede0e08cece4e85c06aaa492c31cc45d70f2bd7489ca2373770bc07f"}) as unknown as TypedDocumentString<LogSessionMutation, LogSessionMutationVariables>;
export const MarkReadDocument = new TypedDocumentString(`
    mutation MarkRead($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) {
    notificationIds
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:bcdee1a2a20d7c8a8aaf355ea047d8c28d2e21478937cd9866b08eee85767d4b"}) as unknown as TypedDocumentString<MarkReadMutation, MarkReadMutationVariables>;
export const UpdateMyProfileDocument = new TypedDocumentString(`
    mutation UpdateMyProfile($input: UpdateMyProfileInput!) {
  updateMyProfile(input: $input) {
    person {
      ...OwnDetails
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment OwnDetails on Person {
  id
  version
  name
  givenName
  familyNames
  preferredName
  email
  phone
  languagePreference
  timeZone
}`, {"hash":"sha256:80c49fa0167b60e427f71cac28d71ace078b36aabacb8c8b790e7e146c9c6d1d"}) as unknown as TypedDocumentString<UpdateMyProfileMutation, UpdateMyProfileMutationVariables>;
export const CreateMyProfileDocument = new TypedDocumentString(`
    mutation CreateMyProfile($input: CreateMyProfileInput!) {
  createMyProfile(input: $input) {
    person {
      ...OwnDetails
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment OwnDetails on Person {
  id
  version
  name
  givenName
  familyNames
  preferredName
  email
  phone
  languagePreference
  timeZone
}`, {"hash":"sha256:cd36c3b5bf8b4b4b693f579b05a4e8362eb2f2a4e8bb80bed85bcbe40252e453"}) as unknown as TypedDocumentString<CreateMyProfileMutation, CreateMyProfileMutationVariables>;
export const SetConsentDocument = new TypedDocumentString(`
    mutation SetConsent($input: SetConsentInput!) {
  setConsent(input: $input) {
    consent {
      ...OwnConsent
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment OwnConsent on Consent {
  id
  purpose
  status
  noticeVersion
  grantedAt
  withdrawnAt
}`, {"hash":"sha256:4364b868a01e611d8f18b01be37bd40368dc8a7245c831a1c87fcad0c304bdc9"}) as unknown as TypedDocumentString<SetConsentMutation, SetConsentMutationVariables>;
export const HomeInstitutionsDocument = new TypedDocumentString(`
    query HomeInstitutions {
  institutions(
    first: 100
    orderBy: [{ field: NAME }]
    filter: { side: { in: [UC, MEXICO] } }
  ) {
    nodes {
      id
      name
      side
    }
  }
}
    `, {"hash":"sha256:22a0f39fda5a338a4acd110a9bc161063e7e4a1cdae595967060bc2353c74d40"}) as unknown as TypedDocumentString<HomeInstitutionsQuery, HomeInstitutionsQueryVariables>;
export const TaskPublishCallDocument = new TypedDocumentString(`
    mutation TaskPublishCall($input: PublishCallInput!) {
  publishCall(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:fbf7aa578a2afcfe9414a89e65bee2abc82094158051ee8e75e82edfca646f32"}) as unknown as TypedDocumentString<TaskPublishCallMutation, TaskPublishCallMutationVariables>;
export const TaskPublishEventDocument = new TypedDocumentString(`
    mutation TaskPublishEvent($input: PublishEventInput!) {
  publishEvent(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:6d4c406b9c6708d3cf95f951251c4f56643fb6823150a5587549aeed3da8ca5b"}) as unknown as TypedDocumentString<TaskPublishEventMutation, TaskPublishEventMutationVariables>;
export const TaskPublishProjectDocument = new TypedDocumentString(`
    mutation TaskPublishProject($input: PublishProjectInput!) {
  publishProject(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:6388d21d63e94c01c4cb3d28d9779bdbd030f623ea9a8ff2937deb42c929875e"}) as unknown as TypedDocumentString<TaskPublishProjectMutation, TaskPublishProjectMutationVariables>;
export const TaskAcceptParticipationDocument = new TypedDocumentString(`
    mutation TaskAcceptParticipation($input: AcceptParticipationInput!) {
  acceptParticipation(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:e5418ffb3ca401f4d2f48230092743bfa82446b627cbb859621b223d671e4ba0"}) as unknown as TypedDocumentString<TaskAcceptParticipationMutation, TaskAcceptParticipationMutationVariables>;
export const TaskConfirmArrivalDocument = new TypedDocumentString(`
    mutation TaskConfirmArrival($input: ConfirmArrivalInput!) {
  confirmArrival(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:17795b2b7b019b7f7e99d48559399e255d7421f387d6dc11c44cd91b451fd32e"}) as unknown as TypedDocumentString<TaskConfirmArrivalMutation, TaskConfirmArrivalMutationVariables>;
export const TaskConfirmDepartureDocument = new TypedDocumentString(`
    mutation TaskConfirmDeparture($input: ConfirmDepartureInput!) {
  confirmDeparture(input: $input) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:4ed73862dae9de34911124485683268cb16b7096d9fa26d625a40ac143c9b560"}) as unknown as TypedDocumentString<TaskConfirmDepartureMutation, TaskConfirmDepartureMutationVariables>;
export const MentorDocument = new TypedDocumentString(`
    query Mentor($id: ID!) {
  changeCursor
  viewer {
    personId
    ...OwnCohorts
  }
  mentor(id: $id) {
    ...MentorRow
    capacity
    orcid
    email
    phone
    hiddenFields {
      field
      reason
    }
    mentorships(first: 20, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
      nodes {
        ...MentorshipState
      }
    }
  }
  enumLabels(
    enums: ["ResearchField", "MentorSector", "LanguageLevel", "MentorshipStatus"]
  ) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment MentorRow on Mentor {
  id
  name
  sector
  expertise
  available
  placesLeft
  languages {
    language
    level
  }
  institution {
    id
    name
    side
    city
  }
  biography
  biographies {
    language
  }
}
fragment MentorshipState on Mentorship {
  id
  version
  status
  requestedBy
  respondBy
  goals
  participant {
    id
  }
  ofCohort: cohort {
    id
    name
  }
  availableActions {
    ...Action
  }
}
fragment OwnCohorts on Viewer {
  kind
  grants {
    role
    profile {
      __typename
      ... on Participant {
        id
        participations(
          first: 20
          filter: { status: { ne: WITHDRAWN } }
          orderBy: [{ field: CREATED_AT, direction: DESC }]
        ) {
          nodes {
            id
            status
            ofCohort: cohort {
              id
              name
            }
          }
        }
      }
    }
  }
}
fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"hash":"sha256:be4da869c66e5130522859527b69c635d8ea3be8ea95cdfd4116dfa9e4ff0233"}) as unknown as TypedDocumentString<MentorQuery, MentorQueryVariables>;
export const RequestMentorshipDocument = new TypedDocumentString(`
    mutation RequestMentorship($input: RequestMentorshipInput!) {
  requestMentorship(input: $input) {
    mentorship {
      ...MentorshipState
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment MentorshipState on Mentorship {
  id
  version
  status
  requestedBy
  respondBy
  goals
  participant {
    id
  }
  ofCohort: cohort {
    id
    name
  }
  availableActions {
    ...Action
  }
}
fragment Action on AvailableAction {
  name
  allowed
  reasons {
    code
    message
  }
}`, {"hash":"sha256:4a5e5e16275f9ef1d553578c758887157497621949e80f064018a4ddf5630cb1"}) as unknown as TypedDocumentString<RequestMentorshipMutation, RequestMentorshipMutationVariables>;
export const CheckRequestDocument = new TypedDocumentString(`
    mutation CheckRequest($input: RequestMentorshipInput!) {
  requestMentorship(input: $input, dryRun: true) {
    userErrors {
      code
      path
      message
    }
  }
}
    `, {"hash":"sha256:e54fdfcd4c61a818e4c3d39f1d56b29a80484725cda3306d5c3f0f816e633396"}) as unknown as TypedDocumentString<CheckRequestMutation, CheckRequestMutationVariables>;
export const MentorsDocument = new TypedDocumentString(`
    query Mentors($search: String, $filter: MentorFilter, $free: MentorFilter, $english: MentorFilter, $spanish: MentorFilter, $orderBy: [MentorOrder!], $first: Int!, $after: String) {
  changeCursor
  viewer {
    ...OwnCohorts
  }
  mentors(
    search: $search
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
  ) {
    totalCount
    nodes {
      ...MentorRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    facets(limit: 20) {
      name
      values {
        value
        label
        count
      }
    }
  }
  free: mentors(search: $search, filter: $free) {
    totalCount
  }
  english: mentors(search: $search, filter: $english) {
    totalCount
  }
  spanish: mentors(search: $search, filter: $spanish) {
    totalCount
  }
  enumLabels(enums: ["ResearchField", "MentorSector"]) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment MentorRow on Mentor {
  id
  name
  sector
  expertise
  available
  placesLeft
  languages {
    language
    level
  }
  institution {
    id
    name
    side
    city
  }
  biography
  biographies {
    language
  }
}
fragment OwnCohorts on Viewer {
  kind
  grants {
    role
    profile {
      __typename
      ... on Participant {
        id
        participations(
          first: 20
          filter: { status: { ne: WITHDRAWN } }
          orderBy: [{ field: CREATED_AT, direction: DESC }]
        ) {
          nodes {
            id
            status
            ofCohort: cohort {
              id
              name
            }
          }
        }
      }
    }
  }
}`, {"hash":"sha256:8a5783b59fc34be3231377cfc9d1a3258b41939c1a4dca4a7a650e1b22edfb3f"}) as unknown as TypedDocumentString<MentorsQuery, MentorsQueryVariables>;
export const SuggestedMentorsDocument = new TypedDocumentString(`
    query SuggestedMentors($participation: ID!) {
  changeCursor
  suggestedMentors(participation: $participation, first: 4) {
    score
    mentor {
      ...MentorRow
    }
    reasons {
      kind
      text
    }
  }
}
    fragment MentorRow on Mentor {
  id
  name
  sector
  expertise
  available
  placesLeft
  languages {
    language
    level
  }
  institution {
    id
    name
    side
    city
  }
  biography
  biographies {
    language
  }
}`, {"hash":"sha256:44887cf85b02f794a5c70a9051dacad0cdace15ce19ce20976d0c8909bcd1336"}) as unknown as TypedDocumentString<SuggestedMentorsQuery, SuggestedMentorsQueryVariables>;
export const EditProjectDocument = new TypedDocumentString(`
    query EditProject($slug: String!) {
  changeCursor
  project(slug: $slug) {
    ...ProjectTexts
    slug
    availableActions {
      name
      allowed
      reasons {
        code
        message
      }
    }
  }
}
    fragment ProjectTexts on Project {
  id
  version
  title
  titles {
    language
    text
  }
  summaries {
    language
    text
  }
}`, {"hash":"sha256:f8c423855b6cf73602ce3488c70057cb3ce81bf4921e48b2d82c2972530a9c2d"}) as unknown as TypedDocumentString<EditProjectQuery, EditProjectQueryVariables>;
export const UpdateProjectDocument = new TypedDocumentString(`
    mutation UpdateProject($input: UpdateProjectInput!) {
  updateProject(input: $input) {
    project {
      ...ProjectTexts
    }
    userErrors {
      code
      path
      message
    }
  }
}
    fragment ProjectTexts on Project {
  id
  version
  title
  titles {
    language
    text
  }
  summaries {
    language
    text
  }
}`, {"hash":"sha256:5086a7bc61c34d95bbf122e940d542e551cae892e3e36ae58221129fdf356fb1"}) as unknown as TypedDocumentString<UpdateProjectMutation, UpdateProjectMutationVariables>;
export const ProjectDocument = new TypedDocumentString(`
    query Project($slug: String!) {
  changeCursor
  project(slug: $slug) {
    id
    slug
    title
    titles {
      language
    }
    summary
    summaries {
      language
    }
    status
    startsOn
    endsOn
    fields
    sdgs
    source
    program {
      id
      name
    }
    institutions {
      role
      institution {
        id
        name
        side
        website
      }
    }
    contributors {
      role
      name
      hiddenFields {
        field
        reason
      }
    }
    outputs {
      doi
      title
      kind
      publishedOn
    }
    totalAwarded {
      amount
      currency
    }
    awards {
      id
      kind
      amount
      currency
      decidedOn
      funder {
        id
        name
      }
    }
    agreement {
      ...Step
    }
    originatedFrom {
      ...Step
    }
    availableActions {
      name
      allowed
    }
  }
  enumLabels(
    enums: [
      "ResearchField"
      "ProjectStatus"
      "ContributorRole"
      "OutputKind"
      "AwardKind"
      "ProjectRole"
    ]
  ) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment Step on Node {
  __typename
  id
  displayName
  ... on Award {
    kind
    decidedOn
  }
  ... on Agreement {
    signedOn
  }
  ... on Project {
    slug
  }
}`, {"hash":"sha256:43407bdc675f2181ab52607bb8a9060d8efbbd8189341f458ac3bd97c7a49841"}) as unknown as TypedDocumentString<ProjectQuery, ProjectQueryVariables>;
export const ProjectsDocument = new TypedDocumentString(`
    query Projects($search: String, $filter: ProjectFilter, $orderBy: [ProjectOrder!], $first: Int!, $after: String) {
  changeCursor
  projects(
    search: $search
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
  ) {
    totalCount
    nodes {
      ...ProjectRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    facets(limit: 12) {
      name
      values {
        value
        label
        count
      }
    }
  }
  enumLabels(enums: ["ResearchField", "ProjectStatus"]) {
    ...EnumLabels
  }
}
    fragment EnumLabels on EnumLabels {
  name
  values {
    value
    label
  }
}
fragment ProjectRow on Project {
  id
  slug
  title
  titles {
    language
  }
  status
  startsOn
  endsOn
  fields
  institutions {
    role
    institution {
      id
      name
      side
    }
  }
}`, {"hash":"sha256:f3de37ef0f7e042c1dcb3629f1c63271eb5f261586bcb5c5ab305490aeb4f1fa"}) as unknown as TypedDocumentString<ProjectsQuery, ProjectsQueryVariables>;