import type { ClientSettings } from './client-settings.js';
import type { Course } from './course.js';
import { encodeBody } from './http-body.js';
import { joinUrl } from './http-url.js';
import { freshKey, idempotencyHeader } from './idempotency.js';
import { checkMethod, OutgoingRequest } from './outgoing-request.js';
import { endpointOf, fillPath } from './path-params.js';
import { stableId } from './request-ids.js';
import type { RequestOptions } from './request-options.js';
import type { RequestSettings } from './request-settings.js';

/** What somebody asked a client for. */
export interface Asked {
  readonly method: unknown;
  readonly path: unknown;
  readonly options: RequestOptions;
  readonly streaming: boolean;
}

/** Makes the request that a client was asked for. */
export function newRequest(
  client: ClientSettings,
  course: Course,
  { method: given, path, settings, streaming }: Omit<Asked, 'options'> & { readonly settings: RequestSettings },
): OutgoingRequest {
  const method = checkMethod(given, client.name);
  const filled = typeof path === 'string' ? fillPath(path, settings.params, client.name) : path;
  const target = joinUrl(client.baseURL, filled, settings.query, client.name);
  const encoded = encodeBody(settings.body, client.name);
  const like = { method, url: target.href, data: encoded.fixed };
  const headers: Record<string, string> =
    encoded.type === undefined ? { ...settings.headers } : { 'content-type': encoded.type, ...settings.headers };
  const { requestId } = client;
  if (requestId !== false && headers['x-request-id'] === undefined) {
    headers['x-request-id'] = stableId(course.outer, 'id', { ...like, data: '' }, requestId);
  }
  if (settings.idempotencyKey === true) headers[idempotencyHeader] ??= stableId(course.outer, 'key', like, freshKey);
  else if (settings.idempotencyKey !== undefined) headers[idempotencyHeader] = settings.idempotencyKey;
  return new OutgoingRequest({
    client,
    course,
    method,
    target,
    params: settings.params,
    headers,
    named: settings.named,
    encoded,
    streaming,
    body: settings.body,
    endpoint: settings.endpoint ?? endpointOf(method, path, settings.params) ?? method,
    idempotent: settings.idempotent ?? client.idempotentMethods.has(method),
    limits: settings.limits,
    maxBytes: settings.maxBytes ?? (streaming ? Number.POSITIVE_INFINITY : client.maxBytes),
    maxRedirects: settings.maxRedirects,
    validateStatus: settings.validateStatus,
    retry: settings.retry,
    circuitBreaker: settings.circuitBreaker,
    cache: settings.cache,
    dedup: settings.dedup ?? client.dedup.methods.has(method),
    middleware: settings.middleware,
    callerSignal: settings.signal,
    credentials: undefined,
    call: undefined,
  });
}
