import { findPreset, type PresetName, presets } from '../src/config/index.js';
import { type AnyClass, InvalidOptionsError, namePattern, nameRule } from '../src/core/index.js';
import { order, type Place } from '../src/pipeline/index.js';
import {
  checkCompany,
  classDeclarationOf,
  type DeclaredSpec,
  type GivenPolicies,
  hasMethods,
  specsOf,
} from '../src/runtime/index.js';
import { declareOnMethod } from './declare-policy.js';
import './metadata.js';
import type { ResilientDecorator } from './resilient-decorator.js';

/** Several policies at once, by kind. */
export interface ResilientOptions extends GivenPolicies {
  /** On a class: what configuration and shared state know it by, instead of its name. */
  readonly id?: string;
  /** Exchanges places among each other, outermost first; the others stay where they are. */
  readonly order?: readonly Place[];
}

/** What one use of the decorator says. */
interface Layer {
  readonly specs: readonly DeclaredSpec[];
  readonly preset: string | undefined;
  readonly order: readonly string[] | undefined;
  readonly id: string | undefined;
}

/**
 * Gives a method several policies by kind, or those of a preset; on a class, gives them to every method declared there that carries a Holdfast
 * decorator, beneath the method's own options.
 *
 * ```ts
 * @Resilient({ id: 'github', circuitBreaker: 'github', timeout: '2s' })
 * class GitHub {
 *   @Retry(4)
 *   async repo(name: string): Promise<Repo> { … }
 * }
 * ```
 */
export function Resilient(options: ResilientOptions | PresetName = {}): ResilientDecorator {
  const layer = readLayer(options);
  const onMethod = declareOnMethod('@Resilient', (declaration) => {
    if (layer.id !== undefined) throw wrong('id', 'names a class, and stands above one', layer.id);
    for (const spec of layer.specs) declaration.add(spec, Resilient);
    declaration.preset = layer.preset ?? declaration.preset;
    declaration.order = layer.order ?? declaration.order;
  });
  const decorate = (...use: readonly unknown[]): unknown => {
    const owner = classOwner(use);
    return owner === undefined
      ? (onMethod as (...use: readonly unknown[]) => unknown)(...use)
      : declareOnClass(owner, use[0] as AnyClass, layer);
  };
  return decorate as ResilientDecorator;
}

function readLayer(options: ResilientOptions | PresetName): Layer {
  if (typeof options === 'string') {
    if (!findPreset(options)) throw wrong('preset', `must be one of ${Object.keys(presets).join(', ')}`, options);
    return { specs: [], preset: options, order: undefined, id: undefined };
  }
  const { id, order: places, ...policies } = options;
  if (id !== undefined && (typeof id !== 'string' || !namePattern.test(id))) throw wrong('id', nameRule, id);
  if (places !== undefined) checkOrder(places);
  return { specs: specsOf(policies, Resilient), preset: undefined, order: places, id };
}

function checkOrder(places: readonly string[]): void {
  const known: readonly string[] = order;
  const fits =
    Array.isArray(places) && new Set(places).size === places.length && places.every((place) => known.includes(place));
  if (!fits) throw wrong('order', `must list places, each once: ${order.join(', ')}`, places);
}

/** What a class decorator was called with: the key of the class's declarations; undefined for methods. */
function classOwner([value, context]: readonly unknown[]): object | undefined {
  if (typeof value !== 'function') return undefined;
  if (context === undefined) return value.prototype;
  const { kind, metadata } = Object(context) as { readonly kind?: unknown; readonly metadata?: object };
  return kind === 'class' ? (metadata ?? value.prototype) : undefined;
}

function declareOnClass(owner: object, type: AnyClass, layer: Layer): void {
  if (!hasMethods(owner)) {
    throw wrong(undefined, `stands above ${type.name}, which declares no method with a Holdfast decorator`);
  }
  const declared = classDeclarationOf(owner);
  checkCompany([...declared.specs, ...layer.specs], { where: `on ${type.name}` }, Resilient);
  declared.specs.push(...layer.specs);
  declared.preset = layer.preset ?? declared.preset;
  declared.order = layer.order ?? declared.order;
  declared.id = layer.id ?? declared.id;
}

function wrong(option: string | undefined, rule: string, ...value: readonly [unknown?]): InvalidOptionsError {
  return new InvalidOptionsError(
    { decorator: '@Resilient', option, rule, ...(value.length > 0 && { value: value[0] }) },
    Resilient,
  );
}
