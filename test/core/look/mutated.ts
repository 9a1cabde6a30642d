// Texts of /proc that were damaged: cut off, bytes changed, doubled or left out. From a seed, so
// that a failure comes again.

/** So many texts of each kind. */
export const TIMES = 2000;

const ODD: readonly string[] = ["\0", "\n", " ", "(", ")", "-", "0", "9", "\udcff", "é", "[", ":"];

export function* mutated(text: string, times: number, seed = 1): Generator<string> {
  let state = seed;
  const below = (limit: number) => {
    // The generator of Numerical Recipes; its high bits are the better ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let count = 0; count < times; count += 1) {
    let damaged = text;
    for (let changes = below(4); changes >= 0; changes -= 1) {
      const [at, length] = [below(damaged.length + 1), below(6)];
      const odd = ODD[below(ODD.length)] ?? "";
      const middle = ["", odd, damaged.slice(at, at + length).repeat(2)][below(3)];
      damaged = damaged.slice(0, at) + middle + damaged.slice(at + length);
    }
    yield below(3) === 0 ? damaged.slice(0, below(damaged.length + 1)) : damaged;
  }
}
