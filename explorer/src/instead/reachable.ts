/**
 * In place of React, for the explorer plugin alone: what it lets only a mouse click on, keys reach too,
 * and its fields have names for screen readers.
 */
import * as React from "react";
import { wordsNow } from "../words.ts";

export { Component, Fragment, PureComponent } from "react";

type Props = Record<string, unknown> | null;

function onKeyDown(event: React.KeyboardEvent<HTMLElement>): void {
  if (event.target === event.currentTarget && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    event.currentTarget.click();
  }
}

function reachable(type: unknown, props: Props): Props {
  if (type === "span" && props?.["onClick"]) {
    return { ...props, role: "button", tabIndex: 0, onKeyDown };
  }
  if (type === "select" || type === "input") {
    return { "aria-label": wordsNow().value, ...props };
  }
  return props;
}

export function createElement(type: string, props: Props, ...children: React.ReactNode[]): React.ReactElement {
  return React.createElement(type, reachable(type, props), ...children);
}
