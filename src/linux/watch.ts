export type Watch = { readonly kind2: 1; readonly descriptor: number };
export function openWatch(_p: readonly string[], _i: readonly string[]): Watch { return { kind2: 1, descriptor: -1 }; }
export function lookAt(_w: Watch, _a: number): string | undefined { return undefined; }
export function pollAt(_w: Watch): undefined { return undefined; }
export function closeWatch(_w: Watch): void {}
