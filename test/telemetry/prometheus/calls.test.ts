import { Fallback, Retry, Timeout } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { moved, seriesOf } from './scrape.js';

class Boom extends Error {}

type Work = () => string | Promise<string>;

const never = () => new Promise<string>(() => {});

/** Does what its caller says. */
class Service {
  @Retry(2)
  async plain(work: Work, _signal?: AbortSignal): Promise<string> {
    return work();
  }

  @Fallback({ call: (_error: unknown, _work: Work, substitute: Work) => substitute(), on: Boom })
  async covered(work: Work, _substitute: Work, _signal?: AbortSignal): Promise<string> {
    return work();
  }

  @Timeout('1s')
  async hurried(work: Work): Promise<string> {
    return work();
  }
}

function watched() {
  const metrics = prometheus();
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const service = new Service();
  runtime.bind(service);
  return { service, runtime, clock, series: (name: string) => seriesOf(metrics.registry, name) };
}

const give = (value: string) => () => value;
const fail = (error: unknown) => () => {
  throw error;
};

/** The outcome, be it a value or an error. */
const outcome = (call: Promise<unknown>) => call.catch((error) => error);

describe('resilience_calls_total', () => {
  it('counts what callers of a method without a Fallback got', async () => {
    const { service, clock, series } = watched();
    const leaving = new AbortController();

    await service.plain(give('a'));
    await service.plain(give('b'));
    const failed = outcome(service.plain(fail(new Boom())));
    await clock.advance(1000);
    await failed;
    const cancelled = outcome(service.plain(never, leaving.signal));
    leaving.abort();
    await cancelled;

    expect(await series('resilience_calls_total')).toEqual({
      '{method="Service.plain",result="value",fallback="not_defined"}': 2,
      '{method="Service.plain",result="error",fallback="not_defined"}': 1,
      '{method="Service.plain",result="cancelled",fallback="not_defined"}': 1,
    });
  });

  it('FB8: tells whether a Fallback gave the answer, its own error included', async () => {
    const { service, series } = watched();

    await service.covered(give('own'), give('other'));
    await outcome(service.covered(fail(new TypeError('not for the Fallback')), give('other')));
    for (let n = 0; n < 3; n++) await service.covered(fail(new Boom()), give('other'));
    for (let n = 0; n < 2; n++) await outcome(service.covered(fail(new Boom()), fail(new Error('worse'))));

    expect(await series('resilience_calls_total')).toEqual({
      '{method="Service.covered",result="value",fallback="not_applied"}': 1,
      '{method="Service.covered",result="error",fallback="not_applied"}': 1,
      '{method="Service.covered",result="cancelled",fallback="not_applied"}': 0,
      '{method="Service.covered",result="value",fallback="applied"}': 3,
      '{method="Service.covered",result="error",fallback="applied"}': 2,
    });
  });

  it('counts a caller who leaves while the substitute is made as cancelled, and only once', async () => {
    const { service, series } = watched();
    const leaving = new AbortController();
    let answer = (_late: string) => {};
    const late = new Promise<string>((resolve) => {
      answer = resolve;
    });

    const call = outcome(service.covered(fail(new Boom()), () => late, leaving.signal));
    await new Promise((resolve) => setImmediate(resolve));
    const meanwhile = await series('resilience_calls_total');
    leaving.abort();
    await call;
    answer('late');
    await new Promise((resolve) => setImmediate(resolve));

    expect(moved(meanwhile)).toEqual({});
    expect(moved(await series('resilience_calls_total'))).toEqual({
      '{method="Service.covered",result="cancelled",fallback="not_applied"}': 1,
    });
  });
});

describe('resilience_attempts_total', () => {
  it('counts how often the method itself ran', async () => {
    const { service, clock, series } = watched();

    const call = outcome(service.plain(fail(new Boom())));
    await clock.advance(1000);
    await call;

    expect(await series('resilience_attempts_total')).toEqual({ '{method="Service.plain"}': 2 });
  });
});

describe('resilience_errors_total', () => {
  it('tells errors apart by their code, or by their name where they have none, never by their message', async () => {
    const { service, series } = watched();
    const refused = Object.assign(new Error('10.0.0.1 refused, token=abc'), { code: 'ECONNREFUSED' });

    for (const error of [refused, refused, new TypeError('x of undefined'), 'just text']) {
      await outcome(service.hurried(fail(error)));
    }

    expect(await series('resilience_errors_total')).toEqual({
      '{method="Service.hurried",code="HOLDFAST_TIMEOUT"}': 0,
      '{method="Service.hurried",code="ECONNREFUSED"}': 2,
      '{method="Service.hurried",code="TypeError"}': 1,
      '{method="Service.hurried",code="unknown"}': 1,
    });
  });

  it('counts what a caller got, not what a Retry made good', async () => {
    const { service, clock, series } = watched();
    const answers = [fail(new Boom()), give('second time')];

    const call = service.plain(() => (answers.shift() as Work)());
    await clock.advance(1000);
    await call;

    expect(await series('resilience_errors_total')).toEqual({});
  });
});
