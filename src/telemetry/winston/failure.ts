/** What is logged of an error: enough to know it again, and nothing that it may carry along. */
export interface Failure {
  readonly name: string;
  readonly code?: string | number;
  readonly message?: string;
}

/** The most that is kept of a message. */
const longest = 1000;

/** Reads an error for a log; undefined where there was none. */
export function failureOf(error: unknown, redact: (text: string) => string): Failure | undefined {
  if (error === undefined) return undefined;
  if (typeof error === 'string') return { name: 'string', message: short(redact(error)) };
  if (typeof error !== 'object' || error === null) return { name: typeof error };
  const { name, code, message } = error as { readonly [part in keyof Failure]: unknown };
  return {
    name: typeof name === 'string' && name !== '' ? short(redact(name)) : 'unknown',
    ...(typeof code === 'number' && { code }),
    ...(typeof code === 'string' && { code: short(redact(code)) }),
    ...(typeof message === 'string' && { message: short(redact(message)) }),
  };
}

function short(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
