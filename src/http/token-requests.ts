import { type Clock, Lifetime, systemClock, watchSignal } from '../core/index.js';
import { type Credentials, credentialsFrom, type TokenRequest } from './auth/index.js';
import type { HttpHeaders } from './http-headers.js';
import { Patience } from './patience.js';
import { standardLimits } from './time-limits.js';
import type { Transport } from './transport/index.js';
import type { WireRequest } from './wire.js';

/** The most bytes that the answer to a request for a token may have. */
const maxBytes = 1024 * 1024;

/** Statuses with which a Response takes no body. */
const bodyless: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * The names of the header fields and parameters by which an `auth` says who asks, as far as they are known beforehand. Throws for one that no
 * credentials can be made of, at once and without showing it.
 */
export function secretNamesOf(auth: unknown, client: string): readonly string[] {
  const send = () => Promise.reject(new Error('nothing is sent by a check'));
  const credentials = credentialsFrom(auth, { client, clock: systemClock, send });
  credentials?.close?.();
  return credentials?.secretNames ?? [];
}

/** The credentials of a client, which fetch tokens over its connections. */
export function credentialsOf(
  auth: unknown,
  { client, clock, transport }: { readonly client: string; readonly clock: Clock; readonly transport: Transport },
): Credentials | undefined {
  return credentialsFrom(auth, { client, clock, send: (request) => send(request, transport) });
}

async function send(request: TokenRequest, transport: Transport): Promise<Response> {
  const { signal } = request;
  const caller = new Lifetime();
  if (signal.aborted) caller.end(signal.reason);
  const leave = signal.aborted ? () => undefined : watchSignal(signal, () => caller.end(signal.reason));
  const patience = new Patience({ client: caller, once: false });
  try {
    const { status, headers, body } = await transport.send(onTheWire(request), patience);
    return new Response(bodyless.has(status) ? null : (body as Buffer), {
      status,
      headers: fields(headers),
    });
  } catch (error) {
    throw patience.aborted ? patience.reason : error;
  } finally {
    patience.release();
    leave();
  }
}

function onTheWire(request: TokenRequest): WireRequest {
  return { ...request, limits: standardLimits, streaming: false, maxBytes, maxRedirects: 0 };
}

function fields(headers: HttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  );
}
