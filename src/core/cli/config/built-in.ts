import { keyOf, settableOptions } from "./options.ts";
import type { EffectiveSetting } from "./settings.ts";

/** The options of each profile that needs no file, as words of a command line. */
export const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  // What a program wants that runs commands for a model: nothing waits at a terminal, nothing is
  // left behind, and nothing outlives the program.
  agent: ["--new-session", "--die-with-parent", "--on-stop=report", "--leftovers=kill"],
};

export function builtInProfiles(): ReadonlyMap<string, readonly EffectiveSetting[]> {
  const options = settableOptions();
  return new Map(
    Object.entries(BUILT_IN).map(([name, words]) => [
      name,
      words.flatMap((word): EffectiveSetting[] => {
        const [long = "", value] = word.split("=");
        const option = options.get(keyOf(long));
        if (option === undefined) return [];
        return [{ option, isOn: true, values: value === undefined ? [] : [value] }];
      }),
    ]),
  );
}
