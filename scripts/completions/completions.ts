// The completion files, below `share` of an installation.
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { NAMES } from "./model.ts";
import { zshCompletion } from "./zsh.ts";

/** The text of each file by its path. */
export function completionFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["bash-completion/completions/curfew", bashCompletion()],
    ["zsh/site-functions/_curfew", zshCompletion()],
    ["fish/vendor_completions.d/curfew.fish", fishCompletion()],
  ]);
}

/**
 * Links beside these files: bash and fish look for the file of the name that is completed. The
 * packages of bash-completion and fish have a file for `timeout` themselves.
 */
export function completionLinks(): ReadonlyMap<string, string> {
  const names = NAMES.map(([name]) => name).filter((name) => name !== "timeout");
  return new Map(
    names.flatMap((name) => [
      [`bash-completion/completions/${name}`, "curfew"] as const,
      [`fish/vendor_completions.d/${name}.fish`, "curfew.fish"] as const,
    ]),
  );
}
