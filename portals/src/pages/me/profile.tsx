import { useState } from "react";
import { useForm } from "../../data/use-form.ts";
import { cityOf } from "../../dates.ts";
import type { OwnRecordFragment } from "../../generated/graphql.ts";
import { ActButton, actionOf } from "../../ui/act.tsx";
import { Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { languageName } from "../mentors/languages.ts";
import { formValues } from "./details.ts";
import { ProfileForm } from "./profile-form.tsx";

type Label = (name: string, value: string) => string;

interface Props {
  person: OwnRecordFragment;
  label: Label;
}

/** What is known of the reader, who can see it, and the form that changes it. */
export function Profile({ person, label }: Props) {
  const { me: words } = useWords();
  const form = useForm("profile", formValues(person));
  const [isOpen, setOpen] = useState(form.isTouched);
  const [isSaved, setSaved] = useState(false);
  return (
    <section aria-labelledby="profile">
      <h2 id="profile">{words.profile}</h2>
      {isSaved && !isOpen && (
        <Notice kind="good">
          <p>{words.saved}</p>
        </Notice>
      )}
      {isOpen ? (
        <ProfileForm
          person={person}
          form={form}
          label={label}
          close={(saved) => {
            setSaved(saved);
            setOpen(false);
          }}
        />
      ) : (
        <>
          <Known person={person} label={label} />
          <ActButton
            quiet
            action={actionOf(person.availableActions, "updateMyProfile")}
            isBusy={false}
            run={() => {
              form.reset(formValues(person));
              setOpen(true);
            }}
          >
            {words.edit}
          </ActButton>
        </>
      )}
    </section>
  );
}

function Known({ person, label }: Props) {
  const { me: words } = useWords();
  const { fields } = words;
  const none = <span class="quiet-ink">{words.notKnown}</span>;
  return (
    <>
      <dl class="details known">
        <dt>{words.name}</dt>
        <dd>
          {[person.givenName, person.familyNames].join(" ")}
          {person.preferredName && <span class="quiet-ink block">{words.goesBy(person.preferredName)}</span>}
        </dd>
        <dt>{words.home}</dt>
        <dd>
          {person.institution?.name ?? none}
          {person.institution && !person.homeConfirmed && <span class="quiet-ink block">{words.unconfirmed}</span>}
        </dd>
        <dt>{fields.email}</dt>
        <dd>{person.email ?? none}</dd>
        <dt>{fields.phone}</dt>
        <dd>{person.phone ?? none}</dd>
        <dt>{words.spoken}</dt>
        <dd>{person.languages.map((one) => `${languageName(one.language)}, ${label("LanguageLevel", one.level)}`).join("; ") || none}</dd>
        <dt>{fields.languagePreference}</dt>
        <dd>{person.languagePreference ? label("Language", person.languagePreference) : none}</dd>
        <dt>{fields.timeZone}</dt>
        <dd>{person.timeZone ? cityOf(person.timeZone) : none}</dd>
        {person.orcid && (
          <>
            <dt>ORCID</dt>
            <dd>{person.orcid}</dd>
          </>
        )}
      </dl>
      <p class="quiet-ink">{words.seenBy}</p>
    </>
  );
}
