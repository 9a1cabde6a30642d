import { onOneLine } from "../values/quote.ts";
import type { Words } from "./words.ts";
import { formatWords } from "./words.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text from the file as text of XML or HTML, also in an attribute. */
export function escapeMarkup(text: string): string {
  return entities(onOneLine(text));
}

/** The same for a text that can be shown as it is. */
export function entities(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** A sentence without markup of its own. */
export function markupText(words: Words): string {
  return escapeMarkup(formatWords(words, (text) => text));
}

/** A place as a percentage of the width. */
export function percent(place: number): string {
  return `${+(place * 100).toFixed(2)}%`;
}
