import { useEffect, useState } from "react";

/** A value that components read and follow. */
export interface Observed<T> {
  get(): T;
  set(value: T): void;
  observe(reader: (value: T) => void): () => void;
}

export function observed<T>(initial: T): Observed<T> {
  const readers = new Set<(value: T) => void>();
  let current = initial;
  return {
    get: () => current,
    set: (value) => {
      current = value;
      readers.forEach((reader) => reader(value));
    },
    observe: (reader) => {
      readers.add(reader);
      return () => void readers.delete(reader);
    },
  };
}

export function useObserved<T>(value: Observed<T>): T {
  const [current, setCurrent] = useState(value.get);
  useEffect(() => {
    setCurrent(value.get);
    return value.observe((next) => setCurrent(() => next));
  }, [value]);
  return current;
}
