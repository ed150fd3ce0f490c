import { setTimeout as wait } from 'node:timers/promises';
import { currentCall, Retry, Timeout, TimeoutError } from 'holdfast';

class Reports {
  // 300 ms for each attempt; a second for all of them, the waits in between included.
  @Timeout({ attempt: '300ms', total: '1s' })
  @Retry({ maxAttempts: 10, delay: '100ms', backoff: 'constant', jitter: 'none' })
  async slow(): Promise<string> {
    const call = currentCall(); // valid until the first await: read it here and keep it
    console.log(`attempt ${call?.attempt} has at most ${Math.round(call?.remaining ?? 0)} ms`);
    await wait(5000, undefined, { signal: call?.signal }); // the attempt's signal ends the work with the attempt
    return 'never';
  }

  // A signal that the caller hands in is replaced by the attempt's own: whatever ends first, ends the work.
  @Timeout('1s')
  async page(name: string, signal?: AbortSignal): Promise<string> {
    await wait(20, undefined, { signal });
    return `page ${name}`;
  }
}

const reports = new Reports();
const error = await reports.slow().catch((error: unknown) => error);
console.log(error instanceof TimeoutError ? `${error.message} (scope: ${error.scope})` : error);

console.log(await reports.page('1', new AbortController().signal));
const left = reports.page('2', AbortSignal.abort(new Error('the user went away')));
console.log(await left.catch((reason: Error) => reason.message));
