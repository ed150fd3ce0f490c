import type { FastifyRequest } from 'fastify';

const texts = new WeakMap<FastifyRequest, string>();

/** Notes the body of a request as it came, before anybody reads it. */
export function noteText(request: FastifyRequest, text: string): void {
  texts.set(request, text);
}

/** The body of a request as it came; empty when it had none. */
export function textOf(request: FastifyRequest): string {
  return texts.get(request) ?? '';
}
