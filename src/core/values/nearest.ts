/** A longer word is no misspelling of a name; its distance would take long to find. */
const LONGEST = 40;

/** The names that a word is most likely a misspelling of, the nearest first; perhaps none. */
export function nearest(word: string, names: readonly string[]): readonly string[] {
  if (word === "" || word.length > LONGEST) return [];
  const allowed = Math.max(1, Math.floor((lettersOf(word).length + 1) / 3));
  const lower = word.toLowerCase();
  const distances = names.map((name) => [name, distance(lower, name.toLowerCase())] as const);
  const least = Math.min(allowed, ...distances.map(([, steps]) => steps));
  const close = distances.flatMap(([name, steps]) => (steps === least ? name : []));
  return close.length > 0 ? close.slice(0, MOST) : relatives(word, names);
}

/** The most names that a question offers. */
const MOST = 3;

/** A word that shares so few letters with a name has nothing to do with it. */
const FEWEST_SHARED = 3;

/** Names that begin with the word, or that the word begins with. */
function relatives(word: string, names: readonly string[]): readonly string[] {
  if (lettersOf(word).length < FEWEST_SHARED) return [];
  const longer = names.filter((name) => name.startsWith(word));
  if (longer.length > 0) return longer.slice(0, MOST);
  return names
    .filter((name) => lettersOf(name).length >= FEWEST_SHARED && word.startsWith(name))
    .slice(-1);
}

/** The word without the hyphens of an option. */
function lettersOf(word: string): string {
  return word.replace(/^-+/, "");
}

/**
 * How many single mistakes lie between two words: a letter left out, added, replaced, or two
 * neighbors exchanged (optimal string alignment).
 */
export function distance(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const steps = [at(row, j - 1) + 1, at(last, j) + 1, at(last, j - 1) + (isSame ? 0 : 1)];
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(...steps, isExchange ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY));
    }
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
