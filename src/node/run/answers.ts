// Questions about a run while it goes on. Each answer is an event, in the order of the questions.
import type { JsonObject } from "../way/way.ts";

export type Question = "output" | "inspect";

export type Answers = {
  /** The answer; undefined: there is none, as after the end of the run. */
  readonly ask: (question: Question) => Promise<JsonObject | undefined>;
  /** Whether an event is an answer. */
  readonly take: (record: JsonObject) => boolean;
  /** The run is over. */
  readonly stop: () => void;
};

/** An answer is dropped where Node was too busy to read it. */
const ANSWER_MS = 10_000;

type Asked = { readonly event: string; readonly answer: (record?: JsonObject) => void };

export function newAnswers(question: (question: Question) => void): Answers {
  const waiting = new Set<Asked>();
  let isOver = false;
  return {
    ask: (what) => {
      if (isOver) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const asked: Asked = {
          event: `control-${what}`,
          answer: (record) => {
            clearTimeout(timer);
            waiting.delete(asked);
            resolve(record);
          },
        };
        const timer = setTimeout(asked.answer, ANSWER_MS);
        waiting.add(asked);
        question(what);
      });
    },
    take: (record) => {
      const first = [...waiting].find(({ event }) => event === record.event);
      first?.answer(record);
      return first !== undefined;
    },
    stop: () => {
      isOver = true;
      for (const { answer } of waiting) answer();
    },
  };
}
