// What a person prints on a terminal or in a public log must not hold secrets of command lines.
// The report keeps all words.

/** What stands in place of a secret. */
const MASK = "***";

/** Names of secrets, also as a part of a longer name: `--db-password`, `API_KEY`, `authToken`. */
const NAME =
  "(?:pass(?:word|wd|phrase|code)|(?<![a-z])pass(?![a-z])|(?<=[a-z\\d][_-])pwd|token|secret|key|" +
  "auth(?:orization)?|credential)";

/** What may follow it in the same name. Bounded: no word may cost the square of its length. */
const REST = "[\\w.\\-]{0,64}";

/** The scheme of an Authorization header, which is no secret. */
const SCHEME = "(?:(?:basic|bearer|digest|negotiate|token)\\s{1,8})?";
/** What is masked already stays as it is. */
const MASKED = `${SCHEME}\\*{3}(?:\\W|$)`;
const VALUE = `(?!${MASKED})(?:"[^"]*"?|'[^']*'?|[^\\s"']+)`;

/** `NAME=value`, `Name: Bearer value`, `"name": "value"` within a word, as in `sh -c`. */
const ASSIGNED = new RegExp(
  `(${NAME}${REST}["']?\\s{0,8}(?:=>|:=|[:=])\\s{0,8}(?!${MASKED})${SCHEME})${VALUE}`,
  "gi",
);
/** The same in the query of a URL, which goes on after it. */
const QUERY = new RegExp(`([?&;][\\w.\\-]{0,64}?(?:${NAME}${REST}|sig|signature)=)[^&#\\s]*`, "gi");
/** `--name value` within a word. */
const FLAGGED = new RegExp(`(\\s--?[\\w\\-]{0,64}?${NAME}${REST}\\s{1,8})(?!-)${VALUE}`, "gi");
/** `Bearer value` whatever stands before it. */
const BEARER = /(\bbearer\s{1,8})[^\s"']+/gi;
/** All of a header's cookies. */
const COOKIE = /(\bcookie:\s{0,8})[^"']+/gi;
/** `scheme://user:password@`. */
const USERINFO = /(\b[a-z][a-z\d+.-]{0,32}:\/\/)[^\s/?#"']*@/gi;

/** `--name=value` and `NAME=value` as a whole word: all of the value is the secret. */
const WHOLE = new RegExp(`^(-{0,2}[\\w.\\-]{0,64}?${NAME}${REST}=)[^]+$`, "i");
const NAMED = `[\\w.\\-]{0,64}?${NAME}${REST}`;
/** A word whose next one is the secret: `--password`, `-token`, `password`, `Authorization:`. */
const ANNOUNCES = new RegExp(`^(?:--?${NAMED}|${NAME}|${NAMED}[:=]|cookie:)$`, "i");
/** The scheme as the end of a word, behind the name. */
const ENDS_IN_SCHEME = /[:=](?:basic|bearer|digest|negotiate)$/i;
/** What follows `-u` or `--user`; two numbers are a user and a group. */
const USER = /^(?!\d+:\d+$)([^:\s/]+:)[\s\S]+$/;
const IS_USER = /^(?:-u|--user)$/;
/** Clients whose option -p has the password in the same word. */
const HAS_SHORT = /(?:^|\/)(?:mysql|mariadb)[\w-]*$/;
const IS_SCHEME = /^(?:basic|bearer|digest|negotiate)$/i;

/** The words of a command line without the secrets that can be recognized as such. */
export function maskSecrets(words: readonly string[]): readonly string[] {
  let isAnnounced = false;
  const hasShort = HAS_SHORT.test(words[0] ?? "");
  return words.map((word, index) => {
    const isNext = isAnnounced && !word.startsWith("--");
    if (isNext && IS_SCHEME.test(word)) return word;
    // The name of the program announces nothing.
    isAnnounced = index > 0 && [IS_SCHEME, ENDS_IN_SCHEME, ANNOUNCES].some((it) => it.test(word));
    if (isNext) return MASK;
    if (hasShort && /^-p[\s\S]/.test(word)) return `-p${MASK}`;
    const isUser = IS_USER.test(words[index - 1] ?? "") && USER.test(word);
    return isUser ? word.replace(USER, `$1${MASK}`) : maskText(word);
  });
}

function maskText(word: string): string {
  if (WHOLE.test(word)) return word.replace(WHOLE, `$1${MASK}`);
  return word
    .replace(USERINFO, `$1${MASK}@`)
    .replace(COOKIE, `$1${MASK}`)
    .replace(QUERY, `$1${MASK}`)
    .replace(ASSIGNED, `$1${MASK}`)
    .replace(FLAGGED, `$1${MASK}`)
    .replace(BEARER, `$1${MASK}`);
}
