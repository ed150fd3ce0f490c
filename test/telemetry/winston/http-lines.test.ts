import { Writable } from 'node:stream';
import type { Events } from 'holdfast';
import { testRuntime } from 'holdfast/testing';
import { type WinstonLogsOptions, winstonLogs } from 'holdfast/winston';
import { describe, expect, it } from 'vitest';
import winston from 'winston';
import { NetworkError } from '../../../src/http/errors/index.js';

const facts = {
  site: 'GitHub.repo',
  service: 'github',
  method: 'GET',
  url: 'https://api.github.com/repos/nodejs/node',
  endpoint: 'GET /repos/:owner/:name',
  requestId: 'r-1',
  attempt: 1,
};

/** Emits events to a logger of that level, and gives what it wrote. */
function logged(level = 'debug', options?: WinstonLogsOptions) {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const logger = winston.createLogger({ level, transports: [new winston.transports.Stream({ stream })] });
  const { runtime } = testRuntime({ record: false, listeners: [winstonLogs(logger, options)] });
  return { lines, events: runtime.events };
}

describe('a line', () => {
  it('tells of a request that is sent, and of which attempt it is, for those who debug', () => {
    const { lines, events } = logged();

    events.emit('http.requested', facts);
    events.emit('http.requested', { ...facts, attempt: 2 });

    expect(lines).toEqual([
      { level: 'debug', message: 'GET /repos/:owner/:name of github is requested', ...facts },
      { level: 'debug', message: 'GET /repos/:owner/:name of github is requested, attempt 2', ...facts, attempt: 2 },
    ]);
  });

  it.each([200, 404, 503])('tells of an answer with %i, for those who debug', (status) => {
    const { lines, events } = logged();

    events.emit('http.answered', { ...facts, status, duration: 12.4 });

    expect(lines).toEqual([
      {
        level: 'debug',
        message: `GET /repos/:owner/:name of github was answered with ${status} after 12 ms`,
        ...{ ...facts, status, duration: 12.4 },
      },
    ]);
  });

  it('tells why no answer came, for those who debug', () => {
    const { lines, events } = logged();
    const request = { ...facts, maxAttempts: 3, duration: 30, timestamp: 0 };
    const error = new NetworkError(request, { code: 'ECONNRESET', reason: 'socket hang up', sent: true });

    events.emit('http.failed', { ...facts, error, cancelled: false, duration: 30.2 });

    const message = 'GET https://api.github.com/repos/nodejs/node failed: socket hang up';
    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'GET /repos/:owner/:name of github was not answered, and is over after 30 ms',
        ...{ ...facts, duration: 30.2, error: { name: 'NetworkError', code: 'ECONNRESET', message } },
      },
    ]);
  });

  it('tells nothing that is not asked for, and no secret, be it in a URL, an endpoint or an error', () => {
    const { lines, events } = logged();
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
    const careless = {
      ...facts,
      url: `https://me:pass@host/reset/${token}?token=abc`,
      endpoint: `GET /reset/${token}`,
    };
    const answer = { ...careless, status: 200, duration: 1, headers: { authorization: 'Bearer abc' } };

    events.emit('http.requested', careless);
    events.emit('http.answered', answer as Events['http.answered']);
    events.emit('http.failed', {
      ...careless,
      error: new Error(`Authorization: Bearer abc, at ${token}`),
      cancelled: false,
      duration: 1,
    });

    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({
      message: 'GET /reset/[redacted] of github is requested',
      url: 'https://[redacted]@host/reset/[redacted]?token=[redacted]',
    });
    expect(JSON.stringify(lines)).not.toMatch(/eyJ|pass|abc|Bearer/);
  });

  it('is cleaned by the redact of the options, if there is one', () => {
    const { lines, events } = logged('debug', { redact: (text) => text.replaceAll('nodejs', '…') });

    events.emit('http.requested', facts);

    expect(lines).toMatchObject([{ url: 'https://api.github.com/repos/…/node' }]);
  });

  it('is not even made where the level is off', () => {
    const redacted: string[] = [];
    const redact = (text: string) => {
      redacted.push(text);
      return text;
    };
    const { lines, events } = logged('info', { redact });

    events.emit('http.requested', facts);
    events.emit('http.answered', { ...facts, status: 503, duration: 1 });
    events.emit('http.failed', { ...facts, error: new Error('no answer'), cancelled: false, duration: 1 });

    expect([lines, redacted]).toEqual([[], []]);
  });
});
