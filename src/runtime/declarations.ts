import 'reflect-metadata';
import type { AnyClass } from '../core/index.js';
import type { AnyFunction } from '../pipeline/index.js';
import { ClassDeclaration } from './class-declaration.js';
import { Declaration } from './declaration.js';

/** Where a method is declared: what its class is known by, and which of its methods it is. */
export interface MethodPlace {
  /** The class's metadata object, or its prototype in legacy mode. */
  readonly owner: object;
  readonly name: string | symbol;
  readonly isStatic: boolean;
}

interface ClassRecord {
  readonly methods: Map<string | symbol, Declaration>;
  readonly statics: Map<string | symbol, Declaration>;
  own: ClassDeclaration | undefined;
}

const records = new WeakMap<object, ClassRecord>();
const dispatchers = new WeakMap<object, Declaration>();

/** The key under which a dispatcher's declaration is published as metadata. */
const metadataKey = 'holdfast:policies';

/** The declaration of a method, if there is one. */
export function findDeclaration({ owner, name, isStatic }: MethodPlace): Declaration | undefined {
  return records.get(owner)?.[isStatic ? 'statics' : 'methods'].get(name);
}

/** Starts the declaration of a method: `method` is what stands below, and runs per attempt. */
export function declareMethod({ owner, name, isStatic }: MethodPlace, method: AnyFunction): Declaration {
  const declaration = new Declaration(owner, name, isStatic, method);
  recordOf(owner)[isStatic ? 'statics' : 'methods'].set(name, declaration);
  return declaration;
}

/** What a class-level declaration says; made when first asked for. */
export function classDeclarationOf(owner: object): ClassDeclaration {
  const record = recordOf(owner);
  record.own ??= new ClassDeclaration();
  return record.own;
}

/** What is declared on a class itself, if anything. */
export function findClassDeclaration(owner: object): ClassDeclaration | undefined {
  return records.get(owner)?.own;
}

/** The declaration behind a dispatcher. */
export function declarationBehind(dispatcher: object): Declaration | undefined {
  return dispatchers.get(dispatcher);
}

/** The declarations that one class makes itself, under either of its keys. */
export function ownDeclarations(type: AnyClass): Declaration[] {
  const owners = ownersOf(type).map((owner) => records.get(owner));
  return owners.flatMap((record) => (record ? [...record.methods.values(), ...record.statics.values()] : []));
}

/** What a class's declarations may be kept by: its metadata object, or its prototype in legacy mode. */
export function ownersOf(type: AnyClass): object[] {
  const metadata = Object.hasOwn(type, Symbol.metadata)
    ? (type as { readonly [Symbol.metadata]?: unknown })[Symbol.metadata]
    : undefined;
  return [metadata, type.prototype].filter((owner): owner is object => typeof owner === 'object' && owner !== null);
}

/** Publishes a declaration as metadata of its dispatcher. */
export function publish(declaration: Declaration, dispatcher: AnyFunction): void {
  dispatchers.set(dispatcher, declaration);
  Reflect.defineMetadata(metadataKey, declaration.specs, dispatcher);
}

/** Name, length, own properties and metadata of the method, so that other decorators and frameworks see no difference. */
export function resemble(dispatcher: AnyFunction, method: AnyFunction): void {
  for (const key of Reflect.ownKeys(method)) {
    if (key === 'prototype') continue;
    const property = Object.getOwnPropertyDescriptor(method, key) as PropertyDescriptor;
    Object.defineProperty(dispatcher, key, property);
  }
  for (const key of Reflect.getOwnMetadataKeys(method))
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), dispatcher);
}

function recordOf(owner: object): ClassRecord {
  const known = records.get(owner);
  if (known) return known;
  const record: ClassRecord = { methods: new Map(), statics: new Map(), own: undefined };
  records.set(owner, record);
  return record;
}

/** Tells whether a class has declared methods so far. */
export function hasMethods(owner: object): boolean {
  const record = records.get(owner);
  return record !== undefined && record.methods.size + record.statics.size > 0;
}
