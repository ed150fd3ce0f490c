import { type Protected, protect, type Runtime } from '../runtime/index.js';
import { policiesFor } from './client-policies.js';
import type { ClientSettings } from './client-settings.js';
import type { HttpResponse } from './http-response.js';
import { OutgoingRequest } from './outgoing-request.js';

/** Sends a request through the policies of its client. */
export type Send = (request: OutgoingRequest, signal?: AbortSignal) => Promise<HttpResponse<unknown>>;

/** Which policies are wanted. */
export interface Wanted {
  readonly settings: ClientSettings;
  readonly runtime: Runtime;
  /** Under what the state of the client is found. */
  readonly label: string;
  readonly withCircuit: boolean;
}

interface Shared {
  readonly terms: unknown;
  readonly send: Protected<Send>;
}

const known = new WeakMap<Runtime, Map<string, Shared[]>>();

/** The policies of a client: one pipeline for all of its name that ask for the same, since a runtime keeps each that it has ever made. */
export function policiesOf(wanted: Wanted): Send {
  if (!wanted.settings.named) return pipelineFor(wanted);
  const { settings, runtime } = wanted;
  const named = known.get(runtime) ?? new Map<string, Shared[]>();
  known.set(runtime, named);
  const shared = named.get(idOf(wanted)) ?? [];
  named.set(idOf(wanted), shared);
  const terms = [settings.policies, settings.pool, settings.limits.pool];
  const found = shared.find((one) => isAlike(one.terms, terms)) ?? { terms, send: pipelineFor(wanted) };
  if (!shared.includes(found)) shared.push(found);
  return found.send;
}

function pipelineFor(wanted: Wanted): Protected<Send> {
  const { settings, runtime, label, withCircuit } = wanted;
  const send: Send = (request) => OutgoingRequest.partsOf(request).course.attemptBy(request);
  return protect(send, policiesFor(settings, label, withCircuit), { id: idOf(wanted), runtime });
}

function idOf({ label, withCircuit }: Wanted): string {
  return withCircuit ? label : `${label}.withoutCircuit`;
}

/** Data are alike when they are equal, anything else only when it is the same. */
function isAlike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isData(one) || !isData(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => isAlike(one[name], other[name]));
}

function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
