import type { UserError } from "@puente/client";
import { useEffect, useRef } from "react";
import { useAction } from "../../data/use-action.ts";
import type { Form } from "../../data/use-form.ts";
import { type Language, type OwnRecordFragment, UpdateMyProfileDocument, type UpdateMyProfileInput } from "../../generated/graphql.ts";
import { cityOf } from "../../dates.ts";
import { merge } from "../../merge.ts";
import { announce } from "../../ui/announcer.tsx";
import { Conflict } from "../../ui/conflict.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { type Base, baseOf, changesOf, type Details, type DetailName, formValues, zoneOptions } from "./details.ts";

export type ProfileFields = DetailName | "base" | "disputed";

const LANGUAGES: readonly Language[] = ["EN", "ES"];

interface Props {
  person: OwnRecordFragment;
  /** With what it started with, and with what is disputed, so that a reload keeps both. */
  form: Form<ProfileFields>;
  label(name: string, value: string): string;
  close(saved: boolean): void;
}

/** The reader's details. When they were changed elsewhere meanwhile, both texts are shown, and what was typed stays. */
export function ProfileForm({ person, form, label, close }: Props) {
  const words = useWords();
  const update = useAction(UpdateMyProfileDocument, ["PERSON", "MENTOR", "PARTICIPANT"]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const base = JSON.parse(form.values.base) as Base;
  const disputed = form.values.disputed.split(" ").filter(Boolean) as DetailName[];
  const { fields } = words.me;
  const { errors } = update;
  const languageOf = (value: string): string => (value ? label("Language", value) : words.me.notKnown);
  const readable = (details: Details): Details => ({
    ...details,
    languagePreference: languageOf(details.languagePreference),
    timeZone: details.timeZone && cityOf(details.timeZone),
  });

  async function save(): Promise<void> {
    const changes = changesOf(form.values, base) as Partial<UpdateMyProfileInput>;
    const payload = await update.run({ input: { id: person.id, expectedVersion: base.version, ...changes } });
    if (!payload) {
      return;
    }
    if (payload.userErrors.length === 0) {
      form.reset(formValues(payload.person ?? person));
      announce(words.me.saved);
      close(true);
    } else if (payload.person && isConflict(payload.userErrors)) {
      const now = baseOf(payload.person);
      const { texts, conflicts } = merge(base.details, detailsOf(form), now.details);
      form.put({ ...(texts as Details), base: JSON.stringify(now), disputed: conflicts.join(" ") });
    }
  }

  function take(name: string): void {
    const others = disputed.filter((one) => one !== name);
    form.put({ ...form.values, [name]: base.details[name as DetailName], disputed: others.join(" ") });
  }

  return (
    <form
      class="panel"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!update.isBusy) {
          void save();
        }
      }}
    >
      <ErrorSummary errors={errors} failure={update.failure} prefix={form.prefix} />
      <h3 tabIndex={-1} ref={heading}>
        {words.me.edit}
      </h3>
      {update.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      {disputed.length > 0 && (
        <Conflict names={disputed} labels={fields} mine={readable(detailsOf(form))} theirs={readable(base.details)} take={take} />
      )}
      {isConflict(errors) && disputed.length === 0 && <Notice kind="warning">{words.me.joined}</Notice>}
      <Field {...form.at("givenName")} label={fields.givenName} autoComplete="given-name" errors={errors} />
      <Field {...form.at("familyNames")} label={fields.familyNames} autoComplete="family-name" errors={errors} />
      <Field {...form.at("preferredName")} label={fields.preferredName} hint={words.me.preferredHint} isOptional autoComplete="nickname" errors={errors} />
      <Field {...form.at("email")} type="email" label={fields.email} autoComplete="email" errors={errors} />
      <Field {...form.at("phone")} type="tel" label={fields.phone} hint={words.me.phoneHint} isOptional autoComplete="tel" errors={errors} />
      <SelectField
        {...form.at("languagePreference")}
        label={fields.languagePreference}
        options={["", ...LANGUAGES].map((one) => [one, languageOf(one)] as const)}
        errors={errors}
      />
      <SelectField
        {...form.at("timeZone")}
        label={fields.timeZone}
        options={[["", words.me.notKnown], ...zoneOptions(form.values.timeZone)]}
        errors={errors}
      />
      <p class="acts">
        <button type="submit" aria-disabled={update.isBusy}>
          {words.form.save}
        </button>{" "}
        <button
          type="button"
          class="quiet"
          onClick={() => {
            form.reset(formValues(person));
            close(false);
          }}
        >
          {words.form.cancel}
        </button>
      </p>
    </form>
  );
}

/** What was typed, as it would be stored. */
function detailsOf(form: Form<ProfileFields>): Details {
  const { base: _, disputed: __, ...details } = form.values;
  return Object.fromEntries(Object.entries(details).map(([name, text]) => [name, text.trim()])) as Details;
}

const isConflict = (errors: readonly UserError[]): boolean => errors.some((error) => error.code === "CONFLICT");
