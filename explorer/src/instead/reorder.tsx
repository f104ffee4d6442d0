/** In place of an animation library that only drags tabs about: a plain list, whose buttons are the tabs. */
import type { ComponentPropsWithRef } from "react";

type Of<Element extends "ul" | "li"> = ComponentPropsWithRef<Element> & {
  values?: unknown;
  value?: unknown;
  axis?: string;
  onReorder?: unknown;
  dragElastic?: boolean;
};

function Group({ values: _values, axis: _axis, onReorder: _onReorder, role: _role, ...list }: Of<"ul">) {
  return <ul {...list} />;
}

function Item({
  value: _value,
  dragElastic: _dragElastic,
  role: _role,
  "aria-selected": selected,
  ...item
}: Of<"li">) {
  return <li aria-current={selected ? "true" : undefined} {...item} />;
}

export const Reorder = { Group, Item };
