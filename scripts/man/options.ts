// The options of a subcommand as a list of a man page, from the tables that the parser uses.
import { defaultOf, optionUse } from "../../src/core/cli/option-help.ts";
import { needOf } from "../../src/core/cli/options/init.ts";
import type { Option } from "../../src/core/cli/options/option.ts";
import { filled, font, literal, prose } from "./roff.ts";

/** One entry for each option: how it is written, what it does, which values it takes. */
export function optionList<F>(options: readonly Option<F>[], defaults: F): string {
  return options
    .map((option) => `.TP\n${useOf(option)}\n${filled(prose(textOf(option, defaults)))}`)
    .join("\n");
}

function useOf<F>(option: Option<F>): string {
  return optionUse(option)
    .trim()
    .split(", ")
    .map((name) => {
      const [, word = "", value = ""] = /^([\w-]+)(.*)$/.exec(name) ?? [];
      return font("B", literal(word)) + styledValue(value);
    })
    .join(", ");
}

/** `=VALUE` or `[=VALUE]`: only the name of the value is in italics. */
function styledValue(text: string): string {
  return text
    .split(/([A-Z:]+)/)
    .map((part, at) => (at % 2 === 1 ? font("I", part) : literal(part)))
    .join("");
}

function textOf<F>(option: Option<F>, defaults: F): string {
  const sentences = [sentence(option.help)];
  const usual = defaultOf(option, defaults);
  if (usual !== undefined) sentences.push(`The default is: ${usual}.`);
  if ("expected" in option) {
    sentences.push(`${option.metavar} is ${option.expected}.`);
  }
  if ("repeats" in option) sentences.push("It may be given more than once.");
  const need = needOf(option);
  if (need !== undefined) sentences.push(`It needs ${need}.`);
  return sentences.join(" ");
}

/** The line of `--help` as a sentence. */
function sentence(help: string): string {
  const text = /^(curfew|inotify)/.test(help) ? help : help.charAt(0).toUpperCase() + help.slice(1);
  return `${text}.`;
}
