import type { Clock } from './clock.js';

/** How much of an unread body is read to its end, so that its connection can be used again; more is cut off. */
const most = 128 * 1024;
/** For how many milliseconds. */
const patience = 1000;

/** Told of what goes wrong on the way: nobody waits for it. */
type Report = (fault: unknown) => void;

/** A body that is read by a reader, as `fetch` gives it. */
interface WebBody {
  readonly locked: boolean;
  getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: unknown }>; cancel(): Promise<void> };
}

/** A body that flows, as Node and axios give it. */
interface NodeBody {
  on(event: string, listener: (what: never) => void): unknown;
  resume(): unknown;
  destroy(): unknown;
}

/**
 * Gives back what a result holds that nobody will ever see: disposes what can be disposed; reads an unread HTTP body to its end, so that its
 * connection can be used again, or cuts it off when that is long. A text, or an object without either, holds nothing.
 */
export function discard(result: unknown, clock: Clock, report: Report): void {
  release(result, clock, report).catch(report);
}

async function release(result: unknown, clock: Clock, report: Report): Promise<void> {
  if (typeof result !== 'object' || result === null) return;
  const { [Symbol.asyncDispose]: asyncDispose, [Symbol.dispose]: dispose } = result as Partial<
    AsyncDisposable & Disposable
  >;
  if (typeof asyncDispose === 'function') return void (await asyncDispose.call(result));
  if (typeof dispose === 'function') return dispose.call(result);
  const { body, data } = result as { readonly body?: unknown; readonly data?: unknown };
  for (const unread of [body, data]) {
    if (isWebBody(unread)) await readOut(unread, clock, report);
    else if (isNodeBody(unread)) flowOut(unread, clock, report);
  }
}

async function readOut(body: WebBody, clock: Clock, report: Report): Promise<void> {
  if (body.locked) return; // somebody reads it
  const reader = body.getReader();
  const stop = clock.later(patience, () => void reader.cancel().catch(report));
  try {
    for (let left = most; left > 0; ) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= lengthOf(value);
    }
    await reader.cancel();
  } finally {
    stop();
  }
}

function flowOut(body: NodeBody, clock: Clock, report: Report): void {
  let left = most;
  const stop = clock.later(patience, () => body.destroy());
  body.on('close', stop);
  body.on('error', report);
  body.on('data', (chunk) => {
    left -= lengthOf(chunk);
    if (left < 0) body.destroy();
  });
  body.resume();
}

function isWebBody(value: unknown): value is WebBody {
  return has(value, 'getReader');
}

function isNodeBody(value: unknown): value is NodeBody {
  const { destroyed } = Object(value) as { readonly destroyed?: unknown };
  return destroyed === false && has(value, 'resume') && has(value, 'destroy') && has(value, 'on');
}

function has(value: unknown, method: string): boolean {
  return typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function';
}

function lengthOf(chunk: unknown): number {
  const { length } = Object(chunk) as { readonly length?: unknown };
  return typeof length === 'number' ? length : 1;
}
