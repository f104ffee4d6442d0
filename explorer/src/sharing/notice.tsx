/** What copying and sharing came to; where the browser does not let the page copy, the text to copy by hand. */
import { observed } from "../observed.ts";
import { useWords } from "../words.ts";

interface Notice {
  readonly message: string;
  readonly failed?: boolean;
  readonly text?: string;
}

export const notice = observed<Notice | null>(null);

/** Browsers let pages copy only on https and on this machine, and only at the reader's wish. */
export async function copy(text: string, copied: string, byHand: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notice.set({ message: copied });
  } catch {
    notice.set({ message: byHand, text });
  }
}

export function Notice() {
  const words = useWords();
  const current = notice.use();
  return (
    <div className={current ? "notice" : "no-notice"}>
      <p role="status" className={current?.failed ? "failed" : undefined}>
        {current?.message}
      </p>
      {current && (
        <button type="button" className="small-button" onClick={() => notice.set(null)}>
          {words.close}
        </button>
      )}
      {current?.text && (
        <textarea readOnly aria-label={words.byHand} value={current.text} onFocus={({ target }) => target.select()} />
      )}
    </div>
  );
}
