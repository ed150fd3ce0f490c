import { deepStrictEqual, rejects, strictEqual } from 'node:assert';
import type { Call } from './question.js';

/** A function that counts how often it really ran. */
export interface CountedCall extends Call {
  readonly ran: () => number;
}

/** What a failing function of a proof rejects with. */
export class Boom extends Error {}

/** Fails the first `times` calls, then answers 42. */
export function failsFirst(times: number): CountedCall {
  return counted((ran) => (ran <= times ? Promise.reject(new Boom()) : Promise.resolve(42)));
}

/** Answers 42, and counts. */
export function answers(): CountedCall {
  return counted(() => Promise.resolve(42));
}

/** Answers nothing, ever. */
export function neverAnswers(): CountedCall {
  return counted(() => new Promise(() => {}));
}

/** Answers 42 once `open` is called. */
export function waitsForGate(): CountedCall & { readonly open: () => void } {
  let open = () => {};
  const gate = new Promise<number>((resolve) => {
    open = () => resolve(42);
  });
  return Object.assign(
    counted(() => gate),
    { open },
  );
}

/** Answers 42 the first time and nothing ever after, as a refresh does that takes its time. */
export function answersOnce(): CountedCall {
  return counted((ran) => (ran === 1 ? Promise.resolve(42) : new Promise(() => {})));
}

/** Says that the call answers 42 and that the function has run so often by then. */
export async function answersAfter(call: Call, fn: CountedCall, runs: number): Promise<void> {
  deepStrictEqual([await call(), fn.ran()], [42, runs], 'answer and number of runs');
}

/** Fails `call` so often, then says that it is refused without the function being run again. */
export async function opensAfter(failures: number, call: Call, fn: CountedCall): Promise<void> {
  for (let i = 0; i < failures; i++) await rejects(call(), Boom);
  strictEqual(fn.ran(), failures, 'no failure was refused before the circuit opened');
  await rejects(call(), (error) => !(error instanceof Boom), 'the open circuit refuses');
  strictEqual(fn.ran(), failures, 'the refused call did not run');
}

/** Three attempts time out; two later ones are the last that an open circuit lets through. */
export async function provesToGiveUp(protect: (fn: Call) => Call): Promise<void> {
  const silent = neverAnswers();
  const call = protect(silent);
  await rejects(call(), 'three attempts time out');
  strictEqual(silent.ran(), 3);
  await rejects(call(), 'the fifth failure in a row opens the circuit');
  await rejects(call(), 'the open circuit refuses');
  strictEqual(silent.ran(), 5, 'refused calls did not run');
}

/** Ten calls at once are one; those after it are another. */
export async function provesToMerge(protect: (fn: Call) => Call): Promise<void> {
  const fn = waitsForGate();
  const call = protect(fn);
  const calls = Array.from({ length: 10 }, () => call());
  fn.open();
  strictEqual((await Promise.all(calls)).join(), Array(10).fill(42).join());
  strictEqual(fn.ran(), 1, 'ten calls were one');
  await answersAfter(call, fn, 2);
}

function counted(fn: (ran: number) => Promise<number>): CountedCall {
  let ran = 0;
  const call = () => {
    ran += 1;
    return fn(ran);
  };
  return Object.assign(call, { ran: () => ran });
}
