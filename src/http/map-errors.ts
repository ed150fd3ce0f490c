import { types } from 'node:util';
import {
  isPermanent,
  isTransient,
  isUnrepeatable,
  markPermanent,
  markTransient,
  markUnrepeatable,
} from '../core/index.js';
import { HttpClientError, HttpError, type HttpErrorType } from './errors/index.js';
import { wrongOption } from './wrong-option.js';

/** Makes an error of your own of one of ours, and returns it or throws it; what is no error, such as undefined, leaves ours as it is. */
export type ErrorMapper = (error: HttpClientError) => unknown;

/**
 * Errors of your own by what went wrong: by a status (`404`), a class of them (`'5xx'`), a code (`'ECONNRESET'`, or that which the body names as
 * `code` or `error.code`, or the `type` of problem details), or a type (`'timeout'`). The most exact one counts, in this order: the body's code, the
 * error's code, status, class of statuses, type. Or one function for all.
 */
export type ErrorMap = ErrorMapper | Readonly<Record<string | number, ErrorMapper>>;

/** Checks how errors are mapped. */
export function checkErrorMap(given: unknown, client: string): ErrorMap | undefined {
  if (given === undefined || isMapper(given)) return given as ErrorMap | undefined;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongOption(
      client,
      'mapErrors',
      'must be a function, and not an async one, or an object of functions by status, code or type',
      given,
    );
  }
  const wrong = Object.entries(given).find(([, mapper]) => !isMapper(mapper));
  if (wrong) throw wrongOption(client, `mapErrors.${wrong[0]}`, 'must be a function, and not an async one', wrong[1]);
  return given as ErrorMap;
}

function isMapper(given: unknown): boolean {
  return typeof given === 'function' && !types.isAsyncFunction(given);
}

/** The user's error for one of ours, with the same marks, and ours as its cause where it has none; ours itself where nobody maps it. */
export function mapError(error: unknown, map: ErrorMap | undefined): unknown {
  if (map === undefined || !(error instanceof HttpClientError)) return error;
  const mapper =
    typeof map === 'function'
      ? map
      : namesOf(error)
          .map((name) => own(map, name))
          .find(Boolean);
  const mapped = mapper && outcomeOf(mapper, error);
  if (!(mapped instanceof Error) || mapped === error) return error;
  if (mapped.cause === undefined && Object.isExtensible(mapped))
    Object.defineProperty(mapped, 'cause', { value: error, configurable: true, writable: true });
  return markLike(mapped, error);
}

/** What a mapper returns, or throws. */
function outcomeOf(mapper: ErrorMapper, error: HttpClientError): unknown {
  try {
    return mapper(error);
  } catch (thrown) {
    return thrown;
  }
}

/** All names under which an error may be mapped, the most exact first. */
function namesOf(error: HttpClientError): string[] {
  const { code } = error;
  const type: HttpErrorType = error.type;
  if (!(error instanceof HttpError)) return [code, type];
  const { status, problem } = error;
  const said = [bodyCode(error.body), problem?.type].filter((name) => name !== undefined);
  return [...said, code, String(status), `${Math.floor(status / 100)}xx`, type];
}

/** What the body of an answer names as its code: at its top, or in its `error`. */
function bodyCode(body: unknown): string | undefined {
  const { code, error } = Object(body) as { readonly code?: unknown; readonly error?: unknown };
  const found = code ?? (Object(error) as { readonly code?: unknown }).code;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

function own(map: Readonly<Record<string, ErrorMapper>>, name: string): ErrorMapper | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Policies further out judge the user's error as they would have judged ours. */
function markLike(mapped: Error, error: HttpClientError): Error {
  if (isPermanent(error)) markPermanent(mapped);
  else if (isTransient(error)) markTransient(mapped);
  return isUnrepeatable(error) ? markUnrepeatable(mapped) : mapped;
}
