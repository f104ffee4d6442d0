import { observed, useObserved } from "../observed.ts";

const message = observed("");

/** Says something to screen readers, politely: after what is being read. */
export function announce(text: string): void {
  message.set("");
  setTimeout(() => message.set(text), 50);
}

export function Announcer() {
  return (
    <div class="read-only" role="status">
      {useObserved(message)}
    </div>
  );
}
