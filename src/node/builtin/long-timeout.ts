/** Node takes a longer time for no time at all. */
export const LONGEST_TIMEOUT: number = 2 ** 31 - 1;

export type LongTimeout = { readonly cancel: () => void };

/** As setTimeout, for so many milliseconds as an option may say. */
export function setLongTimeout(callback: () => void, milliseconds: number): LongTimeout {
  let timer: NodeJS.Timeout;
  const arm = (left: number): void => {
    const time = Math.min(left, LONGEST_TIMEOUT);
    timer = setTimeout(() => (left > time ? arm(left - time) : callback()), time);
  };
  arm(milliseconds);
  return { cancel: () => clearTimeout(timer) };
}
