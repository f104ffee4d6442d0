/** The menu that copies the current operation as a command, as code, or as a link to this page. */
import { DropdownMenu } from "@graphiql/react";
import { language, locale } from "../language.ts";
import { useWords, wordsNow } from "../words.ts";
import { curl } from "./curl.ts";
import { type CopiedRequest, type Current, needsToken, NotCopied, requestOf, useCurrent } from "./current.ts";
import { linkTo, LONGEST, show } from "./link.ts";
import { copy, notice } from "./notice.tsx";
import { script } from "./script.ts";
import { holdsToken } from "./tokens.ts";

async function copyAs(write: (request: CopiedRequest) => string, current: Current): Promise<void> {
  const words = wordsNow();
  const request = requestOf(current);
  const copied = needsToken(request) ? `${words.copied}. ${words.tokenVariable}` : `${words.copied}.`;
  await copy(write(request), copied, words.byHand);
}

async function share({ query, variables, operationName }: Current): Promise<void> {
  const words = wordsNow();
  if (holdsToken(query) || holdsToken(variables)) {
    throw new NotCopied(words.linkHoldsToken);
  }
  const link = await linkTo({ query, variables, operationName, language: language.get() });
  if (link.length > LONGEST) {
    const [long, most] = [link.length, LONGEST].map((one) => one.toLocaleString(locale()));
    throw new NotCopied(words.linkTooLong.replace("{long}", long!).replace("{most}", most!));
  }
  show(link);
  await copy(link, words.linkCopied, words.byHand);
}

export function ShareMenu() {
  const words = useWords();
  const current = useCurrent();

  const doing = (action: (current: Current) => Promise<void>) => (): void => {
    notice.set(null);
    action(current()).catch((error: unknown) => {
      if (!(error instanceof NotCopied)) {
        throw error;
      }
      notice.set({ message: error.message, failed: true });
    });
  };

  return (
    <DropdownMenu modal={false}>
      <DropdownMenu.Button
        className="graphiql-un-styled graphiql-toolbar-button"
        aria-label={words.copyAndShare}
        title={words.copyAndShare}
      >
        <svg className="graphiql-toolbar-icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M8 10V2m0 0L5 5m3-3 3 3M3 8v6h10V8" strokeWidth="1.1" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </DropdownMenu.Button>
      <DropdownMenu.Content className="examples" align="start" collisionPadding={8} aria-label={words.copyAndShare}>
        <DropdownMenu.Item onSelect={doing((one) => copyAs(curl, one))}>{words.copyCurl}</DropdownMenu.Item>
        <DropdownMenu.Item onSelect={doing((one) => copyAs(script, one))}>{words.copyFetch}</DropdownMenu.Item>
        <DropdownMenu.Item onSelect={doing(share)}>{words.copyLink}</DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
