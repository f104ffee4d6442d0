import { useAction } from "../../data/use-action.ts";
import { shortDay } from "../../dates.ts";
import { type ConsentPurpose, type OwnConsentFragment, SetConsentDocument } from "../../generated/graphql.ts";
import { announce } from "../../ui/announcer.tsx";
import { ErrorSummary, Notice } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";

/** The version of what the switches say, in both languages: whoever agrees agrees to that text. */
const NOTICE = "2026-12";
const PURPOSES = ["PUBLIC_PROFILE", "ATTRIBUTION", "PARTNER_ACCESS", "SYSTEM_TRANSFER"] as const satisfies readonly ConsentPurpose[];

/** What the reader lets others see: each purpose with what it opens, to whom, since when, and its switch. */
export function Consents({ consents }: { consents: readonly OwnConsentFragment[] }) {
  const { me: words } = useWords();
  return (
    <section aria-labelledby="consents">
      <h2 id="consents">{words.consents}</h2>
      <p class="quiet-ink">{words.atOnce}</p>
      <ul class="rows">
        {PURPOSES.map((purpose) => (
          <Consent key={purpose} purpose={purpose} consents={consents.filter((one) => one.purpose === purpose)} />
        ))}
      </ul>
    </section>
  );
}

function Consent({ purpose, consents }: { purpose: ConsentPurpose; consents: readonly OwnConsentFragment[] }) {
  const words = useWords();
  const set = useAction(SetConsentDocument, ["CONSENT", "PERSON", "MENTOR", "PARTICIPANT", "MENTORSHIP", "PROJECT"]);
  const given = consents.find((one) => one.status === "GRANTED");
  const withdrawn = consents.map((one) => one.withdrawnAt ?? "").toSorted().at(-1);
  const { title, text } = words.me.consentText[purpose];
  async function run(): Promise<void> {
    const payload = await set.run({ input: { purpose, given: !given, ...(given ? {} : { noticeVersion: NOTICE }) } });
    if (payload?.userErrors.length === 0) {
      announce(given ? words.me.isOff(title) : words.me.isOn(title));
    }
  }
  return (
    <li class="row consent">
      <ErrorSummary errors={set.errors} failure={set.failure} />
      <div class="switched">
        <h3 id={purpose}>{title}</h3>
        <button
          type="button"
          role="switch"
          class="switch"
          aria-checked={given !== undefined}
          aria-labelledby={purpose}
          aria-describedby={`${purpose}-text`}
          aria-disabled={set.isBusy}
          onClick={() => set.isBusy || void run()}
        >
          <span aria-hidden="true">{given ? words.me.on : words.me.off}</span>
        </button>
      </div>
      <p id={`${purpose}-text`}>{text}</p>
      <p class="facts">{given?.grantedAt ? words.me.given(shortDay(given.grantedAt)) : withdrawn ? words.me.withdrawn(shortDay(withdrawn)) : words.me.notGiven}</p>
      {set.isWaiting && <Notice kind="warning">{words.states.waiting}</Notice>}
    </li>
  );
}
