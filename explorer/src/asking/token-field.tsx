/** The field for a token, where the server signs none for its readers. */
import { Button, Dialog, VisuallyHidden } from "@graphiql/react";
import { type FormEvent, useRef, useState } from "react";
import { inDevelopment } from "../server.ts";
import { useWords } from "../words.ts";
import { forget, problem, token, use } from "./token.ts";
import { Who } from "./who.tsx";

export function TokenField() {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wrong = problem.use();

  const change = (opened: boolean): void => {
    setOpen(opened);
    if (!opened) {
      setTimeout(() => button.current?.focus()); // the dialog knows no button that opened it
    }
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className="menu-button view-as"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {words.token}: {wrong ? words.refused : <Who />}
      </button>
      <Dialog open={open} onOpenChange={change}>
        <div className="graphiql-dialog-header">
          <Dialog.Title className="graphiql-dialog-title">{words.tokenTitle}</Dialog.Title>
          <VisuallyHidden>
            <Dialog.Description>{words.tokenAbout}</Dialog.Description>
          </VisuallyHidden>
          <Dialog.Close />
        </div>
        <TokenForm />
      </Dialog>
    </>
  );
}

function TokenForm() {
  const words = useWords();
  const kept = token.use();
  const wrong = problem.use();
  const [text, setText] = useState(kept);
  const [shown, setShown] = useState(false);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    use(text);
  };

  return (
    <form className="graphiql-dialog-section token-form" onSubmit={submit} autoComplete="off">
      {inDevelopment && <p>{words.noPersonas}</p>}
      <label htmlFor="token">{words.tokenLabel}</label>
      <div className="token-row">
        <input
          id="token"
          type={shown ? "text" : "password"}
          value={text}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={wrong !== null}
          aria-describedby="token-kept token-problem"
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {words.show}
        </Button>
      </div>
      <p id="token-problem" role="alert">
        {wrong}
      </p>
      <p role="status">{kept && !wrong && <Asking />}</p>
      <div className="token-row">
        <Button type="submit" state="success">
          {words.use}
        </Button>
        <Button
          type="button"
          disabled={!kept && !text}
          onClick={() => {
            setText("");
            forget();
          }}
        >
          {words.forget}
        </Button>
      </div>
      <p id="token-kept">{words.tokenKept}</p>
    </form>
  );
}

function Asking() {
  const words = useWords();
  return (
    <>
      {words.asking} <Who />
    </>
  );
}
