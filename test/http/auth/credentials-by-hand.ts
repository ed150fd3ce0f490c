import { getEventListeners } from 'node:events';
import { type CredentialsRequest, credentialsFrom } from '../../../src/http/auth/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { sendByNode } from './token-server.js';

/** Makes credentials as a client called 'payments' does, with a clock of the test's. */
export function credentialsOf(auth: unknown, world: Partial<Parameters<typeof credentialsFrom>[1]> = {}) {
  const clock = new ManualClock();
  const credentials = credentialsFrom(auth, { client: 'payments', clock, send: sendByNode, ...world });
  if (credentials === undefined) throw new Error('no credentials were asked for');
  return { credentials, clock };
}

/** An attempt at a request, which leaves by its signal. */
export function request(signal: CredentialsRequest['signal'] = new AbortController().signal): CredentialsRequest {
  return {
    service: 'payments',
    method: 'GET',
    url: 'https://api.example.com/charges',
    target: new URL('https://api.example.com/charges'),
    headers: { accept: 'application/json' },
    endpoint: 'GET /charges',
    requestId: 'request-1',
    attempt: 2,
    maxAttempts: 3,
    duration: 7,
    timestamp: 1,
    signal,
  };
}

/** How many listen for the end of a signal. */
export function listening({ signal }: AbortController): number {
  return getEventListeners(signal, 'abort').length;
}
