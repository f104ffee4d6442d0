import type { ComponentChildren } from "preact";
import { useId } from "react";

interface AvailableAction {
  name: string;
  allowed: boolean;
  reasons: readonly { code: string; message: string }[];
}

/** What the API says about an action of a row; undefined if the reader's roles don't have it at all. */
export function actionOf(actions: readonly AvailableAction[], name: string): AvailableAction | undefined {
  return actions.find((action) => action.name === name);
}

interface Props {
  action: AvailableAction | undefined;
  isBusy: boolean;
  run(): void;
  quiet?: boolean;
  children: ComponentChildren;
}

/** A button for an action. One that is not allowed now stays, can be reached, and says why. */
export function ActButton({ action, isBusy, run, quiet, children }: Props) {
  const id = useId();
  if (!action) {
    return null;
  }
  const reasons = action.allowed ? [] : action.reasons;
  return (
    <div class="act">
      <button
        type="button"
        class={quiet ? "quiet" : ""}
        aria-disabled={!action.allowed || isBusy}
        aria-describedby={reasons.length > 0 ? id : undefined}
        onClick={() => action.allowed && !isBusy && run()}
      >
        {children}
      </button>
      {reasons.length > 0 && (
        <span class="reason" id={id}>
          {reasons.map((reason) => reason.message).join(" ")}
        </span>
      )}
    </div>
  );
}
