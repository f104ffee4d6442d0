/** PostgreSQL's plan as a tree that opens and closes. */
import { useWords } from "../words.ts";
import { amount, milliseconds } from "./numbers.ts";
import { slowSteps, type Step, steps } from "./plan.ts";

interface Ranked {
  readonly root: Step;
  readonly slowest: Step;
  readonly slow: ReadonlySet<Step>;
  readonly small: boolean;
}

const SMALL = 40;

function Figures({ step, ranked }: { step: Step; ranked: Ranked }) {
  const words = useWords();
  if (step.runs === 0) {
    return <span className="figures">{words.never}</span>;
  }
  return (
    <span className="figures">
      <b>{milliseconds(step.own)}</b> {words.own}
      {step.below.length > 0 && ` · ${milliseconds(step.total)} ${words.withBelow}`}
      {` · ${words.rows}: ${amount(step.rows)} (${words.expected}: ${amount(step.expected)})`}
      {step.removed > 0 && ` · ${words.removed}: ${amount(step.removed)}`}
      {step.runs > 1 && ` · ${amount(step.runs)} ${words.times}`}
      {` · ${words.blocks}: ${amount(step.hit)} ${words.fromCache}, ${amount(step.read)} ${words.read}`}
      <span className="share" aria-hidden="true">
        <span style={{ width: `${ranked.root.total ? (100 * step.own) / ranked.root.total : 0}%` }} />
      </span>
    </span>
  );
}

function Head({ step, ranked }: { step: Step; ranked: Ranked }) {
  const words = useWords();
  const mark = step === ranked.slowest ? words.slowest : ranked.slow.has(step) ? words.slow : "";
  return (
    <>
      <span className="step-title">{step.title}</span>
      {mark && <strong className={step === ranked.slowest ? "mark slowest" : "mark"}>{mark}</strong>}
      <Figures step={step} ranked={ranked} />
      {step.conditions.map((condition) => (
        <code key={condition}>{condition}</code>
      ))}
    </>
  );
}

/** A large plan shows the way to its slow steps, a small one everything. */
function Branch({ step, ranked }: { step: Step; ranked: Ranked }) {
  if (step.below.length === 0) {
    return (
      <li className="leaf">
        <Head step={step} ranked={ranked} />
      </li>
    );
  }
  return (
    <li>
      <details open={ranked.small || steps(step).some((one) => ranked.slow.has(one))}>
        <summary>
          <Head step={step} ranked={ranked} />
        </summary>
        <ul>
          {step.below.map((below, index) => (
            <Branch key={index} step={below} ranked={ranked} />
          ))}
        </ul>
      </details>
    </li>
  );
}

export function PlanTree({ root }: { root: Step }) {
  const ranked: Ranked = { root, ...slowSteps(root), small: steps(root).length <= SMALL };
  return (
    <ul className="plan">
      <Branch step={root} ranked={ranked} />
    </ul>
  );
}
