import { type Answer, type Call, hearAnswers, type Next } from '../../core/index.js';

/** Who keeps to what servers tell. */
interface Follower {
  adopt(answer: Answer, site?: string): void;
}

/**
 * Lets a call go on, and has the limiter hear what its server answers: from the client that asks, where it says so, or else from the result or the error,
 * where that is an HTTP answer or carries one.
 */
export function follow(limiter: Follower, call: Call, next: Next): Promise<unknown> {
  const { site } = call;
  let heard = false;
  hearAnswers(call, (answer) => {
    heard = true;
    limiter.adopt(answer, site);
  });
  const settled = (source: unknown) => {
    const answer = heard ? undefined : answerIn(source);
    if (answer !== undefined) limiter.adopt(answer, site);
  };
  const outcome = next(call);
  outcome.then(settled, settled);
  return outcome;
}

/** The HTTP answer that something is or carries: that of fetch, axios, got, undici, or of an error of theirs. */
export function answerIn(source: unknown): Answer | undefined {
  try {
    return asAnswer(source) ?? asAnswer((source as { readonly response?: unknown } | null | undefined)?.response);
  } catch {
    return undefined; // what throws when it is looked at, such as some proxies, is no answer
  }
}

function asAnswer(source: unknown): Answer | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const { status, statusCode = status, headers } = source as Readonly<Record<string, unknown>>;
  if (typeof statusCode !== 'number' || typeof headers !== 'object' || headers === null) return undefined;
  return { status: statusCode, headers };
}
