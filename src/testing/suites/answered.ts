import assert from 'node:assert/strict';
import { clearTimeout, setTimeout } from 'node:timers'; // not the global ones, which a test may have replaced by fakes

/** How many seconds of real time an operation has: many times what a slow one takes, and less than a runner waits. */
const patience = 10;

/** What was asked came to; fails, and says of what, when no answer comes: a runner would only tell that a test takes long. */
export async function answered<T>(what: string, asked: T | PromiseLike<T>): Promise<Awaited<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unanswered(what)), patience * 1000);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

function unanswered(what: string): Error {
  return new assert.AssertionError({
    message: `${what} has neither answered nor failed for ${patience} seconds: it must do one of the two`,
  });
}
