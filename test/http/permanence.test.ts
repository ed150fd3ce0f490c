import { describe, expect, it } from 'vitest';
import { isPermanent, isTransient } from '../../src/core/index.js';
import {
  ClientClosedError,
  ConnectTimeoutError,
  HttpError,
  MalformedBodyError,
  NetworkError,
  ReadTimeoutError,
} from '../../src/http/index.js';

const request = {
  ...{ service: 's', method: 'GET', url: 'http://h/', endpoint: 'GET', requestId: undefined },
  ...{ attempt: 1, maxAttempts: 3, duration: 0, timestamp: 0 },
};

describe('an error is marked', () => {
  it.each([304, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 426, 428, 431, 451, 501])(
    'permanent for status %i',
    (status) => {
      const error = answered(status);
      expect([isPermanent(error), isTransient(error)]).toEqual([true, false]);
    },
  );

  it.each([408, 425, 429, 500, 502, 503, 504, 505, 507, 520, 599])('transient for status %i', (status) => {
    const error = answered(status);
    expect([isPermanent(error), isTransient(error)]).toEqual([false, true]);
  });

  it.each([
    ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_REVOKED', 'CRL_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ...[
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'INVALID_CA',
    ],
    ...['HOSTNAME_MISMATCH', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'],
    ...['ERR_FR_TOO_MANY_REDIRECTS', 'ERR_FR_REDIRECTION_FAILURE', 'ERR_INVALID_URL', 'ERR_BAD_REQUEST'],
    ...['HPE_INVALID_CONSTANT', 'HPE_HEADER_OVERFLOW'],
  ])('permanent for %s', (code) => {
    const error = new NetworkError(request, { code, reason: 'reason', sent: true });
    expect([isPermanent(error), isTransient(error)]).toEqual([true, false]);
  });

  it.each([
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
    ...['ECONNABORTED', 'HPE_INVALID_EOF_STATE', 'ERR_NETWORK', 'ERR_BAD_RESPONSE', 'Z_DATA_ERROR'],
  ])('transient for %s', (code) => {
    const error = new NetworkError(request, { code, reason: 'reason', sent: true });
    expect([isPermanent(error), isTransient(error)]).toEqual([false, true]);
  });

  it('transient when time ran out or a body is malformed, permanent when the client is closed', () => {
    expect(isTransient(new ReadTimeoutError(request, 5))).toBe(true);
    expect(isTransient(new ConnectTimeoutError(request, 5))).toBe(true);
    expect(isTransient(new MalformedBodyError(request, 200, undefined))).toBe(true);
    expect(isPermanent(new ClientClosedError(request))).toBe(true);
  });
});

function answered(status: number): HttpError {
  const nothing = {
    ...{ statusText: '', headers: {}, body: undefined, requestId: undefined, retryAfter: undefined },
    ...{ excerpt: undefined, problem: undefined },
  };
  return new HttpError(request, { status, ...nothing });
}
