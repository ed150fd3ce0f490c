import type { Call } from './call.js';

// What may be noted of a call: a bit each of one number, as a call has as few fields as can be.
/** It is a part of another. */
export const forkedMark = 1;
/** The last argument carries a signal: the method gets the attempt's in its place. */
export const signalMark = 2;
/** Somebody outside may end it while the method runs. */
export const endableMark = 4;
/** The method itself was reached, or something that stands for it. */
export const startedMark = 8;
/** A Retry further out repeats this attempt when it fails. */
export const retriedMark = 16;
/** A Hedge further out may make copies of it. */
export const racedMark = 32;

/** Tells whether something is noted of a call. */
export function isNoted(call: Call, mark: number): boolean {
  return (call.marks & mark) !== 0;
}

/** Notes something of a call, or that it is so no longer. */
export function note(call: Call, mark: number, is: boolean): void {
  if (is) call.marks |= mark;
  else call.marks &= ~mark;
}

/** Notes of a call what is noted of a part of it. */
export function noteAround(part: Call, mark: number): void {
  for (let call = part.forkedFrom; call && (call.marks & mark) === 0; call = call.forkedFrom) call.marks |= mark;
}

/** The call that a part belongs to in the end: itself, where it is no part. */
export function rootOf(part: Call): Call {
  let root = part;
  while (root.forkedFrom) root = root.forkedFrom;
  return root;
}
