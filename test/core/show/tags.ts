/** The tags of markup, each with the slash that ends it or an element, and without attributes. */
export function tagsOf(markup: string): string[] {
  return [...markup.matchAll(/<([/!]?[A-Za-z][\w-]*)([^<>]*?)(\/?)>/g)].map(
    ([, name, , end]) => `${name}${end}`,
  );
}

/** The names of all attributes. */
export function attributesOf(markup: string): string[] {
  return [...markup.matchAll(/<[A-Za-z][\w-]*([^<>]*)>/g)].flatMap(([, attributes = ""]) =>
    [...attributes.matchAll(/([\w:-]+)(?:=(?:"[^"]*"|[^\s"]+))?/g)].map(([, name = ""]) => name),
  );
}
