// Bytes into lines, across chunks.

/** A longer line is handed on in pieces: a reader of lines need not hold all of it. */
export const LONGEST_PIECE: number = 1024 ** 2;

/**
 * Makes lines of chunks. A newline, or a carriage return and a newline, ends a line. `end` gives
 * the last one, which has no newline.
 */
export class Splitter {
  // Bytes of a character that has not ended stay in the decoder; a byte order mark is text.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #parts: string[] = [];
  #length = 0;

  add(chunk: Uint8Array): readonly string[] {
    return this.#split(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): readonly string[] {
    const lines = this.#split(this.#decoder.decode());
    return this.#length > 0 ? [...lines, this.#take("")] : lines;
  }

  #split(text: string): readonly string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      const line = this.#take(text.slice(from, at));
      lines.push(line.endsWith("\r") ? line.slice(0, -1) : line);
      from = at + 1;
    }
    const rest = text.slice(from);
    if (rest !== "") {
      this.#parts.push(rest);
      this.#length += rest.length;
    }
    while (this.#length >= LONGEST_PIECE) lines.push(this.#piece());
    return lines;
  }

  #take(last: string): string {
    const line = this.#parts.length === 0 ? last : this.#parts.join("") + last;
    this.#parts = [];
    this.#length = 0;
    return line;
  }

  /** The first part of a line that is too long. Both halves of a character stay together. */
  #piece(): string {
    const all = this.#take("");
    const isPair = isHighSurrogate(all.charCodeAt(LONGEST_PIECE - 1));
    const end = isPair ? LONGEST_PIECE - 1 : LONGEST_PIECE;
    const rest = all.slice(end);
    if (rest !== "") this.#parts = [rest];
    this.#length = rest.length;
    return all.slice(0, end);
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}
