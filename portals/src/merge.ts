/** Texts that two people changed at once. */
export type Texts = Record<string, string>;

export interface Merged {
  /** Mine, with their change wherever I changed nothing. */
  texts: Texts;
  /** The fields that both changed, to different texts: somebody has to choose. */
  conflicts: string[];
}

/** Merges by field: `base` is what both began with. Nothing is lost where both changed a field: it is a conflict. */
export function merge(base: Texts, mine: Texts, theirs: Texts): Merged {
  const texts = { ...mine };
  const conflicts: string[] = [];
  for (const name of Object.keys(mine)) {
    if (mine[name] === base[name]) {
      texts[name] = theirs[name] ?? "";
    } else if (theirs[name] !== base[name] && theirs[name] !== mine[name]) {
      conflicts.push(name);
    }
  }
  return { texts, conflicts };
}

export interface Piece {
  text: string;
  isOnlyHere: boolean;
}

/** The words of `text`, and which of them `other` lacks, in order (longest common subsequence). */
export function differences(text: string, other: string): Piece[] {
  const [words, others] = [text.split(/(?<=\s)/), other.split(/(?<=\s)/)];
  const longest = words.map(() => new Array<number>(others.length + 1).fill(0));
  longest.push(new Array<number>(others.length + 1).fill(0));
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = words.length - 1; i >= 0; i--) {
    for (let j = others.length - 1; j >= 0; j--) {
      (longest[i] as number[])[j] = words[i]?.trim() === others[j]?.trim() ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pieces: Piece[] = [];
  for (let i = 0, j = 0; i < words.length; ) {
    if (j < others.length && words[i]?.trim() === others[j]?.trim()) {
      pieces.push({ text: words[i++] as string, isOnlyHere: false });
      j++;
    } else if (j < others.length && at(i, j + 1) >= at(i + 1, j)) {
      j++;
    } else {
      pieces.push({ text: words[i++] as string, isOnlyHere: true });
    }
  }
  return pieces;
}
