import { useState } from "react";
import { configuration } from "../../configuration.ts";
import { client } from "../../data/client.ts";
import { useAction } from "../../data/use-action.ts";
import { textOrNull, useForm } from "../../data/use-form.ts";
import { useQuery } from "../../data/use-query.ts";
import { readersZone } from "../../dates.ts";
import { CreateMyProfileDocument, HomeInstitutionsDocument, type Language } from "../../generated/graphql.ts";
import { language, languages } from "../../language.ts";
import { announce } from "../../ui/announcer.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { zoneOptions } from "./details.ts";

/** For somebody of whom there is no record: the form that makes one. At a first sign-in it is open. */
export function CreateProfile({ isFirst }: { isFirst: boolean }) {
  const { me: words } = useWords();
  const [isOpen, setOpen] = useState(isFirst);
  return (
    <section class="panel" aria-labelledby="create">
      {isOpen ? (
        <CreateForm />
      ) : (
        <>
          <h2 id="create">{words.noRecord}</h2>
          <p>{words.noRecordText}</p>
          <button type="button" onClick={() => setOpen(true)}>
            {words.create}
          </button>
        </>
      )}
    </section>
  );
}

function CreateForm() {
  const words = useWords();
  const { fields } = words.me;
  const spoken = language.get().toUpperCase();
  const empty = { givenName: "", familyNames: "", preferredName: "", institution: "", email: "", languagePreference: spoken, timeZone: readersZone };
  const form = useForm("record", empty);
  const create = useAction(CreateMyProfileDocument, ["PERSON"]);
  const homes = useHomes();
  const { errors } = create;

  async function send(): Promise<void> {
    const { givenName, familyNames, preferredName, institution, email, languagePreference, timeZone } = form.values;
    const payload = await create.run({
      input: {
        givenName: givenName.trim(),
        familyNames: familyNames.trim(),
        preferredName: textOrNull(preferredName),
        institution: institution || null,
        email: textOrNull(email),
        languagePreference: languagePreference as Language,
        timeZone,
      },
    });
    if (payload?.userErrors.length === 0) {
      form.reset(empty);
      announce(words.me.made);
      client.renewViewer(); // who has a record sees other things
    }
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!create.isBusy) {
          void send();
        }
      }}
    >
      <ErrorSummary errors={errors} failure={create.failure} prefix={form.prefix} />
      <h2 id="create">{words.me.create}</h2>
      <p>{words.me.createText}</p>
      {create.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
      <Field {...form.at("givenName")} label={fields.givenName} autoComplete="given-name" errors={errors} />
      <Field {...form.at("familyNames")} label={fields.familyNames} autoComplete="family-name" errors={errors} />
      <Field {...form.at("preferredName")} label={fields.preferredName} hint={words.me.preferredHint} isOptional errors={errors} />
      <SelectField {...form.at("institution")} label={words.me.home} hint={words.me.homeHint} options={[["", words.me.noHome], ...homes]} errors={errors} />
      <Field {...form.at("email")} type="email" label={fields.email} autoComplete="email" isOptional errors={errors} />
      <SelectField
        {...form.at("languagePreference")}
        label={fields.languagePreference}
        options={(["en", "es"] as const).map((one) => [one.toUpperCase(), languages[one]] as const)}
        errors={errors}
      />
      <SelectField {...form.at("timeZone")} label={fields.timeZone} options={zoneOptions(form.values.timeZone)} errors={errors} />
      <button type="submit" aria-disabled={create.isBusy}>
        {words.me.create}
      </button>
    </form>
  );
}

/** The institutions to be at home at, those of the portal's side first. */
function useHomes(): (readonly [string, string])[] {
  const result = useQuery(HomeInstitutionsDocument, {}, ["INSTITUTION"]);
  const ours = (side: string): number => (side === configuration.side ? 0 : 1);
  const nodes = result.data?.institutions.nodes ?? [];
  return nodes.toSorted((one, other) => ours(one.side) - ours(other.side)).map((one) => [one.id, one.name] as const);
}
