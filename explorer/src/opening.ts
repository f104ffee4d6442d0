/** Puts an operation into the editors: into a tab of its own unless the current one is empty. */
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";

export interface Opened {
  readonly query: string;
  readonly variables: string;
  readonly operationName: string | null;
}

export function useOpening(): (opened: Opened) => void {
  const { addTab, setOperationName, stop } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL((state) => ({
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  return ({ query, variables, operationName }) => {
    stop(); // a subscription of before, or else the next Run would only end that
    if (queryEditor?.getValue().trim()) {
      addTab();
    }
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    if (operationName) {
      setOperationName(operationName); // GraphiQL finds it out too, but later than a quick hand runs the query
    }
  };
}
