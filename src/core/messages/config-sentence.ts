import type { Distrust } from "../spec/trusted-file.ts";
import { errnoText } from "../values/errno.ts";
import { onOneLine, quote } from "../values/quote.ts";

/** A message about configuration files. */
export type ConfigMessage =
  /** A file whose content is refused. `text`: what is wrong; it needs no quoting any more. */
  | {
      readonly kind: "config-flaw";
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly text: string;
    }
  /** A file that is passed over. */
  | { readonly kind: "config-ignored"; readonly file: string; readonly why: Distrust }
  /** A file that was named, and cannot be used. */
  | { readonly kind: "config-unusable"; readonly file: string; readonly why: Distrust }
  /** A file that could not be read. */
  | { readonly kind: "config-unread"; readonly file: string; readonly errno: string };

export const DISTRUST: Readonly<Record<Distrust, string>> = {
  irregular: "it is not a regular file",
  foreign: "its owner is neither this user nor root",
  writable: "every user may write to it",
  "folder-writable": "every user may write to its folder",
  "too-large": "it is larger than 64K",
};

export function configSentence(message: ConfigMessage, utf8: boolean): string {
  switch (message.kind) {
    case "config-flaw":
      return `${onOneLine(message.file)}:${message.line}:${message.column}: ${message.text}`;
    case "config-ignored":
      return `ignoring ${quote(message.file, utf8)}: ${DISTRUST[message.why]}`;
    case "config-unusable":
      return `configuration: cannot use ${quote(message.file, utf8)}: ${DISTRUST[message.why]}`;
    case "config-unread":
      return `configuration: cannot read ${quote(message.file, utf8)}: ${errnoText(message.errno)}`;
  }
}
