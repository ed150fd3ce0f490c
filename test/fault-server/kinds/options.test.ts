import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { type FaultServer, startFaultServer } from '../../../src/fault-server/index.js';
import { jsonOf } from '../json-of.js';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const limits = (quota: object) => ({ rateLimit: { quotas: [{ limit: 1 }, quota] } });
const lognormal = { distribution: 'lognormal', median: 100 };

describe('options of a fault that make no sense', () => {
  it.each<[object, string, string]>([
    [
      { latency: -1 },
      'latency',
      'must be a duration of at most an hour, or a distribution such as { min, max }, but got -1',
    ],
    [{ latency: '2h' }, 'latency', "but got '2h'"],
    [{ latency: [1, 2] }, 'latency', 'but got [ 1, 2 ]'],
    [{ latency: { min: 20, max: 10 } }, 'latency.max', 'fault: latency.max must be at least min, 20 ms, but got 10'],
    [{ latency: { min: 20 } }, 'latency.max', 'fault: latency.max must be given'],
    [{ latency: { min: 1, max: '2h' } }, 'latency.max', 'must be a duration of at most 3600000 ms'],
    [{ latency: { min: 1, max: 2, mean: 1 } }, 'latency.mean', 'is no option; it takes distribution, min, max'],
    [{ latency: { distribution: 'zipf' } }, 'latency.distribution', "must be one of 'fixed', 'uniform', 'normal'"],
    [{ latency: { distribution: 'toString' } }, 'latency.distribution', "but got 'toString'"],
    [{ latency: { distribution: 'fixed' } }, 'latency.value', 'must be given'],
    [{ latency: { distribution: 'normal' } }, 'latency.mean', 'must be given'],
    [{ latency: { distribution: 'normal', mean: 5, deviation: -1 } }, 'latency.deviation', 'but got -1'],
    [
      { latency: { distribution: 'exponential', mean: 5, min: 7, max: 6 } },
      'latency.max',
      'must be at least min, 7 ms',
    ],
    [{ latency: { ...lognormal, p99: 99 } }, 'latency.p99', 'must be at least the median, 100 ms, but got 99'],
    [{ latency: { ...lognormal, median: 0 } }, 'latency.median', 'must be a duration of at least 0.001 ms'],
    [{ latency: { distribution: 'pareto', min: 5, shape: 0 } }, 'latency.shape', 'must be a number from 0.1 to 100'],
    [{ latency: { distribution: 'pareto', min: 0 } }, 'latency.min', 'at least 0.001 ms'],
    [
      { kind: 'reset', at: 'dawn' },
      'at',
      "fault: at must be one of 'connect', 'start', 'head', 'body', but got 'dawn'",
    ],
    [{ kind: 'reset', bytes: 3 }, 'bytes', "goes with at: 'head' or 'body' only, not with 'start', but got 3"],
    [{ kind: 'reset', at: 'head', bytes: -1 }, 'bytes', 'must be a whole number from 0 to 1073741824, but got -1'],
    [{ kind: 'hang', at: 'dawn' }, 'at', "'start', 'head', 'body', but got 'dawn'"],
    [{ kind: 'hang', bytes: 3 }, 'bytes', "goes with at: 'head' or 'body' only"],
    [{ kind: 'truncate', at: 'connect' }, 'at', "must be one of 'start', 'head', 'body'"],
    [{ kind: 'truncate', at: 'start', bytes: 3 }, 'bytes', "goes with at: 'head' or 'body' only"],
    [{ kind: 'truncate', framing: 'none' }, 'framing', "must be one of 'content-length', 'chunked', 'close'"],
    [{ kind: 'truncate', at: 'head', framing: 'chunked' }, 'framing', "goes with at: 'body' only, but got 'chunked'"],
    [{ kind: 'malformed', part: 'soul' }, 'part', "must be one of 'garbage', 'statusLine', 'fieldWithoutColon'"],
    [{ kind: 'malformed', part: 'toString' }, 'part', "'gzipCut', 'html', but got 'toString'"],
    [{ kind: 'malformed', bytes: 3 }, 'bytes', "goes with part: 'fieldTooLarge' only, but got 3"],
    [{ kind: 'malformed', part: 'fieldTooLarge', bytes: 2 ** 24 + 1 }, 'bytes', 'from 1 to 16777216'],
    [{ kind: 'contentLength', says: 'nothing' }, 'says', "must be one of 'more', 'less'"],
    [{ kind: 'contentLength', by: 0 }, 'by', 'must be a whole number from 1 to 1073741824'],
    [{ kind: 'drip', bytes: 0 }, 'bytes', 'must be a whole number from 1 to 1048576'],
    [{ kind: 'drip', pause: '2h' }, 'pause', 'must be a duration of at most 3600000 ms'],
    [{ kind: 'drip', head: 'yes' }, 'head', "must be true or false, but got 'yes'"],
    [{ kind: 'redirect', status: 304 }, 'status', 'must be 301, 302, 303, 307 or 308, but got 304'],
    [{ kind: 'redirect', to: 'hell' }, 'to', "must be one of 'itself', 'circle', 'everNew', 'malformed', 'nowhere'"],
    [{ kind: 'redirect', to: 'circle', hops: 1 }, 'hops', 'must be a whole number from 2 to 100'],
    [{ kind: 'redirect', hops: 3 }, 'hops', "goes with to: 'circle' only, but got 3"],
    [{ kind: 'huge', bytes: 1 }, 'bytes', 'must be a whole number from 2 to 10737418240'],
    [{ kind: 'huge', bytes: 10 * 2 ** 30 + 1 }, 'bytes', 'but got 10737418241'],
    [{ kind: 'huge', endless: true, bytes: 5 }, 'bytes', 'cannot go with endless, but got 5'],
    [
      { kind: 'huge', endless: true, framing: 'content-length' },
      'framing',
      "cannot go with endless, but got 'content-length'",
    ],
    [{ kind: 'informational', status: 101 }, 'status', 'must be 100, 102 or 103, but got 101'],
    [{ kind: 'informational', times: 10_001 }, 'times', 'must be a whole number from 1 to 10000'],
    [{ retryAfter: { dateIn: 'soon' } }, 'retryAfter.dateIn', "but got 'soon'"],
    [{ retryAfter: {} }, 'retryAfter.dateIn', 'must be given'],
    [{ retryAfter: [] }, 'retryAfter', 'or { dateIn } with a duration, but got []'],
    [{ rateLimit: 5 }, 'rateLimit', 'must be an object with quotas, but got 5'],
    [{ rateLimit: {} }, 'rateLimit.quotas', 'must be given'],
    [{ rateLimit: { quotas: [] } }, 'rateLimit.quotas', 'must be a list of 1 to 10 objects of options'],
    [
      { rateLimit: { form: 'mine', quotas: [{ limit: 1 }] } },
      'rateLimit.form',
      "one of 'ietf', 'draft-07', 'draft-03', 'x'",
    ],
    [
      { rateLimit: { reset: 'epoch', quotas: [{ limit: 1 }] } },
      'rateLimit.reset',
      "can be 'epoch' with form: 'x' only",
    ],
    [limits({ limit: -1 }), 'rateLimit.quotas[1].limit', 'but got -1'],
    [limits({ limit: 1, name: 'a\nb' }), 'rateLimit.quotas[1].name', 'must be 1 to 100 printable ASCII characters'],
    [limits({ limit: 1, window: 0 }), 'rateLimit.quotas[1].window', 'must be a duration of at least 1 ms'],
    [limits({ limit: 1, remaining: 1e15 }), 'rateLimit.quotas[1].remaining', 'from 0 to 999999999999999'],
    [{ problem: [] }, 'problem', 'must be an object of problem details that JSON can hold'],
    [{ problem: {}, body: {} }, 'problem', 'cannot go with a body'],
    [{ problem: {}, status: 304 }, 'problem', 'cannot go with status 304, which has no body'],
    [{ contentType: 'text/html' }, 'contentType', 'goes with a body only'],
    [{ body: '', contentType: 'text/html\r\nx: y' }, 'contentType', 'must be the text of a header field'],
  ])('are refused alike in code and over HTTP: %j', async (fault, field, sentence) => {
    const error = caught(() => server.fail(fault as never));
    const answer = await fetch(`${server.url}/faults`, {
      method: 'PUT',
      body: JSON.stringify(fault),
      headers: { 'content-type': 'application/json' },
    });

    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error).toMatchObject({ option: field, message: expect.stringContaining(sentence) });
    expect(answer.status).toBe(400);
    expect(await jsonOf(answer)).toMatchObject({ field, detail: (error as Error).message });
  });

  it('are refused in code where a body is larger than a mebibyte', () => {
    expect(() => server.fail({ body: 'x'.repeat(2 ** 20) })).toThrow('at most 1 MiB of it, but got');
    expect(() => server.fail({ problem: { detail: 'x'.repeat(2 ** 20) } })).toThrow('at most 1 MiB of them, but got');
  });

  it('are refused alike for the work of the server', async () => {
    await expect(startFaultServer({ serviceTime: { distribution: 'normal', mean: -1 } })).rejects.toMatchObject({
      option: 'serviceTime.mean',
      message: expect.stringMatching(/^startFaultServer: serviceTime\.mean must be a duration .*, but got -1$/),
    });
  });
});

function caught(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
