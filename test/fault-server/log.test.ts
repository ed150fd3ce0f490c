import { describe, expect, it } from 'vitest';
import { type FaultServerOptions, startFaultServer } from '../../src/fault-server/index.js';
import { Log } from '../../src/fault-server/watching/log.js';
import { ManualClock } from '../../src/testing/index.js';
import { KeptLog } from './logged.js';

const json = { 'content-type': 'application/json' };

describe('the log of a fault server', () => {
  it('has a line for its start, for its stop and for the end of each request', async () => {
    const logger = new KeptLog();
    const server = await startFaultServer({ logger });
    await fetch(`${server.url}/msg?secret=1`, { headers: { 'x-request-id': 'abc', authorization: 'Bearer hidden' } });
    await fetch(`${server.url}/nowhere`, { method: 'POST', body: 'hidden' });
    await server.close();
    await server.close();

    expect(logger.texts).toEqual([
      `info: listening on ${server.url}`,
      'info: GET /msg answered with 200 after … ms',
      'info: POST /nowhere answered with 404 after … ms',
      'info: stopping: no more connections are let in',
      'info: stopped',
    ]);
    expect(logger.lines[1]).toEqual({
      level: 'info',
      message: expect.any(String),
      method: 'GET',
      path: '/msg',
      outcome: 'answered',
      status: 200,
      took: expect.any(Number),
      faults: [],
      requestId: 'abc',
    });
    expect(JSON.stringify(logger.lines)).not.toMatch(/hidden|secret/);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('the disk is full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the disk is full'))],
  ])('harms nobody when its logger %s, and says so once', async (_, log) => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    const logger = new KeptLog();
    logger.log = log as () => void;
    await using server = await startFaultServer({ logger, clock: new ManualClock() });
    const leaver = new AbortController();
    const left = fetch(`${server.url}/msg?delay=10`, { signal: leaver.signal }).catch(() => {});
    while (server.stats.busyWorkers === 0) await new Promise(setImmediate);
    leaver.abort();
    await left;
    while (server.stats.abandoned === 0) await new Promise(setImmediate);
    server.fail({ status: 500, count: 1 });

    expect((await fetch(`${server.url}/msg`)).status).toBe(500);
    expect((await fetch(`${server.url}/msg`)).status).toBe(200);
    process.off('warning', listen);
    const text = 'the logger of the fault server failed: ';
    expect(warnings.map(({ message }) => message).filter((message) => message.startsWith(text))).toHaveLength(1);
    expect(warnings[0]?.message).toContain('the disk is full');
  });

  it('tells of faults when they are set and when they end, and of what they did', async () => {
    const logger = new KeptLog('info');
    await using server = await startFaultServer({ logger });
    server.fail([{ kind: 'latency', latency: 1 }, { status: 429 }]);
    await fetch(`${server.url}/msg`);
    server.heal();
    server.play({ phases: [{ lasts: '1h', faults: { status: 500, headers: { token: 'hidden' } } }] });
    const answer = await fetch(`${server.url}/faults`, { method: 'PUT', headers: json, body: '{"kind":"reset"}' });

    expect(answer.status).toBe(200);
    expect(logger.texts.slice(1)).toEqual([
      'info: in force: latency, status',
      'info: GET /msg failed on command with 429 after … ms',
      'info: healed',
      'info: a script is played, in force: status',
      'info: in force: reset',
    ]);
    expect(logger.lines[2]).toMatchObject({ outcome: 'failed', status: 429, faults: ['latency', 'status'] });
    expect(JSON.stringify(logger.lines)).not.toContain('hidden');
  });

  it('warns of what the server could not do, and only of that', async () => {
    const logger = new KeptLog('warn');
    const clock = new ManualClock();
    await using server = await startFaultServer({
      logger,
      clock,
      maxConcurrency: 1,
      queueLimit: 0,
      requestTimeout: 500,
    });
    server.fail({ status: 500, count: 1 });
    await fetch(`${server.url}/msg`);
    const slow = fetch(`${server.url}/msg?delay=1000`);
    while (server.stats.concurrency === 0) await new Promise(setImmediate);
    await fetch(`${server.url}/msg`);
    await clock.advance(500);
    await slow;

    expect(logger.texts).toEqual([
      'warn: GET /msg refused with 503 after … ms',
      'warn: GET /msg given up with 504 after … ms',
    ]);
    expect(logger.lines[1]).toMatchObject({ took: 500 });
  });

  it('tells of clients that left, and of requests that were cut with the server', async () => {
    const logger = new KeptLog('info', 'warn', 'error');
    const server = await startFaultServer({ logger });
    const patience = new AbortController();
    const left = fetch(`${server.url}/msg?delay=60000`, { signal: patience.signal }).catch(() => {});
    while (server.stats.inFlight === 0) await new Promise(setImmediate);
    patience.abort();
    await left;
    while (server.stats.inFlight > 0) await new Promise(setImmediate);
    const cut = fetch(`${server.url}/msg?delay=60000`).catch(() => {});
    while (server.stats.inFlight === 0) await new Promise(setImmediate);
    await server.close();
    await cut;

    expect(logger.texts.slice(1)).toEqual([
      'info: GET /msg left by its client after … ms',
      'info: stopping: no more connections are let in',
      'info: GET /msg cut as the server closed after … ms',
      'info: stopped',
    ]);
  });

  it('shows requests that steer and watch to those who debug, each once', async () => {
    const logger = new KeptLog();
    await using server = await startFaultServer({ logger });
    await fetch(`${server.url}/health/live?x=hidden`);
    await fetch(`${server.url}/faults`, { method: 'PUT', headers: json, body: '{"status":"hidden"}' });
    await fetch(`${server.url}/msg?delay=hidden`);
    await fetch(`${server.url}/msg`, { method: 'POST', headers: json, body: '{hidden' });

    expect(logger.texts.slice(1)).toEqual([
      'debug: GET /health/live answered with 200 after … ms',
      'info: PUT /faults is wrong: 400',
      'info: GET /msg answered with 400 after … ms',
      'info: POST /msg answered with 400 after … ms',
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('hidden');
  });

  it('tells mistakes of the server itself with their stack', () => {
    const logger = new KeptLog('error');
    const request = { method: 'GET', url: '/msg?secret=1' } as never;
    new Log(logger).complaint(new TypeError('a bug'), request);

    expect(logger.lines).toEqual([
      {
        level: 'error',
        message: 'GET /msg failed by mistake',
        ...{ method: 'GET', path: '/msg', status: 500 },
        error: { name: 'TypeError', message: 'a bug', stack: expect.stringContaining('log.test.ts') },
      },
    ]);
  });

  it('makes no lines that nobody takes', async () => {
    const logger = new KeptLog('error');
    await using server = await startFaultServer({ logger });
    await fetch(`${server.url}/msg`);

    expect(logger.lines).toEqual([]);
  });

  it.each<[object, string]>([
    [{ logLevel: 'loud' }, "logLevel must be one of 'silent', 'error', 'warn', 'info', 'debug', but got 'loud'"],
    [{ logFormat: 'xml' }, "logFormat must be one of 'json', 'console', but got 'xml'"],
    [{ logger: {} }, 'logger must be a logger: isLevelEnabled(level) and log({ level, message }), but got {}'],
    [
      { logger: new KeptLog(), logLevel: 'info' },
      "logLevel cannot go with logger, which has a level of its own, but got 'info'",
    ],
  ])('refuses %j', async (options, sentence) => {
    await expect(startFaultServer(options as FaultServerOptions)).rejects.toThrow(`startFaultServer: ${sentence}`);
  });
});
