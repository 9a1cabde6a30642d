import type { Plugin } from "esbuild";

/**
 * The engine has no dates, because every program would carry them, and no option takes one. The
 * parser of TOML needs to know only that a value is one, so that it can be refused.
 */
export const WITHOUT_DATES: Plugin = {
  name: "without dates",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/smol-toml\/dist\/date\.js$/ }, () => ({
      contents: "export class TomlDate { isValid() { return true; } }",
      loader: "js",
    }));
  },
};
