import { useSyncExternalStore } from "react";

/** A value that the page follows, and that code outside of React can read and change too. */
export interface Observed<T> {
  get(): T;
  set(value: T): void;
  use(): T;
}

export function observed<T>(initial: T): Observed<T> {
  let value = initial;
  const followers = new Set<() => void>();
  const get = (): T => value;
  const follow = (follower: () => void): (() => void) => {
    followers.add(follower);
    return () => followers.delete(follower);
  };
  return {
    get,
    set(next) {
      value = next;
      followers.forEach((follower) => follower());
    },
    use: () => useSyncExternalStore(follow, get),
  };
}
