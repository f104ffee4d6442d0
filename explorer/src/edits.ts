/** Notices when the operation or its variables change, also by another tab of the page or an example. */
import { useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";

let count = 0;

/** Differs before and after a change. */
export const edition = (): number => count;

export function useEdits(onEdit: () => void): void {
  const editors = useGraphiQL(({ queryEditor, variableEditor }) => ({ queryEditor, variableEditor }));
  const { queryEditor, variableEditor } = editors;
  useEffect(() => {
    const listeners = [queryEditor, variableEditor].map((editor) => {
      let before = editor?.getValue();
      return editor?.onDidChangeModelContent(() => {
        const now = editor.getValue();
        if (now !== before) {
          before = now;
          count += 1;
          onEdit();
        }
      });
    });
    return () => listeners.forEach((listener) => listener?.dispose());
  }, [queryEditor, variableEditor, onEdit]);
}
