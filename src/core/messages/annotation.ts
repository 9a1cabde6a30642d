import type { Message } from "./messages.ts";
import { sentence } from "./messages.ts";

/** The messages that say how a run went wrong. */
const ANNOTATED: readonly Message["kind"][] = [
  "ending",
  "ended-leftovers",
  "memory-limit",
  "cpu-limit",
  "leaked",
  "survivors",
  "guardian-gone",
  "guardian-late",
];

export function isAnnotated({ kind }: Message): boolean {
  return ANNOTATED.includes(kind);
}

/**
 * The line that makes an annotation of a message in GitHub Actions, where a line of its own on an
 * output of a step is a command to the runner. The runner decodes these three characters.
 */
export function formatAnnotation(message: Message, utf8: boolean): string {
  const text = sentence(message, utf8).replace(/[%\r\n]/g, (character) => ESCAPES[character] ?? "");
  return `::error title=curfew::${text}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { "%": "%25", "\r": "%0D", "\n": "%0A" };
