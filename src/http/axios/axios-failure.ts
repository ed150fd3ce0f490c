import { Readable } from 'node:stream';
import { isAxiosError, isCancel } from 'axios';
import { markPermanent, markTransient, markUnrepeatable } from '../../core/index.js';
import { isPermanentCode, isPermanentStatus } from '../permanence.js';

/** What is known of the request that failed. */
export interface FailedRequest {
  /** Sending it twice may do twice what it asks for. */
  readonly once: boolean;
  /** A server has answered it already, and sent it elsewhere. */
  readonly redirected: boolean;
  /** Its body, as the adapter was given it. */
  readonly data: unknown;
}

/** Codes that prove that nothing of the request has left: there never was a connection. */
const neverSent: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Says of an error, which stays as axios made it, what policies are to make of it. */
export function judgeFailure(error: unknown, request: FailedRequest): void {
  if (isAxiosError(error)) {
    if (isPermanent(error)) markPermanent(error);
    else markTransient(error);
  }
  if ((request.once && !isNeverSent(error, request)) || isUsedUp(request.data)) markUnrepeatable(error);
}

interface Failure {
  readonly code?: string;
  readonly response?: { readonly status: number };
  readonly config?: { readonly validateStatus?: ((status: number) => boolean) | null };
}

function isPermanent(error: Failure): boolean {
  const { code = '', response, config } = error;
  if (response && config?.validateStatus && !config.validateStatus(response.status)) {
    return isPermanentStatus(response.status);
  }
  if (isCancel(error)) return true;
  if (code === 'ERR_BAD_RESPONSE') return response === undefined; // too large; with a response it is one that broke off
  return isPermanentCode(code);
}

function isNeverSent(error: unknown, { redirected }: FailedRequest): boolean {
  if (redirected || !isAxiosError(error) || error.response) return false;
  return neverSent.has(error.code) || neverSent.has((error.cause as { readonly code?: unknown } | undefined)?.code);
}

/** A stream can be sent once: what a failed attempt has read is gone. */
function isUsedUp(data: unknown): boolean {
  if (data instanceof Readable) return Readable.isDisturbed(data) || data.destroyed;
  if (data instanceof ReadableStream) return data.locked || Readable.isDisturbed(data as never);
  return typeof (data as { readonly pipe?: unknown } | null | undefined)?.pipe === 'function';
}
