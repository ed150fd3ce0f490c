import { type Call, InvalidOptionsError, type Services, type Site } from '../../core/index.js';
import { type FallbackRule, type FallbackSource, type FallbackSourceClass, formFault } from './fallback-options.js';
import { sourceOf } from './fallback-source.js';

/** Gives the substitute for one failed call. */
export type Substitute = (call: Call, error: unknown) => unknown;

/** Makes what gives the substitute of one rule; throws InvalidOptionsError where the rule asks for what is not there. */
export function substituteOf(rule: FallbackRule, site: Site, services: Services): Substitute {
  const fault = formFault(rule);
  if (fault) throw new InvalidOptionsError({ decorator: '@Fallback', rule: fault, site: site.name });
  if (rule.call) return bound(rule.call);
  if (rule.method !== undefined) return ownMethod(rule.method, site);
  if (rule.use) return fromSource(rule.use, site, services);
  return () => rule.value;
}

function bound(call: NonNullable<FallbackRule['call']>): Substitute {
  return ({ target, args }, error) => call.apply(target, [error, ...args]);
}

function ownMethod(name: string, site: Site): Substitute {
  if (name === site.method)
    throw wrong('method', 'must name another method: this one would answer for itself without end', name, site);
  if (typeof (site.concrete as Record<string, unknown>)[name] !== 'function')
    throw wrong('method', 'must name a public method of the class', name, site);
  return ({ target, args }) => {
    const method = (target as Record<string, unknown>)[name] as (this: unknown, ...args: unknown[]) => unknown;
    return method.apply(target, args as unknown[]);
  };
}

/** The container is asked each time: in which scope it has the source is its own business. */
function fromSource(use: FallbackSourceClass, site: Site, { resolve, registries }: Services): Substitute {
  if (typeof use.prototype.fallback !== 'function')
    throw wrong('use', 'must be a class with a method fallback(error, ...args)', use, site);
  return (call, error) => {
    const source = (resolve(use) as FallbackSource | undefined) ?? sourceOf(use, registries, site);
    return source.fallback(error, ...(call.args as never[]));
  };
}

function wrong(option: 'method' | 'use', rule: string, value: unknown, { name }: Site): InvalidOptionsError {
  return new InvalidOptionsError({ decorator: '@Fallback', option, rule, value, site: name });
}
